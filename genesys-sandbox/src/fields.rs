//! Reading the fields of bodies, strictly.

use genesys_model::Division;
use serde_json::{Map, Value};

use crate::Refusal;

/// The fields of a body. A field that is null is not there.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// # Errors
    /// 400 where the body is no object or has a key that is not known.
    pub(crate) fn read(body: &'a Value, known: &[&str]) -> Result<Self, Refusal> {
        let map = body.as_object().ok_or_else(|| Refusal::bad("the body is a JSON object"))?;
        if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(Refusal::field(key, format!("unknown key `{key}`")));
        }
        Ok(Self { map })
    }

    /// The body of a PUT, which may also repeat what the platform sets, so that the answer to a GET can be sent back.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(crate) fn replacing(body: &'a Value, known: &[&str], set: &[&str]) -> Result<Self, Refusal> {
        Self::read(body, &[known, &["id", "dateModified", "selfUri"], set].concat())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// # Errors
    /// 400 where it is no text.
    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, Refusal> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Refusal::field(key, format!("`{key}` is a string"))),
        }
    }

    /// # Errors
    /// 400 where there is no `name`, or an empty one.
    pub(crate) fn name(&self) -> Result<String, Refusal> {
        let name = self.text("name")?.ok_or_else(|| Refusal::field("name", "there is no `name`"))?;
        if name.trim().is_empty() {
            return Err(Refusal::field("name", "`name` is empty"));
        }
        Ok(name)
    }

    /// # Errors
    /// 400 where it is no list of texts.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, Refusal> {
        let refusal = || Refusal::field(key, format!("`{key}` is a list of strings"));
        let Some(value) = self.get(key) else { return Ok(None) };
        let texts =
            value.as_array().ok_or_else(refusal)?.iter().map(|text| {
                text.as_str().filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(refusal)
            });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// A set of ids in an order of its own: clients are promised none.
    ///
    /// # Errors
    /// 400 where it is no list of texts.
    pub(crate) fn ids(&self, key: &str) -> Result<Option<Vec<String>>, Refusal> {
        let mut ids = self.texts(key)?;
        if let Some(ids) = &mut ids {
            ids.sort_unstable();
            ids.dedup();
        }
        Ok(ids)
    }

    /// # Errors
    /// 400 where it is no object with an `id`.
    pub(crate) fn division(&self) -> Result<Option<Division>, Refusal> {
        let Some(value) = self.get("division") else { return Ok(None) };
        let division = serde_json::from_value(value.clone());
        division.map(Some).map_err(|_| {
            Refusal::field(
                "division",
                "`division` is an object with the division's `id` and perhaps its `name`",
            )
        })
    }

    /// # Errors
    /// 400 where the body is about another object than its path.
    pub(crate) fn same_id(&self, id: &str) -> Result<(), Refusal> {
        match self.text("id")? {
            Some(other) if other != id => {
                Err(Refusal::field("id", format!("`id` is `{other}`, and the path says `{id}`")))
            }
            _ => Ok(()),
        }
    }
}
