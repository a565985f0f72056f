//! `rulec.toml`: what a project decides for itself. Every key is known, or an error that names it.

use std::ops::Range;
use std::path::Path;

use rule_compiler::{Level, LevelError, Settings};
use rule_lang::{SourceMap, Span, codes, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;
use crate::name::shown;
use crate::render::text::TextRenderer;

/// The file that makes a folder a project.
pub const FILE_NAME: &str = "rulec.toml";

/// The largest `rulec.toml` that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// The deepest tree that a project may allow. The platform takes [`rule_compiler::DEFAULT_MAX_DEPTH`]; an
/// organization may have been given more.
const MAX_DEPTH: i64 = 60;

/// The sections of the file.
const SECTIONS: [&str; 2] = ["lints", "limits"];
/// The keys of `[limits]`.
const LIMITS: [&str; 1] = ["depth"];

/// Reads a project's `rulec.toml`.
///
/// # Errors
///
/// Where the file cannot be read, is no TOML, or says what means nothing; with a picture of the place.
pub fn read(path: &Path, color: bool) -> Result<Settings, Failure> {
    let bytes = crate::read::bytes(path, MAX_BYTES).map_err(|error| Failure::file("read", path, &error))?;
    let name = shown(path);
    let Some(bytes) = bytes else {
        return Err(Failure::new(format!("`{name}` is larger than 1 MiB")).about(name));
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!("`{name}` is not UTF-8 text")).help("save it as UTF-8").about(name.clone())
    })?;
    parse(&text).map_err(|mistake| mistake.failure(&name, text, color))
}

/// What is wrong in the file, where, and what to write instead.
#[derive(Debug)]
struct Mistake {
    message: String,
    span: Range<usize>,
    help: Option<String>,
}

impl Mistake {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The failure, with a picture of the place.
    fn failure(self, name: &str, text: String, color: bool) -> Failure {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let mut sources = SourceMap::new();
        let file = sources.add(name, text);
        let start = narrow(self.span.start);
        let span = Span::new(file, start, narrow(self.span.end).max(start));
        let excerpt = TextRenderer::new(&sources, color, 100).excerpt(span);
        Failure {
            message: self.message,
            help: self.help,
            excerpt: Some(excerpt),
            file: Some(name.to_owned()),
        }
    }
}

fn parse(text: &str) -> Result<Settings, Mistake> {
    let table = DeTable::parse(text).map_err(|error| {
        Mistake::new(
            error.span().unwrap_or(0..0),
            format!("`{FILE_NAME}` is not valid TOML: {}", first_line(error.message())),
        )
        .help("a section is `[name]`, and a setting below it `key = value`")
    })?;
    let mut settings = Settings::default();
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "lints" => lints(section(key, value)?, &mut settings)?,
            "limits" => limits(section(key, value)?, &mut settings)?,
            _ => return Err(unknown("section", key, &SECTIONS)),
        }
    }
    Ok(settings)
}

/// `[lints]`: a level for each lint that shall have another than `warn`.
fn lints(table: &DeTable<'_>, settings: &mut Settings) -> Result<(), Mistake> {
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
fn limits(table: &DeTable<'_>, settings: &mut Settings) -> Result<(), Mistake> {
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

/// A section's table.
fn section<'a, 'i>(
    key: &Spanned<std::borrow::Cow<'i, str>>,
    value: &'a Spanned<DeValue<'i>>,
) -> Result<&'a DeTable<'i>, Mistake> {
    value.get_ref().as_table().ok_or_else(|| {
        let name = key.get_ref();
        Mistake::new(value.span(), format!("`{name}` is a section"))
            .help(format!("write `[{name}]` and its keys below"))
    })
}

fn integer(value: &Spanned<DeValue<'_>>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A key that means nothing, with the nearest that does.
fn unknown(kind: &str, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&str]) -> Mistake {
    let name = key.get_ref();
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Mistake::new(key.span(), format!("there is no {kind} `{name}` in `{FILE_NAME}`")).help(
        nearest(name, known.iter().copied())
            .map_or_else(|| format!("known: {listed}"), |near| format!("did you mean `{near}`?")),
    )
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> (String, String, Option<String>) {
        let mistake = parse(text).unwrap_err();
        (mistake.message, text[mistake.span].to_owned(), mistake.help)
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(parse("").unwrap(), Settings::default());
    }

    #[test]
    fn levels_and_limits_are_read() {
        let settings =
            parse("[lints]\nunused-attribute = \"deny\"\nW0102 = \"allow\"\n[limits]\ndepth = 0x0c\n")
                .unwrap();
        assert_eq!(settings.level(&rule_lang::codes::UNUSED_ATTRIBUTE), Level::Deny);
        assert_eq!(settings.level(&rule_lang::codes::UNUSED_CONDITION), Level::Allow);
        assert_eq!(settings.max_depth, 12);
    }

    #[test]
    fn mistakes_are_named_where_they_stand() {
        let (message, place, help) = mistake("[lint]\n");
        assert_eq!(
            (message.as_str(), place.as_str()),
            ("there is no section `lint` in `rulec.toml`", "lint")
        );
        assert_eq!(help.as_deref(), Some("did you mean `lints`?"));

        let (message, place, help) = mistake("[lints]\nunused-atribute = \"allow\"\n");
        assert_eq!(
            (message.as_str(), place.as_str()),
            ("there is no lint `unused-atribute`", "unused-atribute")
        );
        assert_eq!(help.as_deref(), Some("did you mean `unused-attribute`?"));

        assert_eq!(mistake("[lints]\nunused-attribute = 1\n").1, "1");
        assert_eq!(mistake("[limits]\ndepth = 0\n").1, "0");
        assert_eq!(mistake("[limits]\ndeph = 3\n").2.as_deref(), Some("did you mean `depth`?"));
        assert_eq!(mistake("lints = 3\n").0, "`lints` is a section");
        assert!(mistake("[lints\n").0.contains("not valid TOML"));
    }
}
