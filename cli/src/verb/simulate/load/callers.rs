//! Who calls: interactions with what the rules of each version decide about them, from a scenario or from records.

use std::collections::HashMap;

use genesys_model::RuleBody;
use routing_sim::event::{Arrival, Arrivals, Decision, Durations, MAX_INTERACTIONS, Names, Stream};
use rule_backtest::records::{
    Absent, Chunk, Limits, RecordBatch, RecordError, Records, Type, Wanted, WantedColumn,
};
use rule_compiler::Symbols;
use rule_eval::columnar::{Batch, Column, ColumnRules, Memory};
use rule_eval::{Attribute, Interaction, Rules};
use rule_lang::nearest;

use super::scenario::{Arriving, PerHour, Written};
use crate::args::{EventsArgs, SimulateLoadArgs};
use crate::config;
use crate::failure::Failure;
use crate::interaction::by_platform_names;
use crate::render::clean::clean;
use crate::terminal::{Terminal, count};
use crate::verb::backtest::{absent, columns, files};

/// The attribute with the skills that an interaction asks for by itself.
const SKILL: &str = "skill";
/// The steps of figures over time where nothing is said, in seconds.
pub(super) const INTERVAL: f64 = 1800.0;

/// Rules of one version, with what they declare.
#[derive(Clone, Copy)]
pub(super) struct Version<'a> {
    pub(super) rules: &'a [RuleBody],
    pub(super) symbols: &'a Symbols,
}

/// Numbers for the names of queues and skills.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) queues: Names,
    pub(super) skills: Names,
}

/// Who calls.
#[derive(Debug, Default)]
pub(super) struct Callers {
    /// The skills that each kind asks for by itself.
    pub(super) kinds: Vec<Vec<usize>>,
    /// What each version decides, kind by kind, in the order of the versions.
    pub(super) decisions: Vec<Vec<Decision>>,
    /// When they call.
    pub(super) streams: Vec<Stream>,
    /// When it begins, in seconds since 1970 began in UTC; of a scenario, the time of the day.
    pub(super) begins: i64,
    /// How long it lasts, in seconds.
    pub(super) lasts: f64,
    /// How many records there were.
    pub(super) records: Option<usize>,
}

/// What is true of a kind: what each version decides, and the skills that it asks for by itself.
type Kind = (Vec<(Option<usize>, i64)>, Vec<usize>);

/// Kinds that were met, so that interactions of which the same is true are one.
#[derive(Default)]
struct Kinds {
    known: HashMap<Kind, usize>,
}

impl Kinds {
    fn number(&mut self, callers: &mut Callers, decisions: &[Decision], mut skills: Vec<usize>) -> usize {
        skills.sort_unstable();
        skills.dedup();
        let key = (decisions.iter().map(|one| (one.queue, one.priority)).collect(), skills);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let number = callers.kinds.len();
        callers.kinds.push(key.1.clone());
        for (all, one) in callers.decisions.iter_mut().zip(decisions) {
            all.push(*one);
        }
        self.known.insert(key, number);
        number
    }
}

fn decision(rule: Option<&RuleBody>, numbers: &mut Numbers) -> Decision {
    rule.map_or_else(Decision::default, |rule| Decision {
        queue: Some(numbers.queues.number(rule.queue.as_str())),
        priority: rule.priority,
    })
}

/// The callers of a scenario.
///
/// # Errors
///
/// Attributes that are none, rules that cannot be evaluated, arrivals without a service time.
pub(super) fn of_scenario(
    written: &Written,
    arguments: &SimulateLoadArgs,
    versions: &[Version<'_>],
    numbers: &mut Numbers,
    terminal: &mut Terminal,
) -> Result<Callers, Failure> {
    let mut callers = Callers {
        decisions: vec![Vec::new(); versions.len()],
        begins: i64::from(written.begins.0),
        lasts: written.lasts.0,
        ..Callers::default()
    };
    let ready: Vec<Rules<'_>> = versions
        .iter()
        .map(|version| Rules::new(version.rules).map_err(|error| Failure::new(error.to_string())))
        .collect::<Result<_, _>>()?;
    let mut kinds = Kinds::default();
    let mut warned = std::collections::BTreeSet::new();
    for (at, arriving) in written.arrivals.iter().enumerate() {
        let given = Interaction::from_value(serde_json::Value::Object(arriving.attributes.clone()));
        let given =
            given.map_err(|why| Failure::new(format!("arrivals {} of the scenario: {why}", at + 1)))?;
        let mut decisions = Vec::with_capacity(versions.len());
        let mut skills = Vec::new();
        for (version, rules) in versions.iter().zip(&ready) {
            let (interaction, warnings) = by_platform_names(&given, version.symbols)?;
            warned.extend(warnings);
            decisions.push(decision(rules.decide(&interaction, None), numbers));
            if let Some(Attribute::Set(names)) = interaction.get(SKILL) {
                skills = names.iter().map(|name| numbers.skills.number(name)).collect();
            }
        }
        let kind = kinds.number(&mut callers, &decisions, skills);
        callers.streams.push(stream(at, arriving, kind, written.lasts.0, arguments)?);
    }
    for warning in &warned {
        terminal.warn(warning);
    }
    Ok(callers)
}

fn stream(
    at: usize,
    arriving: &Arriving,
    kind: usize,
    lasts: f64,
    arguments: &SimulateLoadArgs,
) -> Result<Stream, Failure> {
    let exponential = |mean: f64| Durations::Exponential { mean };
    let service = arriving.service.as_ref().map(super::scenario::Times::durations);
    let service = service.or_else(|| arguments.service.map(exponential)).ok_or_else(|| {
        Failure::new(format!("arrivals {} of the scenario have no `service` time", at + 1))
            .help("say how long an agent is busy with one: `\"service\": \"4m\"` there, or `--service 4m`")
    })?;
    let (per_hour, every) = match &arriving.per_hour {
        PerHour::Always(rate) => (vec![*rate], arriving.every.map_or(lasts, |every| every.0)),
        PerHour::ByInterval(rates) => (rates.clone(), arriving.every.map_or(3600.0, |every| every.0)),
    };
    let patience = arriving.patience.as_ref().map(super::scenario::Times::durations);
    Ok(Stream {
        arrivals: Arrivals::Rates { interval_s: every, per_hour, kinds: vec![kind] },
        service,
        patience: patience.or_else(|| arguments.patience.map(exponential)),
        wrap_up: arriving.wrap_up.as_ref().map(super::scenario::Times::durations),
    })
}

/// A record: when, of which kind, how long it took and would have waited.
type Read = (i64, usize, Option<f64>, Option<f64>);

/// The callers of records.
///
/// # Errors
///
/// What cannot be read; records without a time or a service time.
pub(super) fn of_records(
    arguments: &SimulateLoadArgs,
    settings: &config::Records,
    versions: &[Version<'_>],
    numbers: &mut Numbers,
    terminal: &mut Terminal,
) -> Result<Callers, Failure> {
    let events = &arguments.events;
    let settings = config::Records {
        id: None,
        time: events.time.clone().or_else(|| settings.time.clone()),
        columns: settings.columns.clone(),
    };
    let timed = settings.time.clone().ok_or_else(|| {
        Failure::new("it is not known which column of the records is their time")
            .help("say so with `--time COLUMN`, or `time` of `[records]` in `rulec.toml`")
    })?;
    let rules: Vec<ColumnRules<'_>> = versions
        .iter()
        .map(|version| ColumnRules::new(version.rules).map_err(|error| Failure::new(error.to_string())))
        .collect::<Result<_, _>>()?;
    let symbols: Vec<&Symbols> = versions.iter().map(|version| version.symbols).collect();
    let skill = SKILL.to_owned();
    let fields = rules.iter().flat_map(ColumnRules::fields).chain([&skill]);
    let mut wanted = columns::columns(fields, &symbols, &settings)?;
    let mut number = |source: &Option<String>| {
        let source = source.as_ref()?;
        let all = &mut wanted.wanted.columns;
        let there = all.iter().position(|column| column.source == *source);
        Some(there.unwrap_or_else(|| {
            all.push(WantedColumn { field: source.clone(), source: source.clone(), ty: Some(Type::Float) });
            all.len() - 1
        }))
    };
    let (service, patience) = (number(&events.service_column), number(&events.patience_column));
    let place = |field: &String| wanted.wanted.columns.iter().position(|column| column.field == *field);
    let mut reading = Reading {
        places: rules.iter().map(|rules| rules.fields().iter().map(place).collect()).collect(),
        skill: place(&skill),
        time: wanted.time,
        service,
        patience,
        memory: Memory::default(),
        kinds: Kinds::default(),
        callers: Callers { decisions: vec![Vec::new(); versions.len()], ..Callers::default() },
        read: Vec::new(),
        timeless: 0,
    };
    let sources = files::sources(&events.records)?;
    let limits = Limits::default();
    let mut records = Records::new(files::chunks(&sources, limits), &wanted.wanted, limits);
    while let Some(batch) = next(&mut records)? {
        let names = sources.get(batch.file as usize).map_or("", |source| source.name.as_str());
        reading.batch(&batch, &rules, numbers, names)?;
    }
    let found = records.found();
    let absences: Vec<_> =
        found.absent(&wanted.wanted).into_iter().filter(|absent| absent.source != SKILL).collect();
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    for warning in absent::warnings(&absences, &names, |one| hint(one, events, &symbols, &wanted.wanted)) {
        terminal.warn(&warning);
    }
    if reading.timeless > 0 {
        let without = count(reading.timeless, "record");
        terminal.warn(&format!("{without} without a time in `{timed}` cannot be simulated"));
    }
    reading.callers(arguments)
}

/// What may help where no record has a column: the end of a sentence, or nothing.
fn hint(absent: &Absent<'_>, events: &EventsArgs, symbols: &[&Symbols], wanted: &Wanted) -> String {
    let is_time = [&events.service_column, &events.patience_column]
        .iter()
        .any(|column| column.as_deref() == Some(absent.source));
    if let Some(symbols) = symbols.last().filter(|_| !is_time) {
        return columns::hint(absent, symbols, wanted);
    }
    let near = nearest(absent.source, absent.others.iter().map(String::as_str));
    near.map_or(String::new(), |near| format!("; did you mean `{}`?", clean(near)))
}

fn next<I>(records: &mut Records<I>) -> Result<Option<RecordBatch>, Failure>
where
    I: Iterator<Item = Result<Chunk, RecordError>>,
{
    records.next_batch().map_err(|error| Failure::new(error.to_string()))
}

/// What reading records needs and finds.
struct Reading {
    /// For each version, for each of its fields, the place of the column.
    places: Vec<Vec<Option<usize>>>,
    skill: Option<usize>,
    time: Option<usize>,
    service: Option<usize>,
    patience: Option<usize>,
    memory: Memory,
    kinds: Kinds,
    callers: Callers,
    read: Vec<Read>,
    timeless: usize,
}

impl Reading {
    fn batch(
        &mut self,
        batch: &RecordBatch,
        rules: &[ColumnRules<'_>],
        numbers: &mut Numbers,
        file: &str,
    ) -> Result<(), Failure> {
        let columns = &batch.batch.columns;
        let column = |place: Option<usize>| place.and_then(|place| columns.get(place));
        let mut deciding: Vec<Vec<u32>> = Vec::with_capacity(rules.len());
        for (rules, places) in rules.iter().zip(&self.places) {
            let columns = places.iter().map(|place| column(*place).cloned().unwrap_or_default()).collect();
            let own = Batch { rows: batch.batch.rows, columns };
            deciding.push(rules.evaluate(&own, &mut self.memory).deciding().to_vec());
        }
        let times = self.time.and_then(|place| batch.extra.get(place));
        for row in 0..batch.batch.rows {
            let Some(Attribute::Int(moment)) = times.and_then(|times| times.value(row)) else {
                self.timeless += 1;
                continue;
            };
            let rule = |(rules, deciding): (&ColumnRules<'_>, &Vec<u32>)| {
                let rule = deciding.get(row).and_then(|rule| rules.rules().get(*rule as usize)).copied();
                decision(rule, numbers)
            };
            let decisions: Vec<Decision> = rules.iter().zip(&deciding).map(rule).collect();
            let skills = match column(self.skill).and_then(|column| column.value(row)) {
                Some(Attribute::Set(names)) => names.iter().map(|name| numbers.skills.number(name)).collect(),
                _ => Vec::new(),
            };
            let seconds = |place: Option<usize>| {
                let found = column(place).and_then(|column| seconds(column, row));
                match found {
                    Some(seconds) if seconds < 0.0 => Err(Failure::new(format!(
                        "`{file}`, record {}: {seconds} s is no time",
                        batch.numbers.get(row).copied().unwrap_or_default()
                    ))),
                    found => Ok(found),
                }
            };
            let (service, patience) = (seconds(self.service)?, seconds(self.patience)?);
            let kind = self.kinds.number(&mut self.callers, &decisions, skills);
            self.read.push((moment, kind, service, patience));
            if self.read.len() > MAX_INTERACTIONS {
                return Err(Failure::new(format!("there are more than {MAX_INTERACTIONS} records"))
                    .help("simulate fewer days at once"));
            }
        }
        Ok(())
    }

    fn callers(self, arguments: &SimulateLoadArgs) -> Result<Callers, Failure> {
        let Self { mut read, mut callers, .. } = self;
        read.sort_by_key(|(moment, ..)| *moment);
        let (Some(first), Some(last)) = (read.first(), read.last()) else {
            return Err(Failure::new("there is no record to simulate")
                .help("`--time COLUMN` names the column with their time"));
        };
        #[expect(clippy::cast_possible_truncation, reason = "half an hour")]
        let interval = INTERVAL as i64;
        callers.begins = first.0.div_euclid(1000 * interval) * interval;
        let ends = (last.0.div_euclid(1000 * interval) + 1) * interval;
        let since = |moment: i64| seconds_of(moment - callers.begins * 1000) / 1000.0;
        callers.lasts = since(ends * 1000);
        let given = |read: fn(&Read) -> Option<f64>| read;
        let known =
            |of: fn(&Read) -> Option<f64>| -> Vec<f64> { read.iter().filter_map(given(of)).collect() };
        // Where a record does not say, it is like the others.
        let durations = |mean: Option<f64>, known: Vec<f64>| match mean {
            Some(mean) => Some(Durations::Exponential { mean }),
            None if known.is_empty() => None,
            None => Some(Durations::Empirical(known)),
        };
        let service = durations(arguments.service, known(|read| read.2)).ok_or_else(|| {
            Failure::new("no record says how long it took").help(
                "`--service-column COLUMN` names the column with its seconds, `--service 4m` gives a mean",
            )
        })?;
        let patience = durations(arguments.patience, known(|read| read.3));
        let arrival = |(moment, kind, service_s, patience_s): &Read| Arrival {
            at_s: since(*moment),
            kind: *kind,
            service_s: *service_s,
            patience_s: *patience_s,
        };
        let arrivals = Arrivals::Given(read.iter().map(arrival).collect());
        callers.records = Some(read.len());
        callers.streams = vec![Stream { arrivals, service, patience, wrap_up: None }];
        Ok(callers)
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a few years")]
fn seconds_of(number: i64) -> f64 {
    number as f64
}

fn seconds(column: &Column, row: usize) -> Option<f64> {
    match column.value(row)? {
        Attribute::Int(number) => Some(seconds_of(number)),
        Attribute::Float(number) => Some(number),
        _ => None,
    }
}
