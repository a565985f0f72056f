//! What a deployment does, as it does it: a line for each write, on standard error.

use std::cell::RefCell;

use genesys_client::deploy::Event;
use genesys_client::plan::Action;

use crate::render::clean::clean;
use crate::render::plan::words::key_of;
use crate::terminal::{FAINT, Terminal, YELLOW, paint};

/// Up to how many writes each gets a line; of more, every twentieth part does.
const EACH: usize = 100;

/// Shows events.
pub(crate) struct Progress<'a> {
    terminal: RefCell<&'a mut Terminal>,
}

impl<'a> Progress<'a> {
    /// On this terminal.
    pub(crate) fn new(terminal: &'a mut Terminal) -> Self {
        Self { terminal: RefCell::new(terminal) }
    }

    /// Shows an event.
    pub(crate) fn show(&self, event: &Event<'_>) {
        let mut terminal = self.terminal.borrow_mut();
        let color = terminal.err_color;
        let line = match event {
            Event::Begin { number, writes } => {
                format!("deployment {number}: {writes} write{}", if *writes == 1 { "" } else { "s" })
            }
            Event::Write { number, writes, .. }
                if *writes > EACH
                    && number != writes
                    && number % (writes / 20) != 0
                    && !terminal.is_verbose() =>
            {
                return;
            }
            Event::Write { number, writes, action, undo, kind, key } => {
                let width = writes.to_string().len();
                let word = match (action, undo) {
                    (Action::Create, false) => "create",
                    (Action::Update, false) => "change",
                    (Action::Enable, false) => "enable",
                    (Action::Delete, false) => "delete",
                    (Action::Create, true) => "take back: create",
                    (Action::Update, true) => "take back: change",
                    (Action::Enable, true) => "take back: enable",
                    (Action::Delete, true) => "take back: delete",
                };
                let counter = paint(color, FAINT, &format!("[{number:>width$}/{writes}]"));
                format!("{counter} {word} {} {}", kind.word(), key_of(key))
            }
            Event::Verify => "reading back".to_owned(),
            Event::Undo { cause } => {
                format!("{} {}", paint(color, YELLOW, "undoing everything:"), clean(cause))
            }
            Event::Contested(contested) => {
                let what = if contested.stays { "theirs stays" } else { "theirs went with it" };
                format!(
                    "somebody else changed the {} {} meanwhile: {what}",
                    contested.kind.word(),
                    key_of(&contested.key)
                )
            }
            Event::Wait { wait, reason } if wait.as_secs() > 0 => {
                format!("waiting {} s {}", wait.as_secs(), clean(reason))
            }
            _ => return,
        };
        terminal.note(line);
    }
}
