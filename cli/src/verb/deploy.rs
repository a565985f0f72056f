//! `rulec deploy`: the organization becomes what the rules say, or stays what it is.

use std::path::Path;

use genesys_client::audit::AuditVerb;
use genesys_model::Bundle;

use crate::Outcome;
use crate::args::DeployArgs;
use crate::deploy::carry_out::{Manner, carry_out, history};
use crate::deploy::home::Home;
use crate::deploy::mistaken;
use crate::deploy::plan_file::PlanFile;
use crate::deploy::planning::{Aim, prune};
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::govern::Governor;
use crate::load::Workspace;
use crate::terminal::Terminal;
use crate::verb::check::sound;
use crate::verb::compile::only_project;

/// Deploys the project, or a kept plan.
pub(crate) fn run(arguments: &DeployArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    if let Some(path) = &arguments.plan {
        return kept(arguments, path, terminal);
    }
    mistaken::refuse(&arguments.paths, arguments.planning.prune, true)?;
    let mut workspace = Workspace::load_own(&arguments.paths, terminal.err_color)?;
    if !sound(&mut workspace, "deploy", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "deploy")?;
    let home = Home::of_project(project, arguments.organization.state.as_deref())?;
    let bundle = project.program.compile();
    let aim = Aim::Bundle { bundle: &bundle, prune: prune(arguments.planning.prune) };
    apply(arguments, home, &bundle, &aim, None, terminal)
}

/// Applies a kept plan: the rules in the files are not looked at.
fn kept(arguments: &DeployArgs, path: &Path, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let file = PlanFile::read(path)?;
    let folder = match arguments.paths.as_slice() {
        [] => None,
        [folder] => Some(folder.as_path()),
        _ => return Err(Failure::new("`--plan` takes one folder: that of the project")),
    };
    let home = Home::of_folder(folder, arguments.organization.state.as_deref(), terminal.err_color)?;
    let aim = Aim::Bundle { bundle: &file.bundle, prune: file.prune() };
    apply(arguments, home, &file.bundle, &aim, Some(&file), terminal)
}

fn apply(
    arguments: &DeployArgs,
    home: Home,
    bundle: &Bundle,
    aim: &Aim<'_>,
    kept: Option<&PlanFile>,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    let _lock = home.state.lock()?;
    block_on(async {
        let session =
            Session::open(home, arguments.organization.org.as_deref(), Some(bundle), terminal).await?;
        if let Some(file) = kept
            && file.organization != session.label
        {
            return Err(Failure::new(format!(
                "the plan is for the organization `{}`, and this is `{}`",
                file.organization, session.label
            ))
            .help("choose the plan's organization: with `--org NAME`, or with its variables"));
        }
        let deployments = match history(&session)? {
            Ok(deployments) => deployments,
            Err(end) => return end.show(&session.label, None, arguments.json, terminal),
        };
        let governor = Governor::open(&session, AuditVerb::Deploy, terminal)?;
        let manner = Manner { yes: arguments.yes, json: arguments.json, governor: &governor };
        let result =
            carry_out(&session, &deployments, aim, kept.map(|file| &file.plan), manner, terminal).await;
        governor.close(&session, &result, terminal).await;
        result
    })
}
