//! Conditions that use each other in a circle: one error for each circle.

use rule_lang::{Diagnostic, codes};

use crate::condition_graph::ConditionGraph;
use crate::symbols::{Decl, Space, Symbols};

/// The most conditions of a circle that a message names.
const MOST_NAMED: usize = 8;

/// All of them, in no particular order.
pub(crate) fn cycles(symbols: &Symbols, graph: &ConditionGraph) -> impl Iterator<Item = Diagnostic> {
    graph.cycles.values().filter_map(|members| {
        let table = symbols.table(Space::Names);
        let mut conditions: Vec<(&str, &Decl)> = members
            .iter()
            .filter_map(|slot| table.slot(*slot))
            .filter_map(|slot| Some((&*slot.name, slot.first()?)))
            .collect();
        // It starts with the condition that stands first, whichever was read first.
        let first = (0..conditions.len()).min_by_key(|at| conditions.get(*at).map(|(_, decl)| decl.item))?;
        conditions.rotate_left(first);
        let ((name, decl), others) = conditions.split_first()?;
        let mut way: Vec<&str> = conditions.iter().take(MOST_NAMED).map(|(name, _)| *name).collect();
        if conditions.len() > MOST_NAMED {
            way.push("…");
        }
        way.push(name);
        let message = if others.is_empty() {
            format!("the condition `{name}` uses itself")
        } else {
            format!("the condition `{name}` uses itself through {} others", others.len())
        };
        let message = message.replace("through 1 others", "through another");
        let mut diagnostic = Diagnostic::new(&codes::CONDITION_CYCLE, decl.name, message)
            .at(format!("`{}`", way.join(" -> ")))
            .help("a condition means what it expands to; write one of these without the next");
        for (other, decl) in others.iter().take(MOST_NAMED) {
            diagnostic = diagnostic.label(decl.name, format!("`{other}` is part of the circle"));
        }
        Some(diagnostic)
    })
}
