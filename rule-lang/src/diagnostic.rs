//! Diagnostics as plain data. Renderers (text, JSON, …) live elsewhere; nothing here knows of them.

use crate::{Code, IntoSpan, Span};

/// How serious a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The program means nothing until this is mended.
    Error,
    /// The program has a meaning, but likely not the one that was wanted.
    Warning,
}

/// A place and what is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words, lowercase, without a final period; may be empty on the primary label.
    pub text: String,
}

/// What may be done with a fix without asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applicability {
    /// The one right answer: a valid program keeps its meaning, an invalid one gets the only reading it has.
    Safe,
    /// Likely what was meant, but a person should look: it gives the program another meaning, or guesses.
    Unsafe,
    /// One of several equally good answers.
    Alternative,
}

/// Replaces the text under a span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change of the source that mends the finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an imperative: "replace `=` with `==`".
    pub title: String,
    /// Edits that do not overlap.
    pub edits: Vec<Edit>,
    /// What may be done with it without asking.
    pub applicability: Applicability,
}

/// One finding.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: &'static Code,
    /// How serious it is here, after the project's settings.
    pub severity: Severity,
    /// What is wrong: lowercase, no final period, the author's text in backticks.
    pub message: String,
    /// The exact place.
    pub primary: Label,
    /// Everything else that explains it.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// Changes that mend it.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding at its code's default severity.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Words at the primary place.
    #[must_use]
    pub fn at(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// A further place.
    #[must_use]
    pub fn label(mut self, place: impl IntoSpan, text: impl Into<String>) -> Self {
        let span = place.into_span(self.primary.span.file);
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// What to write instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// A fix of one edit.
    #[must_use]
    pub fn fix(
        self,
        applicability: Applicability,
        title: impl Into<String>,
        place: impl IntoSpan,
        text: impl Into<String>,
    ) -> Self {
        let span = place.into_span(self.primary.span.file);
        self.fix_all(applicability, title, vec![Edit { span, text: text.into() }])
    }

    /// A fix of several edits.
    #[must_use]
    pub fn fix_all(
        mut self,
        applicability: Applicability,
        title: impl Into<String>,
        edits: Vec<Edit>,
    ) -> Self {
        self.fixes.push(Fix { title: title.into(), edits, applicability });
        self
    }
}
