//! Where waiting for the network happens.

use std::future::Future;

use crate::failure::{Failure, reason};

/// Runs until it is done, on this thread.
///
/// # Errors
///
/// Where the system gives no runtime; and what the work says.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot use the network: {}", reason(&error))))?;
    runtime.block_on(work)
}
