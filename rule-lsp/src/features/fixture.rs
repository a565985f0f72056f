//! Programs for the features' tests: `$0` in a text is where the cursor stands.

use rule_compiler::{Program, Settings};
use rule_lang::{FileId, Source, SourceMap, Span};

/// A checked program, and the cursor.
pub(crate) struct Fixture {
    pub(crate) program: Program,
    pub(crate) sources: SourceMap,
    pub(crate) file: FileId,
    pub(crate) offset: u32,
}

impl Fixture {
    /// One file.
    pub(crate) fn new(text: &str) -> Self {
        Self::of(&[text])
    }

    /// Several files; one of them has the cursor, or it stands at the start of the first.
    pub(crate) fn of(texts: &[&str]) -> Self {
        let mut fixture = Self {
            program: Program::new(Settings::default()),
            sources: SourceMap::new(),
            file: FileId(0),
            offset: 0,
        };
        for (number, text) in texts.iter().enumerate() {
            let id = fixture.sources.add(format!("{number}.rule"), text.replacen("$0", "", 1));
            if let Some(offset) = text.find("$0") {
                fixture.file = id;
                fixture.offset = u32::try_from(offset).unwrap();
            }
        }
        let sources: Vec<Source> = fixture.sources.iter().cloned().collect();
        fixture.program.set_all(&sources);
        fixture.program.check();
        fixture
    }

    /// A place as a reader of a test finds it: the file, the line and the text.
    pub(crate) fn shown(&self, span: Span) -> String {
        let source = self.sources.get(span.file).unwrap();
        format!("{}:{} {}", span.file.0, source.line_column(span.start).line, source.slice(span))
    }
}
