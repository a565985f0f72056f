//! The editor's features: functions of a checked program, a file and an offset. They know nothing of the protocol.

pub(crate) mod definition;
#[cfg(test)]
mod fixture;
pub(crate) mod hover;
