//! `rulec sandbox`: serves a local organization to other clients until it is stopped.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use genesys_model::Bundle;
use genesys_sandbox::{
    CLIENT_ID, CLIENT_SECRET, ClientCredentials, Fixture, RateLimit, Sandbox, Settings, Store,
};

use crate::Outcome;
use crate::args::SandboxArgs;
use crate::config::SANDBOX;
use crate::deploy::home::Home;
use crate::deploy::interrupt::Presses;
use crate::deploy::runtime::block_on;
use crate::deploy::session::compiled;
use crate::failure::Failure;
use crate::name::shown;
use crate::organization::embedded::{self, Start};
use crate::render::plan::words::quoted;
use crate::terminal::{Terminal, output_failed};

/// The variables that may give the sandbox's client other credentials.
const ID_ENV: &str = "RULEC_SANDBOX_CLIENT_ID";
const SECRET_ENV: &str = "RULEC_SANDBOX_CLIENT_SECRET";

/// Serves until Ctrl-C.
pub(crate) fn run(arguments: &SandboxArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let state = arguments.state.as_deref();
    let home = Home::of_folder(arguments.project.project.as_deref(), state, terminal.err_color);
    let home = match home {
        // Without a project there is nothing to keep it in, nor anything that it must hold.
        Err(_) if arguments.memory && arguments.project.project.is_none() => None,
        other => Some(other?),
    };
    let mut start = match &home {
        None => Start::default(),
        Some(home) => {
            let bundle = compiled(home);
            let bundles: Vec<&Bundle> = bundle.iter().collect();
            embedded::start_of(home, &bundles, home.state.read_journal(SANDBOX)?.records())?
        }
    };
    if let Some(path) = &arguments.fixture {
        start = start.with(embedded::read_fixture(path)?);
    }
    let (client, is_own) = credentials()?;
    let id = client.id.clone();
    let fixture = start.fixture.iter().flat_map(Fixture::queue_names);
    let names: Vec<String> =
        fixture.chain(start.queues.iter().map(|queue| queue.name.as_str())).map(quoted).collect();
    let store = match &home {
        Some(home) if !arguments.memory => {
            home.state.make()?;
            Store::File(home.state.sandbox())
        }
        _ => Store::Memory,
    };
    let kept = match &store {
        Store::File(path) => format!("in `{}`", shown(path)),
        Store::Memory => "in memory: it is forgotten at the end".to_owned(),
    };
    let settings = Settings {
        store,
        queues: start.queues,
        fixture: start.fixture,
        clients: vec![client],
        rate: (arguments.rate > 0)
            .then(|| RateLimit { allowed: arguments.rate, window: Duration::from_secs(60) }),
        max_depth: home.as_ref().map_or(Settings::default().max_depth, |home| home.config.settings.max_depth),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port)),
        ..Settings::default()
    };
    block_on(async {
        let sandbox = Sandbox::start(settings).await.map_err(|error| embedded::failure(&error))?;
        // Whoever has read that it runs may stop it.
        let mut presses = Presses::new();
        let url = sandbox.url();
        let (secret, curl) = if is_own {
            (format!("${SECRET_ENV}"), format!("\"${ID_ENV}:${SECRET_ENV}\""))
        } else {
            (CLIENT_SECRET.to_owned(), format!("{CLIENT_ID}:{CLIENT_SECRET}"))
        };
        let queues = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        writeln!(
            terminal.out(),
            "an organization is served at {url}, on this machine only\n  \
             kept:    {kept}\n  \
             queues:  {queues}\n\n\
             for other programs, such as `rulec` elsewhere:\n  \
             export GENESYS_API_HOST={url}\n  \
             export GENESYS_CLIENT_ID={id}\n  \
             export GENESYS_CLIENT_SECRET={secret}\n\n\
             for a project that names its organizations, besides these, in its `rulec.toml`:\n  \
             [org.local]\n  \
             host = \"{url}\"\n  \
             client_id_env = \"GENESYS_CLIENT_ID\"\n  \
             client_secret_env = \"GENESYS_CLIENT_SECRET\"\n\n\
             a token by hand:\n  \
             curl -u {curl} -d grant_type=client_credentials {url}/oauth/token\n"
        )
        .map_err(|error| output_failed(&error))?;
        terminal.flush()?;
        terminal.note("Ctrl-C stops it");
        if let Some(presses) = &mut presses {
            presses.next().await;
        } else {
            std::future::pending::<()>().await;
        }
        sandbox.stop().await;
        terminal.note("stopped");
        Ok(Outcome::Clean)
    })
}

/// The credentials of the one client, and whether the variables gave them.
fn credentials() -> Result<(ClientCredentials, bool), Failure> {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (value(ID_ENV), value(SECRET_ENV)) {
        (None, None) => Ok((ClientCredentials::new(CLIENT_ID, CLIENT_SECRET), false)),
        (Some(id), Some(secret)) => Ok((ClientCredentials::new(id, secret), true)),
        _ => Err(Failure::new(format!("one of `{ID_ENV}` and `{SECRET_ENV}` is set, and not the other"))
            .help("set both, or none for the usual ones")),
    }
}
