//! `rulec compile`: the rules as JSON.

use std::io::Write;

use genesys_model::{Bundle, RuleBody};
use rule_lang::nearest;

use crate::Outcome;
use crate::args::CompileArgs;
use crate::config;
use crate::failure::Failure;
use crate::load::{Project, Workspace};
use crate::name::shown;
use crate::terminal::{Terminal, output_failed};
use crate::verb::check::sound;
use crate::write;

/// Prints the bundle, or one rule's request body.
pub(crate) fn run(arguments: &CompileArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut workspace = Workspace::load_own(&arguments.paths, terminal.err_color)?;
    if !sound(&mut workspace, "compile", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "compile")?;
    let one = match &arguments.rule {
        None => None,
        Some(name) => {
            let bundle = project.program.compile();
            let mut json = serde_json::to_vec_pretty(one_rule(&bundle, name, arguments.queue.as_deref())?)
                .map_err(|error| Failure::new(format!("cannot write the rule as JSON: {error}")))?;
            json.push(b'\n');
            Some(json)
        }
    };
    // A large bundle is written as it is made.
    let write = |out: &mut dyn Write| match &one {
        Some(json) => out.write_all(json),
        None => project.program.write_bundle(out),
    };
    match &arguments.output {
        Some(path) => {
            let settings = project.root.as_ref().map(|root| root.join(config::FILE_NAME));
            let sources = project.files.iter().map(|file| file.path.as_path()).chain(settings.as_deref());
            write::output(path, sources, write)?;
            terminal.note(format_args!("wrote `{}`", shown(path)));
        }
        None => write(terminal.out()).map_err(|error| output_failed(&error))?,
    }
    Ok(Outcome::Clean)
}

/// The one project that a command is about: bundles of several have no meaning together.
pub(crate) fn only_project<'a>(workspace: &'a Workspace, verb: &str) -> Result<&'a Project, Failure> {
    match workspace.projects.as_slice() {
        [project] => Ok(project),
        [] => Err(Failure::new("there are no `.rule` files here")),
        many => {
            let names: Vec<String> = many
                .iter()
                .map(|project| project.root.as_deref().map_or("files without a project".to_owned(), shown))
                .collect();
            Err(Failure::new(format!(
                "`rulec {verb}` takes one project, and these paths belong to {}",
                many.len()
            ))
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
