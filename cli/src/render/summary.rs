//! What a check found, in numbers.

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
        let mut summary = Self { files, ..Self::default() };
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
            }
            match Mends::of(diagnostic) {
                Mends::Safely => summary.fixable += 1,
                Mends::Unsafely => summary.fixable_unsafely += 1,
                Mends::Not => {}
            }
        }
        summary
    }
}

/// What `check --fix` can do about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mends {
    /// It mends it.
    Safely,
    /// It does with `--unsafe-fixes`.
    Unsafely,
    /// Nothing.
    Not,
}

impl Mends {
    /// What it can do about this one.
    pub fn of(diagnostic: &Diagnostic) -> Self {
        use rule_lang::Applicability::{Safe, Unsafe};
        let has = |wanted| diagnostic.fixes.iter().any(|fix| fix.applicability == wanted);
        if has(Safe) {
            Self::Safely
        } else if has(Unsafe) {
            Self::Unsafely
        } else {
            Self::Not
        }
    }
}
