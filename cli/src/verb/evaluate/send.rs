//! The webhook of an evaluation (contract 1.5): all rows at once, posted once, any 2xx.

use std::time::SystemTime;

use genesys_client::audit::WebhookSync;
use genesys_client::webhook::TIMEOUT;
use genesys_client::{Endpoint, rfc3339};
use serde_json::{Map, Value, json};

use super::report::{Report, Webhook};
use crate::failure::Failure;

/// Where results are posted to.
const ENDPOINT: &str = "BI_WEBHOOK_URL";

/// Whom the environment names.
///
/// # Errors
///
/// Where it names nobody, or nobody that can be posted to.
pub(super) fn receiver() -> Result<Endpoint, Failure> {
    let address = std::env::var(ENDPOINT).ok().filter(|value| !value.trim().is_empty());
    let address = address.ok_or_else(|| {
        Failure::new(format!("`--send` needs `{ENDPOINT}`, and it is not set"))
            .help(format!("set `{ENDPOINT}` to the address that takes the results"))
    })?;
    Endpoint::new(&address, TIMEOUT)
        .map_err(|why| Failure::new(format!("nothing can be sent to `{ENDPOINT}`: {why}")))
}

/// Posts the results. Nothing here makes an evaluation fail.
pub(super) async fn send(receiver: &Endpoint, report: &Report, now: SystemTime) -> Webhook {
    let rows: Vec<Map<String, Value>> = report.entries.iter().map(|entry| report.row(entry)).collect();
    let body = json!({
        "timestamp": rfc3339(now),
        "evaluation_type": "routing_strategy_performance",
        "record_count": rows.len(),
        "data": rows,
    });
    let host = receiver.host();
    match receiver.post(&[], None, &body, now).await {
        Ok(posted) if posted.is_taken(false) => Webhook { status: WebhookSync::Success, host, reason: None },
        Ok(posted) => {
            let reason = Some(format!("it answered with status {}", posted.status));
            Webhook { status: WebhookSync::Failed, host, reason }
        }
        Err(reason) => Webhook { status: WebhookSync::Failed, host, reason: Some(reason) },
    }
}
