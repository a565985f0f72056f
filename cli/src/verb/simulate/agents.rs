//! `rulec simulate agents`: who would get an interaction, and why (contract 1.2).

use std::io;

use rule_eval::{RuleOutcome, Rules};
use serde::Serialize;

use crate::Outcome;
use crate::agents::{Decision, Question, Ranked, Report, Source};
use crate::args::SimulateAgentsArgs;
use crate::args::figure::Requirement;
use crate::deploy::home::Home;
use crate::deploy::outcome::print_json;
use crate::deploy::runtime::block_on;
use crate::failure::Failure;
use crate::interaction::{by_platform_names, read_interaction};
use crate::load::Workspace;
use crate::render::clean::clean;
use crate::render::explain::Explainer;
use crate::terminal::{BOLD, FAINT, GREEN, Terminal, count, output_failed, paint};
use crate::verb::check::sound;
use crate::verb::compile::only_project;
use crate::verb::simulate::required::{self, Held};

/// Lets the rules find the queue of an interaction, and ranks its agents.
pub(super) fn run(arguments: &SimulateAgentsArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut workspace = Workspace::load_own(&arguments.rules, terminal.err_color)?;
    if !sound(&mut workspace, "simulate", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "simulate agents")?;
    let symbols = project.program.symbols();
    let given = read_interaction(arguments.file.as_deref(), "rulec simulate agents", terminal)?;
    let (interaction, warnings) = by_platform_names(&given, symbols)?;
    for warning in &warnings {
        terminal.warn(warning);
    }

    let bundle = project.program.compile();
    let rules = Rules::new(&bundle.rules).map_err(|error| Failure::new(error.to_string()))?;
    let evaluation = rules.evaluate(&interaction, None);
    let decision = Decision::of(&evaluation);
    let queue = match (&arguments.queue, &decision) {
        (Some(queue), _) => queue.clone(),
        (None, Some(decision)) => decision.queue.clone(),
        (None, None) => return Err(undecided()),
    };

    let state = arguments.organization.state.as_deref();
    let report = block_on(async {
        let home = || Home::of_project(project, state);
        let (file, org) = (arguments.ranking.agents.as_deref(), arguments.organization.org.as_deref());
        let source = Source::open(file, home, org, &bundle, terminal).await?;
        let roster = source.roster(&queue, &bundle).await?;
        let skills = (!arguments.skill.is_empty()).then(|| arguments.skill.clone());
        let question =
            Question { skills, scorer: arguments.ranking.scorer.into(), top: arguments.ranking.top };
        Report::new(&question, &interaction, decision, (&bundle, symbols), roster)
    })?;
    let requirements: Vec<Held> = arguments.require.iter().map(|one| held(one, &report)).collect();
    if arguments.json {
        print_json(&Json { report: &report, requirements: &requirements }, terminal)?;
        return Ok(required::outcome(&requirements));
    }
    let decides = evaluation.rules.iter().find(|rule| rule.decides);
    let color = terminal.out_color;
    let names = symbols.attributes().map(|attribute| (attribute.field, attribute.name)).collect();
    let mut explainer = Explainer { out: terminal.out(), color, names };
    write(&mut explainer, &report, decides).map_err(|error| output_failed(&error))?;
    required::write(terminal.out(), color, &requirements).map_err(|error| output_failed(&error))?;
    terminal.flush()?;
    for note in &report.notes {
        terminal.note(format_args!("note: {}", clean(note)));
    }
    Ok(required::outcome(&requirements))
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "<[Held]>::is_empty")]
    requirements: &'a [Held],
}

/// Holds a requirement against the ranking.
fn held(requirement: &Requirement, report: &Report) -> Held {
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many agents")]
    let found = match requirement.measure {
        "available_agents" => Some(report.available_agents as f64),
        _ => report.ranked_agents.first().filter(|agent| agent.available).map(|agent| agent.score),
    };
    Held::new(requirement, found)
}

/// Without a queue there are no agents.
fn undecided() -> Failure {
    Failure::new("no rule decides this interaction, so no queue gets it").help(
        "`rulec eval` says why no rule matches; `--queue NAME` simulates a queue whatever the rules decide",
    )
}

fn write(out: &mut Explainer<'_>, report: &Report, decides: Option<&RuleOutcome<'_>>) -> io::Result<()> {
    let color = out.color;
    match decides {
        Some(rule) => {
            let name = paint(color, GREEN, &clean(rule.rule));
            writeln!(out.out, "decision: {name} (queue {})", clean(rule.queue))?;
            out.rule(rule)?;
        }
        None => writeln!(out.out, "decision: {}", paint(color, BOLD, "none"))?,
    }
    let out = &mut *out.out;
    let required: Vec<String> = report
        .required_skills
        .iter()
        .map(|skill| format!("{} ({})", clean(&skill.name), skill.wanted_by.join(", ")))
        .collect();
    let required = if required.is_empty() { "nothing".to_owned() } else { required.join(", ") };
    writeln!(out, "\nrequired: {required}")?;
    writeln!(
        out,
        "agents:   {} of {} are available{}",
        report.available_agents,
        report.total_agents_evaluated,
        list(&report.unavailable_agents, |state, number| format!("{number} {state}"), "; ")
    )?;
    let lack = list(&report.missing_skills, |skill, number| format!("{skill} ({number})"), "");
    if !lack.is_empty() {
        writeln!(out, "lacking:  {lack}")?;
    }
    if report.left > 0 {
        writeln!(out, "gone:     {} left the queue meanwhile", count(report.left, "agent"))?;
    }
    if report.ranked_agents.is_empty() {
        return writeln!(out, "\nnobody of {} gets it", clean(&report.queue));
    }
    writeln!(out, "\n{}", paint(color, BOLD, &format!("{}, the best first", clean(&report.queue))))?;
    let width = report.ranked_agents.iter().map(|agent| shown(agent).chars().count()).max().unwrap_or(0);
    for (index, agent) in report.ranked_agents.iter().enumerate() {
        let name = shown(agent);
        let padding = " ".repeat(width.saturating_sub(name.chars().count()));
        let score =
            paint(color, if agent.score > 0.0 { GREEN } else { FAINT }, &format!("{:.3}", agent.score));
        writeln!(
            out,
            "{:>3}. {score}  {}",
            index + 1,
            format!("{name}{padding}  {}", reasons(agent)).trim_end()
        )?;
    }
    Ok(())
}

fn shown(agent: &Ranked) -> String {
    clean(agent.name.as_deref().unwrap_or(&agent.user_id)).into_owned()
}

/// Why the score is what it is: what matches, at which priority, and what is missing.
fn reasons(agent: &Ranked) -> String {
    let mut parts: Vec<String> = agent
        .matched
        .iter()
        .map(|skill| match skill.proficiency {
            Some(proficiency) => {
                format!("{} (priority {}, proficiency {proficiency})", clean(&skill.name), skill.priority)
            }
            None => format!("{} (priority {})", clean(&skill.name), skill.priority),
        })
        .collect();
    parts.extend(agent.anomalies.iter().map(|anomaly| clean(anomaly).into_owned()));
    parts.join(", ")
}

/// Counts as a list, in the order of their names.
fn list(
    counts: &std::collections::BTreeMap<String, usize>,
    word: impl Fn(&str, usize) -> String,
    before: &str,
) -> String {
    let words: Vec<String> = counts.iter().map(|(name, number)| word(&clean(name), *number)).collect();
    if words.is_empty() { String::new() } else { format!("{before}{}", words.join(", ")) }
}
