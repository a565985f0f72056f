//! What literals mean: strings, regular expressions, numbers.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::tree::ValueKind;

/// Why a literal cannot be read, and where in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct BadLiteral {
    /// Byte range inside the literal.
    pub(crate) at: std::ops::Range<usize>,
    /// What is wrong.
    pub(crate) message: &'static str,
    /// What to write instead.
    pub(crate) help: &'static str,
}

/// The text that a string literal (with its quotes) stands for. Escapes that mean nothing are left out; the parser
/// has reported them.
pub fn decode_string(literal: &str) -> Cow<'_, str> {
    let inner = literal.strip_prefix('"').unwrap_or(literal);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    // Most strings are short: a search that is set up first would take longer.
    if !inner.bytes().any(|byte| byte == b'\\') {
        return Cow::Borrowed(inner);
    }
    let mut decoded = String::with_capacity(inner.len());
    // What cannot be read is skipped: such a program does not compile.
    let _ = unescape(inner, 0, |character| decoded.push(character));
    Cow::Owned(decoded)
}

/// A text as a string literal with its quotes, escaped as JSON does.
pub fn encode_string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            control if control < ' ' || control == '\u{7f}' || is_bidirectional(control) => {
                // Writing to a string cannot fail.
                let _ = write!(literal, "\\u{:04x}", u32::from(control));
            }
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

/// Whether a character reorders the text around it without being seen.
pub fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Checks a string literal with both quotes.
pub(crate) fn check_string(literal: &str) -> Result<(), BadLiteral> {
    let inner = literal.get(1..literal.len() - 1).unwrap_or("");
    if !inner.bytes().any(|byte| byte == b'\\' || byte < 0x20) {
        return Ok(());
    }
    unescape(inner, 1, |_| {})
}

fn unescape(inner: &str, base: usize, mut emit: impl FnMut(char)) -> Result<(), BadLiteral> {
    const ESCAPES: &str = "the escapes are `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\u` with four hexadecimal digits";
    const SURROGATE: &str = "write the character itself, or both halves of its pair";
    let mut rest = inner;
    let mut first: Option<BadLiteral> = None;
    let at = |rest: &str| base + inner.len() - rest.len();
    while let Some(character) = rest.chars().next() {
        let start = at(rest);
        rest = rest.get(character.len_utf8()..).unwrap_or("");
        let mut bad = |end: usize, message, help| {
            first.get_or_insert(BadLiteral { at: start..end, message, help });
        };
        if character < ' ' {
            bad(
                start + 1,
                "a control character stands in this string",
                "write it as an escape, like `\\n` or `\\u0000`",
            );
            continue;
        }
        if character != '\\' {
            emit(character);
            continue;
        }
        let escape = rest.chars().next().unwrap_or('\\');
        rest = rest.get(escape.len_utf8()..).unwrap_or("");
        match escape {
            '"' | '\\' | '/' => emit(escape),
            'b' => emit('\u{8}'),
            'f' => emit('\u{c}'),
            'n' => emit('\n'),
            'r' => emit('\r'),
            't' => emit('\t'),
            'u' => {
                let Some(unit) = hex4(rest) else {
                    bad(at(rest), "`\\u` needs four hexadecimal digits", ESCAPES);
                    continue;
                };
                rest = rest.get(4..).unwrap_or("");
                match unit {
                    0xD800..=0xDBFF => {
                        let low = rest
                            .strip_prefix("\\u")
                            .and_then(hex4)
                            .filter(|low| (0xDC00..=0xDFFF).contains(low));
                        let Some(low) = low else {
                            bad(at(rest), "this escape is half of a surrogate pair", SURROGATE);
                            continue;
                        };
                        rest = rest.get(6..).unwrap_or("");
                        emit(
                            char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
                                .unwrap_or('\u{FFFD}'),
                        );
                    }
                    0xDC00..=0xDFFF => bad(at(rest), "this escape is half of a surrogate pair", SURROGATE),
                    unit => emit(char::from_u32(unit).unwrap_or('\u{FFFD}')),
                }
            }
            _ => bad(at(rest), "this escape means nothing", ESCAPES),
        }
    }
    first.map_or(Ok(()), Err)
}

fn hex4(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

/// The pattern that a regular expression literal (with its slashes) stands for: `\/` is a slash.
pub fn decode_regex(literal: &str) -> Cow<'_, str> {
    let inner = literal.strip_prefix('/').unwrap_or(literal);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    if !inner.contains("\\/") {
        return Cow::Borrowed(inner);
    }
    let mut pattern = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            pattern.push(character);
            continue;
        }
        match characters.next() {
            Some('/') => pattern.push('/'),
            Some(other) => pattern.extend(['\\', other]),
            None => pattern.push('\\'),
        }
    }
    Cow::Owned(pattern)
}

/// Where in the literal the byte `offset` of its decoded pattern comes from.
pub fn regex_offset(literal: &str, offset: usize) -> usize {
    let mut decoded = 0;
    let mut at = 1;
    while decoded < offset && at < literal.len() {
        if literal.get(at..).is_some_and(|rest| rest.starts_with("\\/")) {
            at += 1;
        } else if literal.as_bytes().get(at) == Some(&b'\\') {
            // An escape counts as its two characters, and the second may not start another.
            at += 1;
            decoded += 1;
            if decoded == offset {
                break;
            }
        }
        at += 1;
        decoded += 1;
    }
    at.min(literal.len())
}

/// Reads a number, duration or percentage: anything that starts with a digit, a `-` or a `.`.
pub(crate) fn number(text: &str) -> Result<ValueKind, BadLiteral> {
    let whole = |message, help| BadLiteral { at: 0..text.len(), message, help };
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits_end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(unsigned.len());
    let (digits, rest) = unsigned.split_at(digits_end);
    if digits.is_empty() {
        return Err(whole("a float has a digit on both sides of its dot", "write a `0` before the dot"));
    }
    if digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return Err(whole("`_` may stand only between two digits", "write it like `10_000`"));
    }
    let integer = || -> Result<i64, BadLiteral> {
        let number = text.get(..text.len() - rest.len()).unwrap_or("");
        without_underscores(number).parse().map_err(|_| {
            whole(
                "this number is too large",
                "integers reach from -9223372036854775808 to 9223372036854775807",
            )
        })
    };
    let seconds = |scale: i64| -> Result<ValueKind, BadLiteral> {
        let seconds = integer()?.checked_mul(scale);
        seconds.map(ValueKind::Duration).ok_or_else(|| {
            whole("this duration is too large", "durations are counted in seconds, up to 9223372036854775807")
        })
    };
    match rest {
        "" => integer().map(ValueKind::Int),
        "s" => seconds(1),
        "m" => seconds(60),
        "h" => seconds(3600),
        "%" => integer().map(ValueKind::Percent),
        _ if rest.starts_with(['.', 'e', 'E']) => float(text, rest),
        _ if digits == "0" && rest.starts_with(['x', 'X', 'b', 'o']) => {
            Err(whole("numbers are decimal", "write it with the digits 0 to 9: `0x10` is `16`"))
        }
        _ => Err(whole(
            "this is neither a number nor a duration",
            "a duration is a whole number and one of `s`, `m`, `h`: `90s`, `2m`, `1h`",
        )),
    }
}

fn without_underscores(number: &str) -> Cow<'_, str> {
    if number.contains('_') { Cow::Owned(number.replace('_', "")) } else { Cow::Borrowed(number) }
}

fn float(text: &str, rest: &str) -> Result<ValueKind, BadLiteral> {
    let bad = |message, help| BadLiteral { at: 0..text.len(), message, help };
    if let Some(fraction) = rest.strip_prefix('.')
        && !fraction.starts_with(|c: char| c.is_ascii_digit())
    {
        return Err(bad("a float has a digit on both sides of its dot", "write a `0` after the dot"));
    }
    match without_underscores(text).parse::<f64>() {
        Ok(value) if value.is_finite() && !rest.contains('_') => Ok(ValueKind::Float(value)),
        Ok(value) if !value.is_finite() => {
            Err(bad("this number is too large", "floats reach up to about 1.8e308"))
        }
        _ if rest.ends_with(['s', 'm', 'h']) => Err(bad(
            "a duration is a whole number",
            "write it in a smaller unit: `1.5h` is `90m`, `0.5m` is `30s`",
        )),
        _ if rest.ends_with('%') => {
            Err(bad("a percentage is a whole number", "write it without a dot, like `80%`"))
        }
        _ => Err(bad("this number cannot be read", "write it like `0.5`, `-12.25` or `1.5e-3`")),
    }
}
