//! The agents of a queue: from a file, or live.

use std::path::Path;

use genesys_client::agents;
use genesys_model::{AgentState, Availability, Bundle, RoutingProfile};
use routing_sim::agent_score::Agent;
use rule_lang::nearest;

use super::file::{FileAgent, read_agents};
use crate::deploy::home::Home;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Where agents come from.
pub(crate) enum Source {
    /// A file.
    File(Vec<FileAgent>),
    /// An organization.
    Live(Box<Session>),
}

/// A queue with its agents.
#[derive(Debug)]
pub(crate) struct Roster {
    /// The queue's id; its name where only a file was read.
    pub(crate) queue_id: String,
    /// The queue's name, or what was asked for.
    pub(crate) queue: String,
    /// How the organization says that the queue routes.
    pub(crate) routing_type: Option<String>,
    /// The skills that the organization says its interactions need.
    pub(crate) skill_requirements: Vec<String>,
    /// The agents, in the order of the source.
    pub(crate) agents: Vec<Agent>,
    /// How many members left while they were asked about.
    pub(crate) left: usize,
}

impl Source {
    /// Reads the file, or opens the way to the organization.
    ///
    /// # Errors
    ///
    /// What cannot be read; where it is not clear which organization is meant, or the way to it cannot be opened.
    pub(crate) async fn open(
        file: Option<&Path>,
        home: impl FnOnce() -> Result<Home, Failure>,
        org: Option<&str>,
        bundle: &Bundle,
        terminal: &mut Terminal,
    ) -> Result<Self, Failure> {
        match file {
            Some(path) => Ok(Self::File(read_agents(path)?)),
            None => Ok(Self::Live(Box::new(Session::open(home()?, org, Some(bundle), terminal).await?))),
        }
    }

    /// The agents of the queue of this name or id.
    ///
    /// # Errors
    ///
    /// A queue that nobody knows; what a request says.
    pub(crate) async fn roster(&self, queue: &str, bundle: &Bundle) -> Result<Roster, Failure> {
        match self {
            Self::File(agents) => of_file(agents, queue, bundle),
            Self::Live(session) => live(session, queue).await,
        }
    }
}

fn of_file(agents: &[FileAgent], queue: &str, bundle: &Bundle) -> Result<Roster, Failure> {
    let declared = bundle.queues.iter().map(|queue| queue.name.as_str());
    let decided = bundle.rules.iter().map(|rule| rule.queue.as_str());
    let staffed = agents.iter().flat_map(|agent| agent.queues.iter().flatten()).map(String::as_str);
    let known = || declared.clone().chain(decided.clone()).chain(staffed.clone());
    if !known().any(|name| name == queue) {
        let failure = Failure::new(format!("there is no queue `{queue}`")).status(404);
        return Err(failure.help(match nearest(queue, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a queue of the rules, or one that an agent is in".to_owned(),
        }));
    }
    let is_in = |agent: &&FileAgent| {
        agent.queues.as_ref().is_none_or(|queues| queues.iter().any(|name| name == queue))
    };
    Ok(Roster {
        queue_id: queue.to_owned(),
        queue: queue.to_owned(),
        routing_type: None,
        skill_requirements: Vec::new(),
        agents: agents.iter().filter(is_in).map(|agent| agent.agent.clone()).collect(),
        left: 0,
    })
}

async fn live(session: &Session, queue: &str) -> Result<Roster, Failure> {
    let id = session.connection.queue_id(queue).await?;
    let client = &session.connection.target.client;
    let found = agents::of_queue(client, &id).await.map_err(|error| Failure::from(&error))?;
    Ok(Roster {
        queue_id: id,
        queue: found.queue.name,
        routing_type: found.queue.routing_type,
        skill_requirements: found.queue.skill_requirements,
        agents: found.agents.into_iter().map(scored).collect(),
        left: found.left.len(),
    })
}

/// A live agent, as scorers see one.
fn scored(agent: agents::Agent) -> Agent {
    let (state, user_id): (AgentState, String) = (agent.state, agent.id);
    let profile = RoutingProfile { user_id: user_id.clone(), skills: agent.skills };
    let availability = Availability { user_id: user_id.clone(), state, wrap_up_code: agent.wrap_up_code };
    Agent::of(&user_id, agent.name.as_deref(), &profile, &availability)
}
