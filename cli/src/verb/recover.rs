//! `rulec recover`: finishes or undoes what a crash or a dead token left open.

use genesys_client::audit::AuditVerb;
use genesys_client::deploy::{Control, Deployment, Direction, Event, Interrupt, deployments, recover};

use crate::Outcome;
use crate::args::RecoverArgs;
use crate::deploy::ask::ask;
use crate::deploy::home::Home;
use crate::deploy::interrupt;
use crate::deploy::outcome::{End, Ending};
use crate::deploy::progress::Progress;
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::govern::{Governor, Verifying};
use crate::render::clean::clean;
use crate::terminal::{BOLD, GREEN, Terminal, output_failed, paint};

/// Recovers the open deployment.
pub(crate) fn run(arguments: &RecoverArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let state = arguments.organization.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?;
    let _lock = home.state.lock()?;
    block_on(async {
        let session = Session::open(home, arguments.organization.org.as_deref(), None, terminal).await?;
        let governor = Governor::open(&session, AuditVerb::Recover, terminal)?;
        let mut journal = session.home.state.open_journal(&session.name)?;
        let all = deployments(journal.records());
        if all.is_empty() {
            return Err(Failure::new("nothing was deployed from here, so nothing can be recovered").help(
                "the journal that tells of deployments is in the project's state; on another machine, name it with `--state DIR`",
            ));
        }
        let Some(open) = all.last().filter(|deployment| deployment.is_open()) else {
            terminal.note("no deployment is open: nothing to recover");
            return End::without(Ending::Nothing, None).show(&session.label, None, arguments.json, terminal);
        };
        describe(open, terminal);
        let is_undo = arguments.undo || open.undo.is_some();
        let question = if is_undo { "Take it back?" } else { "Finish it?" };
        if !arguments.yes && !ask(question, terminal)? {
            terminal.note("nothing was changed");
            return End::without(Ending::Declined, None).show(&session.label, None, arguments.json, terminal);
        }
        let direction = if arguments.undo { Direction::Undo } else { Direction::Onwards };
        let result = {
            let progress = Progress::new(terminal);
            let verifying = Verifying::new(&session.connection.recorder);
            let watch = |event: &Event<'_>| {
                verifying.hear(event);
                progress.show(event);
            };
            let control = Control { watch: &watch, interrupt: Interrupt::default(), without_undo: false };
            interrupt::listen(control.interrupt.clone());
            let result = recover(&session.connection.target, &mut journal, direction, &control).await;
            verifying.end(result.is_ok());
            result
        };
        let mut end = End::of_recovery(result)?;
        governor.ended(&session, &mut end, terminal);
        // What was asked for is no failure.
        let is_asked = arguments.undo && end.ending == Ending::Undone;
        if is_asked && let Some(failure) = end.failure.take() {
            terminal.note(&failure.message);
            for note in &failure.notes {
                terminal.note(note);
            }
        }
        if end.ending == Ending::Deployed && !arguments.json {
            let head = paint(terminal.out_color, &format!("{BOLD};{GREEN}"), "Recovered:");
            let number = end.number.unwrap_or_default();
            writeln!(terminal.out(), "{head} deployment {number} is live in {}", session.shown())
                .map_err(|error| output_failed(&error))?;
        }
        let outcome = end.show(&session.label, None, arguments.json, terminal);
        governor.deliver(&session, terminal).await;
        let outcome = outcome?;
        Ok(if is_asked { Outcome::Clean } else { outcome })
    })
}

/// Says what is open.
fn describe(open: &Deployment, terminal: &mut Terminal) {
    let begin = &open.begin;
    let done = open.steps.iter().filter(|step| step.done).count();
    let undone = open.steps.iter().filter(|step| step.undone).count();
    let unknown = open.steps.iter().filter(|step| step.sent && !step.done && !step.undone).count();
    terminal.note(format_args!(
        "deployment {} of {} to {} is open: {done} of {} writes done",
        begin.number,
        begin.time,
        clean(&begin.organization),
        begin.steps.len()
    ));
    if unknown > 0 {
        terminal.note(format_args!("of {unknown} more nobody knows; the organization will be asked"));
    }
    if let Some(cause) = &open.undo {
        terminal.note(format_args!("it was being undone, {undone} writes so far: {}", clean(cause)));
    }
    if let Some(cause) = &open.halt {
        terminal.note(format_args!("it stopped because: {}", clean(cause)));
    }
}
