//! Delivers the events that wait. Nothing here makes a deployment look failed.

use std::sync::Arc;
use std::time::SystemTime;

use genesys_client::webhook::{Budget, Delivered, KEY_HEADER, Outbox, TIMEOUT, Webhook, Which, deliver};
use genesys_client::{Clock, Endpoint, rfc3339};

use crate::config::{FILE_NAME, WebhookConfig};
use crate::deploy::home::Home;
use crate::failure::Failure;
use crate::terminal::{Terminal, count};

/// Who is told, as `rulec.toml` and the environment say.
///
/// # Errors
///
/// Where the key is not there, or nothing can be posted to the address.
pub(crate) fn webhook(config: &WebhookConfig) -> Result<Webhook, Failure> {
    let endpoint = Endpoint::new(&config.url, TIMEOUT)
        .map_err(|error| Failure::new(format!("the webhook's `url` cannot be used: {error}")))?;
    let key = match &config.key_env {
        None => None,
        Some(name) => match std::env::var(name) {
            Ok(key) if !key.is_empty() => Some(key.into()),
            _ => {
                return Err(Failure::new(format!("the webhook's key is not there: `{name}` is not set"))
                    .help(format!("set `{name}` to what goes into the header `{KEY_HEADER}`")));
            }
        },
    };
    Ok(Webhook { endpoint, key, strict: config.strict })
}

/// Sends what is due after a command that deploys, and warns of what waits.
pub(crate) async fn deliver_due(home: &Home, clock: &Arc<dyn Clock>, terminal: &mut Terminal) {
    let outbox = Outbox::at(home.state.outbox());
    let now = clock.now();
    let pending = match outbox.standings() {
        Ok((standings, _)) => {
            standings.iter().flat_map(|one| &one.pending).filter(|one| one.is_due(now)).count()
        }
        Err(error) => return terminal.warn(&error.to_string()),
    };
    if pending == 0 {
        return;
    }
    // What was shown of the deployment stands above.
    let _ = terminal.flush();
    let Some(config) = &home.config.webhook else {
        let wait = count(pending, "event");
        return terminal
            .warn(&format!("{wait} of the outbox wait for a webhook, and `{FILE_NAME}` names none"));
    };
    let webhook = match webhook(config) {
        Ok(webhook) => webhook,
        Err(failure) => {
            let wait = count(pending, "event");
            return terminal.warn(&format!("{}; {wait} wait in the outbox", failure.message));
        }
    };
    let done = deliver(&webhook, &outbox, clock, Which::Due, Budget::default()).await;
    tell(&done, &outbox, clock.now(), terminal);
}

/// Says what became of a run, and when what waits is due.
pub(crate) fn tell(done: &Delivered, outbox: &Outbox, now: SystemTime, terminal: &mut Terminal) {
    if done.delivered > 0 {
        terminal.note(format_args!("webhook: {} delivered", count(done.delivered, "event")));
    }
    for trouble in &done.trouble {
        terminal.warn(trouble);
    }
    if done.waiting > 0 {
        let why = done.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        let from = next_due(outbox)
            .filter(|next| *next > now)
            .map_or(String::new(), |next| format!(" from {} on", rfc3339(next)));
        terminal.warn(&format!(
            "webhook: {} not delivered{why}; a deployment or `rulec audit deliver`{from} tries again, and `rulec audit deliver --all` at once",
            count(done.waiting, "event")
        ));
    }
    if done.failed > 0 {
        terminal.warn(&format!(
            "webhook: {} given up; `rulec audit deliver --all` sends them once more",
            count(done.failed, "event")
        ));
    }
}

/// When the first of what waits is due; none where it is so already.
fn next_due(outbox: &Outbox) -> Option<SystemTime> {
    let (standings, _) = outbox.standings().ok()?;
    let waiting = standings.iter().flat_map(|one| &one.pending).filter(|one| !one.is_given_up());
    waiting.map(|one| one.next).min().flatten()
}
