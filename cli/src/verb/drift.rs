//! `rulec drift`: where an organization differs from what was deployed.

use genesys_client::deploy::{Drift, Outcome as Ended, drift, owned};
use genesys_client::plan::Prune;
use genesys_client::resource::Kind;
use serde::Serialize;

use crate::Outcome;
use crate::args::DriftArgs;
use crate::deploy::home::Home;
use crate::deploy::outcome::print_json;
use crate::deploy::planning::Aim;
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::render::plan::json::Report;
use crate::render::plan::words::{key_of, objects};
use crate::render::plan::{difference_lines, text};
use crate::state::deployments_of;
use crate::terminal::{Terminal, YELLOW, output_failed, paint};
use crate::verb::check::sound;
use crate::verb::compile::only_project;

/// What other programs read.
#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    /// What the organization was compared with: `deployed` or `compiled`.
    compared_with: &'static str,
    organization: &'a str,
    differs: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'a [Drift]>,
    #[serde(flatten)]
    plan: Option<Report<'a>>,
}

/// Compares, and shows where it differs.
pub(crate) fn run(arguments: &DriftArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let state = arguments.organization.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?;
    block_on(async {
        let session = Session::open(home, arguments.organization.org.as_deref(), None, terminal).await?;
        let journal = session.home.state.read_journal(&session.name)?;
        let deployments = deployments_of(&journal, &session.label);
        if let Some(open) = deployments.last().filter(|deployment| deployment.is_open()) {
            terminal.warn(&format!(
                "deployment {} is still open, so some of it may be live; run `rulec recover`",
                open.begin.number
            ));
        }
        // What was undone left nothing to compare with.
        if deployments.iter().all(|deployment| deployment.outcome != Some(Ended::Deployed)) {
            return compiled(arguments, &session, terminal).await;
        }
        let deployed = owned(&deployments);
        let kinds = deployed.keys().map(|(kind, _)| *kind).collect();
        let observed = session.connection.observe(&kinds, false).await?;
        let mut found = drift(&deployed, &observed);
        // By names, not by ids, which mean nothing to people.
        found.sort_by(|a, b| names(a).cmp(&names(b)));
        if arguments.json {
            let json = Json {
                version: 1,
                compared_with: "deployed",
                organization: &session.label,
                differs: !found.is_empty(),
                drift: Some(&found),
                plan: None,
            };
            print_json(&json, terminal)?;
        } else {
            show(&found, &deployed.keys().map(|(kind, _)| *kind).collect::<Vec<_>>(), terminal)?;
        }
        Ok(if found.is_empty() { Outcome::Clean } else { Outcome::Differs })
    })
}

fn names(drift: &Drift) -> (Kind, Option<&str>, &str) {
    (drift.kind, drift.key.queue.as_ref().map(|queue| queue.name.as_str()), &drift.key.name)
}

fn show(found: &[Drift], deployed: &[Kind], terminal: &mut Terminal) -> Result<(), Failure> {
    let color = terminal.out_color;
    let mut lines = Vec::new();
    for one in found {
        let name = format!("{} {}", one.kind.word(), key_of(&one.key));
        match &one.differences {
            None => lines.push(format!("  {}", paint(color, YELLOW, &format!("- {name} is gone")))),
            Some(differences) => {
                lines.push(format!("  {}", paint(color, YELLOW, &format!("~ {name}"))));
                lines.extend(difference_lines(differences, color).iter().map(|line| format!("      {line}")));
            }
        }
        lines.push(String::new());
    }
    lines.push(if found.is_empty() {
        let are = if deployed.len() == 1 { "is" } else { "are" };
        format!("No drift: {} {are} as deployed", objects(deployed.iter().copied()))
    } else {
        let differ = if found.len() == 1 { "differs" } else { "differ" };
        format!(
            "Drift: {} of {} {differ} from what was deployed",
            objects(found.iter().map(|one| one.kind)),
            deployed.len()
        )
    });
    for line in lines {
        writeln!(terminal.out(), "{line}").map_err(|error| output_failed(&error))?;
    }
    Ok(())
}

/// Without anything deployed from here: the organization compared with the project.
async fn compiled(
    arguments: &DriftArgs,
    session: &Session,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    terminal.note(
        "nothing was deployed from here, as far as the journal knows, so the organization is compared with the rules as they are now",
    );
    let mut workspace = session.home.workspace();
    if !sound(&mut workspace, "compare", terminal)? {
        return Ok(Outcome::Findings);
    }
    let bundle = only_project(&workspace, "drift")?.program.compile();
    let aim = Aim::Bundle { bundle: &bundle, prune: Prune::No };
    let observed = aim.observe(session, &[]).await?;
    let plan = aim.plan(session, &observed, &[], terminal)?;
    if arguments.json {
        let json = Json {
            version: 1,
            compared_with: "compiled",
            organization: &session.label,
            differs: !plan.is_empty(),
            drift: None,
            plan: Some(Report::new(&plan).without_version()),
        };
        print_json(&json, terminal)?;
    } else {
        let text = text::plan(&plan, terminal.out_color);
        terminal.out().write_all(text.as_bytes()).map_err(|error| output_failed(&error))?;
    }
    Ok(if plan.is_empty() { Outcome::Clean } else { Outcome::Differs })
}
