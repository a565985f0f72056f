//! The agents of a queue as they are now: what they know, and whether they are there (contract 1.2).
//!
//! They are no resource that deployments manage, so nothing here writes. Requests keep the client's pace, like all others,
//! and a bounded number is under way at a time (D21).

use futures_util::{StreamExt, TryStreamExt, stream};
use genesys_model::{AgentSkill, AgentState, Availability, QueueMember, RoutingProfile, RoutingQueue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::text::clean;
use crate::{Client, Error, ErrorKind, Request, segment};

/// How many agents are asked about at the same time, one request each; as many as writes of a deployment.
pub const IN_FLIGHT: usize = 8;

const QUEUES: &str = "/api/v2/routing/queues";
const USERS: &str = "/api/v2/routing/users";

/// A queue with its agents.
#[derive(Clone, PartialEq, Debug)]
pub struct QueueAgents {
    /// The queue, with its `routing_type` and its `skill_requirements`.
    pub queue: RoutingQueue,
    /// Its agents, in the order in which the organization lists them, each once.
    pub agents: Vec<Agent>,
    /// Members of whom the organization knew nothing more when they were asked about: they left in the meantime.
    pub left: Vec<QueueMember>,
}

/// An agent as it is now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Agent {
    /// The id.
    pub id: String,
    /// The name, where the organization tells it.
    pub name: Option<String>,
    /// Whether the agent takes interactions.
    pub state: AgentState,
    /// What the agent noted about the last interaction.
    pub wrap_up_code: Option<String>,
    /// The skills, each with a priority from 0: the lower number is better.
    pub skills: Vec<AgentSkill>,
}

/// Reads the agents of the queue of this id. A name becomes an id by [`Observed::resolve`](crate::plan::Observed::resolve).
///
/// It takes a request for each hundred members and two for each, at the allowed pace: at 300 a minute, a queue of 1,000
/// agents takes seven minutes, and [`Client::on_event`] tells of the waits.
///
/// # Errors
/// As [`Client::send`] and [`Client::list`], the first that is met: an agent's answer is not left out because it failed.
/// Only a 404 of an agent means that this one has left; where all members are unknown, that is an error.
/// [`ErrorKind::Answer`] where an answer is not what the contract says, such as a negative priority (D19).
pub async fn of_queue(client: &Client, queue: &str) -> Result<QueueAgents, Error> {
    let path = format!("{QUEUES}/{}", segment(queue));
    let found = read(client, &Request::get(&path, "read the queue")).await?;
    let members = members(client, &path).await?;
    let asked = members.into_iter().map(|member| async move { (agent(client, &member).await, member) });
    let answers = stream::iter(asked).buffered(IN_FLIGHT).map(|(answer, member)| match answer {
        Ok(agent) => Ok((Ok(agent), member)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok((Err(error), member)),
        Err(error) => Err(error),
    });
    let (mut agents, mut left, mut unknown) = (Vec::new(), Vec::new(), None);
    for (answer, member) in answers.try_collect::<Vec<_>>().await? {
        match answer {
            Ok(agent) => agents.push(agent),
            Err(error) => {
                left.push(member);
                unknown = Some(error);
            }
        }
    }
    // Not everybody leaves within a moment: the organization does not tell of agents at all.
    match unknown {
        Some(error) if agents.is_empty() => Err(error),
        _ => Ok(QueueAgents { queue: found, agents, left }),
    }
}

/// The members of a queue over all pages, each once: one who joins meanwhile may push another onto the next page.
async fn members(client: &Client, queue: &str) -> Result<Vec<QueueMember>, Error> {
    let request =
        Request::get(format!("{queue}/members"), "list the members of the queue").query("pageSize", 100);
    let mut seen = std::collections::HashSet::new();
    let mut members = Vec::new();
    for entity in client.list(&request).await? {
        let member: QueueMember = fit(Value::Object(entity), &request)?;
        if seen.insert(member.user_id.clone()) {
            members.push(member);
        }
    }
    Ok(members)
}

/// One agent: two requests, one after the other.
async fn agent(client: &Client, member: &QueueMember) -> Result<Agent, Error> {
    let name = clean(member.name.as_deref().unwrap_or(&member.user_id), &[]);
    let path = |what: &str| format!("{USERS}/{}/{what}", segment(&member.user_id));
    let profile = Request::get(path("routingprofile"), format!("read the routing profile of `{name}`"));
    let profile: RoutingProfile = read(client, &profile).await?;
    let availability = Request::get(path("availability"), format!("read the availability of `{name}`"));
    let Availability { state, wrap_up_code, .. } = read(client, &availability).await?;
    let QueueMember { user_id: id, name } = member.clone();
    Ok(Agent { id, name, state, wrap_up_code, skills: profile.skills })
}

async fn read<T: DeserializeOwned>(client: &Client, request: &Request) -> Result<T, Error> {
    fit(client.send(request).await?, request)
}

/// The answer as what it has to be.
fn fit<T: DeserializeOwned>(answer: Value, request: &Request) -> Result<T, Error> {
    serde_json::from_value(answer).map_err(|error| Error {
        request: Some(crate::response::name(request)),
        status: Some(200),
        ..Error::without_effect(
            ErrorKind::Answer,
            request.purpose.clone(),
            // It may repeat what the organization sent.
            format!("the answer is not what the contract says: {}", clean(&error.to_string(), &[])),
        )
    })
}
