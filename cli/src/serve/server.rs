//! From a listener to connections: how many, for how long, and how they end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Service, limits, routes};

/// How long is waited where no connection can be accepted: too many files are open, and none closes at once.
const PAUSE: Duration = Duration::from_millis(100);

/// What a connection too many reads.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 43\r\n\
                      retry-after: 1\r\nconnection: close\r\n\r\n{\"detail\":\"there are too many connections\"}";

/// A listener that is served.
pub(crate) struct Server {
    listener: TcpListener,
    service: Arc<Service>,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    ///
    /// An address that is taken, or not this machine's.
    pub(crate) async fn bind(address: SocketAddr, service: Arc<Service>) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, service })
    }

    /// Where.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` is done; then waits for requests under way, but not for long.
    pub(crate) async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let (stopping, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(_) = connections.join_next() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) if connections.len() >= limits::MAX_CONNECTIONS => refuse(&stream),
                    Ok((stream, _)) => {
                        // Without it small answers wait for acknowledgements; where it fails they merely do.
                        let _ = stream.set_nodelay(true);
                        connections.spawn(connection(stream, Arc::clone(&self.service), stopped.clone()));
                    }
                    Err(_) => tokio::time::sleep(PAUSE).await,
                },
            }
        }
        drop(self.listener);
        drop(stopping);
        let all = async { while connections.join_next().await.is_some() {} };
        // What is left is closed as the set is dropped.
        let _ = tokio::time::timeout(limits::DRAIN_TIME, all).await;
    }
}

fn refuse(stream: &TcpStream) {
    // Whoever does not take it at once does without.
    let _ = stream.try_write(BUSY);
}

/// Serves one connection until it ends, or `stopped` tells it to end after the request under way.
async fn connection<S>(stream: S, service: Arc<Service>, mut stopped: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // An answer that nobody reads must not hold a connection for ever, nor a body that comes by the byte.
    let longest = limits::BODY_TIME + service.timeout + limits::ANSWER_TIME;
    let (starts, mut latest) = watch::channel(tokio::time::Instant::now());
    let answer = service_fn(move |request| {
        starts.send_replace(tokio::time::Instant::now());
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(routes::respond(&service, request).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits::HEAD_TIME)
            .max_headers(limits::MAX_HEADERS)
            .max_header_size(limits::MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), answer)
    );
    let mut is_stopping = false;
    loop {
        let deadline = *latest.borrow_and_update() + longest;
        tokio::select! {
            // It ends with an error only where the other side has gone, or broke the protocol.
            _ = connection.as_mut() => return,
            () = tokio::time::sleep_until(deadline) => return,
            Ok(()) = latest.changed() => {}
            _ = stopped.changed(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::time::Instant;

    use super::*;
    use crate::agents::Question;
    use crate::serve::{Loaded, Settings};

    fn service() -> Arc<Service> {
        let settings =
            Settings { token: None, is_local: true, concurrency: 1, timeout: Duration::from_secs(30) };
        let question = Question { skills: None, scorer: routing_sim::agent_score::Scorer::Default, top: 5 };
        Arc::new(Service::new(Loaded::nothing(), Err("none".to_owned()), question, settings))
    }

    /// A connection to the service; the sender keeps it from stopping.
    fn connected() -> (DuplexStream, watch::Sender<()>) {
        let (here, there) = tokio::io::duplex(1024 * 1024);
        let (stopping, stopped) = watch::channel(());
        tokio::spawn(connection(there, service(), stopped));
        (here, stopping)
    }

    /// What is answered until the service closes the connection, and after which time it does.
    async fn read(stream: &mut DuplexStream) -> (String, Duration) {
        let (began, mut answer) = (Instant::now(), String::new());
        stream.read_to_string(&mut answer).await.unwrap();
        (answer, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_does_not_come_ends_the_connection() {
        for start in ["", "GET /health HTTP/1.1\r\nhost: localhost\r\nx: "] {
            let (mut stream, _stopping) = connected();
            stream.write_all(start.as_bytes()).await.unwrap();
            let (answer, after) = read(&mut stream).await;
            assert!(!answer.contains("200 OK"), "{answer}");
            assert!(after >= limits::HEAD_TIME && after <= limits::HEAD_TIME * 2, "{after:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_between_requests_ends_the_connection_too() {
        let (mut stream, _stopping) = connected();
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let (answer, after) = read(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(after <= limits::HEAD_TIME * 2, "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_by_the_byte_is_not_waited_for_and_takes_nobodys_place() {
        let (mut stream, _stopping) = connected();
        let head = "POST /evaluate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut reading, mut writing) = tokio::io::split(stream);
        let drip = tokio::spawn(async move {
            while writing.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let (began, mut answer) = (Instant::now(), String::new());
        reading.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(began.elapsed() <= limits::BODY_TIME * 2, "{:?}", began.elapsed());
        drip.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_closes_connections_that_wait() {
        let (mut stream, stopping) = connected();
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        drop(stopping);
        let (_, after) = read(&mut stream).await;
        assert_eq!((&first, after), (b"HTTP/1.1 200", Duration::ZERO));
    }
}
