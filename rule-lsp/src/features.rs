//! The editor's features: functions of a checked program, a file and an offset. They know nothing of the protocol.

pub(crate) mod definition;
pub(crate) mod fixes;
#[cfg(test)]
mod fixture;
pub(crate) mod folding;
pub(crate) mod formatting;
pub(crate) mod hover;
#[cfg(test)]
mod laws;
pub(crate) mod outline;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod selection;
