//! `rulec explain`: what a diagnostic means.

use rule_lang::{Code, Severity, codes, nearest};

use crate::Outcome;
use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::render::text::wrap;
use crate::terminal::{BOLD, RED, Terminal, YELLOW, output_failed, paint};

/// Prints the pages of diagnostics, or the list of them all.
pub(crate) fn run(arguments: &ExplainArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let color = terminal.out_color;
    let width = terminal.out_is_terminal.then_some(terminal.width);
    let text = if arguments.codes.is_empty() {
        list(color)
    } else {
        let found = |wanted: &String| codes::find(wanted.trim()).ok_or_else(|| unknown(wanted));
        let codes: Vec<&Code> = arguments.codes.iter().map(found).collect::<Result<_, _>>()?;
        let pages: Vec<String> = codes.into_iter().map(|code| page(code, color, width)).collect();
        pages.join("\n")
    };
    terminal.out().write_all(text.as_bytes()).map_err(|error| output_failed(&error))?;
    Ok(Outcome::Clean)
}

/// Every code with its name.
fn list(color: bool) -> String {
    let mut out = String::new();
    for code in codes::ALL {
        let style = if code.severity == Severity::Error { RED } else { YELLOW };
        out.push_str(&paint(color, style, code.id));
        out.push_str("  ");
        out.push_str(code.name);
        out.push('\n');
    }
    out
}

/// The page, its headings set apart where colours are taken, its paragraphs wrapped where there is a width.
fn page(code: &Code, color: bool, width: Option<usize>) -> String {
    let mut out = String::new();
    let mut in_example = false;
    for line in code.page.trim().lines() {
        in_example ^= line.starts_with("```");
        if let (Some(width), false) = (width, in_example) {
            let mut wrapped = String::new();
            wrap(&mut wrapped, line, 0, width);
            out.push_str(&paint(color && line.starts_with('#'), BOLD, &wrapped));
        } else if line.starts_with('#') {
            out.push_str(&paint(color, BOLD, line));
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

fn unknown(wanted: &str) -> Failure {
    let known = codes::ALL.iter().flat_map(|code| [code.id, code.name]);
    let failure = Failure::new(format!("there is no diagnostic `{wanted}`"));
    failure.help(match nearest(wanted, known) {
        Some(near) => format!("did you mean `{near}`? `rulec explain` lists them all"),
        None => "`rulec explain` lists them all".to_owned(),
    })
}
