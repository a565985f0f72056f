//! The organization itself: what it holds, and what requests and tests do to it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::http::StatusCode;
use genesys_model::limits::MAX_READ_DEPTH;
use genesys_model::{Division, Queue, Rule};
use serde::Serialize;
use serde_json::{Value, json};

use crate::audit::{Action, Trail};
use crate::clock::rfc3339;
use crate::ids::Ids;
use crate::jobs::Jobs;
use crate::kept::{Disk, Kept};
use crate::rule_body::{RuleCreate, RulePatch};
use crate::seed;
use crate::state::State;
use crate::store::{File, Held};
use crate::table::Object;
use crate::tokens::Tokens;
use crate::{AuditEntry, Faults, Refusal, Settings};

/// How much of a path or a query is remembered, in bytes.
const NOTED_BYTES: usize = 2048;

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
    jobs: Mutex<Jobs>,
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
    pub(crate) now: SystemTime,
    /// The same moment, as objects and the trail write it.
    pub(crate) date: String,
}

impl Organization {
    pub(crate) fn new(mut settings: Settings, disk: Option<(File, Held)>) -> serde_json::Result<Self> {
        settings.max_depth = settings.max_depth.min(MAX_READ_DEPTH);
        let (disk, held) = match disk {
            Some((file, held)) => (Disk::Open(file), held),
            None => (Disk::None, Held::default()),
        };
        let mut state = State::default();
        for (place, rule) in held.rules {
            state.put(place, rule);
        }
        let mut topology = seed::topology(&settings);
        seed::overlay(&mut topology, held.objects)?;
        let inner = Inner {
            tokens: Tokens::new(&settings.clients, settings.token_lifetime, settings.rate),
            faults: Faults::default(),
            ids: Ids::new(settings.seed),
            kept: Mutex::new(Kept { state, topology, trail: Trail::new(held.trail), disk }),
            notes: Mutex::new(VecDeque::new()),
            jobs: Mutex::new(Jobs::default()),
            settings,
        };
        Ok(Self { inner: Arc::new(inner) })
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

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
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

    /// Every queue as it is, past any lag, those of the settings first.
    pub fn queues(&self) -> Vec<Queue> {
        self.kept().topology.queues.all().map(|kept| kept.queue.clone().into()).collect()
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
        let rule = self.create(&self.writer(client, 0), body)?;
        Ok(Rule::clone(&rule))
    }

    /// Changes a rule as another client would: the body of a PATCH, without `If-Match`.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn update_rule(&self, client: &str, id: &str, body: &Value) -> Result<Rule, Refusal> {
        let rule = self.update(&self.writer(client, 0), id, None, body)?;
        Ok(Rule::clone(&rule))
    }

    /// Deletes a rule as another client would, without `If-Match`.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn delete_rule(&self, client: &str, id: &str) -> Result<(), Refusal> {
        self.delete(&self.writer(client, 0), id, None)
    }

    /// An id that no object of the kind has.
    pub(crate) fn fresh_id<T: Object>(&self, kept: &Kept) -> String {
        self.inner.ids.fresh(|id| kept.table::<T>().get(id).is_some())
    }

    /// Asks the analytics jobs, or changes them.
    pub(crate) fn jobs<T>(&self, question: impl FnOnce(&mut Jobs) -> T) -> T {
        question(&mut self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An id for something that is only found through something else.
    pub(crate) fn uuid(&self) -> String {
        self.inner.ids.uuid()
    }

    /// The division that a body names: any where the fixture has none, one of those else.
    ///
    /// # Errors
    /// 400 where there is none of that id.
    pub(crate) fn division(&self, given: Option<Division>) -> Result<Option<Division>, Refusal> {
        let Some(given) = given else { return Ok(None) };
        let known = self.settings().fixture.as_ref().map_or(&[][..], |fixture| &fixture.divisions);
        match known.iter().find(|division| division.id == given.id) {
            Some(division) => Ok(Some(division.clone())),
            None if known.is_empty() => Ok(Some(given)),
            None => {
                let message = format!("there is no division with the id `{}`", given.id);
                Err(Refusal::field("division", message))
            }
        }
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
            path: start(path).to_owned(),
            query: start(query).to_owned(),
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

    /// Who writes, now.
    pub(crate) fn writer<'a>(&self, client: &'a str, lag: u32) -> Writer<'a> {
        let now = self.now();
        Writer { client, lag, now, date: rfc3339(now) }
    }

    /// Asks for what is kept, as readers see it.
    pub(crate) fn read<T>(&self, question: impl FnOnce(&mut Kept) -> T) -> T {
        question(&mut self.kept())
    }

    pub(crate) fn create(&self, writer: &Writer<'_>, body: &Value) -> Result<Arc<Rule>, Refusal> {
        let new = RuleCreate::read(body, self.inner.settings.max_depth)?;
        let mut kept = self.kept();
        let queue = kept.queue(&new.queue)?;
        kept.unique(&queue.id, &new.name, None)?;
        let id = self.inner.ids.fresh(|id| kept.state.get(id).is_some());
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
            date_modified: writer.date.clone(),
        });
        let place = kept.state.next();
        kept.write_rule(writer, Action::Create, place, None, Some(&rule))?;
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
        let mut kept = self.kept();
        let queue = patch.queue.as_ref().map(|queue| kept.queue(queue)).transpose()?;
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
            date_modified: writer.date.clone(),
            self_uri: before.self_uri.clone(),
        };
        kept.unique(&rule.queue.id, &rule.name, Some(id))?;
        let rule = Arc::new(rule);
        kept.write_rule(writer, Action::Update, place, Some(&before), Some(&rule))?;
        Ok(rule)
    }

    pub(crate) fn delete(&self, writer: &Writer<'_>, id: &str, if_match: Option<u64>) -> Result<(), Refusal> {
        let mut kept = self.kept();
        let (place, before) = kept.current(id, if_match)?;
        kept.write_rule(writer, Action::Delete, place, Some(&before), None)
    }
}

impl fmt::Debug for Organization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Organization").field("id", &self.settings().organization_id).finish_non_exhaustive()
    }
}

/// As much of a text as is remembered.
fn start(text: &str) -> &str {
    text.get(..text.floor_char_boundary(NOTED_BYTES)).unwrap_or(text)
}
