//! The options of `rulec simulate`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use routing_sim::agent_score::Scorer;

use super::figure::Requirement;
use super::{OrganizationArgs, SimulateLoadArgs};

/// `rulec simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// What to simulate.
    #[command(subcommand)]
    pub what: SimulateWhat,
}

/// What `rulec simulate` can do.
#[derive(Debug, Subcommand)]
pub enum SimulateWhat {
    /// Rank the agents who would get an interaction, with the reasons
    Agents(Box<SimulateAgentsArgs>),
    /// Forecast waiting times under a load: of one queue by formulas, of all queues by simulating every interaction
    Load(Box<SimulateLoadArgs>),
}

/// How agents are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ScorerArg {
    /// From 0 to 1; more of the required skills and better priorities never score less
    #[default]
    Default,
    /// The contract's figures to the digit
    Seed,
}

impl From<ScorerArg> for Scorer {
    fn from(scorer: ScorerArg) -> Self {
        match scorer {
            ScorerArg::Default => Self::Default,
            ScorerArg::Seed => Self::Seed,
        }
    }
}

/// Who the agents are, and how they are ranked.
#[derive(Debug, Args)]
pub struct RankingArgs {
    /// Read the agents from this JSON file instead of an organization: see docs/simulation.md
    #[arg(long, value_name = "FILE", conflicts_with = "org")]
    pub agents: Option<PathBuf>,
    /// How agents are scored
    #[arg(long, value_enum, default_value_t = ScorerArg::Default, value_name = "SCORER")]
    pub scorer: ScorerArg,
    /// How many agents are listed
    #[arg(long, value_name = "N", default_value_t = routing_sim::agent_score::TOP)]
    pub top: usize,
}

/// `rulec simulate agents`.
#[derive(Debug, Args)]
pub struct SimulateAgentsArgs {
    /// The interaction, a JSON object of attributes [default: standard input]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The rules: files, or a folder of a project; may be repeated [default: the project, or this folder]
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// The queue, instead of the one that the rules decide
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
    /// A skill that the interaction needs; may be repeated [default: those of the interaction, the strategy and the queue]
    #[arg(long, value_name = "NAME")]
    pub skill: Vec<String>,
    /// What must hold, or the exit code is 1: `available_agents>=3`, `best_score>=0.6`; may be repeated
    #[arg(long, value_name = "MEASURE>=FIGURE", value_parser = Requirement::of_agents)]
    pub require: Vec<Requirement>,
    /// The agents
    #[command(flatten)]
    pub ranking: RankingArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
