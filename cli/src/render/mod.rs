//! Diagnostics as people and as programs read them.

pub mod clean;
pub mod diff;
mod excerpt;
pub mod json;
mod place;
pub mod plan;
pub mod text;

pub use place::{Place, Places};

use rule_lang::{Diagnostic, Severity};
use serde::Serialize;

/// What a check found, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The files that were reported on.
    pub files: usize,
    /// The errors in them.
    pub errors: usize,
    /// The warnings in them.
    pub warnings: usize,
    /// The findings that `check --fix` mends.
    pub fixable: usize,
    /// The further findings that `check --fix --unsafe-fixes` mends.
    pub fixable_unsafely: usize,
    /// The findings that this run has mended.
    pub fixed: usize,
}

impl Summary {
    /// Counts findings.
    pub fn of<'a>(files: usize, diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Self {
        use rule_lang::Applicability::{Safe, Unsafe};
        let mut summary = Self { files, ..Self::default() };
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
            }
            let has = |wanted| diagnostic.fixes.iter().any(|fix| fix.applicability == wanted);
            if has(Safe) {
                summary.fixable += 1;
            } else if has(Unsafe) {
                summary.fixable_unsafely += 1;
            }
        }
        summary
    }
}
