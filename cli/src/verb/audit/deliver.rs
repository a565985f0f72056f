//! `rulec audit deliver`: sends the events that wait for the webhook.

use std::sync::Arc;
use std::time::Duration;

use genesys_client::webhook::{Budget, Outbox, Which, deliver};
use genesys_client::{Clock, SystemClock};
use serde::Serialize;

use super::home;
use crate::Outcome;
use crate::args::AuditDeliverArgs;
use crate::config::FILE_NAME;
use crate::deploy::outcome::print_json;
use crate::deploy::runtime::block_on;
use crate::failure::Failure;
use crate::govern::deliver::{tell, webhook};
use crate::terminal::Terminal;

/// For how long attempts begin: longer than behind a deployment, as here somebody waits for nothing else.
const TOTAL: Duration = Duration::from_mins(5);

/// What became of them, for other programs.
#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    delivered: usize,
    refused: usize,
    pending: usize,
    failed: usize,
    reason: Option<&'a str>,
    trouble: &'a [String],
}

/// Sends those that are due, or all.
pub(super) fn run(arguments: &AuditDeliverArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let home = home(&arguments.state, terminal)?;
    let Some(config) = &home.config.webhook else {
        return Err(Failure::new(format!("`{FILE_NAME}` names no webhook"))
            .help("add `[webhook]` with `url = \"https://…\"`"));
    };
    let webhook = webhook(config)?;
    // A deployment that runs sends its own.
    let _lock = home.state.lock()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let which = if arguments.all { Which::All } else { Which::Due };
    let budget = Budget { total: TOTAL, ..Budget::default() };
    let outbox = Outbox::at(home.state.outbox());
    let done = block_on(async { Ok(deliver(&webhook, &outbox, &clock, which, budget).await) })?;
    tell(&done, &outbox, clock.now(), terminal);
    if arguments.json {
        let json = Json {
            version: 1,
            delivered: done.delivered,
            refused: done.refused,
            pending: done.waiting,
            failed: done.failed,
            reason: done.reason.as_deref(),
            trouble: &done.trouble,
        };
        print_json(&json, terminal)?;
    } else if done.delivered + done.refused + done.waiting + done.failed == 0 {
        terminal.note("no event waits");
    }
    Ok(if done.refused > 0 || !done.trouble.is_empty() { Outcome::Findings } else { Outcome::Clean })
}
