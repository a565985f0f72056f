//! What to say of columns that are wanted and in no record.

use std::collections::BTreeMap;

use rule_backtest::records::Absent;

use crate::render::clean::clean;

/// The most columns that one warning names.
const MAX_NAMES: usize = 10;

/// The warnings: one for all columns that the same files lack, apart from those for which there is a hint. A hint is
/// empty, or the end of a sentence.
pub(crate) fn warnings<'a>(
    absent: &'a [Absent<'a>],
    files: &[&str],
    hint: impl Fn(&Absent<'_>) -> String,
) -> Vec<String> {
    let mut by_source: BTreeMap<&str, Vec<&Absent<'_>>> = BTreeMap::new();
    for one in absent {
        by_source.entry(one.source).or_default().push(one);
    }
    let mut warnings = Vec::new();
    let mut without_hint: BTreeMap<Vec<u32>, Vec<&str>> = BTreeMap::new();
    for (source, lacking) in by_source {
        let places: Vec<u32> = lacking.iter().map(|one| one.file).collect();
        match lacking.into_iter().map(&hint).find(|hint| !hint.is_empty()) {
            Some(hint) => {
                warnings.push(format!("no record{} has `{}`{hint}", of(&places, files), clean(source)));
            }
            None => without_hint.entry(places).or_default().push(source),
        }
    }
    for (places, sources) in without_hint {
        let mut names: Vec<String> =
            sources.iter().take(MAX_NAMES).map(|source| format!("`{}`", clean(source))).collect();
        if let Some(more) = sources.len().checked_sub(MAX_NAMES).filter(|more| *more > 0) {
            names.push(format!("{more} more"));
        }
        let last = names.pop().unwrap_or_default();
        let all = if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) };
        warnings.push(format!("no record{} has {all}", of(&places, files)));
    }
    warnings
}

/// Of which files, where it is not all of them.
fn of(places: &[u32], files: &[&str]) -> String {
    let name = |place: &u32| clean(files.get(*place as usize).copied().unwrap_or_default()).into_owned();
    match places {
        all if all.len() >= files.len() && files.len() > 1 => String::new(),
        [] => String::new(),
        [one] => format!(" of `{}`", name(one)),
        [first, more @ ..] => format!(" of `{}` and {} more files", name(first), more.len()),
    }
}
