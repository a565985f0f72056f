//! What a bundle wants an organization to hold.

use std::collections::{BTreeMap, BTreeSet};

use genesys_model::{
    Bundle, Identity, QueueBody, QueueRef, RuleBody, SkillBody, SkillGroupBody, StrategyBody,
};
use serde_json::{Value, json};

use super::{Observed, PlanError};
use crate::resource::{Fields, Goal, Key, Kind, Live, Reference};

/// An object that the bundle declares.
#[derive(Clone, Debug)]
pub(super) struct Desired {
    /// What it shall be.
    pub(super) goal: Goal,
    /// What it was called, and where it was.
    pub(super) was: Option<Key>,
    /// The id of the live object that it is, where the project says so.
    pub(super) id: Option<String>,
    /// The name of the division that it is in, where the project says so.
    pub(super) division: Option<String>,
}

/// What the names of a bundle mean in one organization. Kinds come in the order in which they depend on each other: the
/// objects of one are put in before those that refer to them are asked for.
pub(super) struct Meaning<'a> {
    bundle: &'a Bundle,
    observed: &'a Observed,
    declared: BTreeMap<(Kind, String), Reference>,
}

type Result<T> = std::result::Result<T, PlanError>;

impl<'a> Meaning<'a> {
    pub(super) fn new(bundle: &'a Bundle, observed: &'a Observed) -> Self {
        Self { bundle, observed, declared: BTreeMap::new() }
    }

    /// Says what a declared name means: a live object, or one that is yet to be made.
    pub(super) fn put(&mut self, kind: Kind, name: &str, id: Option<String>) {
        self.declared.insert((kind, name.to_owned()), Reference { id, name: name.to_owned() });
    }

    /// Says that what is declared and cannot be planned is there nevertheless: what names it has no error of its own.
    pub(super) fn put_the_rest(&mut self, kind: Kind) {
        let bundle = self.bundle;
        let names: Vec<&str> = match kind {
            Kind::Skill => bundle.skills.iter().map(|one| one.name.as_str()).collect(),
            Kind::SkillGroup => bundle.skill_groups.iter().map(|one| one.name.as_str()).collect(),
            Kind::Queue => bundle.queues.iter().map(|one| one.name.as_str()).collect(),
            Kind::Strategy | Kind::Rule => Vec::new(),
        };
        for name in names {
            if !self.declared.contains_key(&(kind, name.to_owned())) {
                self.put(kind, name, None);
            }
        }
    }

    /// What the bundle wants of a kind, and why it cannot say it of some. External queues are looked up here.
    pub(super) fn desired(&mut self, kind: Kind) -> (Vec<Desired>, Vec<PlanError>) {
        let bundle = self.bundle;
        match kind {
            Kind::Skill => all(&bundle.skills, |body| Ok(self.skill(body))),
            Kind::SkillGroup => all(&bundle.skill_groups, |body| self.skill_group(body)),
            Kind::Queue => {
                let missing = self.look_up_external();
                let own = bundle.queues.iter().filter(|queue| !queue.external);
                let (desired, mut errors) = all(own, |body| self.queue(body));
                errors.extend(missing);
                (desired, errors)
            }
            Kind::Strategy => all(&bundle.strategies, |body| self.strategy(body)),
            Kind::Rule => all(&bundle.rules, |body| self.rule(body)),
        }
    }

    /// Says what the names of external queues mean, as far as anything uses them.
    fn look_up_external(&mut self) -> Vec<PlanError> {
        let used = queues_in_use(self.bundle);
        let external = self.bundle.queues.iter().filter(|queue| queue.external);
        let mut errors = Vec::new();
        for queue in external.filter(|queue| used.contains(queue.name.as_str())) {
            match self.external(queue) {
                Ok(reference) => {
                    self.declared.insert((Kind::Queue, queue.name.clone()), reference);
                }
                Err(error) => errors.push(error),
            }
        }
        errors
    }

    /// The one object that a name means.
    fn named(&self, kind: Kind, name: &str) -> Result<Reference> {
        match self.declared.get(&(kind, name.to_owned())) {
            Some(reference) => Ok(reference.clone()),
            None => Ok(self.observed.resolve(kind, &QueueRef::Name(name.to_owned()))?),
        }
    }

    fn queue_of(&self, queue: &QueueRef) -> Result<Reference> {
        match queue {
            QueueRef::Name(name) => self.named(Kind::Queue, name),
            QueueRef::Id(_) => Ok(self.observed.resolve(Kind::Queue, queue)?),
        }
    }

    fn external(&self, queue: &QueueBody) -> Result<Reference> {
        Ok(self.observed.identify(Kind::Queue, &queue.name, &queue.identity)?)
    }

    /// Whether the bundle says that this object is somebody else's, so that it is never deleted.
    pub(super) fn is_external(&self, kind: Kind, live: &Live) -> bool {
        // Where it is not clear which one is meant, it may be each of the name.
        let is_meant = |queue: &QueueBody| {
            self.external(queue).map_or(queue.name == live.key.name, |meant| meant.id() == live.id)
        };
        kind == Kind::Queue && self.bundle.queues.iter().any(|queue| queue.external && is_meant(queue))
    }

    /// An object that belongs to no queue.
    fn alone(
        &self,
        kind: Kind,
        name: &str,
        description: Option<&String>,
        identity: &Identity,
        own: Fields,
    ) -> Desired {
        let mut fields = fields([("name", json!(name)), ("description", json!(description))]);
        fields.extend(own);
        let chosen = self.observed.chosen(kind, name).map(str::to_owned);
        Desired {
            goal: Goal { key: Key::alone(name), fields, rest: Fields::new() },
            was: identity.was.as_ref().map(Key::alone),
            id: chosen.or_else(|| identity.id.clone()),
            division: identity.division.clone(),
        }
    }

    fn skill(&self, body: &SkillBody) -> Desired {
        self.alone(Kind::Skill, &body.name, body.description.as_ref(), &body.identity, Fields::new())
    }

    fn skill_group(&self, body: &SkillGroupBody) -> Result<Desired> {
        let skills: Result<Vec<Value>> =
            body.skills.iter().map(|name| Ok(self.named(Kind::Skill, name)?.value())).collect();
        let own = fields([("skills", Value::Array(skills?))]);
        Ok(self.alone(Kind::SkillGroup, &body.name, body.description.as_ref(), &body.identity, own))
    }

    fn queue(&self, body: &QueueBody) -> Result<Desired> {
        let group = match &body.skill_group {
            Some(name) => self.named(Kind::SkillGroup, name)?.value(),
            None => Value::Null,
        };
        let own = fields([("skill_group", group)]);
        Ok(self.alone(Kind::Queue, &body.name, body.description.as_ref(), &body.identity, own))
    }

    fn strategy(&self, body: &StrategyBody) -> Result<Desired> {
        let queue = self.queue_of(&body.queue)?;
        let media = body.media_type.as_str();
        let rules: Vec<Value> = body
            .overflow
            .iter()
            .map(
                |one| json!({ "condition": one.condition, "threshold": one.threshold, "action": one.action }),
            )
            .collect();
        let mut skills = Fields::new();
        for (name, list) in [("required", &body.require), ("preferred", &body.prefer)] {
            if !list.is_empty() {
                skills.insert(name.to_owned(), json!(list));
            }
        }
        let fields = fields([
            ("queue", queue.value()),
            ("mediaType", json!(media)),
            ("strategy", json!(body.method)),
            ("overflow", json!({ "rules": rules })),
            ("skills", Value::Object(skills)),
        ]);
        let key = Key { queue: Some(queue), name: media.to_owned() };
        Ok(Desired { goal: Goal { key, fields, rest: Fields::new() }, was: None, id: None, division: None })
    }

    fn rule(&self, body: &RuleBody) -> Result<Desired> {
        let queue = self.queue_of(&body.queue)?;
        let was = match &body.was {
            None => None,
            Some(was) => {
                let queue = match &was.queue {
                    None => Some(queue.clone()),
                    // A queue that is gone holds no rule that could be moved.
                    Some(old) => self.queue_of(old).ok(),
                };
                queue.map(|queue| Key { queue: Some(queue), name: was.name.clone() })
            }
        };
        let expression = serde_json::to_value(&body.expression)
            .map_err(|error| PlanError::Expression { rule: body.name.clone(), reason: error.to_string() })?;
        let fields = fields([
            ("name", json!(body.name)),
            ("queue", queue.value()),
            ("description", json!(body.description)),
            ("priority", json!(body.priority)),
            ("enabled", json!(body.enabled)),
            ("expression", expression),
        ]);
        let key = Key { queue: Some(queue), name: body.name.clone() };
        Ok(Desired { goal: Goal { key, fields, rest: Fields::new() }, was, id: None, division: None })
    }
}

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Fields {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What can be said, and each error once.
fn all<T>(
    bodies: impl IntoIterator<Item = T>,
    desired: impl Fn(T) -> Result<Desired>,
) -> (Vec<Desired>, Vec<PlanError>) {
    let mut errors = Vec::new();
    let mut all = Vec::new();
    for body in bodies {
        match desired(body) {
            Ok(desired) => all.push(desired),
            Err(error) if errors.contains(&error) => {}
            Err(error) => errors.push(error),
        }
    }
    (all, errors)
}

/// The queues that rules and strategies name. An external queue that none names need not be there.
fn queues_in_use(bundle: &Bundle) -> BTreeSet<&str> {
    let rules = bundle.rules.iter().map(|rule| rule.queue.as_str());
    rules.chain(bundle.strategies.iter().map(|strategy| strategy.queue.as_str())).collect()
}
