//! What only the inside of the loop can show.

use serde_json::{Value, json};

use super::*;
use crate::memory_disk::MemoryDisk;

#[test]
fn a_panic_ends_its_request_and_nothing_else() {
    let (editor, other) = Connection::memory();
    let files =
        [("/w/rulec.toml", ""), ("/w/a.rule", "attribute vip: bool"), ("/w/b.rule", "condition c = vip")];
    let server = std::thread::spawn(move || serve(other, &MemoryDisk::new(files)));
    let ask = |id: i32, method: &str, params: Value| {
        editor.sender.send(Request::new(id.into(), method.to_owned(), params).into()).unwrap();
        loop {
            if let Message::Response(response) = editor.receiver.recv().unwrap() {
                return response.response_result;
            }
        }
    };
    let tell = |method: &str, params: Value| {
        editor.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    };
    let folders = json!([{ "uri": "file:///w", "name": "w" }]);
    ask(1, "initialize", json!({ "processId": null, "capabilities": {}, "workspaceFolders": folders }))
        .unwrap();
    tell("initialized", json!({}));
    let document = json!({ "uri": "file:///w/a.rule", "languageId": "rule", "version": 1, "text": "\nattribute vip: bool" });
    tell("textDocument/didOpen", json!({ "textDocument": document }));
    let error = ask(2, "test/panic", Value::Null).unwrap_err();
    assert_eq!(error.code, ErrorCode::InternalError as i32);
    assert!(error.message.contains("on purpose"), "{}", error.message);
    let place =
        json!({ "textDocument": { "uri": "file:///w/b.rule" }, "position": { "line": 0, "character": 15 } });
    let found = ask(3, "textDocument/definition", place).unwrap();
    assert_eq!(found[0]["range"]["start"]["line"], 1, "the unsaved text still counts");
    ask(4, "shutdown", Value::Null).unwrap();
    tell("exit", Value::Null);
    server.join().unwrap().unwrap();
}

#[test]
fn a_request_that_is_cancelled_while_it_waits_is_not_worked_on() {
    let cancel = |id: Value| Notification::new("$/cancelRequest".to_owned(), json!({ "id": id })).into();
    assert_eq!(cancels(&cancel(json!(7))), Some(RequestId::from(7)));
    assert_eq!(cancels(&cancel(json!("x"))), Some(RequestId::from("x".to_owned())));
    assert_eq!(cancels(&Notification::new("exit".to_owned(), json!({ "id": 7 })).into()), None);
}
