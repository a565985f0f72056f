//! The command line of `rulec check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: one object
    Json,
    /// For programs: an object a line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub's workflows
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit's XML, for Jenkins and others
    Junit,
    /// reviewdog's diagnostic format
    Rdjson,
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
    #[arg(long, alias = "deny-warnings")]
    pub error_on_warning: bool,
    /// End with 0 whatever is found; a check that could not be done still ends with 2
    #[arg(long)]
    pub exit_zero: bool,
    /// Count what was found by code, instead of showing it
    #[arg(long)]
    pub statistics: bool,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// The file that standard input stands for
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
}
