//! One queue by formulas: its forecast, its overflow rules judged, the agents that a target needs.

use std::io::{self, Write};

use genesys_model::{Bundle, OverflowAction, RoutingMethod, StrategyBody};
use routing_sim::queueing::{
    ContractForecast, Figures, Forecast, Judgement, LoadError, Outlook, Question, Queue,
    ServiceLevelDefinition, Staffing, Steady, Target, Traffic, WantedServiceLevel, agents_needed,
};
use rule_lang::nearest;
use serde::Serialize;

use crate::Outcome;
use crate::args::figure::Requirement;
use crate::args::{AgentsArg, SimulateLoadArgs};
use crate::deploy::outcome::print_json;
use crate::failure::Failure;
use crate::load::Workspace;
use crate::render::clean::clean;
use crate::render::table::{Side, Table, percent};
use crate::terminal::{BOLD, RED, Terminal, output_failed, paint};
use crate::verb::check::sound;
use crate::verb::compile::only_project;
use crate::verb::simulate::required::{self, Held};

/// The time of the service level where none is given, in seconds.
pub(super) const ANSWER_WITHIN: f64 = 20.0;
/// The shares of arrivals whose longest wait is told.
const SHARES: [f64; 4] = [0.5, 0.9, 0.95, 0.99];

/// What is printed as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    version: u32,
    forecast: &'a Forecast,
    strategies: Vec<Strategy>,
    staffing: Option<Staffing>,
    requirements: Vec<Held>,
}

/// The forecast for one strategy of the queue: the contract's keys, and its overflow rules.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Strategy {
    #[serde(flatten)]
    contract: ContractForecast,
    media_type: Option<&'static str>,
    method: Option<RoutingMethod>,
    overflow: Vec<Overflow>,
}

/// An overflow rule, judged.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Overflow {
    action: OverflowAction,
    target: Option<String>,
    #[serde(flatten)]
    judgement: Judgement,
}

/// Forecasts.
pub(super) fn run(arguments: &SimulateLoadArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let bundle = match &arguments.queue {
        Some(_) => {
            let mut workspace = Workspace::load_own(&arguments.rules, terminal.err_color)?;
            if !sound(&mut workspace, "simulate", terminal)? {
                return Ok(Outcome::Findings);
            }
            only_project(&workspace, "simulate load")?.program.compile()
        }
        None => Bundle::default(),
    };
    let strategies = strategies(arguments, &bundle)?;
    let question = question(arguments)?;
    let steady = Queue::steady(question.traffic, question.agents, question.patience_seconds);
    let steady = steady.map_err(|error| failure(&error))?;
    let forecast = Forecast::of(&question).map_err(|error| failure(&error))?;
    let report = Report {
        version: 1,
        strategies: judged(arguments, &strategies, &forecast, &steady)?,
        staffing: staffing(arguments, &question)?,
        requirements: arguments.require.iter().map(|one| held(one, &forecast)).collect::<Result<_, _>>()?,
        forecast: &forecast,
    };
    if arguments.json {
        print_json(&report, terminal)?;
    } else {
        let color = terminal.out_color;
        write(terminal.out(), color, arguments, &report).map_err(|error| output_failed(&error))?;
    }
    terminal.flush()?;
    Ok(required::outcome(&report.requirements))
}

fn failure(error: &LoadError) -> Failure {
    Failure::new(error.to_string())
}

/// The strategies of the queue, which must be one that the rules know.
fn strategies<'a>(
    arguments: &SimulateLoadArgs,
    bundle: &'a Bundle,
) -> Result<Vec<&'a StrategyBody>, Failure> {
    let Some(queue) = arguments.queue.as_deref() else { return Ok(Vec::new()) };
    let declared = bundle.queues.iter().map(|queue| queue.name.as_str());
    let decided = bundle.rules.iter().map(|rule| rule.queue.as_str());
    let routed = bundle.strategies.iter().map(|strategy| strategy.queue.as_str());
    let known = || declared.clone().chain(decided.clone()).chain(routed.clone());
    if !known().any(|name| name == queue) {
        let failure = Failure::new(format!("the rules know no queue `{}`", clean(queue)));
        return Err(failure.help(match nearest(queue, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "without `--queue` the figures are those of any queue".to_owned(),
        }));
    }
    let media_type = arguments.media_type.map(crate::args::MediaArg::as_str);
    let is_meant = |strategy: &&StrategyBody| {
        strategy.queue.as_str() == queue
            && media_type.is_none_or(|media_type| strategy.media_type.as_str() == media_type)
    };
    Ok(bundle.strategies.iter().filter(is_meant).collect())
}

fn question(arguments: &SimulateLoadArgs) -> Result<Question<'static>, Failure> {
    let Some(AgentsArg::Count(agents)) = arguments.agents else {
        return Err(Failure::new("formulas take a number of agents, all alike")
            .help("write `--agents 4`; agents of a file are simulated, with `--records` or `--scenario`"));
    };
    let traffic = Traffic::per_period(
        arguments.calls.unwrap_or_default(),
        arguments.per.unwrap_or(3600.0),
        arguments.service.unwrap_or_default(),
    );
    Ok(Question {
        traffic: traffic.map_err(|error| failure(&error))?,
        agents,
        patience_seconds: arguments.patience,
        answer_within_seconds: Some(arguments.answer_within.unwrap_or(ANSWER_WITHIN)),
        quantiles: &SHARES,
    })
}

/// The forecast by strategy; where there is none, once.
fn judged(
    arguments: &SimulateLoadArgs,
    strategies: &[&StrategyBody],
    forecast: &Forecast,
    steady: &Steady,
) -> Result<Vec<Strategy>, Failure> {
    let name = arguments.queue.as_deref().unwrap_or_default();
    let plain = || Strategy {
        contract: ContractForecast::of(name, forecast, &[]),
        media_type: None,
        method: None,
        overflow: Vec::new(),
    };
    let of = |strategy: &&StrategyBody| {
        let judge = |rule: &genesys_model::OverflowBody| {
            Judgement::of(steady, rule.condition, rule.threshold).map_err(|error| failure(&error))
        };
        let judgements: Vec<Judgement> = strategy.overflow.iter().map(judge).collect::<Result<_, _>>()?;
        Ok(Strategy {
            contract: ContractForecast::of(name, forecast, &judgements),
            media_type: Some(strategy.media_type.as_str()),
            method: Some(strategy.method),
            overflow: strategy
                .overflow
                .iter()
                .zip(judgements)
                .map(|(rule, judgement)| Overflow {
                    action: rule.action,
                    target: rule.target.clone(),
                    judgement,
                })
                .collect(),
        })
    };
    if strategies.is_empty() { Ok(vec![plain()]) } else { strategies.iter().map(of).collect() }
}

/// The agents that the target needs, where there is one.
fn staffing(arguments: &SimulateLoadArgs, question: &Question) -> Result<Option<Staffing>, Failure> {
    if arguments.target.is_none() && arguments.max_occupancy.is_none() && arguments.shrinkage.is_none() {
        return Ok(None);
    }
    let target = Target {
        service_level: arguments.target.map(|share| WantedServiceLevel {
            share,
            within_seconds: question.answer_within_seconds.unwrap_or(ANSWER_WITHIN),
            definition: ServiceLevelDefinition::default(),
        }),
        max_occupancy: arguments.max_occupancy,
        shrinkage: arguments.shrinkage.unwrap_or_default(),
        ..Target::default()
    };
    let staffing = agents_needed(question.traffic, question.patience_seconds, &target);
    staffing.map(Some).map_err(|error| failure(&error))
}

/// What formulas say of a measure.
type Read = fn(&Figures) -> Option<f64>;

/// The measures that formulas know, as simulations call them.
const MEASURES: [(&str, Read); 13] = [
    ("service_level_of_offered", |of| Some(of.service_level?.of_offered)),
    ("service_level_without_short_abandons", |of| Some(of.service_level?.of_offered_less_left_in_time)),
    ("service_level_of_answered", |of| Some(of.service_level?.of_answered)),
    ("abandonment", |of| Some(of.abandonment)),
    ("waiting_share", |of| Some(of.probability_wait)),
    ("occupancy", |of| Some(of.occupancy)),
    ("mean_wait", |of| Some(of.mean_wait_seconds)),
    ("mean_wait_of_answered", |of| Some(of.mean_wait_of_answered_seconds)),
    ("mean_depth", |of| Some(of.mean_queue_length)),
    ("wait_p50", |of| Some(of.wait_quantiles.first()?.seconds)),
    ("wait_p90", |of| Some(of.wait_quantiles.get(1)?.seconds)),
    ("wait_p95", |of| Some(of.wait_quantiles.get(2)?.seconds)),
    ("wait_p99", |of| Some(of.wait_quantiles.get(3)?.seconds)),
];

/// Holds a requirement against the formulas' figure. A queue that never settles has none, and meets nothing.
fn held(requirement: &Requirement, forecast: &Forecast) -> Result<Held, Failure> {
    let known = MEASURES.iter().find(|(measure, _)| *measure == requirement.measure);
    let Some((_, read)) = known.filter(|_| !requirement.is_change) else {
        let text = clean(&requirement.text);
        return Err(Failure::new(format!("formulas have no figure for `--require {text}`"))
            .help("simulate it, with `--records` or `--scenario`; a change needs `--against` too"));
    };
    let figures = match &forecast.outlook {
        Outlook::Stable(figures) => Some(figures),
        Outlook::Unstable { .. } => None,
    };
    Ok(Held::new(requirement, figures.and_then(read)))
}

fn write(
    out: &mut dyn Write,
    color: bool,
    arguments: &SimulateLoadArgs,
    report: &Report<'_>,
) -> io::Result<()> {
    let forecast = report.forecast;
    let name = arguments.queue.as_deref().map_or(String::new(), |queue| format!("{}: ", clean(queue)));
    let agents = crate::terminal::count(forecast.agents as usize, "agent");
    let head = format!(
        "{name}{} arrivals an hour of {} s, {agents}",
        plain(forecast.arrivals_per_hour),
        plain(forecast.service_seconds)
    );
    writeln!(out, "{}", paint(color, BOLD, &head))?;
    let mut table = Table::new(&[("", Side::Left), ("", Side::Right), ("", Side::Left)]);
    let mut row = |what: &str, figure: String, note: &str| {
        table.row([format!("  {what}"), figure, note.to_owned()]);
    };
    row("offered load", format!("{:.2}", forecast.offered_load), "agents' work");
    if let Some(utilization) = forecast.utilization {
        row("work per agent", percent(utilization), "");
    }
    match &forecast.outlook {
        Outlook::Stable(figures) => {
            rows(&mut row, forecast, figures);
            table.write_rows(out)?;
        }
        Outlook::Unstable { agents_to_settle } => {
            table.write_rows(out)?;
            let unstable = format!(
                "unstable: the queue grows for as long as the load lasts; it settles with {agents_to_settle} or more agents"
            );
            writeln!(out, "{}", paint(color, RED, &unstable))?;
        }
    }
    for strategy in &report.strategies {
        overflow(out, color, strategy)?;
    }
    if let Some(staffing) = &report.staffing {
        let figures = &staffing.figures;
        let level = figures.service_level.map_or(0.0, |level| level.of_offered);
        writeln!(
            out,
            "\n{} for the target, {} to be scheduled: {} answered in time, a mean wait of {:.1} s, busy for {} of the time",
            crate::terminal::count(staffing.agents as usize, "agent"),
            staffing.scheduled,
            percent(level),
            figures.mean_wait_seconds,
            percent(figures.occupancy)
        )?;
    }
    required::write(out, color, &report.requirements)
}

/// The figures of a queue that settles.
fn rows(row: &mut dyn FnMut(&str, String, &str), forecast: &Forecast, figures: &Figures) {
    let seconds = |figure: f64| format!("{figure:.1} s");
    row("must wait", percent(figures.probability_wait), "");
    row("mean wait", seconds(figures.mean_wait_seconds), "of all arrivals");
    if forecast.patience_seconds.is_some() {
        row("mean wait", seconds(figures.mean_wait_of_answered_seconds), "of the answered");
        row("leave", percent(figures.abandonment), "");
    }
    for quantile in &figures.wait_quantiles {
        row(&format!("{} % wait at most", plain(quantile.share * 100.0)), seconds(quantile.seconds), "");
    }
    row("wait on average", format!("{:.2}", figures.mean_queue_length), "at any moment");
    if let Some(level) = &figures.service_level {
        let within = format!("answered in {} s", plain(level.within_seconds));
        row(&within, percent(level.of_offered), "of all arrivals");
        if forecast.patience_seconds.is_some() {
            row("", percent(level.of_offered_less_left_in_time), "of all but those who left within it");
            row("", percent(level.of_answered), "of the answered");
        }
    }
    row("agents are busy", percent(figures.occupancy), "");
}

/// The overflow rules of a strategy, one line each.
fn overflow(out: &mut dyn Write, color: bool, strategy: &Strategy) -> io::Result<()> {
    let (Some(media_type), Some(method)) = (strategy.media_type, strategy.method) else { return Ok(()) };
    let head = format!("strategy for {media_type} ({})", method.as_str());
    writeln!(out, "\n{}", paint(color, BOLD, &head))?;
    if strategy.overflow.is_empty() {
        writeln!(out, "  no overflow rules")?;
    }
    for rule in &strategy.overflow {
        let (condition, threshold) = (rule.judgement.condition.as_str(), rule.judgement.threshold);
        let target = rule.target.as_deref().map_or(String::new(), |target| format!(" ({})", clean(target)));
        let action = rule.action.as_str();
        writeln!(out, "  {condition} > {threshold}, {action}{target}: {}", rule.judgement)?;
    }
    Ok(())
}

/// A number without needless digits.
fn plain(figure: f64) -> String {
    let text = format!("{figure:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
