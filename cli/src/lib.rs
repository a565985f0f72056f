//! The `rulec` command line: arguments, files, configuration, output. The only place where the parts meet.
//!
//! It is a library so that its parts can be tested; its interface is the command line, not these functions.

mod against;
mod agents;
pub mod args;
pub mod config;
mod deploy;
pub mod failure;
pub mod fix;
mod govern;
mod html;
pub mod input;
mod interaction;
pub mod language_server;
pub mod lifting;
pub mod load;
pub mod name;
pub mod organization;
pub mod project;
pub mod read;
pub mod render;
mod serve;
pub mod state;
pub mod terminal;
mod verb;
pub mod watch;
pub mod write;

use std::ffi::OsString;
use std::io::Write;

use anstream::ColorChoice;
use clap::Parser;

use crate::args::{Arguments, Color, Verb};
use crate::terminal::Terminal;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing to report: exit code 0.
    Clean,
    /// Diagnostics, files that would change, failed tests: exit code 1.
    Findings,
    /// Usage, configuration, files or the network kept something from being done: exit code 2.
    Trouble,
    /// The organization differs, where that was the question: exit code 2, and trouble is 1.
    Differs,
    /// A deployment is left open: exit code 3.
    Unfinished,
    /// A person stopped it: exit code 130.
    Interrupted,
}

impl Outcome {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Trouble | Self::Differs => 2,
            Self::Unfinished => 3,
            Self::Interrupted => 130,
        }
    }
}

/// Tells whoever meets a panic that the mistake is not in their rules.
fn own_up_to_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        let _ = writeln!(
            std::io::stderr(),
            "this is a mistake in rulec {}, not in your rules; please report it with the lines above",
            env!("CARGO_PKG_VERSION")
        );
    }));
}

/// Runs a command line, the program's name first, and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    own_up_to_panics();
    let given: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&given) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Also how `--help` and `--version` arrive; their reader may have gone.
            let _ = error.print();
            return if error.use_stderr() {
                trouble(seems_to_ask(&given)).code()
            } else {
                Outcome::Clean.code()
            };
        }
    };
    let color = match arguments.global.color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let mut terminal = Terminal::new(color, arguments.global.quiet, arguments.global.verbose);
    let terminal = &mut terminal;
    let result = match &arguments.verb {
        Verb::Explain(arguments) => verb::explain::run(arguments, terminal),
        Verb::Lsp(_) => verb::lsp::run(),
        Verb::Completions(arguments) => verb::completions::run(arguments, terminal),
        Verb::Man(arguments) => verb::man::run(arguments, terminal),
        Verb::New(arguments) => verb::new::run(arguments, terminal),
        Verb::Check(arguments) => verb::check::run(arguments, terminal),
        Verb::Fmt(arguments) => verb::fmt::run(arguments, terminal),
        Verb::Eval(arguments) => verb::eval::run(arguments, terminal),
        Verb::Evaluate(arguments) => verb::evaluate::run(arguments, terminal),
        Verb::Backtest(arguments) => verb::backtest::run(arguments, terminal),
        Verb::Compile(arguments) => verb::compile::run(arguments, terminal),
        Verb::Test(arguments) => verb::test::run(arguments, terminal),
        Verb::Plan(arguments) => verb::plan::run(arguments, terminal),
        Verb::Deploy(arguments) => verb::deploy::run(arguments, terminal),
        Verb::Drift(arguments) => verb::drift::run(arguments, terminal),
        Verb::History(arguments) => verb::history::run(arguments, terminal),
        Verb::Rollback(arguments) => verb::rollback::run(arguments, terminal),
        Verb::Recover(arguments) => verb::recover::run(arguments, terminal),
        Verb::Pull(arguments) => verb::pull::run(arguments, terminal),
        Verb::Audit(arguments) => verb::audit::run(arguments, terminal),
        Verb::Export(arguments) => verb::export::run(arguments, terminal),
        Verb::Simulate(arguments) => verb::simulate::run(arguments, terminal),
        Verb::Serve(arguments) => verb::serve::run(arguments, terminal),
        Verb::Sandbox(arguments) => verb::sandbox::run(arguments, terminal),
    };
    let result = result.and_then(|outcome| terminal.flush().map(|()| outcome));
    match result {
        Ok(outcome) => outcome.code(),
        Err(failure) => {
            terminal.fail(&failure);
            if arguments.verb.wants_json() {
                // Whoever reads the output as JSON finds JSON.
                let _ = deploy::outcome::print_failure(&failure, terminal).and_then(|()| terminal.flush());
            }
            let asks = match &arguments.verb {
                Verb::Drift(_) => true,
                Verb::Plan(plan) => plan.detailed_exitcode,
                _ => false,
            };
            trouble(asks).code()
        }
    }
}

/// Whether a command line that is wrong would have asked whether something differs.
fn seems_to_ask(given: &[OsString]) -> bool {
    let mut words = given.iter().skip(1).filter_map(|word| word.to_str());
    match words.find(|word| !word.starts_with('-')) {
        Some("drift") => true,
        Some("plan") => words.any(|word| word == "--detailed-exitcode"),
        _ => false,
    }
}

/// The outcome of trouble: where 2 would mean that something differs, it is another.
fn trouble(asks_for_difference: bool) -> Outcome {
    if asks_for_difference { Outcome::Findings } else { Outcome::Trouble }
}
