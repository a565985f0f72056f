//! The command line.

mod backtest;
mod check;
mod code;
mod evaluate;
pub mod figure;
mod governance;
mod serve;
mod simulate;
mod simulate_load;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use backtest::{BacktestArgs, Emit, SqlDialect};
pub use check::{CheckArgs, Format};
pub use evaluate::{EvaluateArgs, GroupArg, MediaArg};
pub use governance::{
    AuditArgs, AuditDeliverArgs, AuditLogArgs, AuditMetricsArgs, AuditRemoteArgs, AuditVerifyArgs, AuditWhat,
    ExportArgs, ExportWfmArgs, ExportWhat, StateArgs,
};
pub use serve::ServeArgs;
pub use simulate::{RankingArgs, ScorerArg, SimulateAgentsArgs, SimulateArgs, SimulateWhat};
pub use simulate_load::{AgentsArg, EventsArgs, SimulateLoadArgs};

/// What follows the options in a verb's help.
macro_rules! help {
    ($example:literal) => {
        concat!(
            "Examples:\n  ",
            $example,
            "\n\nExit codes: 0 clean, 1 findings, 2 usage, configuration or files."
        )
    };
    ($example:literal, $codes:literal) => {
        concat!("Examples:\n  ", $example, "\n\nExit codes: ", $codes)
    };
}

/// Routing rules as code: check, format, test, compile and deploy `.rule` files.
#[derive(Debug, Parser)]
#[command(
    name = "rulec",
    version,
    propagate_version = false,
    arg_required_else_help = true,
    infer_subcommands = false
)]
#[command(
    after_help = "Exit codes: 0 clean, 1 findings or a deployment undone, 2 usage, configuration, files or network, \
                  3 a deployment left unfinished, 130 interrupted."
)]
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
    /// Print every request to an organization, without secrets
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub verbose: bool,
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
    /// Start a project that checks, tests and deploys as it stands
    #[command(after_help = help!("rulec new rules"))]
    New(NewArgs),
    /// Find every mistake, and mend those that have one right answer
    #[command(after_help = help!("rulec check\n  rulec check --fix rules/support.rule"))]
    Check(CheckArgs),
    /// Format `.rule` files
    #[command(visible_alias = "format", after_help = help!("rulec fmt\n  rulec fmt --check"))]
    Fmt(FmtArgs),
    /// Decide one interaction, and say why
    #[command(after_help = help!("echo '{\"language\": \"en\"}' | rulec eval\n  rulec eval call.json --queue \"Technical Support\""))]
    Eval(EvalArgs),
    /// Run the tests in the rules
    #[command(after_help = help!("rulec test\n  rulec test --filter \"English calls\" --coverage"))]
    Test(TestArgs),
    /// Run the rules over records of the past: what matches, what decides, what would move
    #[command(after_help = help!("rulec backtest calls.jsonl\n  rulec backtest \"2026-*/*.parquet\" --against main --time started --html report.html"))]
    Backtest(Box<BacktestArgs>),
    /// Print the rules as JSON
    #[command(after_help = help!("rulec compile -o bundle.json\n  rulec compile --rule \"Locked out\""))]
    Compile(CompileArgs),
    /// Show what deploying would change in an organization
    #[command(after_help = help!("rulec plan\n  rulec plan --org prod --out release.plan", "0 shown, 1 findings, 2 usage, configuration, files or network; with --detailed-exitcode 0 nothing to do, 1 error, 2 changes."))]
    Plan(PlanArgs),
    /// Change an organization to what the rules say: all of it, or nothing
    #[command(after_help = help!("rulec deploy\n  rulec deploy --org prod --plan release.plan --yes", "0 live, 1 undone or findings, 2 usage, configuration, files or network, 3 left unfinished: run `rulec recover`, 130 interrupted."))]
    Deploy(DeployArgs),
    /// Show where an organization differs from what was deployed
    #[command(after_help = help!("rulec drift --org prod", "0 the same, 1 error, 2 differs."))]
    Drift(DriftArgs),
    /// List the deployments of this project
    #[command(after_help = help!("rulec history"))]
    History(HistoryArgs),
    /// Take a finished deployment back
    #[command(after_help = help!("rulec rollback\n  rulec rollback 12 --org prod", "0 taken back, 1 refused or undone, 2 usage, configuration, files or network, 3 left unfinished: run `rulec recover`, 130 interrupted."))]
    Rollback(RollbackArgs),
    /// Finish or undo what a crash or a dead token left open
    #[command(after_help = help!("rulec recover\n  rulec recover --undo --org prod", "0 finished, 1 undone, 2 usage, configuration, files or network, 3 still unfinished, 130 interrupted."))]
    Recover(RecoverArgs),
    /// Write an organization's rules as `.rule` text
    #[command(after_help = help!("rulec pull --org prod\n  rulec pull --org prod --queue Support --out rules/support.rule"))]
    Pull(PullArgs),
    /// Read and verify what was noted of deployments, and deliver events
    #[command(after_help = help!("rulec audit log\n  rulec audit verify --head HASH\n  rulec audit metrics --last 10", "0 clean, 1 the log is not what was written, 2 usage, configuration, files or network."))]
    Audit(AuditArgs),
    /// Give an organization's settings to other systems
    #[command(after_help = help!("rulec export wfm --org prod\n  rulec export wfm --queue Support --send"))]
    Export(ExportArgs),
    /// See what the rules do to agents and waiting times before they are deployed
    #[command(after_help = help!("echo '{\"language\": \"en\"}' | rulec simulate agents\n  rulec simulate agents call.json --agents agents.json --top 10\n  rulec simulate load --queue Support --calls 45 --service 4m --agents 4", "0 simulated, 1 mistakes in the rules or a requirement that is not met, 2 usage, configuration, files or network."))]
    Simulate(SimulateArgs),
    /// Try rules in a browser or over HTTP: which decides, why, and who gets the interaction
    #[command(after_help = help!("rulec serve\n  rulec serve --agents agents.json --port 8000", "0 stopped, 1 mistakes in the rules, 2 usage, configuration, files or network."))]
    Serve(ServeArgs),
    /// Score the live strategies by the organization's analytics
    #[command(after_help = help!("rulec evaluate\n  rulec evaluate --org prod --days 14 --queue Support --media-type voice", "0 evaluated, 2 usage, configuration, files or network."))]
    Evaluate(EvaluateArgs),
    /// Serve a local organization on this machine
    #[command(after_help = help!("rulec sandbox\n  rulec sandbox --port 8080 --memory"))]
    Sandbox(SandboxArgs),
    /// Serve an editor: the language server, on standard input and output
    #[command(after_help = help!("rulec lsp", "0 ended as told, 1 ended without `shutdown`, 2 the editor broke the protocol."))]
    Lsp(LspArgs),
    /// Explain a diagnostic, or list them all
    #[command(after_help = help!("rulec explain E0301\n  rulec explain unused-attribute unused-queue"))]
    Explain(ExplainArgs),
    /// Print completions for a shell
    #[command(after_help = help!("rulec completions bash > ~/.local/share/bash-completion/completions/rulec"))]
    Completions(CompletionsArgs),
    /// Write the manual pages
    #[command(after_help = help!("rulec man ~/.local/share/man/man1"))]
    Man(ManArgs),
}

impl Verb {
    /// Whether another program reads the results of a verb that deals with an organization.
    pub fn wants_json(&self) -> bool {
        match self {
            Self::Plan(plan) => plan.json || plan.format == PlanFormat::Json,
            Self::Deploy(deploy) => deploy.json,
            Self::Drift(drift) => drift.json,
            Self::History(history) => history.json,
            Self::Rollback(rollback) => rollback.json,
            Self::Recover(recover) => recover.json,
            Self::Evaluate(evaluate) => evaluate.json,
            Self::Simulate(simulate) => match &simulate.what {
                SimulateWhat::Agents(agents) => agents.json,
                SimulateWhat::Load(load) => load.json,
            },
            Self::Audit(audit) => match &audit.what {
                AuditWhat::Log(log) => log.json,
                AuditWhat::Verify(verify) => verify.json,
                AuditWhat::Metrics(metrics) => metrics.json,
                AuditWhat::Remote(remote) => remote.json,
                AuditWhat::Deliver(deliver) => deliver.json,
            },
            _ => false,
        }
    }
}

/// `rulec new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The folder to make; where it exists, it must be empty
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
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

/// How the results of tests are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// JUnit's XML, for Jenkins and others
    Junit,
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
    /// How to print the results
    #[arg(long, value_enum, default_value_t = TestFormat::Text, value_name = "FORMAT")]
    pub format: TestFormat,
    /// Print JSON, as `--format json`
    #[arg(long, conflicts_with = "format")]
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

/// `rulec lsp`.
#[derive(Debug, Args)]
pub struct LspArgs {
    /// What editors add by themselves; there is no other way to speak
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// `rulec explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Codes or names: `E0301`, `type-mismatch` [default: list them all]
    #[arg(value_name = "CODE", value_parser = code::CodeParser, hide_possible_values = true)]
    pub codes: Vec<String>,
}

/// `rulec completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `rulec man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder to write them to, one page a verb; made where there is none
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Which organization, and where its state lies.
#[derive(Debug, Args)]
pub struct OrganizationArgs {
    /// The organization of `rulec.toml`, or `sandbox` for the embedded one [default: the only one, that of the variables, or the embedded sandbox]
    #[arg(long, value_name = "NAME")]
    pub org: Option<String>,
    /// Where journal and lock lie [default: `[state] dir` of `rulec.toml`, or `.rulec` in the project]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
}

/// The project, of verbs that read no rules.
#[derive(Debug, Args)]
pub struct ProjectArgs {
    /// A folder of the project [default: this folder]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
}

/// What is deleted that the rules do not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PruneArg {
    /// What this project deployed
    Owned,
    /// Everything, whoever made it
    Unowned,
}

/// What goes into a plan.
#[derive(Debug, Args)]
pub struct PlanningArgs {
    /// Also delete what the rules no longer declare: what this project deployed, or with `unowned` everything
    #[arg(long, value_enum, value_name = "WHAT", num_args = 0..=1, require_equals = true, default_missing_value = "owned", hide_possible_values = true)]
    pub prune: Option<PruneArg>,
}

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For pull requests
    Markdown,
}

/// `rulec plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Files, or a folder of a project [default: the project of this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// The plan
    #[command(flatten)]
    pub planning: PlanningArgs,
    /// Keep the plan in this file, for `rulec deploy --plan FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How to print the plan
    #[arg(long, value_enum, default_value_t = PlanFormat::Text, value_name = "FORMAT")]
    pub format: PlanFormat,
    /// Print JSON: the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Exit with 2 where something would change, and with 1 on any error
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// `rulec deploy`.
#[derive(Debug, Args)]
pub struct DeployArgs {
    /// Files, or a folder of a project [default: the project of this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// The plan
    #[command(flatten)]
    pub planning: PlanningArgs,
    /// Apply exactly this plan of `rulec plan --out`, or stop with the difference
    #[arg(long, value_name = "FILE", conflicts_with = "prune")]
    pub plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec drift`.
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A deployment's number.
fn deployment_number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "it is a deployment's number; `rulec history` lists them".to_owned())
}

/// `rulec rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The deployment's number in `rulec history` [default: the latest that is live]
    #[arg(value_name = "ID", value_parser = deployment_number)]
    pub id: Option<u64>,
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec recover`.
#[derive(Debug, Args)]
pub struct RecoverArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Take everything back, instead of finishing it
    #[arg(long)]
    pub undo: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec pull`.
#[derive(Debug, Args)]
pub struct PullArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Write to this file of the project instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Only the rules of this queue
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
    /// Overwrite the file
    #[arg(long, requires = "out")]
    pub force: bool,
}

/// `rulec sandbox`.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Where the organization is kept [default: `[state] dir` of `rulec.toml`, or `.rulec` in the project]
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    pub state: Option<PathBuf>,
    /// The port to listen on, on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8080)]
    pub port: u16,
    /// Keep nothing: start anew, and forget everything at the end
    #[arg(long)]
    pub memory: bool,
    /// The organization to start with, a JSON file of queues, skills, agents and more: see docs/sandbox.md
    #[arg(long, value_name = "FILE")]
    pub fixture: Option<PathBuf>,
    /// How many requests a token may send within a minute; 0 for any number
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub rate: u32,
}
