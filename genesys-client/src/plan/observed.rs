//! What an organization holds at one moment.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use genesys_model::{Identity, QueueRef};
use serde_json::{Map, Value};

use crate::resource::{Candidate, Key, Kind, Live, NameError, Names, ReadError, Reference, visit};
use crate::{Client, Error, ErrorKind, Request};

/// What an organization holds, as it was listed.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    objects: BTreeMap<Kind, Vec<Live>>,
    names: BTreeMap<Kind, Names>,
    divisions: Option<BTreeMap<String, String>>,
}

impl Observed {
    /// Lists the objects of these kinds and of those that they refer to.
    ///
    /// # Errors
    /// As [`Client::list`], and where an object cannot be read.
    pub async fn list(client: &Client, kinds: &BTreeSet<Kind>) -> Result<Self, Error> {
        let mut observed = Self::default();
        for kind in Kind::ALL {
            let is_needed = kinds.contains(&kind) || kind.referring().any(|other| kinds.contains(&other));
            if !is_needed {
                continue;
            }
            let mut objects = list(client, kind).await?;
            for live in &mut objects {
                observed.give_names(kind, live);
            }
            observed.names.insert(kind, Names::new(kind, &objects));
            observed.objects.insert(kind, objects);
        }
        Ok(observed)
    }

    /// With the divisions of the organization, in which new objects are placed.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn with_divisions(mut self, client: &Client) -> Result<Self, Error> {
        let request =
            Request::get("/api/v2/authorization/divisions", "list the divisions").query("pageSize", 100);
        let objects = client.list(&request).await?.into_iter().map(Value::Object);
        let divisions = objects.filter_map(|object| Reference::read(&object));
        self.divisions = Some(divisions.map(|one| (one.name.clone(), one.id().to_owned())).collect());
        Ok(self)
    }

    /// With the ids that a project gives some names in this organization.
    #[must_use]
    pub fn choose(mut self, kind: Kind, chosen: BTreeMap<String, String>) -> Self {
        if let Some(names) = self.names.remove(&kind) {
            self.names.insert(kind, names.choose(chosen));
        }
        self
    }

    /// The objects of a kind, in the order in which they were listed.
    pub fn of(&self, kind: Kind) -> &[Live] {
        self.objects.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// All objects.
    pub fn all(&self) -> impl Iterator<Item = (Kind, &Live)> {
        self.objects.iter().flat_map(|(kind, objects)| objects.iter().map(move |live| (*kind, live)))
    }

    /// The objects that names of a kind may mean.
    pub fn candidates(&self, kind: Kind) -> impl Iterator<Item = &Candidate> {
        self.names.get(&kind).into_iter().flat_map(Names::iter)
    }

    /// The name that the object with this id has.
    pub fn name_of(&self, kind: Kind, id: &str) -> Option<&str> {
        self.names.get(&kind)?.name_of(id)
    }

    /// The one object that is meant.
    ///
    /// # Errors
    /// None of that name or id, or several.
    pub fn resolve(&self, kind: Kind, reference: &QueueRef) -> Result<Reference, NameError> {
        self.names(kind).resolve(reference)
    }

    /// The one object that is meant by a name of which something more may be said.
    ///
    /// # Errors
    /// None is meant, or several.
    pub fn identify(&self, kind: Kind, name: &str, identity: &Identity) -> Result<Reference, NameError> {
        self.names(kind).identify(name, identity)
    }

    /// The one object of this name in this division.
    pub(super) fn in_division(&self, kind: Kind, name: &str, division: &str) -> Result<Reference, NameError> {
        self.names(kind).in_division(name, division)
    }

    /// The id that the project gives a name in this organization.
    pub(super) fn chosen(&self, kind: Kind, name: &str) -> Option<&str> {
        self.names.get(&kind)?.chosen(name)
    }

    /// The names of a kind; no object has any of one that was not listed.
    fn names(&self, kind: Kind) -> Cow<'_, Names> {
        self.names.get(&kind).map_or_else(|| Cow::Owned(Names::new(kind, &[])), Cow::Borrowed)
    }

    /// The id of the division of this name.
    pub(super) fn division(&self, name: &str) -> Option<&str> {
        self.divisions.as_ref()?.get(name).map(String::as_str)
    }

    /// Puts names to ids, for people.
    fn give_names(&self, kind: Kind, live: &mut Live) {
        visit(kind, &mut live.key, &mut live.fields, &mut |to, reference| {
            let name = self.names.get(&to).and_then(|names| names.name_of(reference.id()));
            if let Some(name) = name {
                name.clone_into(&mut reference.name);
            }
        });
    }
}

/// Lists the objects of a kind.
///
/// # Errors
/// As [`Client::list`], and where an object cannot be read.
pub(crate) async fn list(client: &Client, kind: Kind) -> Result<Vec<Live>, Error> {
    let request = kind.driver().list();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for object in client.list(&request).await? {
        let live = read(kind, object, &request.purpose)?;
        // What is created or deleted meanwhile moves others to another page, where they come again.
        if seen.insert(live.id.clone()) {
            all.push(live);
        }
    }
    Ok(all)
}

/// What was found where an object was looked for.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Found {
    /// The objects.
    pub(crate) live: Vec<Live>,
    /// The version of the list that they are parts of.
    pub(crate) version: Option<u64>,
}

/// Looks up the objects of this exact key.
///
/// # Errors
/// As [`Client::list`], and where an object cannot be read.
pub(crate) async fn find(client: &Client, kind: Kind, key: &Key) -> Result<Found, Error> {
    let driver = kind.driver();
    if driver.capabilities().part {
        return part(client, kind, key).await;
    }
    let request = driver.find(key);
    let mut live = Vec::new();
    for object in client.list(&request).await? {
        let one = read(kind, object, &request.purpose)?;
        if one.key == *key {
            live.push(one);
        }
    }
    Ok(Found { live, version: None })
}

/// Reads one object by its id; none where it is gone.
///
/// # Errors
/// As [`Client::send`], and where the object cannot be read.
pub(crate) async fn get(client: &Client, kind: Kind, id: &str, key: &Key) -> Result<Found, Error> {
    let driver = kind.driver();
    if driver.capabilities().part {
        return part(client, kind, key).await;
    }
    let request = driver.get(id, key);
    let live = match object(client, &request).await? {
        Some(object) => vec![read(kind, object, &request.purpose)?],
        None => Vec::new(),
    };
    Ok(Found { live, version: None })
}

/// Looks up a part in its list. Without a queue there is no list.
async fn part(client: &Client, kind: Kind, key: &Key) -> Result<Found, Error> {
    let request = kind.driver().find(key);
    match object(client, &request).await? {
        Some(list) => read_part(kind, list, key, &request.purpose),
        None => Ok(Found::default()),
    }
}

/// Reads the answer of one object as it is; none where it is gone.
///
/// # Errors
/// As [`Client::send`], and where the answer is no object.
pub(crate) async fn object(client: &Client, request: &Request) -> Result<Option<Map<String, Value>>, Error> {
    match client.send(request).await {
        Ok(Value::Object(object)) => Ok(Some(object)),
        Ok(_) => Err(unreadable(&request.purpose, "the answer is no object".to_owned())),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads an object of an answer.
pub(crate) fn read(kind: Kind, object: Map<String, Value>, purpose: &str) -> Result<Live, Error> {
    kind.driver().read(object).map_err(|error: ReadError| unreadable(purpose, error.to_string()))
}

/// Reads what a list has for a key.
pub(crate) fn read_part(
    kind: Kind,
    list: Map<String, Value>,
    key: &Key,
    purpose: &str,
) -> Result<Found, Error> {
    let (version, live) =
        kind.driver().read_part(list, key).map_err(|error| unreadable(purpose, error.to_string()))?;
    Ok(Found { live: live.into_iter().collect(), version: Some(version) })
}

fn unreadable(purpose: &str, message: String) -> Error {
    Error::without_effect(ErrorKind::Answer, purpose.to_owned(), message)
}
