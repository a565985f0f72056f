//! What interactions run through: skills, skill groups, queues, strategies and agents.

use genesys_model::{AgentSkill, AgentState, MediaType, QueueStrategies, RoutingQueue, Skill, SkillGroup};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::audit::{Action, EntityType};
use crate::kept::Deed;
use crate::table::{Object, Table};

/// Everything but the rules.
#[derive(Debug, Default)]
pub(crate) struct Topology {
    pub(crate) skills: Table<Skill>,
    pub(crate) groups: Table<KeptGroup>,
    pub(crate) queues: Table<KeptQueue>,
    pub(crate) strategies: Table<KeptStrategies>,
    pub(crate) agents: Table<Agent>,
}

/// A skill group, and when routing last had to learn its skills anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptGroup {
    #[serde(flatten)]
    pub(crate) group: SkillGroup,
    /// Goes up with every change of its skills.
    #[serde(default)]
    pub(crate) revision: u64,
    /// When it did last, in milliseconds since 1970.
    #[serde(default)]
    pub(crate) revised: u64,
}

/// A queue, and what routing knows of its link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptQueue {
    #[serde(flatten)]
    pub(crate) queue: RoutingQueue,
    /// The group and its revision that routing follows.
    #[serde(default)]
    pub(crate) followed: Option<(String, u64)>,
    /// When the link was written last, in milliseconds since 1970.
    #[serde(default)]
    pub(crate) linked: u64,
}

/// The strategies of one queue, by the queue's id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptStrategies {
    pub(crate) queue: String,
    #[serde(flatten)]
    pub(crate) strategies: QueueStrategies,
}

impl KeptStrategies {
    /// What becomes of these media types, for the trail: this was, that is. Nothing is after their queue's end.
    pub(crate) fn deeds(&self, after: Option<&Self>, of: &[MediaType], queue: &str) -> Vec<Deed> {
        let strategy = |of: Option<&Self>, media: MediaType| {
            let found = of?.strategies.strategies.iter().find(|strategy| strategy.media_type == media)?;
            Some(json(found))
        };
        let deed = |media| {
            let (before, after) = (strategy(Some(self), media), strategy(after, media));
            let action = match (&before, &after) {
                (None, None) => return None,
                (None, Some(_)) => Action::Create,
                (Some(_), Some(_)) => Action::Update,
                (Some(_), None) => Action::Delete,
            };
            let entity_name = Some(queue.to_owned());
            Some(Deed {
                action,
                entity_type: Self::KIND,
                entity_id: self.queue.clone(),
                entity_name,
                before,
                after,
            })
        };
        of.iter().copied().filter_map(deed).collect()
    }
}

/// Somebody who takes interactions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Agent {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) skills: Vec<AgentSkill>,
    pub(crate) state: AgentState,
    pub(crate) wrap_up_code: Option<String>,
    /// The ids of the queues that the agent is a member of.
    pub(crate) queues: Vec<String>,
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl Object for Skill {
    const KIND: EntityType = EntityType::Skill;

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn division(&self) -> Option<&str> {
        self.division.as_ref().map(|division| division.id.as_str())
    }

    fn shown(&self) -> Value {
        json(self)
    }

    fn table(topology: &Topology) -> &Table<Self> {
        &topology.skills
    }

    fn table_mut(topology: &mut Topology) -> &mut Table<Self> {
        &mut topology.skills
    }
}

impl Object for KeptGroup {
    const KIND: EntityType = EntityType::SkillGroup;

    fn id(&self) -> &str {
        &self.group.id
    }

    fn name(&self) -> &str {
        &self.group.name
    }

    fn division(&self) -> Option<&str> {
        self.group.division.as_ref().map(|division| division.id.as_str())
    }

    fn shown(&self) -> Value {
        json(&self.group)
    }

    fn table(topology: &Topology) -> &Table<Self> {
        &topology.groups
    }

    fn table_mut(topology: &mut Topology) -> &mut Table<Self> {
        &mut topology.groups
    }
}

impl Object for KeptQueue {
    const KIND: EntityType = EntityType::Queue;

    fn id(&self) -> &str {
        &self.queue.id
    }

    fn name(&self) -> &str {
        &self.queue.name
    }

    fn division(&self) -> Option<&str> {
        self.queue.division.as_ref().map(|division| division.id.as_str())
    }

    fn shown(&self) -> Value {
        json(&self.queue)
    }

    fn table(topology: &Topology) -> &Table<Self> {
        &topology.queues
    }

    fn table_mut(topology: &mut Topology) -> &mut Table<Self> {
        &mut topology.queues
    }
}

impl Object for KeptStrategies {
    const KIND: EntityType = EntityType::Strategy;

    fn id(&self) -> &str {
        &self.queue
    }

    /// They are named by their queue and their media types.
    fn name(&self) -> &'static str {
        ""
    }

    fn division(&self) -> Option<&str> {
        None
    }

    fn shown(&self) -> Value {
        json(&self.strategies)
    }

    fn table(topology: &Topology) -> &Table<Self> {
        &topology.strategies
    }

    fn table_mut(topology: &mut Topology) -> &mut Table<Self> {
        &mut topology.strategies
    }
}

impl Object for Agent {
    const KIND: EntityType = EntityType::Agent;

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn division(&self) -> Option<&str> {
        None
    }

    fn shown(&self) -> Value {
        json(self)
    }

    fn table(topology: &Topology) -> &Table<Self> {
        &topology.agents
    }

    fn table_mut(topology: &mut Topology) -> &mut Table<Self> {
        &mut topology.agents
    }
}
