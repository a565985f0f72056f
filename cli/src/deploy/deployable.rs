//! What a program declares that `deploy` cannot apply yet.

use rule_compiler::Program;
use rule_lang::Tree;
use rule_lang::tree::{EntryKind, Item, ItemKind, ValueKind};

use crate::failure::Failure;
use crate::render::clean::clean;
use crate::terminal::count;

/// How many of a kind are named.
const NAMED: usize = 5;

/// Refuses a program that declares skills, skill groups, queues that are to be made, or strategies.
///
/// # Errors
///
/// Naming them.
pub(crate) fn refuse_undeployable(program: &Program) -> Result<(), Failure> {
    let mut kinds: [(&str, Vec<String>); 4] =
        [("skill", vec![]), ("skill group", vec![]), ("queue", vec![]), ("strategy", vec![])];
    for tree in program.trees() {
        for item in &tree.items {
            let (kind, name) = match item.kind {
                ItemKind::Skill { name, .. } => (0, tree.name(name).to_owned()),
                ItemKind::SkillGroup { name, .. } => (1, tree.name(name).to_owned()),
                ItemKind::Queue { name, .. } if !is_external(tree, item) => {
                    (2, tree.string(name).into_owned())
                }
                ItemKind::Strategy { queue, media, .. } => {
                    (3, format!("{} on {}", tree.string(queue), tree.name(media)))
                }
                _ => continue,
            };
            if let Some((_, names)) = kinds.get_mut(kind) {
                names.push(name);
            }
        }
    }
    let notes: Vec<String> = kinds
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(kind, names)| listed(kind, names))
        .collect();
    if notes.is_empty() {
        return Ok(());
    }
    let mut failure = Failure::new("this project declares what cannot be deployed yet").help(
        "`--rules-only` deploys the rules alone, for queues and skills that the organization has already; \
         a queue that only exists is declared with `external: true`",
    );
    failure.notes = notes;
    Err(failure)
}

fn listed(kind: &str, names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{}`", clean(name))).collect();
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let kinds = match (kind, names.len()) {
        ("strategy", number) if number > 1 => format!("{number} strategies"),
        (kind, number) => count(number, kind),
    };
    format!("{kinds}: {}{more}", shown.join(", "))
}

/// Whether a queue exists already and is only referred to.
fn is_external(tree: &Tree, item: &Item) -> bool {
    let ItemKind::Queue { body: Some(body), .. } = item.kind else { return false };
    item.nodes.entries(body.entries).iter().any(|entry| match entry.kind {
        EntryKind::Property { name, value } => {
            tree.name(name) == "external" && matches!(item.nodes.value(value).kind, ValueKind::Bool(true))
        }
        _ => false,
    })
}
