//! Gives entries their scores, and puts the best first.

use routing_sim::strategy_score::{
    ExcludedMetric, Reason, Scheme, SchemeError, StrategyFigures, compare, seed_compat,
};

use super::report::Entry;

/// The entries with their scores: the best first, those without a score last.
///
/// # Errors
///
/// A scheme that nothing can be compared by.
pub(super) fn score(entries: Vec<Entry>, scheme: &Scheme, is_seed: bool) -> Result<Vec<Entry>, SchemeError> {
    let (mut known, mut unknown): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.reason.is_none());
    let figures: Vec<StrategyFigures> = known
        .iter()
        .map(|entry| StrategyFigures { strategy_id: entry.id.clone(), metrics: entry.figures.clone() })
        .collect();
    let comparison = compare(&figures, scheme)?;
    for (entry, scored) in known.iter_mut().zip(comparison.strategies) {
        // Rates are figures too, though nobody was asked for them.
        entry.figures.extend(scored.parts.into_iter().map(|part| (part.metric, part.value)));
        entry.excluded = scored.excluded.iter().map(words).collect();
        (entry.score, entry.percentile_rank) = (scored.score, scored.percentile_rank);
    }
    if is_seed {
        for (entry, scored) in known.iter_mut().zip(seed_compat(&figures)) {
            (entry.score, entry.percentile_rank) = (scored.score, scored.percentile_rank);
        }
    }
    for entry in known.iter_mut().filter(|entry| entry.score.is_none()) {
        entry.reason = Some(entry.excluded.join("; "));
    }
    // Stable: what is equal stays in the order of names.
    known.sort_by(|a, b| {
        b.score.unwrap_or(f64::NEG_INFINITY).total_cmp(&a.score.unwrap_or(f64::NEG_INFINITY))
    });
    let mut last: Option<(f64, usize)> = None;
    for (place, entry) in known.iter_mut().enumerate() {
        let Some(score) = entry.score else { continue };
        let rank = match last {
            Some((before, rank)) if before.total_cmp(&score).is_eq() => rank,
            _ => place + 1,
        };
        last = Some((score, rank));
        entry.rank = Some(rank);
    }
    known.append(&mut unknown);
    Ok(known)
}

/// A metric that does not count, and why.
fn words(excluded: &ExcludedMetric) -> String {
    let reason = match excluded.reason {
        Reason::Missing => "is missing",
        Reason::NotANumber => "is no number",
        Reason::NothingOffered => "is a share of no calls",
    };
    format!("`{}` {reason}", excluded.metric)
}
