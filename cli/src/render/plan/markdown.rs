//! A plan for pull requests.

use std::fmt::Write;

use genesys_client::plan::Plan;

use super::text::remarks;
use super::words::{key_of, nothing_to_do};
use super::{Action, Counts, difference_lines, field};

/// The plan as Markdown, with a line end after its last line.
pub fn plan(plan: &Plan, organization: &str) -> String {
    let mut out = format!("### Plan for {}\n\n", escaped(organization));
    if plan.is_empty() {
        put(&mut out, format_args!("{}.\n", nothing_to_do(plan)));
    } else {
        put(&mut out, format_args!("**{}**\n\n", Counts::of(plan).line()));
        for change in &plan.changes {
            let action = Action::of(change);
            let Some(key) = change.key() else { continue };
            let until = change.renamed_from().map(|old| format!(", until now {}", escaped(&key_of(old))));
            let lines = match (action, &change.after) {
                (Action::Create, Some(goal)) => field::whole(change.kind, &goal.fields),
                (Action::Delete, _) | (_, None) => Vec::new(),
                _ => difference_lines(&change.differences(), false),
            };
            let head = format!(
                "<b>{}</b> {} {}{}",
                action.word(),
                change.kind.word(),
                escaped(&key_of(key)),
                until.unwrap_or_default()
            );
            if lines.is_empty() {
                put(&mut out, format_args!("- {head}\n"));
                continue;
            }
            let text = lines.join("\n");
            let fence = fence(&text);
            // Lines of a condition that start with a sign are coloured as a diff, without their indentation.
            let bare = |line: &str| {
                line.strip_prefix("  ").filter(|rest| rest.starts_with(['+', '-'])).unwrap_or(line).to_owned()
            };
            let text = lines.iter().map(|line| bare(line)).collect::<Vec<_>>().join("\n");
            put(
                &mut out,
                format_args!(
                    "<details><summary>{head}</summary>\n\n{fence}diff\n{text}\n{fence}\n\n</details>\n\n"
                ),
            );
        }
    }
    for remark in remarks(plan) {
        put(&mut out, format_args!("\n> {}\n", escaped(&remark).replace('\n', "\n> ")));
    }
    out
}

/// Appends; writing to memory cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// A fence that is longer than any in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// Text that is only text in Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '*' | '_' | '[' | ']' | '|' | '\\' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}
