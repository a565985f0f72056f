//! Every interaction simulated: of a scenario or of records, under the rules, and under others to compare with.

use std::time::{Duration, UNIX_EPOCH};

use genesys_client::rfc3339;
use genesys_model::{Bundle, MediaType, RoutingMethod};
use routing_sim::event::{
    Decision, Difference, Estimate, MAX_AGENTS, Queue, Routing, Runs, Scenario, SimError,
    Version as Simulated, compare, routing_of, simulate,
};
use rule_compiler::Symbols;
use rule_lang::nearest;

use super::callers::{self, Callers, INTERVAL, Numbers, Version};
use super::formulas::ANSWER_WITHIN;
use super::report::{Compared, OfQueue, Report};
use super::scenario::{self, Written};
use super::{page, staff, text};
use crate::against::{self, Other};
use crate::agents::{DAY, FileAgent, read_agents};
use crate::args::figure::Requirement;
use crate::args::{AgentsArg, MediaArg, SimulateLoadArgs};
use crate::deploy::outcome::print_json;
use crate::failure::Failure;
use crate::load::Workspace;
use crate::name::shown;
use crate::render::clean::clean;
use crate::terminal::{Terminal, output_failed};
use crate::verb::check::sound;
use crate::verb::compile::only_project;
use crate::verb::simulate::required::{self, Held};
use crate::{Outcome, write};

/// The most threads that one may ask for.
const MAX_THREADS: usize = 256;

/// Simulates.
pub(super) fn run(arguments: &SimulateLoadArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let events = &arguments.events;
    let mut workspace = Workspace::load_own(&arguments.rules, terminal.err_color)?;
    if !sound(&mut workspace, "simulate", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "simulate load")?;
    let (bundle, symbols) = (project.program.compile(), project.program.symbols());
    let written = events.scenario.as_deref().map(scenario::read_scenario).transpose()?;
    let media_type = media_type(arguments, written.as_ref());
    let other = match &events.against {
        Some(named) => {
            let (root, org) = (project.root.as_deref(), events.organization.org.as_deref());
            Some(against::read(named, root, org, events.organization.state.as_deref(), terminal)?)
        }
        None => None,
    };
    let before = other.as_ref().map(|other| before(other, &bundle));

    // What was before comes first, so that what is new has the higher numbers.
    let mut numbers = Numbers::default();
    let mut routed =
        |bundle: &Bundle| routing_of(bundle, media_type, &mut numbers.queues, &mut numbers.skills);
    let before_routing = before.as_ref().map(&mut routed);
    let routing = routed(&bundle);
    let own = Version { rules: &bundle.rules, symbols };
    let versions: Vec<Version<'_>> = before
        .iter()
        .map(|before| Version { rules: &before.rules, symbols: other_symbols(other.as_ref(), symbols) })
        .chain([own])
        .collect();
    let mut callers = if let Some(written) = &written {
        callers::of_scenario(written, arguments, &versions, &mut numbers, terminal)?
    } else {
        let settings = &project.config.records;
        callers::of_records(arguments, settings, &versions, &mut numbers, terminal)?
    };
    check_queue(arguments.queue.as_deref(), &numbers)?;
    let begins = u32::try_from(callers.begins.rem_euclid(i64::from(DAY))).unwrap_or_default();
    let staffed = staffed(arguments, written.as_ref())?;
    let agents = match &staffed {
        Staffed::Alike(count) => staff::alike(*count, &numbers.skills),
        Staffed::Listed(all) => staff::agents(all, &mut numbers.skills, begins, callers.lasts),
    };
    let scenario = Scenario {
        close_s: callers.lasts,
        warm_up_s: written.as_ref().map_or(0.0, |written| written.warm_up.0),
        interval_s: written.as_ref().and_then(|written| written.interval).map_or(INTERVAL, |time| time.0),
        answer_within_s: answer_within(arguments, written.as_ref()),
        skills: numbers.skills.len(),
        agents,
        kinds: std::mem::take(&mut callers.kinds),
        streams: std::mem::take(&mut callers.streams),
    };
    let version = |routing: &Routing, decisions: Vec<Decision>| {
        let mut queues = routing.queues.clone();
        queues.resize(numbers.queues.len(), Queue::default());
        if let Staffed::Listed(all) = &staffed {
            staff::assign(all, &numbers.queues, &mut queues);
        }
        Simulated { queues, decisions, ..Simulated::default() }
    };
    let now = version(&routing, callers.decisions.pop().unwrap_or_default());
    let old = before_routing.map(|routing| version(&routing, callers.decisions.pop().unwrap_or_default()));
    let runs = Runs { seed: events.seed, replications: events.replications, ..Runs::default() };
    let mut report = simulated(events.threads, &scenario, &now, old.as_ref(), runs)?;

    report.name(
        &numbers.queues,
        media_type.as_str(),
        other.as_ref().map(|other| clean(&other.label).into_owned()),
    );
    report.begins = begins_text(&callers);
    report.records = callers.records;
    report.not_modelled = not_modelled(&bundle, media_type, &routing);
    report.notes = notes(&report, &staffed, &numbers, other.as_ref());
    report.requirements = held(arguments, &report)?;
    told(arguments, &report, terminal)?;
    Ok(required::outcome(&report.requirements))
}

/// Who works, as it was given.
enum Staffed {
    Alike(u32),
    Listed(Vec<FileAgent>),
}

fn staffed(arguments: &SimulateLoadArgs, written: Option<&Written>) -> Result<Staffed, Failure> {
    match (&arguments.agents, written.and_then(|written| written.agents.as_ref())) {
        (Some(AgentsArg::Count(count)), _) if *count as usize > MAX_AGENTS => {
            Err(Failure::new(format!("{count} agents are more than {MAX_AGENTS}")))
        }
        (Some(AgentsArg::Count(count)), _) => Ok(Staffed::Alike(*count)),
        (Some(AgentsArg::File(path)), _) => Ok(Staffed::Listed(read_agents(path)?)),
        (None, Some(agents)) => Ok(Staffed::Listed(agents.0.clone())),
        (None, None) => Err(Failure::new("nobody works in this scenario")
            .help("list `agents` in it, or name a file of them: `--agents FILE`")),
    }
}

fn media_type(arguments: &SimulateLoadArgs, written: Option<&Written>) -> MediaType {
    match arguments.media_type {
        Some(MediaArg::Voice) => MediaType::Voice,
        Some(MediaArg::Chat) => MediaType::Chat,
        Some(MediaArg::Callback) => MediaType::Callback,
        None => written.and_then(|written| written.media_type).unwrap_or(MediaType::Voice),
    }
}

fn answer_within(arguments: &SimulateLoadArgs, written: Option<&Written>) -> f64 {
    let written = || written.and_then(|written| written.answer_within).map(|time| time.0);
    arguments.answer_within.or_else(written).unwrap_or(ANSWER_WITHIN)
}

/// The rules to compare with. Of what is live only rules are read: the strategies are ours on both sides.
fn before(other: &Other, own: &Bundle) -> Bundle {
    match &other.project {
        Some(_) => other.bundle.clone(),
        None => Bundle { rules: other.bundle.rules.clone(), ..own.clone() },
    }
}

fn other_symbols<'a>(other: Option<&'a Other>, own: &'a Symbols) -> &'a Symbols {
    other.and_then(Other::symbols).unwrap_or(own)
}

fn check_queue(queue: Option<&str>, numbers: &Numbers) -> Result<(), Failure> {
    let Some(queue) = queue.filter(|queue| numbers.queues.get(queue).is_none()) else { return Ok(()) };
    let failure = Failure::new(format!("the rules know no queue `{}`", clean(queue)));
    let near = nearest(queue, numbers.queues.as_slice().iter().map(String::as_str));
    Err(match near {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    })
}

fn simulated(
    threads: Option<usize>,
    scenario: &Scenario,
    now: &Simulated,
    old: Option<&Simulated>,
    runs: Runs,
) -> Result<Report, Failure> {
    if threads.is_some_and(|threads| threads == 0 || threads > MAX_THREADS) {
        return Err(Failure::new(format!("`--threads` is from 1 to {MAX_THREADS}")));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or_default()).build();
    let pool = pool.map_err(|error| Failure::new(format!("cannot start threads: {error}")))?;
    let failed = |error: SimError| Failure::new(format!("this cannot be simulated: {error}"));
    pool.install(|| match old {
        Some(old) => {
            let same: Vec<(usize, usize)> = (0..now.queues.len()).map(|queue| (queue, queue)).collect();
            compare(scenario, old, now, &same, runs).map(Report::of_both).map_err(failed)
        }
        None => simulate(scenario, now, runs).map(Report::of_one).map_err(failed),
    })
}

/// When it begins: a moment for records, a time of the day for a scenario.
fn begins_text(callers: &Callers) -> String {
    let begins = u64::try_from(callers.begins).unwrap_or_default();
    let text = rfc3339(UNIX_EPOCH + Duration::from_secs(begins));
    if callers.records.is_some() { text } else { text.get(11..16).unwrap_or_default().to_owned() }
}

/// What the strategies say and the simulation leaves out.
fn not_modelled(bundle: &Bundle, media_type: MediaType, routing: &Routing) -> Vec<String> {
    let mut all = Vec::new();
    for (queue, at) in &routing.without_target {
        let mut strategies = bundle.strategies.iter();
        let strategy = strategies.find(|one| one.queue.as_str() == queue && one.media_type == media_type);
        if let Some(rule) = strategy.and_then(|strategy| strategy.overflow.get(*at)) {
            all.push(format!(
                "`{queue}`: the overflow rule {} > {}, {} does not say where to, and never acts",
                rule.condition.as_str(),
                rule.threshold,
                rule.action.as_str()
            ));
        }
    }
    for strategy in bundle.strategies.iter().filter(|strategy| strategy.media_type == media_type) {
        if strategy.method == RoutingMethod::Custom {
            let queue = strategy.queue.as_str();
            all.push(format!(
                "`{queue}`: the method `custom` is decided elsewhere; who is idle longest stands in"
            ));
        }
    }
    all
}

/// What ought to be known of the figures.
fn notes(report: &Report, staffed: &Staffed, numbers: &Numbers, other: Option<&Other>) -> Vec<String> {
    let mut notes = Vec::new();
    for queue in report.queues.iter().filter(|queue| queue.is_used()) {
        // Nobody's time is there to be busy in.
        if queue.figures.occupancy.value.is_none() {
            notes.push(format!(
                "nobody can take an interaction of `{}`: no agent is in it with the skills that it takes",
                queue.queue
            ));
        }
    }
    if let Staffed::Listed(all) = staffed {
        let named: std::collections::BTreeSet<&String> =
            all.iter().flat_map(|agent| agent.queues.iter().flatten()).collect();
        for name in named.into_iter().filter(|name| numbers.queues.get(name).is_none()) {
            notes.push(format!("agents are in a queue `{name}` that the rules do not know"));
        }
    }
    if other.is_some_and(|other| other.project.is_none()) {
        notes.push(
            "of what is live only the rules are compared: strategies are those of the project on both sides"
                .to_owned(),
        );
    }
    notes
}

/// Holds the requirements against the figures of the queue that is named, or of all together.
fn held(arguments: &SimulateLoadArgs, report: &Report) -> Result<Vec<Held>, Failure> {
    let of = arguments.queue.as_deref().and_then(|name| report.queues.iter().find(|one| one.queue == name));
    let of = of.unwrap_or(&report.total);
    arguments.require.iter().map(|one| hold(one, of, report)).collect()
}

fn hold(requirement: &Requirement, of: &OfQueue, report: &Report) -> Result<Held, Failure> {
    let measure = requirement.measure;
    let found: Option<Estimate> = if requirement.is_change {
        let Some(compared) = &of.compared else {
            let text = clean(&requirement.text);
            return Err(Failure::new(format!(
                "`--require {text}` is about a change, and nothing is compared"
            ))
            .help("name other rules: `--against PATH|REV|live`"));
        };
        let unrouted = report.unrouted_compared.as_ref();
        named(compared, measure).or(unrouted.filter(|_| measure == "unrouted")).map(|one| one.change)
    } else {
        let found = of.figures.named().find(|(name, _)| *name == measure).map(|(_, figure)| *figure);
        found.or_else(|| (measure == "unrouted").then_some(report.unrouted))
    };
    Ok(Held::new(requirement, found.and_then(|found| found.value)))
}

fn named<'a>(compared: &'a Compared, measure: &str) -> Option<&'a Difference> {
    compared.named().find(|(name, _)| *name == measure).map(|(_, difference)| difference)
}

/// Prints and writes what was found.
fn told(arguments: &SimulateLoadArgs, report: &Report, terminal: &mut Terminal) -> Result<(), Failure> {
    let html = arguments.events.html.as_deref();
    if let Some(path) = html {
        write::output(path, [], |out| out.write_all(page::page(report).as_bytes()))?;
    }
    if arguments.json {
        print_json(report, terminal)?;
    } else {
        let color = terminal.out_color;
        text::write(terminal.out(), color, report).map_err(|error| output_failed(&error))?;
    }
    terminal.flush()?;
    if let Some(path) = html {
        terminal.note(format_args!("wrote `{}`", shown(path)));
    }
    Ok(())
}
