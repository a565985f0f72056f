//! Bodies: read up to a limit, or sent without an end.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming};

use crate::MAX_BODY_BYTES;

/// How much of a body that is too long is read and thrown away, so that its sender gets to the answer.
const DRAINED: usize = 16 * MAX_BODY_BYTES;

/// A body that was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unread {
    /// It is longer than [`MAX_BODY_BYTES`].
    TooLong,
    /// It broke off.
    Broken,
}

/// Reads a whole body.
pub(crate) async fn read(mut body: Incoming) -> Result<Bytes, Unread> {
    let mut read: Vec<u8> = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        length += data.len();
        if length <= MAX_BODY_BYTES {
            read.extend_from_slice(&data);
        } else if length > DRAINED {
            break;
        }
    }
    if length > MAX_BODY_BYTES { Err(Unread::TooLong) } else { Ok(Bytes::from(read)) }
}

/// A body that breaks off.
pub(crate) struct Broken {
    left: Option<Bytes>,
    flushed: bool,
}

impl Broken {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self { left: Some(bytes), flushed: false }
    }
}

impl Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.left.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if !self.flushed {
            // A moment in which the bytes get out: an error would take them along.
            self.flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("broken off on request"))))
    }
}

/// A body that never ends.
pub(crate) struct Endless(pub(crate) Bytes);

impl Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Ok(Frame::data(self.0.clone()))))
    }
}
