//! What an evaluation found, as plain data: what the table, JSON and the webhook are made of.

use std::collections::BTreeMap;

use genesys_client::analytics::{GroupBy, Row};
use genesys_client::audit::{EvaluationRecord, WebhookSync};
use routing_sim::strategy_score::{Direction, Scheme};
use serde_json::{Map, Value, json};

use super::wanted::Wanted;
use crate::govern::Audited;
use crate::render::clean::clean;
use crate::terminal::{Terminal, count};

/// What was found.
pub(crate) struct Report {
    /// Of which organization.
    pub(crate) organization: String,
    /// From when to when, where that is known.
    pub(crate) window: Option<Window>,
    /// What the entries are.
    pub(crate) group: GroupBy,
    /// Whether the formula of old made the scores.
    pub(crate) is_seed: bool,
    /// What counts.
    pub(crate) scheme: Scheme,
    /// The best first; those without a score last.
    pub(crate) entries: Vec<Entry>,
    /// What became of the webhook, where it was to be told.
    pub(crate) webhook: Option<Webhook>,
}

/// From when to when, as RFC 3339 in UTC.
pub(crate) struct Window {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// What became of the webhook.
pub(crate) struct Webhook {
    /// Whether it took the results.
    pub(crate) status: WebhookSync,
    /// Whom it belongs to.
    pub(crate) host: String,
    /// Why it did not.
    pub(crate) reason: Option<String>,
}

/// A strategy, or a queue.
pub(crate) struct Entry {
    /// Its id.
    pub(crate) id: String,
    /// The id of its queue, or its own.
    pub(crate) queue_id: String,
    /// The queue's name.
    pub(crate) queue: String,
    /// The media types of the strategies that it stands for.
    pub(crate) media_types: Vec<String>,
    /// The figures: the organization's, and the rates that are made of them.
    pub(crate) figures: BTreeMap<String, f64>,
    /// Its place, from 1; those of the same score share one.
    pub(crate) rank: Option<usize>,
    /// From 0 to 1.
    pub(crate) score: Option<f64>,
    /// Which part of all has this score or a lower one, from 0 to 1; those of the same score have their average.
    pub(crate) percentile_rank: Option<f64>,
    /// The metrics that it lacks, each with the reason: its others weigh more.
    pub(crate) excluded: Vec<String>,
    /// Why it has no score.
    pub(crate) reason: Option<String>,
}

impl Entry {
    /// Whether it was scored by everything that counts.
    pub(crate) fn is_complete(&self) -> bool {
        self.score.is_some() && self.excluded.is_empty()
    }
}

/// What was answered, with names; and where `expect_all`, what was asked for and not answered.
pub(super) fn entries(
    rows: &[Row],
    wanted: &Wanted,
    group: GroupBy,
    expect_all: bool,
    terminal: &mut Terminal,
) -> Vec<Entry> {
    let mut by_id: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.entity.as_str(), row)).collect();
    let mut asked: BTreeMap<&str, Entry> = BTreeMap::new();
    for strategy in &wanted.strategies {
        let id = match group {
            GroupBy::Strategy => &strategy.id,
            GroupBy::Queue => &strategy.queue,
        };
        let entry = asked.entry(id).or_insert_with(|| Entry {
            id: id.clone(),
            queue_id: strategy.queue.clone(),
            queue: wanted.name(&strategy.queue).to_owned(),
            media_types: Vec::new(),
            figures: BTreeMap::new(),
            rank: None,
            score: None,
            percentile_rank: None,
            excluded: Vec::new(),
            reason: None,
        });
        entry.media_types.push(strategy.media_type.clone());
    }
    let mut all: Vec<Entry> = Vec::new();
    for (id, mut entry) in asked {
        match by_id.remove(id) {
            Some(row) => entry.figures = row.metrics.clone(),
            None if expect_all => entry.reason = Some("the organization has no figures of it".to_owned()),
            None => continue,
        }
        all.push(entry);
    }
    if !by_id.is_empty() {
        let known = by_id.keys().map(|id| format!("`{}`", clean(id))).collect::<Vec<_>>().join(", ");
        terminal
            .warn(&format!("{} of what was not asked for left out: {known}", count(by_id.len(), "result")));
    }
    all.sort_by(|a, b| (&a.queue, &a.media_types, &a.id).cmp(&(&b.queue, &b.media_types, &b.id)));
    all
}

impl Report {
    /// What an entry is called.
    pub(crate) fn noun(&self) -> &'static str {
        match self.group {
            GroupBy::Strategy => "strategy",
            GroupBy::Queue => "queue",
        }
    }

    /// What entries are called.
    pub(crate) fn nouns(&self) -> &'static str {
        match self.group {
            GroupBy::Strategy => "strategies",
            GroupBy::Queue => "queues",
        }
    }

    /// A row as the webhook has it: the id, each metric that counts, the score, its percentile rank (contract 1.5).
    pub(super) fn row(&self, entry: &Entry) -> Map<String, Value> {
        let mut row = Map::new();
        row.insert(self.group.as_str().to_owned(), json!(entry.id));
        for criterion in &self.scheme.criteria {
            row.insert(criterion.metric.clone(), json!(entry.figures.get(&criterion.metric)));
        }
        row.insert("score".to_owned(), json!(entry.score));
        row.insert("percentile_rank".to_owned(), json!(entry.percentile_rank));
        row
    }

    /// For other programs.
    pub(super) fn json(&self, evaluation: &EvaluationRecord, audit: Option<&Audited>) -> Value {
        let criteria = self.scheme.criteria.iter().map(|criterion| {
            // The formula of old has it the wrong way round.
            let is_turned = self.is_seed && criterion.metric == "avgSpeedOfAnswer";
            let better = if is_turned { Direction::Higher } else { criterion.direction };
            json!({"metric": criterion.metric, "better": better, "weight": criterion.weight})
        });
        let entry = |entry: &Entry| {
            json!({
                "rank": entry.rank, "id": entry.id, "queue": entry.queue, "queue_id": entry.queue_id,
                "media_types": entry.media_types, "figures": entry.figures, "score": entry.score,
                "percentile_rank": entry.percentile_rank, "excluded": entry.excluded, "reason": entry.reason,
            })
        };
        let webhook = |webhook: &Webhook| json!({"status": webhook.status, "host": webhook.host, "reason": webhook.reason});
        json!({
            "version": 1,
            "organization": self.organization,
            "window": self.window.as_ref().map(|window| json!({"from": window.from, "to": window.to})),
            "group_by": self.noun(),
            "formula": if self.is_seed { "seed" } else { "default" },
            "criteria": criteria.collect::<Vec<Value>>(),
            "entries": self.entries.iter().map(entry).collect::<Vec<Value>>(),
            "evaluation": evaluation,
            "webhook": self.webhook.as_ref().map(webhook),
            "audit": audit,
            "error": null,
        })
    }
}
