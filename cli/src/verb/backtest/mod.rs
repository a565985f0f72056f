//! `rulec backtest`: the rules over records of the past.

pub(crate) mod absent;
pub(crate) mod columns;
mod emit;
pub(crate) mod files;
mod page;
mod progress;
mod text;

use std::io;
use std::num::NonZero;
use std::time::{Duration, Instant};

use genesys_model::{Bundle, RuleBody};
use rule_backtest::records::{Limits, RecordError};
use rule_backtest::report::Before;
use rule_backtest::{Backtest, Counted, MAX_STEPS, Report, Spent, run as count_records};
use rule_compiler::Symbols;
use rule_eval::columnar::ColumnRules;
use rule_lang::nearest;
use serde::Serialize;

use self::columns::Columns;
use self::progress::Progress;
use crate::against::{self, Other};
use crate::args::BacktestArgs;
use crate::config::Records;
use crate::failure::Failure;
use crate::load::Workspace;
use crate::name::shown;
use crate::render::clean::clean;
use crate::terminal::{Terminal, output_failed};
use crate::verb::check::sound;
use crate::verb::compile::only_project;
use crate::verb::eval::queues;
use crate::{Outcome, write};

/// The most threads that one may ask for.
const MAX_THREADS: usize = 256;
/// The most examples that one may ask for.
const MAX_EXAMPLES: usize = 1_000;

/// What it took, beside what was found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Took {
    /// How long it took, in seconds.
    seconds: f64,
    /// How many records that is in each.
    records_per_second: f64,
    /// How many cores worked on it.
    threads: usize,
    /// The share of their time that was reading, and not evaluating or counting.
    reading_share: f64,
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    #[serde(flatten)]
    report: &'a Report,
    took: Took,
}

/// Runs the rules over records and says what they do.
pub(crate) fn run(arguments: &BacktestArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut workspace = Workspace::load_own(&arguments.rules, terminal.err_color)?;
    if !sound(&mut workspace, "backtest", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "backtest")?;
    let symbols = project.program.symbols();
    let bundle = project.program.compile();
    let settings = Records {
        id: arguments.id.clone().or_else(|| project.config.records.id.clone()),
        time: arguments.time.clone().or_else(|| project.config.records.time.clone()),
        columns: project.config.records.columns.clone(),
    };
    let state = arguments.state.as_deref();
    let root = project.root.as_deref();
    let other = match &arguments.against {
        Some(named) => Some(against::read(named, root, arguments.org.as_deref(), state, terminal)?),
        None => None,
    };
    let rules = ready(&bundle, arguments.queue.as_deref(), true)?;
    let before = match &other {
        Some(other) => Some(ready(&other.bundle, arguments.queue.as_deref(), false)?),
        None => None,
    };
    let all_symbols: Vec<&Symbols> =
        std::iter::once(symbols).chain(other.as_ref().and_then(Other::symbols)).collect();
    let fields = rules.fields().iter().chain(before.iter().flat_map(ColumnRules::fields));
    let columns = columns::columns(fields, &all_symbols, &settings)?;
    if let Some(dialect) = arguments.dialect {
        let query = emit::emit(arguments, dialect, rules.rules(), &columns.wanted)?;
        writeln!(terminal.out(), "{}", query.trim_end()).map_err(|error| output_failed(&error))?;
        return Ok(Outcome::Clean);
    }

    let began = Instant::now();
    let threads =
        arguments.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get));
    let (counted, names) = counted(arguments, &columns, &rules, before.as_ref(), threads, terminal)?;
    let files: Vec<&str> = names.iter().map(String::as_str).collect();
    let absences = counted.found.absent(&columns.wanted);
    for warning in absent::warnings(&absences, &files, |one| columns::hint(one, symbols, &columns.wanted)) {
        terminal.warn(&warning);
    }
    if counted.tally.steps.len() >= MAX_STEPS {
        terminal.warn(&format!("there are more than {MAX_STEPS} steps of time: choose a longer `--step`"));
    }
    let before = match (&other, &before, &counted.moves) {
        (Some(other), Some(before), Some(moves)) => {
            Some(Before { label: &other.label, rules: before.rules(), moves })
        }
        _ => None,
    };
    let report = Report::new(rules.rules(), &counted.tally, before, &names, counted.rejected);
    let took = Took::new(began.elapsed(), report.records, threads, counted.spent);
    told(arguments, &report, took, terminal)?;
    Ok(Outcome::Clean)
}

/// Prints and writes what was found.
fn told(
    arguments: &BacktestArgs,
    report: &Report,
    took: Took,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    if let Some(path) = &arguments.html {
        write::output(path, [], |out| out.write_all(page::page(report, took).as_bytes()))?;
    }
    let color = terminal.out_color;
    let out = terminal.out();
    let written = if arguments.json {
        serde_json::to_writer_pretty(&mut *out, &Json { version: 1, report, took })
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        text::write(out, color, report)
    };
    written.map_err(|error| output_failed(&error))?;
    terminal.flush()?;
    terminal.note(text::summary(report, took));
    if let Some(path) = &arguments.html {
        terminal.note(format_args!("wrote `{}`", shown(path)));
    }
    Ok(())
}

/// Rules made ready; of one queue, where it is named. With `is_needed`, that queue must have rules.
fn ready<'a>(bundle: &'a Bundle, queue: Option<&str>, is_needed: bool) -> Result<ColumnRules<'a>, Failure> {
    let is_of = |rule: &&RuleBody| queue.is_none_or(|queue| rule.queue.as_str() == queue);
    let rules: Vec<&RuleBody> = bundle.rules.iter().filter(is_of).collect();
    if let Some(queue) = queue.filter(|_| rules.is_empty() && is_needed) {
        let near = nearest(queue, bundle.rules.iter().map(|rule| rule.queue.as_str()));
        let failure = Failure::new(format!("no rule belongs to a queue `{}`", clean(queue)));
        return Err(
            failure.help(near.map_or_else(|| queues(bundle), |near| format!("did you mean `{near}`?")))
        );
    }
    ColumnRules::new(rules).map_err(|error| Failure::new(error.to_string()))
}

/// Counts the records of all files, whose names it gives too.
fn counted(
    arguments: &BacktestArgs,
    columns: &Columns,
    rules: &ColumnRules<'_>,
    before: Option<&ColumnRules<'_>>,
    threads: usize,
    terminal: &mut Terminal,
) -> Result<(Counted, Vec<String>), Failure> {
    let limit = |what: &str, number: usize, most: usize| {
        if number <= most { Ok(()) } else { Err(Failure::new(format!("`--{what}` is at most {most}"))) }
    };
    limit("threads", threads, MAX_THREADS)?;
    limit("examples", arguments.examples, MAX_EXAMPLES)?;
    let step = arguments.step.as_deref().map_or(Ok(Duration::from_secs(86_400)), step)?;
    let sources = files::sources(&arguments.records)?;
    let names = sources.iter().map(|source| source.name.clone()).collect();
    let limits = Limits { rejects: arguments.tolerate, ..Limits::default() }.shared_by(threads);
    let backtest = Backtest {
        rules,
        before,
        wanted: &columns.wanted,
        id: columns.id,
        time: columns.time,
        step: i64::try_from(step.as_millis()).unwrap_or(i64::MAX),
        examples: arguments.examples,
        limits,
        threads,
    };
    let mut progress = Progress::new(&sources, arguments.rejects.as_deref(), terminal)?;
    let chunks = files::chunks(&sources, limits);
    let counted = count_records(&backtest, chunks, &mut progress);
    progress.end()?;
    let counted = counted.map_err(|error| failure(&error))?;
    Ok((counted, names))
}

/// How long a step of time is.
fn step(text: &str) -> Result<Duration, Failure> {
    let wrong = || {
        Failure::new(format!("`--step` is not a duration: `{}`", clean(text)))
            .help("write `15m`, `1h`, `1d` or `7d`")
    };
    humantime::parse_duration(text).ok().filter(|step| *step >= Duration::from_secs(1)).ok_or_else(wrong)
}

/// What to do about records that cannot be read.
fn failure(error: &RecordError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        RecordError::Record { file, .. } => failure.about(file.to_string()).help(
            "mend the record, or leave wrong ones out: `--tolerate N` counts up to so many, `--rejects FILE` writes them aside",
        ),
        RecordError::Read { file, .. } | RecordError::File { file, .. } => failure.about(file.to_string()),
        _ => failure,
    }
}

impl Took {
    fn new(time: Duration, records: u64, threads: usize, spent: Spent) -> Self {
        let seconds = time.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than a float has")]
        let records_per_second = if seconds > 0.0 { records as f64 / seconds } else { 0.0 };
        Self { seconds, records_per_second, threads, reading_share: spent.share_of_reading() }
    }
}
