//! Licences and the audit log over HTTP (contract 1.1, rows 2 and 7).

use axum::body::Bytes;
use genesys_model::{AuditRecord, Entitlement, FilterQuery, ResultPage};

use crate::AuditEntry;
use crate::call::{Answer, Call};
use crate::permissions::{AUDIT_READ, ENTITLEMENT_READ};
use crate::query::{self, after, size, takes, token};
use crate::routes::json_answer;

pub(crate) const ENTITLEMENTS: &str = "/api/v2/architect/entitlements/query";
pub(crate) const AUDIT_LOGS: &str = "/api/v2/architect/auditlogs/query";

/// The licences, in the order of the fixture.
pub(crate) async fn entitlements(call: Call, body: Bytes) -> Answer {
    call.needs(ENTITLEMENT_READ)?;
    let query: FilterQuery = query::read(call.json(&body)?)?;
    query.filters.iter().try_for_each(|filter| query::check(filter, &["licenseType"]))?;
    let (size, skip) = (size(query.size)?, after(&query)?);
    let licenses = call.organization.settings().fixture.iter().flat_map(|fixture| &fixture.licenses);
    let found: Vec<&Entitlement> =
        licenses.filter(|license| takes(&query.filters, |_| Some(license.license_type.clone()))).collect();
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let results: Vec<&Entitlement> = found.iter().skip(skip).take(size).copied().collect();
    let end = skip.saturating_add(results.len());
    let page_token = (end < found.len()).then(|| token(end as u64));
    Ok(json_answer(200, &ResultPage { results, page_token }))
}

/// What the trail holds, the oldest first, so that pages stay as they are while entries are added.
pub(crate) async fn audit_logs(call: Call, body: Bytes) -> Answer {
    call.needs(AUDIT_READ)?;
    let query: FilterQuery = query::read(call.json(&body)?)?;
    query
        .filters
        .iter()
        .try_for_each(|filter| query::check(filter, &["entityId", "eventType", "entityType", "clientId"]))?;
    let (size, after) = (size(query.size)?, after(&query)?);
    let (results, more) = call.organization.read(|kept| {
        let mut found = kept
            .trail
            .iter()
            .filter(|entry| entry.number > after)
            .map(record)
            .filter(|record| takes(&query.filters, |name| property(record, name)));
        let results: Vec<AuditRecord> = found.by_ref().take(size).collect();
        (results, found.next().is_some())
    });
    let last = results.last().and_then(|record| record.id.parse().ok());
    let page_token = last.filter(|_| more).map(token);
    Ok(json_answer(200, &ResultPage { results, page_token }))
}

fn record(entry: &AuditEntry) -> AuditRecord {
    let entity_type = serde_json::to_value(entry.entity_type).unwrap_or_default();
    AuditRecord {
        id: entry.number.to_string(),
        event_type: entry.event_type(),
        entity_id: entry.entity_id.clone(),
        entity_type: entity_type.as_str().unwrap_or_default().to_owned(),
        entity_name: entry.entity_name.clone(),
        timestamp: entry.date.clone(),
        client_id: entry.client.clone(),
        before: entry.before.clone(),
        after: entry.after.clone(),
    }
}

fn property(record: &AuditRecord, name: &str) -> Option<String> {
    let value = match name {
        "entityId" => &record.entity_id,
        "eventType" => &record.event_type,
        "entityType" => &record.entity_type,
        "clientId" => &record.client_id,
        _ => return None,
    };
    Some(value.clone())
}
