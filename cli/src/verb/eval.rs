//! `rulec eval`: what the rules decide for one interaction, and why, condition by condition.

use std::collections::BTreeSet;
use std::io;

use genesys_model::Bundle;
use rule_eval::Rules;
use rule_lang::nearest;

use crate::Outcome;
use crate::args::EvalArgs;
use crate::failure::Failure;
use crate::interaction::{by_platform_names, read_interaction};
use crate::load::Workspace;
use crate::render::clean::clean;
use crate::render::explain::Explainer;
use crate::terminal::{Terminal, output_failed};
use crate::verb::check::sound;
use crate::verb::compile::only_project;

/// The most queues that are named where one is not known.
const MAX_QUEUES: usize = 10;

/// Decides an interaction and says why.
pub(crate) fn run(arguments: &EvalArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut workspace = Workspace::load_own(&arguments.rules, terminal.err_color)?;
    if !sound(&mut workspace, "evaluate", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "eval")?;
    let given = read_interaction(arguments.file.as_deref(), "rulec eval", terminal)?;
    let (interaction, warnings) = by_platform_names(&given, project.program.symbols())?;
    for warning in &warnings {
        terminal.warn(warning);
    }

    let bundle = project.program.compile();
    let queue = arguments.queue.as_deref();
    if let Some(queue) = queue {
        known_queue(&bundle, queue)?;
    }
    let rules = Rules::new(&bundle.rules).map_err(|error| Failure::new(error.to_string()))?;
    let evaluation = rules.evaluate(&interaction, queue);

    let color = terminal.out_color;
    let out = terminal.out();
    let written = if arguments.json {
        serde_json::to_writer_pretty(&mut *out, &evaluation)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        let symbols = project.program.symbols();
        let names = symbols.attributes().map(|attribute| (attribute.field, attribute.name)).collect();
        Explainer { out, color, names }.decision(&evaluation.rules)
    };
    written.map_err(|error| output_failed(&error))?;
    Ok(Outcome::Clean)
}

/// Makes sure that rules belong to a queue.
///
/// # Errors
///
/// Where none does; the help names one that is likely meant, or some that have rules.
pub(crate) fn known_queue(bundle: &Bundle, queue: &str) -> Result<(), Failure> {
    if bundle.rules.iter().any(|rule| rule.queue.as_str() == queue) {
        return Ok(());
    }
    let near = nearest(queue, bundle.rules.iter().map(|rule| rule.queue.as_str()));
    let failure = Failure::new(format!("no rule belongs to a queue `{queue}`"));
    Err(failure.help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => queues(bundle),
    }))
}

/// The queues that have rules, as far as a line may be long.
pub(crate) fn queues(bundle: &Bundle) -> String {
    let queues: BTreeSet<&str> = bundle.rules.iter().map(|rule| rule.queue.as_str()).collect();
    let named: Vec<String> =
        queues.iter().take(MAX_QUEUES).map(|queue| format!("`{}`", clean(queue))).collect();
    match queues.len().saturating_sub(named.len()) {
        _ if named.is_empty() => "there are no rules yet".to_owned(),
        0 => format!("rules belong to {}", named.join(", ")),
        more => format!("rules belong to {}, and {more} more", named.join(", ")),
    }
}
