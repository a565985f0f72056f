//! The options of `rulec simulate load`.

use std::path::PathBuf;

use clap::Args;

use super::figure::{Requirement, amount, seconds, share};
use super::{MediaArg, OrganizationArgs};

/// Who works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentsArg {
    /// So many, all alike.
    Count(u32),
    /// Those of a file.
    File(PathBuf),
}

/// Reads a number, or the name of a file.
fn agents(text: &str) -> Result<AgentsArg, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .parse()
            .map(AgentsArg::Count)
            .map_err(|_| "that many agents are not calculated".to_owned());
    }
    Ok(AgentsArg::File(PathBuf::from(text)))
}

/// `rulec simulate load`.
#[derive(Debug, Args)]
pub struct SimulateLoadArgs {
    /// The queue whose strategies are judged; of a simulation, the one that `--require` is about [default: all together]
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
    /// The strategies of this kind of interactions [default: all; of a simulation, voice]
    #[arg(long, value_enum, value_name = "TYPE")]
    pub media_type: Option<MediaArg>,
    /// How many work; of a simulation also a JSON file of them: see docs/simulation.md
    #[arg(long, value_name = "N|FILE", value_parser = agents, required_unless_present_any = ["scenario"])]
    pub agents: Option<AgentsArg>,
    /// How long an agent is busy with one, on average: `240s`, `4m`
    #[arg(long, value_name = "DURATION", value_parser = seconds, required_unless_present_any = ["scenario", "service_column"])]
    pub service: Option<f64>,
    /// How long one waits before one leaves, on average [default: nobody leaves]
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    pub patience: Option<f64>,
    /// The time of the service level [default: 20s]
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    pub answer_within: Option<f64>,
    /// What must hold, or the exit code is 1: `service_level>=80%`, `mean_wait<=30s`, `change_mean_wait<=5s`; may be repeated
    #[arg(long, value_name = "MEASURE>=FIGURE")]
    pub require: Vec<Requirement>,
    /// The rules: files, or a folder of a project; may be repeated [default: the project, or this folder]
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,

    /// By formulas: how many arrive, on average
    #[arg(long, value_name = "N", value_parser = amount, required_unless_present_any = ["scenario", "records"], help_heading = "By formulas")]
    pub calls: Option<f64>,
    /// In how long a time [default: 1h]
    #[arg(long, value_name = "DURATION", value_parser = seconds, requires = "calls", help_heading = "By formulas")]
    pub per: Option<f64>,
    /// Find the agents that answer this share in time
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "calls", help_heading = "By formulas")]
    pub target: Option<f64>,
    /// … and are busy for no more than this share of time
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "calls", help_heading = "By formulas")]
    pub max_occupancy: Option<f64>,
    /// The share of paid time in which nobody takes any
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "calls", help_heading = "By formulas")]
    pub shrinkage: Option<f64>,

    /// The events
    #[command(flatten)]
    pub events: EventsArgs,
}

/// The simulation of every single interaction.
#[derive(Debug, Args)]
#[command(next_help_heading = "By events")]
pub struct EventsArgs {
    /// Simulate what this JSON file describes: agents, arrivals, times; see docs/simulation.md
    #[arg(long, value_name = "FILE", conflicts_with_all = ["calls", "records"])]
    pub scenario: Option<PathBuf>,
    /// Simulate the interactions of these files of records, as `backtest` reads them
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "calls")]
    pub records: Vec<String>,
    /// The column or key with the time of a record
    #[arg(long, value_name = "COLUMN", requires = "records")]
    pub time: Option<String>,
    /// The column or key with the seconds that a record took an agent
    #[arg(long, value_name = "COLUMN", requires = "records")]
    pub service_column: Option<String>,
    /// The column or key with the seconds that who called would have waited
    #[arg(long, value_name = "COLUMN", requires = "records")]
    pub patience_column: Option<String>,
    /// Compare with other rules, on the same callers: a folder or file, a revision of git, or `live`
    #[arg(long, value_name = "PATH|REV|live", conflicts_with = "calls")]
    pub against: Option<String>,
    /// The same number gives the same report, to the byte
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "calls")]
    pub seed: u64,
    /// How often it is simulated; the more, the narrower the intervals
    #[arg(long, value_name = "N", default_value_t = 20, conflicts_with = "calls")]
    pub replications: u32,
    /// How many replications run at the same time [default: one for each core]
    #[arg(long, value_name = "N", conflicts_with = "calls")]
    pub threads: Option<usize>,
    /// Write the report as a page for browsers to this file
    #[arg(long, value_name = "FILE", conflicts_with = "calls")]
    pub html: Option<PathBuf>,
    /// The organization, for `--against live`
    #[command(flatten)]
    pub organization: OrganizationArgs,
}
