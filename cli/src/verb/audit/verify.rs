//! `rulec audit verify`: whether the audit log is what was written.

use genesys_client::audit::{AuditLog, Finding, Verification};
use serde::Serialize;

use super::home;
use crate::Outcome;
use crate::args::AuditVerifyArgs;
use crate::deploy::outcome::print_json;
use crate::failure::Failure;
use crate::govern::{KEY, file_failure, key};
use crate::name::shown;
use crate::terminal::{RED, Terminal, count, output_failed, paint};

/// What was found, for other programs.
#[derive(Serialize)]
struct Json {
    version: u32,
    sound: bool,
    records: usize,
    keyed: usize,
    torn: bool,
    head: Option<String>,
    after_head: Option<usize>,
    findings: Vec<FindingJson>,
}

#[derive(Serialize)]
struct FindingJson {
    finding: &'static str,
    record: Option<u64>,
    to: Option<u64>,
    line: Option<usize>,
    message: String,
}

/// Verifies it.
pub(super) fn run(arguments: &AuditVerifyArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let home = home(&arguments.state, terminal)?;
    let head = arguments.head.as_deref().map(whole_hash).transpose()?;
    let key = key()?;
    let path = home.state.audit();
    let log = AuditLog::read(&path).map_err(|error| file_failure(&error))?;
    let found = log.verify(key.as_ref(), head.as_deref());
    let is_sound = found.findings.is_empty();
    if arguments.json {
        print_json(&json(&found), terminal)?;
    } else {
        tell(&found, key.is_some(), terminal)?;
        if !is_sound {
            terminal.note(format_args!("the log is `{}`", shown(&path)));
        }
    }
    Ok(if is_sound { Outcome::Clean } else { Outcome::Findings })
}

/// A head as deployments print it.
fn whole_hash(text: &str) -> Result<String, Failure> {
    let text = text.trim().to_ascii_lowercase();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text);
    }
    Err(Failure::new("`--head` is not a head: 64 hexadecimal digits")
        .help("give it whole, as a deployment printed it"))
}

fn tell(found: &Verification, has_key: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    let head = paint(terminal.out_color, RED, "wrong:");
    for finding in &found.findings {
        writeln!(terminal.out(), "{head} {}", message(finding)).map_err(|error| output_failed(&error))?;
    }
    if found.torn {
        terminal.note("the last line is torn, as a crash leaves it; the next record is written over it");
    }
    if !found.findings.is_empty() {
        return Ok(());
    }
    let keyed = match (has_key, found.keyed) {
        (true, keyed) if keyed == found.records => ", all keyed".to_owned(),
        (_, keyed) => format!(", {keyed} keyed"),
    };
    let end = found.head.as_ref().map_or(String::new(), |head| format!("; head {head}"));
    writeln!(terminal.out(), "Sound: {}{keyed}{end}", count(found.records, "record"))
        .map_err(|error| output_failed(&error))?;
    if let Some(after) = found.after_head {
        terminal.note(format_args!("the given head is there; {} follow it", count(after, "record")));
    }
    Ok(())
}

fn message(finding: &Finding) -> String {
    match finding {
        Finding::Changed { number: Some(number), line } => {
            format!("record {number} (line {line}) was changed")
        }
        Finding::Changed { number: None, line } => format!("line {line} is no record of this log"),
        Finding::Rewritten { number, line } => {
            format!(
                "record {number} (line {line}) was changed and sealed again: the next one followed another"
            )
        }
        Finding::Missing { from, to } if from == to => format!("record {from} is missing"),
        Finding::Missing { from, to } => format!("records {from} to {to} are missing"),
        Finding::Moved { number, line } => format!("record {number} (line {line}) stands in another's place"),
        Finding::Inserted { number, line } => format!("line {line} was inserted: a second record {number}"),
        Finding::Unkeyed { number, line } => {
            format!("record {number} (line {line}) is not keyed, though the one before is: another wrote it")
        }
        Finding::Cut => {
            "no record has the given head: the end was cut off, or all of it was written anew".to_owned()
        }
        Finding::Unchecked { records } => {
            format!(
                "{} keyed: set `{KEY}` to check what they say",
                if *records == 1 { "1 record is".to_owned() } else { format!("{records} records are") }
            )
        }
        Finding::OtherKey { keyed: 0 } => {
            format!("`{KEY}` is set, and no record is keyed: another wrote the log, or the key came after it")
        }
        Finding::OtherKey { keyed } => {
            format!("`{KEY}` is not the key of this log: none of {} fits it", count(*keyed, "keyed record"))
        }
        _ => "the log is not what was written".to_owned(),
    }
}

fn json(found: &Verification) -> Json {
    let one = |finding: &Finding| {
        let (name, record, to, line) = match finding {
            Finding::Changed { number, line } => ("changed", *number, None, Some(*line)),
            Finding::Rewritten { number, line } => ("rewritten", Some(*number), None, Some(*line)),
            Finding::Missing { from, to } => ("missing", Some(*from), Some(*to), None),
            Finding::Moved { number, line } => ("moved", Some(*number), None, Some(*line)),
            Finding::Inserted { number, line } => ("inserted", Some(*number), None, Some(*line)),
            Finding::Unkeyed { number, line } => ("unkeyed", Some(*number), None, Some(*line)),
            Finding::Cut => ("cut", None, None, None),
            Finding::Unchecked { .. } => ("unchecked", None, None, None),
            Finding::OtherKey { .. } => ("other_key", None, None, None),
            _ => ("other", None, None, None),
        };
        FindingJson { finding: name, record, to, line, message: message(finding) }
    };
    Json {
        version: 1,
        sound: found.findings.is_empty(),
        records: found.records,
        keyed: found.keyed,
        torn: found.torn,
        head: found.head.clone(),
        after_head: found.after_head,
        findings: found.findings.iter().map(one).collect(),
    }
}
