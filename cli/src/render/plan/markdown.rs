//! A plan for pull requests.

use genesys_client::plan::Plan;

use super::text::remarks;
use super::words::{key_of, nothing_to_do};
use super::{Action, Counts, difference_lines, field};

/// The plan as Markdown, with a line end after its last line.
pub fn plan(plan: &Plan, organization: &str) -> String {
    let mut out = format!("### Plan for {}\n\n", escaped(organization));
    if plan.is_empty() {
        out.push_str(&format!("{}.\n", nothing_to_do(plan)));
    } else {
        out.push_str(&format!("**{}**\n\n", Counts::of(plan).line()));
        for change in &plan.changes {
            let action = Action::of(change);
            let Some(key) = change.key() else { continue };
            let until = change.renamed_from().map(|old| format!(", until now {}", escaped(&key_of(old))));
            let lines = match (action, &change.after) {
                (Action::Create, Some(goal)) => field::whole(&goal.fields),
                (Action::Delete, _) | (_, None) => Vec::new(),
                _ => difference_lines(&change.differences(), false),
            };
            let head = format!(
                "**{}** {} {}{}",
                action.word(),
                change.kind.word(),
                escaped(&key_of(key)),
                until.unwrap_or_default()
            );
            if lines.is_empty() {
                out.push_str(&format!("- {head}\n"));
                continue;
            }
            let text = lines.join("\n");
            let fence = fence(&text);
            // Lines of a condition that start with a sign are coloured as a diff, without their indentation.
            let text: String = lines
                .iter()
                .map(|line| {
                    let bare = line.strip_prefix("  ").filter(|rest| rest.starts_with(['+', '-']));
                    format!("{}\n", bare.unwrap_or(line))
                })
                .collect();
            out.push_str(&format!(
                "<details><summary>{head}</summary>\n\n{fence}diff\n{text}{fence}\n\n</details>\n"
            ));
        }
    }
    for remark in remarks(plan) {
        out.push_str(&format!("\n> {}\n", escaped(&remark).replace('\n', "\n> ")));
    }
    out
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
