//! The server over a connection in memory: what the protocol promises, whatever the feature.

use std::collections::BTreeMap;
use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::*;
use crate::memory_disk::MemoryDisk;

/// An editor, and the server on a thread of its own.
struct Editor {
    connection: Connection,
    server: JoinHandle<Result<(), ServeError>>,
    next_id: i32,
    /// The diagnostics that were pushed last, by URI.
    pushed: BTreeMap<String, Value>,
    /// The requests of the server.
    asked: Vec<String>,
}

impl Editor {
    fn start(files: &[(&str, &str)], capabilities: &Value) -> Self {
        let disk = MemoryDisk::new(files.iter().copied());
        let (connection, other) = Connection::memory();
        let server = std::thread::spawn(move || serve(other, &disk));
        let mut editor = Self { connection, server, next_id: 0, pushed: BTreeMap::new(), asked: Vec::new() };
        let folders = json!([{ "uri": "file:///w", "name": "w" }]);
        editor.ask(
            "initialize",
            json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders }),
        );
        editor.tell("initialized", json!({}));
        editor
    }

    fn tell(&self, method: &str, params: Value) {
        self.connection.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    }

    fn open(&self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "rule", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&self, uri: &str, version: i32, changes: Value) {
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }),
        );
    }

    fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.next_id += 1;
        let id = RequestId::from(self.next_id);
        self.connection.sender.send(Request::new(id.clone(), method.to_owned(), params).into()).unwrap();
        id
    }

    /// The answer to a request; what is pushed before it is noted.
    fn answer(&mut self, id: &RequestId) -> Result<Value, ResponseError> {
        loop {
            match self.connection.receiver.recv().unwrap() {
                Message::Response(response) if response.id == *id => return response.response_result,
                Message::Response(response) => panic!("{response:?}"),
                Message::Notification(told) => {
                    assert_eq!(told.method, "textDocument/publishDiagnostics");
                    self.pushed.insert(told.params["uri"].as_str().unwrap().to_owned(), told.params);
                }
                Message::Request(asked) => self.asked.push(asked.method),
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.answer(&id).unwrap()
    }

    /// Waits until diagnostics of this version were pushed; gives their codes.
    fn codes(&mut self, uri: &str, version: Option<i32>) -> Vec<String> {
        loop {
            let told = self.pushed.get(uri);
            if let Some(told) = told.filter(|told| told["version"].as_i64() == version.map(i64::from)) {
                let codes = told["diagnostics"].as_array().unwrap().iter();
                return codes.map(|one| one["code"].as_str().unwrap().to_owned()).collect();
            }
            match self.connection.receiver.recv().unwrap() {
                Message::Notification(told) => {
                    self.pushed.insert(told.params["uri"].as_str().unwrap().to_owned(), told.params);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn end(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.server.join().unwrap().unwrap();
    }
}

fn hover(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

const PROJECT: [(&str, &str); 3] = [
    ("/w/rulec.toml", ""),
    ("/w/a.rule", "attribute vip: bool\n"),
    ("/w/b.rule", "condition calm = not vip\nqueue \"Q\"\nrule \"R\" { queue: \"Q\", when calm }\n"),
];

#[test]
fn what_is_wrong_is_told_of_files_that_nobody_opened() {
    let mut editor = Editor::start(
        &[("/w/rulec.toml", ""), ("/w/a.rule", "condition a = bogus"), ("/w/sub/b.rule", "")],
        &json!({}),
    );
    assert_eq!(editor.codes("file:///w/a.rule", None), ["W0102", "E0101"]);
    editor.end();
}

#[test]
fn a_change_is_checked_where_it_is_used_and_told_with_its_version() {
    let mut editor = Editor::start(&PROJECT, &json!({}));
    editor.open("file:///w/a.rule", "attribute vip: bool\n");
    editor.change("file:///w/a.rule", 2, json!([{ "text": "attribute pip: bool\n" }]));
    assert_eq!(editor.codes("file:///w/b.rule", None), ["E0101"]);
    let rename = json!([{
        "range": { "start": { "line": 0, "character": 10 }, "end": { "line": 0, "character": 13 } },
        "text": "vip"
    }]);
    editor.change("file:///w/a.rule", 3, rename);
    editor.ask("textDocument/hover", hover("file:///w/a.rule", 0, 11));
    editor.pushed.clear();
    editor.change("file:///w/a.rule", 4, json!([{ "text": "attribute vip: bool\nrule {" }]));
    assert!(!editor.codes("file:///w/a.rule", Some(4)).is_empty());
    editor.end();
}

#[test]
fn closing_a_document_lets_its_file_count_again() {
    let mut editor = Editor::start(&PROJECT, &json!({}));
    editor.open("file:///w/a.rule", "");
    assert_eq!(editor.codes("file:///w/b.rule", None), ["E0101"]);
    editor.pushed.clear();
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": "file:///w/a.rule" } }));
    assert!(editor.codes("file:///w/b.rule", None).is_empty());
    editor.end();
}

#[test]
fn an_unsaved_document_and_a_file_outside_of_projects_are_programs_of_their_own() {
    let mut editor = Editor::start(&PROJECT, &json!({}));
    editor.open("untitled:Untitled-1", "condition b = vip");
    editor.open("file:///elsewhere/x.rule", "attribute a: bol");
    assert_eq!(editor.codes("untitled:Untitled-1", Some(1)), ["W0102", "E0101"]);
    assert_eq!(editor.codes("file:///elsewhere/x.rule", Some(1))[0], "W0101");
    let found = editor.ask("textDocument/definition", hover("untitled:Untitled-1", 0, 11));
    assert_eq!(found[0]["uri"], "untitled:Untitled-1");
    editor.end();
}

#[test]
fn a_new_document_in_a_project_is_part_of_it_before_it_is_saved() {
    let mut editor = Editor::start(&PROJECT, &json!({}));
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
    let mut editor = Editor::start(&PROJECT, &can);
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
fn a_panic_ends_its_request_and_nothing_else() {
    let mut editor = Editor::start(&PROJECT, &json!({}));
    editor.open("file:///w/a.rule", "attribute vip: bool // open\n");
    let id = editor.send("test/panic", Value::Null);
    let error = editor.answer(&id).unwrap_err();
    assert_eq!(error.code, ErrorCode::InternalError as i32);
    assert!(error.message.contains("on purpose"), "{}", error.message);
    let found = editor.ask("textDocument/definition", hover("file:///w/b.rule", 0, 21));
    assert_eq!(found[0]["uri"], "file:///w/a.rule");
    editor.change("file:///w/a.rule", 2, json!([{ "text": "" }]));
    assert_eq!(editor.codes("file:///w/b.rule", None), ["E0101"]);
    editor.end();
}

#[test]
fn a_request_that_is_cancelled_while_it_waits_is_not_worked_on() {
    let waiting = VecDeque::from([
        Notification::new("$/cancelRequest".to_owned(), json!({ "id": 7 })).into(),
        Notification::new("$/cancelRequest".to_owned(), json!({ "id": "x" })).into(),
    ]);
    assert!(is_cancelled(&RequestId::from(7), &waiting));
    assert!(is_cancelled(&RequestId::from("x".to_owned()), &waiting));
    assert!(!is_cancelled(&RequestId::from(8), &waiting));
}

#[test]
fn what_is_not_understood_is_refused_and_changes_nothing() {
    let mut editor = Editor::start(&PROJECT, &json!({}));
    let id = editor.send("textDocument/hover", json!({ "wrong": true }));
    assert_eq!(editor.answer(&id).unwrap_err().code, ErrorCode::InvalidParams as i32);
    let id = editor.send("textDocument/unheardOf", json!({}));
    assert_eq!(editor.answer(&id).unwrap_err().code, ErrorCode::MethodNotFound as i32);
    editor.tell("textDocument/didChange", json!({ "nonsense": [] }));
    editor.change("file:///never/opened.rule", 1, json!([{ "text": "x" }]));
    editor.ask("textDocument/hover", hover("file:///w/a.rule", 99, 99));
    editor.ask("textDocument/hover", hover("file:///nowhere.rule", 0, 0));
    editor.end();
}

#[test]
fn positions_are_counted_in_the_units_that_were_agreed_upon() {
    let text = "/* \u{1f600} */ condition calm = vip\nattribute vip: bool\n";
    for (encodings, character) in
        [(json!(["utf-8", "utf-16"]), 28), (json!(["utf-16"]), 26), (json!(null), 26)]
    {
        let can = json!({ "general": { "positionEncodings": encodings } });
        let mut editor = Editor::start(&[("/w/rulec.toml", "")], &can);
        editor.open("file:///w/a.rule", text);
        let found = editor.ask("textDocument/definition", hover("file:///w/a.rule", 0, character));
        assert_eq!(found[0]["range"]["start"], json!({ "line": 1, "character": 10 }), "{encodings}");
        editor.end();
    }
}

#[test]
fn ending_without_shutdown_is_an_error() {
    let editor = Editor::start(&PROJECT, &json!({}));
    editor.tell("exit", Value::Null);
    assert!(matches!(editor.server.join().unwrap(), Err(ServeError::NoShutdown)));
}

#[test]
fn the_pages_of_diagnostics_are_documents() {
    let mut editor = Editor::start(&PROJECT, &json!({}));
    let page = editor.ask("workspace/textDocumentContent", json!({ "uri": "rulec:/diagnostics/E0101.md" }));
    assert!(page["text"].as_str().unwrap().contains("attribute"));
    let none = editor.ask("workspace/textDocumentContent", json!({ "uri": "rulec:/../etc/passwd" }));
    assert_eq!(none["text"], "");
    editor.end();
}
