//! The pages of the diagnostics, as documents that the editor can open: `rulec:/diagnostics/E0301.md`.

use rule_lang::codes;

use crate::protocol::Uri;

/// The scheme of the documents that this server holds.
pub(crate) const SCHEME: &str = "rulec";
/// What the URIs of the pages begin with.
pub(crate) const SCHEME_AND_FOLDER: &str = "rulec:/diagnostics";

/// The text of a page; none where there is no such page.
pub(crate) fn text(uri: &Uri) -> Option<&'static str> {
    let name = uri.0.strip_prefix(SCHEME_AND_FOLDER)?.strip_prefix('/')?;
    codes::find(name.strip_suffix(".md")?).map(|code| code.page)
}
