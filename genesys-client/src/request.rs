//! A request as plain data: built by pure functions, sent by one transport.

use serde_json::Value;

/// What is done to the resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Reads, without the body.
    Head,
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes some fields.
    Patch,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// As it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Head => "HEAD",
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it leaves everything as it is, so that it can be sent again without a thought.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Head | Self::Get)
    }
}

/// A request, but for the token and the organization's address.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// Below the organization's address, with a leading slash; segments are encoded.
    pub path: String,
    /// Names and values, not encoded yet.
    pub query: Vec<(&'static str, String)>,
    /// The version that the resource must still have.
    pub if_match: Option<u64>,
    /// The body.
    pub body: Option<Value>,
    /// Whether it changes nothing, or nothing more the second time, whatever its method.
    pub is_harmless: bool,
    /// What it is for, in words that follow "could not": `create the rule "X"`.
    pub purpose: String,
}

impl Request {
    /// A request without query and body.
    pub fn new(method: Method, path: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            if_match: None,
            body: None,
            is_harmless: method.is_read(),
            purpose: purpose.into(),
        }
    }

    /// Reads what is at the path.
    pub fn get(path: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self::new(Method::Get, path, purpose)
    }

    /// With one more parameter.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "`.query(\"pageSize\", 100)` reads better than with a reference"
    )]
    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// With the version that the resource must still have.
    #[must_use]
    pub fn if_match(mut self, version: Option<u64>) -> Self {
        self.if_match = version;
        self
    }

    /// As one that changes nothing, or nothing more the second time: it may be sent again without a thought.
    #[must_use]
    pub fn harmless(mut self) -> Self {
        self.is_harmless = true;
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Value>) -> Self {
        self.body = Some(body.into());
        self
    }
}

/// An id as a segment of a path: whatever is not a letter, digit, `-`, `_`, `.` or `~` is encoded.
pub fn segment(id: &str) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(id.len());
    for byte in id.bytes() {
        // `.` and `..` would climb, and do so encoded too: a path that a URL does not keep as it is is never sent.
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_segment() {
        assert_eq!(segment("a1-b_2"), "a1-b_2");
        assert_eq!(segment("../x?y#z é"), "%2E%2E%2Fx%3Fy%23z%20%C3%A9");
    }
}
