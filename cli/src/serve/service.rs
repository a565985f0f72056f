//! What all requests share.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::evaluator::Evaluator;
use super::page::Page;
use super::{Loaded, Token};
use crate::agents::{Question, Source};
use crate::terminal::count;

/// What all requests share.
pub(crate) struct Service {
    loaded: RwLock<Arc<Loaded>>,
    outdated: RwLock<Option<String>>,
    /// Where agents come from; why there are none, where that is so.
    pub(super) source: Result<Source, String>,
    /// How agents are ranked where a request does not say.
    pub(super) question: Question,
    /// The token that requests must bring, where they must.
    pub(super) token: Option<Token>,
    /// Whether the service listens on this machine alone.
    pub(super) is_local: bool,
    /// A request that is worked on holds one.
    pub(super) slots: Arc<Semaphore>,
    /// For how long a request is worked on.
    pub(super) timeout: Duration,
    pub(super) evaluator: Evaluator,
    pub(super) page: Page,
}

/// How a service is run.
pub(crate) struct Settings {
    /// The token that requests must bring, where they must.
    pub(crate) token: Option<Token>,
    /// Whether the service listens on this machine alone.
    pub(crate) is_local: bool,
    /// How many requests are worked on at the same time.
    pub(crate) concurrency: u16,
    /// For how long one is worked on.
    pub(crate) timeout: Duration,
}

impl Service {
    /// A service of these rules and agents.
    pub(crate) fn new(
        loaded: Loaded,
        source: Result<Source, String>,
        question: Question,
        settings: Settings,
    ) -> Self {
        Self {
            loaded: RwLock::new(Arc::new(loaded)),
            outdated: RwLock::new(None),
            source,
            question,
            token: settings.token,
            is_local: settings.is_local,
            slots: Arc::new(Semaphore::new(settings.concurrency.into())),
            timeout: settings.timeout,
            evaluator: Evaluator::start(),
            page: Page::new(),
        }
    }

    /// The rules as they were last found sound.
    pub(super) fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why the files say something else by now than what is served, where they do.
    pub(super) fn outdated(&self) -> Option<String> {
        self.outdated.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the rules of these paths again. Where they are not sound, those that were are served on. Gives a line to tell of
    /// it, where something is different.
    pub(super) fn read_again(&self, paths: &[PathBuf]) -> Option<String> {
        let (now, outdated) = match Loaded::again(paths) {
            Ok(loaded) => (Some(loaded), None),
            Err(failure) => (None, Some(failure.message)),
        };
        let before = self.loaded();
        let line = match (&now, &outdated) {
            (Some(now), _) if now.version != before.version => Some(format!(
                "read again: {}, version {}",
                count(now.bundle.rules.len(), "rule"),
                now.version
            )),
            (None, Some(why)) if self.outdated().as_ref() != Some(why) => {
                Some(format!("not read again: {why}; version {} is served on", before.version))
            }
            (Some(_), _) if self.outdated().is_some() => {
                Some(format!("sound again: version {}", before.version))
            }
            _ => None,
        };
        *self.outdated.write().unwrap_or_else(PoisonError::into_inner) = outdated;
        if let Some(now) = now.filter(|now| now.version != before.version) {
            *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now);
        }
        line
    }
}
