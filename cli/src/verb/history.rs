//! `rulec history`: the deployments that the journal tells of.

use genesys_client::deploy::{Deployment, Outcome as Ended, deployments};
use genesys_client::webhook::{Outbox, Standing};
use serde::Serialize;

use crate::Outcome;
use crate::args::HistoryArgs;
use crate::deploy::home::Home;
use crate::deploy::outcome::print_json;
use crate::deploy::session::chosen;
use crate::failure::Failure;
use crate::organization::connect::state_name;
use crate::render::clean::clean;
use crate::render::plan::Counts;
use crate::terminal::{Terminal, output_failed};

/// A deployment for other programs.
#[derive(Serialize)]
struct Entry<'a> {
    deployment: u64,
    time: &'a str,
    organization: &'a str,
    outcome: &'static str,
    rollback_of: Option<u64>,
    create: usize,
    change: usize,
    rename: usize,
    delete: usize,
    webhook: Option<Told>,
}

/// How many of its events were delivered, wait, or were given up.
#[derive(Serialize, Clone, Copy)]
struct Told {
    delivered: usize,
    pending: usize,
    failed: usize,
}

impl Told {
    /// The same for people.
    fn words(self) -> String {
        let parts = [(self.delivered, "delivered"), (self.pending, "pending"), (self.failed, "failed")];
        let told =
            parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}"));
        format!(", webhook: {}", told.collect::<Vec<_>>().join(", "))
    }
}

impl<'a> Entry<'a> {
    fn new(deployment: &'a Deployment, standings: &[Standing]) -> Self {
        let begin = &deployment.begin;
        let of_this = |one: &&Standing| {
            let head = &one.head;
            head.deployment == begin.number
                && head.begun == begin.time
                && head.organization == begin.organization
        };
        let webhook = standings.iter().find(of_this).map(|one| Told {
            delivered: one.delivered,
            pending: one.waiting(),
            failed: one.failed(),
        });
        let counts = Counts::of_changes(&begin.changes);
        Self {
            deployment: begin.number,
            time: &begin.time,
            organization: &begin.organization,
            outcome: match deployment.outcome {
                Some(Ended::Deployed) => "deployed",
                Some(Ended::Undone) => "undone",
                None => "open",
            },
            rollback_of: begin.rollback_of,
            create: counts.create,
            change: counts.change,
            rename: counts.rename,
            delete: counts.delete,
            webhook,
        }
    }
}

/// Lists them, oldest first: of the organization that is named, or of all.
pub(crate) fn run(arguments: &HistoryArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let state = arguments.organization.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?;
    let names = match arguments.organization.org.as_deref() {
        // The journal is on this machine, so no credentials are needed for it.
        Some(name) if home.config.organizations.contains_key(name) => vec![name.to_owned()],
        Some(name) => vec![state_name(&chosen(&home, Some(name))?)],
        None => home.state.organizations()?,
    };
    let mut all = Vec::new();
    for name in &names {
        all.extend(deployments(home.state.read_journal(name)?.records()));
    }
    all.sort_by(|a, b| a.begin.time.cmp(&b.begin.time));
    let standings = match Outbox::at(home.state.outbox()).standings() {
        Ok((standings, unread)) => {
            for error in &unread {
                terminal.warn(&error.to_string());
            }
            standings
        }
        Err(error) => {
            terminal.warn(&error.to_string());
            Vec::new()
        }
    };
    let entries: Vec<Entry<'_>> = all.iter().map(|one| Entry::new(one, &standings)).collect();
    if arguments.json {
        #[derive(Serialize)]
        struct Json<'a> {
            version: u32,
            deployments: Vec<Entry<'a>>,
        }
        print_json(&Json { version: 1, deployments: entries }, terminal)?;
        return Ok(Outcome::Clean);
    }
    if entries.is_empty() {
        terminal.note("nothing was deployed from here");
        return Ok(Outcome::Clean);
    }
    let width = |text: fn(&Entry<'_>) -> usize| entries.iter().map(text).max().unwrap_or(0);
    let number = width(|entry| entry.deployment.to_string().len());
    let organization = width(|entry| entry.organization.chars().count());
    for entry in &entries {
        let rollback = entry.rollback_of.map_or(String::new(), |old| format!(", takes back {old}"));
        let webhook = entry.webhook.map_or(String::new(), Told::words);
        writeln!(
            terminal.out(),
            "{:>number$}  {}  {:organization$}  {:8}  +{} ~{} >{} -{}{rollback}{webhook}",
            entry.deployment,
            entry.time,
            clean(entry.organization),
            entry.outcome,
            entry.create,
            entry.change,
            entry.rename,
            entry.delete,
        )
        .map_err(|error| output_failed(&error))?;
    }
    if entries.iter().any(|entry| entry.outcome == "open") {
        terminal.note("one is open: `rulec recover` finishes or undoes it");
    }
    Ok(Outcome::Clean)
}
