//! Ctrl-C while a deployment runs: once to stop and undo, twice to leave everything as it is.

use std::io::Write;

use genesys_client::deploy::Interrupt;

use crate::Outcome;

/// Listens from now on. Where the system has no signals to listen to, Ctrl-C ends the process as ever.
pub(crate) fn listen(interrupt: Interrupt) {
    let Some(mut presses) = Presses::new() else { return };
    tokio::spawn(async move {
        presses.next().await;
        interrupt.set();
        say("stopping after the write under way, then undoing; press again to stop at once");
        presses.next().await;
        say("stopped at once: the deployment is left open; `rulec recover` finishes or undoes it");
        std::process::exit(i32::from(Outcome::Interrupted.code()));
    });
}

/// Ctrl-C, and the signal that a pipeline ends its jobs with. None is lost between two looks.
pub(crate) struct Presses {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Presses {
    /// Counts from now on; none where the system refuses.
    pub(crate) fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        Some(Self { interrupt, terminate: signal(SignalKind::terminate()).ok()? })
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Presses {
    /// Counts from now on.
    pub(crate) fn new() -> Option<Self> {
        Some(Self {})
    }

    /// Waits for the next; for ever where the system refuses.
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn say(text: &str) {
    // Nobody can be told that standard error is gone.
    let _ = writeln!(std::io::stderr(), "{text}");
}
