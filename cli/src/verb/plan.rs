//! `rulec plan`: what deploying would change.

use genesys_client::guard::Checked;
use genesys_client::plan::Plan;

use crate::Outcome;
use crate::args::{PlanArgs, PlanFormat};
use crate::config;
use crate::deploy::guards;
use crate::deploy::home::Home;
use crate::deploy::mistaken;
use crate::deploy::outcome::print_json;
use crate::deploy::plan_file::PlanFile;
use crate::deploy::planning::{Aim, prune};
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::load::Workspace;
use crate::name::shown;
use crate::render::plan::json::Report;
use crate::render::plan::{markdown, text};
use crate::state::deployments_of;
use crate::terminal::{Terminal, output_failed};
use crate::verb::check::sound;
use crate::verb::compile::only_project;
use crate::write;

/// Shows the plan, and keeps it where that is asked for.
pub(crate) fn run(arguments: &PlanArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    mistaken::refuse(&arguments.paths, arguments.planning.prune, false)?;
    let mut workspace = Workspace::load_own(&arguments.paths, terminal.err_color)?;
    if !sound(&mut workspace, "plan", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "plan")?;
    let home = Home::of_project(project, arguments.organization.state.as_deref())?;
    let bundle = project.program.compile();
    let prune = prune(arguments.planning.prune);
    let (plan, guards, organization) = block_on(async {
        let session =
            Session::open(home, arguments.organization.org.as_deref(), Some(&bundle), terminal).await?;
        let journal = session.home.state.read_journal(&session.name)?;
        let deployments = deployments_of(&journal, &session.label);
        if let Some(open) = deployments.last().filter(|deployment| deployment.is_open()) {
            terminal.note(format_args!(
                "deployment {} is still open, so some of it may be live; run `rulec recover` before the next",
                open.begin.number
            ));
        }
        let aim = Aim::Bundle { bundle: &bundle, prune };
        let observed = aim.observe(&session, &deployments).await?;
        let plan = aim.plan(&session, &observed, &deployments, terminal)?;
        let guards = guards::checked(&session, Some(&bundle), &observed, &plan).await?;
        Ok((plan, guards, session.shown()))
    })?;
    print(&plan, &guards, &organization, arguments, terminal)?;
    let is_empty = plan.is_empty();
    if is_empty && guards.iter().any(|guard| !guard.holds) {
        terminal.note(
            "nothing is to be deployed, so no guard stops anything: they are asked only before a change",
        );
    }
    if let Some(path) = &arguments.out {
        let kept = PlanFile::new(plan, bundle, prune);
        let settings = project.root.as_ref().map(|root| root.join(config::FILE_NAME));
        let sources = project.files.iter().map(|file| file.path.as_path()).chain(settings.as_deref());
        terminal.flush()?;
        write::output(path, sources, |out| {
            serde_json::to_writer(&mut *out, &kept)?;
            out.write_all(b"\n")
        })?;
        terminal.note(format_args!(
            "kept the plan in `{name}`; `rulec deploy --plan {name}` applies exactly this",
            name = shown(path)
        ));
    }
    Ok(if arguments.detailed_exitcode && !is_empty { Outcome::Differs } else { Outcome::Clean })
}

fn print(
    plan: &Plan,
    guards: &[Checked],
    organization: &str,
    arguments: &PlanArgs,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let format = if arguments.json { PlanFormat::Json } else { arguments.format };
    let text = match format {
        PlanFormat::Json => return print_json(&Report::new(plan).with_guards(guards), terminal),
        PlanFormat::Text => text::plan(plan, terminal.out_color) + &guards::text(guards, terminal.out_color),
        PlanFormat::Markdown => markdown::plan(plan, organization) + &guards::markdown(guards),
    };
    terminal.out().write_all(text.as_bytes()).map_err(|error| output_failed(&error))
}
