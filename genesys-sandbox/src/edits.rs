//! What another client would do, without asking over HTTP: for tests of clients that are not alone.

use genesys_model::{QueueStrategies, RoutingQueue, Skill, SkillGroup};
use serde_json::{Value, json};

use crate::table::Object;
use crate::{Organization, Refusal};

impl Organization {
    /// Every skill as it is, past any lag, in the order in which they were created.
    pub fn skills(&self) -> Vec<Skill> {
        self.read(|kept| kept.topology.skills.all().map(|skill| Skill::clone(skill)).collect())
    }

    /// Every skill group as it is, past any lag, in the order in which they were created.
    pub fn skill_groups(&self) -> Vec<SkillGroup> {
        self.read(|kept| kept.topology.groups.all().map(|kept| kept.group.clone()).collect())
    }

    /// Every queue with all that it routes by, past any lag, in the order in which they were created.
    pub fn routing_queues(&self) -> Vec<RoutingQueue> {
        self.read(|kept| kept.topology.queues.all().map(|queue| self.shown(&kept.topology, queue)).collect())
    }

    /// The strategies of a queue as they are, past any lag.
    pub fn strategies(&self, queue: &str) -> QueueStrategies {
        let found = self.read(|kept| kept.topology.strategies.get(queue));
        found.map(|(_, kept)| kept.strategies.clone()).unwrap_or_default()
    }

    /// Creates a skill: the body of a POST.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn create_skill(&self, client: &str, body: &Value) -> Result<Skill, Refusal> {
        self.post_skill(&self.writer(client, 0), body).map(|skill| Skill::clone(&skill))
    }

    /// Replaces a skill: the body of a PUT.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn update_skill(&self, client: &str, id: &str, body: &Value) -> Result<Skill, Refusal> {
        self.put_skill(&self.writer(client, 0), id, body).map(|skill| Skill::clone(&skill))
    }

    /// Deletes a skill.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn delete_skill(&self, client: &str, id: &str) -> Result<(), Refusal> {
        self.remove_skill(&self.writer(client, 0), id)
    }

    /// Creates a skill group: the body of a POST.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn create_skill_group(&self, client: &str, body: &Value) -> Result<SkillGroup, Refusal> {
        self.post_skill_group(&self.writer(client, 0), body)
    }

    /// Replaces a skill group: the body of a PUT.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn update_skill_group(&self, client: &str, id: &str, body: &Value) -> Result<SkillGroup, Refusal> {
        self.put_skill_group(&self.writer(client, 0), id, body)
    }

    /// Deletes a skill group.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn delete_skill_group(&self, client: &str, id: &str) -> Result<(), Refusal> {
        self.remove_skill_group(&self.writer(client, 0), id)
    }

    /// Creates a queue: the body of a POST.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn create_queue(&self, client: &str, body: &Value) -> Result<RoutingQueue, Refusal> {
        self.post_queue(&self.writer(client, 0), body)
    }

    /// Replaces a queue: the body of a PUT.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn update_queue(&self, client: &str, id: &str, body: &Value) -> Result<RoutingQueue, Refusal> {
        self.put_queue(&self.writer(client, 0), id, body)
    }

    /// Deletes a queue with its strategies.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn delete_queue(&self, client: &str, id: &str) -> Result<(), Refusal> {
        self.remove_queue(&self.writer(client, 0), id)
    }

    /// Merges strategies into those of a queue: the body of a PATCH, without `If-Match`.
    ///
    /// # Errors
    /// What the request would be refused for.
    pub fn patch_strategies(
        &self,
        client: &str,
        queue: &str,
        body: &Value,
    ) -> Result<QueueStrategies, Refusal> {
        self.merge_strategies(&self.writer(client, 0), queue, None, body)
    }

    /// Everything without what no two runs share (ids, versions, dates), in an order of its own: equal snapshots are
    /// equal organizations. Objects name each other by division and name.
    pub fn snapshot_all(&self) -> Value {
        let kept = self.kept();
        let topology = &kept.topology;
        let skill = |id: &String| named(id, topology.skills.get(id).map(|(_, skill)| key(&*skill)));
        let group = |id: &String| named(id, topology.groups.get(id).map(|(_, group)| key(&*group)));
        let queue = |id: &String| named(id, topology.queues.get(id).map(|(_, queue)| key(&*queue)));
        let skills = topology.skills.all().map(|skill| {
            let groups = sorted(skill.routing_skill_group_ids.iter().map(group));
            json!({"key": key(&**skill), "description": skill.description, "groups": groups})
        });
        let groups = topology.groups.all().map(|kept| {
            let skills = sorted(kept.group.routing_skill_ids.iter().map(skill));
            let groups = sorted(kept.group.routing_skill_group_ids.iter().map(group));
            json!({"key": key(&**kept), "description": kept.group.description, "skills": skills, "groups": groups})
        });
        let queues = topology.queues.all().map(|kept| {
            let one = &kept.queue;
            let link = one.routing_settings.as_ref().and_then(|link| link.routing_skill_group_id.as_ref());
            let strategies = topology.strategies.get(&one.id).map(|(_, kept)| kept.strategies.clone());
            let strategies = strategies.unwrap_or_default().strategies.into_iter().map(|mut strategy| {
                strategy.id = None;
                json!(strategy)
            });
            json!({
                "key": key(&**kept),
                "description": one.description,
                "skillGroup": link.map(group),
                "routable": self.shown(topology, kept).routable,
                "routingType": one.routing_type,
                "predictiveRouting": one.predictive_routing,
                "skillRequirements": one.skill_requirements,
                "strategies": sorted(strategies),
            })
        });
        let rules = kept.state.all().map(|rule| {
            json!({
                "queue": queue(&rule.queue.id),
                "name": rule.name,
                "description": rule.description,
                "priority": rule.priority,
                "enabled": rule.enabled,
                "expression": rule.expression,
            })
        });
        json!({
            "skills": sorted(skills),
            "skillGroups": sorted(groups),
            "queues": sorted(queues),
            "rules": sorted(rules),
        })
    }
}

/// What stands for an object: its division and its name.
fn key(object: &impl Object) -> Value {
    json!([object.division(), object.name()])
}

/// The key, or the id of something that is not there.
fn named(id: &str, key: Option<Value>) -> Value {
    key.unwrap_or_else(|| json!(id))
}

/// In the order of their texts.
fn sorted(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.collect();
    values.sort_by_cached_key(Value::to_string);
    values
}
