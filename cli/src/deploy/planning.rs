//! Makes plans: from a bundle, or from a deployment that is to be taken back.

use std::collections::BTreeSet;

use genesys_client::deploy::{Deployment, Outcome as Ended, changes_today, ids_today, owned_ids};
use genesys_client::plan::{
    Observed, Options, Plan, PlanError, Prune, RollbackError, build, kinds_of, rollback, with_referring,
};
use genesys_client::resource::{Key, Kind, NameError};
use genesys_model::Bundle;
use rule_lang::nearest;

use super::session::Session;
use crate::args::PruneArg;
use crate::config::{FILE_NAME, ids_section};
use crate::failure::Failure;
use crate::lifting;
use crate::render::plan::difference_lines;
use crate::terminal::Terminal;

/// What the organization shall become.
pub(crate) enum Aim<'a> {
    /// What a bundle says.
    Bundle {
        /// The bundle.
        bundle: &'a Bundle,
        /// What is deleted that it does not declare.
        prune: Prune,
    },
    /// What it was before a deployment.
    Before(&'a Deployment),
}

/// What is deleted, as the command line says it.
pub(crate) fn prune(argument: Option<PruneArg>) -> Prune {
    match argument {
        None => Prune::No,
        Some(PruneArg::Owned) => Prune::Owned,
        Some(PruneArg::Unowned) => Prune::Unowned,
    }
}

impl Aim<'_> {
    /// Lists what the organization holds, as far as this is about it.
    ///
    /// # Errors
    ///
    /// What a request says.
    pub(crate) async fn observe(
        &self,
        session: &Session,
        deployments: &[Deployment],
    ) -> Result<Observed, Failure> {
        let kinds = match self {
            Self::Bundle { bundle, prune } => {
                let owned = owned_ids(deployments).into_iter().map(|(kind, _)| kind);
                let kinds = kinds_of(bundle).into_iter().chain(owned).collect();
                if *prune == Prune::No { kinds } else { with_referring(&kinds) }
            }
            Self::Before(deployment) => deployment.begin.changes.iter().map(|change| change.kind).collect(),
        };
        let divisions = matches!(self, Self::Bundle { bundle, .. } if bundle.names_divisions());
        session.connection.observe(&kinds, divisions).await
    }

    /// The bundle, where there is one.
    pub(crate) fn bundle(&self) -> Option<&Bundle> {
        match self {
            Self::Bundle { bundle, .. } => Some(bundle),
            Self::Before(_) => None,
        }
    }

    /// The number of the deployment that is taken back.
    pub(crate) fn rollback_of(&self) -> Option<u64> {
        match self {
            Self::Bundle { .. } => None,
            Self::Before(deployment) => Some(deployment.begin.number),
        }
    }

    /// The plan for what was observed. Where there is none, everything but the last reason has been shown.
    ///
    /// # Errors
    ///
    /// Every reason why there is none.
    pub(crate) fn plan(
        &self,
        session: &Session,
        observed: &Observed,
        deployments: &[Deployment],
        terminal: &mut Terminal,
    ) -> Result<Plan, Failure> {
        let failures: Vec<Failure> = match self {
            Self::Bundle { bundle, prune } => {
                let owned: BTreeSet<(Kind, String)> = owned_ids(deployments);
                let names = lifting::names(session.home.config.settings.max_depth);
                let options = Options {
                    organization: session.label.clone(),
                    prune: *prune,
                    owned: &owned,
                    foreign: &|kind, live| match kind {
                        Kind::Rule => lifting::foreign(live, observed, &names),
                        Kind::Strategy => lifting::foreign_strategy(live),
                        _ => None,
                    },
                };
                match build(bundle, observed, &options) {
                    Ok(plan) => return Ok(plan),
                    Err(errors) => {
                        // A queue that means nothing is met again in each rule and strategy that names it.
                        let mut once: Vec<&PlanError> = Vec::new();
                        for error in &errors {
                            if !once.contains(&error) {
                                once.push(error);
                            }
                        }
                        once.into_iter().map(|error| plan_failure(error, observed)).collect()
                    }
                }
            }
            Self::Before(deployment) => {
                let begin = &deployment.begin;
                match rollback(
                    &changes_today(deployment, deployments),
                    &ids_today(deployment, deployments),
                    observed,
                    &session.label,
                    &begin.bundle,
                ) {
                    Ok(plan) => return Ok(plan),
                    Err(errors) => {
                        let later = later(deployment, deployments);
                        errors.iter().map(|error| rollback_failure(error, &later)).collect()
                    }
                }
            }
        };
        let mut failures = failures.into_iter();
        let last = failures.next_back();
        for failure in failures {
            terminal.fail(&failure);
        }
        Err(last.unwrap_or_else(|| Failure::new("there is no plan")))
    }
}

fn plan_failure(error: &PlanError, observed: &Observed) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        PlanError::Name(NameError::Unknown { kind, name }) => {
            let names = observed.candidates(*kind).map(|one| one.name.as_str());
            match nearest(name, names) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help(format!(
                    "create it, let the OAuth client see its division, or give its id in `{FILE_NAME}`: `[org.NAME.{}]`",
                    ids_section(*kind).unwrap_or_default()
                )),
            }
        }
        PlanError::Name(NameError::UnknownId { .. }) => {
            failure.help("check the id, and whether the OAuth client sees its division")
        }
        PlanError::Name(NameError::NotInDivision { .. }) => failure.help(
            "correct the `division:` of the declaration, or let the OAuth client see that division",
        ),
        PlanError::Name(NameError::UnknownDivision { .. }) => {
            failure.help("check the name of the division, and whether the OAuth client sees it")
        }
        PlanError::Name(NameError::Several { kind, name, .. }) => failure.help(format!(
            "say which one: `id:` or `division:` in the declaration, or `\"{name}\" = \"ID\"` under `[org.NAME.{}]` in `{FILE_NAME}`",
            ids_section(*kind).unwrap_or_default()
        )),
        PlanError::Several { kind: kind @ (Kind::Skill | Kind::SkillGroup | Kind::Queue), .. } => failure.help(format!(
            "say which one: `id:` or `division:` in the declaration, or its id under `[org.NAME.{}]` in `{FILE_NAME}`",
            ids_section(*kind).unwrap_or_default()
        )),
        PlanError::Several { .. } => failure.help("give all but one of them another name, or delete them"),
        PlanError::Foreign { .. } => {
            failure.help("give the declared one another name, or change the live one by hand first")
        }
        PlanError::DeclaredTwice { .. } => {
            failure.help("two declarations mean one object here: rename one, or correct its `id:`, `division:` or queue")
        }
        _ => failure,
    }
}

/// The objects that deployments of this project have changed after this one and that were not taken back, each with the
/// number of the deployment; the latest deployment first.
fn later(deployment: &Deployment, all: &[Deployment]) -> Vec<(Kind, Key, u64)> {
    let number = deployment.begin.number;
    let mut taken_back: Vec<u64> = Vec::new();
    let mut touched = Vec::new();
    for one in all.iter().rev().take_while(|one| one.begin.number > number) {
        if one.outcome != Some(Ended::Deployed) || taken_back.contains(&one.begin.number) {
            continue;
        }
        if let Some(old) = one.begin.rollback_of {
            taken_back.push(old);
            continue;
        }
        for change in &one.begin.changes {
            // By both names, where it was renamed.
            let keys =
                [change.before.as_ref().map(|live| &live.key), change.after.as_ref().map(|goal| &goal.key)];
            touched
                .extend(keys.into_iter().flatten().map(|key| (change.kind, key.clone(), one.begin.number)));
        }
    }
    touched
}

/// The numbers of the later deployments that changed an object: one name in one queue.
fn changed_by(later: &[(Kind, Key, u64)], kind: Kind, key: &Key) -> Vec<u64> {
    let is_it = |other: &Key| {
        let queue = |key: &Key| key.queue.as_ref().map(|queue| queue.name.clone());
        other.name == key.name && queue(other) == queue(key)
    };
    let mut numbers: Vec<u64> = later
        .iter()
        .filter(|(of, other, _)| *of == kind && is_it(other))
        .map(|(_, _, number)| *number)
        .collect();
    numbers.dedup();
    numbers
}

/// Why something cannot be taken back, and what to take back before.
fn rollback_failure(error: &RollbackError, later: &[(Kind, Key, u64)]) -> Failure {
    let mut failure = Failure::new(error.to_string());
    let (RollbackError::Changed { kind, key, .. }
    | RollbackError::Gone { kind, key }
    | RollbackError::Anew { kind, key, .. }) = error
    else {
        return failure.help("nothing was written; `rulec history` lists the deployments");
    };
    let numbers = changed_by(later, *kind, key);
    let differences = match error {
        RollbackError::Changed { differences, .. } | RollbackError::Anew { differences, .. } => {
            differences.as_slice()
        }
        _ => &[],
    };
    failure.notes = difference_lines(differences, false);
    if numbers.is_empty() {
        return failure.help("nothing was written; set it back by hand, or deploy what shall be");
    }
    let each = |word: &str| numbers.iter().map(|number| format!("{word}{number}")).collect::<Vec<_>>();
    let commands: Vec<String> = each("rulec rollback ").iter().map(|one| format!("`{one}`")).collect();
    failure
        .note(format!("this project changed it since, with {}", each("deployment ").join(" and ")))
        .help(format!("nothing was written; take that back first: {}", commands.join(", then ")))
}
