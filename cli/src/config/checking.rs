//! `[lints]` and `[limits]`: how strictly rules are checked.

use rule_compiler::{Level, LevelError, Settings};
use rule_lang::codes;
use toml::de::DeTable;

use super::mistake::{Mistake, integer, unknown};

/// The deepest tree that a project may allow. The platform takes [`rule_compiler::DEFAULT_MAX_DEPTH`]; an
/// organization may have been given more.
const MAX_DEPTH: i64 = 60;

/// The keys of `[limits]`.
const LIMITS: [&str; 1] = ["depth"];

/// `[lints]`: a level for each lint that shall have another than `warn`.
pub(super) fn lints(table: &DeTable<'_>, settings: &mut Settings) -> Result<(), Mistake> {
    let mut set: Vec<&str> = Vec::new();
    for (key, value) in table {
        if let Some(code) = codes::find(key.get_ref()) {
            if set.contains(&code.id) {
                return Err(Mistake::new(
                    key.span(),
                    format!("`{}` and `{}` are one lint", code.id, code.name),
                )
                .help("keep one of the two lines"));
            }
            set.push(code.id);
        }
        let level = match value.get_ref().as_str() {
            Some("allow") => Level::Allow,
            Some("warn") => Level::Warn,
            Some("deny") => Level::Deny,
            _ => {
                return Err(Mistake::new(value.span(), format!("`{}` has no such level", key.get_ref()))
                    .help("write `\"allow\"`, `\"warn\"` or `\"deny\"`"));
            }
        };
        settings.set_level(key.get_ref(), level).map_err(|error| {
            let name = key.get_ref();
            match error {
                LevelError::Unknown(near) => Mistake::new(key.span(), format!("there is no lint `{name}`"))
                    .help(near.map_or_else(
                        || "`rulec explain` lists them; those that start with `W` have levels".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    )),
                LevelError::NotALint(_) => {
                    Mistake::new(key.span(), format!("`{name}` is an error, and errors have no level"))
                        .help("remove the line; only warnings can be silenced")
                }
            }
        })?;
    }
    Ok(())
}

/// `[limits]`: what the organization's platform takes.
pub(super) fn limits(table: &DeTable<'_>, settings: &mut Settings) -> Result<(), Mistake> {
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "depth" => {
                settings.max_depth = integer(value)
                    .filter(|depth| (1..=MAX_DEPTH).contains(depth))
                    .and_then(|depth| u32::try_from(depth).ok())
                    .ok_or_else(|| {
                        Mistake::new(value.span(), format!("`depth` is a whole number from 1 to {MAX_DEPTH}"))
                            .help("the platform takes 10")
                    })?;
            }
            _ => return Err(unknown("limit", key, &LIMITS)),
        }
    }
    Ok(())
}
