//! Objects that belong to no queue: without versions, replaced as a whole (contract 1.4). What differs between their
//! kinds is data.

use serde_json::{Map, Value};

use super::{Capabilities, Driver, Fields, Goal, Key, Kind, Live, ReadError, wire};
use crate::{Method, Request, segment};

/// The driver of one such kind.
pub(super) struct Alone {
    pub(super) kind: Kind,
    pub(super) path: &'static str,
    pub(super) managed: &'static [&'static str],
    pub(super) references: &'static [(&'static str, Kind)],
    /// Takes the managed fields but name and description out of an object.
    pub(super) take: fn(&mut Map<String, Value>) -> Result<Fields, ReadError>,
    /// The object as it is written.
    pub(super) body: fn(&Goal) -> Fields,
    /// Whether the platform takes notice of what it refers to when it is refreshed.
    pub(super) refreshes: bool,
}

impl Alone {
    fn item(&self, id: &str) -> String {
        format!("{}/{}", self.path, segment(id))
    }

    /// `change the skill …`
    fn purpose(&self, verb: &str, key: &Key) -> String {
        format!("{verb} the {} {key}", self.kind.word())
    }
}

impl Driver for Alone {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { versions: false, partial_update: false, part: false, switch: None, delete: true }
    }

    fn managed(&self) -> &'static [&'static str] {
        self.managed
    }

    fn references(&self) -> &'static [(&'static str, Kind)] {
        self.references
    }

    fn list(&self) -> Request {
        Request::get(self.path, format!("list the {}", self.kind.words())).query("pageSize", 100)
    }

    /// A star in the name may be a pattern: then all are asked for.
    fn find(&self, key: &Key) -> Request {
        let request = Request::get(self.path, self.purpose("look up", key)).query("pageSize", 100);
        if key.name.contains('*') { request } else { request.query("name", &key.name) }
    }

    fn get(&self, id: &str, key: &Key) -> Request {
        Request::get(self.item(id), self.purpose("read", key))
    }

    fn create(&self, goal: &Goal, _: Option<u64>) -> Request {
        Request::new(Method::Post, self.path, self.purpose("create", &goal.key)).body((self.body)(goal))
    }

    fn update(&self, id: &str, _: Option<u64>, key: &Key, _: &Fields, goal: &Goal) -> Request {
        Request::new(Method::Put, self.item(id), self.purpose("change", key)).body((self.body)(goal))
    }

    fn delete(&self, id: &str, _: Option<u64>, key: &Key) -> Request {
        Request::new(Method::Delete, self.item(id), self.purpose("delete", key))
    }

    fn refresh(&self, id: &str, key: &Key) -> Option<Request> {
        let request = || {
            let path = format!("{}/refresh", self.item(id));
            Request::new(Method::Post, path, self.purpose("refresh", key)).harmless()
        };
        self.refreshes.then(request)
    }

    fn is_fresh(&self, object: &Map<String, Value>) -> bool {
        object.get("routable") != Some(&Value::Bool(false))
    }

    fn read(&self, mut object: Map<String, Value>) -> Result<Live, ReadError> {
        let own = (self.take)(&mut object)?;
        wire::read(self.kind, object, own)
    }

    fn key(&self, fields: &Fields) -> Option<Key> {
        fields.get("name")?.as_str().map(Key::alone)
    }
}
