//! Two declarations that claim one live object, by its id or by its former name.

use rule_lang::tree::{Text, Value, ValueKind};
use rule_lang::{Diagnostic, Span, codes};
use rustc_hash::FxHashMap;

use super::values::quoted;
use crate::Program;
use crate::declare::property;
use crate::symbols::{ItemId, Space};

/// What a declaration says of the live object that it means.
struct Claim<'p> {
    item: ItemId,
    /// The id or the former name, as it is written.
    written: &'p str,
    span: Span,
}

/// All of them, in no particular order. The first place counts; each later one is an error.
pub(crate) fn claims(program: &Program) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (space, what) in
        [(Space::Skills, "skill"), (Space::SkillGroups, "skill group"), (Space::Queues, "queue")]
    {
        let mut by_id: FxHashMap<String, Vec<Claim<'_>>> = FxHashMap::default();
        // In two divisions one former name is that of two objects.
        let mut by_former_name: FxHashMap<(String, Option<String>), Vec<Claim<'_>>> = FxHashMap::default();
        // What is declared twice under one name has been reported; the first of them stands for it.
        for decl in program.symbols().table(space).slots().filter_map(|slot| slot.first()) {
            let Some((tree, item)) = program.item(decl.item) else { continue };
            let body = item.kind.body();
            let string = |wanted: &str| match property(tree, item, Some(item.nodes.body(body)), wanted) {
                Some(Value { range, kind: ValueKind::String }) => {
                    Some((tree.string(Text(*range)).into_owned(), tree.span(*range)))
                }
                _ => None,
            };
            let claim = |span: Span| Claim { item: decl.item, written: tree.text(span), span };
            if let Some((id, span)) = string("id") {
                by_id.entry(id).or_default().push(claim(span));
            } else if let Some((was, span)) = string("was") {
                let division = string("division").map(|(division, _)| division);
                by_former_name.entry((was, division)).or_default().push(claim(span));
            }
        }
        let by_id = by_id.into_values().map(|claims| ("id", claims));
        let by_former_name = by_former_name.into_values().map(|claims| ("former name", claims));
        for (shared, claims) in by_id.chain(by_former_name) {
            report(claims, what, shared, &mut found);
        }
    }
    found
}

fn report(mut claims: Vec<Claim<'_>>, what: &str, shared: &str, found: &mut Vec<Diagnostic>) {
    claims.sort_by_key(|claim| claim.item);
    let Some((first, later)) = claims.split_first() else { return };
    let help = if shared == "id" {
        "a live object has one declaration: remove one of the two, or correct its `id`"
    } else {
        "a live object is renamed once: keep `was` at one of the two, or tell them apart by `division` or `id`"
    };
    for claim in later {
        let message = format!("two {what}s have the {shared} {}", quoted(claim.written));
        found.push(
            Diagnostic::new(&codes::DUPLICATE_DECLARATION, claim.span, message)
                .at(format!("the same live {what} again"))
                .label(first.span, "first claimed here")
                .help(help),
        );
    }
}
