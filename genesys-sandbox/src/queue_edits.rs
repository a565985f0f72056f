//! Creating, replacing, linking and deleting queues (contract 1.4).
//!
//! A queue may be linked to a skill group that nobody knows yet: it is taken, and is not routable. Routing follows a
//! link, and the skills of the group behind it, once the queue is refreshed or the change has spread by itself.

use std::sync::Arc;

use genesys_model::{Division, MediaType, QueueIdentity, RoutingQueue, RoutingSettings, Rule};
use serde_json::{Map, Value};

use crate::audit::Action;
use crate::clock::milliseconds;
use crate::fields::Fields;
use crate::kept::{Deed, Kept, held};
use crate::organization::Writer;
use crate::queues::PATH;
use crate::state::Filter;
use crate::store::Write;
use crate::table::Object;
use crate::topology::{KeptQueue, KeptStrategies, Topology};
use crate::{Organization, Refusal};

/// What a POST may say, and a PUT.
const KEYS: [&str; 7] = [
    "name",
    "description",
    "division",
    "routing_settings",
    "routingType",
    "predictiveRouting",
    "skillRequirements",
];
/// The types of routing (contract 1.2).
pub(crate) const ROUTING_TYPES: [&str; 3] = ["LongestIdle", "Predictive", "SkillBased"];

/// What a body says of a queue.
struct Given {
    name: String,
    description: Option<String>,
    division: Option<Division>,
    group: Option<String>,
    routing_type: Option<String>,
    predictive_routing: Option<Map<String, Value>>,
    skill_requirements: Vec<String>,
}

impl Given {
    fn read(organization: &Organization, fields: &Fields<'_>) -> Result<Self, Refusal> {
        let routing_type = fields.text("routingType")?;
        if routing_type.as_deref().is_some_and(|given| !ROUTING_TYPES.contains(&given)) {
            let message = format!("`routingType` is one of `{}`", ROUTING_TYPES.join("`, `"));
            return Err(Refusal::field("routingType", message));
        }
        let predictive_routing = match fields.get("predictiveRouting") {
            None => None,
            Some(Value::Object(settings)) => Some(settings.clone()),
            Some(_) => return Err(Refusal::field("predictiveRouting", "`predictiveRouting` is an object")),
        };
        let group = match fields.get("routing_settings") {
            None => None,
            Some(settings) => {
                let refusal = |_| {
                    Refusal::field(
                        "routing_settings",
                        "`routing_settings` is an object with a `routing_skill_group_id`",
                    )
                };
                let settings = Fields::read(settings, &["routing_skill_group_id"]).map_err(refusal)?;
                settings.text("routing_skill_group_id").map_err(refusal)?.filter(|id| !id.is_empty())
            }
        };
        Ok(Self {
            name: fields.name()?,
            description: fields.text("description")?,
            division: organization.division(fields.division()?)?,
            group,
            routing_type,
            predictive_routing,
            skill_requirements: fields.texts("skillRequirements")?.unwrap_or_default(),
        })
    }

    /// The queue that it makes of one with this id.
    fn queue(self, id: String, division: Option<Division>, writer: &Writer<'_>) -> RoutingQueue {
        RoutingQueue {
            self_uri: Some(format!("{PATH}/{id}")),
            id,
            name: self.name,
            description: self.description,
            division: self.division.or(division),
            routing_settings: self.group.map(|group| RoutingSettings { routing_skill_group_id: Some(group) }),
            routable: None,
            routing_type: self.routing_type,
            predictive_routing: self.predictive_routing,
            skill_requirements: self.skill_requirements,
            date_modified: Some(writer.date.clone()),
        }
    }
}

impl Organization {
    /// A queue as readers see it.
    pub(crate) fn shown(&self, topology: &Topology, kept: &KeptQueue) -> RoutingQueue {
        let mut queue = kept.queue.clone();
        queue.routable = kept.queue.skill_group_id().map(|id| self.is_routable(topology, kept, id));
        queue
    }

    fn is_routable(&self, topology: &Topology, kept: &KeptQueue, id: &str) -> bool {
        let Some((_, group)) = topology.groups.get(id) else { return false };
        let follows = kept
            .followed
            .as_ref()
            .is_some_and(|(followed, revision)| followed == id && *revision == group.revision);
        let spread = self.settings().propagation.is_some_and(|time| {
            let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            milliseconds(self.now()) >= kept.linked.max(group.revised).saturating_add(time)
        });
        follows || spread
    }

    pub(crate) fn post_queue(&self, writer: &Writer<'_>, body: &Value) -> Result<RoutingQueue, Refusal> {
        let given = Given::read(self, &Fields::read(body, &KEYS)?)?;
        let mut kept = self.kept();
        let division = given.division.as_ref().map(|division| division.id.as_str());
        kept.free_name::<KeptQueue>(&given.name, division, None)?;
        let queue = given.queue(self.fresh_id::<KeptQueue>(&kept), None, writer);
        let after = Arc::new(KeptQueue { queue, followed: None, linked: milliseconds(writer.now) });
        let place = kept.table::<KeptQueue>().next();
        kept.write_object(writer, Action::Create, place, None, Some(&after))?;
        Ok(self.shown(&kept.topology, &after))
    }

    /// Replaces everything but the division, which stays where it is not said.
    pub(crate) fn put_queue(
        &self,
        writer: &Writer<'_>,
        id: &str,
        body: &Value,
    ) -> Result<RoutingQueue, Refusal> {
        let fields = Fields::replacing(body, &KEYS, &["routable"])?;
        fields.same_id(id)?;
        let given = Given::read(self, &fields)?;
        let mut kept = self.kept();
        let (place, before) = kept.object::<KeptQueue>(id)?;
        let queue = given.queue(id.to_owned(), before.queue.division.clone(), writer);
        let same_link = queue.skill_group_id() == before.queue.skill_group_id();
        let after = Arc::new(KeptQueue {
            queue,
            followed: before.followed.clone(),
            linked: if same_link { before.linked } else { milliseconds(writer.now) },
        });
        if (after.name(), after.division()) != (before.name(), before.division()) {
            kept.free_name::<KeptQueue>(after.name(), after.division(), Some(id))?;
        }
        let renamed = if after.name() == before.name() { Vec::new() } else { kept.renamed(&after) };
        let mut changes = vec![held(place, id, Some(&*after))?];
        changes.extend(renamed.iter().map(|(place, rule)| Write::Rule(*place, Some(&**rule))));
        let deed = Deed::of(Action::Update, Some(&*before), Some(&*after));
        kept.keep(writer, deed.into_iter().collect(), &changes)?;
        kept.apply(writer, place, id, Some(&before), Some(&after));
        for (place, rule) in renamed {
            kept.state.put(place, rule);
        }
        Ok(self.shown(&kept.topology, &after))
    }

    /// Deletes a queue with its strategies. Rules must be gone before.
    pub(crate) fn remove_queue(&self, writer: &Writer<'_>, id: &str) -> Result<(), Refusal> {
        let mut kept = self.kept();
        let (place, before) = kept.object::<KeptQueue>(id)?;
        let rules: Vec<_> = kept.state.all().filter(|rule| rule.queue.id == id).collect();
        if !rules.is_empty() {
            let message = format!("the queue `{}` has {} rules", before.name(), rules.len());
            let by = rules.iter().map(|rule| (rule.id.as_str(), rule.name.as_str()));
            return Err(Refusal::in_use(message, by).about(id, Some(before.name())));
        }
        let strategies = kept.topology.strategies.get(id);
        let mut deeds: Vec<Deed> = strategies
            .iter()
            .flat_map(|(_, strategies)| strategies.deeds(None, &MediaType::ALL, before.name()))
            .collect();
        deeds.extend(Deed::of(Action::Delete, Some(&*before), None));
        let mut changes = vec![held::<KeptQueue>(place, id, None)?];
        if let Some((place, _)) = &strategies {
            changes.push(held::<KeptStrategies>(*place, id, None)?);
        }
        kept.keep(writer, deeds, &changes)?;
        if let Some((place, strategies)) = strategies {
            kept.apply(writer, place, id, Some(&strategies), None);
        }
        kept.apply(writer, place, id, Some(&before), None);
        Ok(())
    }

    /// Routing follows the link as it is now, if the group is there and has spread: that counts as a read of it.
    pub(crate) fn follow_link(&self, writer: &Writer<'_>, id: &str) -> Result<(), Refusal> {
        let mut kept = self.kept();
        let (place, before) = kept.object::<KeptQueue>(id)?;
        let group = before.queue.skill_group_id().and_then(|id| kept.topology.groups.read(id));
        let mut after = KeptQueue::clone(&before);
        after.followed = group.map(|kept| (kept.group.id.clone(), kept.revision));
        kept.write_object(writer, Action::Refresh, place, Some(&before), Some(&Arc::new(after)))
    }
}

impl Kept {
    /// The rules of a queue, with the name that it has now.
    fn renamed(&mut self, queue: &KeptQueue) -> Vec<(u64, Arc<Rule>)> {
        let filter = Filter { queue: Some(queue.id().to_owned()), name: None };
        let ids: Vec<String> =
            self.state.all().filter(|rule| filter.takes(rule)).map(|rule| rule.id.clone()).collect();
        let name = Some(queue.name().to_owned());
        ids.iter()
            .filter_map(|id| self.state.get(id))
            .map(|(place, rule)| {
                let queue = QueueIdentity { id: queue.id().to_owned(), name: name.clone() };
                (place, Arc::new(Rule { queue, ..Rule::clone(&rule) }))
            })
            .collect()
    }
}
