//! The results of a job, over all its pages (contract 1.5; D60).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::text::clean;
use crate::{Client, Error, ErrorKind, Request};

/// What a job says of a strategy, or of a queue.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Its id.
    pub entity: String,
    /// Its figures by their metrics; times are in seconds. A metric that was asked for may be missing.
    pub metrics: BTreeMap<String, f64>,
}

/// The results of a job that has completed, in the order in which the organization gives them.
///
/// A figure without a `value` is 0, as the contract says; one that is null is missing.
///
/// # Errors
/// As [`Client::list`]; [`ErrorKind::Answer`] where an answer is no result, or says twice what it may say once: which of
/// two figures holds is not for us to pick.
pub async fn results(client: &Client, job: &str) -> Result<Vec<Row>, Error> {
    let purpose = "read the results of the analytics job";
    let path = format!("{}/results", super::job::path(job));
    let request = Request::get(path, purpose).query("pageSize", 100);
    let wrong = |message: String| Error {
        request: Some(crate::response::name(&request)),
        status: Some(200),
        ..Error::without_effect(ErrorKind::Answer, purpose.to_owned(), message)
    };
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for entity in client.list(&request).await? {
        let row = row(&entity).map_err(wrong)?;
        if rows.insert(row.entity.clone(), all.len()).is_some() {
            return Err(wrong(format!("there are two results for `{}`", clean(&row.entity, &[]))));
        }
        all.push(row);
    }
    Ok(all)
}

fn row(entity: &Map<String, Value>) -> Result<Row, String> {
    let id = entity.get("entityId").and_then(Value::as_str).filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| "a result has no `entityId`".to_owned())?;
    let shown = || clean(id, &[]);
    let list = match entity.get("metrics") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(list)) => list,
        Some(_) => return Err(format!("the metrics of `{}` are no list", shown())),
    };
    let mut metrics = BTreeMap::new();
    for figure in list {
        let metric = figure.get("metricId").and_then(Value::as_str).filter(|metric| !metric.is_empty());
        let metric = metric.ok_or_else(|| format!("a metric of `{}` has no `metricId`", shown()))?;
        let value = match figure.get("value") {
            None => 0.0,
            Some(Value::Null) => continue,
            Some(value) => value
                .as_f64()
                .ok_or_else(|| format!("`{}` of `{}` is no number", clean(metric, &[]), shown()))?,
        };
        if metrics.insert(metric.to_owned(), value).is_some() {
            return Err(format!("`{}` has two figures for `{}`", shown(), clean(metric, &[])));
        }
    }
    Ok(Row { entity: id.to_owned(), metrics })
}
