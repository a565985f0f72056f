//! Somebody between the binary and an organization, who hears every byte and may repeat what was sent in the answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Which requests are answered with what they said.
#[derive(Clone)]
pub(crate) struct Echo {
    /// What their first line starts with.
    pub(crate) on: &'static [&'static str],
    /// The status of the answer.
    pub(crate) status: u16,
}

/// Passes everything on, and remembers it.
pub(crate) struct Eavesdropper {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<u8>>>,
    echo: Arc<Mutex<Option<Echo>>>,
}

impl Eavesdropper {
    /// Stands before the organization at this address.
    pub(crate) fn before(organization: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (heard, echo) = (Arc::default(), Arc::<Mutex<Option<Echo>>>::default());
        let upstream = organization.trim_start_matches("http://").to_owned();
        let (listening, answers) = (Arc::clone(&heard), Arc::clone(&echo));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (upstream, heard) = (upstream.clone(), Arc::clone(&listening));
                let echo = answers.lock().unwrap().clone();
                // Whoever hangs up halfway, as the binary may, ends one conversation.
                std::thread::spawn(move || converse(client, &upstream, echo.as_ref(), &heard).ok());
            }
        });
        Self { url, heard, echo }
    }

    /// From here on these requests are answered with what they said, or none.
    pub(crate) fn echo(&self, echo: Option<Echo>) {
        *self.echo.lock().unwrap() = echo;
    }

    /// Every token that was given, or asked with.
    pub(crate) fn tokens(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let text = String::from_utf8_lossy(&heard);
        let mut tokens: Vec<String> = text
            .split("\"access_token\":\"")
            .skip(1)
            .chain(text.split("Bearer ").skip(1))
            .filter_map(|rest| rest.split(['"', '\r', '\n']).next())
            .map(str::to_owned)
            .collect();
        tokens.sort();
        tokens.dedup();
        tokens
    }
}

/// One request and its answer.
fn converse(
    mut client: TcpStream,
    upstream: &str,
    echo: Option<&Echo>,
    heard: &Mutex<Vec<u8>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let header = |name: &str| {
        let of = |line: &str| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        text.lines().find_map(of)
    };
    let length = header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let repeats = echo.filter(|echo| echo.on.iter().any(|start| text.starts_with(start)));
    let answer = match repeats {
        Some(echo) => {
            let said = format!("{text}{}", String::from_utf8_lossy(&body));
            repeated(echo.status, &said, &header("authorization").unwrap_or_default())
        }
        None => passed_on(upstream, &text, &body)?,
    };
    {
        let mut heard = heard.lock().unwrap();
        heard.extend_from_slice(&bytes);
        heard.extend_from_slice(&answer);
    }
    client.write_all(&answer)
}

/// An answer with what was sent wherever an answer has room for it.
fn repeated(status: u16, said: &str, authorization: &str) -> Vec<u8> {
    let body = serde_json::json!({
        "code": authorization, "message": format!("{authorization} {said}"), "status": status, "contextId": authorization,
        "error": said, "error_description": authorization, "details": [{"fieldName": authorization}],
    });
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} Echo\r\ncontent-type: application/json\r\nconnection: close\r\nretry-after: 0\r\n\
         inin-correlation-id: {authorization}\r\nlocation: {authorization}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    format!("{head}{body}").into_bytes()
}

/// What the organization answers.
fn passed_on(upstream: &str, head: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(upstream)?;
    let (first, rest) = head.split_once("\r\n").unwrap();
    server.write_all(format!("{first}\r\nconnection: close\r\n{rest}").as_bytes())?;
    server.write_all(body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    Ok(answer)
}
