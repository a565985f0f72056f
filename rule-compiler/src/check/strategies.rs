//! Strategies: what they are for, their thresholds and their actions.

use rule_lang::tree::{Block, EntryKind, Name, Operator, Text, Threshold, Value, ValueKind};
use rule_lang::{Applicability, Diagnostic, TextRange, codes, nearest};

use super::names::suggest;
use super::values::{self, quoted};
use super::{Context, properties};
use crate::declare::MEDIA;
use crate::schema::ACTIONS;

/// Checks the queue and the media type.
pub(super) fn head(cx: &mut Context<'_>, queue: Text, media: Name) {
    properties::queue(cx, queue);
    one_of(cx, media.0, "a media type", &MEDIA);
}

/// Whether a word is one of a few; reports it where it is not. `what` has its article.
fn one_of(cx: &mut Context<'_>, range: TextRange, what: &str, words: &[&str]) -> bool {
    let text = cx.text(range);
    if words.contains(&text) {
        return true;
    }
    let (_, bare) = what.split_once(' ').unwrap_or(("", what));
    let diagnostic = cx
        .diagnostic(&codes::WRONG_PROPERTY_VALUE, range, format!("no {bare} is called `{text}`"))
        .at(format!("not {what}"));
    let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let near = nearest(text, words.iter().copied());
    cx.report(suggest(diagnostic, near, range, str::to_owned, &format!("write {}", list.join(" or "))));
    false
}

/// Checks `queue_depth > 15 -> route_to_next_queue`.
pub(super) fn overflow(cx: &mut Context<'_>, threshold: &Threshold, whole: TextRange) {
    if !one_of(cx, threshold.metric.0, "an overflow condition", &["queue_depth", "wait_time"]) {
        note_action(cx, threshold);
        return;
    }
    operator(cx, threshold, Operator::Gt);
    let waits = cx.text(threshold.metric.0) == "wait_time";
    let amount = cx.item.nodes.value(threshold.amount);
    match amount.kind {
        ValueKind::Malformed => {}
        ValueKind::Duration(seconds) if waits && seconds > 0 => {}
        ValueKind::Int(number) if !waits && number > 0 => {}
        ValueKind::Int(number) if waits && number > 0 => {
            let text = cx.text(amount.range);
            cx.report(
                wrong_amount(cx, amount, "`wait_time` is compared with a duration", "a duration has a unit")
                    .help(format!("write `{text}s` for seconds, `{text}m` for minutes"))
                    .fix(Applicability::Alternative, "count seconds", amount.range.after(), "s")
                    .fix(Applicability::Alternative, "count minutes", amount.range.after(), "m"),
            );
        }
        _ if waits => cx.report(
            wrong_amount(
                cx,
                amount,
                "`wait_time` is compared with a positive duration",
                "expected a positive duration",
            )
            .help("write a duration, like `90s` or `2m`"),
        ),
        _ => cx.report(
            wrong_amount(
                cx,
                amount,
                "`queue_depth` is compared with a positive number",
                "expected a positive number",
            )
            .help("write how many interactions may wait, like `15`"),
        ),
    }
    match threshold.action {
        Some(action) => self::action(cx, cx.item.nodes.value(action)),
        None => cx.report(
            cx.diagnostic(&codes::WRONG_PROPERTY_VALUE, whole, "this overflow says not what is done then")
                .at("an action is missing")
                .help("add `-> route_to_next_queue` or `-> add_skill_to_interaction`"),
        ),
    }
}

fn wrong_amount(cx: &Context<'_>, amount: &Value, rule: &str, label: &str) -> Diagnostic {
    let text = quoted(cx.text(amount.range));
    cx.diagnostic(&codes::WRONG_PROPERTY_VALUE, amount.range, format!("{rule}, not with {text}")).at(label)
}

fn operator(cx: &mut Context<'_>, threshold: &Threshold, wanted: Operator) {
    if threshold.operator == wanted {
        return;
    }
    let (written, wanted) = (threshold.operator.as_str(), wanted.as_str());
    let metric = cx.text(threshold.metric.0);
    cx.report(
        cx.diagnostic(
            &codes::WRONG_PROPERTY_VALUE,
            threshold.operator_range,
            format!("`{metric}` is compared with `{wanted}`, not with `{written}`"),
        )
        .at(format!("expected `{wanted}`"))
        .help(format!("write `{metric} {wanted} …`"))
        .fix(
            Applicability::Unsafe,
            format!("replace `{written}` with `{wanted}`"),
            threshold.operator_range,
            cx.spaced(threshold.operator_range, wanted),
        ),
    );
}

/// Checks an action and its target.
fn action(cx: &mut Context<'_>, action: &Value) {
    let (name, target) = match action.kind {
        ValueKind::Name => (action.range, None),
        ValueKind::Call(parts) => match cx.item.nodes.values(parts) {
            [name, target] => (name.range, Some(target)),
            _ => return,
        },
        _ => return,
    };
    if !one_of(cx, name, "an action", ACTIONS) {
        if let Some(target) = target {
            super::names::note_words(cx, target.range);
        }
        return;
    }
    let Some(target) = target else { return };
    match (cx.text(name), target.kind) {
        (_, ValueKind::Malformed) => {}
        ("route_to_next_queue", ValueKind::String) => {
            properties::queue(cx, Text(target.range));
        }
        ("route_to_next_queue", _) => {
            let text = cx.text(target.range);
            cx.report(
                cx.diagnostic(&codes::WRONG_PROPERTY_VALUE, target.range, "a queue's name stands in quotes")
                    .at("expected a string")
                    .help(format!("write `\"{text}\"`"))
                    .fix(Applicability::Safe, "put it in quotes", target.range, format!("\"{text}\"")),
            );
        }
        (_, ValueKind::Name | ValueKind::String) => values::skill(cx, target),
        _ => {}
    }
}

fn note_action(cx: &mut Context<'_>, threshold: &Threshold) {
    if let Some(action) = threshold.action {
        super::names::note_words(cx, cx.item.nodes.value(action).range);
    }
}

/// Checks `licenses >= 20`, `available_agents >= 80%`.
pub(super) fn guard(cx: &mut Context<'_>, threshold: &Threshold) {
    if !one_of(cx, threshold.metric.0, "a guard", &["licenses", "available_agents"]) {
        note_action(cx, threshold);
        return;
    }
    operator(cx, threshold, Operator::Gte);
    let amount = cx.item.nodes.value(threshold.amount);
    let licenses = cx.text(threshold.metric.0) == "licenses";
    match amount.kind {
        ValueKind::Malformed => {}
        ValueKind::Int(number) if number > 0 => {}
        ValueKind::Percent(1..=100) if !licenses => {}
        ValueKind::Percent(_) if licenses => cx.report(
            wrong_amount(cx, amount, "`licenses` is compared with a number", "a percentage of what?")
                .help("write how many licenses the strategy needs, like `20`"),
        ),
        ValueKind::Percent(_) => cx.report(
            wrong_amount(cx, amount, "`available_agents` is compared with 1% to 100%", "out of range")
                .help("write a percentage like `80%`"),
        ),
        _ => cx.report(
            wrong_amount(cx, amount, "a guard compares with a positive number", "expected a positive number")
                .help(if licenses {
                    "write a number, like `20`"
                } else {
                    "write a number or a percentage, like `80%`"
                }),
        ),
    }
    if let Some(action) = threshold.action {
        let range = cx.item.nodes.value(action).range;
        note_action(cx, threshold);
        cx.report(
            cx.diagnostic(&codes::WRONG_PROPERTY_VALUE, range, "a guard has no action")
                .at("not for a guard")
                .help("a guard that does not hold stops the deployment; remove the arrow and what follows"),
        );
    }
}

/// A percentage is of the strategy's own figure of licenses.
pub(super) fn percentages(cx: &mut Context<'_>, body: Block) {
    let nodes = &cx.item.nodes;
    let mut percentages = Vec::new();
    for entry in nodes.entries(body.entries) {
        let EntryKind::Property { name, value } = entry.kind else { continue };
        if cx.text(name.0) != "guard" {
            continue;
        }
        let ValueKind::Threshold(id) = nodes.value(value).kind else { continue };
        let threshold = nodes.threshold(id);
        let amount = nodes.value(threshold.amount);
        if cx.text(threshold.metric.0) != "available_agents" {
            // The figure of licenses, or a word that is none; whatever is wrong with it has been reported.
            return;
        }
        if matches!(amount.kind, ValueKind::Percent(1..=100)) {
            percentages.push(amount);
        }
    }
    if cx.quiet {
        return;
    }
    for amount in percentages {
        let text = cx.text(amount.range);
        cx.report(
            cx.diagnostic(
                &codes::PERCENTAGE_WITHOUT_LICENSES,
                amount.range,
                format!("`{text}` is of the strategy's licenses, and it names none"),
            )
            .at("a percentage of what?")
            .help("add `guard: licenses >= …`, or write a number of agents"),
        );
    }
}
