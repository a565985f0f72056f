//! A plan in a file: reviewed now, applied later, exactly as it is.

use std::path::Path;

use genesys_client::plan::{FORMAT as PLAN_FORMAT, Plan, Prune};
use genesys_model::{Bundle, FORMAT as BUNDLE_FORMAT};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::name::shown;

/// The number of the file's form.
const FORMAT: u32 = 1;

/// The longest that is read, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// A plan, and what it was made from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlanFile {
    /// The form: [`FORMAT`].
    format: u32,
    /// What the organization is called.
    pub(crate) organization: String,
    /// Whether and what it prunes.
    prune: KeptPrune,
    /// The plan.
    pub(crate) plan: Plan,
    /// The program compiled.
    pub(crate) bundle: Bundle,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptPrune {
    No,
    Owned,
    Unowned,
}

impl PlanFile {
    /// A plan to be kept.
    pub(crate) fn new(plan: Plan, bundle: Bundle, prune: Prune) -> Self {
        let prune = match prune {
            Prune::No => KeptPrune::No,
            Prune::Owned => KeptPrune::Owned,
            Prune::Unowned => KeptPrune::Unowned,
        };
        Self { format: FORMAT, organization: plan.organization.clone(), prune, plan, bundle }
    }

    /// What is pruned.
    pub(crate) fn prune(&self) -> Prune {
        match self.prune {
            KeptPrune::No => Prune::No,
            KeptPrune::Owned => Prune::Owned,
            KeptPrune::Unowned => Prune::Unowned,
        }
    }

    /// Reads a kept plan.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, is too long, or holds no plan of this form.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let name = shown(path);
        let bytes =
            crate::read::bytes(path, MAX_BYTES).map_err(|error| Failure::file("read", path, &error))?;
        let bytes = bytes.ok_or_else(|| {
            Failure::new(format!("`{name}` is larger than {} MiB", MAX_BYTES / 1024 / 1024)).about(&name)
        })?;
        let unreadable = |error: serde_json::Error| {
            Failure::new(format!("`{name}` holds no plan: {error}"))
                .help("make one with `rulec plan --out FILE`")
                .about(&name)
        };
        // A plan of another form may well not be readable as this one; its number explains more.
        let head: Head = serde_json::from_slice(&bytes).map_err(unreadable)?;
        if head.format == FORMAT {
            let file: Self = serde_json::from_slice(&bytes).map_err(unreadable)?;
            if file.bundle.format == BUNDLE_FORMAT && file.plan.format == PLAN_FORMAT {
                return Ok(file);
            }
        }
        Err(Failure::new(format!("`{name}` is of another version of rulec"))
            .help("make the plan again with `rulec plan --out FILE`")
            .about(&name))
    }
}
