//! An editor that drives the language server over a connection in memory.

use std::collections::BTreeMap;
use std::thread::JoinHandle;

use rule_lsp::{
    Connection, Disk, Message, Notification, Request, RequestId, ResponseError, ServeError, serve,
};
use serde_json::{Value, json};

/// An editor, and the server on a thread of its own.
pub struct Editor {
    connection: Connection,
    server: JoinHandle<Result<(), ServeError>>,
    next_id: i32,
    /// The diagnostics that were pushed last, by URI.
    pub pushed: BTreeMap<String, Value>,
    /// The requests of the server.
    pub asked: Vec<String>,
}

impl Editor {
    /// Starts a server that has this disk, with one folder open.
    pub fn start(disk: impl Disk + Send + 'static, folder: &str, capabilities: &Value) -> Self {
        let (connection, other) = Connection::memory();
        let server = std::thread::spawn(move || serve(other, &disk));
        let mut editor = Self { connection, server, next_id: 0, pushed: BTreeMap::new(), asked: Vec::new() };
        let folders = json!([{ "uri": folder, "name": "folder" }]);
        editor.ask(
            "initialize",
            json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders }),
        );
        editor.tell("initialized", json!({}));
        editor
    }

    /// Sends a notification.
    pub fn tell(&self, method: &str, params: Value) {
        self.connection.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    }

    /// Opens a document at version 1.
    pub fn open(&self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "rule", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a document.
    pub fn change(&self, uri: &str, version: i32, changes: &Value) {
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }),
        );
    }

    /// Sends a request.
    pub fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.next_id += 1;
        let id = RequestId::from(self.next_id);
        self.connection.sender.send(Request::new(id.clone(), method.to_owned(), params).into()).unwrap();
        id
    }

    /// The answer to a request; what is pushed before it is noted.
    ///
    /// # Errors
    ///
    /// What the server refuses it with.
    pub fn answer(&mut self, id: &RequestId) -> Result<Value, ResponseError> {
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

    /// Sends a request and waits for its result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.answer(&id).unwrap()
    }

    /// Waits until diagnostics of this version were pushed; gives their codes.
    pub fn codes(&mut self, uri: &str, version: Option<i32>) -> Vec<String> {
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

    /// How the server ended.
    ///
    /// # Errors
    ///
    /// Where it ended before it was to.
    pub fn ended(self) -> Result<(), ServeError> {
        drop(self.connection);
        self.server.join().unwrap()
    }

    /// Ends the server as the protocol wants it.
    pub fn end(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.ended().unwrap();
    }
}

/// The parameters of a request about a place.
pub fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}
