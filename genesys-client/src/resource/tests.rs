//! What drivers send and read, against bodies written by hand from the contract.

use serde_json::{Map, Value, json};

use super::{Fields, Goal, Key, Kind, Live, Reference};
use crate::{Method, Request};

fn object(json: Value) -> Map<String, Value> {
    let Value::Object(object) = json else { panic!("no object") };
    object
}

fn read(kind: Kind, json: Value) -> Live {
    kind.driver().read(object(json)).unwrap()
}

fn changed(kind: Kind, live: &Live, goal: &Goal) -> Request {
    let changed = crate::plan::differences(kind, &live.fields, &goal.fields);
    let changed: Fields = changed.into_iter().map(|one| (one.field, one.after)).collect();
    kind.driver().update(&live.id, live.version, &live.key, &changed, goal)
}

fn sent(request: &Request) -> (Method, &str, Option<u64>, Value) {
    (request.method, request.path.as_str(), request.if_match, request.body.clone().unwrap_or_default())
}

#[test]
fn a_skill_is_replaced_with_what_is_not_managed_as_it_was() {
    let live = read(
        Kind::Skill,
        json!({
            "id": "s-1", "name": "billing", "description": "old", "routing_skill_group_ids": ["g-9"],
            "division": { "id": "d-1", "name": "Home" }, "dateModified": "2026-01-01T00:00:00Z",
            "selfUri": "/api/v2/routing/skills/s-1",
        }),
    );
    let mut goal = live.goal();
    goal.fields.insert("description".to_owned(), json!("new"));
    let body = json!({
        "name": "billing", "description": "new", "routing_skill_group_ids": ["g-9"],
        "division": { "id": "d-1", "name": "Home" },
    });
    let path = "/api/v2/routing/skills/s-1";
    assert_eq!(sent(&changed(Kind::Skill, &live, &goal)), (Method::Put, path, None, body));
}

#[test]
fn a_new_skill_says_what_is_declared_and_no_more() {
    let fields = object(json!({ "name": "billing", "description": null }));
    let goal = Goal { key: Key::alone("billing"), fields, rest: Fields::new() };
    let request = Kind::Skill.driver().create(&goal, None);
    assert_eq!(sent(&request), (Method::Post, "/api/v2/routing/skills", None, json!({ "name": "billing" })));
}

#[test]
fn a_groups_skills_go_by_their_ids_and_foreign_groups_stay() {
    let live = read(
        Kind::SkillGroup,
        json!({
            "id": "g-1", "name": "tier1", "routing_skill_ids": ["s-2", "s-1"],
            "routing_skill_group_ids": ["g-7"],
        }),
    );
    let mut goal = live.goal();
    // The same set in another order is the same.
    goal.fields.insert("skills".to_owned(), json!([{ "id": "s-1" }, { "id": "s-2", "name": "x" }]));
    assert_eq!(crate::plan::differences(Kind::SkillGroup, &live.fields, &goal.fields), []);
    goal.fields.insert("skills".to_owned(), json!([{ "id": "s-3", "name": "x" }]));
    let body = json!({ "name": "tier1", "routing_skill_ids": ["s-3"], "routing_skill_group_ids": ["g-7"] });
    let path = "/api/v2/routing/skillgroups/g-1";
    assert_eq!(sent(&changed(Kind::SkillGroup, &live, &goal)), (Method::Put, path, None, body));
}

#[test]
fn a_queue_keeps_what_the_project_does_not_manage() {
    let live = read(
        Kind::Queue,
        json!({
            "id": "q/1", "name": "Support", "routingType": "SkillBased", "skillRequirements": ["billing"],
            "routing_settings": { "routing_skill_group_id": "g-1", "other": 7 }, "routable": true,
        }),
    );
    let mut goal = live.goal();
    goal.fields.insert("skill_group".to_owned(), json!({ "id": "g-2", "name": "tier2" }));
    let body = json!({
        "name": "Support", "routingType": "SkillBased", "skillRequirements": ["billing"],
        "routing_settings": { "routing_skill_group_id": "g-2", "other": 7 },
    });
    let path = "/api/v2/routing/queues/q%2F1";
    assert_eq!(sent(&changed(Kind::Queue, &live, &goal)), (Method::Put, path, None, body));
    let refresh = Kind::Queue.driver().refresh("q/1", &live.key).unwrap();
    let path = "/api/v2/routing/queues/q%2F1/refresh";
    assert_eq!(sent(&refresh), (Method::Post, path, None, Value::Null));
    assert!(refresh.is_harmless);
}

#[test]
fn a_strategy_is_merged_into_its_queues_list_with_the_lists_version() {
    let driver = Kind::Strategy.driver();
    let key = Key { queue: Some(Reference::to("q-1", "Support")), name: "voice".to_owned() };
    let list = json!({ "version": 4, "strategies": [
        { "id": "x", "mediaType": "chat", "strategy": "random" },
        { "id": "y", "mediaType": "voice", "strategy": "mostSkilled", "overflow": { "rules": [] },
          "skills": { "required": ["b", "a"], "preferred": [] }, "other": 7 },
    ]});
    let (version, live) = driver.read_part(object(list), &key).unwrap();
    let live = live.unwrap();
    assert_eq!((version, live.version, live.id.as_str()), (4, Some(4), "q-1/voice"));
    let mut goal = live.goal();
    // Sets in another order, and what is empty or left out, are the same.
    goal.fields.insert("skills".to_owned(), json!({ "required": ["a", "b"] }));
    goal.fields.insert("overflow".to_owned(), Value::Null);
    assert_eq!(crate::plan::differences(Kind::Strategy, &live.fields, &goal.fields), []);
    goal.fields.insert("strategy".to_owned(), json!("random"));
    let body = json!({ "strategies": [
        { "mediaType": "voice", "strategy": "random", "skills": { "required": ["a", "b"] }, "other": 7 },
    ]});
    let path = "/api/v2/routing/queues/q-1/strategies";
    assert_eq!(sent(&changed(Kind::Strategy, &live, &goal)), (Method::Patch, path, Some(4), body));
    let gone = json!({ "strategies": [{ "mediaType": "voice", "strategy": null }] });
    assert_eq!(sent(&driver.delete(&live.id, Some(4), &key)), (Method::Patch, path, Some(4), gone));
    let (version, none) = driver.read_part(object(json!({ "version": 0, "strategies": [] })), &key).unwrap();
    assert_eq!((version, none), (0, None));
}

#[test]
fn a_list_that_is_none_is_an_error() {
    let key = Key { queue: Some(Reference::to("q-1", "Support")), name: "voice".to_owned() };
    for list in [
        json!({}),
        json!({ "version": 1 }),
        json!({ "strategies": [] }),
        json!({ "version": -1, "strategies": [] }),
        json!({ "version": 1, "strategies": [7] }),
        json!({ "version": 1, "strategies": [{ "mediaType": "voice" }, { "mediaType": "voice" }] }),
    ] {
        assert!(Kind::Strategy.driver().read_part(object(list.clone()), &key).is_err(), "{list}");
    }
}

#[test]
fn what_is_yet_to_be_made_is_another_than_what_is_there() {
    let new = Reference { id: None, name: "Support".to_owned() };
    let same = new.clone();
    assert_eq!(new, same);
    assert_ne!(new, Reference::to("Support", "Support"));
    assert_eq!(Reference::to("q-1", "Support"), Reference::to("q-1", "renamed"));
    assert_eq!(Reference::read(&new.value()), Some(new));
}
