//! Ctrl-C while a deployment runs: once to stop and undo, twice to leave everything as it is.

use std::io::Write;

use genesys_client::deploy::Interrupt;

use crate::Outcome;

/// Listens from now on. What cannot be listened to ends the process, as it would without.
pub(crate) fn listen(interrupt: Interrupt) {
    tokio::spawn(async move {
        if !pressed().await {
            return;
        }
        interrupt.set();
        say("stopping after the write under way, then undoing; press again to stop at once");
        if pressed().await {
            say("stopped at once: the deployment is left open; `rulec recover` finishes or undoes it");
            std::process::exit(i32::from(Outcome::Interrupted.code()));
        }
    });
}

/// Waits for Ctrl-C, or for the signal that a pipeline ends its jobs with; false where the system has none.
pub(crate) async fn pressed() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            return tokio::select! {
                pressed = tokio::signal::ctrl_c() => pressed.is_ok(),
                ended = terminate.recv() => ended.is_some(),
            };
        }
    }
    tokio::signal::ctrl_c().await.is_ok()
}

fn say(text: &str) {
    // Nobody can be told that standard error is gone.
    let _ = writeln!(std::io::stderr(), "{text}");
}
