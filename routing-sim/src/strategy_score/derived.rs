//! Metrics that follow from others: shares instead of volumes (contract 1.5, D57).

use std::collections::BTreeMap;

use super::Reason;

/// The share of offered calls that are abandoned.
pub const ABANDON_RATE: &str = "abandonRate";

/// The share of offered calls that are handled.
pub const ANSWER_RATE: &str = "answerRate";

/// The value of a metric for one strategy: as it is given, or else derived.
pub(super) fn value(metrics: &BTreeMap<String, f64>, metric: &str) -> Result<f64, Reason> {
    let given = |name: &str| match metrics.get(name) {
        Some(value) if value.is_finite() => Ok(*value),
        Some(_) => Err(Reason::NotANumber),
        None => Err(Reason::Missing),
    };
    let part = match metric {
        ABANDON_RATE if !metrics.contains_key(metric) => "abandonedCalls",
        ANSWER_RATE if !metrics.contains_key(metric) => "handledCalls",
        _ => return given(metric),
    };
    // What is offered is either said, or all that ended one way or the other.
    let offered = match given("offeredCalls") {
        Err(Reason::Missing) => given("handledCalls")? + given("abandonedCalls")?,
        offered => offered?,
    };
    if offered > 0.0 && offered.is_finite() {
        Ok(given(part)? / offered)
    } else {
        Err(Reason::NothingOffered)
    }
}
