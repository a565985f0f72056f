//! Notes evaluations in the audit log. Nothing is written to an organization by them, so nothing of a journal is looked at.

use genesys_client::audit::{AuditKey, AuditLog, AuditVerb, AuditedOutcome, EvaluationRecord, What};
use genesys_client::rfc3339;

use super::file_failure;
use super::governor::{Audited, LONGEST_REASON, fits};
use super::who::{key, who};
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Notes what one command evaluates.
pub(crate) struct Evaluating {
    who: String,
    key: Option<AuditKey>,
}

impl Evaluating {
    /// Sees that an evaluation can be noted, before anything is asked for.
    ///
    /// # Errors
    ///
    /// Where the audit log cannot be read, or goes on with another key.
    pub(crate) fn open(session: &Session) -> Result<Self, Failure> {
        let evaluating = Self { who: who(), key: key()? };
        let log = AuditLog::read(&session.home.state.audit()).map_err(|error| file_failure(&error))?;
        fits(&log, evaluating.key.as_ref())?;
        Ok(evaluating)
    }

    /// Notes an evaluation; what cannot be noted is warned of.
    pub(crate) fn evaluated(
        &self,
        session: &Session,
        evaluation: &EvaluationRecord,
        terminal: &mut Terminal,
    ) -> Option<Audited> {
        self.note(session, AuditedOutcome::Evaluated, None, Some(evaluation.clone()), terminal)
    }

    /// Notes one that came to nothing, and why.
    pub(crate) fn refused(&self, session: &Session, reason: &str, terminal: &mut Terminal) {
        self.note(session, AuditedOutcome::Refused, Some(reason), None, terminal);
    }

    fn note(
        &self,
        session: &Session,
        outcome: AuditedOutcome,
        reason: Option<&str>,
        evaluation: Option<EvaluationRecord>,
        terminal: &mut Terminal,
    ) -> Option<Audited> {
        let what = What {
            time: rfc3339(session.connection.target.clock.now()),
            who: self.who.clone(),
            verb: AuditVerb::Evaluate,
            organization: session.label.clone(),
            deployment: None,
            begun: None,
            rollback_of: None,
            bundle: None,
            changes: None,
            outcome,
            reason: reason.map(|reason| reason.chars().take(LONGEST_REASON).collect()),
            evaluation,
            late: false,
        };
        // A deployment that runs here notes itself in the same file.
        let noted = session.home.state.lock().and_then(|_lock| {
            let mut log =
                AuditLog::read(&session.home.state.audit()).map_err(|error| file_failure(&error))?;
            let sealed = log.append(what, self.key.as_ref()).map_err(|error| file_failure(&error))?;
            Ok(Audited { record: sealed.record.number, head: sealed.hash.clone() })
        });
        match noted {
            Ok(audited) => Some(audited),
            Err(failure) => {
                terminal.warn(&format!("the audit log does not have this: {}", failure.message));
                None
            }
        }
    }
}
