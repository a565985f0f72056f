//! The options of `rulec audit` and `rulec export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{OrganizationArgs, ProjectArgs};

/// `rulec audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: AuditWhat,
}

/// What `rulec audit` can do.
#[derive(Debug, Subcommand)]
pub enum AuditWhat {
    /// List who deployed what, with the result
    Log(AuditLogArgs),
    /// Find every record that was changed, removed, inserted or moved
    Verify(AuditVerifyArgs),
    /// Show error rates and latencies of deployments
    Metrics(AuditMetricsArgs),
    /// Read the organization's own audit log
    Remote(AuditRemoteArgs),
    /// Send the events that wait for the webhook
    Deliver(AuditDeliverArgs),
}

/// The state, of verbs that talk to no organization.
#[derive(Debug, Args)]
pub struct StateArgs {
    /// A folder of the project [default: this folder]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// Where the state lies [default: `[state] dir` of `rulec.toml`, or `.rulec` in the project]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
}

/// `rulec audit log`.
#[derive(Debug, Args)]
pub struct AuditLogArgs {
    /// The state
    #[command(flatten)]
    pub state: StateArgs,
    /// Only deployments to this organization
    #[arg(long, value_name = "NAME")]
    pub org: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec audit verify`.
#[derive(Debug, Args)]
pub struct AuditVerifyArgs {
    /// The state
    #[command(flatten)]
    pub state: StateArgs,
    /// A head that a deployment printed: the record that it belongs to must still be there
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec audit metrics`.
#[derive(Debug, Args)]
pub struct AuditMetricsArgs {
    /// The state
    #[command(flatten)]
    pub state: StateArgs,
    /// Only deployments to this organization
    #[arg(long, value_name = "NAME")]
    pub org: Option<String>,
    /// From the deployment of this number on
    #[arg(long, value_name = "N")]
    pub from: Option<u64>,
    /// Up to the deployment of this number
    #[arg(long, value_name = "N")]
    pub to: Option<u64>,
    /// Only so many, the latest
    #[arg(long, value_name = "N")]
    pub last: Option<usize>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec audit remote`.
#[derive(Debug, Args)]
pub struct AuditRemoteArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Only what happened to the strategies of this queue
    #[arg(long, value_name = "NAME", conflicts_with = "entity")]
    pub queue: Option<String>,
    /// Only what happened to the object of this id
    #[arg(long, value_name = "ID")]
    pub entity: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec audit deliver`.
#[derive(Debug, Args)]
pub struct AuditDeliverArgs {
    /// The state
    #[command(flatten)]
    pub state: StateArgs,
    /// Also those whose time has not come, and those that were given up
    #[arg(long)]
    pub all: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `rulec export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to export.
    #[command(subcommand)]
    pub what: ExportWhat,
}

/// What `rulec export` can do.
#[derive(Debug, Subcommand)]
pub enum ExportWhat {
    /// The strategies of queues, for a workforce management system
    Wfm(ExportWfmArgs),
}

/// `rulec export wfm`.
#[derive(Debug, Args)]
pub struct ExportWfmArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Only this queue; may be repeated [default: all that have strategies]
    #[arg(long, value_name = "NAME")]
    pub queue: Vec<String>,
    /// Send it to `WFM_ENDPOINT` with `WFM_AUTH_HEADER`, instead of printing it
    #[arg(long)]
    pub send: bool,
}
