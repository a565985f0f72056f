//! The loop: one message after another, in their order, on one thread. A check of what changed takes milliseconds, so
//! nothing is gained by answering out of order.
//!
//! What has come in meanwhile is looked at before each answer: a request that was cancelled is not worked on, and
//! diagnostics are told once for all changes that wait.

#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use lsp_server::{
    Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response, ResponseError,
};
use serde::Deserialize as _;

use crate::client::{self, Client};
use crate::disk::Disk;
use crate::handlers::{self, Noted};
use crate::protocol::{self, InitializeParams, Notification as _, Request as _, Uri};
use crate::publish::Published;
use crate::workspace::Workspace;

/// Why serving ended before it was to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The editor did not speak the protocol, or went away without a word.
    #[error("the editor does not speak the language server protocol: {0}")]
    Protocol(#[from] ProtocolError),
    /// The editor's first message could not be understood.
    #[error("the editor's `initialize` cannot be understood: {0}")]
    Initialize(#[from] serde_json::Error),
    /// The connection ended without `exit`.
    #[error("the editor closed the connection without saying `exit`")]
    Closed,
    /// The editor said `exit` without `shutdown` before.
    #[error("the editor said `exit` without `shutdown`")]
    NoShutdown,
}

/// Serves one editor until it says `exit`.
///
/// # Errors
///
/// Where the editor breaks the protocol, or goes away without saying so.
#[expect(clippy::needless_pass_by_value, reason = "its threads end when it is dropped")]
pub fn serve(connection: Connection, disk: &dyn Disk) -> Result<(), ServeError> {
    let (id, params) = connection.initialize_start()?;
    let params = match serde_json::from_value::<InitializeParams>(params) {
        Ok(params) => params,
        Err(error) => {
            let response = Response { id, response_result: Err(misunderstood(&error)) };
            let _ = connection.sender.send(response.into());
            return Err(error.into());
        }
    };
    let client = Client::of(&params);
    // Editors say `initialized` then; whatever they say first is as welcome.
    let _ = connection.sender.send(Response::new_ok(id, handlers::capabilities(&client)).into());

    let mut server = Server {
        workspace: Workspace::new(disk, client.encoding),
        client,
        outgoing: Outgoing { connection: &connection, next_id: 0 },
        published: Published::default(),
        is_news: true,
        edited: Vec::new(),
        is_shut_down: false,
    };
    server.watch_files();
    let folders = client::folders(&params);
    server.workspace.set_folders(folders.iter().map(|folder| &folder.uri), std::iter::empty());
    let inbox = connection.receiver.clone();
    let (sender, receiver) = channel();
    // The connection hands over one message at a time; here they wait together, so that one can look ahead. The thread
    // ends with the connection, or when nobody takes its messages any more.
    std::thread::spawn(move || inbox.into_iter().try_for_each(|message| sender.send(message)));
    server.run(&receiver)
}

/// One editor, and what it has been told.
struct Server<'c, 'd> {
    workspace: Workspace<'d>,
    client: Client,
    outgoing: Outgoing<'c>,
    published: Published,
    /// Whether diagnostics may have changed since the editor was told.
    is_news: bool,
    /// The documents that it changed since: of these it asks by itself.
    edited: Vec<Uri>,
    is_shut_down: bool,
}

/// What goes to the editor. When it is gone, nobody misses what was to be said.
struct Outgoing<'c> {
    connection: &'c Connection,
    next_id: i32,
}

impl Outgoing<'_> {
    fn send(&self, message: impl Into<Message>) {
        let _ = self.connection.sender.send(message.into());
    }

    fn notify<N: protocol::Notification>(&self, params: N::Params) {
        self.send(Notification::new(N::METHOD.as_str().to_owned(), params));
    }

    fn request<R: protocol::Request>(&mut self, params: R::Params) {
        self.next_id += 1;
        self.send(Request::new(RequestId::from(self.next_id), R::METHOD.as_str().to_owned(), params));
    }
}

impl Server<'_, '_> {
    fn run(&mut self, inbox: &Receiver<Message>) -> Result<(), ServeError> {
        let mut waiting: VecDeque<Message> = VecDeque::new();
        let mut cancelled: HashSet<RequestId> = HashSet::new();
        loop {
            if waiting.is_empty() {
                // What was cancelled after its answer is of no more interest.
                cancelled.clear();
                waiting.extend(self.next(inbox)?);
            }
            while let Ok(message) = inbox.try_recv() {
                cancelled.extend(cancels(&message));
                waiting.push_back(message);
            }
            match waiting.pop_front() {
                Some(Message::Request(request)) => {
                    if cancelled.remove(&request.id) {
                        self.outgoing.send(failed(
                            request.id,
                            ErrorCode::RequestCanceled,
                            "cancelled by the editor",
                        ));
                    } else {
                        self.answer(&request);
                    }
                }
                Some(Message::Notification(one))
                    if one.method == protocol::ExitNotification::METHOD.as_str() =>
                {
                    return if self.is_shut_down { Ok(()) } else { Err(ServeError::NoShutdown) };
                }
                Some(Message::Notification(notification)) => self.note(notification),
                // What the editor answers to requests of ours changes nothing.
                Some(Message::Response(_)) | None => {}
            }
        }
    }

    /// The next message; while there is none, the editor is told what is new.
    fn next(&mut self, inbox: &Receiver<Message>) -> Result<Option<Message>, ServeError> {
        if self.is_news {
            // A burst of changes is often still on its way.
            match inbox.recv_timeout(Duration::from_millis(1)) {
                Ok(message) => return Ok(Some(message)),
                Err(_) => self.tell(),
            }
        }
        inbox.recv().map(Some).map_err(|_| ServeError::Closed)
    }

    /// Checks what has changed, and tells the editor what is new.
    fn tell(&mut self) {
        self.is_news = false;
        let edited = std::mem::take(&mut self.edited);
        let (workspace, published) = (&mut self.workspace, &mut self.published);
        let news = guarded(|| {
            workspace.refresh();
            published.news(workspace)
        });
        let Ok(news) = news else { return self.workspace.start_over() };
        if !self.client.pulls_diagnostics {
            for params in news {
                self.outgoing.notify::<protocol::PublishDiagnosticsNotification>(params);
            }
        } else if self.client.refreshes_diagnostics && news.iter().any(|one| !edited.contains(&one.uri)) {
            self.outgoing.request::<protocol::DiagnosticRefreshRequest>(());
        }
    }

    /// Answers a request. A mistake of ours ends this request, and nothing else.
    fn answer(&mut self, request: &Request) {
        let id = request.id.clone();
        if self.is_shut_down {
            self.outgoing.send(failed(id, ErrorCode::InvalidRequest, "the server is shut down"));
            return;
        }
        if request.method == protocol::ShutdownRequest::METHOD.as_str() {
            self.is_shut_down = true;
            self.outgoing.send(Response::new_ok(id, ()));
            return;
        }
        let (workspace, client) = (&mut self.workspace, &self.client);
        let answered = guarded(|| {
            if handlers::is_about_files(&request.method) {
                workspace.look_again();
            }
            workspace.refresh();
            handlers::answer(&Session { workspace, client }, request)
        });
        match answered {
            Ok(Ok(value)) => self.outgoing.send(Response::new_ok(id, value)),
            Ok(Err(error)) => self.outgoing.send(Response { id, response_result: Err(error) }),
            Err(what) => {
                self.workspace.start_over();
                self.is_news = true;
                self.outgoing.send(failed(id, ErrorCode::InternalError, &what));
            }
        }
    }

    /// Takes note of what the editor tells.
    fn note(&mut self, notification: Notification) {
        let workspace = &mut self.workspace;
        let noted = guarded(|| handlers::note(workspace, notification));
        match noted {
            Ok(Noted::Nothing) => {}
            Ok(Noted::Files) => self.is_news = true,
            Ok(Noted::Document(uri)) => {
                self.is_news = true;
                self.edited.push(uri);
            }
            Err(_) => {
                self.workspace.start_over();
                self.is_news = true;
            }
        }
    }

    fn watch_files(&mut self) {
        if self.client.watches_files {
            self.outgoing.request::<protocol::RegistrationRequest>(handlers::watched_files());
        }
    }
}

/// What a request is answered from.
pub(crate) struct Session<'a, 'd> {
    pub(crate) workspace: &'a Workspace<'d>,
    pub(crate) client: &'a Client,
}

/// Runs something that must not end the server with it; gives what the panic said.
fn guarded<T>(what: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(what)).map_err(|panic| {
        let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        format!("rulec made a mistake: {}", said.unwrap_or_else(|| "it cannot say which".to_owned()))
    })
}

/// The request that a message takes back.
fn cancels(message: &Message) -> Option<RequestId> {
    match message {
        Message::Notification(one) if one.method == protocol::CancelNotification::METHOD.as_str() => {
            serde_json::from_value(one.params.get("id")?.clone()).ok()
        }
        _ => None,
    }
}

fn failed(id: RequestId, code: ErrorCode, message: &str) -> Response {
    Response::new_err(id, code as i32, message.to_owned())
}

/// Parameters that do not fit the method.
pub(crate) fn misunderstood(error: &serde_json::Error) -> ResponseError {
    ResponseError { code: ErrorCode::InvalidParams as i32, message: error.to_string(), data: None }
}

/// Reads a request's parameters and gives its result.
pub(crate) fn with<R: protocol::Request>(
    request: &Request,
    handler: impl FnOnce(&R::Params) -> R::Result,
) -> Result<serde_json::Value, ResponseError> {
    try_with::<R>(request, |params| Ok(handler(params)))
}

/// Reads a request's parameters and gives its result, or why it is refused.
pub(crate) fn try_with<R: protocol::Request>(
    request: &Request,
    handler: impl FnOnce(&R::Params) -> Result<R::Result, ResponseError>,
) -> Result<serde_json::Value, ResponseError> {
    let params = R::Params::deserialize(&request.params).map_err(|error| misunderstood(&error))?;
    serde_json::to_value(handler(&params)?).map_err(|error| misunderstood(&error))
}
