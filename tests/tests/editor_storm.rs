//! Random edits, with requests in between: nothing breaks, no position is outside of its text, and in the end the
//! server knows what a new one knows that opens the same texts.
//!
//! `RULEC_EDITS=1000000 cargo test --release -p rulec-tests --test editor_storm` makes as many edits as one likes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeMap;

use rule_lsp::MemoryDisk;
use rulec_tests::corpus;
use rulec_tests::editor::Editor;
use rulec_tests::generate::Choices;
use serde_json::{Value, json};

/// How many edits there are, unless `RULEC_EDITS` says otherwise.
const EDITS: usize = 20_000;
/// How many edits one server lives through.
const A_LIFE: usize = 2_000;
/// A text that has grown larger is cut.
const LARGE: usize = 3_000;

/// What is typed: pieces of programs, whole or not, and what programs should not have.
const PIECES: &[&str] = &[
    "a",
    "vip",
    "\"",
    "\"Desk\"",
    " ",
    "\n",
    "\r\n",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    "==",
    "=",
    "!",
    "not ",
    " and ",
    " or ",
    " has ",
    " in ",
    "..",
    "->",
    "/",
    "/*",
    "*/",
    "//",
    "\u{1f600}",
    "\u{e9}",
    "\\",
    "\t",
    "1",
    "2m",
    "80%",
    "attribute vip: bool\n",
    "attribute tier: enum[\"gold\", \"silver\"]\n",
    "condition calm = not vip\n",
    "condition x = calm and tier == \"gold\"\n",
    "skill billing\n",
    "skill_group office { skills: [billing] }\n",
    "queue \"Desk\" { skill_group: office }\n",
    "rule \"R\" { queue: \"Desk\", priority: 3, when calm and skill has billing }\n",
    "strategy for \"Desk\" on voice { method: random }\n",
    "test \"t\" { given { vip: true }, expect \"R\" }\n",
    "// rulec: allow(unused-attribute)\n",
    "\u{feff}",
    "\0",
    "rule",
    "when ",
    "expect ",
    "given { ",
];

/// An editor's own idea of its documents.
struct Texts {
    texts: BTreeMap<String, String>,
    versions: i32,
}

impl Texts {
    /// The place of a byte, in lines and UTF-16 units.
    fn position(text: &str, offset: usize) -> Value {
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        json!({ "line": before.matches('\n').count(), "character": before[start..].encode_utf16().count() })
    }

    /// Whether there is such a place in a text.
    fn has(text: &str, place: &Value) -> bool {
        let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let character = usize::try_from(place["character"].as_u64().unwrap()).unwrap();
        let found = text.split('\n').nth(line);
        found.is_some_and(|line| character <= line.encode_utf16().count())
    }
}

/// A byte of a text at which a character starts, between the two of a line's end being none.
fn boundary(text: &str, choices: &mut Choices) -> usize {
    let mut at = choices.below(text.len() + 1);
    while !text.is_char_boundary(at) || text[..at].ends_with('\r') {
        at -= 1;
    }
    at
}

/// One change of one document, as the editor makes it and as it tells it.
fn edit(text: &mut String, choices: &mut Choices, whole: &[String]) -> Value {
    if text.len() > LARGE || choices.chance(1, 200) {
        text.clone_from(choices.pick(whole));
        return json!({ "text": text.as_str() });
    }
    let (mut from, mut to) = (boundary(text, choices), 0);
    if choices.chance(1, 2) {
        to = from;
    } else {
        // Mostly little is removed.
        let reach = if choices.chance(1, 8) { text.len() } else { 12 };
        to = to.max((from + choices.below(reach + 1)).min(text.len()));
        while !text.is_char_boundary(to) || text[..to].ends_with('\r') {
            to -= 1;
        }
        (from, to) = (from.min(to), from.max(to));
    }
    let piece = if choices.chance(1, 3) { "" } else { choices.pick(PIECES) };
    let range = json!({ "start": Texts::position(text, from), "end": Texts::position(text, to) });
    text.replace_range(from..to, piece);
    json!({ "range": range, "text": piece })
}

/// Requests about a place, or about a whole document.
fn request(text: &str, uri: &str, choices: &mut Choices) -> (&'static str, Value) {
    let document = json!({ "uri": uri });
    let here = Texts::position(text, boundary(text, choices));
    let there = Texts::position(text, boundary(text, choices));
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": Texts::position(text, text.len()) });
    let place = json!({ "textDocument": document, "position": here });
    let of = |more: Value| {
        let mut params = json!({ "textDocument": document });
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        params
    };
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    match choices.below(20) {
        0 => ("textDocument/hover", place),
        1 => ("textDocument/completion", place),
        2 => ("textDocument/definition", place),
        3 => (
            "textDocument/references",
            of(json!({ "position": here, "context": { "includeDeclaration": true } })),
        ),
        4 => ("textDocument/documentHighlight", place),
        5 => ("textDocument/prepareRename", place),
        6 => ("textDocument/rename", of(json!({ "position": here, "newName": "fresh_name" }))),
        7 => ("textDocument/documentSymbol", of(json!({}))),
        8 => ("textDocument/formatting", of(json!({ "options": options }))),
        9 => ("textDocument/rangeFormatting", of(json!({ "range": all, "options": options }))),
        10 => ("textDocument/codeAction", of(json!({ "range": all, "context": { "diagnostics": [] } }))),
        11 => ("textDocument/semanticTokens/full", of(json!({}))),
        12 => ("textDocument/semanticTokens/range", of(json!({ "range": all }))),
        13 => ("textDocument/inlayHint", of(json!({ "range": all }))),
        14 => ("textDocument/foldingRange", of(json!({}))),
        15 => ("textDocument/selectionRange", of(json!({ "positions": [here, there] }))),
        16 => ("textDocument/codeLens", of(json!({}))),
        17 => ("workspace/symbol", json!({ "query": "" })),
        18 => ("textDocument/diagnostic", of(json!({}))),
        _ => ("workspace/diagnostic", json!({ "previousResultIds": [] })),
    }
}

/// Every range in an answer, with the document it is of: the nearest URI above, or the one that was asked about.
fn ranges(answer: &Value, uri: &str, found: &mut Vec<(String, Value)>) {
    match answer {
        Value::Array(items) => items.iter().for_each(|item| ranges(item, uri, found)),
        Value::Object(fields) => {
            let uri = fields.get("uri").and_then(Value::as_str).unwrap_or(uri);
            if fields.contains_key("start") && fields.contains_key("end") {
                found.push((uri.to_owned(), answer.clone()));
            }
            for (key, value) in fields {
                // The edits of a workspace stand under the URIs of their documents.
                let uri = if key.starts_with("file:") { key } else { uri };
                let uri = fields.get("textDocument").and_then(|one| one["uri"].as_str()).unwrap_or(uri);
                ranges(value, uri, found);
            }
        }
        _ => {}
    }
}

/// The tokens of an answer as places: each line and character, which are told as differences.
fn tokens(data: &Value) -> Vec<(u64, u64, u64)> {
    let numbers: Vec<u64> = data.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect();
    let (mut line, mut character) = (0, 0);
    numbers
        .chunks(5)
        .map(|token| {
            character = if token[0] > 0 { token[1] } else { character + token[1] };
            line += token[0];
            (line, character, token[2])
        })
        .collect()
}

fn fits(method: &str, answer: &Value, uri: &str, texts: &Texts) {
    let mut found = Vec::new();
    ranges(answer, uri, &mut found);
    for (uri, range) in found {
        let Some(text) = texts.texts.get(&uri) else { continue };
        let fits = Texts::has(text, &range["start"]) && Texts::has(text, &range["end"]);
        assert!(fits, "{method}: {range} is outside of {uri}:\n{text:?}");
    }
    if method.contains("semanticTokens") {
        let text = &texts.texts[uri];
        for (line, character, length) in tokens(&answer["data"]) {
            let place = json!({ "line": line, "character": character + length });
            assert!(Texts::has(text, &place), "{method}: {place} is outside of\n{text:?}");
        }
    }
}

const CAPABILITIES: &str = r#"{ "textDocument": { "diagnostic": {}, "codeLens": {}, "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } },
    "workspace": { "workspaceEdit": { "documentChanges": true } } }"#;

/// What a server answers to every kind of question about all texts.
fn knows(editor: &mut Editor, texts: &Texts) -> Vec<Value> {
    let mut answers = vec![editor.ask("workspace/diagnostic", json!({ "previousResultIds": [] }))];
    for (uri, text) in &texts.texts {
        // The same questions, whatever was asked before.
        let mut choices = Choices::random(text.len() as u64);
        for _ in 0..40 {
            let (method, params) = request(text, uri, &mut choices);
            if !method.contains("ename") && method != "workspace/diagnostic" {
                answers.push(editor.ask(method, params));
            }
        }
    }
    answers.iter_mut().for_each(without_versions);
    answers
}

/// A new server has opened everything at version 1.
fn without_versions(answer: &mut Value) {
    match answer {
        Value::Array(items) => items.iter_mut().for_each(without_versions),
        Value::Object(fields) => {
            fields.remove("version");
            fields.values_mut().for_each(without_versions);
        }
        _ => {}
    }
}

fn storm(seed: u64, edits: usize) {
    let mut choices = Choices::random(seed);
    let whole: Vec<String> = corpus::cases().into_iter().map(|case| case.program).collect();
    let names = ["file:///w/a.rule", "file:///w/b.rule", "file:///w/sub/c.rule", "file:///alone.rule"];
    let disk = || MemoryDisk::new([("/w/rulec.toml", ""), ("/w/a.rule", "attribute on_disk: bool\n")]);
    let capabilities: Value = serde_json::from_str(CAPABILITIES).unwrap();
    let mut editor = Editor::start(disk(), "file:///w", &capabilities);
    let mut texts = Texts { texts: BTreeMap::new(), versions: 1 };
    for uri in names {
        let text = choices.pick(&whole).clone();
        editor.open(uri, &text);
        texts.texts.insert(uri.to_owned(), text);
    }
    for _ in 0..edits {
        let uri = *choices.pick(&names);
        let text = texts.texts.get_mut(uri).unwrap();
        let changes: Vec<Value> = (0..=choices.below(3)).map(|_| edit(text, &mut choices, &whole)).collect();
        texts.versions += 1;
        editor.change(uri, texts.versions, &Value::Array(changes));
        if choices.chance(1, 10) {
            let (method, params) = request(&texts.texts[uri], uri, &mut choices);
            let id = editor.send(method, params);
            match editor.answer(&id) {
                Ok(answer) => fits(method, &answer, uri, &texts),
                // A rename may be refused; nothing else may.
                Err(error) => {
                    assert!(method.contains("ename") && error.code != -32603, "{method}: {error:?}");
                }
            }
        }
    }
    let mut fresh = Editor::start(disk(), "file:///w", &capabilities);
    for (uri, text) in &texts.texts {
        fresh.open(uri, text);
    }
    let (old, new) = (knows(&mut editor, &texts), knows(&mut fresh, &texts));
    for (old, new) in old.iter().zip(&new) {
        assert_eq!(old, new, "seed {seed}: {:#?}", texts.texts);
    }
    editor.end();
    fresh.end();
}

#[test]
fn random_edits_leave_the_server_as_if_it_had_just_opened_the_texts() {
    let edits = std::env::var("RULEC_EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(EDITS);
    for life in 0..edits.div_ceil(A_LIFE) {
        storm(life as u64, A_LIFE.min(edits - life * A_LIFE));
    }
}
