//! A contact centre before a deployment and what it shall be after it: skills, groups, queues, strategies and rules, of
//! each some that are made, changed in every way, and deleted.

use genesys_client::plan::{Plan, Prune};
use genesys_client::resource::Kind;
use genesys_model::Bundle;
use genesys_sandbox::{Fixture, Sandbox};
use serde_json::{Value, json};

use crate::deployment::{World, rule};

/// What the organization holds before, but for the rules. What is to go says so in its name.
fn fixture() -> Fixture {
    let strategy = |media: &str, method: &str| json!({ "mediaType": media, "strategy": method });
    let shed = json!({
        "mediaType": "voice", "strategy": "mostSkilled",
        "overflow": { "rules": [{ "condition": "queueDepth", "threshold": 9, "action": "routeToNextQueue" }] },
        "skills": { "required": ["English"] },
    });
    let json = json!({
        "divisions": [{ "id": "d-home", "name": "Home" }, { "id": "d-north", "name": "North" }],
        "skills": [
            { "name": "English", "description": "speaks it", "division": "Home" },
            { "name": "German" },
            { "name": "described 0" },
            { "name": "described 1", "description": "old", "division": "North" },
            { "name": "described 2", "description": "goes" },
            { "name": "skill 0" },
            { "name": "skill 1", "description": "kept" },
            { "name": "goes 0" },
            { "name": "goes 1", "description": "with it", "division": "North" },
            { "name": "goes 2" },
            { "name": "somebody else's skill" },
        ],
        "skillGroups": [
            { "name": "stays", "skills": ["English", "skill 0"] },
            { "name": "described", "skills": ["English"] },
            { "name": "members 0", "skills": ["English", "goes 0"] },
            { "name": "members 1", "skills": ["English"], "description": "kept", "division": "Home" },
            { "name": "group", "skills": ["German"] },
            { "name": "goes 0", "skills": ["goes 0", "goes 1"] },
            { "name": "goes 1", "skills": ["English"], "division": "North" },
        ],
        "queues": [
            { "name": "stays", "skillGroup": "members 0", "strategies": [
                shed, strategy("chat", "random"),
            ] },
            { "name": "described", "description": "old", "skillGroup": "stays", "routingType": "SkillBased",
              "strategies": [strategy("chat", "custom")] },
            { "name": "relinked", "skillGroup": "stays", "division": "Home" },
            { "name": "linked", "strategies": [strategy("voice", "random"), strategy("chat", "random")] },
            { "name": "queue", "skillGroup": "group", "strategies": [strategy("voice", "random")] },
            { "name": "goes 0", "skillGroup": "goes 0", "skillRequirements": ["English"], "strategies": [
                strategy("voice", "random"), strategy("chat", "mostSkilled"),
            ] },
            { "name": "goes 1", "description": "with its rules", "strategies": [shed] },
            { "name": "elsewhere", "strategies": [strategy("voice", "custom"), strategy("chat", "random")] },
        ],
        "agents": [
            { "name": "Ada", "state": "Available", "skills": { "English": 1 }, "queues": ["stays", "goes 0"] },
        ],
    });
    Fixture::from_json(&json.to_string()).expect("a fixture")
}

/// The rules before, each with its queue.
const RULES: [(&str, &str); 20] = [
    ("stays", "changes 0"),
    ("described", "changes 1"),
    ("queue", "changes 2"),
    ("elsewhere", "changes 3"),
    ("stays", "named 0"),
    ("queue", "named 1"),
    ("stays", "moves to a new queue"),
    ("goes 0", "moves from a queue that goes"),
    ("queue", "moves from a queue that is renamed"),
    ("stays", "goes 0"),
    ("queue", "goes 1"),
    ("elsewhere", "goes 2"),
    ("goes 0", "goes 3"),
    ("goes 0", "goes 4"),
    ("goes 1", "goes 5"),
    ("goes 1", "goes 6"),
    ("queue", "stays 0"),
    ("stays", "stays 1"),
    ("elsewhere", "stays 2"),
    ("elsewhere", "somebody else's"),
];

/// What it shall be.
pub fn after() -> Bundle {
    let mut moved = Vec::new();
    let mut of = |new: &str, name: &str, old: &str, old_name: &str| {
        let mut body = rule(new, name, 10);
        body["was"] = json!({ "queue": { "name": old }, "name": old_name });
        moved.push(body);
    };
    of("new 0", "moves to a new queue", "stays", "moves to a new queue");
    of("stays", "moves from a queue that goes", "goes 0", "moves from a queue that goes");
    of(
        "described",
        "moves from a queue that is renamed",
        "queue renamed",
        "moves from a queue that is renamed",
    );
    of("stays", "renamed 0", "stays", "named 0");
    of("queue renamed", "renamed 1", "queue renamed", "named 1");
    let mut changes: Vec<Value> = RULES
        .iter()
        .filter(|(_, name)| name.starts_with("changes"))
        .map(|(queue, name)| rule(if *queue == "queue" { "queue renamed" } else { queue }, name, 10))
        .collect();
    changes[0]["priority"] = json!(20);
    changes[1]["description"] = json!("what it is for");
    changes[2]["expression"]["value"] = json!(7);
    changes[3]["enabled"] = json!(false);
    let stays = [("queue renamed", "stays 0"), ("stays", "stays 1"), ("elsewhere", "stays 2")];
    let new = [("new 0", 0), ("new 0", 1), ("new 1", 2), ("new 2", 3), ("stays", 4), ("elsewhere", 5)];
    let mut rules = [moved, changes].concat();
    rules.extend(stays.map(|(queue, name)| rule(queue, name, 10)));
    rules.extend(new.map(|(queue, number)| {
        let mut body = rule(queue, &format!("new {number}"), 30);
        body["enabled"] = json!(number != 3);
        body
    }));
    let bundle = json!({
        "format": 1,
        "rules": rules,
        "skills": [
            { "name": "English", "description": "speaks it" },
            { "name": "German" },
            { "name": "described 0", "description": "what it is for" },
            { "name": "described 1", "description": "what it is for" },
            { "name": "described 2" },
            { "name": "skill renamed 0", "was": "skill 0" },
            { "name": "skill renamed 1", "was": "skill 1", "description": "kept" },
            { "name": "new 0" },
            { "name": "new 1", "description": "new" },
            { "name": "new 2" },
        ],
        "skill_groups": [
            { "name": "stays", "skills": ["skill renamed 0", "English"] },
            { "name": "described", "skills": ["English"], "description": "what it is for" },
            { "name": "members 0", "skills": ["new 0", "English"] },
            { "name": "members 1", "skills": ["English", "skill renamed 1"], "description": "kept" },
            { "name": "group renamed", "was": "group", "skills": ["German"] },
            { "name": "new 0", "skills": ["new 0", "new 1"] },
            { "name": "new 1", "skills": ["English"], "description": "new" },
            { "name": "new 2", "skills": ["new 2"] },
        ],
        "queues": [
            { "name": "stays", "skill_group": "members 0" },
            { "name": "described", "skill_group": "stays", "description": "what it is for" },
            { "name": "relinked", "skill_group": "new 0" },
            { "name": "linked", "skill_group": "members 1" },
            { "name": "queue renamed", "was": "queue", "skill_group": "group renamed" },
            { "name": "new 0", "skill_group": "new 1" },
            { "name": "new 1", "skill_group": "described", "description": "new" },
            { "name": "new 2" },
            { "name": "elsewhere", "external": true },
        ],
        "strategies": [
            { "queue": { "name": "stays" }, "media_type": "voice", "method": "mostSkilled", "require": ["English"],
              "overflow": [{ "condition": "waitTime", "threshold": 60, "action": "routeToNextQueue" }] },
            { "queue": { "name": "queue renamed" }, "media_type": "voice", "method": "longestIdleAgent" },
            { "queue": { "name": "linked" }, "media_type": "voice", "method": "mostSkilled" },
            { "queue": { "name": "linked" }, "media_type": "chat", "method": "longestIdleAgent" },
            { "queue": { "name": "elsewhere" }, "media_type": "chat", "method": "mostSkilled" },
            { "queue": { "name": "relinked" }, "media_type": "voice", "method": "random" },
            { "queue": { "name": "new 0" }, "media_type": "voice", "method": "mostSkilled", "prefer": ["new 1"] },
            { "queue": { "name": "new 0" }, "media_type": "chat", "method": "random" },
            { "queue": { "name": "new 1" }, "media_type": "voice", "method": "custom" },
            { "queue": { "name": "new 2" }, "media_type": "voice", "method": "random" },
        ],
    });
    Bundle::from_json(&bundle.to_string()).expect("a bundle")
}

/// The strategies that go with their declarations, by the names of their queues.
const STRATEGIES_THAT_GO: [(&str, &str); 2] = [("stays", "chat"), ("described", "chat")];

/// Whether the project deployed an object of this name: what goes, as far as the queue `elsewhere` lets it.
fn is_ours(name: &str) -> bool {
    name.starts_with("goes")
}

fn owned(sandbox: &Sandbox) -> impl Iterator<Item = (Kind, String)> {
    let queues = sandbox.routing_queues();
    let name_of = |id: &str| queues.iter().find(|queue| queue.id == id).map(|queue| queue.name.clone());
    let strategies: Vec<(Kind, String)> = queues
        .iter()
        .flat_map(|queue| {
            let all = sandbox.strategies(&queue.id).strategies.into_iter();
            all.map(|one| (queue.id.clone(), queue.name.clone(), one.media_type.as_str()))
        })
        .filter(|(_, queue, media)| is_ours(queue) || STRATEGIES_THAT_GO.contains(&(queue, media)))
        .map(|(id, _, media)| (Kind::Strategy, format!("{id}/{media}")))
        .collect();
    let rules = sandbox.rules().into_iter().filter(move |rule| {
        is_ours(&rule.name) || name_of(&rule.queue.id).is_some_and(|queue| is_ours(&queue))
    });
    let rules: Vec<_> = rules.map(|rule| (Kind::Rule, rule.id)).collect();
    let skills = sandbox.skills().into_iter().filter(|one| is_ours(&one.name));
    let groups = sandbox.skill_groups().into_iter().filter(|one| is_ours(&one.name));
    let queues: Vec<_> = queues.into_iter().filter(|one| is_ours(&one.name)).collect();
    let skills = skills.map(|one| (Kind::Skill, one.id));
    let groups = groups.map(|one| (Kind::SkillGroup, one.id));
    let queues = queues.into_iter().map(|one| (Kind::Queue, one.id));
    skills.chain(groups).chain(queues).chain(strategies).chain(rules)
}

/// The contact centre before, in an organization of its own.
pub async fn before() -> World {
    let world = World::start(|settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture());
    })
    .await;
    let queues = world.sandbox.routing_queues();
    for (queue, name) in RULES {
        let queue = queues.iter().find(|one| one.name == queue).expect("a queue");
        let mut body = rule("", name, 10);
        body["queue"] = json!({ "id": queue.id });
        world.sandbox.create_rule("another", &body).expect("a rule");
    }
    world
}

/// The contact centre before, and the plan that makes it what it shall be.
pub async fn world() -> (World, Plan) {
    let world = before().await;
    let plan = world.plan_owning(&after(), Prune::Owned, &owned(&world.sandbox).collect()).await;
    let plan = plan.expect("a plan");
    (world, plan)
}
