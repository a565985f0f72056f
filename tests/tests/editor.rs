//! The language server over a connection in memory: what the protocol promises, whatever the feature.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use rule_lsp::{MemoryDisk, ServeError};
use rulec::language_server::LocalDisk;
use rulec_tests::editor::{Editor, at};
use serde_json::{Value, json};

const PROJECT: [(&str, &str); 3] = [
    ("/w/rulec.toml", ""),
    ("/w/a.rule", "attribute vip: bool\n"),
    ("/w/b.rule", "condition calm = not vip\nqueue \"Q\"\nrule \"R\" { queue: \"Q\", when calm }\n"),
];

/// What the protocol calls these errors.
const INVALID_PARAMS: i32 = -32602;
const METHOD_NOT_FOUND: i32 = -32601;

fn start(files: &[(&str, &str)], capabilities: &Value) -> Editor {
    Editor::start(MemoryDisk::new(files.iter().copied()), "file:///w", capabilities)
}

#[test]
fn what_is_wrong_is_told_of_files_that_nobody_opened() {
    let mut editor = start(
        &[("/w/rulec.toml", ""), ("/w/a.rule", "condition a = bogus"), ("/w/sub/b.rule", "")],
        &json!({}),
    );
    assert_eq!(editor.codes("file:///w/a.rule", None), ["W0102", "E0101"]);
    editor.end();
}

#[test]
fn a_change_is_checked_where_it_is_used_and_told_with_its_version() {
    let mut editor = start(&PROJECT, &json!({}));
    editor.open("file:///w/a.rule", "attribute vip: bool\n");
    editor.change("file:///w/a.rule", 2, &json!([{ "text": "attribute pip: bool\n" }]));
    assert_eq!(editor.codes("file:///w/b.rule", None), ["E0101"]);
    let rename = json!([{
        "range": { "start": { "line": 0, "character": 10 }, "end": { "line": 0, "character": 13 } },
        "text": "vip"
    }]);
    editor.change("file:///w/a.rule", 3, &rename);
    editor.ask("textDocument/hover", at("file:///w/a.rule", 0, 11));
    editor.pushed.clear();
    editor.change("file:///w/a.rule", 4, &json!([{ "text": "attribute vip: bool\nrule {" }]));
    assert!(!editor.codes("file:///w/a.rule", Some(4)).is_empty());
    editor.end();
}

#[test]
fn closing_a_document_lets_its_file_count_again() {
    let mut editor = start(&PROJECT, &json!({}));
    editor.open("file:///w/a.rule", "");
    assert_eq!(editor.codes("file:///w/b.rule", None), ["E0101"]);
    editor.pushed.clear();
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": "file:///w/a.rule" } }));
    assert!(editor.codes("file:///w/b.rule", None).is_empty());
    editor.end();
}

#[test]
fn an_unsaved_document_and_a_file_outside_of_projects_are_programs_of_their_own() {
    let mut editor = start(&PROJECT, &json!({}));
    editor.open("untitled:Untitled-1", "condition b = vip");
    editor.open("file:///elsewhere/x.rule", "attribute a: bol");
    assert_eq!(editor.codes("untitled:Untitled-1", Some(1)), ["W0102", "E0101"]);
    assert_eq!(editor.codes("file:///elsewhere/x.rule", Some(1))[0], "W0101");
    let found = editor.ask("textDocument/definition", at("untitled:Untitled-1", 0, 11));
    assert_eq!(found[0]["uri"], "untitled:Untitled-1");
    editor.end();
}

#[test]
fn a_new_document_in_a_project_is_part_of_it_before_it_is_saved() {
    let mut editor = start(&PROJECT, &json!({}));
    editor.open("file:///w/new.rule", "attribute vip: int\n");
    assert_eq!(editor.codes("file:///w/new.rule", Some(1)), ["E0106"]);
    editor.end();
}

#[test]
fn an_editor_that_pulls_is_never_pushed_to() {
    let can = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } }
    });
    let mut editor = start(&PROJECT, &can);
    editor.open("file:///w/a.rule", "");
    let pull = |previous: &Value| json!({ "textDocument": { "uri": "file:///w/b.rule" }, "previousResultId": previous });
    let report = editor.ask("textDocument/diagnostic", pull(&Value::Null));
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"][0]["code"], "E0101");
    let again = editor.ask("textDocument/diagnostic", pull(&report["resultId"]));
    assert_eq!(again["kind"], "unchanged");
    let all = editor.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    assert_eq!(all["items"][0]["uri"], "file:///w/b.rule");
    assert!(editor.pushed.is_empty());
    editor.end();
}

#[test]
fn what_is_not_understood_is_refused_and_changes_nothing() {
    let mut editor = start(&PROJECT, &json!({}));
    let id = editor.send("textDocument/hover", json!({ "wrong": true }));
    assert_eq!(editor.answer(&id).unwrap_err().code, INVALID_PARAMS);
    let id = editor.send("textDocument/unheardOf", json!({}));
    assert_eq!(editor.answer(&id).unwrap_err().code, METHOD_NOT_FOUND);
    editor.tell("textDocument/didChange", json!({ "nonsense": [] }));
    editor.change("file:///never/opened.rule", 1, &json!([{ "text": "x" }]));
    editor.ask("textDocument/hover", at("file:///w/a.rule", 99, 99));
    editor.ask("textDocument/hover", at("file:///nowhere.rule", 0, 0));
    editor.end();
}

#[test]
fn positions_are_counted_in_the_units_that_were_agreed_upon() {
    let text = "/* \u{1f600} */ condition calm = vip\nattribute vip: bool\n";
    for (encodings, character) in
        [(json!(["utf-8", "utf-16"]), 28), (json!(["utf-16"]), 26), (json!(null), 26)]
    {
        let can = json!({ "general": { "positionEncodings": encodings } });
        let mut editor = start(&[("/w/rulec.toml", "")], &can);
        editor.open("file:///w/a.rule", text);
        let found = editor.ask("textDocument/definition", at("file:///w/a.rule", 0, character));
        assert_eq!(found[0]["range"]["start"], json!({ "line": 1, "character": 10 }), "{encodings}");
        editor.end();
    }
}

#[test]
fn ending_without_shutdown_is_an_error() {
    let editor = start(&PROJECT, &json!({}));
    editor.tell("exit", Value::Null);
    assert!(matches!(editor.ended(), Err(ServeError::NoShutdown)));
}

#[test]
fn the_pages_of_diagnostics_are_documents() {
    let mut editor = start(&PROJECT, &json!({}));
    let page = editor.ask("workspace/textDocumentContent", json!({ "uri": "rulec:/diagnostics/E0101.md" }));
    assert!(page["text"].as_str().unwrap().contains("attribute"));
    let none = editor.ask("workspace/textDocumentContent", json!({ "uri": "rulec:/../etc/passwd" }));
    assert_eq!(none["text"], "");
    editor.end();
}

/// A project on the disk, and an editor that watches no files.
fn on_disk(files: &[(&str, &str)]) -> (tempfile::TempDir, Editor, impl Fn(&str) -> String) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    for (name, text) in files {
        std::fs::write(root.join(name), text).unwrap();
    }
    let uri = format!("file://{}", root.display());
    let editor = Editor::start(LocalDisk, &uri, &json!({}));
    (dir, editor, move |name: &str| format!("{uri}/{name}"))
}

#[test]
fn a_rename_reaches_files_that_changed_while_nobody_told_of_it() {
    let (dir, mut editor, uri) = on_disk(&[
        ("rulec.toml", ""),
        ("a.rule", "\n\nattribute vip: bool\n"),
        ("b.rule", "condition calm = not vip\n"),
    ]);
    editor.open(&uri("b.rule"), "condition calm = not vip\n");
    editor.ask("textDocument/hover", at(&uri("b.rule"), 0, 21));
    std::fs::write(dir.path().join("a.rule"), "attribute vip: bool\n").unwrap();
    std::fs::write(dir.path().join("new.rule"), "condition loud = vip\n").unwrap();
    let mut params = at(&uri("b.rule"), 0, 21);
    params["newName"] = json!("gold");
    let edit = editor.ask("textDocument/rename", params);
    let line = |name: &str| edit["changes"][uri(name)][0]["range"]["start"]["line"].clone();
    assert_eq!(line("a.rule"), 0, "{edit:#}");
    assert_eq!(line("new.rule"), 0, "{edit:#}");
    editor.end();
}

#[test]
fn saving_looks_at_the_files_again() {
    let (dir, mut editor, uri) = on_disk(&[("rulec.toml", ""), ("a.rule", ""), ("b.rule", "")]);
    editor.open(&uri("b.rule"), "condition calm = not vip\n");
    assert!(editor.codes(&uri("b.rule"), Some(1)).contains(&"E0101".to_owned()));
    std::fs::write(dir.path().join("a.rule"), "attribute vip: bool\n").unwrap();
    editor.pushed.clear();
    editor.tell("textDocument/didSave", json!({ "textDocument": { "uri": uri("b.rule") } }));
    assert_eq!(editor.codes(&uri("b.rule"), Some(1)), ["W0102"]);
    editor.end();
}

#[test]
fn a_rulec_toml_that_comes_or_goes_decides_what_is_a_project() {
    let (dir, mut editor, uri) = on_disk(&[("a.rule", "attribute vip: bool\n"), ("b.rule", "")]);
    editor.open(&uri("b.rule"), "condition calm = not vip\n");
    assert!(editor.codes(&uri("b.rule"), Some(1)).contains(&"E0101".to_owned()));
    let told = json!({ "changes": [{ "uri": uri("rulec.toml"), "type": 1 }] });
    std::fs::write(dir.path().join("rulec.toml"), "").unwrap();
    editor.pushed.clear();
    editor.tell("workspace/didChangeWatchedFiles", told.clone());
    assert_eq!(editor.codes(&uri("b.rule"), Some(1)), ["W0102"]);
    std::fs::remove_file(dir.path().join("rulec.toml")).unwrap();
    editor.pushed.clear();
    editor.tell("workspace/didChangeWatchedFiles", told);
    assert!(editor.codes(&uri("b.rule"), Some(1)).contains(&"E0101".to_owned()));
    assert!(!editor.pushed.contains_key(&uri("rulec.toml")));
    editor.end();
}

#[test]
fn a_document_that_grows_too_large_is_not_touched_until_it_is_sent_anew() {
    let mut editor = start(&PROJECT, &json!({}));
    let text = "// note: keep\ncondition  calm = vip\n";
    editor.open("file:///w/a.rule", text);
    let start_of = |line: u32| json!({ "line": line, "character": 0 });
    let large = "x".repeat(33 * 1024 * 1024);
    let insert =
        json!([{ "range": { "start": start_of(0), "end": start_of(0) }, "text": format!("{large}\n") }]);
    editor.change("file:///w/a.rule", 2, &insert);
    assert_eq!(editor.codes("file:///w/a.rule", Some(2)), ["E0013"]);
    editor.change(
        "file:///w/a.rule",
        3,
        &json!([{ "range": { "start": start_of(0), "end": start_of(1) }, "text": "" }]),
    );
    let options = json!({ "textDocument": { "uri": "file:///w/a.rule" }, "options": { "tabSize": 2, "insertSpaces": true } });
    let edits = editor.ask("textDocument/formatting", options.clone());
    assert!(edits.is_null() || edits == json!([]), "{edits}");
    editor.change("file:///w/a.rule", 4, &json!([{ "text": text }]));
    assert_eq!(editor.ask("textDocument/formatting", options).as_array().unwrap().len(), 1);
    editor.end();
}

#[test]
fn what_is_no_file_is_never_part_of_a_project() {
    let mut editor = start(&PROJECT, &json!({}));
    editor.open("untitled:/w/new.rule", "condition x = vip\n");
    let told = json!({ "changes": [{ "uri": "file:///w/rulec.toml", "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", told);
    assert_eq!(editor.codes("untitled:/w/new.rule", Some(1)), ["W0102", "E0101"]);
    editor.end();
}

#[test]
fn a_project_outside_of_the_folders_is_there_as_long_as_something_of_it_is_open() {
    let files =
        [("/w/rulec.toml", ""), ("/other/rulec.toml", ""), ("/other/a.rule", "condition outside = vip\n")];
    let mut editor = start(&files, &json!({}));
    let find = |editor: &mut Editor| editor.ask("workspace/symbol", json!({ "query": "outside" }));
    editor.open("file:///other/a.rule", "condition outside = vip\n");
    assert_eq!(find(&mut editor).as_array().unwrap().len(), 1);
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": "file:///other/a.rule" } }));
    let told = json!({ "changes": [{ "uri": "file:///other/a.rule", "type": 2 }] });
    editor.tell("workspace/didChangeWatchedFiles", told);
    assert_eq!(find(&mut editor), json!([]));
    editor.end();
}

#[cfg(unix)]
#[test]
fn a_folder_by_a_link_is_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    std::fs::create_dir_all(root.join("real/sub")).unwrap();
    std::fs::write(root.join("real/rulec.toml"), "").unwrap();
    std::fs::write(root.join("real/sub/a.rule"), "attribute unused: bool\n").unwrap();
    std::os::unix::fs::symlink(root.join("real"), root.join("link")).unwrap();
    let mut editor = Editor::start(LocalDisk, &format!("file://{}/link", root.display()), &json!({}));
    editor.open(&format!("file://{}/real/sub/a.rule", root.display()), "attribute unused: bool\n");
    let found = editor.ask("workspace/symbol", json!({ "query": "unused" }));
    assert_eq!(found.as_array().unwrap().len(), 1, "{found:#}");
    editor.end();
}
