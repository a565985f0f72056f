//! What features find, in the protocol's words.

use serde_json::{Value, json};

use super::*;
use crate::features::semantic_tokens::TokenType;
use crate::memory_disk::MemoryDisk;
use crate::workspace::Workspace;

const URI: &str = "file:///w/a.rule";

/// What the server answers about a document, for an editor with these abilities.
fn ask(capabilities: &Value, text: &str, method: &str, params: Value) -> Value {
    let disk = MemoryDisk::new([("/w/rulec.toml", "")]);
    let params_of_start = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
    let client = Client::of(&serde_json::from_value(params_of_start).unwrap());
    let mut workspace = Workspace::new(&disk, client.encoding);
    let document = json!({ "uri": URI, "languageId": "rule", "version": 1, "text": text });
    workspace.open(serde_json::from_value(document).unwrap());
    workspace.refresh();
    let mut params = params;
    if method != "workspace/executeCommand" {
        params["textDocument"] = json!({ "uri": URI });
    }
    let request = Request::new(1.into(), method.to_owned(), params);
    answer(&Session { workspace: &workspace, client: &client }, &request).unwrap()
}

fn tokens(capabilities: &Value, text: &str) -> Value {
    ask(capabilities, text, "textDocument/semanticTokens/full", json!({}))["data"].clone()
}

#[test]
fn tokens_are_counted_in_the_units_of_the_editor_and_cut_at_line_ends() {
    let text = "/* \u{1f600}\r\n\u{e9} */ skill x";
    let utf8 = json!({ "general": { "positionEncodings": ["utf-8"] } });
    let multiline = json!({ "textDocument": { "semanticTokens": {
        "requests": {}, "tokenTypes": [], "tokenModifiers": [], "formats": [], "multilineTokenSupport": true } } });
    let comment = TokenType::Comment as u32;
    assert_eq!(
        tokens(&json!({}), text),
        json!([0, 0, 5, comment, 0, 1, 0, 4, comment, 0, 0, 5, 5, 0, 0, 0, 6, 1, 4, 1])
    );
    assert_eq!(
        tokens(&utf8, text),
        json!([0, 0, 7, comment, 0, 1, 0, 5, comment, 0, 0, 6, 5, 0, 0, 0, 6, 1, 4, 1])
    );
    assert_eq!(tokens(&multiline, text), json!([0, 0, 11, comment, 0, 1, 5, 5, 0, 0, 0, 6, 1, 4, 1]));
}

fn hover(capabilities: &Value) -> Value {
    let text = "// Who waits.\nattribute vip: bool\nrule \"R\" { queue: \"Q\", when vip }";
    let at = json!({ "position": { "line": 2, "character": 6 } });
    let rule = ask(capabilities, text, "textDocument/hover", at);
    let at = json!({ "position": { "line": 2, "character": 29 } });
    let name = ask(capabilities, text, "textDocument/hover", at);
    json!([rule["contents"], name["contents"]])
}

#[test]
fn hover_is_markdown_where_the_editor_takes_it() {
    let markdown = hover(&json!({}));
    assert_eq!(markdown[0]["kind"], "markdown");
    let rule = "```rule\nrule \"R\" { queue: \"Q\" }\n```\n\ndepth 1 of 10, 1 node\n\nsent as\n\n```text\nvip eq true\n```\n\ndeclared in [a.rule:3](<file:///w/a.rule#L3>)";
    assert_eq!(markdown[0]["value"], rule);
    let plain = hover(&json!({ "textDocument": { "hover": { "contentFormat": ["plaintext"] } } }));
    assert_eq!(plain[1]["kind"], "plaintext");
    assert_eq!(plain[1]["value"], "attribute vip: bool\n\nWho waits.\n\ndeclared in a.rule:2");
}

fn completed(capabilities: &Value, text: &str, line: u32, character: u32, label: &str) -> Value {
    let at = json!({ "position": { "line": line, "character": character } });
    let found = ask(capabilities, text, "textDocument/completion", at);
    found["items"].as_array().unwrap().iter().find(|one| one["label"] == label).unwrap().clone()
}

#[test]
fn completion_replaces_the_word_and_fills_in_where_the_editor_can() {
    let plain = completed(&json!({}), "ru", 0, 2, "rule");
    assert_eq!(plain["textEdit"]["newText"], "rule ");
    assert_eq!(plain["insertTextFormat"], Value::Null);
    let snippets =
        json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    let snippet = completed(&snippets, "ru", 0, 2, "rule");
    assert_eq!(snippet["insertTextFormat"], 2);
    assert!(snippet["textEdit"]["newText"].as_str().unwrap().starts_with("rule \"${1:Name}\" {"));
    // The emoji counts twice.
    let queue = completed(
        &json!({}),
        "queue \"\u{1f600}\"\nrule \"\u{1f600}\" { queue: \"\u{1f600}x\" }",
        1,
        22,
        "\"\u{1f600}\"",
    );
    assert_eq!(
        queue["textEdit"]["range"],
        json!({ "start": { "line": 1, "character": 19 }, "end": { "line": 1, "character": 24 } })
    );
    assert_eq!(queue["filterText"], Value::Null);
}

#[test]
fn indenting_a_line_asks_for_nothing() {
    let text = "rule \"R\" {\n  queue: ";
    let ask = |line: u32, character: u32| {
        let at = json!({ "line": line, "character": character });
        let context = json!({ "triggerKind": 2, "triggerCharacter": " " });
        ask(&json!({}), text, "textDocument/completion", json!({ "position": at, "context": context }))
    };
    assert_eq!(ask(1, 2), Value::Null);
    assert!(ask(1, 9)["items"].is_array());
}

#[test]
fn lenses_lead_to_commands_that_answer() {
    let text =
        "queue \"Q\"\nrule \"R\" { queue: \"Q\", when skill exists }\ntest \"t\" { given { } expect none }";
    let lenses = ask(&json!({}), text, "textDocument/codeLens", json!({}));
    let run = |lens: &Value| {
        let command = &lens["command"];
        let params = json!({ "command": command["command"], "arguments": command["arguments"] });
        ask(&json!({}), text, "workspace/executeCommand", params)
    };
    assert_eq!(lenses[0]["command"]["title"], "show tree");
    let tree = run(&lenses[0]);
    assert_eq!(tree["tree"], json!({ "type": "condition", "field": "skill", "operator": "exists" }));
    assert_eq!(lenses[1]["command"]["title"], "run test");
    let report = run(&lenses[1]);
    assert_eq!(report["ok"], true);
    assert_eq!(report["text"], "passed: t\n1 passed, 0 failed");
    let unknown = json!({ "command": "x", "arguments": [] });
    let unknown = ask(&json!({}), text, "workspace/executeCommand", unknown);
    assert_eq!(unknown["text"], "rulec has no command `x`");
}

#[test]
fn hints_are_answered_for_the_part_that_is_shown() {
    let text = "condition a = skill exists\ncondition b = not skill exists";
    let range =
        json!({ "range": { "start": { "line": 1, "character": 0 }, "end": { "line": 2, "character": 0 } } });
    let hints = ask(&json!({}), text, "textDocument/inlayHint", range);
    assert_eq!(hints.as_array().unwrap().len(), 1);
    assert_eq!(hints[0]["label"], ": bool, 2 deep");
    assert_eq!(hints[0]["position"], json!({ "line": 1, "character": 11 }));
}

#[test]
fn a_long_line_and_very_many_warnings_are_answered_for() {
    // Were either looked through anew for each of its parts, this would not end.
    let line: String = "language == \"\u{e9}\" and ".repeat(20_000);
    let data = tokens(&json!({}), &format!("condition c = {line}priority > 1"));
    assert_eq!(data.as_array().unwrap().len(), 5 * (3 + 4 * 20_000 + 3));
    let text = (0..20_000).map(|number| format!("skill a{number}\n")).collect::<Vec<_>>().concat();
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 20_000, "character": 0 } });
    let context = json!({ "diagnostics": [], "only": ["quickfix"] });
    let params = json!({ "range": range, "context": context });
    let actions = ask(&json!({}), &text, "textDocument/codeAction", params);
    assert_eq!(actions.as_array().unwrap().len(), 200);
}
