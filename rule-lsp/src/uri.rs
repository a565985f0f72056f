//! URIs of the protocol, and paths.

use std::path::{Path, PathBuf};

use url::Url;

use crate::protocol::Uri;

/// The path of a file's URI; of any other the URI itself, which no file has for a path.
pub(crate) fn to_path(uri: &Uri) -> PathBuf {
    let file = Url::parse(&uri.0).ok().filter(|url| url.scheme() == "file");
    file.and_then(|url| url.to_file_path().ok()).unwrap_or_else(|| PathBuf::from(&uri.0))
}

/// Whether a URI names a file.
pub(crate) fn is_file(uri: &Uri) -> bool {
    uri.0.starts_with("file:")
}

/// The URI of a path.
pub(crate) fn of_path(path: &Path) -> Uri {
    match Url::from_file_path(path) {
        Ok(url) => Uri(url.into()),
        Err(()) => Uri(path.to_string_lossy().into_owned()),
    }
}
