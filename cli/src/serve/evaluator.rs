//! The threads that evaluate rules. They make the rules of a version ready once, and keep them ready.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use rule_eval::Rules;
use tokio::sync::oneshot;

use super::Loaded;

/// The most threads.
const MAX_THREADS: usize = 4;

type Work = Box<dyn FnOnce(&Rules<'_>) + Send>;

/// One thing to do with the rules of one version.
struct Job {
    loaded: Arc<Loaded>,
    work: Work,
}

/// Whether nobody waits for the result any more.
pub(super) type IsGone<'a> = &'a dyn Fn() -> bool;

/// The way to the threads. They end when it is dropped.
pub(super) struct Evaluator {
    jobs: Sender<Job>,
}

impl Evaluator {
    /// Starts the threads.
    pub(super) fn start() -> Self {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || work(&queue));
        }
        Self { jobs }
    }

    /// Lets a thread do something with the rules. It is not begun where nobody waits any more, and may ask whether that
    /// is so. `held` is held until it has ended, however that ends.
    ///
    /// Gives nothing where the work broke down.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        loaded: Arc<Loaded>,
        held: impl Send + 'static,
        work: impl FnOnce(&Rules<'_>, IsGone<'_>) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |rules| {
            let _held = held;
            if !reply.is_closed() {
                let result = work(rules, &|| reply.is_closed());
                // Whoever asked has gone meanwhile.
                let _ = reply.send(result);
            }
        });
        self.jobs.send(Job { loaded, work }).ok()?;
        answer.await.ok()
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    let mut next = take(queue);
    while let Some(first) = next.take() {
        let loaded = Arc::clone(&first.loaded);
        // They were made ready before when they were read.
        let Ok(rules) = Rules::new(&loaded.bundle.rules) else {
            next = take(queue);
            continue;
        };
        let mut job = Some(first);
        while let Some(Job { work, .. }) = job.take() {
            // The mistake is reported as it happens; the thread is needed for others.
            let _ = catch_unwind(AssertUnwindSafe(|| work(&rules)));
            match take(queue) {
                Some(other) if Arc::ptr_eq(&other.loaded, &loaded) => job = Some(other),
                other => next = other,
            }
        }
    }
}

fn take(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    queue.lock().ok()?.recv().ok()
}
