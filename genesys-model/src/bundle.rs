//! A program compiled: what deployment, evaluation and simulation start from.

use serde::{Deserialize, Serialize};

use crate::limits::MAX_BUNDLE_BYTES;
use crate::{Expression, QueueBody, SkillBody, SkillGroupBody, StrategyBody};

/// The number of the bundle's form. Another number is another form.
pub const FORMAT: u32 = 1;

/// A program compiled.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bundle {
    /// The form: [`FORMAT`].
    pub format: u32,
    /// The rules.
    pub rules: Vec<RuleBody>,
    /// The skills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillBody>,
    /// The skill groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skill_groups: Vec<SkillGroupBody>,
    /// The queues, external ones too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<QueueBody>,
    /// The strategies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<StrategyBody>,
}

impl Default for Bundle {
    fn default() -> Self {
        Self {
            format: FORMAT,
            rules: Vec::new(),
            skills: Vec::new(),
            skill_groups: Vec::new(),
            queues: Vec::new(),
            strategies: Vec::new(),
        }
    }
}

impl Bundle {
    /// A bundle of these rules.
    pub fn new(rules: Vec<RuleBody>) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Whether something in it says which division it is in.
    pub fn names_divisions(&self) -> bool {
        let skills = self.skills.iter().map(|one| &one.identity);
        let groups = self.skill_groups.iter().map(|one| &one.identity);
        let queues = self.queues.iter().map(|one| &one.identity);
        skills.chain(groups).chain(queues).any(|identity| identity.division.is_some())
    }

    /// Reads a bundle from JSON of at most [`MAX_BUNDLE_BYTES`].
    ///
    /// # Errors
    /// What is too long, of another format, or no bundle.
    pub fn from_json(json: &str) -> Result<Self, BundleError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        if json.len() > MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLong { found: json.len() });
        }
        match serde_json::from_str::<Self>(json) {
            Ok(bundle) if bundle.format == FORMAT => Ok(bundle),
            Ok(bundle) => Err(BundleError::Format { found: bundle.format }),
            // A bundle of another form may well not be readable as this one; its number explains more.
            Err(error) => match serde_json::from_str::<Head>(json) {
                Ok(head) if head.format != FORMAT => Err(BundleError::Format { found: head.format }),
                _ => Err(BundleError::Json(error)),
            },
        }
    }
}

/// Why a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// More than [`MAX_BUNDLE_BYTES`].
    #[error("the bundle has {found} bytes, and at most {MAX_BUNDLE_BYTES} are read")]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// Another format.
    #[error("the bundle has format {found}, and this version reads format {FORMAT}")]
    Format {
        /// Its number.
        found: u32,
    },
    /// No JSON, or not that of a bundle.
    #[error("the bundle cannot be read: {0}")]
    Json(#[source] serde_json::Error),
}

/// A rule as it is sent (contract 1.3), and what deployment needs to know of it besides.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RuleBody {
    /// Its name, unique in its queue.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its interactions go.
    pub queue: QueueRef,
    /// The highest number decides first.
    #[serde(default)]
    pub priority: i64,
    /// Whether it decides at all.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// When it matches.
    pub expression: Expression,
    /// Which live rule it renames or moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Was>,
}

fn enabled() -> bool {
    true
}

/// A queue, by its name or, where names are not enough, by its id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QueueRef {
    /// `{"name": "Technical Support"}`
    Name(String),
    /// `{"id": "9f2a…"}`
    Id(String),
}

impl QueueRef {
    /// The name or the id, whichever is known.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Name(text) | Self::Id(text) => text,
        }
    }
}

/// What a rule was called before, and where it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Was {
    /// Its old queue, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueRef>,
    /// Its old name.
    pub name: String,
}
