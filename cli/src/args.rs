//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// What follows the options in a verb's help.
macro_rules! help {
    ($example:literal) => {
        concat!(
            "Examples:\n  ",
            $example,
            "\n\nExit codes: 0 clean, 1 findings, 2 usage, configuration or files."
        )
    };
}

/// Routing rules as code: check, format, test and compile `.rule` files.
#[derive(Debug, Parser)]
#[command(
    name = "rulec",
    version,
    propagate_version = false,
    arg_required_else_help = true,
    infer_subcommands = false
)]
#[command(after_help = "Exit codes: 0 clean, 1 findings, 2 usage, configuration or files.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Options of every verb.
    #[command(flatten)]
    pub global: Global,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub struct Global {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = "Global options")]
    pub color: Color,
    /// Print findings and results only, without summaries and hints
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What `rulec` can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Start a project that checks, tests and compiles as it stands
    #[command(after_help = help!("rulec new rules"))]
    New(NewArgs),
    /// Find every mistake, and mend those that have one right answer
    #[command(after_help = help!("rulec check\n  rulec check --fix rules/support.rule"))]
    Check(CheckArgs),
    /// Format `.rule` files
    #[command(alias = "format", after_help = help!("rulec fmt\n  rulec fmt --check"))]
    Fmt(FmtArgs),
    /// Decide one interaction, and say why
    #[command(after_help = help!("echo '{\"language\": \"en\"}' | rulec eval\n  rulec eval call.json --queue \"Technical Support\""))]
    Eval(EvalArgs),
    /// Run the tests in the rules
    #[command(after_help = help!("rulec test\n  rulec test --filter \"English calls\" --coverage"))]
    Test(TestArgs),
    /// Print the rules as JSON
    #[command(after_help = help!("rulec compile -o bundle.json\n  rulec compile --rule \"Locked out\""))]
    Compile(CompileArgs),
    /// Explain a diagnostic, or list them all
    #[command(after_help = help!("rulec explain E0301"))]
    Explain(ExplainArgs),
    /// Print completions for a shell
    #[command(after_help = help!("rulec completions bash > ~/.local/share/bash-completion/completions/rulec"))]
    Completions(CompletionsArgs),
}

/// `rulec new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The folder to make; where it exists, it must be empty
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// `rulec check`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CheckArgs {
    /// Files and folders to report on; `-` reads standard input [default: the project, or this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub format: Format,
    /// Mend what has one right answer
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: also mend what is only likely meant so
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long)]
    pub diff: bool,
    /// Let warnings fail the check
    #[arg(long)]
    pub deny_warnings: bool,
    /// The file that standard input stands for
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
}

/// `rulec fmt`.
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// Files and folders to format; `-` formats standard input [default: the project, or this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Change nothing; fail where something would change
    #[arg(long)]
    pub check: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub diff: bool,
    /// The file that standard input stands for
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
}

/// `rulec eval`.
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// The interaction, a JSON object of attributes [default: standard input]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The rules: files, or a folder of a project; may be repeated [default: the project, or this folder]
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Decide within this queue
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Files and folders whose tests to run [default: the project, or this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Run only tests and cases whose name contains this
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// List the conditions that no test made true, or made false
    #[arg(long)]
    pub coverage: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec compile`.
#[derive(Debug, Args)]
pub struct CompileArgs {
    /// Files, or a folder of a project [default: the project, or this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the request body of this rule only
    #[arg(long, value_name = "NAME")]
    pub rule: Option<String>,
    /// The queue of that rule, where several have a rule of its name
    #[arg(long, value_name = "NAME", requires = "rule")]
    pub queue: Option<String>,
}

/// `rulec explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code or a name: `E0301`, `type-mismatch` [default: list them all]
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// `rulec completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}
