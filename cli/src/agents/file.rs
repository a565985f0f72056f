//! Agents in a JSON file: a list of them, or an object whose `agents` is the list, as in the sandbox's fixtures.

use std::collections::BTreeMap;
use std::path::Path;

use routing_sim::agent_score::{Agent, Skill};
use serde::Deserialize;

use super::clock::Clock;
use crate::failure::Failure;
use crate::name::shown;
use crate::read;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What a file looks like.
const SHAPE: &str = "it is a list of agents: [{\"id\": \"a-1\", \"name\": \"Amina\", \"state\": \"Available\", \
                     \"skills\": [{\"name\": \"billing\", \"priority\": 1}], \"queues\": [\"Support\"]}]";

/// An agent of a file.
#[derive(Debug, Clone)]
pub(crate) struct FileAgent {
    /// The agent, as scorers see one.
    pub(crate) agent: Agent,
    /// The names or ids of the agent's queues; nothing for one of every queue.
    pub(crate) queues: Option<Vec<String>>,
    /// When the agent works, every day; nothing for always.
    pub(crate) shifts: Vec<(Clock, Clock)>,
}

/// The most agents of a file.
const MAX_AGENTS: usize = 100_000;

/// The agents of a file, or of the part of one.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<Written>")]
pub(crate) struct FileAgents(pub(crate) Vec<FileAgent>);

/// Reads the agents of a file, in its order.
///
/// # Errors
///
/// A file that cannot be read, is too large, holds other things, or one agent twice.
pub(crate) fn read_agents(path: &Path) -> Result<Vec<FileAgent>, Failure> {
    let name = shown(path);
    let bytes = read::bytes(path, MAX_BYTES).map_err(|error| Failure::file("read", path, &error))?;
    let bytes = bytes.ok_or_else(|| {
        Failure::new(format!("`{name}` is larger than {} MiB", MAX_BYTES / 1024 / 1024)).about(&name)
    })?;
    parse(&bytes)
        .map_err(|why| Failure::new(format!("`{name}` holds no agents: {why}")).help(SHAPE).about(name))
}

fn parse(bytes: &[u8]) -> Result<Vec<FileAgent>, String> {
    #[derive(Deserialize)]
    struct Whole {
        agents: FileAgents,
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // Told apart by hand, so that a mistake inside is shown with its place.
    let is_list = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let agents: FileAgents = if is_list {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?
    } else {
        serde_json::from_slice::<Whole>(bytes).map_err(|error| error.to_string())?.agents
    };
    Ok(agents.0)
}

/// What is written once for several stands for each of them.
impl TryFrom<Vec<Written>> for FileAgents {
    type Error = String;

    fn try_from(all: Vec<Written>) -> Result<Self, String> {
        let mut ids = std::collections::HashSet::new();
        let mut agents = Vec::with_capacity(all.len());
        for written in &all {
            if !ids.insert(written.id.as_str()) {
                return Err(format!("the id `{}` stands twice", written.id));
            }
        }
        for written in all {
            let count = written.count.unwrap_or(1) as usize;
            let first = FileAgent::from(written);
            if agents.len() + count > MAX_AGENTS {
                return Err(format!("there are more than {MAX_AGENTS} agents"));
            }
            agents.extend((1..=count).map(|number| {
                let mut one = first.clone();
                if number > 1 {
                    one.agent.user_id = format!("{} {number}", one.agent.user_id);
                }
                one
            }));
        }
        Ok(Self(agents))
    }
}

/// An agent as it stands in a file: the contract's words.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    #[serde(alias = "userId")]
    id: String,
    name: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    #[expect(dead_code, reason = "part of the contract's shape, and no scorer asks for it")]
    wrap_up_code: Option<String>,
    #[serde(default)]
    skills: Skills,
    queues: Option<Vec<String>>,
    /// How many there are like this one.
    count: Option<u32>,
    /// When they work, every day.
    #[serde(default)]
    shifts: Vec<(Clock, Clock)>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "skills are a list of {\"name\", \"priority\"}, or an object of priorities by name"
)]
enum Skills {
    Listed(Vec<Skill>),
    ByName(BTreeMap<String, i64>),
}

impl Default for Skills {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl From<Written> for FileAgent {
    fn from(written: Written) -> Self {
        let skills = match written.skills {
            Skills::Listed(skills) => skills,
            Skills::ByName(by_name) => by_name
                .into_iter()
                .map(|(name, priority)| Skill { name, priority, proficiency: None })
                .collect(),
        };
        let agent = Agent {
            user_id: written.id,
            name: written.name,
            state: written.state.unwrap_or_else(|| "Offline".to_owned()),
            skills,
        };
        Self { agent, queues: written.queues, shifts: written.shifts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_and_a_fixture_are_read_alike() {
        let list = br#"[{"id": "a", "state": "Available", "skills": [{"name": "x", "priority": 2}], "queues": ["Q"]}]"#;
        let fixture = br#"{"queues": [], "agents": [{"id": "a", "state": "Available", "skills": {"x": 2}, "queues": ["Q"]}]}"#;
        for text in [&list[..], fixture] {
            let agents = parse(text).unwrap();
            assert_eq!(
                agents[0].agent.skills,
                [Skill { name: "x".to_owned(), priority: 2, proficiency: None }]
            );
            assert_eq!(agents[0].queues, Some(vec!["Q".to_owned()]));
        }
    }

    #[test]
    fn what_says_no_state_is_offline_and_what_says_no_queue_is_in_all() {
        let agents = parse(br#"[{"id": "a"}]"#).unwrap();
        assert!(!agents[0].agent.is_available() && agents[0].queues.is_none());
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (text, says) in [
            ("[{\"id\": \"a\"}, {\"id\": \"a\"}]", "the id `a` stands twice"),
            ("[{\"id\": \"a\", \"skils\": []}]", "unknown field `skils`"),
            ("[{\"name\": \"a\"}]", "missing field `id`"),
            ("{}", "missing field `agents`"),
            ("[{\"id\": \"a\", \"skills\": 3}]", "skills are a list"),
            ("", "EOF"),
        ] {
            let why = parse(text.as_bytes()).unwrap_err();
            assert!(why.contains(says), "{text}: {why}");
        }
    }
}
