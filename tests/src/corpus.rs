//! The corpus of broken programs. Each file is a program, followed by what is to be found in it:
//!
//! ```text
//! // expect: E0301 3:12..3:17
//! ```
//!
//! one line a finding, in the order of the findings: the code, and the primary span as line:column of its first
//! character and of the one after its last. A program without findings says `// expect: nothing`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rule_lang::{Diagnostic, Source};

const MARK: &str = "// expect: ";

/// A program of the corpus.
#[derive(Debug)]
pub struct Case {
    /// The name of its file, without the folder and `.rule`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The program.
    pub program: String,
    /// The expected findings, one a line; nothing where the file does not say yet.
    pub expected: Option<String>,
}

/// The folder of the corpus.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// All programs, in the order of their names.
pub fn cases() -> Vec<Case> {
    let mut paths: Vec<_> = std::fs::read_dir(folder())
        .expect("the corpus can be listed")
        .map(|entry| entry.expect("the corpus can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rule"))
        .collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Case {
    let text = std::fs::read_to_string(path).expect("the corpus is UTF-8");
    let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    // The block starts on a line of its own; an empty program is nothing but the block.
    let start =
        if text.starts_with(MARK) { Some(0) } else { text.find(&format!("\n{MARK}")).map(|at| at + 1) };
    let (program, expected) = match start {
        Some(start) => (&text[..start], Some(text[start..].to_owned())),
        None => (text.as_str(), None),
    };
    Case { name, path: path.to_owned(), program: program.to_owned(), expected }
}

impl Case {
    /// Writes the findings into the file, as what is to be found from now on.
    pub fn bless(&self, findings: &str) {
        let mut text = self.program.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(findings);
        std::fs::write(&self.path, text).expect("the corpus can be written");
    }
}

/// Findings as the block of a corpus file.
pub fn findings(source: &Source, diagnostics: &[Diagnostic]) -> String {
    if diagnostics.is_empty() {
        return format!("{MARK}nothing\n");
    }
    let mut block = String::new();
    for diagnostic in diagnostics {
        let span = diagnostic.primary.span;
        let (start, end) = (source.line_column(span.start), source.line_column(span.end));
        let id = diagnostic.code.id;
        writeln!(block, "{MARK}{id} {}:{}..{}:{}", start.line, start.column, end.line, end.column)
            .expect("a string takes it");
    }
    block
}

/// Findings as a reader sees them, without any renderer: every text under every span, every word of help.
pub fn described(source: &Source, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = |span: rule_lang::Span| {
            let start = source.line_column(span.start);
            format!("{}:{} `{}`", start.line, start.column, source.slice(span))
        };
        let label = &diagnostic.primary;
        let words = [
            format!("{} {}: {}", diagnostic.code.id, diagnostic.code.name, diagnostic.message),
            format!("  at {} {}", place(label.span), label.text),
        ];
        let labels =
            diagnostic.labels.iter().map(|label| format!("  and {} {}", place(label.span), label.text));
        let help = diagnostic.help.iter().map(|help| format!("  help: {help}"));
        let fixes = diagnostic.fixes.iter().map(|fix| {
            let edits: Vec<_> =
                fix.edits.iter().map(|edit| format!("{} -> `{}`", place(edit.span), edit.text)).collect();
            format!("  fix ({:?}): {} [{}]", fix.applicability, fix.title, edits.join(", "))
        });
        for line in words.into_iter().chain(labels).chain(help).chain(fixes) {
            writeln!(out, "{}", line.trim_end()).expect("a string takes it");
        }
    }
    out
}
