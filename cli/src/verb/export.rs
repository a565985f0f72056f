//! `rulec export`: an organization's settings for other systems.

use genesys_client::wfm::{AUTH_HEADER, Export, TIMEOUT, export};
use genesys_client::{Endpoint, SystemClock};
use secrecy::SecretString;

use crate::Outcome;
use crate::args::{ExportArgs, ExportWfmArgs, ExportWhat};
use crate::deploy::home::Home;
use crate::deploy::outcome::print_json;
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::terminal::{Terminal, count};

/// Where the workforce management system takes what is exported.
const ENDPOINT: &str = "WFM_ENDPOINT";
/// What it reads who sends from: the whole value of the header `Authorization`.
pub(crate) const AUTH: &str = "WFM_AUTH_HEADER";

/// Exports.
pub(crate) fn run(arguments: &ExportArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    match &arguments.what {
        ExportWhat::Wfm(arguments) => wfm(arguments, terminal),
    }
}

/// Where it is sent to, and with what.
struct Receiver {
    endpoint: Endpoint,
    auth: SecretString,
}

fn wfm(arguments: &ExportWfmArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    // What is missing is known before anything is asked for.
    let receiver = arguments.send.then(receiver).transpose()?;
    let state = arguments.organization.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color)?;
    block_on(async {
        let session = Session::open(home, arguments.organization.org.as_deref(), None, terminal).await?;
        let target = &session.connection.target;
        let mut ids = Vec::new();
        for name in &arguments.queue {
            ids.push(session.connection.queue_id(name).await?);
        }
        let queues = (!ids.is_empty()).then_some(ids.as_slice());
        let now = target.clock.now();
        let exported = export(&target.client, queues, now).await.map_err(|error| Failure::from(&error))?;
        for (name, id) in arguments.queue.iter().zip(&ids) {
            if !exported.routing_configurations.iter().any(|one| one.queue_id == *id) {
                terminal.warn(&format!("the queue `{name}` has no strategies and is left out"));
            }
        }
        match receiver {
            None => print_json(&exported, terminal)?,
            Some(receiver) => send(&receiver, &exported, terminal).await?,
        }
        Ok(Outcome::Clean)
    })
}

fn receiver() -> Result<Receiver, Failure> {
    let value = |name: &str| {
        std::env::var(name).ok().filter(|value| !value.trim().is_empty()).ok_or_else(|| {
            Failure::new(format!("`--send` needs `{name}`, and it is not set")).help(format!(
                "set `{ENDPOINT}` to the address, and `{AUTH}` to what its header `Authorization` shall say"
            ))
        })
    };
    let (address, auth) = (value(ENDPOINT)?, value(AUTH)?);
    let endpoint = Endpoint::new(&address, TIMEOUT)
        .map_err(|why| Failure::new(format!("nothing can be sent to `{ENDPOINT}`: {why}")))?;
    Ok(Receiver { endpoint, auth: auth.into() })
}

async fn send(receiver: &Receiver, exported: &Export, terminal: &mut Terminal) -> Result<(), Failure> {
    use genesys_client::Clock;
    let body = serde_json::to_value(exported)
        .map_err(|error| Failure::new(format!("cannot write the export as JSON: {error}")))?;
    let host = receiver.endpoint.host();
    let failed = |why: String| {
        Failure::new(format!("the export was not taken: {why}"))
            .help(format!("check `{ENDPOINT}` and `{AUTH}`, then run this again: nothing was changed here"))
    };
    let secret = Some((AUTH_HEADER, &receiver.auth));
    let posted = receiver.endpoint.post(&[], secret, &body, SystemClock.now()).await.map_err(failed)?;
    if !posted.is_taken(false) {
        return Err(failed(format!("`{host}` answered with status {}", posted.status)));
    }
    terminal.note(format_args!(
        "sent the strategies of {} to {host}",
        count(exported.routing_configurations.len(), "queue")
    ));
    Ok(())
}
