//! `rulec audit`: what was noted of deployments.

mod deliver;
mod log;
mod metrics;
mod remote;
mod verify;

use crate::Outcome;
use crate::args::{AuditArgs, AuditWhat, StateArgs};
use crate::deploy::home::Home;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Does one of its parts.
pub(crate) fn run(arguments: &AuditArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    match &arguments.what {
        AuditWhat::Log(arguments) => log::run(arguments, terminal),
        AuditWhat::Verify(arguments) => verify::run(arguments, terminal),
        AuditWhat::Metrics(arguments) => metrics::run(arguments, terminal),
        AuditWhat::Remote(arguments) => remote::run(arguments, terminal),
        AuditWhat::Deliver(arguments) => deliver::run(arguments, terminal),
    }
}

/// The project whose state is asked for.
fn home(arguments: &StateArgs, terminal: &Terminal) -> Result<Home, Failure> {
    Home::of_folder(arguments.project.as_deref(), arguments.state.as_deref(), terminal.err_color)
}

/// Whether a label is that of an organization: its name alone, or with its host.
fn is_of(label: &str, name: Option<&str>) -> bool {
    name.is_none_or(|name| {
        label.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    })
}
