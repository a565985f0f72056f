//! `rulec lsp`: the language server, on standard input and output.

use rule_lsp::{Connection, ServeError};

use crate::Outcome;
use crate::failure::Failure;
use crate::language_server::LocalDisk;

/// Serves the editor that started this process.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let (connection, threads) = Connection::stdio();
    match rule_lsp::serve(connection, &LocalDisk) {
        Ok(()) => {
            threads.join().map_err(|error| Failure::new(format!("cannot write to the editor: {error}")))?;
            Ok(Outcome::Clean)
        }
        // What the protocol wants of a server that is told to end without being told so before.
        Err(ServeError::NoShutdown) => Ok(Outcome::Findings),
        Err(error) => {
            let failure = Failure::new(error.to_string())
                .help("editors start `rulec lsp` themselves: see docs/editors.md");
            // Where the connection ended because of what came over it, that says more.
            Err(match threads.join() {
                Err(cause) if matches!(error, ServeError::Closed) => {
                    Failure { message: format!("what the editor sent cannot be read: {cause}"), ..failure }
                }
                _ => failure,
            })
        }
    }
}
