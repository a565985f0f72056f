//! Which strategies are evaluated: by queue and media type, never by an id that a person would have to know.

use std::collections::{BTreeMap, BTreeSet};

use genesys_client::analytics::{Listed, strategies};
use genesys_client::plan::Observed;
use genesys_client::resource::Kind;
use genesys_model::{Bundle, QueueRef};

use crate::args::EvaluateArgs;
use crate::deploy::session::{Session, compiled};
use crate::failure::Failure;
use crate::render::clean::clean;
use crate::terminal::Terminal;

/// The strategies to evaluate.
pub(super) struct Wanted {
    /// By queue and media type.
    pub(super) strategies: Vec<Listed>,
    /// The names of their queues, by id.
    names: BTreeMap<String, String>,
}

impl Wanted {
    /// What people call a queue.
    pub(super) fn name<'a>(&'a self, queue: &'a str) -> &'a str {
        self.names.get(queue).map_or(queue, String::as_str)
    }
}

/// Finds them.
///
/// # Errors
///
/// What a request says; a queue that is none, or several; and where nothing is left to evaluate.
pub(super) async fn wanted(
    arguments: &EvaluateArgs,
    session: &Session,
    terminal: &mut Terminal,
) -> Result<Wanted, Failure> {
    let client = &session.connection.target.client;
    let mut listed = strategies(client).await.map_err(|error| Failure::from(&error))?;
    let observed = session.connection.observe(&BTreeSet::from([Kind::Queue]), false).await?;
    let bundle = compiled(&session.home).filter(|bundle| !bundle.strategies.is_empty());
    if !arguments.queue.is_empty() {
        let ids = arguments.queue.iter().map(|name| queue(&observed, name)).collect::<Result<Vec<_>, _>>()?;
        for (name, id) in arguments.queue.iter().zip(&ids) {
            if !listed.iter().any(|one| one.queue == *id) {
                terminal.warn(&format!("the queue `{name}` has no strategies and is left out"));
            }
        }
        listed.retain(|one| ids.contains(&one.queue));
    } else if let Some(bundle) = bundle.filter(|_| !arguments.all) {
        let own = own(&bundle, &observed, &listed, terminal);
        listed.retain(|one| own.contains(&(one.queue.clone(), one.media_type.clone())));
    }
    let media = &arguments.media_type;
    listed.retain(|one| media.is_empty() || media.iter().any(|media| media.as_str() == one.media_type));
    if listed.is_empty() {
        return Err(Failure::new("there is no strategy to evaluate").help(
            "deploy the project's strategies first, or name other queues or kinds of interactions; `--all` takes every \
             strategy of the organization",
        ));
    }
    let names = listed
        .iter()
        .filter_map(|one| Some((one.queue.clone(), observed.name_of(Kind::Queue, &one.queue)?.to_owned())));
    Ok(Wanted { names: names.collect(), strategies: listed })
}

/// The queue that a name or an id means.
fn queue(observed: &Observed, name: &str) -> Result<String, Failure> {
    let by_name = observed.resolve(Kind::Queue, &QueueRef::Name(name.to_owned()));
    by_name
        .or_else(|error| observed.resolve(Kind::Queue, &QueueRef::Id(name.to_owned())).map_err(|_| error))
        .map(|queue| queue.id().to_owned())
        .map_err(|error| {
            Failure::new(error.to_string()).help("name one of the organization's queues, or its id")
        })
}

/// Queue and media type of each strategy of the project that is live.
fn own(
    bundle: &Bundle,
    observed: &Observed,
    listed: &[Listed],
    terminal: &mut Terminal,
) -> BTreeSet<(String, String)> {
    let mut own = BTreeSet::new();
    for strategy in &bundle.strategies {
        let declared = bundle.queues.iter().find(|declared| declared.name == strategy.queue.as_str());
        let found = match declared {
            Some(declared) => observed.identify(Kind::Queue, &declared.name, &declared.identity),
            None => observed.resolve(Kind::Queue, &strategy.queue),
        };
        let media = strategy.media_type.as_str();
        let id = found.ok().map(|queue| queue.id().to_owned());
        let live = id.filter(|id| listed.iter().any(|one| one.queue == *id && one.media_type == media));
        if let Some(id) = live {
            own.insert((id, media.to_owned()));
        } else {
            let queue = clean(strategy.queue.as_str());
            terminal.warn(&format!("the strategy of `{queue}` for {media} is not live and is left out"));
        }
    }
    own
}
