//! What is required of a simulation, and whether it holds: what makes the command a gate.

use std::io::{self, Write};

use serde::Serialize;

use crate::Outcome;
use crate::args::figure::{Requirement, Unit};
use crate::render::clean::clean;
use crate::render::table::percent;
use crate::terminal::{GREEN, RED, paint};

/// A requirement, held against its figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Held {
    /// As it was written.
    require: String,
    /// The measure, as reports call it.
    measure: &'static str,
    /// Whether it is about the change from the rules that are compared with.
    change: bool,
    /// The figure; none where there is none to be had, and then it is not met.
    found: Option<f64>,
    /// Whether it holds.
    pub(super) met: bool,
    #[serde(skip)]
    unit: Unit,
}

impl Held {
    /// Holds a requirement against a figure.
    pub(super) fn new(requirement: &Requirement, found: Option<f64>) -> Self {
        Self {
            require: requirement.text.clone(),
            measure: requirement.measure,
            change: requirement.is_change,
            found,
            met: found.is_some_and(|found| requirement.is_met_by(found)),
            unit: requirement.unit(),
        }
    }
}

/// Writes what is met and what is not.
pub(super) fn write(out: &mut dyn Write, color: bool, all: &[Held]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    for one in all {
        let (word, style) = if one.met { ("met:", GREEN) } else { ("not met:", RED) };
        let found = one.found.map_or("there is no such figure".to_owned(), |found| shown(found, one.unit));
        let padding = " ".repeat(9 - word.len());
        writeln!(out, "{}{padding}{} ({found})", paint(color, style, word), clean(&one.require))?;
    }
    Ok(())
}

/// Findings where one is not met.
pub(super) fn outcome(all: &[Held]) -> Outcome {
    if all.iter().all(|one| one.met) { Outcome::Clean } else { Outcome::Findings }
}

/// A figure with its unit.
pub(super) fn shown(figure: f64, unit: Unit) -> String {
    match unit {
        Unit::Share => percent(figure),
        Unit::Seconds => format!("{figure:.1} s"),
        Unit::Count => format!("{figure:.2}"),
    }
}
