//! A running `rulec serve`, and a client that says exactly what it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdout};

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::folder::{Folder, Run, finished};

/// A service that is killed when it is dropped.
pub(crate) struct Service {
    child: Option<Child>,
    /// Where it listens: `127.0.0.1:49152`.
    pub(crate) address: String,
    out: BufReader<ChildStdout>,
    err: Option<BufReader<ChildStderr>>,
}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Service {
    /// Starts one in a folder, on a free port.
    pub(crate) fn start(folder: &Folder, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--port", "0"], arguments].concat();
        let mut child = folder.spawn(variables, &arguments);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains("http://"), "{line}{}", finished(child));
        let (_, rest) = line.split_once("http://").unwrap();
        let address = rest.trim_end().trim_end_matches('/').to_owned();
        let err = child.stderr.take().map(BufReader::new);
        Self { child: Some(child), address, out, err }
    }

    /// Opens a connection.
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Sends a request, byte by byte as it stands, and reads the answer.
    pub(crate) fn raw(&self, request: impl AsRef<[u8]>) -> Answer {
        let mut stream = self.connect();
        // It may answer before it has read everything.
        let _ = stream.write_all(request.as_ref());
        Answer::read(stream)
    }

    /// Sends a request with these headers.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.raw(self.head(method, path, headers, body.len()) + body)
    }

    /// The head of a request.
    pub(crate) fn head(&self, method: &str, path: &str, headers: &[(&str, &str)], length: usize) -> String {
        let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {length}\r\n{lines}\r\n",
            self.address
        )
    }

    /// Gets.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "")
    }

    /// Posts JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path, &[JSON], &body.to_string())
    }

    /// Reads standard error until a line says this.
    pub(crate) fn says(&mut self, text: &str) -> String {
        let err = self.err.as_mut().unwrap();
        loop {
            let mut line = String::new();
            assert_ne!(err.read_line(&mut line).unwrap(), 0, "it ended before it said {text:?}");
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Interrupts it, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let id = self.child.as_ref().unwrap().id().to_string();
        std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
    }

    /// How it ends.
    pub(crate) fn ended(mut self) -> Run {
        let mut child = self.child.take().unwrap();
        drop(child.stdin.take());
        let mut out = String::new();
        self.out.read_to_string(&mut out).unwrap();
        let mut err = String::new();
        self.err.take().unwrap().read_to_string(&mut err).unwrap();
        Run { code: child.wait().unwrap().code().unwrap_or(-1), out, err }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Says that the body is JSON.
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

impl Answer {
    /// Reads an answer to its end.
    pub(crate) fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // Where the service closes before it has read everything, the system may cut the connection after the answer.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return Self { status: 0, head: text, body: String::new() };
        };
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect(&self.body)
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The description of the service, whatever version it is of.
pub(crate) fn openapi() -> Value {
    serde_json::from_str(include_str!("../../src/serve/openapi.json")).unwrap()
}

/// Fails where a value is not what the description calls so.
pub(crate) fn is_described(value: &Value, schema: &str) {
    let mut compiler = Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("openapi.json", openapi()).unwrap();
    let mut schemas = Schemas::new();
    let index =
        compiler.compile(&format!("openapi.json#/components/schemas/{schema}"), &mut schemas).unwrap();
    let verdict = schemas.validate(value, index).map_err(|error| error.to_string());
    assert_eq!(verdict, Ok(()), "{schema}: {value:#}");
}
