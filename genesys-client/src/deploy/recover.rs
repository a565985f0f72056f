//! Finishes or undoes what a crash or a dead token left open.

use super::history::deployments;
use super::journal::Journal;
use super::transaction::{Cause, DeployError, Report, Slot, Transaction, is_another};
use super::{Control, Event, Target};
use crate::Error;

/// Where an open deployment is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Direction {
    /// On where it was going: to its end, or back where it was being undone.
    #[default]
    Onwards,
    /// Back.
    Undo,
}

/// Why nothing was recovered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// No deployment is open.
    #[error("no deployment is open")]
    Nothing,
    /// The open deployment is another organization's.
    #[error("the open deployment is for another organization, `{0}` as it was then")]
    OtherOrganization(String),
    /// The organization cannot be used now; the deployment stays open.
    #[error("{0}")]
    Unreachable(#[source] Error),
    /// It did not end as it should.
    #[error("{0}")]
    Deploy(#[from] DeployError),
}

/// Finishes or undoes the open deployment, after asking the organization what really happened.
///
/// # Errors
/// See [`RecoverError`]. A deployment that was undone comes as [`DeployError::Undone`].
pub async fn recover(
    target: &Target,
    journal: &mut Journal,
    direction: Direction,
    control: &Control<'_>,
) -> Result<Report, RecoverError> {
    let open = deployments(journal.records()).pop().filter(super::Deployment::is_open);
    let Some(open) = open else { return Err(RecoverError::Nothing) };
    if open.begin.organization != target.organization {
        return Err(RecoverError::OtherOrganization(open.begin.organization));
    }
    target.client.health().await.map_err(RecoverError::Unreachable)?;
    let organization_id = target.client.organization_id().await.map_err(RecoverError::Unreachable)?;
    if is_another(open.begin.organization_id.as_ref(), organization_id.as_ref()) {
        return Err(RecoverError::OtherOrganization(open.begin.organization));
    }
    let mut transaction = Transaction::new(target, journal, control, open.begin);
    let noted: Vec<(usize, Slot)> = transaction
        .noted()
        .map(|(change, id, version)| (change, Slot::at(id.map(str::to_owned), version)))
        .collect();
    for (change, noted) in noted {
        if let Some(slot) = transaction.slots.get_mut(change) {
            *slot = noted;
        }
    }
    transaction.progress = open.steps;
    transaction.contested = open.contested;
    let cause = match (open.undo, direction) {
        (Some(cause), _) => Cause::Earlier(cause),
        (None, Direction::Undo) => Cause::Asked,
        (None, Direction::Onwards) => return Ok(transaction.run().await?),
    };
    let (number, writes) = (transaction.begin.number, transaction.begin.steps.len());
    (control.watch)(&Event::Begin { number, writes });
    Ok(transaction.undo(cause).await?)
}
