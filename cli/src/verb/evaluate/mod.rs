//! `rulec evaluate`: how the strategies did that are live, by the organization's analytics (contract 1.5).

mod ask;
mod page;
mod report;
mod score;
mod send;
mod table;
mod wanted;

use std::time::{Duration, SystemTime};

use genesys_client::analytics::GroupBy;
use genesys_client::audit::{EvaluationRecord, Timings, WebhookSync, evaluation_id};
use genesys_client::rfc3339;
use routing_sim::strategy_score::Scheme;

use self::ask::{Asked, ask};
use self::report::{Entry, Report, Webhook, Window};
use self::wanted::{Wanted, wanted};
use crate::Outcome;
use crate::args::{EvaluateArgs, GroupArg};
use crate::deploy::home::Home;
use crate::deploy::outcome::print_json;
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::govern::Evaluating;
use crate::name::shown;
use crate::terminal::{Terminal, output_failed};
use crate::write;

/// The window where none is named, in days.
const DAYS: u32 = 7;

/// Asks, scores, shows, and notes it.
pub(crate) fn run(arguments: &EvaluateArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    // What is missing is known before anything is asked for.
    let receiver = arguments.send.then(send::receiver).transpose()?;
    let state = arguments.organization.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?;
    let scheme = scheme(arguments, &home);
    block_on(async {
        let session = Session::open(home, arguments.organization.org.as_deref(), None, terminal).await?;
        let noting = Evaluating::open(&session)?;
        let wanted = wanted(arguments, &session, terminal).await?;
        let target = &session.connection.target;
        let group = match arguments.group_by {
            GroupArg::Strategy => GroupBy::Strategy,
            GroupArg::Queue => GroupBy::Queue,
        };
        let window =
            if arguments.job.is_some() { None } else { Some(window(arguments, target.clock.now())?) };
        let job = arguments.job.as_deref().map(str::to_owned);
        let question = ask::Question { wanted: &wanted, scheme: &scheme, window, group, job };
        let asked = match ask(&question, arguments.timeout, &session, terminal).await {
            Ok(asked) => asked,
            Err(failure) => {
                noting.refused(&session, &failure.message, terminal);
                return Err(failure);
            }
        };
        let begun = target.clock.now();
        let entries = report::entries(&asked.rows, &wanted, group, question.job.is_none(), terminal);
        let entries = score::score(entries, &scheme, arguments.seed_compat)
            .map_err(|error| Failure::new(error.to_string()))?;
        let mut timings = asked.timings;
        timings.scoring_seconds = seconds(since(begun, target.clock.now()));
        let mut report = Report {
            organization: session.label.clone(),
            window: window.map(|(from, to)| Window { from: rfc3339(from), to: rfc3339(to) }),
            group,
            is_seed: arguments.seed_compat,
            scheme,
            entries,
            webhook: None,
        };
        let now = target.clock.now();
        if let Some(receiver) = &receiver {
            report.webhook = Some(send::send(receiver, &report, now).await);
            timings.webhook_seconds = seconds(since(now, target.clock.now()));
        }
        let evaluation = record(&report, &asked, &wanted, timings, &session);
        show(&report, terminal, arguments.json)?;
        if let Some(path) = &arguments.html {
            write::output(path, [], |out| out.write_all(page::page(&report).as_bytes()))?;
            terminal.note(format_args!("wrote `{}`", shown(path)));
        }
        let audited = noting.evaluated(&session, &evaluation, terminal);
        if arguments.json {
            print_json(&report.json(&evaluation, audited.as_ref()), terminal)?;
        }
        conclude(&report, &asked, &evaluation, terminal)
    })
}

/// What counts: the formula of old knows its own three metrics alone.
fn scheme(arguments: &EvaluateArgs, home: &Home) -> Scheme {
    match &home.config.evaluate {
        _ if arguments.rates => Scheme::rates(),
        Some(scheme) if !arguments.seed_compat => scheme.clone(),
        _ => Scheme::default(),
    }
}

/// From when to when, parts of seconds cut off as the question cuts them.
fn window(arguments: &EvaluateArgs, now: SystemTime) -> Result<(SystemTime, SystemTime), Failure> {
    let whole = |moment: SystemTime| {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
    };
    let to = whole(arguments.to.unwrap_or(now));
    let length = Duration::from_secs(u64::from(arguments.days.unwrap_or(DAYS)) * 24 * 60 * 60);
    let from = arguments.from.map(whole).or_else(|| to.checked_sub(length));
    let from = from.filter(|from| *from >= SystemTime::UNIX_EPOCH);
    let from = from.ok_or_else(|| Failure::new("the window begins before 1970").help("name fewer days"))?;
    Ok((from, to))
}

/// The audit record, in the contract's shape.
fn record(
    report: &Report,
    asked: &Asked,
    wanted: &Wanted,
    timings: Timings,
    session: &Session,
) -> EvaluationRecord {
    let clock = &*session.connection.target.clock;
    let now = clock.now();
    let webhook_sync_status = report.webhook.as_ref().map_or(WebhookSync::Skipped, |webhook| webhook.status);
    let is_complete = !report.entries.is_empty() && report.entries.iter().all(Entry::is_complete);
    let parts =
        [timings.submit_seconds, timings.job_seconds, timings.results_seconds, timings.scoring_seconds];
    EvaluationRecord {
        audit_id: evaluation_id(clock, now),
        strategy_ids: wanted.strategies.iter().map(|strategy| strategy.id.clone()).collect(),
        execution_timestamp: rfc3339(now),
        latency_seconds: rounded(parts.iter().sum()),
        row_count: asked.rows.len(),
        data_accuracy_rate: if asked.rows.is_empty() { 0.0 } else { 1.0 },
        webhook_sync_status,
        compliance_flag: is_complete && webhook_sync_status != WebhookSync::Failed,
        job_id: asked.job.clone(),
        timings,
    }
}

/// Shows the table, unless JSON is asked for.
fn show(report: &Report, terminal: &mut Terminal, json: bool) -> Result<(), Failure> {
    if json {
        return Ok(());
    }
    let color = terminal.out_color;
    table::write(report, terminal.out(), color).map_err(|error| output_failed(&error))?;
    // What follows is about it.
    terminal.flush()
}

/// Says how it went, and with which code it ends.
fn conclude(
    report: &Report,
    asked: &Asked,
    evaluation: &EvaluationRecord,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    terminal.flush()?;
    if asked.rows.is_empty() {
        terminal.warn(
            "the organization has no figures of them: choose a longer window, and see whether their queues take interactions",
        );
    }
    if report.is_seed {
        terminal.warn("these are scores by the formula of old: a slower answer counts as better");
    }
    terminal.note(format_args!(
        "{} of {} {} have a score, after {} s: {}",
        report.entries.iter().filter(|entry| entry.score.is_some()).count(),
        report.entries.len(),
        report.nouns(),
        evaluation.latency_seconds,
        evaluation.audit_id,
    ));
    match &report.webhook {
        Some(Webhook { status: WebhookSync::Failed, host, reason }) => {
            let reason = reason.as_deref().unwrap_or("nobody knows why");
            terminal.warn(&format!(
                "the webhook `{host}` did not take the results: {reason}; `rulec evaluate --send --job {}` sends them again",
                asked.job
            ));
            Ok(Outcome::Trouble)
        }
        Some(Webhook { host, .. }) => {
            terminal.note(format_args!("sent the results to {host}"));
            Ok(Outcome::Clean)
        }
        None => Ok(Outcome::Clean),
    }
}

fn since(begun: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(begun).unwrap_or_default()
}

/// Seconds, to the millisecond.
fn seconds(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64())
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
