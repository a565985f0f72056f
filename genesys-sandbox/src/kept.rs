//! What one lock guards, since a write changes all of it or nothing.

use std::sync::Arc;

use axum::http::StatusCode;
use genesys_model::{QueueIdentity, Rule};
use serde_json::Value;

use crate::audit::{Action, EntityType, Trail};
use crate::organization::Writer;
use crate::rule_body::QueueGiven;
use crate::state::State;
use crate::store::{File, HeldObject, Write};
use crate::table::{Object, Table};
use crate::topology::Topology;
use crate::{AuditEntry, Refusal};

pub(crate) struct Kept {
    pub(crate) state: State,
    pub(crate) topology: Topology,
    pub(crate) trail: Trail,
    pub(crate) disk: Disk,
}

pub(crate) enum Disk {
    None,
    Open(File),
    /// The sandbox has stopped.
    Closed,
}

/// One entry of the trail before it has a number.
pub(crate) struct Deed {
    pub(crate) action: Action,
    pub(crate) entity_type: EntityType,
    pub(crate) entity_id: String,
    pub(crate) entity_name: Option<String>,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
}

impl Deed {
    /// A write of one object; none where there is no object.
    pub(crate) fn of<T: Object>(action: Action, before: Option<&T>, after: Option<&T>) -> Option<Self> {
        let object = after.or(before)?;
        Some(Self {
            action,
            entity_type: T::KIND,
            entity_id: object.id().to_owned(),
            entity_name: Some(object.name().to_owned()),
            before: before.map(Object::shown),
            after: after.map(Object::shown),
        })
    }
}

/// What the file keeps of an object, or of its end.
pub(crate) fn held<T: Object>(place: u64, id: &str, object: Option<&T>) -> Result<Write<'static>, Refusal> {
    let json = object.map(serde_json::to_value).transpose().map_err(|error| failed(error.to_string()))?;
    Ok(Write::Object(HeldObject { kind: T::KIND.word().to_owned(), id: id.to_owned(), place, object: json }))
}

pub(crate) fn failed(message: String) -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal.server.error", message)
}

pub(crate) fn duplicate(message: String) -> Refusal {
    Refusal::new(StatusCode::CONFLICT, "duplicate.name", message)
}

impl Kept {
    pub(crate) fn table<T: Object>(&self) -> &Table<T> {
        T::table(&self.topology)
    }

    pub(crate) fn table_mut<T: Object>(&mut self) -> &mut Table<T> {
        T::table_mut(&mut self.topology)
    }

    /// The object as it is, past any lag.
    ///
    /// # Errors
    /// 404 where there is none.
    pub(crate) fn object<T: Object>(&self, id: &str) -> Result<(u64, Arc<T>), Refusal> {
        self.table::<T>().get(id).ok_or_else(|| Refusal::not_found(T::KIND.word(), id))
    }

    /// # Errors
    /// 409 where another object of the division has the name.
    pub(crate) fn free_name<T: Object>(
        &self,
        name: &str,
        division: Option<&str>,
        own: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut others = self.table::<T>().all();
        let other = others
            .find(|other| other.name() == name && other.division() == division && Some(other.id()) != own);
        let Some(other) = other else { return Ok(()) };
        let message = format!("the division already has a {} named `{name}`", T::KIND.word());
        Err(duplicate(message).about(other.id(), Some(name)))
    }

    /// Writes one object.
    pub(crate) fn write_object<T: Object>(
        &mut self,
        writer: &Writer<'_>,
        action: Action,
        place: u64,
        before: Option<&Arc<T>>,
        after: Option<&Arc<T>>,
    ) -> Result<(), Refusal> {
        let [old, new] = [before, after].map(|object| object.map(|object| &**object));
        let Some(id) = new.or(old).map(|object| object.id().to_owned()) else { return Ok(()) };
        let deed = Deed::of(action, old, new);
        self.keep(writer, deed.into_iter().collect(), &[held(place, &id, new)?])?;
        self.apply(writer, place, &id, before, after);
        Ok(())
    }

    /// Changes one object in memory.
    pub(crate) fn apply<T: Object>(
        &mut self,
        writer: &Writer<'_>,
        place: u64,
        id: &str,
        before: Option<&Arc<T>>,
        after: Option<&Arc<T>>,
    ) {
        let table = self.table_mut::<T>();
        table.lag.hide(id, place, before.cloned(), writer.lag);
        match after {
            Some(object) => table.put(place, Arc::clone(object)),
            None => table.remove(id),
        }
    }

    /// The disk first: what cannot be kept has not happened.
    pub(crate) fn keep(
        &mut self,
        writer: &Writer<'_>,
        deeds: Vec<Deed>,
        changes: &[Write<'_>],
    ) -> Result<(), Refusal> {
        let first = self.trail.next();
        let entries: Vec<AuditEntry> = (first..)
            .zip(deeds)
            .map(|(number, deed)| AuditEntry {
                number,
                client: writer.client.to_owned(),
                date: writer.date.clone(),
                action: deed.action,
                entity_type: deed.entity_type,
                entity_id: deed.entity_id,
                entity_name: deed.entity_name,
                before: deed.before,
                after: deed.after,
            })
            .collect();
        match &self.disk {
            Disk::None => {}
            Disk::Open(file) => file
                .commit(changes, &entries)
                .map_err(|error| failed(format!("the write could not be kept: {error}")))?,
            Disk::Closed => return Err(failed("the sandbox has stopped".to_owned())),
        }
        for entry in entries {
            self.trail.push(entry);
        }
        Ok(())
    }

    /// The queue that a rule names.
    ///
    /// # Errors
    /// 400 where there is none, or it is called otherwise.
    pub(crate) fn queue(&self, given: &QueueGiven) -> Result<QueueIdentity, Refusal> {
        let (_, queue) = self.topology.queues.get(&given.id).ok_or_else(|| {
            Refusal::field("queue", format!("there is no queue with the id `{}`", given.id))
        })?;
        if given.name.as_deref().is_some_and(|name| name != queue.name()) {
            let message = format!("the queue `{}` is called `{}`", queue.id(), queue.name());
            return Err(Refusal::field("queue", message));
        }
        Ok(QueueIdentity { id: queue.id().to_owned(), name: Some(queue.name().to_owned()) })
    }

    /// The rule, if it still has the version.
    pub(crate) fn current(&self, id: &str, if_match: Option<u64>) -> Result<(u64, Arc<Rule>), Refusal> {
        let (place, rule) = self.state.get(id).ok_or_else(|| Refusal::not_found("rule", id))?;
        match if_match {
            Some(version) if version != rule.version => {
                Err(Refusal::version_conflict("rule", rule.version, version).about(id, Some(&rule.name)))
            }
            _ => Ok((place, rule)),
        }
    }

    /// Whether no other rule of the queue has the name.
    pub(crate) fn unique(&self, queue: &str, name: &str, own: Option<&str>) -> Result<(), Refusal> {
        match self.state.named(queue, name) {
            Some(other) if Some(other.id.as_str()) != own => {
                Err(duplicate(format!("the queue already has a rule named `{name}`"))
                    .about(&other.id, Some(name)))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn write_rule(
        &mut self,
        writer: &Writer<'_>,
        action: Action,
        place: u64,
        before: Option<&Arc<Rule>>,
        after: Option<&Arc<Rule>>,
    ) -> Result<(), Refusal> {
        let Some(rule) = after.or(before) else { return Ok(()) };
        let json = |rule: &Arc<Rule>| serde_json::to_value(&**rule).unwrap_or_default();
        let deed = Deed {
            action,
            entity_type: EntityType::Rule,
            entity_id: rule.id.clone(),
            entity_name: Some(rule.name.clone()),
            before: before.map(json),
            after: after.map(json),
        };
        self.keep(writer, vec![deed], &[Write::Rule(place, after.map(|rule| &**rule))])?;
        self.state.lag.hide(&rule.id, place, before.cloned(), writer.lag);
        match after {
            Some(rule) => self.state.put(place, Arc::clone(rule)),
            None => self.state.remove(place),
        }
        Ok(())
    }
}
