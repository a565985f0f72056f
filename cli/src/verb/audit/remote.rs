//! `rulec audit remote`: the organization's own audit log (contract 1.1, row 7).

use genesys_client::audit::{REMOTE_EVENTS, RemoteQuery, remote};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Outcome;
use crate::args::AuditRemoteArgs;
use crate::deploy::home::Home;
use crate::deploy::outcome::print_json;
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::render::clean::clean;
use crate::terminal::{Terminal, output_failed};

/// Prints its entries, in the order in which the organization gives them.
pub(super) fn run(arguments: &AuditRemoteArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let state = arguments.organization.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?;
    block_on(async {
        let session = Session::open(home, arguments.organization.org.as_deref(), None, terminal).await?;
        let mut query = RemoteQuery { entity: arguments.entity.clone(), ..RemoteQuery::default() };
        if let Some(queue) = &arguments.queue {
            query.entity = Some(session.connection.queue_id(queue).await?);
            query.events = REMOTE_EVENTS.map(str::to_owned).to_vec();
        }
        let entries =
            remote(&session.connection.target.client, &query).await.map_err(|error| Failure::from(&error))?;
        if arguments.json {
            #[derive(Serialize)]
            struct Json<'a> {
                version: u32,
                organization: &'a str,
                entries: &'a [Map<String, Value>],
            }
            print_json(&Json { version: 1, organization: &session.label, entries: &entries }, terminal)?;
            return Ok(Outcome::Clean);
        }
        if let Some(entity) = arguments.entity.as_ref().filter(|_| entries.is_empty()) {
            terminal.note(format_args!(
                "no entry is about an object `{}`: `--entity` takes an id, as the entries have it in brackets; without it all are listed",
                clean(entity)
            ));
        }
        for entry in &entries {
            let line = line(entry);
            writeln!(terminal.out(), "{line}").map_err(|error| output_failed(&error))?;
        }
        terminal.flush()?;
        let number =
            if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
        terminal.note(format_args!("{number} of the audit log of {}", clean(&session.shown())));
        Ok(Outcome::Clean)
    })
}

fn line(entry: &Map<String, Value>) -> String {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = match text("entityName") {
        "" => String::new(),
        name => format!(" \"{name}\""),
    };
    let line = format!(
        "{}  {}{name} ({})  by {}",
        text("timestamp"),
        text("eventType"),
        text("entityId"),
        text("clientId")
    );
    clean(&line).replace(['\n', '\t'], " ")
}
