//! What a project decides about checking: the limit on depth and the level of each lint.

use rule_lang::{Code, codes};
use rustc_hash::FxHashMap;

/// The platform's limit on the depth of a tree (contract 1.3).
pub const DEFAULT_MAX_DEPTH: u32 = 10;

/// What is done with a lint's findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// They are dropped.
    Allow,
    /// They are warnings.
    Warn,
    /// They are errors.
    Deny,
}

/// The settings of a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// How deep a tree may be, in levels; a lone condition is one.
    pub max_depth: u32,
    levels: FxHashMap<&'static str, Level>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_depth: DEFAULT_MAX_DEPTH, levels: FxHashMap::default() }
    }
}

/// Why a level cannot be set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LevelError {
    /// No diagnostic has this number or name; the nearest lint, if one is near.
    Unknown(Option<&'static str>),
    /// It is an error, which has no level.
    NotALint(&'static str),
}

impl std::fmt::Display for LevelError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(Some(near)) => write!(f, "no lint is called so; did you mean `{near}`?"),
            Self::Unknown(None) => f.write_str("no lint is called so"),
            Self::NotALint(name) => write!(f, "`{name}` is an error, and errors have no level"),
        }
    }
}

impl std::error::Error for LevelError {}

impl Settings {
    /// Sets the level of a lint, by its number or its name.
    ///
    /// # Errors
    /// Where no lint has that number or name.
    pub fn set_level(&mut self, lint: &str, level: Level) -> Result<(), LevelError> {
        let code = codes::find(lint).ok_or_else(|| LevelError::Unknown(nearest_lint(lint)))?;
        if !code.is_lint() {
            return Err(LevelError::NotALint(code.name));
        }
        self.levels.insert(code.id, level);
        Ok(())
    }

    /// The level of a lint.
    pub fn level(&self, code: &Code) -> Level {
        self.levels.get(code.id).copied().unwrap_or(Level::Warn)
    }
}

/// The lint that a misspelt name most likely means.
pub(crate) fn nearest_lint(wrong: &str) -> Option<&'static str> {
    rule_lang::nearest(wrong, codes::ALL.iter().filter(|code| code.is_lint()).map(|code| code.name))
}
