//! `rulec pull`: an organization's rules as `.rule` text.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use genesys_client::plan::Observed;
use genesys_client::resource::{Kind, Live};
use genesys_model::{QueueRef, RuleBody};
use rule_compiler::Queue;
use rule_compiler::lift::{Lifted, Names, lift};
use rule_lang::nearest;

use crate::Outcome;
use crate::args::PullArgs;
use crate::deploy::home::Home;
use crate::deploy::runtime::block_on;
use crate::deploy::session::{Session, chosen};
use crate::failure::Failure;
use crate::lifting;
use crate::name::shown;
use crate::organization::Chosen;
use crate::project;
use crate::render::clean::clean;
use crate::render::plan::words::{key_of, quoted};
use crate::terminal::{Terminal, count, output_failed};
use crate::write;

/// A rule that is left out: its name and queue, and why.
type Left = (String, String);

/// Writes them: a program of its own on standard output, or a file that stands beside the project's others.
pub(crate) fn run(arguments: &PullArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let state = arguments.organization.state.as_deref();
    let home = match Home::here().filter(|_| arguments.project.project.is_none() && state.is_none()) {
        // A project may begin with what an organization holds. The embedded sandbox is a project's own.
        Some(here) if matches!(chosen(&here, arguments.organization.org.as_deref())?, Chosen::Remote(_)) => {
            here
        }
        _ => Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?,
    };
    let out = arguments.out.as_deref().map(|path| target(path, &home, arguments.force)).transpose()?;
    block_on(async {
        let session = Session::open(home, arguments.organization.org.as_deref(), None, terminal).await?;
        let observed = session.connection.observe(&BTreeSet::from([Kind::Rule]), false).await?;
        let live = wanted(&observed, arguments.queue.as_deref())?;
        let (lifted, left, declared) = lifted(&live, &observed, &session.home, out.as_deref());
        if let Some(path) = &out {
            write::atomically(path, lifted.text.as_bytes())?;
            let number = live.len() - left.len() - declared;
            terminal.note(format_args!("wrote {} to `{}`", count(number, "rule"), shown(path)));
        } else {
            terminal.out().write_all(lifted.text.as_bytes()).map_err(|error| output_failed(&error))?;
            terminal.flush()?;
        }
        if declared > 0 {
            terminal
                .note(format_args!("{} that the project declares already left out", count(declared, "rule")));
        }
        for (rule, reason) in &left {
            terminal.warn(&format!("the rule {rule} is left out: {reason}"));
        }
        Ok(Outcome::Clean)
    })
}

/// The file to write, which lies in the project and is not there yet.
fn target(path: &Path, home: &Home, force: bool) -> Result<PathBuf, Failure> {
    let name = shown(path);
    if path.extension().is_none_or(|extension| extension != "rule") {
        return Err(Failure::new(format!("`{name}` is not a `.rule` file"))
            .about(name)
            .help("name it `….rule`"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Failure::new(format!("there is no folder `{}`", shown(folder))).help("make it first"));
    }
    let path = project::identity(path);
    // A link might lead anywhere.
    let leads = if path.exists() { path.canonicalize().unwrap_or(path) } else { path };
    let root = home.root.canonicalize().unwrap_or_else(|_| home.root.clone());
    if !leads.starts_with(&root) {
        return Err(Failure::new(format!("`{name}` lies outside the project"))
            .about(name)
            .help("write into the project's folder"));
    }
    if leads.exists() && !force {
        return Err(Failure::new(format!("`{name}` is there already; it is left as it is"))
            .about(name)
            .help("overwrite it with `--force`, or write to another file"));
    }
    Ok(leads)
}

/// The rules that were asked for.
fn wanted<'o>(observed: &'o Observed, queue: Option<&str>) -> Result<Vec<&'o Live>, Failure> {
    let all = observed.of(Kind::Rule);
    let Some(name) = queue else { return Ok(all.iter().collect()) };
    let is_it =
        |live: &&Live| live.key.queue.as_ref().is_some_and(|queue| queue.name == name || queue.id() == name);
    let queues = || observed.candidates(Kind::Queue);
    let found: Vec<&Live> = all.iter().filter(is_it).collect();
    if found.is_empty() && !queues().any(|queue| queue.name == name || queue.id == name) {
        let failure = Failure::new(format!("the organization has no queue `{name}`"));
        return Err(match nearest(name, queues().map(|queue| queue.name.as_str())) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("check the name, and whether the OAuth client sees its division"),
        });
    }
    Ok(found)
}

/// The text, the rules that it cannot say, and how many the project declares already.
fn lifted(
    live: &[&Live],
    observed: &Observed,
    home: &Home,
    out: Option<&Path>,
) -> (Lifted, Vec<Left>, usize) {
    let mut left = Vec::new();
    let mut bodies: Vec<RuleBody> = Vec::new();
    for one in live {
        match lifting::body(one, observed) {
            Ok(body) => bodies.push(body),
            Err(reason) => left.push((key_of(&one.key), reason)),
        }
    }
    let mut names = lifting::names(home.config.settings.max_depth);
    let mut declared = 0;
    if let Some(out) = out {
        let (project_names, rules) = beside(home, out);
        if let Some(project_names) = project_names {
            names = project_names;
        }
        let before = bodies.len();
        bodies.retain(|body| !rules.contains(&(body.queue.clone(), body.name.clone())));
        declared = before - bodies.len();
    }
    let lifted = lift(&bodies, &names);
    left.extend(
        lifted
            .refused
            .iter()
            .map(|refused| (named(&refused.rule, refused.queue.as_str()), refused.reason.clone())),
    );
    (lifted, left, declared)
}

/// What the project's other files declare.
fn beside(home: &Home, out: &Path) -> (Option<Names>, BTreeSet<(QueueRef, String)>) {
    let mut workspace = home.workspace();
    let own = workspace.projects.iter_mut().find(|project| project.root.as_ref() == Some(&home.root));
    let Some(project) = own else { return (None, BTreeSet::new()) };
    if let Some(file) = project.files.iter().find(|file| file.path == out) {
        project.program.remove(file.id);
        project.program.check();
    }
    let rules = project.program.rules().into_iter().map(|rule| {
        let queue = match rule.queue {
            Queue::Name(name) => QueueRef::Name(name.into_owned()),
            Queue::Id(id) => QueueRef::Id(id.into_owned()),
        };
        (queue, rule.name.into_owned())
    });
    let rules = rules.collect();
    (Some(Names::of(&project.program)), rules)
}

fn named(rule: &str, queue: &str) -> String {
    clean(&format!("{} in {}", quoted(rule), quoted(queue))).into_owned()
}
