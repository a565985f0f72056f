//! Regular expressions of Rust's `regex` crate for other engines.
//!
//! A pattern is parsed to what it means and written anew from there with the little that all engines agree on: literal
//! characters, classes as ranges of code points, groups, alternatives, repetitions. So `\d` is Unicode's digits, `(?i)`
//! is spelled out and `.` leaves out the newline, whatever these mean to the engine. Whether there is a match does not
//! depend on greediness or on which alternative is preferred.

use std::fmt::Write as _;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

use super::Dialect;

/// The longest translation, in bytes. Ten times `\w` is some 90 kB.
const MAX_BYTES: usize = 128 * 1024;

/// A part of a regular expression that the engine has no exact words for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    pub(super) construct: String,
    pub(super) why: String,
}

fn refuse<T>(construct: impl Into<String>, why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { construct: construct.into(), why: why.into() })
}

/// The pattern by which the engine finds a match in exactly the strings in which `source` finds one.
pub(super) fn translate(source: &str, dialect: Dialect) -> Result<String, Refusal> {
    let hir = match regex_syntax::parse(source) {
        Ok(hir) => hir,
        Err(error) => return refuse("the syntax", error.to_string()),
    };
    let mut writer = Writer { dialect, text: String::new() };
    writer.write(&hir, 1)?;
    Ok(writer.text)
}

/// The most repetitions that an engine takes. RE2's limit is on nested ones together.
fn max_repetitions(dialect: Dialect) -> u32 {
    match dialect {
        Dialect::DuckDb => 1_000,
        Dialect::Postgres => 255,
        Dialect::Spark => 1_000_000,
    }
}

struct Writer {
    dialect: Dialect,
    text: String,
}

impl Writer {
    /// Writes one node; `repeated` is how often those around it repeat it together.
    fn write(&mut self, hir: &Hir, repeated: u32) -> Result<(), Refusal> {
        match hir.kind() {
            HirKind::Empty => self.text.push_str("(?:)"),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => text.chars().for_each(|character| self.character(character)),
                Err(_) => return refuse("a byte", "it is no character"),
            },
            HirKind::Class(class) => self.class(class)?,
            HirKind::Look(look) => self.look(*look)?,
            HirKind::Repetition(repetition) => self.repetition(repetition, repeated)?,
            HirKind::Capture(capture) => self.group(&capture.sub, repeated)?,
            HirKind::Concat(parts) => {
                for part in parts {
                    match part.kind() {
                        HirKind::Alternation(_) => self.group(part, repeated)?,
                        _ => self.write(part, repeated)?,
                    }
                }
            }
            HirKind::Alternation(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        self.text.push('|');
                    }
                    self.write(part, repeated)?;
                }
            }
        }
        if self.text.len() > MAX_BYTES {
            return refuse(
                "its size",
                format!("with its classes spelled out it takes more than {MAX_BYTES} bytes"),
            );
        }
        Ok(())
    }

    fn group(&mut self, hir: &Hir, repeated: u32) -> Result<(), Refusal> {
        self.text.push_str("(?:");
        self.write(hir, repeated)?;
        self.text.push(')');
        Ok(())
    }

    fn repetition(&mut self, repetition: &Repetition, repeated: u32) -> Result<(), Refusal> {
        let Repetition { min, max, sub, .. } = repetition;
        let counted = max.unwrap_or(*min).max(1);
        let limit = max_repetitions(self.dialect);
        // Only RE2 counts nested ones together; for the others it is one of them that counts.
        let together =
            if self.dialect == Dialect::DuckDb { repeated.saturating_mul(counted) } else { counted };
        if together > limit {
            return refuse(format!("{together} repetitions"), format!("the engine takes at most {limit}"));
        }
        match sub.kind() {
            HirKind::Class(_) => self.write(sub, together)?,
            HirKind::Literal(literal) if is_one(&literal.0) => self.write(sub, together)?,
            _ => self.group(sub, together)?,
        }
        match (min, max) {
            (0, None) => self.text.push('*'),
            (1, None) => self.text.push('+'),
            (0, Some(1)) => self.text.push('?'),
            (min, None) => push(&mut self.text, format_args!("{{{min},}}")),
            (min, Some(max)) if min == max => push(&mut self.text, format_args!("{{{min}}}")),
            (min, Some(max)) => push(&mut self.text, format_args!("{{{min},{max}}}")),
        }
        Ok(())
    }

    fn class(&mut self, class: &Class) -> Result<(), Refusal> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => {
                class.ranges().iter().map(|range| (range.start(), range.end())).collect()
            }
            Class::Bytes(class) if class.is_ascii() => class
                .ranges()
                .iter()
                .map(|range| (char::from(range.start()), char::from(range.end())))
                .collect(),
            Class::Bytes(_) => return refuse("a class of bytes", "they are no characters"),
        };
        self.ranges(&ranges)
    }

    fn ranges(&mut self, ranges: &[(char, char)]) -> Result<(), Refusal> {
        if ranges.is_empty() {
            return refuse("a class that no character is in", "engines do not write it alike");
        }
        self.text.push('[');
        for (start, end) in ranges {
            self.in_class(*start);
            if start != end {
                self.text.push('-');
                self.in_class(*end);
            }
        }
        self.text.push(']');
        Ok(())
    }

    /// A character outside a class.
    fn character(&mut self, character: char) {
        match character {
            ' ' | '_' | '-' => self.text.push(character),
            _ if character.is_alphanumeric() => self.text.push(character),
            // A quote stands for itself everywhere, but not in every kind of literal.
            _ if character.is_ascii_punctuation() && character != '\'' => {
                self.text.push('\\');
                self.text.push(character);
            }
            _ => self.code_point(character),
        }
    }

    fn in_class(&mut self, character: char) {
        if character.is_ascii_alphanumeric() {
            self.text.push(character);
        } else {
            self.code_point(character);
        }
    }

    fn code_point(&mut self, character: char) {
        let number = u32::from(character);
        match self.dialect {
            Dialect::DuckDb | Dialect::Spark => push(&mut self.text, format_args!("\\x{{{number:X}}}")),
            Dialect::Postgres if number <= 0xFFFF => push(&mut self.text, format_args!("\\u{number:04X}")),
            Dialect::Postgres => push(&mut self.text, format_args!("\\U{number:08X}")),
        }
    }

    /// Places. RE2 has its own words for lines and ASCII words, which are Rust's, and cannot look around; the others can
    /// look around at one character, which says all there is to say.
    fn look(&mut self, look: Look) -> Result<(), Refusal> {
        let re2 = self.dialect == Dialect::DuckDb;
        match look {
            Look::Start => self.text.push_str("\\A"),
            Look::End if self.dialect == Dialect::Postgres => self.text.push_str("\\Z"),
            Look::End => self.text.push_str("\\z"),
            Look::StartLF if re2 => self.text.push_str("(?m:^)"),
            Look::EndLF if re2 => self.text.push_str("(?m:$)"),
            Look::StartLF => self.text.push_str("(?<![^\\n])"),
            Look::EndLF => self.text.push_str("(?![^\\n])"),
            Look::StartCRLF | Look::EndCRLF => {
                return refuse("`^` or `$` with the flag `R`", "the engine has no such place");
            }
            Look::WordAscii if re2 => self.text.push_str("\\b"),
            Look::WordAsciiNegate => {
                return refuse("`\\B` without Unicode", "engines do not agree within characters");
            }
            _ if re2 => {
                let why = "RE2 knows words of ASCII only: `(?-u:\\b)` is one's boundary";
                return refuse("a boundary of words", why);
            }
            look => self.boundary(look)?,
        }
        Ok(())
    }

    fn boundary(&mut self, look: Look) -> Result<(), Refusal> {
        let ascii = matches!(
            look,
            Look::WordAscii
                | Look::WordStartAscii
                | Look::WordEndAscii
                | Look::WordStartHalfAscii
                | Look::WordEndHalfAscii
        );
        let mut class = Writer { dialect: self.dialect, text: String::new() };
        class.ranges(&word_characters(ascii)?)?;
        let word = class.text;
        let (after, before) = (format!("(?<={word})"), format!("(?={word})"));
        let (not_after, not_before) = (format!("(?<!{word})"), format!("(?!{word})"));
        let text = match look {
            Look::WordAscii | Look::WordUnicode => format!("(?:{after}{not_before}|{not_after}{before})"),
            Look::WordUnicodeNegate => format!("(?:{after}{before}|{not_after}{not_before})"),
            Look::WordStartAscii | Look::WordStartUnicode => format!("{not_after}{before}"),
            Look::WordEndAscii | Look::WordEndUnicode => format!("{after}{not_before}"),
            Look::WordStartHalfAscii | Look::WordStartHalfUnicode => not_after,
            Look::WordEndHalfAscii | Look::WordEndHalfUnicode => not_before,
            other => return refuse(format!("{other:?}"), "it is no boundary of words"),
        };
        self.text.push_str(&text);
        Ok(())
    }
}

/// The characters of `\w`.
fn word_characters(ascii: bool) -> Result<Vec<(char, char)>, Refusal> {
    let hir = match regex_syntax::parse(if ascii { "(?-u:\\w)" } else { "\\w" }) {
        Ok(hir) => hir,
        Err(error) => return refuse("a boundary of words", error.to_string()),
    };
    let ranges = |class: &ClassUnicode| class.ranges().iter().map(|one| (one.start(), one.end())).collect();
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Ok(ranges(class)),
        HirKind::Class(Class::Bytes(class)) => {
            Ok(class.to_unicode_class().map_or_else(Vec::new, |class| ranges(&class)))
        }
        _ => refuse("a boundary of words", "`\\w` is no class"),
    }
}

fn is_one(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().count() == 1)
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(part);
}
