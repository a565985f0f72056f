//! Somebody who is posted to: a server that remembers what came and answers as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a request is answered with.
pub(crate) enum Reply {
    /// This status, and in its body and headers all that was sent.
    Status(u16),
    /// Nothing: the connection is closed.
    Nothing,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Post {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

type Script = Box<dyn Fn(usize) -> Reply + Send + Sync>;

/// Listens until the test ends.
pub(crate) struct Receiver {
    pub(crate) url: String,
    posts: Arc<Mutex<Vec<Post>>>,
    script: Arc<Mutex<Script>>,
}

impl Receiver {
    /// Answers with this, by how many requests came before.
    pub(crate) fn answering(script: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let posts = Arc::<Mutex<Vec<Post>>>::default();
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(script)));
        let (seen, told) = (Arc::clone(&posts), Arc::clone(&script));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, told) = (Arc::clone(&seen), Arc::clone(&told));
                std::thread::spawn(move || serve(stream, &seen, &told).ok());
            }
        });
        Self { url, posts, script }
    }

    /// From here on answers with this.
    pub(crate) fn answer(&self, script: impl Fn(usize) -> Reply + Send + Sync + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// What came so far.
    pub(crate) fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<Post>>, script: &Mutex<Script>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if reader.read_until(b'\n', &mut head)? == 0 {
                return Ok(());
            }
        }
        let mut post = Post { head: String::from_utf8(head).unwrap(), body: String::new() };
        let length: u64 = post.header("content-length").map_or(0, |length| length.parse().unwrap());
        reader.by_ref().take(length).read_to_string(&mut post.body)?;
        let said = format!("{}{}", post.head, post.body).replace(['\r', '\n'], " ");
        let before = {
            let mut seen = seen.lock().unwrap();
            seen.push(post);
            seen.len() - 1
        };
        match script.lock().unwrap()(before) {
            Reply::Nothing => return Ok(()),
            Reply::Status(status) => {
                let head = format!(
                    "HTTP/1.1 {status} X\r\nx-said: {said}\r\nlocation: {said}\r\ncontent-length: {}\r\n\r\n",
                    said.len()
                );
                stream.write_all(format!("{head}{said}").as_bytes())?;
            }
        }
    }
}
