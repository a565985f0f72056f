//! What an organization holds at one moment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::resource::{Key, Kind, Live, Queues, ReadError};
use crate::{Client, Error, ErrorKind};

/// What an organization holds, as it was listed.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Its queues.
    pub queues: Queues,
    /// Its objects of every kind, in the order in which they were listed.
    pub objects: BTreeMap<Kind, Vec<Live>>,
}

impl Observed {
    /// Lists queues and objects.
    ///
    /// # Errors
    /// As [`Client::list`], and where an object cannot be read.
    pub async fn list(client: &Client) -> Result<Self, Error> {
        let queues = Queues::read(client.list(&Queues::list()).await?);
        let mut objects = BTreeMap::new();
        for kind in Kind::ALL {
            objects.insert(kind, list(client, kind).await?);
        }
        Ok(Self { queues, objects })
    }

    /// The objects of a kind.
    pub fn of(&self, kind: Kind) -> &[Live] {
        self.objects.get(&kind).map(Vec::as_slice).unwrap_or_default()
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

/// Looks up the objects of this exact key.
///
/// # Errors
/// As [`Client::list`], and where an object cannot be read.
pub(crate) async fn find(client: &Client, kind: Kind, key: &Key) -> Result<Vec<Live>, Error> {
    let request = kind.driver().find(key);
    let objects = client.list(&request).await?;
    let mut found = Vec::new();
    for object in objects {
        let live = read(kind, object, &request.purpose)?;
        if live.key == *key {
            found.push(live);
        }
    }
    Ok(found)
}

/// Reads one object by its id; none where it is gone.
///
/// # Errors
/// As [`Client::send`], and where the object cannot be read.
pub(crate) async fn get(client: &Client, kind: Kind, id: &str, key: &Key) -> Result<Option<Live>, Error> {
    let request = kind.driver().get(id, key);
    match client.send(&request).await {
        Ok(Value::Object(object)) => read(kind, object, &request.purpose).map(Some),
        Ok(_) => Err(unreadable(&request.purpose, "the answer is no object".to_owned())),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads an object of an answer.
pub(crate) fn read(kind: Kind, object: Map<String, Value>, purpose: &str) -> Result<Live, Error> {
    kind.driver().read(object).map_err(|error: ReadError| unreadable(purpose, error.to_string()))
}

fn unreadable(purpose: &str, message: String) -> Error {
    Error::without_effect(ErrorKind::Answer, purpose.to_owned(), message)
}
