//! Where a score stands among all.

/// For each score the share of scores that it is as good as or better than: its rank from below over the number of scores, where
/// equal scores share the mean of their ranks. What is no number has none, and is not counted.
pub fn percentile_ranks(scores: &[f64]) -> Vec<Option<f64>> {
    let mut sorted: Vec<f64> = scores.iter().copied().filter(|score| !score.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = |score: f64| {
        // By value, for which 0 and -0 are one.
        let below = sorted.partition_point(|other| *other < score);
        let not_above = sorted.partition_point(|other| *other <= score);
        // The mean of the ranks below + 1 to not_above.
        count(below + not_above + 1) / 2.0 / count(sorted.len())
    };
    scores.iter().map(|&score| (!score.is_nan()).then(|| rank(score))).collect()
}

fn count(number: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "strategies are few")]
    let count = number as f64;
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_share_the_mean_of_their_ranks() {
        assert_eq!(
            percentile_ranks(&[0.5, 0.1, 0.5, f64::NAN, 0.9]),
            [Some(0.625), Some(0.25), Some(0.625), None, Some(1.0)]
        );
        assert_eq!(percentile_ranks(&[0.0, -0.0]), [Some(0.75), Some(0.75)]);
        assert_eq!(percentile_ranks(&[]), []);
    }
}
