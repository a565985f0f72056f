//! The editor's features: functions of a checked program, a file and an offset. They know nothing of the protocol.

pub(crate) mod answer;
pub(crate) mod code_lenses;
pub(crate) mod completion;
pub(crate) mod definition;
mod docs;
pub(crate) mod fixes;
#[cfg(test)]
mod fixture;
pub(crate) mod folding;
pub(crate) mod formatting;
pub(crate) mod hover;
pub(crate) mod inlay_hints;
#[cfg(test)]
mod laws;
pub(crate) mod outline;
mod reader;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod run_test;
pub(crate) mod selection;
pub(crate) mod semantic_tokens;
pub(crate) mod show_tree;
mod tokens;
#[cfg(test)]
mod typing;
mod words;
#[cfg(test)]
mod written;
