//! Guards: what strategies ask of the live organization before anything is written.

use std::fmt::Write;

use genesys_client::guard::{Checked, check};
use genesys_client::plan::{Observed, Plan};
use genesys_model::{Bundle, Measure};

use super::session::Session;
use crate::failure::Failure;
use crate::govern::timed_with_others;
use crate::render::plan::words::quoted;
use crate::terminal::{GREEN, RED, count, paint};

/// Asks for the live figures of a bundle's guards. The plan says which live queues are meant.
///
/// # Errors
///
/// What a request says.
pub(crate) async fn checked(
    session: &Session,
    bundle: Option<&Bundle>,
    observed: &Observed,
    plan: &Plan,
) -> Result<Vec<Checked>, Failure> {
    let Some(bundle) = bundle else { return Ok(Vec::new()) };
    let client = &session.connection.target.client;
    let checks = check(client, bundle, observed, plan);
    let all_hold = |guards: &Vec<Checked>| guards.iter().all(|one| one.holds);
    let checked = timed_with_others(&session.connection.recorder, "guards", checks, all_hold).await;
    checked.map_err(|error| Failure::from(&error))
}

/// The guards with their live figures, a line each.
pub(crate) fn text(guards: &[Checked], color: bool) -> String {
    let mut out = String::new();
    if guards.is_empty() {
        return out;
    }
    out.push_str("Guards:\n");
    for one in guards {
        let (sign, style) = if one.holds { ("holds:", GREEN) } else { ("FAILS:", RED) };
        let _ = writeln!(out, "  {} {}", paint(color, style, sign), line(one));
    }
    out.push('\n');
    out
}

/// `strategy "voice" in "Orders": 50 licenses, at least 20 needed`
fn line(one: &Checked) -> String {
    let measure = match one.guard.measure {
        Measure::Licenses => "license",
        Measure::AvailableAgents => "available agent",
    };
    let percent = one.guard.percent.map(|percent| format!(" ({percent}% of its licenses)"));
    let found = count(usize::try_from(one.found).unwrap_or(usize::MAX), measure);
    format!(
        "strategy {} in {}: {found}, at least {}{} needed",
        quoted(&one.media_type),
        quoted(&one.queue),
        one.guard.at_least,
        percent.unwrap_or_default()
    )
}

/// The same for pull requests.
pub(crate) fn markdown(guards: &[Checked]) -> String {
    if guards.is_empty() {
        return String::new();
    }
    format!("\n```\n{}\n```\n", text(guards, false).trim_end())
}

/// Why nothing is deployed, where a guard does not hold.
pub(crate) fn refusal(guards: &[Checked]) -> Option<Failure> {
    let failed: Vec<String> = guards.iter().filter(|one| !one.holds).map(line).collect();
    if failed.is_empty() {
        return None;
    }
    let does = if failed.len() == 1 { "a guard does" } else { "guards do" };
    let mut failure = Failure::new(format!("{does} not hold, and nothing was changed"))
        .help("deploy when the figures allow it, or change the `guard:` lines of the strategies");
    failure.notes = failed;
    Some(failure)
}
