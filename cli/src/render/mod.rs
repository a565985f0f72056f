//! Diagnostics as people and as programs read them: one file a format.

pub mod clean;
pub mod diff;
mod each;
mod excerpt;
pub(crate) mod explain;
pub mod failure;
mod finding;
mod fingerprint;
mod github;
mod gitlab;
mod json;
mod jsonl;
mod junit;
pub mod junit_cases;
mod place;
pub mod plan;
mod rdjson;
mod report;
mod repository;
mod sarif;
pub mod statistics;
mod summary;
pub(crate) mod table;
pub mod text;

use std::io::{self, Write};

pub use place::{Place, Places};
pub use report::{Look, Report};
pub use repository::Repository;
pub use summary::{Mends, Summary};

use crate::args::Format;

/// Writes what a check found in this format.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write(format: Format, out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    match format {
        Format::Text => text::write(out, report),
        Format::Json => json::write(out, report),
        Format::Jsonl => jsonl::write(out, report),
        Format::Sarif => sarif::write(out, report),
        Format::Github => github::write(out, report),
        Format::Gitlab => gitlab::write(out, report),
        Format::Junit => junit::write(out, report),
        Format::Rdjson => rdjson::write(out, report),
    }
}
