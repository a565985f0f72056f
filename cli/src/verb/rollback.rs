//! `rulec rollback`: takes a finished deployment back, through a plan of its own.

use genesys_client::audit::AuditVerb;
use genesys_client::deploy::{Deployment, Outcome as Ended};

use crate::Outcome;
use crate::args::RollbackArgs;
use crate::deploy::carry_out::{Manner, carry_out, history};
use crate::deploy::home::Home;
use crate::deploy::planning::Aim;
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::govern::Governor;
use crate::terminal::Terminal;

/// Takes one back, by its number; without one the latest that is live.
pub(crate) fn run(arguments: &RollbackArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let state = arguments.organization.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?;
    let _lock = home.state.lock()?;
    block_on(async {
        let session = Session::open(home, arguments.organization.org.as_deref(), None, terminal).await?;
        let deployments = match history(&session)? {
            Ok(deployments) => deployments,
            Err(end) => return end.show(&session.label, None, arguments.json, terminal),
        };
        let deployment = wanted(&deployments, arguments.id)?;
        terminal.note(format_args!(
            "taking back deployment {} of {}",
            deployment.begin.number, deployment.begin.time
        ));
        let governor = Governor::open(&session, AuditVerb::Rollback, terminal)?;
        let manner = Manner { yes: arguments.yes, json: arguments.json, governor: &governor };
        let result =
            carry_out(&session, &deployments, &Aim::Before(deployment), None, manner, terminal).await;
        governor.close(&session, &result, terminal).await;
        result
    })
}

/// The deployment that is to be taken back.
fn wanted(deployments: &[Deployment], id: Option<u64>) -> Result<&Deployment, Failure> {
    if deployments.is_empty() {
        return Err(Failure::new("nothing was deployed from here, so nothing can be taken back").help(
            "the journal that tells of deployments is in the project's state; on another machine, name it with `--state DIR`",
        ));
    }
    let is_live = |deployment: &&Deployment| deployment.outcome == Some(Ended::Deployed);
    let Some(id) = id else {
        // From the latest back, so that a rollback which was itself taken back takes nothing back.
        let mut taken_back: Vec<u64> = Vec::new();
        for deployment in deployments.iter().rev().filter(is_live) {
            if !taken_back.contains(&deployment.begin.number) {
                taken_back.extend(deployment.begin.rollback_of);
            }
        }
        return deployments
            .iter()
            .rev()
            .filter(is_live)
            .find(|one| one.begin.rollback_of.is_none() && !taken_back.contains(&one.begin.number))
            .ok_or_else(|| {
                Failure::new("no deployment is live that was not taken back")
                    .help("`rulec history` lists them")
            });
    };
    let found = deployments.iter().find(|deployment| deployment.begin.number == id).ok_or_else(|| {
        Failure::new(format!("there is no deployment {id} to this organization"))
            .help("`rulec history` lists them")
    })?;
    if is_live(&found) {
        return Ok(found);
    }
    Err(Failure::new(format!("deployment {id} was undone, so there is nothing to take back"))
        .help("`rulec history` lists those that were deployed"))
}
