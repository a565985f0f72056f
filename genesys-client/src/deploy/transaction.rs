//! A plan's steps, forwards: each into the journal, then to the organization; verified; undone where anything fails.

use std::collections::BTreeMap;
use std::fmt;

use super::history::{Progress, note};
use super::journal::{Journal, JournalError};
use super::record::{Begin, Contested, Outcome, Record};
use super::way::Way;
use super::{Control, Event, Target};
use crate::plan::{Action, FieldDifference, OrderError, Plan, Step, steps};
use crate::resource::{Goal, Key, Kind, Live, Reference};
use crate::{Error, ErrorKind};

/// A deployment that ended as it should.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Its number.
    pub number: u64,
    /// How many writes it had.
    pub writes: usize,
}

/// Why a deployment did not end as it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeployError {
    /// Nothing was written: the organization cannot be used.
    #[error("{0}")]
    NotStarted(#[source] Error),
    /// Nothing was written: the changes have no order.
    #[error("{0}")]
    Order(#[from] OrderError),
    /// Nothing was written: the organization is another than that of the deployments before.
    #[error("the organization is another than the one that was deployed to before under this name")]
    OtherOrganization,
    /// Nothing was written: the journal cannot be.
    #[error("{0}")]
    Journal(JournalError),
    /// It failed and was undone: the organization is as it was before.
    #[error("{cause}")]
    Undone {
        /// Its number.
        number: u64,
        /// Why it failed.
        cause: Cause,
        /// What somebody else had changed meanwhile.
        contested: Vec<Contested>,
        /// Objects that were deleted and made again: their keys, old and new ids.
        remade: Vec<(Kind, Key, String, String)>,
    },
    /// It is left open: `recover` finishes or undoes it.
    #[error("{cause}")]
    Unfinished {
        /// Its number.
        number: u64,
        /// Why it stopped.
        cause: Cause,
    },
}

/// Why a deployment stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// A request failed.
    Failed(Error),
    /// Somebody else changed the same object meanwhile.
    Conflict {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: Key,
        /// What was expected, and what is there; empty where the object is gone or there are several.
        differences: Vec<FieldDifference>,
    },
    /// What was read back is not what was written.
    Unverified {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: Key,
        /// What was written, and what is there; empty where the object is not there, or still there.
        differences: Vec<FieldDifference>,
    },
    /// The platform has not taken notice of what an object refers to.
    NotFresh {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: Key,
    },
    /// A person stopped it.
    Interrupted,
    /// The journal could not be written.
    Journal(JournalError),
    /// A person asked for it to be undone.
    Asked,
    /// What was noted when undoing began, before a crash.
    Earlier(String),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "{error}"),
            Self::Conflict { kind, key, .. } => {
                write!(f, "somebody else changed the {} {key} meanwhile", kind.word())
            }
            Self::Unverified { kind, key, .. } => {
                write!(f, "the {} {key} is not as it was written", kind.word())
            }
            Self::NotFresh { kind, key } => {
                write!(f, "routing does not follow the skill group of the {} {key}", kind.word())
            }
            Self::Interrupted => f.write_str("interrupted"),
            Self::Journal(error) => write!(f, "{error}"),
            Self::Asked => f.write_str("undoing was asked for"),
            Self::Earlier(cause) => f.write_str(cause),
        }
    }
}

impl Cause {
    /// Whether nothing more can be sent or noted, so that undoing must wait for `recover`.
    pub(super) fn stops_everything(&self) -> bool {
        match self {
            Self::Failed(error) => error.kind == ErrorKind::Authentication,
            Self::Journal(_) => true,
            _ => false,
        }
    }
}

impl From<JournalError> for Cause {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Applies a plan: all of it, or none of it.
///
/// Before anything is written, the token is checked and the journal holds the whole plan with the state before.
///
/// # Errors
/// See [`DeployError`]: nothing begun, all undone, or left open for [`recover`](super::recover).
pub async fn deploy(
    target: &Target,
    plan: &Plan,
    rollback_of: Option<u64>,
    journal: &mut Journal,
    control: &Control<'_>,
) -> Result<Report, DeployError> {
    let steps = steps(&plan.changes)?;
    target.client.health().await.map_err(DeployError::NotStarted)?;
    let organization_id = target.client.organization_id().await.map_err(DeployError::NotStarted)?;
    let earlier = journal.records().iter().rev().find_map(|record| match record {
        Record::Begin(begin) if begin.organization == plan.organization => begin.organization_id.as_ref(),
        _ => None,
    });
    if is_another(earlier, organization_id.as_ref()) {
        return Err(DeployError::OtherOrganization);
    }
    let begins = journal.records().iter().filter(|record| matches!(record, Record::Begin(_))).count();
    let begin = Begin {
        number: begins as u64 + 1,
        time: humantime::format_rfc3339_seconds(target.clock.now()).to_string(),
        organization: plan.organization.clone(),
        organization_id,
        rollback_of,
        bundle: plan.bundle.clone(),
        changes: plan.changes.clone(),
        steps,
    };
    journal.write(Record::Begin(begin.clone())).map_err(DeployError::Journal)?;
    Transaction::new(target, journal, control, begin).run().await
}

/// Whether two ids, where both are known, are those of two organizations.
pub(super) fn is_another(noted: Option<&String>, found: Option<&String>) -> bool {
    noted.zip(found).is_some_and(|(noted, found)| noted != found)
}

/// A deployment under way.
pub(super) struct Transaction<'a> {
    pub(super) target: &'a Target,
    pub(super) journal: &'a mut Journal,
    pub(super) control: &'a Control<'a>,
    pub(super) begin: Begin,
    /// For each step, how far it got.
    pub(super) progress: Vec<Progress>,
    /// For each change, where its object is now.
    pub(super) slots: Vec<Slot>,
    pub(super) contested: Vec<Contested>,
    /// From which step on nothing is made or changed any more.
    pub(super) late: usize,
    /// Which change makes the object of this name.
    by_name: BTreeMap<(Kind, String), usize>,
    /// Which change is about the object that had this id before.
    by_id: BTreeMap<(Kind, String), usize>,
}

/// Where an object is: its id and version, as far as they are known. Of a part that is not there, the version of the
/// list that it would be in.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Slot {
    pub(super) id: Option<String>,
    pub(super) version: Option<u64>,
    /// What it said when it was read last.
    pub(super) last: Option<Goal>,
}

impl Slot {
    pub(super) fn of(live: &Live) -> Self {
        Self { id: Some(live.id.clone()), version: live.version, last: Some(live.goal()) }
    }

    pub(super) fn at(id: Option<String>, version: Option<u64>) -> Self {
        Self { id, version, last: None }
    }
}

impl<'a> Transaction<'a> {
    pub(super) fn new(
        target: &'a Target,
        journal: &'a mut Journal,
        control: &'a Control<'a>,
        begin: Begin,
    ) -> Self {
        let slots = begin
            .changes
            .iter()
            .map(|change| change.before.as_ref())
            .map(|live| Slot::at(live.map(|live| live.id.clone()), live.and_then(|live| live.version)))
            .collect();
        let progress = vec![Progress::default(); begin.steps.len()];
        let changes = || begin.changes.iter().enumerate();
        let by_name = changes()
            .filter(|(_, change)| change.before.is_none())
            .filter_map(|(at, change)| Some(((change.kind, change.after.as_ref()?.key.name.clone()), at)))
            .collect();
        let by_id = changes()
            .filter_map(|(at, change)| Some(((change.kind, change.before.as_ref()?.id.clone()), at)))
            .collect();
        let late =
            begin.steps.iter().rposition(|step| matches!(step.action, Action::Create | Action::Update));
        let late = late.map_or(0, |last| last + 1);
        Self { target, journal, control, begin, progress, slots, contested: Vec::new(), late, by_name, by_id }
    }

    /// Goes forwards; undoes everything where that fails.
    pub(super) async fn run(mut self) -> Result<Report, DeployError> {
        (self.control.watch)(&Event::Begin { number: self.begin.number, writes: self.begin.steps.len() });
        match self.forwards().await {
            Ok(()) => Ok(Report { number: self.begin.number, writes: self.begin.steps.len() }),
            Err(cause) if cause.stops_everything() || self.control.without_undo => Err(self.halt(cause)),
            Err(cause) => self.undo(cause).await,
        }
    }

    /// Leaves the deployment open. That the journal may not take the reason changes nothing: without an end it is open.
    pub(super) fn halt(self, cause: Cause) -> DeployError {
        let _ = self.journal.write(Record::Halt { cause: cause.to_string() });
        DeployError::Unfinished { number: self.begin.number, cause }
    }

    async fn forwards(&mut self) -> Result<(), Cause> {
        let mut next = 0;
        while next < self.begin.steps.len() {
            let tier = self.tier(next);
            next = tier.end;
            for batch in self.batches(tier.clone()) {
                if self.control.interrupt.is_set() {
                    return Err(Cause::Interrupted);
                }
                self.carry_out_all(&batch).await?;
            }
            // What has an effect of its own, what refers to this, and what cannot be taken back under the same id waits
            // until this is verified.
            if tier.end <= self.late {
                let changes = self.changes_of(tier);
                if next < self.begin.steps.len() {
                    self.verify(&changes).await?;
                }
                self.refresh(&changes).await?;
            }
        }
        self.verify(&(0..self.begin.changes.len()).collect()).await?;
        if self.control.interrupt.is_set() {
            return Err(Cause::Interrupted);
        }
        self.journal.write(Record::End { outcome: Outcome::Deployed })?;
        Ok(())
    }

    /// The step of this number, the kind of its object, and its way forwards, as far as it is known what it refers to.
    pub(super) fn step(&self, index: usize) -> Option<(Step, Kind, Way)> {
        let step = *self.begin.steps.get(index)?;
        let change = self.begin.changes.get(step.change)?;
        let way = Way::of(step, change)?.refer(change.kind, &mut |kind, to| self.resolve(kind, to));
        Some((step, change.kind, way))
    }

    /// Points a reference to where its object is now: made by this deployment, or made again when undoing it.
    fn resolve(&self, kind: Kind, to: &mut Reference) {
        let at = match &to.id {
            Some(id) => self.by_id.get(&(kind, id.clone())),
            None => self.by_name.get(&(kind, to.name.clone())),
        };
        let now = at.and_then(|at| self.slots.get(*at)).and_then(|slot| slot.id.as_ref());
        if let Some(now) = now {
            to.id = Some(now.clone());
        }
    }

    /// The change that is about the object that had this id before.
    pub(super) fn change_of(&self, kind: Kind, id: &str) -> Option<usize> {
        self.by_id.get(&(kind, id.to_owned())).copied()
    }

    /// What the journal notes of this deployment's objects, oldest first: of which change, and id and version then.
    pub(super) fn noted(&self) -> impl Iterator<Item = (usize, Option<&str>, Option<u64>)> {
        let records = self.journal.records();
        let begin = records.iter().rposition(|record| matches!(record, Record::Begin(_))).unwrap_or(0);
        records.iter().skip(begin).filter_map(|record| match record {
            Record::Done { step, id, version, .. } => {
                let change = self.begin.steps.get(*step)?.change;
                Some((change, id.as_deref(), *version))
            }
            _ => None,
        })
    }

    /// Notes something in the journal and in what is known.
    pub(super) fn note(&mut self, record: Record) -> Result<(), JournalError> {
        note(&mut self.progress, &record);
        self.journal.write(record)
    }

    pub(super) fn slot(&self, change: usize) -> Slot {
        self.slots.get(change).cloned().unwrap_or_default()
    }
}
