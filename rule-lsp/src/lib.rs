//! The language server of `.rule` programs.
//!
//! [`serve`] speaks the protocol over a connection. What the server knows of the world outside of the editor's buffers
//! comes through [`Disk`]. The features are functions of a checked program (`features`), apart from the protocol.

mod client;
mod diagnostics;
mod disk;
mod document;
mod edits;
mod features;
mod handlers;
mod main_loop;
mod memory_disk;
mod pages;
mod position;
mod project;
mod protocol;
mod publish;
mod uri;
mod workspace;

pub use disk::{Disk, WrongSettings};
pub use lsp_server::{Connection, Message, Notification, Request, RequestId, ResponseError};
pub use main_loop::{ServeError, serve};
pub use memory_disk::MemoryDisk;
