//! `rulec serve`: tries rules over HTTP and in a browser, until it is stopped.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::Outcome;
use crate::agents::{Question, Source};
use crate::args::ServeArgs;
use crate::deploy::home::Home;
use crate::deploy::interrupt::Presses;
use crate::deploy::runtime::block_on;
use crate::failure::{Failure, reason};
use crate::serve::{HomeOf, Loaded, Server, Service, Settings, Token, reload};
use crate::terminal::{Terminal, count, output_failed};

/// Serves until Ctrl-C.
pub(crate) fn run(arguments: &ServeArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let token = token(arguments)?;
    let state = arguments.organization.state.as_deref();
    let read = Loaded::read(&arguments.paths, terminal, |project| Home::of_project(project, state))?;
    let Some((loaded, home)) = read else { return Ok(Outcome::Findings) };
    block_on(async {
        let source = source(arguments, home, &loaded, terminal).await?;
        let rules = count(loaded.bundle.rules.len(), "rule");
        let ranking = &arguments.ranking;
        let question = Question { skills: None, scorer: ranking.scorer.into(), top: ranking.top };
        let settings = Settings {
            token,
            is_local: arguments.host.is_loopback(),
            concurrency: arguments.concurrency,
            timeout: Duration::from_secs(arguments.timeout.into()),
        };
        let service = Arc::new(Service::new(loaded, source, question, settings));
        // Where the system does not watch files, what was read is served all the same.
        let watching = reload(&service, arguments.paths.clone(), terminal.is_quiet());
        if let Err(failure) = &watching {
            terminal.warn(&format!("changes of the rules are not seen: {failure}"));
        }
        let address = SocketAddr::new(arguments.host, arguments.port);
        let failed = |error: &std::io::Error| {
            Failure::new(format!("cannot listen on {address}: {}", reason(error)))
                .help("choose another port with `--port`, or 0 for a free one")
        };
        let server = Server::bind(address, service).await.map_err(|error| failed(&error))?;
        let address = server.address().map_err(|error| failed(&error))?;
        // Whoever has read that it runs may stop it.
        let mut presses = Presses::new();
        writeln!(terminal.out(), "{rules} served at http://{address}/")
            .map_err(|error| output_failed(&error))?;
        terminal.flush()?;
        terminal.note("Ctrl-C stops it");
        server
            .run(async {
                match &mut presses {
                    Some(presses) => presses.next().await,
                    None => std::future::pending().await,
                }
            })
            .await;
        terminal.note("stopped");
        Ok(Outcome::Clean)
    })
}

/// Where agents come from. Rules can be tried without any, so a folder that is no project has none, and says why.
async fn source(
    arguments: &ServeArgs,
    home: HomeOf,
    loaded: &Loaded,
    terminal: &mut Terminal,
) -> Result<Result<Source, String>, Failure> {
    let (file, org) = (arguments.ranking.agents.as_deref(), arguments.organization.org.as_deref());
    if file.is_none()
        && org.is_none()
        && let Err(failure) = home
    {
        return Ok(Err(failure.message));
    }
    Source::open(file, || home, org, &loaded.bundle, terminal).await.map(Ok)
}

/// The token that requests must bring. Whoever can be reached from elsewhere needs one.
fn token(arguments: &ServeArgs) -> Result<Option<Token>, Failure> {
    let Some(variable) = &arguments.token_env else {
        if arguments.host.is_loopback() {
            return Ok(None);
        }
        return Err(Failure::new(format!("{} can be reached from other machines", arguments.host)).help(
            "name the variable that holds a token with `--token-env VARIABLE`, or listen on 127.0.0.1",
        ));
    };
    let value = std::env::var(variable).ok().filter(|value| !value.is_empty()).ok_or_else(|| {
        Failure::new(format!("the variable `{variable}` is not set")).help("set it to the token")
    })?;
    let token = Token::new(&value).ok_or_else(|| {
        Failure::new(format!("the token in `{variable}` is shorter than 16 characters, or cannot be sent"))
            .help("take a long random one of letters and digits, such as from `openssl rand -hex 32`")
    })?;
    Ok(Some(token))
}
