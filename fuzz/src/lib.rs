//! What the fuzz targets share: a text of any bytes, and what holds of every text.

use rule_compiler::{Program, Settings};
use rule_lang::{Diagnostic, FileId, Source, Span, Tree};

#[path = "../../tests/src/invariants.rs"]
mod invariants;

/// What the invariants need of the tests' project.
mod project {
    pub fn source(number: usize, text: &str) -> rule_lang::Source {
        super::source(u32::try_from(number).expect("few files"), text)
    }
}

pub use invariants::{diagnostics_fit, parse};

/// A file of this text.
pub fn source(number: u32, text: &str) -> Source {
    Source::new(FileId(number), format!("{number}.rule"), text)
}

/// The bytes as text, what is no UTF-8 replaced; nothing where there are too many to be worth a run.
pub fn text(bytes: &[u8]) -> Option<String> {
    (bytes.len() <= 64 * 1024).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The text without errors in its syntax.
pub fn clean(text: &str) -> Option<Tree> {
    let (tree, diagnostics) = parse(text);
    diagnostics.is_empty().then_some(tree)
}

/// The text as a program of several files, cut where a line says `// file`.
pub fn program(text: &str) -> (Program, Vec<Source>) {
    let mut program = Program::new(Settings::default());
    let sources: Vec<_> = (0..).zip(text.split("\n// file\n")).map(|(number, part)| source(number, part)).collect();
    for source in &sources {
        program.set(source);
    }
    (program, sources)
}

/// Every finding of every file is in order.
pub fn all_fit(sources: &[Source], diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let spans = diagnostic.labels.iter().map(|label| label.span).chain([diagnostic.primary.span]);
        for span in spans.chain(diagnostic.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span))) {
            fits(sources, span);
        }
    }
}

fn fits(sources: &[Source], span: Span) {
    let source = &sources[span.file.0 as usize];
    assert!(source.text().get(span.range()).is_some(), "{span:?} does not fit its file");
}
