//! A plan for people.

use genesys_client::plan::{Change, Note, Plan, Undeclared};
use genesys_client::resource::Kind;

use rule_lang::literal::encode_string;

use super::words::{key_of, nothing_to_do, objects, quoted};
use super::{Action, Counts, difference_lines, field};
use crate::render::clean::clean;
use crate::terminal::{BOLD, CYAN, GREEN, RED, YELLOW, paint};

/// How many of a kind of remark are shown.
const SHOWN: usize = 20;

/// The whole plan, with a line end after its last line.
pub fn plan(plan: &Plan, color: bool) -> String {
    let mut out = String::new();
    for one in &plan.changes {
        change(&mut out, one, color);
        out.push('\n');
    }
    notes(&mut out, plan, color);
    if plan.is_empty() {
        out.push_str(&nothing_to_do(plan));
    } else {
        out.push_str(&paint(color, BOLD, "Plan:"));
        out.push(' ');
        out.push_str(&Counts::of(plan).line());
    }
    out.push('\n');
    out
}

/// The style of what becomes of an object.
fn style(action: Action) -> &'static str {
    match action {
        Action::Create => GREEN,
        Action::Update => YELLOW,
        Action::Rename => CYAN,
        Action::Delete => RED,
    }
}

fn change(out: &mut String, change: &Change, color: bool) {
    let action = Action::of(change);
    let Some(key) = change.key() else { return };
    let mut line = |indent: usize, text: &str| {
        out.push_str(&" ".repeat(indent));
        out.push_str(text);
        out.push('\n');
    };
    let head = format!("{} {} {}", action.sign(), change.kind.word(), key_of(key));
    let until = change.renamed_from().map(|old| {
        if old.queue == key.queue {
            format!(", until now {}", quoted(&old.name))
        } else {
            format!(", until now {}", key_of(old))
        }
    });
    line(2, &format!("{}{}", paint(color, style(action), &head), until.unwrap_or_default()));
    match (action, &change.after) {
        (Action::Create, Some(goal)) => {
            for text in field::whole(change.kind, &goal.fields) {
                line(6, &text);
            }
        }
        (Action::Update | Action::Rename, _) => {
            // The new name and queue stand in the headline.
            let differences: Vec<_> = change
                .differences()
                .into_iter()
                .filter(|one| action == Action::Update || !matches!(one.field.as_str(), "name" | "queue"))
                .collect();
            for text in difference_lines(&differences, color) {
                line(6, &text);
            }
        }
        _ => {}
    }
}

fn notes(out: &mut String, plan: &Plan, color: bool) {
    let lines = remarks(plan);
    for text in &lines {
        out.push_str(&paint(color, CYAN, "note:"));
        out.push(' ');
        out.push_str(text);
        out.push('\n');
    }
    if !lines.is_empty() {
        out.push('\n');
    }
}

/// What the author may want to know besides, one paragraph each.
pub fn remarks(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = plan.notes.iter().filter_map(remark).collect();
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("… and {more} more such notes"));
    }
    let listed = |names: Vec<String>| {
        let more = names.len().saturating_sub(SHOWN);
        let mut text = String::new();
        for name in names.iter().take(SHOWN) {
            text.push_str("\n  ");
            text.push_str(name);
        }
        if more > 0 {
            text.push_str("\n  … and ");
            text.push_str(&more.to_string());
            text.push_str(" more");
        }
        text
    };
    if plan.changes.iter().any(|change| change.kind == Kind::Queue && change.after.is_none()) {
        lines.push(
            "a queue that is deleted takes its members along; taking the deletion back makes a queue without any"
                .to_owned(),
        );
    }
    let of = |takes: fn(&Undeclared) -> bool| plan.undeclared.iter().filter(move |one| takes(one));
    let named = |one: &Undeclared| match one.kind {
        Kind::Rule => key_of(&one.key),
        kind => format!("{} {}", kind.word(), key_of(&one.key)),
    };
    let owned = |one: &Undeclared| one.owned && one.needed_by.is_none();
    let kinds: Vec<Kind> = of(owned).map(|one| one.kind).collect();
    let owned: Vec<String> = of(owned).map(named).collect();
    if !owned.is_empty() {
        let (are, them) = if owned.len() == 1 { ("is", "it") } else { ("are", "them") };
        let number = objects(kinds);
        lines.push(format!(
            "{number} that this project deployed {are} no longer declared; `--prune` deletes {them}:{}",
            listed(owned)
        ));
    }
    let needed: Vec<String> = plan
        .undeclared
        .iter()
        .filter_map(|one| {
            let (kind, key) = one.needed_by.as_ref()?;
            Some(format!("{}: the {} {} names it", named(one), kind.word(), key_of(key)))
        })
        .collect();
    if !needed.is_empty() {
        let kinds = of(|one| one.needed_by.is_some()).map(|one| one.kind);
        let are = if needed.len() == 1 { "is" } else { "are" };
        lines.push(format!("{} {are} not deleted, because of what stays:{}", objects(kinds), listed(needed)));
    }
    let foreign: Vec<String> = plan
        .undeclared
        .iter()
        .filter_map(|one| Some(format!("{}: {}", named(one), clean(one.foreign.as_ref()?))))
        .collect();
    if !foreign.is_empty() {
        let (say, are) = if foreign.len() == 1 { ("says", "is") } else { ("say", "are") };
        let number = objects(of(|one| one.foreign.is_some()).map(|one| one.kind));
        lines.push(format!(
            "{number} {say} what a rule file cannot say, and {are} never changed or deleted:{}",
            listed(foreign)
        ));
    }
    let others = |one: &Undeclared| !one.owned && one.foreign.is_none() && one.needed_by.is_none();
    let rules = of(others).filter(|one| one.kind == Kind::Rule).count();
    if rules > 0 {
        let (are, them) = if rules == 1 { ("is", "it") } else { ("are", "them") };
        let number = objects(std::iter::repeat_n(Kind::Rule, rules));
        lines
            .push(format!("{number} of somebody else {are} left alone; `rulec pull` writes {them} as rules"));
    }
    lines
}

fn remark(note: &Note) -> Option<String> {
    match note {
        Note::LooksRenamed { kind, new, old } if *kind != Kind::Rule => Some(format!(
            "the {word} {} looks like {}, which is not declared; to rename it instead of creating another, write `was: {}` in the {word}",
            key_of(new),
            key_of(old),
            clean(&encode_string(&old.name)),
            word = kind.word(),
        )),
        Note::LooksRenamed { new, old, .. } => {
            let was = match &old.queue {
                Some(queue) if new.queue.as_ref() != Some(queue) => {
                    format!("was: queue {} {}", encode_string(&queue.name), encode_string(&old.name))
                }
                _ => format!("was: {}", encode_string(&old.name)),
            };
            Some(format!(
                "{} decides as {} does, which is not declared; to rename it instead of creating another, write `{}` in the rule",
                key_of(new),
                key_of(old),
                clean(&was)
            ))
        }
        Note::WasMissing { new, old, .. } => Some(format!(
            "{} is new: its `was:` line names {}, which is not live; correct the line, or remove it",
            key_of(new),
            key_of(old)
        )),
        Note::BothExist { new, old, .. } => Some(format!(
            "{} has been renamed before, and {} is there again; the `was:` line has no effect any more",
            key_of(new),
            key_of(old)
        )),
        _ => None,
    }
}
