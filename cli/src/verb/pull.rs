//! `rulec pull`: an organization's rules as `.rule` text.

use crate::Outcome;
use crate::args::PullArgs;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Writes them.
pub(crate) fn run(_: &PullArgs, _: &mut Terminal) -> Result<Outcome, Failure> {
    Err(Failure::new("`pull` is not built yet"))
}
