//! Names become ids: exactly, never by a pick.

use std::collections::BTreeMap;

use genesys_model::{Identity, QueueRef};

use super::{Kind, Live, Reference};
use crate::text::clean;

/// The objects of one kind that an organization has, by name and id.
#[derive(Clone, Debug)]
pub struct Names {
    kind: Kind,
    by_id: BTreeMap<String, Candidate>,
    by_name: BTreeMap<String, Vec<String>>,
    /// Which id a project gives a name in this organization.
    chosen: BTreeMap<String, String>,
}

/// An object that a name may mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its division: the name, or the id where the platform does not say; none where it has none.
    pub division: Option<String>,
    /// The id of its division.
    division_id: Option<String>,
}

impl Candidate {
    fn is_in(&self, division: &str) -> bool {
        [&self.division, &self.division_id].into_iter().any(|own| own.as_deref() == Some(division))
    }
}

impl Names {
    /// The names of these objects.
    pub fn new(kind: Kind, objects: &[Live]) -> Self {
        let mut names =
            Self { kind, by_id: BTreeMap::new(), by_name: BTreeMap::new(), chosen: BTreeMap::new() };
        for live in objects {
            let (id, name) = (live.id.clone(), live.key.name.clone());
            let division = live.rest.get("division").and_then(Reference::read).map(|division| division.name);
            let division_id = live.division().map(str::to_owned);
            names.by_name.entry(name.clone()).or_default().push(id.clone());
            names.by_id.insert(id.clone(), Candidate { id, name, division, division_id });
        }
        names
    }

    /// With the ids that a project gives some names in this organization.
    #[must_use]
    pub fn choose(mut self, chosen: BTreeMap<String, String>) -> Self {
        self.chosen = chosen;
        self
    }

    /// The objects, by their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Candidate> {
        self.by_id.values()
    }

    /// The id that the project gives a name in this organization.
    pub fn chosen(&self, name: &str) -> Option<&str> {
        self.chosen.get(name).map(String::as_str)
    }

    /// The name of the object with this id.
    pub fn name_of(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|one| one.name.as_str())
    }

    /// The one object of this id.
    ///
    /// # Errors
    /// None has it.
    pub fn by_id(&self, id: &str) -> Result<Reference, NameError> {
        let found = self.by_id.get(id).map(|one| Reference::to(&one.id, &one.name));
        found.ok_or_else(|| NameError::UnknownId { kind: self.kind, id: id.to_owned() })
    }

    /// The one object of this exact name, or that the project means by it here.
    ///
    /// # Errors
    /// None has it, or several.
    pub fn by_name(&self, name: &str) -> Result<Reference, NameError> {
        let kind = self.kind;
        match (self.chosen.get(name), self.by_name.get(name).map(Vec::as_slice)) {
            (Some(id), _) | (None, Some([id])) => self.by_id(id),
            (None, None | Some([])) => Err(NameError::Unknown { kind, name: name.to_owned() }),
            (None, Some(ids)) => Err(NameError::Several {
                kind,
                name: name.to_owned(),
                candidates: ids.iter().filter_map(|id| self.by_id.get(id)).cloned().collect(),
            }),
        }
    }

    /// The one object of this exact name in this division, which goes by its name or its id.
    ///
    /// # Errors
    /// None has it, or several.
    pub fn in_division(&self, name: &str, division: &str) -> Result<Reference, NameError> {
        let ids = self.by_name.get(name).into_iter().flatten().filter_map(|id| self.by_id.get(id));
        let inside: Vec<&Candidate> = ids.filter(|one| one.is_in(division)).collect();
        let (kind, name) = (self.kind, name.to_owned());
        match inside.as_slice() {
            [one] => Ok(Reference::to(&one.id, &one.name)),
            [] => Err(NameError::NotInDivision { kind, name, division: division.to_owned() }),
            several => {
                let candidates = several.iter().map(|one| (*one).clone()).collect();
                Err(NameError::Several { kind, name, candidates })
            }
        }
    }

    /// The one object that is meant by a name of which something more may be said. What the project says for this
    /// organization goes first, then the id, then the division.
    ///
    /// # Errors
    /// None is meant, or several.
    pub fn identify(&self, name: &str, identity: &Identity) -> Result<Reference, NameError> {
        match (self.chosen(name).or(identity.id.as_deref()), &identity.division) {
            (Some(id), _) => self.by_id(id),
            (None, Some(division)) => self.in_division(name, division),
            (None, None) => self.by_name(name),
        }
    }

    /// The one object that is meant.
    ///
    /// # Errors
    /// None of that name or id, or several.
    pub fn resolve(&self, reference: &QueueRef) -> Result<Reference, NameError> {
        match reference {
            QueueRef::Id(id) => self.by_id(id),
            QueueRef::Name(name) => self.by_name(name),
        }
    }
}

/// Why an object is not found.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// None of that name.
    #[error("the organization has no {} `{}`", kind.word(), clean(name, &[]))]
    Unknown {
        /// The kind that was looked for.
        kind: Kind,
        /// The name.
        name: String,
    },
    /// None of that id.
    #[error("the organization has no {} with the id `{}`", kind.word(), clean(id, &[]))]
    UnknownId {
        /// The kind that was looked for.
        kind: Kind,
        /// The id.
        id: String,
    },
    /// None of that name in that division.
    #[error("the organization has no {} `{}` in the division `{}`", kind.word(), clean(name, &[]), clean(division, &[]))]
    NotInDivision {
        /// The kind that was looked for.
        kind: Kind,
        /// The name.
        name: String,
        /// The division.
        division: String,
    },
    /// No division of that name.
    #[error("the organization has no division `{}`", clean(name, &[]))]
    UnknownDivision {
        /// The division's name.
        name: String,
    },
    /// Several of that name.
    #[error(
        "the organization has {} {} named `{}`{}",
        candidates.len(), kind.words(), clean(name, &[]), listed(candidates)
    )]
    Several {
        /// The kind that was looked for.
        kind: Kind,
        /// The name.
        name: String,
        /// The objects, with their ids and divisions.
        candidates: Vec<Candidate>,
    },
}

fn listed(candidates: &[Candidate]) -> String {
    use std::fmt::Write;
    candidates.iter().fold(String::new(), |mut text, one| {
        let division = one.division.as_deref().unwrap_or("no division");
        let (id, division) = (clean(&one.id, &[]), clean(division, &[]));
        let _ = write!(text, "{} `{id}` ({division})", if text.is_empty() { ":" } else { "," });
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn queue(id: &str, name: &str, division: Option<&str>) -> Live {
        let mut object = json!({ "id": id, "name": name });
        if let Some(division) = division {
            object["division"] = json!({ "id": "d", "name": division });
        }
        Kind::Queue.driver().read(object.as_object().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_name_is_resolved_exactly_and_never_picked() {
        let queues = Names::new(
            Kind::Queue,
            &[
                queue("1", "Sales", None),
                queue("2", "sales", None),
                queue("3", "Desk", Some("Home")),
                queue("4", "Desk", None),
            ],
        );
        assert_eq!(queues.by_name("Sales").unwrap().id(), "1");
        assert_eq!(queues.by_name("Sale").unwrap_err().to_string(), "the organization has no queue `Sale`");
        assert_eq!(queues.by_id("4").unwrap().name, "Desk");
        assert_eq!(
            queues.by_name("Desk").unwrap_err().to_string(),
            "the organization has 2 queues named `Desk`: `3` (Home), `4` (no division)"
        );
        let chosen = queues.choose([("Desk".to_owned(), "4".to_owned())].into());
        assert_eq!(chosen.by_name("Desk").unwrap().id(), "4");
    }

    #[test]
    fn a_division_narrows_what_a_name_means_and_is_never_passed_over() {
        let all = [
            queue("1", "Desk", Some("Home")),
            queue("2", "Desk", Some("Abroad")),
            queue("3", "Desk", Some("Abroad")),
        ];
        let queues = Names::new(Kind::Queue, &all);
        assert_eq!(queues.in_division("Desk", "Home").unwrap().id(), "1");
        assert_eq!(
            queues.in_division("Desk", "Abroad").unwrap_err().to_string(),
            "the organization has 2 queues named `Desk`: `2` (Abroad), `3` (Abroad)"
        );
        let only = Names::new(Kind::Queue, all.get(..1).unwrap());
        let identity = Identity { division: Some("Abroad".to_owned()), ..Identity::default() };
        assert_eq!(
            only.identify("Desk", &identity).unwrap_err().to_string(),
            "the organization has no queue `Desk` in the division `Abroad`"
        );
        let identity = Identity { id: Some("3".to_owned()), ..identity };
        assert_eq!(queues.identify("Desk", &identity).unwrap().id(), "3");
    }
}
