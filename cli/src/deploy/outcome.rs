//! How a deployment ended, in words, as JSON and as an exit code.

use genesys_client::deploy::{Cause, Contested, DeployError, RecoverError, Report};
use genesys_client::guard::Checked;
use genesys_client::plan::Plan;
use genesys_client::resource::{Key, Kind};
use serde::Serialize;

use super::conflict::with_differences;
use crate::Outcome;
use crate::failure::Failure;
use crate::govern::Audited;
use crate::render::plan::difference_lines;
use crate::render::plan::json::Report as PlanReport;
use crate::render::plan::words::key_of;
use crate::state::journal_failure;
use crate::terminal::{Terminal, output_failed};

/// How a deployment ended, for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// Nothing was to be done.
    Nothing,
    /// A person said no.
    Declined,
    /// The organization is no longer what was planned against; nothing was written.
    Stale,
    /// A guard of a strategy does not hold; nothing was written.
    Guarded,
    /// A gate of the project is closed; nothing was written.
    Gated,
    /// All of it is live.
    Deployed,
    /// None of it is.
    Undone,
    /// It is left open.
    Unfinished,
}

/// What other programs read of a deployment.
#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    outcome: Ending,
    organization: &'a str,
    deployment: Option<u64>,
    writes: Option<usize>,
    audit: Option<&'a Audited>,
    #[serde(flatten)]
    plan: Option<PlanReport<'a>>,
    error: Option<ErrorJson<'a>>,
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    message: &'a str,
    notes: &'a [String],
    help: Option<&'a str>,
}

impl<'a> ErrorJson<'a> {
    fn new(failure: &'a Failure) -> Self {
        Self { message: &failure.message, notes: &failure.notes, help: failure.help.as_deref() }
    }
}

/// Writes a failure as a result: nothing was begun.
///
/// # Errors
///
/// Where standard output cannot be written.
pub(crate) fn print_failure(failure: &Failure, terminal: &mut Terminal) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Report<'a> {
        version: u32,
        error: ErrorJson<'a>,
    }
    print_json(&Report { version: 1, error: ErrorJson::new(failure) }, terminal)
}

/// A deployment's end.
pub(crate) struct End {
    /// How.
    pub(crate) ending: Ending,
    /// Its number and its writes, where it was begun.
    pub(crate) number: Option<u64>,
    /// How many writes it had.
    pub(crate) writes: Option<usize>,
    /// Why, where it is not live.
    pub(crate) failure: Option<Failure>,
    /// Whether a person stopped it.
    pub(crate) interrupted: bool,
    /// Where the audit log stands since, where it was begun.
    pub(crate) audit: Option<Audited>,
    /// The guards of strategies, with the figures when they were checked.
    pub(crate) guards: Vec<Checked>,
}

impl End {
    /// One that was never begun.
    pub(crate) fn without(ending: Ending, failure: Option<Failure>) -> Self {
        Self {
            ending,
            number: None,
            writes: None,
            failure,
            interrupted: false,
            audit: None,
            guards: Vec::new(),
        }
    }

    /// The exit code.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.ending {
            Ending::Nothing | Ending::Deployed => Outcome::Clean,
            Ending::Undone if self.interrupted => Outcome::Interrupted,
            Ending::Declined | Ending::Stale | Ending::Guarded | Ending::Gated | Ending::Undone => {
                Outcome::Findings
            }
            Ending::Unfinished => Outcome::Unfinished,
        }
    }

    /// Shows what failed, and the JSON where that is asked for.
    ///
    /// # Errors
    ///
    /// Where standard output cannot be written.
    pub(crate) fn show(
        &self,
        organization: &str,
        plan: Option<&Plan>,
        json: bool,
        terminal: &mut Terminal,
    ) -> Result<Outcome, Failure> {
        let shown = self.print(organization, plan, json, terminal);
        match shown {
            Ok(()) => Ok(self.outcome()),
            // What became of the organization counts for more than a result that nobody could read.
            Err(failure) if self.number.is_some() => {
                terminal.fail(&failure);
                Ok(self.outcome())
            }
            Err(failure) => Err(failure),
        }
    }

    fn print(
        &self,
        organization: &str,
        plan: Option<&Plan>,
        json: bool,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        if let Some(failure) = &self.failure {
            terminal.flush()?;
            terminal.fail(failure);
        }
        if json {
            let json = Json {
                version: 1,
                outcome: self.ending,
                organization,
                deployment: self.number,
                writes: self.writes,
                audit: self.audit.as_ref(),
                plan: plan.map(|plan| PlanReport::new(plan).with_guards(&self.guards).without_version()),
                error: self.failure.as_ref().map(ErrorJson::new),
            };
            print_json(&json, terminal)?;
        }
        terminal.flush()
    }

    /// The end of a deployment that ran.
    ///
    /// # Errors
    ///
    /// Where nothing was begun.
    pub(crate) fn of(result: Result<Report, DeployError>) -> Result<Self, Failure> {
        match result {
            Ok(Report { number, writes }) => Ok(Self {
                number: Some(number),
                writes: Some(writes),
                ..Self::without(Ending::Deployed, None)
            }),
            Err(DeployError::NotStarted(error)) => Err(Failure::from(&error)),
            Err(DeployError::Order(error)) => Err(Failure::new(error.to_string())
                .help("deploy in two steps: first with an interim name for one of them")),
            Err(DeployError::Journal(error)) => Err(journal_failure(&error)),
            Err(error @ DeployError::OtherOrganization) => Err(Failure::new(error.to_string()).help(
                "check address and credentials; where it is meant, give it a name of its own in `rulec.toml`, or keep its state elsewhere with `--state DIR`",
            )),
            Err(DeployError::Undone { number, cause, contested, remade }) => Ok(Self {
                number: Some(number),
                interrupted: matches!(cause, Cause::Interrupted),
                ..Self::without(Ending::Undone, Some(undone(number, &cause, &contested, &remade)))
            }),
            Err(DeployError::Unfinished { number, cause }) => Ok(Self {
                number: Some(number),
                ..Self::without(Ending::Unfinished, Some(unfinished(number, &cause)))
            }),
            Err(other) => Err(Failure::new(other.to_string())),
        }
    }

    /// The end of a deployment that was recovered.
    ///
    /// # Errors
    ///
    /// Where nothing was done.
    pub(crate) fn of_recovery(result: Result<Report, RecoverError>) -> Result<Self, Failure> {
        match result {
            Ok(report) => Self::of(Ok(report)),
            Err(RecoverError::Deploy(error)) => Self::of(Err(error)),
            Err(RecoverError::Unreachable(error)) => {
                let mut end = Self::without(Ending::Unfinished, Some(Failure::from(&error)));
                if let Some(failure) = &mut end.failure {
                    failure.notes.push("the deployment stays open".to_owned());
                }
                Ok(end)
            }
            Err(RecoverError::OtherOrganization(name)) => Err(Failure::new(format!(
                "the open deployment is for another organization than this one: `{name}`"
            ))
            .help("choose that one: with `--org NAME`, or with its variables and credentials")),
            Err(other) => Err(Failure::new(other.to_string())),
        }
    }
}

/// Writes JSON as a result.
///
/// # Errors
///
/// Where standard output cannot be written.
pub(crate) fn print_json(value: &impl Serialize, terminal: &mut Terminal) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("cannot write the result as JSON: {error}")))?;
    writeln!(terminal.out(), "{text}").map_err(|error| output_failed(&error))
}

/// What is known of why a deployment stopped: details, and what to do about it.
fn about(cause: &Cause) -> (Vec<String>, Option<String>) {
    match cause {
        Cause::Failed(error) => (error.details(), Some(error.help())),
        Cause::Conflict { differences, .. } => (
            difference_lines(differences, false),
            Some("plan again, look at the difference, then deploy".to_owned()),
        ),
        Cause::Unverified { differences, .. } => (
            difference_lines(differences, false),
            Some(
                "if the organization shows changes late, raise `settle` of the organization in `rulec.toml`"
                    .to_owned(),
            ),
        ),
        Cause::Journal(error) => {
            let failure = journal_failure(error);
            (failure.notes, failure.help)
        }
        Cause::NotFresh { .. } => (
            Vec::new(),
            Some(
                "the queue was refreshed, and routing did not follow within `settle` of the organization in `rulec.toml`: raise it, or look at the queue in the organization"
                    .to_owned(),
            ),
        ),
        _ => (Vec::new(), None),
    }
}

fn undone(
    number: u64,
    cause: &Cause,
    contested: &[Contested],
    remade: &[(Kind, Key, String, String)],
) -> Failure {
    let message = match cause {
        Cause::Interrupted => format!("deployment {number} was interrupted and undone"),
        Cause::Asked => format!("deployment {number} was undone"),
        cause => format!("deployment {number} failed and was undone: {cause}"),
    };
    let (notes, help) = about(cause);
    let mut failure = Failure::new(message);
    failure.notes = notes;
    failure.help = help;
    failure.notes.push(if contested.is_empty() {
        "what it had written is as it was before".to_owned()
    } else {
        "what it had written is as it was before, but for what somebody else has changed meanwhile".to_owned()
    });
    for one in contested {
        let what = if one.stays && one.differences.is_empty() {
            "was removed or replaced by somebody else: that stays"
        } else if one.stays {
            "was changed by somebody else: theirs stays"
        } else {
            "was changed by somebody else, and went with it"
        };
        let head = format!("the {} {} {what}", one.kind.word(), key_of(&one.key));
        failure.notes.push(with_differences(head, &one.differences));
    }
    for (kind, key, old, new) in remade {
        failure.notes.push(format!(
            "the {} {} was made again: its id is {new}, no longer {old}",
            kind.word(),
            key_of(key)
        ));
    }
    failure
}

fn unfinished(number: u64, cause: &Cause) -> Failure {
    let (notes, help) = about(cause);
    let mut failure = Failure::new(format!("deployment {number} is left open: {cause}"));
    failure.notes = notes;
    failure.notes.extend(help);
    failure
        .help("then run `rulec recover`, which finishes it, or `rulec recover --undo`, which takes it back")
}
