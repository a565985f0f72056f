//! Short names for contents: equal where the contents are equal.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 as 64 hexadecimal digits, over several pieces as if they were one.
pub(crate) fn sha256(pieces: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hex(&hasher.finalize())
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The fingerprint of a value's JSON.
pub(crate) fn of<T: Serialize>(value: &T) -> String {
    // What has no JSON (no type here) would equal nothing but its like.
    sha256(&[&serde_json::to_vec(value).unwrap_or_default()])
}
