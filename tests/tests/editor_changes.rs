//! What the language server changes: rename, formatting and fixes, as an editor asks for them and applies them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use rule_lang::{FileId, Source, format};
use rule_lsp::MemoryDisk;
use rulec::load::{Overlay, Workspace};
use rulec_tests::corpus;
use rulec_tests::editor::{Editor, at};
use serde_json::{Value, json};

const A: &str = "file:///w/a.rule";
const B: &str = "file:///w/b.rule";

/// A name stands after a character of two units and four bytes.
const FILES: [(&str, &str); 3] = [
    ("/w/rulec.toml", ""),
    ("/w/a.rule", "/* \u{1f600} */ attribute vip: bool\r\nqueue \"Q\"\r\nrule \"x\" { when and }\r\n"),
    ("/w/b.rule", "condition calm = not vip\nrule \"R\" {\n  queue: \"Q\"\n  when calm\n}\n"),
];

const INVALID_PARAMS: i32 = -32602;
const REQUEST_FAILED: i32 = -32803;

fn start(files: &[(&str, &str)], capabilities: &Value) -> Editor {
    Editor::start(MemoryDisk::new(files.iter().copied()), "file:///w", capabilities)
}

/// A text after edits, as an editor makes them that counts in UTF-16.
fn edited(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = position["character"].as_u64().unwrap();
        let mut at = start;
        for character in text[start..].chars() {
            if units == 0 {
                break;
            }
            assert_ne!(character, '\n', "{position} is past the end of its line");
            units = units.checked_sub(character.len_utf16() as u64).expect("a position between characters");
            at += character.len_utf8();
        }
        assert_eq!(units, 0, "{position} is past the end of the text");
        at
    };
    let edits = edits.as_array().unwrap().iter();
    let mut edits: Vec<(usize, usize, &str)> = edits
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_by_key(|(start, end, _)| (*start, *end));
    let (mut out, mut done) = (String::new(), 0);
    for (start, end, new) in edits {
        assert!(done <= start, "edits overlap");
        out.push_str(&text[done..start]);
        out.push_str(new);
        done = end;
    }
    out + &text[done..]
}

fn renamed(place: &Value, new: &str) -> Value {
    let mut params = place.clone();
    params["newName"] = json!(new);
    params
}

#[test]
fn a_rename_reaches_all_files_with_the_versions_of_those_that_are_open() {
    let mut editor = start(&FILES, &json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } }));
    let unsaved = format!("\n{}", FILES[2].1);
    editor.open(B, &unsaved);
    let place = at(A, 0, 19);
    assert_eq!(
        editor.ask("textDocument/prepareRename", place.clone()),
        json!({
            "placeholder": "vip",
            "range": { "start": { "line": 0, "character": 19 }, "end": { "line": 0, "character": 22 } }
        })
    );
    let changes = editor.ask("textDocument/rename", renamed(&place, "is_vip"));
    let changes = changes["documentChanges"].as_array().unwrap();
    assert_eq!(changes[0]["textDocument"], json!({ "uri": A, "version": null }));
    assert_eq!(changes[1]["textDocument"], json!({ "uri": B, "version": 1 }));
    let first = edited(FILES[1].1, &changes[0]["edits"]);
    assert!(
        first.starts_with("/* \u{1f600} */ attribute is_vip: bool { field: \"vip\" }\r\nqueue"),
        "{first}"
    );
    assert!(edited(&unsaved, &changes[1]["edits"]).starts_with("\ncondition calm = not is_vip\n"));
    editor.end();
}

#[test]
fn a_rename_is_a_list_of_changes_for_editors_that_know_no_versions() {
    let mut editor = start(&FILES, &json!({}));
    let changes = editor.ask("textDocument/rename", renamed(&at(B, 1, 6), "Anyone"));
    assert_eq!(
        edited(FILES[2].1, &changes["changes"][B]),
        "condition calm = not vip\nrule \"Anyone\" {\n  was: \"R\"\n  queue: \"Q\"\n  when calm\n}\n"
    );
    editor.end();
}

#[test]
fn what_cannot_be_renamed_is_refused_with_what_to_do() {
    let mut editor = start(
        &[("/w/rulec.toml", ""), ("/w/a.rule", "condition c = skill has x\ncondition d = c")],
        &json!({}),
    );
    let mut refused = |method: &str, params: Value| {
        let id = editor.send(method, params);
        let error = editor.answer(&id).unwrap_err();
        (error.code, error.message)
    };
    let (code, message) = refused("textDocument/prepareRename", at(A, 0, 15));
    assert_eq!(code, REQUEST_FAILED);
    assert_eq!(message, "`skill` is built in, and built-in attributes keep their names");
    let (code, message) = refused("textDocument/rename", renamed(&at(A, 0, 10), "d"));
    assert_eq!(code, INVALID_PARAMS);
    assert_eq!(
        message,
        "another condition is called `d` already: choose another name, or rename that one first"
    );
    assert_eq!(editor.ask("textDocument/prepareRename", at(A, 0, 0)), Value::Null);
    editor.end();
}

fn action_params(uri: &str, context: &Value) -> Value {
    let end = json!({ "line": 99_999, "character": 0 });
    json!({
        "textDocument": { "uri": uri },
        "range": { "start": { "line": 0, "character": 0 }, "end": end },
        "context": context
    })
}

#[test]
fn what_the_editor_shows_beside_the_cursor_is_mended_as_well() {
    let mut editor = start(&[("/w/rulec.toml", ""), ("/w/a.rule", "condition c = priority = 5")], &json!({}));
    let cursor = json!({ "line": 0, "character": 2 });
    let shown = json!({ "line": 0, "character": 23 });
    let shown = json!({ "range": { "start": shown, "end": shown }, "message": "as the editor shows it" });
    let mut ask = |context: &Value| {
        let mut params = action_params(A, context);
        params["range"] = json!({ "start": cursor, "end": cursor });
        editor.ask("textDocument/codeAction", params).as_array().unwrap().len()
    };
    assert_eq!(ask(&json!({ "diagnostics": [], "only": ["quickfix"] })), 0);
    assert_eq!(ask(&json!({ "diagnostics": [shown], "only": ["quickfix"] })), 1);
    editor.end();
}

#[test]
fn quick_fixes_say_what_they_mend_and_which_of_them_is_the_right_one() {
    let text = "attribute tier: int\ncondition c = priority = 5 and prioriti == 2";
    let mut editor = start(&[("/w/rulec.toml", ""), ("/w/a.rule", text)], &json!({}));
    let actions = editor.ask("textDocument/codeAction", action_params(A, &json!({ "diagnostics": [] })));
    let actions = actions.as_array().unwrap();
    let find = |title: &str| actions.iter().find(|one| one["title"] == title).unwrap();
    let right = find("replace `=` with `==`");
    assert_eq!((&right["kind"], &right["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(right["diagnostics"][0]["code"], "E0002");
    let guess = find("replace it with `priority`");
    assert_eq!(guess["isPreferred"], Value::Null);
    let allowed = find("allow `unused-attribute` on this line");
    assert_eq!(
        edited(text, &allowed["edit"]["changes"][A]).lines().next(),
        Some("attribute tier: int // rulec: allow(unused-attribute)")
    );
    assert!(actions.iter().any(|one| one["kind"] == "source.fixAll.rulec"));
    // Where the cursor just moves, and where others are asked for, there is nothing but those.
    let automatic = json!({ "diagnostics": [], "triggerKind": 2 });
    let kinds = |actions: &Value| -> Vec<String> {
        let mut kinds: Vec<String> =
            actions.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds(&editor.ask("textDocument/codeAction", action_params(A, &automatic))), ["quickfix"]);
    let only = |kind: &str| action_params(A, &json!({ "diagnostics": [], "only": [kind] }));
    assert_eq!(kinds(&editor.ask("textDocument/codeAction", only("source"))), ["source.fixAll.rulec"]);
    assert!(kinds(&editor.ask("textDocument/codeAction", only("refactor"))).is_empty());
    editor.end();
}

/// What `rulec check --fix` makes of a text.
fn fixed_by_command(text: &str) -> String {
    let overlay = Overlay { path: None, bytes: Some(text.as_bytes().to_vec()) };
    let mut workspace = Workspace::load_overlay(overlay, false).unwrap();
    rulec::fix::fix(&mut workspace, false);
    workspace.sources.get(FileId(0)).unwrap().text().to_string()
}

/// The texts of the corpus that are such: what is none is never an editor's.
fn texts() -> Vec<String> {
    let cases = corpus::cases().into_iter();
    cases.map(|case| case.program.trim_start_matches('\u{feff}').to_owned()).collect()
}

#[test]
fn the_editor_fixes_and_formats_as_the_commands_do() {
    let mut editor = start(&[], &json!({}));
    let (mut fixed, mut formatted) = (0, 0);
    for (number, text) in texts().iter().enumerate() {
        let uri = format!("file:///corpus/{number}.rule");
        editor.open(&uri, text);
        let context = json!({ "diagnostics": [], "only": ["source.fixAll"] });
        let actions = editor.ask("textDocument/codeAction", action_params(&uri, &context));
        let by_editor = match actions.as_array().unwrap().as_slice() {
            [] => text.clone(),
            [all] => edited(text, &all["edit"]["changes"][&uri]),
            more => panic!("{more:?}"),
        };
        assert_eq!(by_editor, fixed_by_command(text));
        fixed += usize::from(by_editor != *text);

        let options = json!({ "tabSize": 2, "insertSpaces": true });
        let document = json!({ "uri": uri });
        let params = json!({ "textDocument": document, "options": options });
        let by_editor = edited(text, &editor.ask("textDocument/formatting", params));
        let by_command = format::format_source(&Source::new(FileId(0), "", text.as_str()));
        assert_eq!(by_editor, by_command.unwrap_or_else(|_| text.clone()));
        formatted += usize::from(by_editor != *text);
        editor.tell("textDocument/didClose", json!({ "textDocument": document }));
    }
    assert!(fixed > 20 && formatted > 20, "{fixed} {formatted}");
    editor.end();
}

#[test]
fn symbols_folds_and_selections_are_given_as_the_editor_takes_them() {
    let mut editor = start(&FILES, &json!({}));
    let flat = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": B } }));
    assert_eq!((&flat[1]["name"], &flat[1]["location"]["uri"]), (&json!("R"), &json!(B)));
    let found = editor.ask("workspace/symbol", json!({ "query": "vp" }));
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["location"]["range"]["start"], json!({ "line": 0, "character": 19 }));
    let places = editor.ask("textDocument/references", {
        let mut params = at(B, 0, 22);
        params["context"] = json!({ "includeDeclaration": true });
        params
    });
    assert_eq!(places.as_array().unwrap().len(), 2);
    let kinds = editor.ask("textDocument/documentHighlight", at(B, 3, 8));
    assert_eq!((&kinds[0]["kind"], &kinds[1]["kind"]), (&json!(3), &json!(2)));
    let folds = editor.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": B } }));
    assert_eq!(folds, json!([{ "startLine": 1, "startCharacter": 10, "endLine": 4, "endCharacter": 0 }]));
    let positions = json!([{ "line": 0, "character": 22 }, { "line": 99, "character": 0 }]);
    let params = json!({ "textDocument": { "uri": B }, "positions": positions });
    let around = editor.ask("textDocument/selectionRange", params);
    assert_eq!(around[0]["range"]["start"], json!({ "line": 0, "character": 21 }));
    assert_eq!(around[0]["parent"]["range"]["start"], json!({ "line": 0, "character": 17 }));
    assert_eq!(around.as_array().unwrap().len(), 2);
    editor.end();

    let nested = json!({ "textDocument": {
        "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
        "foldingRange": { "lineFoldingOnly": true }
    } });
    let mut editor = start(&FILES, &nested);
    let tree = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": B } }));
    assert_eq!((&tree[1]["name"], &tree[1]["detail"]), (&json!("R"), &json!("Q")));
    let folds = editor.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": B } }));
    assert_eq!(folds, json!([{ "startLine": 1, "endLine": 3 }]));
    editor.end();
}
