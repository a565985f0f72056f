//! What happens while a deployment runs, for whoever shows it.

use std::time::Duration;

use super::record::Contested;
use crate::plan::Action;
use crate::resource::{Key, Kind};

/// Something that happened.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The journal has it: the deployment begins, or goes on.
    Begin {
        /// Its number.
        number: u64,
        /// How many writes it has.
        writes: usize,
    },
    /// A write is about to be sent.
    Write {
        /// Which one, from 1.
        number: usize,
        /// Of how many.
        writes: usize,
        /// What it does; where it is taken back, what is taken back.
        action: Action,
        /// Whether it is taken back.
        undo: bool,
        /// The object's kind.
        kind: Kind,
        /// Its key.
        key: &'a Key,
    },
    /// Everything is read back.
    Verify,
    /// From here on everything is taken back.
    Undo {
        /// Why.
        cause: &'a str,
    },
    /// Somebody else has changed what is being taken back.
    Contested(&'a Contested),
    /// Waits before it asks again.
    Wait {
        /// For how long.
        wait: Duration,
        /// What for.
        reason: &'a str,
    },
}
