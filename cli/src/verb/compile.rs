//! `rulec compile`: the rules as JSON.

use genesys_model::{Bundle, RuleBody};
use rule_lang::nearest;

use crate::Outcome;
use crate::args::CompileArgs;
use crate::failure::Failure;
use crate::load::{Project, Workspace};
use crate::name::shown;
use crate::terminal::{Terminal, count, output_failed};
use crate::verb::check::sound;
use crate::write;

/// Prints the bundle, or one rule's request body.
pub(crate) fn run(arguments: &CompileArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut workspace = Workspace::load(&arguments.paths, terminal.err_color)?;
    if !sound(&mut workspace, "compile", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace)?;
    let bundle = project.program.compile();
    let json = match &arguments.rule {
        None => serde_json::to_string_pretty(&bundle),
        Some(name) => serde_json::to_string_pretty(one_rule(&bundle, name, arguments.queue.as_deref())?),
    };
    let mut json = json.map_err(|error| Failure::new(format!("cannot write the rules as JSON: {error}")))?;
    json.push('\n');
    match &arguments.output {
        Some(path) => {
            write::atomically(path, json.as_bytes())?;
            terminal.note(format_args!("compiled {} to {}", count(bundle.rules.len(), "rule"), shown(path)));
        }
        None => terminal.out().write_all(json.as_bytes()).map_err(|error| output_failed(&error))?,
    }
    Ok(Outcome::Clean)
}

/// The one project that a command is about: bundles of several have no meaning together.
pub(crate) fn only_project(workspace: &Workspace) -> Result<&Project, Failure> {
    match workspace.projects.as_slice() {
        [project] => Ok(project),
        [] => Err(Failure::new("there are no `.rule` files here")),
        many => {
            let names: Vec<String> = many
                .iter()
                .map(|project| project.root.as_deref().map_or("files without a project".to_owned(), shown))
                .collect();
            Err(Failure::new(format!("these are {} projects, and it takes one at a time", many.len()))
                .help(format!("name one of: {}", names.join(", "))))
        }
    }
}

/// The rule of this name.
fn one_rule<'a>(bundle: &'a Bundle, name: &str, queue: Option<&str>) -> Result<&'a RuleBody, Failure> {
    let named: Vec<&RuleBody> = bundle.rules.iter().filter(|rule| rule.name == name).collect();
    let matching = |rule: &&&RuleBody| queue.is_none_or(|queue| rule.queue.as_str() == queue);
    let found: Vec<&&RuleBody> = named.iter().filter(matching).collect();
    let queues =
        || named.iter().map(|rule| format!("`{}`", rule.queue.as_str())).collect::<Vec<_>>().join(", ");
    match (found.as_slice(), named.is_empty()) {
        ([rule], _) => Ok(rule),
        (_, true) => {
            let near = nearest(name, bundle.rules.iter().map(|rule| rule.name.as_str()));
            Err(Failure::new(format!("there is no rule `{name}`")).help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`rulec compile` without `--rule` prints them all".to_owned(),
            }))
        }
        ([], false) => {
            Err(Failure::new(format!("the queue `{}` has no rule `{name}`", queue.unwrap_or_default()))
                .help(format!("it is a rule of {}", queues())))
        }
        _ => Err(Failure::new(format!("several queues have a rule `{name}`"))
            .help(format!("choose one with `--queue`: {}", queues()))),
    }
}
