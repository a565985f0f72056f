//! Sends requests to one organization: with a token, at the allowed pace, again where that is right.

use serde_json::{Map, Value};

use crate::{Error, Request};

/// An organization's API. Clones share token and pace.
#[derive(Clone, Debug)]
pub struct Client {}

impl Client {
    /// Sends a request and reads the answer's body, where it has one: any JSON.
    ///
    /// # Errors
    /// Everything but a 2xx with the body that the contract says. Reads are sent again as the contract says; writes only
    /// where they cannot have been carried out (429, no connection), otherwise `effect` is unknown.
    pub async fn send(&self, request: &Request) -> Result<Value, Error> {
        let _ = request;
        unimplemented!()
    }

    /// Reads all pages of a list, in order.
    ///
    /// # Errors
    /// As [`send`](Self::send), and where pages lead elsewhere, in a circle, or never end.
    pub async fn list(&self, first: &Request) -> Result<Vec<Map<String, Value>>, Error> {
        let _ = first;
        unimplemented!()
    }

    /// Whether the token is taken (contract 0, "Health check").
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn health(&self) -> Result<(), Error> {
        unimplemented!()
    }
}
