//! Reads the rules again as their files change.

use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::Service;
use crate::failure::Failure;
use crate::render::clean::clean;
use crate::verb::check::watcher;

/// How long nothing must happen before files are looked at: editors write, rename and delete to save one.
const PAUSE: Duration = Duration::from_millis(50);

/// The most events that are taken together: where files never rest, they are read in between.
const MAX_TOGETHER: usize = 1_000;

/// Watches the files of these paths while the result lives. What happens is told on standard error, unless `is_quiet`.
///
/// # Errors
///
/// Where the system does not watch them.
pub(crate) fn reload(
    service: &Arc<Service>,
    paths: Vec<PathBuf>,
    is_quiet: bool,
) -> Result<impl Sized + use<>, Failure> {
    let (sender, events) = channel();
    let watcher = watcher(&paths, sender)?;
    let service: Weak<Service> = Arc::downgrade(service);
    std::thread::spawn(move || {
        while events.recv().is_ok() {
            for _ in 0..MAX_TOGETHER {
                if events.recv_timeout(PAUSE).is_err() {
                    break;
                }
            }
            let Some(service) = service.upgrade() else { return };
            let line = service.read_again(&paths);
            if let Some(line) = line.filter(|_| !is_quiet) {
                // Nobody can be told that standard error is gone.
                let _ = writeln!(std::io::stderr(), "{}", clean(&line));
            }
        }
    });
    Ok(watcher)
}
