//! The query as it is sent, and what it must be (contract 1.5, "Limits"; D55).

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use genesys_model::AnalyticsQuery;
use humantime::{format_rfc3339_millis, parse_rfc3339};

/// The most metrics of a query.
pub const MAX_METRICS: usize = 10;

/// The longest window of a query, to the second.
pub const MAX_WINDOW: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The only resolution that is offered.
const BY_DAY: &str = "byDay";
/// Its length.
const ONE_DAY: &str = "P1D";
/// The year 10000, which the form of moments does not reach.
const END_OF_TIME: Duration = Duration::from_secs(253_402_300_800);

/// What a result is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupBy {
    /// A strategy.
    Strategy,
    /// A queue, with all its strategies that are asked for.
    Queue,
}

impl GroupBy {
    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strategy => "strategyId",
            Self::Queue => "queueId",
        }
    }
}

/// Why a query is not sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// It is about nothing.
    #[error("the query names no strategy")]
    NoStrategies,
    /// A strategy has no id.
    #[error("the query names a strategy without an id")]
    EmptyStrategy,
    /// It asks for nothing.
    #[error("the query asks for no metric")]
    NoMetrics,
    /// A metric has no name.
    #[error("the query asks for a metric without a name")]
    EmptyMetric,
    /// It asks for too much.
    #[error("the query asks for {found} metrics, and {MAX_METRICS} are the most")]
    TooManyMetrics {
        /// How many.
        found: usize,
    },
    /// It names something twice.
    #[error("the query names `{0}` twice")]
    Twice(String),
    /// A moment is none.
    #[error("`{field}` is no moment like `2026-01-01T00:00:00.000Z`: `{text}`")]
    Moment {
        /// `from` or `to`.
        field: &'static str,
        /// What it says.
        text: String,
    },
    /// It ends before it begins, or as it begins.
    #[error("the window ends at {to}, which is not after its beginning at {from}")]
    Backwards {
        /// Where it begins.
        from: String,
        /// Where it ends.
        to: String,
    },
    /// Its window is too long.
    #[error("the window is {} s longer than 30 days, the most that is answered", .over.as_secs_f64())]
    TooLong {
        /// By how much.
        over: Duration,
    },
    /// It groups by something else.
    #[error("results are by `strategyId` or `queueId`, not by `{0}`")]
    Dimension(String),
    /// It groups by nothing.
    #[error("the query does not say what results are about")]
    NoDimension,
    /// It wants another resolution.
    #[error("`{field}` is `{expected}`, not `{found}`")]
    Fixed {
        /// Which field.
        field: &'static str,
        /// What it must say.
        expected: &'static str,
        /// What it says.
        found: String,
    },
}

/// A query of these metrics of these strategies from one moment up to another, parts of seconds cut off.
///
/// # Errors
/// As [`check`]: what is given back can be sent.
pub fn query(
    strategies: Vec<String>,
    metrics: Vec<String>,
    from: SystemTime,
    to: SystemTime,
    group_by: GroupBy,
) -> Result<AnalyticsQuery, QueryError> {
    let query = AnalyticsQuery {
        strategy_ids: strategies,
        metric_types: metrics,
        time_group: BY_DAY.to_owned(),
        interval: ONE_DAY.to_owned(),
        from: written("from", from)?,
        to: written("to", to)?,
        group_bys: vec![group_by.as_str().to_owned()],
        is_async: true,
    };
    check(&query)?;
    Ok(query)
}

/// Whether the query, as it would be sent, is one that the platform answers.
///
/// # Errors
/// The first limit of contract 1.5 that it breaks.
pub fn check(query: &AnalyticsQuery) -> Result<(), QueryError> {
    if query.strategy_ids.is_empty() {
        return Err(QueryError::NoStrategies);
    }
    if query.metric_types.is_empty() {
        return Err(QueryError::NoMetrics);
    }
    if query.metric_types.len() > MAX_METRICS {
        return Err(QueryError::TooManyMetrics { found: query.metric_types.len() });
    }
    if query.strategy_ids.iter().any(|id| id.trim().is_empty()) {
        return Err(QueryError::EmptyStrategy);
    }
    if query.metric_types.iter().any(|metric| metric.trim().is_empty()) {
        return Err(QueryError::EmptyMetric);
    }
    if query.group_bys.is_empty() {
        return Err(QueryError::NoDimension);
    }
    let known = [GroupBy::Strategy, GroupBy::Queue].map(GroupBy::as_str);
    if let Some(other) = query.group_bys.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(QueryError::Dimension(other.clone()));
    }
    for list in [&query.strategy_ids, &query.metric_types, &query.group_bys] {
        let mut seen = BTreeSet::new();
        if let Some(twice) = list.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(QueryError::Twice(twice.clone()));
        }
    }
    let is_async = if query.is_async { "true" } else { "false" };
    for (field, expected, found) in [
        ("timeGroup", BY_DAY, query.time_group.as_str()),
        ("interval", ONE_DAY, query.interval.as_str()),
        ("async", "true", is_async),
    ] {
        if found != expected {
            return Err(QueryError::Fixed { field, expected, found: found.to_owned() });
        }
    }
    let (from, to) = (read("from", &query.from)?, read("to", &query.to)?);
    match to.duration_since(from) {
        Ok(window) if window > MAX_WINDOW => Err(QueryError::TooLong { over: window.abs_diff(MAX_WINDOW) }),
        Ok(window) if !window.is_zero() => Ok(()),
        _ => Err(QueryError::Backwards { from: query.from.clone(), to: query.to.clone() }),
    }
}

fn read(field: &'static str, text: &str) -> Result<SystemTime, QueryError> {
    parse_rfc3339(text).map_err(|_| QueryError::Moment { field, text: text.to_owned() })
}

/// A moment as the contract writes it: whole seconds, with three zeros.
fn written(field: &'static str, moment: SystemTime) -> Result<String, QueryError> {
    let since = moment.duration_since(UNIX_EPOCH).ok().filter(|since| *since < END_OF_TIME);
    let whole = since.and_then(|since| UNIX_EPOCH.checked_add(Duration::from_secs(since.as_secs())));
    // What lies outside has no such form.
    let outside = || QueryError::Moment { field, text: format!("{moment:?}") };
    whole.map(|whole| format_rfc3339_millis(whole).to_string()).ok_or_else(outside)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Spoil = fn(&mut AnalyticsQuery);

    fn sound() -> AnalyticsQuery {
        let from = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        query(
            vec!["s-1".to_owned()],
            vec!["handledCalls".to_owned()],
            from,
            from + MAX_WINDOW,
            GroupBy::Strategy,
        )
        .unwrap()
    }

    #[test]
    fn a_query_is_the_contracts() {
        let json = serde_json::to_value(sound()).unwrap();
        let expected = serde_json::json!({
            "strategyIds": ["s-1"], "metricTypes": ["handledCalls"], "timeGroup": "byDay", "interval": "P1D",
            "from": "2026-01-01T00:00:00.000Z", "to": "2026-01-31T00:00:00.000Z",
            "groupBys": ["strategyId"], "async": true,
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn what_breaks_a_limit_is_refused_with_its_reason() {
        let cases: [(Spoil, &str); 17] = [
            (|query| query.strategy_ids.clear(), "names no strategy"),
            (|query| query.strategy_ids.push(" ".to_owned()), "without an id"),
            (|query| query.strategy_ids.push("s-1".to_owned()), "names `s-1` twice"),
            (|query| query.metric_types.clear(), "no metric"),
            (|query| query.metric_types = (0..11).map(|number| number.to_string()).collect(), "11 metrics"),
            (|query| query.metric_types.push(String::new()), "without a name"),
            (|query| query.metric_types.push("handledCalls".to_owned()), "`handledCalls` twice"),
            (|query| query.group_bys.clear(), "what results are about"),
            (|query| query.group_bys = vec!["agentId".to_owned()], "not by `agentId`"),
            (|query| query.to = "2026-01-31T00:00:01.000Z".to_owned(), "is 1 s longer than 30 days"),
            (|query| query.to = "2026-01-31T23:00:00.000Z".to_owned(), "is 82800 s longer"),
            (|query| query.to = "2026-01-31T00:00:00.001Z".to_owned(), "is 0.001 s longer"),
            (|query| query.to.clone_from(&query.from), "not after its beginning"),
            (|query| std::mem::swap(&mut query.from, &mut query.to), "not after its beginning"),
            (|query| query.from = "yesterday".to_owned(), "`from` is no moment"),
            (|query| query.time_group = "byHour".to_owned(), "`timeGroup` is `byDay`"),
            (|query| query.is_async = false, "`async` is `true`"),
        ];
        for (change, says) in cases {
            let mut query = sound();
            change(&mut query);
            let error = check(&query).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let mut both = sound();
        both.metric_types = (0..10).map(|number| number.to_string()).collect();
        both.group_bys = vec!["queueId".to_owned(), "strategyId".to_owned()];
        assert_eq!(check(&both), Ok(()));
    }

    proptest! {
        #[test]
        fn a_window_is_taken_where_it_is_forwards_and_at_most_30_days_by_the_second(
            begin in 0_u64..4_000_000_000, length in -100_000_i64..2_700_000, millis in 0_u64..1000,
        ) {
            let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_millis(millis);
            let Some(end) = begin.checked_add_signed(length) else { return Ok(()) };
            let made = query(vec!["s".to_owned()], vec!["m".to_owned()], at(begin), at(end), GroupBy::Queue);
            prop_assert_eq!(made.is_ok(), (1..=2_592_000).contains(&length));
        }
    }
}
