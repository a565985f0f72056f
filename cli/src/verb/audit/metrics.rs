//! `rulec audit metrics`: error rates and latencies over any span of deployments (contract 1.1, "Governance").

use genesys_client::audit::{Figures, Measured, Metrics, Part, Summary, summary};
use serde::Serialize;

use super::{home, is_of};
use crate::Outcome;
use crate::args::AuditMetricsArgs;
use crate::deploy::outcome::print_json;
use crate::failure::Failure;
use crate::govern::file_failure;
use crate::name::shown;
use crate::render::clean::clean;
use crate::terminal::{Terminal, count, output_failed};

/// Prints the figures.
pub(super) fn run(arguments: &AuditMetricsArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    if let (Some(from), Some(to)) = (arguments.from, arguments.to)
        && from > to
    {
        return Err(Failure::new(format!("no deployment is from {from} on and up to {to}"))
            .help(format!("did you mean `--from {to} --to {from}`?")));
    }
    let home = home(&arguments.state, terminal)?;
    let path = home.state.metrics();
    let metrics = Metrics::read(&path).map_err(|error| file_failure(&error))?;
    if metrics.damaged > 0 {
        terminal.warn(&format!("{} of `{}` cannot be read", count(metrics.damaged, "line"), shown(&path)));
    }
    let is_in = |run: &&Measured| {
        let from = arguments.from.is_none_or(|from| run.deployment.is_some_and(|number| number >= from));
        let to = arguments.to.is_none_or(|to| run.deployment.is_some_and(|number| number <= to));
        from && to && is_of(&run.organization, arguments.org.as_deref())
    };
    let mut runs: Vec<&Measured> = metrics.runs.iter().filter(is_in).collect();
    if let Some(last) = arguments.last {
        runs.drain(..runs.len().saturating_sub(last));
    }
    let summary = summary(runs);
    if arguments.json {
        #[derive(Serialize)]
        struct Json {
            version: u32,
            #[serde(flatten)]
            summary: Summary,
        }
        print_json(&Json { version: 1, summary }, terminal)?;
    } else {
        let text = table(&summary);
        terminal.out().write_all(text.as_bytes()).map_err(|error| output_failed(&error))?;
    }
    Ok(Outcome::Clean)
}

fn table(summary: &Summary) -> String {
    let mut rows = vec![("API calls".to_owned(), &summary.api.all)];
    let kinds =
        |part: &'_ Part| part.kinds.keys().map(|kind| format!("  {}", clean(kind))).collect::<Vec<_>>();
    rows.extend(kinds(&summary.api).into_iter().zip(summary.api.kinds.values()));
    rows.push(("Validation".to_owned(), &summary.validation.all));
    rows.extend(kinds(&summary.validation).into_iter().zip(summary.validation.kinds.values()));
    let runs = if summary.runs == 1 { "1 run".to_owned() } else { format!("{} runs", summary.runs) };
    let width = rows.iter().map(|(name, _)| name.chars().count()).chain([runs.len()]).max().unwrap_or(0);
    let head = format!(
        "{runs:width$}  {:>7}  {:>7}  {:>8}  {:>9}  {:>9}\n",
        "count", "errors", "error %", "p50 ms", "p95 ms"
    );
    rows.iter().fold(head, |text, (name, figures)| {
        let Figures { count, errors, error_rate, p50_latency_ms, p95_latency_ms } = figures;
        let percent = error_rate * 100.0;
        text + &format!(
            "{name:width$}  {count:>7}  {errors:>7}  {percent:>8.2}  {p50_latency_ms:>9.2}  {p95_latency_ms:>9.2}\n"
        )
    })
}
