//! Diagnostics for people: a picture of the place, what is wrong, what to write instead.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use rule_lang::{Applicability, Diagnostic, Edit, Fix, Label, Severity, SourceMap, Span};

use super::clean::clean;
use super::excerpt::Excerpt;
use super::place::line_of;
use super::{Look, Places, Report, failure};
use crate::terminal::{CYAN, GREEN, RED, YELLOW, paint};

/// The most diagnostics that are shown as text; the JSON has them all.
pub const MAX_SHOWN: usize = 200;

/// Writes what a check found for people.
///
/// # Errors
///
/// What writing to `out` says.
pub fn write(out: &mut dyn std::io::Write, report: &Report<'_>) -> std::io::Result<()> {
    let Look { color, width, has_failures } = report.look;
    TextRenderer::new(report.sources, color, width).write_all(out, report.diagnostics)?;
    let failures = if has_failures { report.failures } else { &[] };
    failures.iter().try_for_each(|failure| failure::write(out, color, failure))
}

/// Renders diagnostics as text.
#[derive(Debug)]
pub struct TextRenderer<'a> {
    sources: &'a SourceMap,
    places: Places,
    color: bool,
    width: usize,
}

impl<'a> TextRenderer<'a> {
    /// A renderer for diagnostics in these files, `width` columns wide.
    pub fn new(sources: &'a SourceMap, color: bool, width: usize) -> Self {
        Self { sources, places: Places::default(), color, width }
    }

    /// Writes the first [`MAX_SHOWN`] diagnostics, and how many more there are.
    ///
    /// # Errors
    ///
    /// What writing to `out` says.
    pub fn write_all(
        &self,
        out: &mut dyn std::io::Write,
        diagnostics: &[&Diagnostic],
    ) -> std::io::Result<()> {
        for diagnostic in diagnostics.iter().take(MAX_SHOWN) {
            writeln!(out, "{}", self.render(diagnostic))?;
        }
        if let Some(more) = diagnostics.len().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
            writeln!(out, "… and {more} more; `--format json` has them all\n")?;
        }
        Ok(())
    }

    /// One diagnostic, with a line end after its last line.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        let (word, style) = match diagnostic.severity {
            Severity::Error => ("error", RED),
            Severity::Warning => ("warning", YELLOW),
        };
        let head = paint(self.color, style, &format!("{word}[{}]:", diagnostic.code.id));
        let mut out = self.report(
            &head,
            &diagnostic.message,
            diagnostic.severity,
            &diagnostic.primary,
            &diagnostic.labels,
        );
        if let Some(help) = &diagnostic.help {
            self.advice(&mut out, CYAN, "help: ", help);
        }
        self.fixes(&mut out, diagnostic);
        out
    }

    /// A headline, a picture of the main place with the labels in its file, and a note for each label elsewhere.
    pub fn report(
        &self,
        head: &str,
        message: &str,
        severity: Severity,
        primary: &Label,
        labels: &[Label],
    ) -> String {
        let (near, far): (Vec<&Label>, Vec<&Label>) =
            labels.iter().partition(|label| label.span.file == primary.span.file);
        let (with_it, before) = self.by_place(primary, near);
        let mut out = self.picture(head, message, severity, &with_it);
        if !before.is_empty() {
            out.push_str(&self.lines(severity, &before));
        }
        for label in far {
            let bare = Label { span: label.span, text: String::new() };
            let message = if label.text.is_empty() { "see also" } else { &label.text };
            let head = paint(self.color, CYAN, "note:");
            out.push_str(&self.picture(&head, message, Severity::Warning, &[&bare]));
        }
        out
    }

    /// The main label with those that are shown with it, and those whose lines stand apart above it. The picture
    /// shows places in their order, and the mistake is to come first.
    fn by_place<'l>(&self, primary: &'l Label, others: Vec<&'l Label>) -> (Vec<&'l Label>, Vec<&'l Label>) {
        /// A line on either side is shown too, and what then touches is one picture.
        const TOGETHER: u32 = 3;
        let line = |offset: u32| {
            self.sources.get(primary.span.file).map_or(0, |source| line_of(source, offset as usize))
        };
        let mut top = line(primary.span.start);
        let mut above: Vec<&Label> =
            others.iter().copied().filter(|label| line(label.span.start) < top).collect();
        above.sort_by_key(|label| std::cmp::Reverse(label.span.start));
        let mut before = Vec::new();
        for label in above {
            if line(label.span.end) + TOGETHER >= top && before.is_empty() {
                top = line(label.span.start);
            } else {
                before.push(label.span);
            }
        }
        let (before, with_it): (Vec<&Label>, Vec<&Label>) =
            others.into_iter().partition(|label| before.contains(&label.span));
        (std::iter::once(primary).chain(with_it).collect(), before)
    }

    /// A headline, and the place under it.
    fn picture(&self, head: &str, message: &str, severity: Severity, labels: &[&Label]) -> String {
        format!("{head} {}\n{}", clean(message), self.lines(severity, labels))
    }

    /// A picture of one place, without a line end after its last line.
    pub fn excerpt(&self, span: Span) -> String {
        let label = Label { span, text: String::new() };
        let mut picture = self.lines(Severity::Error, &[&label]);
        picture.truncate(picture.trim_end().len());
        picture
    }

    /// The lines of one file with their labels; the first label is the main one.
    fn lines(&self, severity: Severity, labels: &[&Label]) -> String {
        let spans: Vec<Span> = labels.iter().map(|label| label.span).collect();
        let source = spans.first().and_then(|span| self.sources.get(span.file));
        let Some(source) = source else { return String::new() };
        if source.text().is_empty() {
            // There is nothing to show of an empty file, or of one that was too large to read.
            return format!("  ╭─[{}]\n", clean(source.name()));
        }
        let (excerpt, located) = Excerpt::new(source, &self.places, &spans);
        let labels = labels.iter().zip(located).enumerate().map(|(index, (label, span))| {
            let text = (!label.text.is_empty()).then(|| clean(&label.text).into_owned());
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        });
        let snippet = Snippet { severity, excerpt, labels: labels.collect() };

        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let mut picture = String::new();
        let rendered = GraphicalReportHandler::new_themed(theme)
            .with_context_lines(1)
            .with_links(false)
            .with_width(self.width)
            .without_syntax_highlighting()
            .render_report(&mut picture, &snippet);
        match rendered {
            // Its first line is a headline of its own, left empty here.
            Ok(()) => picture.split_once('\n').map_or_else(String::new, |(_, lines)| lines.to_owned()),
            Err(fmt::Error) => String::new(),
        }
    }

    /// A paragraph under the picture.
    pub fn advice(&self, out: &mut String, style: &str, head: &str, text: &str) {
        out.push_str("  ");
        out.push_str(&paint(self.color, style, head));
        wrap(out, &clean(text), 2 + head.len(), self.width);
        out.push('\n');
    }

    /// What `--fix` would do, and what only the author can choose.
    fn fixes(&self, out: &mut String, diagnostic: &Diagnostic) {
        // A help that tells what to write has said it.
        let is_said = |fix: &Fix| {
            let help = diagnostic.help.as_deref().unwrap_or_default();
            let says = |edit: &Edit| help.contains(&format!("`{}`", edit.text.trim_end()));
            fix.applicability == Applicability::Alternative && fix.edits.iter().all(says)
        };
        for fix in diagnostic.fixes.iter().filter(|fix| !is_said(fix)) {
            let (head, how) = match fix.applicability {
                Applicability::Safe => ("fix: ", " (`--fix` does it)"),
                Applicability::Unsafe => ("fix: ", " (`--fix --unsafe-fixes` does it; look at the result)"),
                Applicability::Alternative => ("choice: ", ""),
            };
            self.advice(out, GREEN, head, &format!("{}{how}", fix.title));
        }
    }
}

/// Appends text broken at spaces so that lines, indented after the first, fit the width.
pub(crate) fn wrap(out: &mut String, text: &str, indent: usize, width: usize) {
    let room = width.saturating_sub(indent).max(20);
    for (index, paragraph) in text.lines().enumerate() {
        if index > 0 {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
        }
        let mut used = 0;
        for (index, word) in paragraph.split(' ').enumerate() {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > room {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                used = 0;
            } else if index > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += length;
        }
    }
}

/// A report without a headline, as miette reads it.
#[derive(Debug)]
struct Snippet {
    severity: Severity,
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Snippet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl miette::Diagnostic for Snippet {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use rule_lang::{FileId, codes};

    use super::*;

    fn rendered(text: &str, span: std::ops::Range<u32>) -> String {
        let mut sources = SourceMap::new();
        let file = sources.add("rules/a.rule", text);
        let diagnostic =
            Diagnostic::new(&codes::SYNTAX_ERROR, Span::new(file, span.start, span.end), "wrong")
                .at("here")
                .help("write it right");
        TextRenderer::new(&sources, false, 100).render(&diagnostic)
    }

    #[test]
    fn a_diagnostic_has_a_headline_a_picture_and_help() {
        insta::assert_snapshot!(rendered("one\ntwo three\nfour\nfive\n", 8..13), @r"
        error[E0001]: wrong
           ╭─[rules/a.rule:2:5]
         1 │ one
         2 │ two three
           ·     ──┬──
           ·       ╰── here
         3 │ four
           ╰────
          help: write it right
        ");
    }

    #[test]
    fn an_empty_place_at_the_end_of_a_file_is_shown() {
        for (text, at) in [("rule", 4), ("rule\n", 5), ("rule\r\n", 6), ("é", 2), ("\n", 1), ("x", 99)] {
            let shown = rendered(text, at..at);
            assert!(shown.contains("here"), "{text:?}: {shown}");
        }
    }

    #[test]
    fn a_column_counts_characters() {
        assert!(rendered("äöü x", 7..8).contains("[rules/a.rule:1:5]"));
    }

    #[test]
    fn a_line_of_ten_megabytes_is_clipped_around_the_place() {
        let text = "é".repeat(5_000_000);
        let shown = rendered(&text, 6_000_000..6_000_002);
        assert!(shown.len() < 4_000, "{} bytes", shown.len());
        assert!(shown.contains("rules/a.rule:1:3000001"), "{shown}");
        assert!(shown.contains("here"));
    }

    #[test]
    fn characters_without_a_picture_get_one() {
        let shown = rendered("a\u{0}\u{1b}[31m\u{202e}b\n", 1..2);
        assert!(shown.contains("a␀␛[31m\u{fffd}b"), "{shown}");
    }

    #[test]
    fn a_place_in_another_file_is_a_note_with_its_own_picture() {
        let mut sources = SourceMap::new();
        let a = sources.add("a.rule", "skill x\n");
        let b = sources.add("b.rule", "// first\nskill x\n");
        let diagnostic =
            Diagnostic::new(&codes::DUPLICATE_DECLARATION, Span::new(a, 6, 7), "`x` is declared twice")
                .label(Span::new(b, 15, 16), "first declared here");
        insta::assert_snapshot!(TextRenderer::new(&sources, false, 100).render(&diagnostic), @r"
        error[E0106]: `x` is declared twice
           ╭─[a.rule:1:7]
         1 │ skill x
           ·       ─
           ╰────
        note: first declared here
           ╭─[b.rule:2:7]
         1 │ // first
         2 │ skill x
           ·       ─
           ╰────
        ");
    }

    proptest::proptest! {
        #[test]
        fn any_spans_in_any_text_render(text in "[a\u{e9}\u{20ac}\t\r\n\u{0} ]{0,200}", spans in proptest::collection::vec((0u32..220, 0u32..220), 1..6)) {
            let mut sources = SourceMap::new();
            sources.add("a.rule", text);
            let spans: Vec<Span> =
                spans.iter().map(|(a, b)| Span::new(FileId(0), *a.min(b), *a.max(b))).collect();
            let mut diagnostic = Diagnostic::new(&codes::SYNTAX_ERROR, spans[0], "wrong").at("here");
            for span in &spans[1..] {
                diagnostic = diagnostic.label(*span, "and here");
            }
            TextRenderer::new(&sources, false, 100).render(&diagnostic);
        }
    }
}
