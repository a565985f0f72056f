//! What becomes of one object.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::resource::{Fields, Goal, Key, Kind, Live};

/// What becomes of one object: created where there is nothing before, deleted where there is nothing after.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Its kind.
    pub kind: Kind,
    /// What it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Live>,
    /// What it shall be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Goal>,
}

/// A field that differs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FieldDifference {
    /// Its name on the wire.
    pub field: String,
    /// Its value on one side; null where it has none.
    pub before: Value,
    /// Its value on the other.
    pub after: Value,
}

impl Change {
    /// The key that it has when all is done; that of the past where it is deleted. None only of a change from nothing
    /// to nothing, which no plan makes.
    pub fn key(&self) -> Option<&Key> {
        self.after.as_ref().map(|goal| &goal.key).or(self.before.as_ref().map(|live| &live.key))
    }

    /// The key that it had, where it gets another.
    pub fn renamed_from(&self) -> Option<&Key> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        (before.key != after.key).then_some(&before.key)
    }

    /// The key that is free when it is done.
    pub(crate) fn frees(&self) -> Option<&Key> {
        match &self.after {
            None => self.before.as_ref().map(|live| &live.key),
            Some(_) => self.renamed_from(),
        }
    }

    /// Whether the objects that it refers to are others afterwards, or it is new and refers to some.
    pub(crate) fn moves_references(&self) -> bool {
        let driver = self.kind.driver();
        let references = |fields: Option<&Fields>| {
            let fields = fields.map(|fields| driver.normal(fields)).unwrap_or_default();
            let values = driver.references().iter().map(|(name, _)| fields.get(*name).cloned());
            values.map(|value| value.filter(|value| !value.is_null())).collect::<Vec<_>>()
        };
        let after = self.after.as_ref().map(|goal| references(Some(&goal.fields)));
        after.is_some_and(|after| after != references(self.before.as_ref().map(|live| &live.fields)))
    }

    /// The fields that differ, where the object is there before and after.
    pub fn differences(&self) -> Vec<FieldDifference> {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => differences(self.kind, &before.fields, &after.fields),
            _ => Vec::new(),
        }
    }
}

/// The managed fields in which two objects differ in their normal form, in the driver's order; values as they are written.
pub fn differences(kind: Kind, before: &Fields, after: &Fields) -> Vec<FieldDifference> {
    let driver = kind.driver();
    let (normal_before, normal_after) = (driver.normal(before), driver.normal(after));
    let value = |fields: &Fields, name: &str| fields.get(name).cloned().unwrap_or(Value::Null);
    driver
        .managed()
        .iter()
        .filter(|name| value(&normal_before, name) != value(&normal_after, name))
        .map(|name| FieldDifference {
            field: (*name).to_owned(),
            before: value(before, name),
            after: value(after, name),
        })
        .collect()
}
