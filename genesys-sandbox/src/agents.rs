//! Agents over HTTP: the members of a queue, routing profiles, availability (contract 1.2).

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Path;
use genesys_model::{AgentSkill, AgentState, Availability, MemberPage, QueueMember, RoutingProfile};
use serde_json::Value;

use crate::audit::Action;
use crate::call::{Answer, Call};
use crate::fields::Fields;
use crate::organization::Writer;
use crate::permissions::{AGENT_READ, QUEUE_READ, USER_READ, USER_WRITE};
use crate::queues;
use crate::routes::json_answer;
use crate::topology::Agent;
use crate::{Organization, Refusal};

pub(crate) const PATH: &str = "/api/v2/routing/users";

/// The members of a queue: 100 a page where nothing else is asked for, and no count of them.
pub(crate) async fn members(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(QUEUE_READ)?;
    let query = call.list()?.or_size(100);
    let members = call.organization.read(|kept| {
        kept.topology.queues.get(&id)?;
        Some(kept.topology.agents.list(|agent| agent.queues.contains(&id)))
    });
    let members = members.ok_or_else(|| Refusal::not_found("queue", &id))?;
    let path = format!("{}/{id}/members", queues::PATH);
    let member =
        |agent: &Arc<Agent>| QueueMember { user_id: agent.id.clone(), name: Some(agent.name.clone()) };
    let entities: Vec<_> = members.iter().skip(query.skip()).take(query.take()).map(member).collect();
    let next_uri =
        (query.skip().saturating_add(entities.len()) < members.len()).then(|| query.next_uri(&path));
    let next_uri = next_uri.filter(|_| !entities.is_empty());
    let page = MemberPage { entities, page_size: query.size, page_number: query.number, next_uri };
    Ok(json_answer(200, &page))
}

pub(crate) async fn profile(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(USER_READ)?;
    let agent = call.organization.read(|kept| kept.topology.agents.read(&id));
    Ok(json_answer(200, &profile_of(&*agent.ok_or_else(|| Refusal::not_found("user", &id))?)))
}

pub(crate) async fn replace_profile(call: Call, Path(id): Path<String>, body: Bytes) -> Answer {
    call.needs(USER_WRITE)?;
    let profile = call.organization.put_profile(&call.writer(), &id, &call.json(&body)?)?;
    Ok(json_answer(200, &profile))
}

pub(crate) async fn availability(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(AGENT_READ)?;
    let agent = call.organization.read(|kept| kept.topology.agents.read(&id));
    let agent = agent.ok_or_else(|| Refusal::not_found("user", &id))?;
    let (user_id, wrap_up_code) = (agent.id.clone(), agent.wrap_up_code.clone());
    Ok(json_answer(200, &Availability { user_id, state: agent.state, wrap_up_code }))
}

fn profile_of(agent: &Agent) -> RoutingProfile {
    RoutingProfile { user_id: agent.id.clone(), skills: agent.skills.clone() }
}

impl Organization {
    /// Says whether an agent is there, as nobody can over HTTP. False where there is no such agent, or the write could
    /// not be kept.
    pub fn set_availability(&self, agent: &str, state: AgentState) -> bool {
        let writer = self.writer("sandbox", 0);
        let mut kept = self.kept();
        let Ok((place, before)) = kept.object::<Agent>(agent) else { return false };
        let after = Arc::new(Agent { state, ..Agent::clone(&before) });
        kept.write_object(&writer, Action::Update, place, Some(&before), Some(&after)).is_ok()
    }

    /// Replaces the skills of an agent. A priority is never negative (D19).
    fn put_profile(&self, writer: &Writer<'_>, id: &str, body: &Value) -> Result<RoutingProfile, Refusal> {
        let fields = Fields::read(body, &["userId", "skills"])?;
        if fields.text("userId")?.is_some_and(|other| other != id) {
            return Err(Refusal::field("userId", "`userId` is another than the path's"));
        }
        let refusal = |_| {
            Refusal::field("skills", "`skills` is a list of skills with a `name` and a `priority` from 0")
        };
        let missing = || Refusal::field("skills", "a routing profile needs `skills`");
        let skills: Vec<AgentSkill> =
            serde_json::from_value(fields.get("skills").ok_or_else(missing)?.clone()).map_err(refusal)?;
        let mut names = BTreeSet::new();
        if let Some(twice) = skills.iter().find(|skill| !names.insert(skill.name.as_str())) {
            return Err(Refusal::field("skills", format!("`skills` names `{}` twice", twice.name)));
        }
        let mut kept = self.kept();
        let (place, before) = kept.object::<Agent>(id)?;
        let known = |name: &str| kept.topology.skills.all().any(|skill| skill.name == name);
        if let Some(unknown) = skills.iter().find(|skill| !known(&skill.name)) {
            return Err(Refusal::field("skills", format!("there is no skill named `{}`", unknown.name)));
        }
        let after = Arc::new(Agent { skills, ..Agent::clone(&before) });
        kept.write_object(writer, Action::Update, place, Some(&before), Some(&after))?;
        Ok(profile_of(&after))
    }
}
