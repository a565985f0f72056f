//! The organization itself: what it holds, and what requests and tests do to it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::http::StatusCode;
use genesys_model::limits::MAX_READ_DEPTH;
use genesys_model::{Queue, QueueIdentity, Rule};
use serde::Serialize;
use serde_json::{Value, json};

use crate::audit::{Action, Trail};
use crate::clock::rfc3339;
use crate::ids::Ids;
use crate::rule_body::{QueueGiven, RuleCreate, RulePatch};
use crate::state::State;
use crate::store::{File, Held};
use crate::tokens::Tokens;
use crate::{AuditEntry, Faults, Refusal, Settings};

/// How many requests are remembered. Older ones are forgotten.
const NOTES: usize = 100_000;

/// A handle on the organization, for whoever looks at it or changes it without asking over HTTP. Clones are the same
/// organization.
#[derive(Clone)]
pub struct Organization {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    tokens: Tokens,
    faults: Faults,
    ids: Ids,
    kept: Mutex<Kept>,
    notes: Mutex<VecDeque<RequestNote>>,
}

/// What one lock guards, since a write changes all of it or nothing.
struct Kept {
    state: State,
    trail: Trail,
    disk: Disk,
}

enum Disk {
    None,
    Open(File),
    /// The sandbox has stopped.
    Closed,
}

/// A request that was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RequestNote {
    /// Its number, from 1.
    pub number: u64,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// What follows the `?`; empty where nothing does.
    pub query: String,
    /// The client whose token it carried.
    pub client: Option<String>,
    /// How it was answered; none where it was not, or not yet.
    pub status: Option<u16>,
}

/// Who writes, and for how many reads it stays hidden.
pub(crate) struct Writer<'a> {
    pub(crate) client: &'a str,
    pub(crate) lag: u32,
}

impl Organization {
    pub(crate) fn new(mut settings: Settings, disk: Option<(File, Held)>) -> Self {
        settings.max_depth = settings.max_depth.min(MAX_READ_DEPTH);
        let (disk, held) = match disk {
            Some((file, held)) => (Disk::Open(file), held),
            None => (Disk::None, Held::default()),
        };
        let mut state = State::default();
        for (place, rule) in held.rules {
            state.put(place, rule);
        }
        let inner = Inner {
            tokens: Tokens::new(&settings.clients, settings.token_lifetime, settings.rate),
            faults: Faults::default(),
            ids: Ids::new(settings.seed),
            kept: Mutex::new(Kept { state, trail: Trail::new(held.trail), disk }),
            notes: Mutex::new(VecDeque::new()),
            settings,
        };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.inner.tokens
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.inner.settings.now)()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self) -> MutexGuard<'_, VecDeque<RequestNote>> {
        self.inner.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the file back. What is written from now on is refused, where there was one.
    pub(crate) fn close(&self) {
        let mut kept = self.kept();
        if matches!(kept.disk, Disk::Open(_)) {
            kept.disk = Disk::Closed;
        }
        drop(kept);
        self.inner.faults.clear();
    }

    /// The faults.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// The queues.
    pub fn queues(&self) -> &[Queue] {
        &self.inner.settings.queues
    }

    /// Every rule as it is, past any lag, in the order in which they were created.
    pub fn rules(&self) -> Vec<Rule> {
        self.kept().state.all().map(|rule| Rule::clone(rule)).collect()
    }

    /// Every write, the oldest first; of very many, the latest 10,000.
    pub fn audit(&self) -> Vec<AuditEntry> {
        self.kept().trail.entries()
    }

    /// Every request but those to the admin routes, the oldest first; of very many, the latest 100,000.
    pub fn requests(&self) -> Vec<RequestNote> {
        self.notes().iter().cloned().collect()
    }

    /// Forgets the requests made so far.
    pub fn forget_requests(&self) {
        self.notes().clear();
    }

    /// The state without what no two runs share (ids of rules, versions, dates), in an order of its own: equal
    /// snapshots are equal organizations.
    pub fn snapshot(&self) -> Value {
        let mut rules = self.rules();
        rules.sort_by(|left, right| (&left.queue.id, &left.name).cmp(&(&right.queue.id, &right.name)));
        rules
            .into_iter()
            .map(|rule| {
                json!({
                    "queue": rule.queue.id,
                    "name": rule.name,
                    "description": rule.description,
                    "priority": rule.priority,
                    "enabled": rule.enabled,
                    "expression": rule.expression,
                })
            })
            .collect()
    }

    /// Creates a rule as another client would: the body of a POST.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn create_rule(&self, client: &str, body: &Value) -> Result<Rule, Refusal> {
        let rule = self.create(&Writer { client, lag: 0 }, body)?;
        Ok(Rule::clone(&rule))
    }

    /// Changes a rule as another client would: the body of a PATCH, without `If-Match`.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn update_rule(&self, client: &str, id: &str, body: &Value) -> Result<Rule, Refusal> {
        let rule = self.update(&Writer { client, lag: 0 }, id, None, body)?;
        Ok(Rule::clone(&rule))
    }

    /// Deletes a rule as another client would, without `If-Match`.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn delete_rule(&self, client: &str, id: &str) -> Result<(), Refusal> {
        self.delete(&Writer { client, lag: 0 }, id, None)
    }

    /// Revokes every token. Clients may ask for new ones.
    pub fn revoke_tokens(&self) {
        self.inner.tokens.revoke_all();
    }

    /// Revokes a client with its tokens: it is given no new ones.
    pub fn revoke_client(&self, id: &str) {
        self.inner.tokens.set_revoked(id, true);
    }

    /// Lets a revoked client ask for tokens again.
    pub fn restore_client(&self, id: &str) {
        self.inner.tokens.set_revoked(id, false);
    }

    pub(crate) fn note(&self, method: &str, path: &str, query: &str, client: Option<&str>) -> RequestNote {
        let mut notes = self.notes();
        let note = RequestNote {
            number: notes.back().map_or(1, |note| note.number + 1),
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            client: client.map(str::to_owned),
            status: None,
        };
        if notes.len() == NOTES {
            notes.pop_front();
        }
        notes.push_back(note.clone());
        note
    }

    pub(crate) fn note_status(&self, number: u64, status: StatusCode) {
        // Most answers are those of the latest requests.
        if let Some(note) = self.notes().iter_mut().rev().find(|note| note.number == number) {
            note.status = Some(status.as_u16());
        }
    }

    /// Asks the state as readers see it.
    pub(crate) fn read<T>(&self, question: impl FnOnce(&mut State) -> T) -> T {
        question(&mut self.kept().state)
    }

    pub(crate) fn create(&self, writer: &Writer<'_>, body: &Value) -> Result<Arc<Rule>, Refusal> {
        let new = RuleCreate::read(body, self.inner.settings.max_depth)?;
        let queue = self.queue(&new.queue)?;
        let mut kept = self.kept();
        kept.unique(&queue.id, &new.name, None)?;
        let id = self.inner.fresh_id(&kept.state);
        let rule = Arc::new(Rule {
            self_uri: format!("/api/v2/routing/rules/{id}"),
            id,
            name: new.name,
            description: new.description,
            expression: new.expression,
            priority: new.priority,
            enabled: new.enabled,
            queue,
            version: 1,
            date_modified: rfc3339(self.now()),
        });
        let place = kept.state.next();
        kept.write(writer, Action::Create, place, None, Some(&rule), rule.date_modified.clone())?;
        Ok(rule)
    }

    pub(crate) fn update(
        &self,
        writer: &Writer<'_>,
        id: &str,
        if_match: Option<u64>,
        body: &Value,
    ) -> Result<Arc<Rule>, Refusal> {
        let patch = RulePatch::read(body, self.inner.settings.max_depth)?;
        let queue = patch.queue.as_ref().map(|queue| self.queue(queue)).transpose()?;
        let mut kept = self.kept();
        let (place, before) = kept.current(id, if_match)?;
        let rule = Rule {
            id: before.id.clone(),
            name: patch.name.unwrap_or_else(|| before.name.clone()),
            description: patch.description.onto(before.description.as_ref()),
            expression: patch.expression.unwrap_or_else(|| before.expression.clone()),
            priority: patch.priority.unwrap_or(before.priority),
            enabled: patch.enabled.unwrap_or(before.enabled),
            queue: queue.unwrap_or_else(|| before.queue.clone()),
            version: before.version + 1,
            date_modified: rfc3339(self.now()),
            self_uri: before.self_uri.clone(),
        };
        kept.unique(&rule.queue.id, &rule.name, Some(id))?;
        let rule = Arc::new(rule);
        kept.write(writer, Action::Update, place, Some(&before), Some(&rule), rule.date_modified.clone())?;
        Ok(rule)
    }

    pub(crate) fn delete(&self, writer: &Writer<'_>, id: &str, if_match: Option<u64>) -> Result<(), Refusal> {
        let mut kept = self.kept();
        let (place, before) = kept.current(id, if_match)?;
        kept.write(writer, Action::Delete, place, Some(&before), None, rfc3339(self.now()))
    }

    /// The queue that a body names.
    fn queue(&self, given: &QueueGiven) -> Result<QueueIdentity, Refusal> {
        let queue = self.queues().iter().find(|queue| queue.id == given.id);
        let queue = queue.ok_or_else(|| {
            Refusal::field("queue", format!("there is no queue with the id `{}`", given.id))
        })?;
        if given.name.as_ref().is_some_and(|name| *name != queue.name) {
            let message = format!("the queue `{}` is called `{}`", queue.id, queue.name);
            return Err(Refusal::field("queue", message));
        }
        Ok(QueueIdentity { id: queue.id.clone(), name: Some(queue.name.clone()) })
    }
}

impl fmt::Debug for Organization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Organization").field("id", &self.settings().organization_id).finish_non_exhaustive()
    }
}

impl Inner {
    fn fresh_id(&self, state: &State) -> String {
        loop {
            let id = self.ids.uuid();
            if state.get(&id).is_none() {
                return id;
            }
        }
    }
}

impl Kept {
    /// The rule, if it still has the version.
    fn current(&self, id: &str, if_match: Option<u64>) -> Result<(u64, Arc<Rule>), Refusal> {
        let (place, rule) = self.state.get(id).ok_or_else(|| Refusal::not_found("rule", id))?;
        match if_match {
            Some(version) if version != rule.version => {
                let message =
                    format!("the rule has version {}, and the request is for {version}", rule.version);
                let refusal = Refusal::new(StatusCode::CONFLICT, "version.conflict", message);
                Err(refusal.about(id, Some(&rule.name)))
            }
            _ => Ok((place, rule)),
        }
    }

    /// Whether no other rule of the queue has the name.
    fn unique(&self, queue: &str, name: &str, own: Option<&str>) -> Result<(), Refusal> {
        match self.state.named(queue, name) {
            Some(other) if Some(other.id.as_str()) != own => {
                let message = format!("the queue already has a rule named `{name}`");
                let refusal = Refusal::new(StatusCode::CONFLICT, "duplicate.name", message);
                Err(refusal.about(&other.id, Some(name)))
            }
            _ => Ok(()),
        }
    }

    /// The disk first: what cannot be kept has not happened.
    fn write(
        &mut self,
        writer: &Writer<'_>,
        action: Action,
        place: u64,
        before: Option<&Arc<Rule>>,
        after: Option<&Arc<Rule>>,
        date: String,
    ) -> Result<(), Refusal> {
        let Some(rule) = after.or(before) else { return Ok(()) };
        let entry = AuditEntry {
            number: self.trail.next(),
            client: writer.client.to_owned(),
            date,
            action,
            entity_id: rule.id.clone(),
            before: before.map(|rule| Rule::clone(rule)),
            after: after.map(|rule| Rule::clone(rule)),
        };
        let failed = |message: String| {
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal.server.error", message)
        };
        match &self.disk {
            Disk::None => {}
            Disk::Open(file) => file
                .commit(place, after.map(|rule| &**rule), &entry)
                .map_err(|error| failed(format!("the write could not be kept: {error}")))?,
            Disk::Closed => return Err(failed("the sandbox has stopped".to_owned())),
        }
        self.trail.push(entry);
        self.state.lag.hide(&rule.id, place, before.cloned(), writer.lag);
        match after {
            Some(rule) => self.state.put(place, Arc::clone(rule)),
            None => self.state.remove(place),
        }
        Ok(())
    }
}
