//! An organization in a file.

use std::collections::{BTreeMap, HashMap};

use genesys_model::{
    AgentSkill, Division, Entitlement, Queue, QueueStrategies, RoutingQueue, RoutingSettings, Skill,
    SkillGroup,
};
use serde_json::{Value, json};

use crate::fixture_json::{AgentJson, DivisionJson, FixtureJson, GroupJson, QueueJson, SkillJson};
use crate::queue_edits::ROUTING_TYPES;
use crate::realtime::AVAILABLE_AGENTS;
use crate::strategy_body::{self, Given};
use crate::topology::{Agent, KeptGroup, KeptQueue, KeptStrategies};
use crate::{queues, skill_groups, skills};

/// The largest fixture, in bytes.
pub const MAX_FIXTURE_BYTES: usize = 16 * 1024 * 1024;

/// The most objects of one kind in a fixture.
pub const MAX_FIXTURE_OBJECTS: usize = 100_000;

/// An organization to start with: divisions, skills, skill groups, queues with their strategies, agents, licences and
/// figures.
///
/// ```json
/// {"divisions": [{"id": "d-home", "name": "Home"}],
///  "skills": [{"name": "English", "description": "speaks it", "division": "Home"}],
///  "skillGroups": [{"name": "Frontline", "skills": ["English"]}],
///  "queues": [{"id": "q-1", "name": "Support", "skillGroup": "Frontline", "routingType": "SkillBased",
///              "skillRequirements": ["English"], "metrics": {"availableAgents": 12},
///              "strategies": [{"mediaType": "voice", "strategy": "mostSkilled"}],
///              "strategyMetrics": {"voice": {"handledCalls": 900, "avgSpeedOfAnswer": 22.5}}}],
///  "agents": [{"name": "Ada", "state": "Available", "skills": {"English": 1}, "queues": ["Support"]}],
///  "licenses": [{"licenseType": "GenesysCloudCX", "count": 40}]}
/// ```
///
/// Everything may be left out but names. Objects name each other by name, or by id where a name is given to several.
/// Without an id, an object has one that follows from its kind, its division and its name, on every machine the same.
#[derive(Clone, Debug, Default)]
pub struct Fixture {
    pub(crate) divisions: Vec<Division>,
    pub(crate) skills: Vec<Skill>,
    pub(crate) groups: Vec<KeptGroup>,
    pub(crate) queues: Vec<KeptQueue>,
    pub(crate) strategies: Vec<KeptStrategies>,
    pub(crate) agents: Vec<Agent>,
    pub(crate) licenses: Vec<Entitlement>,
    /// Figures by the ids of queues.
    pub(crate) metrics: HashMap<String, BTreeMap<String, u64>>,
    /// Analytics by the ids of strategies.
    pub(crate) strategy_metrics: HashMap<String, BTreeMap<String, f64>>,
}

/// Why a text is no fixture.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FixtureError {
    /// It is too long.
    #[error("the fixture has {found} bytes, and at most {MAX_FIXTURE_BYTES} are read")]
    TooLong {
        /// How many bytes it has.
        found: usize,
    },
    /// It is no JSON, or has another form. The message says where.
    #[error("{0}")]
    Form(String),
    /// A list is too long.
    #[error("`{list}` has {found} objects, and at most {MAX_FIXTURE_OBJECTS} are taken")]
    TooMany {
        /// Which list.
        list: &'static str,
        /// How many objects it has.
        found: usize,
    },
    /// Something within it is wrong.
    #[error("`{at}`: {message}")]
    Wrong {
        /// Where: `queues[2].skillGroup`.
        at: String,
        /// What is wrong.
        message: String,
    },
}

fn wrong(at: impl Into<String>, message: impl Into<String>) -> FixtureError {
    FixtureError::Wrong { at: at.into(), message: message.into() }
}

/// The objects of one kind, by their names and ids.
struct Names {
    word: &'static str,
    by_name: HashMap<String, Vec<String>>,
    ids: HashMap<String, String>,
}

impl Names {
    fn new(word: &'static str) -> Self {
        Self { word, by_name: HashMap::new(), ids: HashMap::new() }
    }

    /// Takes an object in and gives its id.
    fn add(&mut self, at: &str, id: Option<String>, name: &str, of: &str) -> Result<String, FixtureError> {
        if name.trim().is_empty() {
            return Err(wrong(format!("{at}.name"), "it is empty"));
        }
        let id = id.unwrap_or_else(|| id_of(self.word, of, name));
        if id.is_empty() || id.contains(['/', '?', '#', '%']) {
            return Err(wrong(format!("{at}.id"), "it must fit into a path"));
        }
        if self.ids.insert(id.clone(), name.to_owned()).is_some() {
            return Err(wrong(at, format!("there is another {} with the id `{id}`", self.word)));
        }
        self.by_name.entry(name.to_owned()).or_default().push(id.clone());
        Ok(id)
    }

    /// The id of the object that is meant.
    fn find(&self, at: &str, given: &str) -> Result<String, FixtureError> {
        match self.by_name.get(given).map(Vec::as_slice) {
            _ if self.ids.contains_key(given) => Ok(given.to_owned()),
            Some([id]) => Ok(id.clone()),
            Some(_) => Err(wrong(
                at,
                format!("there are several objects of the kind {} named `{given}`: give the id", self.word),
            )),
            None => Err(wrong(at, format!("there is no {} `{given}`", self.word))),
        }
    }
}

/// An id that always is the same for the same object: FNV-1a of 128 bits in the form of a UUID.
fn id_of(word: &str, division: &str, name: &str) -> String {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let text = [word, division, name].join("\0");
    let hash = text.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    let hex = format!("{hash:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

impl Fixture {
    /// The names of its queues.
    pub fn queue_names(&self) -> impl Iterator<Item = &str> {
        self.queues.iter().map(|kept| kept.queue.name.as_str())
    }

    /// Reads a fixture.
    ///
    /// # Errors
    /// What is no JSON, has an unknown key or a value of another kind, is longer than [`MAX_FIXTURE_BYTES`] or has more
    /// than [`MAX_FIXTURE_OBJECTS`] of a kind, gives an id or a name within a division twice, or names what it does
    /// not hold.
    pub fn from_json(text: &str) -> Result<Self, FixtureError> {
        if text.len() > MAX_FIXTURE_BYTES {
            return Err(FixtureError::TooLong { found: text.len() });
        }
        let json = serde_json::from_str(text).map_err(|error| FixtureError::Form(error.to_string()))?;
        Self::build(json)
    }

    /// A small contact centre: three queues, five skills, a dozen agents.
    pub fn example() -> Self {
        // A test reads it.
        Self::from_json(include_str!("example.json")).unwrap_or_default()
    }

    /// Its queues.
    pub fn queues(&self) -> impl Iterator<Item = Queue> {
        self.queues.iter().map(|kept| kept.queue.clone().into())
    }

    /// Whether it has nothing in it.
    pub fn is_empty(&self) -> bool {
        self.skills.is_empty() && self.groups.is_empty() && self.queues.is_empty() && self.agents.is_empty()
    }

    fn build(json: FixtureJson) -> Result<Self, FixtureError> {
        for (list, found) in [
            ("divisions", json.divisions.len()),
            ("skills", json.skills.len()),
            ("skillGroups", json.skill_groups.len()),
            ("queues", json.queues.len()),
            ("agents", json.agents.len()),
            ("licenses", json.licenses.len()),
        ] {
            if found > MAX_FIXTURE_OBJECTS {
                return Err(FixtureError::TooMany { list, found });
            }
        }
        let mut fixture = Self { licenses: json.licenses, ..Self::default() };
        let divisions = fixture.add_divisions(json.divisions)?;
        let skills = fixture.add_skills(json.skills, &divisions)?;
        let groups = fixture.add_groups(json.skill_groups, &divisions, &skills)?;
        let queues = fixture.add_queues(json.queues, &divisions, &groups)?;
        fixture.add_agents(json.agents, &skills, &queues)?;
        Ok(fixture)
    }

    fn add_divisions(&mut self, list: Vec<DivisionJson>) -> Result<Names, FixtureError> {
        let mut names = Names::new("division");
        for (index, json) in list.into_iter().enumerate() {
            let id = names.add(&format!("divisions[{index}]"), json.id, &json.name, "")?;
            self.divisions.push(Division { id, name: Some(json.name) });
        }
        Ok(names)
    }

    /// The division of an object.
    fn division(names: &Names, at: &str, given: Option<&str>) -> Result<Option<Division>, FixtureError> {
        let Some(given) = given else { return Ok(None) };
        let id = names.find(&format!("{at}.division"), given)?;
        Ok(Some(Division { name: names.ids.get(&id).cloned(), id }))
    }

    fn add_skills(&mut self, list: Vec<SkillJson>, divisions: &Names) -> Result<Names, FixtureError> {
        let mut names = Names::new("skill");
        for (index, json) in list.into_iter().enumerate() {
            let at = format!("skills[{index}]");
            let division = Self::division(divisions, &at, json.division.as_deref())?;
            let id = names.add(&at, json.id, &json.name, id_of_division(division.as_ref()))?;
            self.skills.push(Skill {
                self_uri: Some(format!("{}/{id}", skills::PATH)),
                id,
                name: json.name,
                description: json.description,
                routing_skill_group_ids: Vec::new(),
                division,
                date_modified: None,
            });
        }
        let keys = self.skills.iter().map(|skill| (skill.division.as_ref(), skill.name.as_str()));
        once_in_a_division("skills", keys)?;
        Ok(names)
    }

    fn add_groups(
        &mut self,
        list: Vec<GroupJson>,
        divisions: &Names,
        skills: &Names,
    ) -> Result<Names, FixtureError> {
        let mut names = Names::new("skill group");
        for (index, json) in list.into_iter().enumerate() {
            let at = format!("skillGroups[{index}]");
            let division = Self::division(divisions, &at, json.division.as_deref())?;
            let id = names.add(&at, json.id, &json.name, id_of_division(division.as_ref()))?;
            let skills = json.skills.iter().map(|skill| skills.find(&format!("{at}.skills"), skill));
            let mut routing_skill_ids = skills.collect::<Result<Vec<_>, _>>()?;
            routing_skill_ids.sort_unstable();
            routing_skill_ids.dedup();
            let group = SkillGroup {
                self_uri: Some(format!("{}/{id}", skill_groups::PATH)),
                id,
                name: json.name,
                description: json.description,
                routing_skill_ids,
                routing_skill_group_ids: Vec::new(),
                division,
                date_modified: None,
            };
            self.groups.push(KeptGroup { group, revision: 0, revised: 0 });
        }
        let keys = self.groups.iter().map(|kept| (kept.group.division.as_ref(), kept.group.name.as_str()));
        once_in_a_division("skillGroups", keys)?;
        Ok(names)
    }

    fn add_queues(
        &mut self,
        list: Vec<QueueJson>,
        divisions: &Names,
        groups: &Names,
    ) -> Result<Names, FixtureError> {
        let mut names = Names::new("queue");
        for (index, json) in list.into_iter().enumerate() {
            let at = format!("queues[{index}]");
            let division = Self::division(divisions, &at, json.division.as_deref())?;
            let id = names.add(&at, json.id, &json.name, id_of_division(division.as_ref()))?;
            let group =
                json.skill_group.as_deref().map(|group| groups.find(&format!("{at}.skillGroup"), group));
            let group = group.transpose()?;
            if let Some(given) = &json.routing_type
                && !ROUTING_TYPES.contains(&given.as_str())
            {
                let types = ROUTING_TYPES.join("`, `");
                return Err(wrong(format!("{at}.routingType"), format!("`{given}` is none of `{types}`")));
            }
            let strategies = strategies_of(&at, &id, &json.strategies)?;
            for (media, figures) in json.strategy_metrics {
                let all = &strategies.strategies.strategies;
                let strategy = all.iter().find(|strategy| strategy.media_type.as_str() == media);
                let id = strategy.and_then(|strategy| strategy.id.clone()).ok_or_else(|| {
                    wrong(format!("{at}.strategyMetrics"), format!("the queue has no strategy for `{media}`"))
                })?;
                self.strategy_metrics.insert(id, figures);
            }
            if !json.strategies.is_empty() {
                self.strategies.push(strategies);
            }
            if let Some(other) = json.metrics.keys().find(|name| *name != AVAILABLE_AGENTS) {
                let message =
                    format!("`{other}` is no realtime figure; the one there is is `{AVAILABLE_AGENTS}`");
                return Err(wrong(format!("{at}.metrics"), message));
            }
            if !json.metrics.is_empty() {
                self.metrics.insert(id.clone(), json.metrics);
            }
            let queue = RoutingQueue {
                self_uri: Some(format!("{}/{id}", queues::PATH)),
                id,
                name: json.name,
                description: json.description,
                division,
                routing_settings: group
                    .clone()
                    .map(|group| RoutingSettings { routing_skill_group_id: Some(group) }),
                routable: None,
                routing_type: json.routing_type,
                predictive_routing: None,
                skill_requirements: json.skill_requirements,
                date_modified: None,
            };
            self.queues.push(KeptQueue { queue, followed: group.map(|group| (group, 0)), linked: 0 });
        }
        Ok(names)
    }

    fn add_agents(
        &mut self,
        list: Vec<AgentJson>,
        skills: &Names,
        queues: &Names,
    ) -> Result<(), FixtureError> {
        let mut names = Names::new("agent");
        for (index, json) in list.into_iter().enumerate() {
            let at = format!("agents[{index}]");
            let id = names.add(&at, json.id, &json.name, "")?;
            if let Some(unknown) = json.skills.keys().find(|name| !skills.by_name.contains_key(*name)) {
                return Err(wrong(format!("{at}.skills"), format!("there is no skill named `{unknown}`")));
            }
            let of = json.queues.iter().map(|queue| queues.find(&format!("{at}.queues"), queue));
            let queues = of.collect::<Result<Vec<_>, _>>()?;
            let skills =
                json.skills.into_iter().map(|(name, priority)| AgentSkill { name, priority }).collect();
            let wrap_up_code = json.wrap_up_code;
            self.agents.push(Agent { id, name: json.name, skills, state: json.state, wrap_up_code, queues });
        }
        Ok(())
    }
}

fn id_of_division(division: Option<&Division>) -> &str {
    division.map(|division| division.id.as_str()).unwrap_or_default()
}

fn once_in_a_division<'a>(
    list: &str,
    keys: impl Iterator<Item = (Option<&'a Division>, &'a str)>,
) -> Result<(), FixtureError> {
    let mut seen = HashMap::new();
    for (index, (division, name)) in keys.enumerate() {
        if seen.insert((id_of_division(division), name), index).is_some() {
            return Err(wrong(format!("{list}[{index}].name"), format!("the division already has `{name}`")));
        }
    }
    Ok(())
}

/// The strategies of a queue, read as the body of a PATCH is.
fn strategies_of(at: &str, queue: &str, list: &[Value]) -> Result<KeptStrategies, FixtureError> {
    let given = strategy_body::read(&json!({ "strategies": list }))
        .map_err(|refusal| wrong(format!("{at}.strategies"), refusal.message()))?;
    let strategies = given.into_iter().filter_map(|given| match given {
        Given::Some(mut strategy) => {
            let id = || id_of("strategy", queue, strategy.media_type.as_str());
            strategy.id = strategy.id.clone().or_else(|| Some(id()));
            Some(strategy)
        }
        Given::None { .. } => None,
    });
    let strategies = QueueStrategies { version: 1, strategies: strategies.collect() };
    Ok(KeptStrategies { queue: queue.to_owned(), strategies })
}
