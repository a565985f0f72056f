//! What an error says to people: one line, what to do next, and the particulars.

use std::fmt;

use crate::{Effect, Error, ErrorKind};

/// One line: what was attempted and what happened.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: ", self.attempted)?;
        let what = self.what();
        match (what.as_str(), self.message.as_str()) {
            ("", "") => f.write_str("nothing is known of why"),
            ("", message) => f.write_str(message),
            (what, "") => f.write_str(what),
            (what, message) => write!(f, "{what}: {message}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// What to do next, in plain words.
    pub fn help(&self) -> String {
        match &self.kind {
            ErrorKind::Authentication if self.is_of_token_endpoint() => {
                "check the client id and the secret, that the OAuth client still exists, that its grant type is client \
                 credentials, and that the address or region is its organization's"
                    .to_owned()
            }
            ErrorKind::Authentication => {
                "the token was revoked, or the OAuth client deleted or changed, and a fresh token was not taken either: \
                 check the OAuth client in the organization, then run the command again"
                    .to_owned()
            }
            ErrorKind::Permission => match self.permissions().as_slice() {
                [] => "give a role of the OAuth client the permission that this takes, in the division of the object; \
                       the scopes of the client do not matter here"
                    .to_owned(),
                names => format!(
                    "give a role of the OAuth client {}, in the division of the object; the scopes of the client do not matter here",
                    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
                ),
            },
            ErrorKind::NotFound => {
                "it was deleted, or lies in a division that the OAuth client does not see, or the organization does not \
                 offer this part of the API: check the address, and plan again"
                    .to_owned()
            }
            ErrorKind::VersionConflict => {
                "somebody else has changed it since it was read: plan again, look at the difference, then deploy".to_owned()
            }
            ErrorKind::DuplicateName => {
                "choose another name, or plan again, so that the one that exists is updated".to_owned()
            }
            ErrorKind::Refused => match self.status {
                Some(413) => "what is sent is too large: make it smaller".to_owned(),
                Some(409) => "it contradicts the state of the organization: plan again, and look at the difference".to_owned(),
                _ => "correct what the organization names; if it looks right, quote the correlation id to its support".to_owned(),
            },
            ErrorKind::RateLimited { .. } => {
                "wait that long, then run the command again; let fewer programs use this OAuth client at the same time".to_owned()
            }
            ErrorKind::Unavailable => {
                "try again in some minutes; if it stays, quote the correlation id to the organization's support".to_owned()
            }
            ErrorKind::Timeout => "check the network, then try again, with a longer timeout if the network is slow".to_owned(),
            ErrorKind::Connection => {
                "check the address, that something listens there, and the network: VPN, firewall, proxy".to_owned()
            }
            ErrorKind::Tls => {
                "check the address and the clock of this machine; where a proxy opens TLS, its certificate must be among \
                 those that this machine trusts"
                    .to_owned()
            }
            ErrorKind::Answer => {
                "check the address, and whether a proxy or a login page stands before the organization".to_owned()
            }
            ErrorKind::TooLarge => "check the address: no organization answers at this length".to_owned(),
            ErrorKind::Configuration => "correct the configuration or the variable that this comes from".to_owned(),
        }
    }

    /// The particulars, a line each: status, code, request and correlation id; whether it may have been carried out.
    pub fn details(&self) -> Vec<String> {
        let mut parts = Vec::new();
        match (self.status, &self.code) {
            (Some(status), Some(code)) => parts.push(format!("{status} {code}")),
            (Some(status), None) => parts.push(status.to_string()),
            (None, Some(code)) => parts.push(code.clone()),
            (None, None) => {}
        }
        parts.extend(self.request.clone());
        parts.extend(self.correlation_id.as_ref().map(|id| format!("correlation id {id}")));
        let mut lines = Vec::new();
        if !parts.is_empty() {
            lines.push(parts.join(", "));
        }
        if self.effect == Effect::Unknown {
            lines.push("it may have been carried out nevertheless".to_owned());
        }
        lines
    }

    /// What happened, but for what the message says.
    fn what(&self) -> String {
        match &self.kind {
            ErrorKind::Authentication if self.is_of_token_endpoint() => {
                "the organization does not take the client id and secret (it gives no token)".to_owned()
            }
            ErrorKind::Authentication => "the organization no longer takes the token".to_owned(),
            ErrorKind::Permission => "the OAuth client lacks a permission".to_owned(),
            ErrorKind::NotFound => "the organization has no such object".to_owned(),
            ErrorKind::VersionConflict => "somebody else has changed it".to_owned(),
            ErrorKind::DuplicateName => "the name is taken".to_owned(),
            ErrorKind::Refused => "the organization refuses it".to_owned(),
            ErrorKind::RateLimited { wait } if wait.is_zero() => {
                "the organization is asked too much".to_owned()
            }
            ErrorKind::RateLimited { wait } => {
                format!("the organization is asked too much and wants a wait of {} s", seconds(*wait))
            }
            ErrorKind::Unavailable => "the organization fails".to_owned(),
            ErrorKind::Timeout => "no answer in time".to_owned(),
            ErrorKind::Tls => "no secure connection".to_owned(),
            ErrorKind::Connection | ErrorKind::Answer | ErrorKind::TooLarge | ErrorKind::Configuration => {
                String::new()
            }
        }
    }

    /// Names of permissions (`routing:rule:edit`) that the message holds.
    fn permissions(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        let words =
            self.message.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '_' || c == '-'));
        for word in words.map(|word| word.trim_matches(':')) {
            let parts = word.split(':').collect::<Vec<_>>();
            if parts.len() == 3 && parts.iter().all(|part| !part.is_empty()) && !names.contains(&word) {
                names.push(word);
            }
        }
        names
    }

    fn is_of_token_endpoint(&self) -> bool {
        self.request.as_deref().is_some_and(|request| request.ends_with("/oauth/token"))
    }
}

/// Whole seconds, none lost.
pub(crate) fn seconds(duration: std::time::Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn error(kind: ErrorKind) -> Error {
        Error {
            kind,
            attempted: "create the rule \"X\"".to_owned(),
            request: Some("POST /api/v2/routing/rules".to_owned()),
            status: None,
            code: None,
            message: String::new(),
            correlation_id: None,
            effect: Effect::None,
        }
    }

    #[test]
    fn an_error_says_what_was_attempted_what_happened_and_what_to_do() {
        let error = Error {
            status: Some(403),
            code: Some("missing.permissions".to_owned()),
            message: "missing [routing:rule:edit, routing:rule:add]".to_owned(),
            correlation_id: Some("c-1".to_owned()),
            ..error(ErrorKind::Permission)
        };
        assert_eq!(
            error.to_string(),
            "could not create the rule \"X\": the OAuth client lacks a permission: missing [routing:rule:edit, routing:rule:add]"
        );
        assert!(
            error.help().starts_with(
                "give a role of the OAuth client `routing:rule:edit` and `routing:rule:add`, in"
            )
        );
        assert_eq!(
            error.details(),
            ["403 missing.permissions, POST /api/v2/routing/rules, correlation id c-1"]
        );
    }

    #[test]
    fn a_wait_that_is_too_long_is_told_with_its_number() {
        let error = error(ErrorKind::RateLimited { wait: Duration::from_hours(24) });
        assert!(error.to_string().contains("a wait of 86400 s"), "{error}");
    }

    #[test]
    fn an_unknown_effect_is_told() {
        let error = Error { effect: Effect::Unknown, ..error(ErrorKind::Timeout) };
        assert_eq!(
            error.details(),
            ["POST /api/v2/routing/rules", "it may have been carried out nevertheless"]
        );
    }

    #[test]
    fn every_kind_says_something_and_helps() {
        for kind in [
            ErrorKind::Authentication,
            ErrorKind::Permission,
            ErrorKind::NotFound,
            ErrorKind::VersionConflict,
            ErrorKind::DuplicateName,
            ErrorKind::Refused,
            ErrorKind::RateLimited { wait: Duration::ZERO },
            ErrorKind::Unavailable,
            ErrorKind::Timeout,
            ErrorKind::Connection,
            ErrorKind::Tls,
            ErrorKind::Answer,
            ErrorKind::TooLarge,
            ErrorKind::Configuration,
        ] {
            let error = error(kind);
            assert!(!error.help().is_empty());
            assert!(!error.to_string().ends_with(": "), "{error}");
        }
    }
}
