//! Tests: what they give, and what they expect.

use rule_lang::tree::{Block, Entry, EntryKind, Name, Text, Value, ValueKind};
use rule_lang::{Applicability, Span, codes, literal::encode_string, nearest};

use super::names::{self, Subject, With, suggest};
use super::values::{self, quoted};
use super::{Context, properties};
use crate::lint;
use crate::occurrences::{Role, Symbol};
use crate::symbols::{DeclKind, ID_GROUP, Meaning, Slot, Space, UNKNOWN_GROUP};
use crate::types::AttributeType;

/// Each case needs a `given` and an `expect`, its own or the test's.
pub(super) fn needs(cx: &mut Context<'_>, name: Text, body: Block) {
    if cx.quiet {
        return;
    }
    let has = |body: Block| {
        let entries = cx.item.nodes.entries(body.entries);
        // One that was written as a property, or misspelt, has been reported as what it is.
        let written = |entry: &Entry, word: &'static str| match entry.kind {
            EntryKind::Property { name, .. } => {
                nearest(cx.text(name.0), ["given", "expect", "case"]) == Some(word)
            }
            _ => false,
        };
        let given = entries
            .iter()
            .any(|entry| matches!(entry.kind, EntryKind::Given { .. }) || written(entry, "given"));
        let expect = entries
            .iter()
            .any(|entry| matches!(entry.kind, EntryKind::Expect { .. }) || written(entry, "expect"));
        (given, expect)
    };
    let (given, expect) = has(body);
    let entries = cx.item.nodes.entries(body.entries);
    let cases: Vec<(Text, bool, bool)> = entries
        .iter()
        .filter_map(|entry| match entry.kind {
            EntryKind::Case { label, body } => {
                let (own_given, own_expect) = has(body);
                Some((label, given || own_given, expect || own_expect))
            }
            _ => None,
        })
        .collect();
    let places = if cases.is_empty() { vec![(name, given, expect)] } else { cases };
    for (place, given, expect) in places {
        for (word, found, example) in
            [("given", given, "given { … }"), ("expect", expect, "expect \"Rule\"` or `expect none")]
        {
            if !found {
                cx.report(
                    cx.diagnostic(&codes::MISSING_PROPERTY, place.0, format!("a test needs `{word}`"))
                        .at(format!("`{word}` is missing"))
                        .help(format!("add `{example}`")),
                );
            }
        }
    }
}

/// Checks what a test gives: attributes with values of their types.
pub(super) fn given(cx: &mut Context<'_>, body: Block) {
    let nodes = &cx.item.nodes;
    let mut seen: Vec<Name> = Vec::new();
    for entry in nodes.entries(body.entries) {
        let EntryKind::Property { name, value } = entry.kind else { continue };
        let text = cx.text(name.0);
        if let Some(first) = seen.iter().find(|first| cx.text(first.0) == text).copied() {
            cx.report(
                cx.diagnostic(&codes::DUPLICATE_PROPERTY, name.0, format!("`{text}` is given twice"))
                    .at("given again here")
                    .label(first.0, "first given here")
                    .help("keep one of them"),
            );
            continue;
        }
        seen.push(name);
        let value = nodes.value(value);
        let with = if matches!(value.kind, ValueKind::List(_)) { With::Member } else { With::Value(value) };
        match names::attribute(cx, name, None, with) {
            Some(subject) => given_value(cx, &subject, value),
            None => values::note(cx, value),
        }
    }
}

fn given_value(cx: &mut Context<'_>, subject: &Subject<'_>, value: &Value) {
    if values::is_null(cx, value) {
        let text = cx.text(value.range);
        cx.report(
            cx.diagnostic(&codes::TYPE_MISMATCH, value.range, format!("`{text}` is no value"))
                .at("nothing is given here")
                .help(format!(
                    "remove the line: what is not given, like `{}` then, is missing",
                    subject.name
                )),
        );
        return;
    }
    if *subject.ty != AttributeType::Set {
        values::scalar(cx, subject, value);
        return;
    }
    match value.kind {
        ValueKind::List(items) => {
            let items = cx.item.nodes.values(items);
            for item in items {
                given_member(cx, subject, item);
            }
            lint::duplicate_items(cx, items, subject.is_skill());
        }
        ValueKind::Malformed => {}
        _ => {
            values::note(cx, value);
            let text = cx.text(value.range);
            let diagnostic = values::type_mismatch(cx, subject, value)
                .at("expected a list")
                .help(format!("write `[{text}]`"));
            let diagnostic = match value.kind {
                ValueKind::String | ValueKind::Name => diagnostic.fix(
                    Applicability::Safe,
                    "put it into a list",
                    value.range,
                    format!("[{text}]"),
                ),
                _ => diagnostic.help("write a list of strings"),
            };
            cx.report(subject.explain(diagnostic));
        }
    }
}

/// What is given is not sent, so a string may spell a boolean.
fn given_member(cx: &mut Context<'_>, subject: &Subject<'_>, item: &Value) {
    let before = cx.findings.diagnostics.len();
    values::member(cx, subject, item);
    let mut at = 0;
    cx.findings.diagnostics.retain(|one| {
        at += 1;
        at <= before || one.code != &codes::STRING_SPELLS_BOOLEAN
    });
}

/// Checks what a test expects.
pub(super) fn expect(cx: &mut Context<'_>, queue: Option<Text>, rule: Option<Text>) {
    let known_queue = queue.is_none_or(|queue| properties::queue(cx, queue));
    let Some(rule) = rule else { return };
    let text = cx.tree.string(rule);
    let Some((called, slot)) = cx.seek(Space::Rules, &text) else {
        if known_queue {
            unknown_rule(cx, rule, queue, None);
        }
        return;
    };
    // Whether a rule's queue is declared decides what is said here.
    cx.findings.unresolved |= Space::Queues.bit() | Space::Rules.bit();
    match queue {
        None => {
            let queues = known_queues(cx, slot);
            match queues.as_slice() {
                [(group, _)] => cx.findings.stands(
                    cx.tree.span(rule.0),
                    Symbol { name: called, group: *group },
                    Role::Use,
                ),
                [_, _, ..] => ambiguous(cx, rule, &queues),
                [] => {}
            }
        }
        Some(queue) if known_queue => {
            let name = cx.tree.string(queue);
            let wanted = cx.symbols.table(Space::Queues).find(&name);
            // A rule whose queue is wrong may be meant for this one; its own error is enough.
            let fits = |group: u32| Some(group) == wanted || !is_known(cx, group);
            if !slot.decls.iter().any(|decl| matches!(decl.kind, DeclKind::Broken(_)) || fits(decl.group)) {
                unknown_rule(cx, rule, Some(queue), Some(slot));
            } else if let Some(group) = wanted {
                cx.findings.stands(cx.tree.span(rule.0), Symbol { name: called, group }, Role::Use);
            }
        }
        Some(_) => {}
    }
}

/// Whether a group stands for a queue that exists, as far as the program can tell.
fn is_known(cx: &Context<'_>, group: u32) -> bool {
    if group == UNKNOWN_GROUP {
        return false;
    }
    let queues = cx.symbols.table(Space::Queues);
    group & ID_GROUP != 0 || queues.slot(group).is_some_and(|slot| slot.meaning != Meaning::Undeclared)
}

/// The queues that have a rule of this name, each with the rule's place, by the queues' names.
fn known_queues(cx: &Context<'_>, slot: &Slot) -> Vec<(u32, Span)> {
    let mut queues: Vec<(u32, Span)> = Vec::new();
    for decl in &slot.decls {
        if is_known(cx, decl.group) && queues.last().is_none_or(|(last, _)| *last != decl.group) {
            queues.push((decl.group, decl.name));
        }
    }
    let by_name = cx.symbols.table(Space::Queues);
    queues.sort_by_key(|(group, place)| {
        let is_id = group & ID_GROUP != 0;
        (is_id, by_name.slot(*group).filter(|_| !is_id).map(|slot| &slot.name), *place)
    });
    queues
}

fn unknown_rule(cx: &mut Context<'_>, rule: Text, queue: Option<Text>, elsewhere: Option<&Slot>) {
    let written = quoted(cx.text(rule.0));
    let message = match queue {
        Some(queue) => format!("the queue {} has no rule {written}", quoted(cx.text(queue.0))),
        None => format!("no rule is called {written}"),
    };
    let diagnostic = cx.diagnostic(&codes::UNKNOWN_RULE, rule.0, message).at("no such rule");
    let text = cx.tree.string(rule);
    let diagnostic = if let Some(decl) = elsewhere.and_then(Slot::first) {
        diagnostic
            .label(decl.name, "a rule of this name is in another queue")
            .help("name that rule's queue, or expect a rule of this one")
    } else {
        let near = cx.nearest(Space::Rules, &text);
        let otherwise = "expect a rule that exists, or write `expect none`";
        suggest(diagnostic, near.as_deref(), rule.0, encode_string, otherwise)
    };
    cx.report(diagnostic);
}

fn ambiguous(cx: &mut Context<'_>, rule: Text, queues: &[(u32, Span)]) {
    let written = cx.text(rule.0);
    let mut diagnostic = cx
        .diagnostic(
            &codes::AMBIGUOUS_RULE,
            rule.0,
            format!("{} queues have a rule {}", queues.len(), quoted(written)),
        )
        .at("which of them?")
        .help(format!("name the queue: `expect queue \"…\" -> {written}`"));
    for (group, place) in queues.iter().take(8) {
        let queue = cx.symbols.table(Space::Queues).slot(*group).filter(|_| group & ID_GROUP == 0);
        diagnostic = match queue {
            Some(queue) => {
                let queue = encode_string(&queue.name);
                diagnostic.label(*place, format!("one is in {}", quoted(&queue))).fix(
                    Applicability::Alternative,
                    format!("expect it in {}", quoted(&queue)),
                    rule.0.before(),
                    format!("queue {queue} -> "),
                )
            }
            None => diagnostic.label(*place, "one is in a queue given by id"),
        };
    }
    cx.report(diagnostic);
}
