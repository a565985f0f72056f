//! What the token endpoint answers (contract 1.3, 1.4).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A token and how long it holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenGrant {
    /// The token: a secret.
    pub access_token: String,
    /// `bearer`.
    #[serde(default)]
    pub token_type: String,
    /// For how many seconds it holds.
    pub expires_in: u64,
}

/// Without the token.
impl fmt::Debug for TokenGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenGrant").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// Why there is no token: another form than [`ErrorBody`](crate::ErrorBody).
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenRefusal {
    /// `invalid_grant`, `invalid_client`, `invalid_request`, …
    pub error: String,
    /// More, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// More, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}
