//! `[evaluate]`: which metrics make a strategy's score, in which direction, with which weight (contract 1.5).

use std::borrow::Cow;

use routing_sim::strategy_score::{Criterion, Direction, Scheme};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, integer, section, unknown};

/// The keys of the section.
const KEYS: [&str; 1] = ["metrics"];
/// The keys of a metric.
const METRIC: [&str; 2] = ["better", "weight"];
/// What the rows of a report call other things.
const TAKEN: [&str; 4] = ["strategyId", "queueId", "score", "percentile_rank"];
/// The largest weight.
const MAX_WEIGHT: f64 = 1e6;

/// Reads `[evaluate]`: none where it says nothing of metrics.
pub(super) fn read(table: &DeTable<'_>) -> Result<Option<Scheme>, Mistake> {
    let mut scheme = None;
    for (key, value) in table {
        if key.get_ref() != "metrics" {
            return Err(unknown("setting of evaluations", key, &KEYS));
        }
        let table = section(key, value)?;
        if table.is_empty() {
            return Err(Mistake::new(key.span(), "`[evaluate.metrics]` names no metric").help(
                "write `handledCalls = { better = \"higher\", weight = 0.3 }`, or leave the section out for the usual ones",
            ));
        }
        let mut metrics: Vec<_> = table.iter().collect();
        // As their author ordered them, so columns stand.
        metrics.sort_by_key(|(name, _)| name.span().start);
        let criteria =
            metrics.into_iter().map(|(name, value)| metric(name, value)).collect::<Result<_, _>>()?;
        scheme = Some(Scheme { criteria });
    }
    Ok(scheme)
}

fn metric(name: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Result<Criterion, Mistake> {
    let shown = name.get_ref();
    if shown.trim().is_empty() || TAKEN.contains(&shown.as_ref()) {
        return Err(Mistake::new(name.span(), format!("`{shown}` is no name of a metric"))
            .help("it stands for something else in reports, or for nothing"));
    }
    let table = value.get_ref().as_table().ok_or_else(|| {
        Mistake::new(value.span(), format!("`{shown}` is a metric, with a direction and a weight"))
            .help(format!("write `{shown} = {{ better = \"higher\", weight = 0.3 }}`"))
    })?;
    let (mut better, mut weight) = (None, None);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "better" => better = Some(direction(value)?),
            "weight" => weight = Some(number(value)?),
            _ => return Err(unknown("setting of a metric", key, &METRIC)),
        }
    }
    let missing = |what: &str, help: &str| {
        Mistake::new(name.span(), format!("the metric `{shown}` does not say {what}")).help(help)
    };
    Ok(Criterion {
        metric: shown.to_string(),
        direction: better.ok_or_else(|| {
            missing("which figures are better", "add `better = \"higher\"` or `better = \"lower\"`")
        })?,
        weight: weight.ok_or_else(|| missing("how much it counts", "add `weight = 0.3`"))?,
    })
}

fn direction(value: &Spanned<DeValue<'_>>) -> Result<Direction, Mistake> {
    match value.get_ref().as_str() {
        Some("higher") => Ok(Direction::Higher),
        Some("lower") => Ok(Direction::Lower),
        _ => Err(Mistake::new(value.span(), "`better` is `\"higher\"` or `\"lower\"`")
            .help("of a speed of answer in seconds, lower is better")),
    }
}

/// A weight. Only their proportions count.
fn number(value: &Spanned<DeValue<'_>>) -> Result<f64, Mistake> {
    let float = value.get_ref().as_float().and_then(|float| float.as_str().parse::<f64>().ok());
    #[expect(clippy::cast_precision_loss, reason = "what loses digits is too large in any case")]
    let weight = float.or_else(|| integer(value).map(|whole| whole as f64));
    weight.filter(|weight| *weight > 0.0 && *weight <= MAX_WEIGHT).ok_or_else(|| {
        Mistake::new(value.span(), "`weight` is a number more than 0, and a million at most")
            .help("leave a metric out that is not to count; only the proportions of weights matter")
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn metrics_are_read_in_their_order_with_direction_and_weight() {
        let text = "[evaluate.metrics]\nhandledCalls = { better = \"higher\", weight = 1 }\n\
            [evaluate.metrics.abandonRate]\nbetter = \"lower\"\nweight = 0.5\n";
        let criterion =
            |metric: &str, weight, direction| Criterion { metric: metric.to_owned(), weight, direction };
        let expected = [
            criterion("handledCalls", 1.0, Direction::Higher),
            criterion("abandonRate", 0.5, Direction::Lower),
        ];
        let scheme = parse(text).unwrap().evaluate.unwrap();
        assert_eq!(scheme.criteria, expected);
        assert!(scheme.check().is_ok());
        assert_eq!(parse("[evaluate]\n").unwrap().evaluate, None);
    }

    #[test]
    fn mistakes_are_named_where_they_stand() {
        for (text, place, says) in [
            ("[evaluate]\nmetric = 1\n", "metric", "no setting of evaluations `metric`"),
            ("[evaluate.metrics]\n", "metrics", "names no metric"),
            ("[evaluate.metrics]\na = 1\n", "1", "a direction and a weight"),
            ("[evaluate.metrics]\nscore = {}\n", "score", "is no name of a metric"),
            ("[evaluate.metrics]\na = { weight = 1 }\n", "a", "which figures are better"),
            ("[evaluate.metrics]\na = { better = \"higher\" }\n", "a", "how much it counts"),
            ("[evaluate.metrics]\na = { better = \"more\" }\n", "\"more\"", "`better` is"),
            ("[evaluate.metrics]\na = { weight = 0 }\n", "0", "more than 0"),
            ("[evaluate.metrics]\na = { weight = -0.5 }\n", "-0.5", "more than 0"),
            ("[evaluate.metrics]\na = { weight = nan }\n", "nan", "more than 0"),
            ("[evaluate.metrics]\na = { weight = inf }\n", "inf", "more than 0"),
            ("[evaluate.metrics]\na = { weigth = 1 }\n", "weigth", "no setting of a metric `weigth`"),
        ] {
            let mistake = parse(text).unwrap_err();
            assert!(mistake.message.contains(says), "{text}: {}", mistake.message);
            assert_eq!(&text[mistake.span.clone()], place, "{text}");
        }
    }
}
