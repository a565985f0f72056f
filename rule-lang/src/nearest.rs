//! The nearest name to a misspelt one.

/// The candidate that `wrong` most likely means, if one is near enough: at most a third of its length away, and
/// case counts for nothing. The first of equally near ones in alphabetical order, so that the answer does not
/// depend on the order in which names are known.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distances are quadratic in length; nobody misspells a name that long.
    if wrong.len() > 128 {
        return None;
    }
    let folded = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 128 && candidate.len().abs_diff(wrong.len()) <= limit * 4)
        .map(|candidate| (strsim::osa_distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}
