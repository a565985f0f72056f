//! `[deploy]`: what must pass before anything is written.

use std::fmt;

use rule_lang::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, unknown};

/// The keys of the section.
const KEYS: [&str; 1] = ["gates"];
/// The gate that is no command.
const TESTS: &str = "tests";

/// Something that a plan must pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// The tests in the rules.
    Tests,
    /// A program and its arguments: it gets the plan as JSON on standard input, and passes with exit code 0.
    Command(Vec<String>),
}

/// As it is written, without its quotes.
impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tests => f.write_str(TESTS),
            Self::Command(command) => f.write_str(&command.join(" ")),
        }
    }
}

/// Reads the section.
pub(super) fn read(table: &DeTable<'_>) -> Result<Vec<Gate>, Mistake> {
    let mut gates = Vec::new();
    for (key, value) in table {
        if key.get_ref() != "gates" {
            return Err(unknown("setting of deployments", key, &KEYS));
        }
        let Some(list) = value.get_ref().as_array() else { return Err(mistake(value)) };
        gates = list.iter().map(gate).collect::<Result<_, _>>()?;
    }
    Ok(gates)
}

fn gate(value: &Spanned<DeValue<'_>>) -> Result<Gate, Mistake> {
    if value.get_ref().as_str() == Some(TESTS) {
        return Ok(Gate::Tests);
    }
    let words = value.get_ref().as_array().into_iter().flatten();
    let command: Option<Vec<String>> = words.map(|word| word.get_ref().as_str().map(str::to_owned)).collect();
    match command {
        Some(command) if command.first().is_some_and(|program| !program.is_empty()) => {
            Ok(Gate::Command(command))
        }
        _ => Err(mistake(value)),
    }
}

fn mistake(value: &Spanned<DeValue<'_>>) -> Mistake {
    let mistake =
        Mistake::new(value.span(), "a gate is `\"tests\"`, or a list of a program and its arguments");
    if value.get_ref().as_str().and_then(|word| nearest(word, [TESTS])).is_some() {
        return mistake.help(format!("did you mean `\"{TESTS}\"`?"));
    }
    mistake.help("write `gates = [\"tests\", [\"./gates/freeze.sh\", \"--strict\"]]`")
}
