//! The editor is told what `check` finds: the same list, over the whole corpus, and over files that are no text.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rule_lang::{Diagnostic, Severity, SourceMap, Span};
use rulec::language_server::LocalDisk;
use rulec::load::Workspace;
use rulec_tests::corpus;
use rulec_tests::editor::Editor;
use serde_json::{Value, json};

/// What is said of a file: code, severity, message, and the first and the last place, lines and UTF-16 units from 0.
type Said = (String, u64, String, (u64, u64), (u64, u64));

/// Every program of the corpus as a project of its own, and some files that no editor shows as they are.
fn projects(folder: &Path) {
    let add = |name: &str, file: &str, bytes: &[u8]| {
        let root = folder.join(name);
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("rulec.toml"), "").unwrap();
        std::fs::write(root.join(file), bytes).unwrap();
    };
    for case in corpus::cases() {
        add(&case.name, "main.rule", case.program.as_bytes());
        // What it declares, somebody else may use.
        add(
            &case.name,
            "other.rule",
            b"rule \"Other\" { queue: \"Elsewhere\", when vip and language == \"en\" }\n",
        );
    }
    add("latin", "main.rule", b"// caf\xe9\nattribute vip: bool\n");
    add("latin", "other.rule", b"condition c = vip\n");
    add("wide", "main.rule", b"\xff\xfea\0t\0t\0r\0");
    add("wide", "other.rule", b"attribute unused: bool\n");
    add("lines", "main.rule", b"attribute a: bool\r\ncondition c = b\r\n");
    add("places", "main.rule", "/* \u{1f600}\u{e9} */ condition c = \u{1f600}\n".as_bytes());
}

fn wide(text: &str) -> u64 {
    text.encode_utf16().count() as u64
}

/// Where a byte stands, counted here and not by the server.
fn place(sources: &SourceMap, span: Span, offset: u32) -> (u64, u64) {
    let text = sources.get(span.file).unwrap().text();
    let before = &text[..offset as usize];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() as u64, wide(&before[start..]))
}

fn said_by_check(sources: &SourceMap, found: &Diagnostic) -> Said {
    let span = found.primary.span;
    let mut message = found.message.clone();
    for more in [
        Some(&found.primary.text).filter(|text| !text.is_empty()).cloned(),
        found.help.as_ref().map(|help| format!("help: {help}")),
    ]
    .into_iter()
    .flatten()
    {
        message = format!("{message}\n{more}");
    }
    let severity = if found.severity == Severity::Error { 1 } else { 2 };
    (
        found.code.id.to_owned(),
        severity,
        message,
        place(sources, span, span.start),
        place(sources, span, span.end),
    )
}

fn said_by_server(one: &Value) -> Said {
    let at = |end: &str| {
        let place = &one["range"][end];
        (place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap())
    };
    (
        one["code"].as_str().unwrap().to_owned(),
        one["severity"].as_u64().unwrap(),
        one["message"].as_str().unwrap().to_owned(),
        at("start"),
        at("end"),
    )
}

#[test]
fn the_editor_is_told_what_check_finds() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().canonicalize().unwrap();
    projects(&folder);

    let mut workspace = Workspace::load(std::slice::from_ref(&folder), false).unwrap();
    workspace.check();
    let mut checked: BTreeMap<PathBuf, Vec<Said>> = BTreeMap::new();
    for project in &workspace.projects {
        for found in project.found() {
            let path = project.file(found.primary.span.file).unwrap().path.clone();
            checked.entry(path).or_default().push(said_by_check(&workspace.sources, found));
        }
    }
    assert!(checked.len() > 250, "{} files", checked.len());

    let uri = |path: &Path| format!("file://{}", path.display());
    let mut editor = Editor::start(LocalDisk, &uri(&folder), &json!({}));
    // Files are told of in the order of their paths.
    let (last, _) = checked.last_key_value().unwrap();
    editor.codes(&uri(last), None);
    let told: BTreeMap<PathBuf, Vec<Said>> = editor
        .pushed
        .values()
        .map(|told| {
            let path = PathBuf::from(told["uri"].as_str().unwrap().strip_prefix("file://").unwrap());
            (path, told["diagnostics"].as_array().unwrap().iter().map(said_by_server).collect())
        })
        .collect();
    editor.end();
    assert_eq!(checked.keys().collect::<Vec<_>>(), told.keys().collect::<Vec<_>>());
    for (path, checked) in &checked {
        assert_eq!(checked, &told[path], "{}", path.display());
    }
}
