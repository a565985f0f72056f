//! What seals a record: SHA-256, or with a key HMAC-SHA256.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::fingerprint::sha256;

/// The fewest bytes of a key: a shorter one can be guessed from any record.
const SHORTEST: usize = 16;

/// The key of an audit log. It is never shown.
#[derive(Clone)]
pub struct AuditKey(SecretString);

/// Why a text is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It holds nothing, or nothing but blanks.
    #[error("it is empty")]
    Empty,
    /// It is short enough to be guessed.
    #[error("it is shorter than {SHORTEST} bytes")]
    Short,
}

impl AuditKey {
    /// A key, as it was given.
    ///
    /// # Errors
    /// Where it is empty, as a secret that a pipeline lacks is, or short; blanks around it do not count.
    pub fn new(text: SecretString) -> Result<Self, KeyError> {
        match text.expose_secret().trim().len() {
            0 => Err(KeyError::Empty),
            length if length < SHORTEST => Err(KeyError::Short),
            _ => Ok(Self(text)),
        }
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(..)")
    }
}

/// The seal of a record's text, as 64 hexadecimal digits.
pub(super) fn seal(text: &str, key: Option<&AuditKey>) -> String {
    // HMAC takes keys of any length; were it otherwise, the seal would fit nothing.
    let Some(key) = key else { return sha256(&[text.as_bytes()]) };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.0.expose_secret().as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    crate::fingerprint::hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_long_enough_and_never_shown() {
        assert_eq!(AuditKey::new("".into()).unwrap_err(), KeyError::Empty);
        assert_eq!(AuditKey::new("\n                    ".into()).unwrap_err(), KeyError::Empty);
        assert_eq!(AuditKey::new("short               \n".into()).unwrap_err(), KeyError::Short);
        assert_eq!(AuditKey::new("short".into()).unwrap_err(), KeyError::Short);
        let key = AuditKey::new("0123456789abcdef".into()).unwrap();
        assert_eq!(format!("{key:?}"), "AuditKey(..)");
    }

    #[test]
    fn seals_are_those_of_the_standards() {
        // FIPS 180-2 has the first; another implementation of RFC 2104 gives the second.
        assert_eq!(seal("abc", None), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let key = AuditKey::new("JefeJefeJefeJefe".into()).unwrap();
        assert_eq!(
            seal("what do ya want for nothing?", Some(&key)),
            "2ccd85dfc8d18cb5d84fef4b198554699fece6e8692c9147b0da983f5b7bd413"
        );
    }
}
