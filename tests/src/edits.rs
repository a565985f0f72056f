//! What another client does to the objects of a deployment.

use genesys_client::plan::{Action, Change};
use genesys_client::resource::{Goal, Key, Kind, Live};
use genesys_sandbox::Organization;
use serde_json::{Map, Value, json};

/// What another client does to one object, which it knows by name.
#[derive(Clone, Debug)]
pub struct Edit {
    kind: Kind,
    /// What the object may be called: a queue's name where it has one, and its own.
    names: Vec<(Option<String>, String)>,
    what: What,
}

#[derive(Clone, PartialEq, Debug)]
enum What {
    /// It makes one of the same name.
    Make,
    /// It gives a field another value.
    Set(&'static str, Value),
    /// It gives the group this skill alone.
    Skill(&'static str),
    /// It links the queue to this group.
    Group(&'static str),
    /// It sets the strategy of this media type.
    Strategy(String),
}

const THEIRS: &str = "what somebody else says";
const NAME: &str = "what somebody else calls it";

impl Edit {
    /// What it does to the object of a change: to the field that is written, or to another.
    pub fn of(change: &Change, action: Action, before: bool, same_field: bool) -> Self {
        let kind = change.kind;
        let name = |key: &Key| (key.queue.as_ref().map(|queue| queue.name.clone()), key.name.clone());
        let keys =
            [change.before.as_ref().map(|live| &live.key), change.after.as_ref().map(|goal| &goal.key)];
        let names = keys.into_iter().flatten().map(name).collect();
        let what = if kind == Kind::Strategy {
            let media = change.key().expect("a key").name.clone();
            What::Strategy(if same_field { media } else { "callback".to_owned() })
        } else if before && action == Action::Create {
            What::Make
        } else {
            Self::field(kind, &changed(change), same_field)
        };
        Self { kind, names, what }
    }

    fn field(kind: Kind, changed: &[String], same_field: bool) -> What {
        let is_changed = |field: &str| changed.iter().any(|one| one == field);
        let has = |field: &str| is_changed(field) == same_field;
        let tree = json!({ "type": "condition", "field": "vip", "operator": "exists" });
        match kind {
            Kind::Rule if has("priority") => What::Set("priority", json!(55)),
            Kind::Rule if has("expression") => What::Set("expression", tree),
            Kind::SkillGroup if has("skills") => What::Skill("German"),
            Kind::Queue if has("skill_group") => What::Group("described"),
            _ if has("description") => What::Set("description", json!(THEIRS)),
            _ => What::Set("name", json!(NAME)),
        }
    }

    /// Whether it changes what was there, and does not make anything.
    pub fn is_of_what_is_there(&self) -> bool {
        self.what != What::Make
    }

    /// Does it, if the object is there: whether it was done.
    pub fn apply(&self, organization: &Organization) -> bool {
        if self.what == What::Make {
            return self.make(organization);
        }
        match self.kind {
            Kind::Skill => {
                let found = organization.skills().into_iter().find(|one| self.is_called(&one.name));
                found.is_some_and(|one| {
                    let body = self.body(organization, &json!(one));
                    organization.update_skill("another", &one.id, &body).is_ok()
                })
            }
            Kind::SkillGroup => {
                let found = organization.skill_groups().into_iter().find(|one| self.is_called(&one.name));
                found.is_some_and(|one| {
                    let body = self.body(organization, &json!(one));
                    organization.update_skill_group("another", &one.id, &body).is_ok()
                })
            }
            Kind::Queue => {
                let queues = organization.routing_queues();
                let found = queues.into_iter().find(|one| self.is_called(&one.name));
                found.is_some_and(|one| {
                    let body = self.body(organization, &json!(one));
                    organization.update_queue("another", &one.id, &body).is_ok()
                })
            }
            Kind::Strategy => self.set_strategy(organization),
            Kind::Rule => {
                let found = organization.rules().into_iter().find(|one| self.is_called(&one.name));
                let What::Set(field, value) = &self.what else { return false };
                found.is_some_and(|one| {
                    organization.update_rule("another", &one.id, &json!({ *field: value })).is_ok()
                })
            }
        }
    }

    /// Rules go by their names alone: those of the tests differ, and their queues are renamed on the way.
    fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|(_, known)| known == name)
    }

    /// The whole object, as it is put back.
    fn body(&self, organization: &Organization, object: &Value) -> Value {
        let mut object: Map<String, Value> = object.as_object().cloned().unwrap_or_default();
        match &self.what {
            What::Set(field, value) => {
                object.insert((*field).to_owned(), value.clone());
            }
            What::Skill(name) => {
                let skills = organization.skills();
                let of = |name| json!([skills.iter().find(|one| one.name == name).expect("a skill").id]);
                let is_so = object.get("routing_skill_ids") == Some(&of(*name));
                object.insert("routing_skill_ids".to_owned(), of(if is_so { "English" } else { name }));
            }
            What::Group(name) => {
                let groups = organization.skill_groups();
                let group = groups.into_iter().find(|one| one.name == *name).expect("a group");
                object.insert("routing_settings".to_owned(), json!({ "routing_skill_group_id": group.id }));
            }
            What::Make | What::Strategy(_) => {}
        }
        Value::Object(object)
    }

    fn set_strategy(&self, organization: &Organization) -> bool {
        let What::Strategy(media) = &self.what else { return false };
        let is_named = |name: &str| self.names.iter().any(|(queue, _)| queue.as_deref() == Some(name));
        let queue = organization.queues().into_iter().find(|queue| is_named(&queue.name));
        let strategy = json!({ "mediaType": media, "strategy": "custom",
            "overflow": { "rules": [{ "condition": "queueDepth", "threshold": 77, "action": "routeToNextQueue" }] } });
        let body = json!({ "strategies": [strategy] });
        queue.is_some_and(|queue| organization.patch_strategies("another", &queue.id, &body).is_ok())
    }

    fn make(&self, organization: &Organization) -> bool {
        let (queue, name) = self.names.last().expect("a name");
        let body = json!({ "name": name, "description": THEIRS });
        match self.kind {
            Kind::Skill => organization.create_skill("another", &body).is_ok(),
            Kind::SkillGroup => {
                let skill =
                    organization.skills().into_iter().find(|one| one.name == "English").expect("a skill");
                let body = json!({ "name": name, "routing_skill_ids": [skill.id] });
                organization.create_skill_group("another", &body).is_ok()
            }
            Kind::Queue => organization.create_queue("another", &body).is_ok(),
            Kind::Strategy => false,
            Kind::Rule => {
                let found = organization.queues().into_iter().find(|one| Some(&one.name) == queue.as_ref());
                found.is_some_and(|queue| {
                    let mut body = crate::deployment::rule("", name, 99);
                    body["queue"] = json!({ "id": queue.id });
                    organization.create_rule("another", &body).is_ok()
                })
            }
        }
    }
}

/// The fields that a change is about: all of them, where the object comes or goes.
fn changed(change: &Change) -> Vec<String> {
    match (&change.before, &change.after) {
        (Some(_), Some(_)) => change.differences().into_iter().map(|one| one.field).collect(),
        (Some(Live { fields, .. }), None) | (None, Some(Goal { fields, .. })) => {
            fields.keys().cloned().collect()
        }
        (None, None) => Vec::new(),
    }
}
