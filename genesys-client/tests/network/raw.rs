//! A server of bytes: it reads requests and answers what the test scripts, sound or not.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a request is answered with.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes; the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, then the connection is closed.
    Cut(Vec<u8>),
    /// These bytes, then nothing, for ever.
    Stall(Vec<u8>),
    /// The first once, then the second without an end.
    Endless(Vec<u8>, Vec<u8>),
}

/// An answer in order.
pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    Reply::Bytes(bytes(status, headers, body))
}

pub(crate) fn bytes(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Whatever\r\n");
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    if status != 204 {
        write!(text, "content-length: {}\r\n", body.len()).unwrap();
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// An answer in JSON.
pub(crate) fn json(status: u16, body: &str) -> Reply {
    reply(status, &[("content-type", "application/json")], body)
}

/// A token that holds for so long.
pub(crate) fn token(text: &str, expires_in: u64) -> Reply {
    json(200, &format!(r#"{{"access_token":"{text}","token_type":"bearer","expires_in":{expires_in}}}"#))
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// `GET /path?query`.
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

#[derive(Debug, Default)]
struct Script {
    tokens: VecDeque<Reply>,
    answers: VecDeque<Reply>,
    seen: Vec<Seen>,
}

pub(crate) struct Raw {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
}

impl Raw {
    /// Tokens are given as scripted, then `token-N` without an end; the last answer stands for all that follow.
    pub(crate) async fn start(tokens: Vec<Reply>, answers: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Script { tokens: tokens.into(), answers: answers.into(), ..Script::default() };
        let script = Arc::new(Mutex::new(script));
        let shared = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, script }
    }

    /// With sound tokens.
    pub(crate) async fn answering(answers: Vec<Reply>) -> Self {
        Self::start(Vec::new(), answers).await
    }

    /// The requests that came, but for tokens.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.all().into_iter().filter(|seen| seen.line != "POST /oauth/token").collect()
    }

    /// How often a token was asked for.
    pub(crate) fn tokens(&self) -> usize {
        self.all().len() - self.seen().len()
    }

    pub(crate) fn all(&self) -> Vec<Seen> {
        self.script.lock().unwrap().seen.clone()
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<Script>>) {
    while let Some(seen) = request(&mut stream).await {
        let reply = {
            let mut script = script.lock().unwrap();
            let is_token = seen.line == "POST /oauth/token";
            script.seen.push(seen);
            let given = script.seen.iter().filter(|seen| seen.line == "POST /oauth/token").count();
            if is_token {
                script.tokens.pop_front().unwrap_or_else(|| token(&format!("token-{given}"), 86_400))
            } else if script.answers.len() > 1 {
                script.answers.pop_front().unwrap()
            } else {
                script.answers.front().cloned().expect("an answer for every request")
            }
        };
        let keep = match reply {
            Reply::Bytes(bytes) => stream.write_all(&bytes).await.is_ok(),
            Reply::Cut(bytes) => {
                let _ = stream.write_all(&bytes).await;
                false
            }
            Reply::Stall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                std::future::pending().await
            }
            Reply::Endless(first, more) => {
                let mut going = stream.write_all(&first).await.is_ok();
                while going {
                    going = stream.write_all(&more).await.is_ok();
                }
                false
            }
        };
        if !keep {
            return;
        }
    }
}

async fn request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    let mut seen = Seen { line, head, body: String::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse::<usize>().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    seen.body = String::from_utf8(bytes[end..].to_vec()).unwrap();
    Some(seen)
}
