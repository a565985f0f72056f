//! Mistakes in `rulec.toml`, shown where they stand, and how its values are read.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

use rule_lang::{SourceMap, Span, nearest};
use rule_lsp::WrongSettings;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::FILE_NAME;
use crate::failure::Failure;
use crate::render::Places;
use crate::render::text::TextRenderer;

/// What is wrong in the file, where, and what to write instead.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(super) message: String,
    pub(super) span: Range<usize>,
    pub(super) help: Option<String>,
    /// Whether the place may hold a secret, so that it is named and not shown.
    hidden: bool,
}

impl Mistake {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, help: None, hidden: false }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the place without showing it: it may hold a secret.
    pub(super) fn hide(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The mistake for an editor, which shows the place itself.
    pub(super) fn wrong_settings(self, path: PathBuf, text: String) -> WrongSettings {
        let message = match self.help {
            Some(help) => format!("{}\nhelp: {help}", self.message),
            None => self.message,
        };
        WrongSettings { path, text, range: self.span, message }
    }

    /// The failure, with a picture of the place.
    pub(super) fn failure(self, name: &str, text: String, color: bool) -> Failure {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let is_hidden = self.hidden || is_secret_around(&text, &self.span);
        let mut sources = SourceMap::new();
        let file = sources.add(name, text);
        let start = narrow(self.span.start);
        let span = Span::new(file, start, narrow(self.span.end).max(start));
        let place = sources.get(file).map(|source| Places::default().of(source, span));
        let place = place.map(|place| (place.line, place.column));
        let failure = Failure { help: self.help, place, ..Failure::new(self.message).about(name) };
        if is_hidden {
            let line = place.map_or(1, |(line, _)| line);
            return failure.note(format!("it is in `{name}`, line {line}"));
        }
        Failure { excerpt: Some(TextRenderer::new(&sources, color, 100).excerpt(span)), ..failure }
    }
}

/// Whether a secret may stand on the lines that would be shown, whatever the mistake is: people do write them here, and
/// the picture goes into the log of a pipeline.
fn is_secret_around(text: &str, span: &Range<usize>) -> bool {
    let line_of = |offset: usize| text.get(..offset).unwrap_or(text).matches('\n').count();
    let (first, last) = (line_of(span.start).saturating_sub(2), line_of(span.end) + 2);
    text.lines().skip(first).take(last + 1 - first).any(|line| {
        let lower = line.to_ascii_lowercase();
        // The name of a variable, which belongs here, is in capitals.
        let is_name = |value: &str| {
            let name = value.trim().trim_matches('"');
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        };
        let env = line.split_once('=').filter(|(key, _)| key.trim_end().ends_with("_env"));
        let names_a_variable = env.is_some_and(|(_, value)| is_name(value));
        // An address may hold a password, or a key in its query.
        let is_spoken = lower.contains("://") && lower.contains(['@', '?']);
        let is_key =
            lower.trim_start().strip_prefix("key").is_some_and(|rest| rest.trim_start().starts_with('='));
        let is_secret = is_key
            || env.is_some()
            || is_spoken
            || ["secret", "password", "token", "api_key", "apikey", "api-key"]
                .iter()
                .any(|word| lower.contains(word));
        is_secret && !names_a_variable
    })
}

/// A section's table.
pub(super) fn section<'a, 'i>(
    key: &Spanned<Cow<'i, str>>,
    value: &'a Spanned<DeValue<'i>>,
) -> Result<&'a DeTable<'i>, Mistake> {
    value.get_ref().as_table().ok_or_else(|| {
        let name = key.get_ref();
        Mistake::new(value.span(), format!("`{name}` is a section"))
            .help(format!("write `[{name}]` and its keys below"))
    })
}

pub(super) fn integer(value: &Spanned<DeValue<'_>>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A key that means nothing, with the nearest that does.
pub(super) fn unknown(kind: &str, key: &Spanned<Cow<'_, str>>, known: &[&str]) -> Mistake {
    let name = key.get_ref();
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Mistake::new(key.span(), format!("there is no {kind} `{name}` in `{FILE_NAME}`")).help(
        nearest(name, known.iter().copied())
            .map_or_else(|| format!("known: {listed}"), |near| format!("did you mean `{near}`?")),
    )
}

pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// A text that is not empty.
pub(super) fn text<'a>(key: &str, value: &'a Spanned<DeValue<'_>>) -> Result<&'a str, Mistake> {
    value
        .get_ref()
        .as_str()
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| Mistake::new(value.span(), format!("`{key}` is a text in quotes")))
}
