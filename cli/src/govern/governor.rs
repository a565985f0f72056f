//! Notes what became of a command that may write to an organization.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::SystemTime;

use genesys_client::audit::{
    AuditKey, AuditLog, AuditVerb, AuditedOutcome, Changes, Count, Measured, Metrics, Sample, Unfit, What,
};
use genesys_client::deploy::{Deployment, Outcome as Ended};
use genesys_client::plan::{Change, Plan};
use genesys_client::rfc3339;
use genesys_client::webhook::{About, Batch, Outbox, Tray, events};
use serde::Serialize;

use super::deliver::deliver_due;
use super::file_failure;
use super::who::{KEY, key, who};
use crate::deploy::outcome::{End, Ending};
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::render::plan::Counts;
use crate::state::deployments_of;
use crate::terminal::Terminal;

/// The longest reason that is noted, in characters.
pub(super) const LONGEST_REASON: usize = 1000;

/// Notes what one command does to one organization.
pub(crate) struct Governor {
    verb: AuditVerb,
    who: String,
    key: Option<AuditKey>,
    /// What was planned last: the bundle, and how much changes.
    planned: RefCell<Option<(String, Changes)>>,
}

/// Where the audit log stands after a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Audited {
    /// The number of its record.
    pub(crate) record: u64,
    /// The chain's head.
    pub(crate) head: String,
}

impl Governor {
    /// Opens the audit log, before anything is written, and notes what an earlier run could not.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or goes on with another key, and where the outbox takes no events.
    pub(crate) fn open(session: &Session, verb: AuditVerb, terminal: &mut Terminal) -> Result<Self, Failure> {
        let governor = Self { verb, who: who(), key: key()?, planned: RefCell::default() };
        let path = session.home.state.audit();
        let log = AuditLog::read(&path).map_err(|error| file_failure(&error))?;
        fits(&log, governor.key.as_ref())?;
        // It goes on, as what is wrong stays to be seen; but whoever deploys hears of it first.
        let findings = log.verify(governor.key.as_ref(), None).findings;
        if !findings.is_empty() {
            terminal.warn("the audit log is not what was written: `rulec audit verify` says where");
        }
        governor.settle(session, log, None, None).map_err(|error| file_failure(&error))?;
        // Better known before than after.
        if let Some(config) = &session.home.config.webhook {
            Outbox::at(session.home.state.outbox()).probe().map_err(|error| file_failure(&error))?;
            if let Err(failure) = super::deliver::webhook(config) {
                terminal.warn(&format!("{}; events will wait in the outbox", failure.message));
            }
        }
        Ok(governor)
    }

    /// What is about to be deployed.
    pub(crate) fn planned(&self, plan: &Plan) {
        *self.planned.borrow_mut() = Some((plan.bundle.clone(), changes(&plan.changes)));
    }

    /// Notes that nothing was written, and why.
    pub(crate) fn refused(&self, session: &Session, reason: &str, terminal: &mut Terminal) {
        let now = session.connection.target.clock.now();
        let (bundle, changes) = self.planned.borrow().clone().unzip();
        let what = What { bundle, changes, ..self.what(session, now, AuditedOutcome::Refused, Some(reason)) };
        let sample = session.connection.recorder.take();
        measure(session, None, AuditedOutcome::Refused, now, &sample, terminal);
        let result = AuditLog::read(&session.home.state.audit())
            .and_then(|mut log| log.append(what, self.key.as_ref()).map(|_| ()));
        if let Err(error) = result {
            terminal.warn(&format!("the audit log does not have this: {}", file_failure(&error).message));
        }
    }

    /// Notes how a deployment ended: in the outbox, the audit log, and the latencies. What cannot be noted is warned of;
    /// what became of the organization stays what it is.
    pub(crate) fn ended(&self, session: &Session, end: &mut End, terminal: &mut Terminal) {
        let outcome = match end.ending {
            Ending::Deployed => AuditedOutcome::Deployed,
            Ending::Undone => AuditedOutcome::Undone,
            Ending::Unfinished => AuditedOutcome::Unfinished,
            Ending::Nothing | Ending::Declined | Ending::Stale | Ending::Guarded | Ending::Gated => return,
        };
        let now = session.connection.target.clock.now();
        let sample = session.connection.recorder.take();
        measure(session, end.number, outcome, now, &sample, terminal);
        let reason = end.failure.as_ref().map(|failure| failure.message.as_str());
        let result = AuditLog::read(&session.home.state.audit())
            .and_then(|log| self.settle(session, log, Some((outcome, reason)), Some(&sample)));
        match result {
            Ok(Some(audited)) => {
                terminal.note(format_args!("audit log: record {}, head {}", audited.record, audited.head));
                end.audit = Some(audited);
            }
            Ok(None) => {}
            Err(error) => {
                terminal
                    .warn(&format!("the audit log does not have this yet: {}", file_failure(&error).message));
            }
        }
    }

    /// Notes what failed before anything was written, and sends what is due.
    pub(crate) async fn close<T>(
        &self,
        session: &Session,
        result: &Result<T, Failure>,
        terminal: &mut Terminal,
    ) {
        if let Err(failure) = result {
            self.refused(session, &failure.message, terminal);
        }
        self.deliver(session, terminal).await;
    }

    /// Sends what is due to be told.
    pub(crate) async fn deliver(&self, session: &Session, terminal: &mut Terminal) {
        deliver_due(&session.home, &session.connection.target.clock, terminal).await;
    }

    /// Notes every deployment of the journal that has ended and is not noted, and the open one as `ended` says, or as left
    /// open where this recovers it and nobody noted that it began. The events come first: a deployment with a record is one whose events are on the disk.
    fn settle(
        &self,
        session: &Session,
        mut log: AuditLog,
        ended: Option<(AuditedOutcome, Option<&str>)>,
        sample: Option<&Sample>,
    ) -> Result<Option<Audited>, genesys_client::FileError> {
        // A journal that cannot be read is told of by whoever needs it.
        let Ok(journal) = session.home.state.read_journal(&session.name) else { return Ok(None) };
        let deployments = deployments_of(&journal, &session.label);
        let last = deployments.last().map(|deployment| deployment.begin.number);
        let ours = || log.records().iter().map(|sealed| &sealed.record.what);
        let ours = || ours().filter(|what| what.organization == session.label);
        let which = |what: &What| (what.deployment, what.begun.clone());
        let mentioned: HashSet<(Option<u64>, Option<String>)> = ours().map(which).collect();
        let noted: HashSet<(Option<u64>, Option<String>)> =
            ours().filter(|what| what.outcome.is_final()).map(which).collect();
        let mut audited = None;
        for deployment in &deployments {
            let begin = &deployment.begin;
            let of_this_run = ended.filter(|_| Some(begin.number) == last);
            let outcome = match (deployment.outcome, of_this_run) {
                (Some(Ended::Deployed), _) => AuditedOutcome::Deployed,
                (Some(Ended::Undone), _) => AuditedOutcome::Undone,
                (None, Some((outcome, _))) => outcome,
                // Whoever recovers it comes after somebody who left it open and may not have been able to say so.
                (None, None) if self.verb == AuditVerb::Recover => AuditedOutcome::Unfinished,
                (None, None) => continue,
            };
            let is_left = outcome == AuditedOutcome::Unfinished && of_this_run.is_none();
            let known = if is_left { &mentioned } else { &noted };
            if known.contains(&(Some(begin.number), Some(begin.time.clone()))) {
                continue;
            }
            let now = session.connection.target.clock.now();
            if outcome == AuditedOutcome::Deployed {
                tell(session, deployment, now, sample.filter(|_| of_this_run.is_some()))?;
            }
            let reason = match of_this_run {
                Some((_, reason)) => reason,
                None => deployment.undo.as_deref().or(deployment.halt.as_deref()),
            };
            let mut what = What {
                deployment: Some(begin.number),
                begun: Some(begin.time.clone()),
                rollback_of: begin.rollback_of,
                bundle: Some(begin.bundle.clone()),
                changes: Some(changes(&begin.changes)),
                late: of_this_run.is_none(),
                ..self.what(session, now, outcome, reason)
            };
            if what.late {
                // The journal does not say who it was.
                what.who = format!("unknown, noted by {}", self.who);
                what.verb = if begin.rollback_of.is_some() { AuditVerb::Rollback } else { AuditVerb::Deploy };
            }
            let sealed = log.append(what, self.key.as_ref())?;
            audited = Some(Audited { record: sealed.record.number, head: sealed.hash.clone() });
        }
        Ok(audited)
    }

    fn what(
        &self,
        session: &Session,
        now: SystemTime,
        outcome: AuditedOutcome,
        reason: Option<&str>,
    ) -> What {
        What {
            time: rfc3339(now),
            who: self.who.clone(),
            verb: self.verb,
            organization: session.label.clone(),
            deployment: None,
            begun: None,
            rollback_of: None,
            bundle: None,
            changes: None,
            outcome,
            reason: reason.map(|reason| reason.chars().take(LONGEST_REASON).collect()),
            evaluation: None,
            late: false,
        }
    }
}

/// Whether the log goes on with this key, or without one.
///
/// # Errors
///
/// Where it does not.
pub(super) fn fits(log: &AuditLog, key: Option<&AuditKey>) -> Result<(), Failure> {
    log.fits(key).map_err(|unfit| match unfit {
        Unfit::NoKey => Failure::new(format!("{unfit}: `{KEY}`")).help(
            "set it to the key of the earlier deployments; a new log begins where the old one is moved away",
        ),
        unfit => Failure::new(format!("{unfit}: `{KEY}` is another, or the record was changed"))
            .help("`rulec audit verify` says more; a new log begins where the old one is moved away"),
    })
}

/// Notes the latencies of a run.
fn measure(
    session: &Session,
    deployment: Option<u64>,
    outcome: AuditedOutcome,
    now: SystemTime,
    sample: &Sample,
    terminal: &mut Terminal,
) {
    let run = Measured::new(rfc3339(now), session.label.clone(), deployment, outcome, sample);
    if let Err(error) = Metrics::append(&session.home.state.metrics(), &run) {
        terminal.warn(&format!("the latencies are not noted: {}", file_failure(&error).message));
    }
}

/// Puts the events of a verified deployment into the outbox, where somebody is to be told.
fn tell(
    session: &Session,
    deployment: &Deployment,
    now: SystemTime,
    sample: Option<&Sample>,
) -> Result<(), genesys_client::FileError> {
    if session.home.config.webhook.is_none() {
        return Ok(());
    }
    let time = rfc3339(now);
    // Nothing measures match rates yet.
    let about = About { time: &time, latency_ms: sample.and_then(latency), match_rate: &|_| None };
    let events = events(deployment, &about);
    let begin = &deployment.begin;
    let head = Tray {
        organization: begin.organization.clone(),
        deployment: begin.number,
        begun: begin.time.clone(),
        events: events.len(),
        delivered: 0,
    };
    Outbox::at(session.home.state.outbox()).put(&session.name, &Batch { head, events })
}

/// How long a write of a rule took, in milliseconds: half of them less.
fn latency(sample: &Sample) -> Option<f64> {
    let writes = ["POST rule", "PATCH rule"].iter().filter_map(|kind| sample.api.get(*kind));
    let micros = Count::together(writes).percentile(50)?;
    #[expect(clippy::cast_precision_loss, reason = "a latency for people")]
    let milliseconds = (micros as f64 / 10.0).round() / 100.0;
    Some(milliseconds)
}

fn changes(all: &[Change]) -> Changes {
    let counts = Counts::of_changes(all);
    Changes { create: counts.create, change: counts.change, rename: counts.rename, delete: counts.delete }
}
