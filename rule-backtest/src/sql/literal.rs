//! Names and constants as SQL, so that they can be nothing else: whatever the settings of a session, no text of an author
//! ends its quotes.

use std::fmt::Write as _;

use super::Dialect;

/// The longest name that `PostgreSQL` keeps apart from others, in bytes; of a longer one it cuts off the rest.
const MAX_POSTGRES_NAME: usize = 63;

/// A quoted name, or why there can be none.
pub(super) fn name(dialect: Dialect, name: &str) -> Result<String, &'static str> {
    if name.is_empty() {
        return Err("a name is not empty");
    }
    if name.contains('\0') {
        return Err("a name has no NUL");
    }
    if dialect == Dialect::Postgres && name.len() > MAX_POSTGRES_NAME {
        return Err("a name of more than 63 bytes is cut there");
    }
    if dialect == Dialect::Spark && name.contains("${") {
        return Err("`${` is where variables are put in, in names too");
    }
    let quote = if dialect == Dialect::Spark { '`' } else { '"' };
    let mut quoted = String::from(quote);
    for character in name.chars() {
        if character == quote {
            quoted.push(quote);
        }
        quoted.push(character);
    }
    quoted.push(quote);
    Ok(quoted)
}

/// A string; nothing where no text of the engine holds it (`PostgreSQL`: a NUL).
pub(super) fn string(dialect: Dialect, text: &str) -> Option<String> {
    match dialect {
        Dialect::DuckDb => Some(duckdb_string(text)),
        Dialect::Postgres => (!text.contains('\0')).then(|| postgres_string(text)),
        Dialect::Spark => Some(spark_string(text)),
    }
}

/// Backslashes are nothing special. Control characters stand outside the quotes, where no tool on the query's way
/// changes them.
fn duckdb_string(text: &str) -> String {
    if !text.contains(char::is_control) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut parts = Vec::new();
    for part in text.split_inclusive(char::is_control) {
        let plain = part.trim_end_matches(char::is_control);
        if !plain.is_empty() {
            parts.push(format!("'{}'", plain.replace('\'', "''")));
        }
        parts.extend(part[plain.len()..].chars().map(|control| format!("chr({})", u32::from(control))));
    }
    format!("({})", parts.join(" || "))
}

/// Backslashes are special or not by a setting, but always so after an `E`.
fn postgres_string(text: &str) -> String {
    let special = |character: char| character == '\\' || character.is_control();
    if !text.contains(special) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::from("E'");
    for character in text.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '\'' => quoted.push_str("''"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// Backslashes are special or not by a setting, two quotes are one quote or none by the version, and `${…}` is replaced
/// before anything is parsed. Raw strings know no backslashes; what is left is written as its bytes.
fn spark_string(text: &str) -> String {
    if text.contains(|character: char| character == '\'' || character.is_control()) || text.contains("${") {
        let mut bytes = String::with_capacity(text.len() * 2 + 24);
        for byte in text.bytes() {
            let _ = write!(bytes, "{byte:02X}");
        }
        return format!("CAST(X'{bytes}' AS STRING)");
    }
    if text.contains('\\') { format!("r'{text}'") } else { format!("'{text}'") }
}

/// A 64-bit integer.
pub(super) fn integer(number: i64) -> String {
    // Engines read the digits first and the sign then, and the digits of the least integer are too large for one.
    if number == i64::MIN { format!("CAST('{number}' AS BIGINT)") } else { number.to_string() }
}

/// A finite float. Written bare it would be a decimal number in some dialects.
pub(super) fn float(dialect: Dialect, number: f64) -> String {
    // Zero has one sign here: both compare alike.
    let number = if number == 0.0 { 0.0 } else { number };
    let exponent = (number != 0.0 && !(1e-4..1e15).contains(&number.abs())).then(|| format!("{number:e}"));
    format!("CAST('{}' AS {})", exponent.unwrap_or_else(|| number.to_string()), double(dialect))
}

/// The type of 64-bit floats.
pub(super) fn double(dialect: Dialect) -> &'static str {
    if dialect == Dialect::Postgres { "DOUBLE PRECISION" } else { "DOUBLE" }
}

/// A list of constants.
pub(super) fn array(dialect: Dialect, items: &[String]) -> String {
    let items = items.join(", ");
    match dialect {
        Dialect::DuckDb => format!("[{items}]"),
        Dialect::Postgres => format!("ARRAY[{items}]"),
        Dialect::Spark => format!("array({items})"),
    }
}
