//! A program in memory, through the same calls as the command line's.

use std::path::Path;

use rule_compiler::{Program, Settings};
use rule_lang::{Diagnostic, FileId, Severity, Source};

/// A checked program.
pub struct Project {
    /// Its files.
    pub sources: Vec<Source>,
    /// What was found, ordered by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The program.
    pub program: Program,
}

impl Project {
    /// Checks files with the default settings.
    pub fn new<T: AsRef<str>>(files: &[T]) -> Self {
        Self::with(files, Settings::default())
    }

    /// Checks files.
    pub fn with<T: AsRef<str>>(files: &[T], settings: Settings) -> Self {
        let mut program = Program::new(settings);
        let sources: Vec<_> = files.iter().enumerate().map(|(at, text)| source(at, text.as_ref())).collect();
        for source in &sources {
            program.set(source);
        }
        let diagnostics = program.check().into_iter().cloned().collect();
        Self { sources, diagnostics, program }
    }

    /// Checks one file.
    pub fn one(text: &str) -> Self {
        Self::new(&[text])
    }

    /// The findings that are errors.
    pub fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect()
    }

    /// The compiled program as JSON; panics where there are errors. The bytes and the value say the same.
    pub fn json(&self) -> String {
        let errors = self.errors();
        assert!(errors.is_empty(), "no errors were expected:\n{errors:#?}\n{}", self.sources[0].text());
        let bytes = self.program.compile_to_json();
        let value: serde_json::Value = serde_json::from_slice(&bytes).expect("the bytes are JSON");
        assert_eq!(value, serde_json::to_value(self.program.compile()).expect("a bundle is JSON"));
        String::from_utf8(bytes).expect("JSON is UTF-8")
    }
}

/// A source of the name `N.rule`.
pub fn source(number: usize, text: &str) -> Source {
    let id = FileId(u32::try_from(number).expect("few files"));
    Source::new(id, format!("{number}.rule"), text)
}

/// The texts of the `.rule` files in a folder and below it, in the order of their paths.
pub fn rule_files(folder: &Path) -> Vec<String> {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    let mut texts = Vec::new();
    for path in entries {
        if path.is_dir() {
            texts.extend(rule_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rule") {
            texts.push(std::fs::read_to_string(&path).expect("a text"));
        }
    }
    texts
}
