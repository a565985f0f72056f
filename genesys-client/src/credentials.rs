//! What a client proves itself with.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, ErrorKind};

/// The id and the secret of an OAuth client. Neither is ever shown.
#[derive(Clone)]
pub struct Credentials {
    id: String,
    secret: SecretString,
}

impl Credentials {
    /// Credentials as the platform gave them.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] where one is empty or holds a blank or a control character, which happens when they
    /// are copied, or where the id holds a colon, which HTTP Basic cannot say.
    pub fn new(id: impl Into<String>, secret: impl Into<SecretString>) -> Result<Self, Error> {
        let (id, secret) = (id.into(), secret.into());
        for (what, text) in [("client id", id.as_str()), ("client secret", secret.expose_secret())] {
            if text.is_empty() {
                return Err(refused(format!("the {what} is empty")));
            }
            if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
                return Err(refused(format!(
                    "the {what} holds a blank, a line break or a control character"
                )));
            }
        }
        if id.contains(':') {
            return Err(refused("the client id holds a colon".to_owned()));
        }
        Ok(Self { id, secret })
    }

    /// As HTTP Basic has it, without the word `Basic`: a secret.
    pub(crate) fn basic(&self) -> SecretString {
        STANDARD.encode(format!("{}:{}", self.id, self.secret.expose_secret())).into()
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.secret
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

fn refused(why: String) -> Error {
    Error::without_effect(ErrorKind::Configuration, "use the credentials".to_owned(), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_sent_as_basic_and_never_shown() {
        let credentials = Credentials::new("client", "s3cret").unwrap();
        assert_eq!(credentials.basic().expose_secret(), "Y2xpZW50OnMzY3JldA==");
        assert_eq!(format!("{credentials:?}"), "Credentials(..)");
    }

    #[test]
    fn credentials_that_were_copied_badly_are_refused_without_being_shown() {
        for (id, secret, says) in [
            ("", "x", "the client id is empty"),
            ("x", "", "the client secret is empty"),
            ("x", "s3cret\n", "the client secret holds"),
            ("a b", "x", "the client id holds a blank"),
            ("a:b", "x", "a colon"),
        ] {
            let error = Credentials::new(id, secret).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }
}
