//! `rulec audit log`: who deployed what, with which result.

use genesys_client::audit::{AuditLog, AuditRecord, Changes, Finding, Sealed, What};
use serde::Serialize;

use super::{home, is_of};
use crate::Outcome;
use crate::args::AuditLogArgs;
use crate::deploy::outcome::print_json;
use crate::failure::Failure;
use crate::govern::{file_failure, key};
use crate::render::clean::clean;
use crate::terminal::{Terminal, output_failed};

/// How many digits of a bundle's fingerprint are shown.
const DIGITS: usize = 12;

/// A record for other programs.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    record: &'a AuditRecord,
    hash: &'a str,
}

/// Lists the records, oldest first.
pub(super) fn run(arguments: &AuditLogArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let home = home(&arguments.state, terminal)?;
    let log = AuditLog::read(&home.state.audit()).map_err(|error| file_failure(&error))?;
    // To read needs no key; a chain that was broken shows without one.
    let findings = log.verify(key().ok().flatten().as_ref(), None).findings;
    if findings.iter().any(|finding| !matches!(finding, Finding::Unchecked { .. })) {
        terminal.warn("the audit log is not what was written: `rulec audit verify` says where");
    }
    let wanted = |sealed: &&Sealed| is_of(&sealed.record.what.organization, arguments.org.as_deref());
    let records: Vec<&Sealed> = log.records().iter().filter(wanted).collect();
    if arguments.json {
        #[derive(Serialize)]
        struct Json<'a> {
            version: u32,
            records: Vec<Entry<'a>>,
            head: Option<&'a str>,
        }
        let entries = records.iter().map(|sealed| Entry { record: &sealed.record, hash: &sealed.hash });
        print_json(&Json { version: 1, records: entries.collect(), head: log.head() }, terminal)?;
        return Ok(Outcome::Clean);
    }
    if records.is_empty() {
        terminal.note("nothing is noted of deployments from here");
        return Ok(Outcome::Clean);
    }
    let width =
        |text: fn(&AuditRecord) -> usize| records.iter().map(|one| text(&one.record)).max().unwrap_or(0);
    let number = width(|record| record.number.to_string().len());
    let who = width(|record| record.what.who.chars().count());
    let organization = width(|record| record.what.organization.chars().count());
    for sealed in &records {
        let what = &sealed.record.what;
        let more = more(what).concat();
        writeln!(
            terminal.out(),
            "{:>number$}  {}  {:who$}  {:8}  {:organization$}  {:10}{}",
            sealed.record.number,
            clean(&what.time),
            one_line(&what.who),
            what.verb.word(),
            one_line(&what.organization),
            what.outcome.word(),
            one_line(&more),
        )
        .map_err(|error| output_failed(&error))?;
    }
    if let Some(head) = log.head() {
        terminal.note(format_args!("head {head}"));
    }
    Ok(Outcome::Clean)
}

/// What not every record says.
fn more(what: &What) -> [String; 5] {
    let digits = |bundle: &String| bundle.chars().take(DIGITS).collect::<String>();
    let changes = what.changes.as_ref().map(|Changes { create, change, rename, delete }| {
        format!("  +{create} ~{change} >{rename} -{delete}")
    });
    [
        what.deployment.map(|number| format!("  deployment {number}")),
        what.rollback_of.map(|old| format!(", takes back {old}")),
        changes,
        what.bundle.as_ref().map(|bundle| format!("  bundle {}", digits(bundle))),
        what.reason.as_ref().map(|reason| format!("  ({reason})")),
    ]
    .map(Option::unwrap_or_default)
}

/// Text of a file that anybody may have written, on one line.
fn one_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], " ")
}
