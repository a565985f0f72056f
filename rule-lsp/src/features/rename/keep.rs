//! What keeps a renamed declaration's meaning on the platform: the property that says what its name said before.
//!
//! An attribute gets `field`, a skill or skill group `name`: these are other names for the same thing, and the bundle
//! stays what it is. A queue's or rule's name is the platform's, so the live object is renamed with it, as `was` says.
//! A declaration that has the property already keeps it. One that says the new name is removed: it would say the same
//! twice, and of `was` it is an error.

use rule_compiler::{Program, Symbol, SymbolKind};
use rule_lang::literal::encode_string;
use rule_lang::tree::{Block, Entry, EntryKind, Item, ItemKind, Text, ValueKind};
use rule_lang::{Edit, TextRange, Tree};

use super::Refused;

/// What is to be edited in a symbol's declarations, beside its name.
pub(super) fn edits(program: &Program, symbol: Symbol, new: &str) -> Result<Vec<Edit>, Refused> {
    let property = match program.symbol_kind(symbol) {
        SymbolKind::Attribute => "field",
        SymbolKind::Skill | SymbolKind::SkillGroup => "name",
        SymbolKind::Queue | SymbolKind::Rule => "was",
        SymbolKind::Condition => return Ok(Vec::new()),
    };
    let old = program.symbol_name(symbol);
    let mut edits = Vec::new();
    for (id, _) in program.declarations(symbol) {
        let Some((tree, item)) = program.item(id) else { continue };
        if matches!(item.kind, ItemKind::Broken { .. }) {
            let message = format!("the declaration of `{old}` cannot be read: mend it first");
            return Err(Refused::Symbol(message));
        }
        let body = item.kind.body();
        let entries = item.nodes.body(body);
        match entries.iter().position(|entry| is_property(tree, entry, property)) {
            Some(at) => {
                edits.extend(says(tree, item, entries.get(at), new).then(|| remove(tree, item, body, at)));
            }
            // Nothing is written to an external queue, so it is not renamed: another one is meant from now on.
            None if is_external(tree, item, entries) => {}
            None => edits.push(add(tree, item, body, &format!("{property}: {}", encode_string(old)))),
        }
    }
    Ok(edits)
}

fn is_property(tree: &Tree, entry: &Entry, wanted: &str) -> bool {
    matches!(entry.kind, EntryKind::Property { name, .. } if tree.name(name) == wanted)
}

fn is_external(tree: &Tree, item: &Item, entries: &[Entry]) -> bool {
    entries.iter().any(|entry| match entry.kind {
        EntryKind::Property { name, value } => {
            tree.name(name) == "external" && matches!(item.nodes.value(value).kind, ValueKind::Bool(true))
        }
        _ => false,
    })
}

/// Whether an entry's value is this string.
fn says(tree: &Tree, item: &Item, entry: Option<&Entry>, text: &str) -> bool {
    let Some(Entry { kind: EntryKind::Property { value, .. }, .. }) = entry else { return false };
    let value = item.nodes.value(*value);
    matches!(value.kind, ValueKind::String) && tree.string(Text(value.range)) == text
}

/// Adds an entry before all others, so that nothing which stands beside one of them is parted from it.
fn add(tree: &Tree, item: &Item, body: Option<Block>, entry: &str) -> Edit {
    let Some(body) = body else {
        return Edit { span: tree.span(item.range.after()), text: format!(" {{ {entry} }}") };
    };
    let Some(first) = item.nodes.entries(body.entries).first() else {
        let at = (body.range.start + 1).min(body.range.end);
        let closes = tree.text(TextRange { start: at, ..body.range }).starts_with('}');
        let space = if closes { " " } else { "" };
        return Edit { span: tree.span(TextRange::new(at, at)), text: format!(" {entry}{space}") };
    };
    let head = tree.text.get(..first.range.start as usize).unwrap_or("");
    let line = head.rsplit('\n').next().unwrap_or("");
    let separator =
        if line.trim().is_empty() { format!("\n{}", line.trim_start_matches('\r')) } else { ", ".to_owned() };
    Edit { span: tree.span(first.range.before()), text: format!("{entry}{separator}") }
}

/// Removes an entry, with its line or with the comma that parts it from the next, and with the block that it was alone
/// in. Comments stay.
fn remove(tree: &Tree, item: &Item, body: Option<Block>, at: usize) -> Edit {
    let entries = item.nodes.body(body);
    let range_of = |at: usize| entries.get(at).map(|entry| entry.range);
    let own = range_of(at).unwrap_or(item.range);
    let before = at.checked_sub(1).and_then(range_of);
    let removed = match (before, range_of(at + 1), body) {
        (None, Some(next), _) => TextRange { end: next.start, ..own },
        (Some(before), _, _) => TextRange { start: before.end, ..own },
        (None, None, Some(body)) => {
            let head = tree.text.get(..body.range.start as usize).unwrap_or("");
            let start = u32::try_from(head.trim_end().len()).unwrap_or(body.range.start);
            TextRange { start, ..body.range }
        }
        (None, None, None) => own,
    };
    let has_comment =
        tree.comments.iter().any(|one| one.range.start < removed.end && removed.start < one.range.end);
    if !has_comment && !matches!(item.kind, ItemKind::Rule { .. } if entries.len() == 1) {
        return Edit { span: tree.span(removed), text: String::new() };
    }
    let rest = tree.text.get(own.end as usize..).unwrap_or("");
    Edit {
        span: tree.span(TextRange { end: own.end + u32::from(rest.starts_with(',')), ..own }),
        text: String::new(),
    }
}
