//! How long this machine checks, apart from how long others take to answer (contract, D14).

use std::cell::Cell;
use std::time::{Duration, Instant};

use genesys_client::audit::Recorder;
use genesys_client::deploy::Event;

/// Counts the verifications of a deployment, from reading back to the next write or the end.
pub(crate) struct Verifying<'a> {
    recorder: &'a Recorder,
    open: Cell<Option<Stopwatch>>,
}

impl<'a> Verifying<'a> {
    /// Counts here.
    pub(crate) fn new(recorder: &'a Recorder) -> Self {
        Self { recorder, open: Cell::new(None) }
    }

    /// Takes in what a deployment does.
    pub(crate) fn hear(&self, event: &Event<'_>) {
        match event {
            Event::Verify => {
                self.end(true);
                self.open.set(Some(Stopwatch::start(self.recorder)));
            }
            Event::Write { .. } => self.end(true),
            Event::Undo { .. } => self.end(false),
            Event::Wait { wait, .. } => self.recorder.waited(*wait),
            _ => {}
        }
    }

    /// The deployment is over.
    pub(crate) fn end(&self, is_good: bool) {
        if let Some(stopwatch) = self.open.take() {
            self.recorder.validated("verification", stopwatch.stop(self.recorder), is_good);
        }
    }
}

/// Measures the time that was not spent waiting for others.
#[derive(Clone, Copy)]
struct Stopwatch {
    begun: Instant,
    elsewhere: Duration,
}

impl Stopwatch {
    fn start(recorder: &Recorder) -> Self {
        Self { begun: Instant::now(), elsewhere: recorder.elsewhere() }
    }

    fn stop(self, recorder: &Recorder) -> Duration {
        let elsewhere = recorder.elsewhere().saturating_sub(self.elsewhere);
        self.begun.elapsed().saturating_sub(elsewhere)
    }
}

/// Checks something on this machine, and counts it under this name.
///
/// # Errors
///
/// What the work says.
pub(crate) fn timed<T, E>(
    recorder: &Recorder,
    name: &str,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let stopwatch = Stopwatch::start(recorder);
    let result = work();
    recorder.validated(name, stopwatch.stop(recorder), result.is_ok());
    result
}

/// The same for what waits for others in between, which is not counted here, and whose result says whether it passed.
///
/// # Errors
///
/// What the work says.
pub(crate) async fn timed_with_others<T, E>(
    recorder: &Recorder,
    name: &str,
    work: impl Future<Output = Result<T, E>>,
    is_good: impl FnOnce(&T) -> bool,
) -> Result<T, E> {
    let stopwatch = Stopwatch::start(recorder);
    let result = work.await;
    recorder.validated(name, stopwatch.stop(recorder), result.as_ref().is_ok_and(is_good));
    result
}
