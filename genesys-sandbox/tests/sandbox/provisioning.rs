//! Skills, skill groups and queues (contract 1.4), S3's own sequence first.

use std::time::Duration;

use genesys_sandbox::{
    Action, ClientCredentials, Effect, EntityType, Fault, Match, Sandbox, Settings, Store,
};
use serde_json::{Value, json};

use crate::support::*;

/// Creates an object and gives its path and its id.
async fn created(api: &Api, path: &str, body: Value) -> (String, String) {
    let (status, object) = api.post(path, &body).await;
    assert_eq!(status, 201, "{object}");
    let id = object["id"].as_str().unwrap().to_owned();
    (format!("{path}/{id}"), id)
}

async fn skill(api: &Api, name: &str) -> (String, String) {
    created(api, SKILLS, json!({"name": name, "description": "", "routing_skill_group_ids": []})).await
}

async fn names(api: &Api, path: &str) -> Vec<Value> {
    let (status, page) = api.get(path).await;
    assert_eq!(status, 200, "{page}");
    page["entities"].as_array().unwrap().iter().map(|object| object["name"].clone()).collect()
}

#[tokio::test]
async fn the_seeds_sequence_is_answered_as_it_expects() {
    let hands = Hands::at(1_767_225_600);
    let sandbox = Sandbox::start(Settings { now: hands.now(), ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    assert_eq!(api.get("/api/v2/tokens/me").await.0, 200);

    // Skills: none of the name, so they are made.
    let (_, page) = api.get(&format!("{SKILLS}?name=English")).await;
    assert_eq!(page["entities"], json!([]));
    let (path, english) = skill(&api, "English").await;
    let (_, billing) = skill(&api, "Billing").await;
    let (_, found) = api.get(&path).await;
    assert_eq!(
        found,
        json!({"id": english, "name": "English", "description": "", "routing_skill_group_ids": [],
               "dateModified": "2026-01-01T00:00:00.000Z", "selfUri": path})
    );

    // A group before its skill is refused, and made once the skill is there.
    let mut group =
        json!({"name": "Frontline", "routing_skill_ids": [english, "later"], "routing_skill_group_ids": []});
    let (status, refusal) = api.post(GROUPS, &group).await;
    assert_eq!((status, &refusal["entityId"]), (400, &json!("later")));
    assert_eq!(refusal["details"][0]["fieldName"], "routing_skill_ids");
    group["routing_skill_ids"] = json!([english]);
    let (path, id) = created(&api, GROUPS, group.clone()).await;

    // It has drifted: the whole of it is put, with its id in the body.
    let (_, page) = api.get(&format!("{GROUPS}?name=Frontline")).await;
    assert_eq!(page["entities"][0]["id"], json!(id));
    hands.advance(Duration::from_secs(1));
    let body = json!({"id": id, "name": "Frontline", "routing_skill_ids": [billing, english, billing],
                      "routing_skill_group_ids": []});
    let (status, put) = api.put(&path, &body).await;
    assert_eq!(status, 200, "{put}");
    let mut sorted = [billing, english];
    sorted.sort();
    assert_eq!(put["routing_skill_ids"], json!(sorted));
    assert_eq!(put["dateModified"], "2026-01-01T00:00:01.000Z");
    assert_eq!(put.get("version"), None);

    // The queue, and the check that it is linked.
    let settings = json!({"routing_skill_group_id": id});
    let (queue, _) = created(&api, QUEUES, json!({"name": "Care", "routing_settings": settings})).await;
    let (_, found) = api.get(&queue).await;
    assert_eq!((&found["routing_settings"], &found["routable"]), (&settings, &json!(false)));
    assert_eq!(api.post(&format!("{queue}/refresh"), &json!({})).await, (202, Value::Null));
    assert_eq!(api.get(&queue).await.1["routable"], true);
}

#[tokio::test]
async fn names_are_found_by_how_they_begin() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for name in ["English", "English & French", "english"] {
        skill(&api, name).await;
        let body = json!({"name": name, "routing_skill_ids": [], "routing_skill_group_ids": []});
        created(&api, GROUPS, body).await;
    }
    // The first match need not be the one that is meant, and a name must be encoded.
    assert_eq!(names(&api, &format!("{SKILLS}?name=English")).await, ["English", "English & French"]);
    assert_eq!(names(&api, &format!("{SKILLS}?name=English+%26+French")).await, ["English & French"]);
    assert_eq!(names(&api, &format!("{SKILLS}?name=lish")).await, Vec::<Value>::new());
    assert_eq!(names(&api, &format!("{GROUPS}?name=ENGLISH")).await.len(), 3);
    let (_, page) = api.get(&format!("{SKILLS}?name=En&pageSize=1")).await;
    assert_eq!((&page["total"], &page["pageCount"]), (&json!(2), &json!(2)));
    assert_eq!(page["nextUri"], json!(format!("{SKILLS}?name=En&pageSize=1&pageNumber=2")));
    assert_eq!(names(&api, page["nextUri"].as_str().unwrap()).await, ["English & French"]);
}

#[tokio::test]
async fn names_are_unique_within_a_division() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for path in [SKILLS, GROUPS, QUEUES] {
        let object = |name: &str, division: &str| {
            let mut body = json!({"name": name, "division": {"id": division}});
            if path == GROUPS {
                body["routing_skill_ids"] = json!([]);
            }
            body
        };
        let (first, id) = created(&api, path, object("A", "1")).await;
        let (second, _) = created(&api, path, object("A", "2")).await;
        let (status, refusal) = api.post(path, &object("A", "1")).await;
        assert_eq!((status, &refusal["code"]), (409, &json!("duplicate.name")), "{path}");
        assert_eq!(refusal["entityId"], json!(id));
        assert_eq!(api.put(&second, &object("A", "1")).await.1["code"], "duplicate.name");
        // Its own name is nobody else's; a division that is not said stays.
        let mut body = object("A", "1");
        body.as_object_mut().unwrap().remove("division");
        let (status, put) = api.put(&first, &body).await;
        assert_eq!((status, &put["division"]["id"]), (200, &json!("1")), "{put}");
        assert_eq!(api.delete(&first, None).await.0, 204);
        assert_eq!(api.put(&second, &object("A", "1")).await.0, 200);
    }
}

#[tokio::test]
async fn what_others_need_is_not_deleted() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (skill, skill_id) = skill(&api, "English").await;
    let body = json!({"name": "Frontline", "routing_skill_ids": [skill_id]});
    let (group, group_id) = created(&api, GROUPS, body).await;
    let body = json!({"name": "All", "routing_skill_ids": [], "routing_skill_group_ids": [group_id]});
    let (outer, _) = created(&api, GROUPS, body).await;
    let body = json!({"name": "Care", "routing_settings": {"routing_skill_group_id": group_id}});
    let (queue, queue_id) = created(&api, QUEUES, body).await;
    let body = json!({"name": "VIP", "queue": {"id": queue_id}, "expression": leaf()});
    let (rule, _) = created(&api, RULES, body).await;
    for path in [&skill, &group, &queue] {
        let (status, refusal) = api.delete(path, None).await;
        assert_eq!((status, &refusal["code"]), (409, &json!("entity.in.use")), "{path}");
    }
    let (_, refusal) = api.delete(&skill, None).await;
    assert_eq!(refusal["details"][0]["entityName"], "Frontline");
    for path in [&rule, &queue, &outer, &group, &skill] {
        assert_eq!(api.delete(path, None).await, (204, Value::Null));
        assert_eq!(api.get(path).await.0, 404);
        assert_eq!(api.delete(path, None).await.0, 404);
    }
}

#[tokio::test]
async fn a_put_replaces_what_it_says_it_does() {
    let now = Hands::at(1_767_225_600).now();
    let sandbox = Sandbox::start(Settings { now, ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (path, id) = skill(&api, "English").await;
    let body = json!({"name": "British", "description": "of England", "routing_skill_group_ids": ["g"]});
    api.put(&path, &body).await;
    let (_, put) = api.put(&path, &json!({"name": "British"})).await;
    assert_eq!((put.get("description"), &put["routing_skill_group_ids"]), (None, &json!(["g"])));

    let body = json!({"name": "G", "description": "x", "routing_skill_ids": [id]});
    let (path, group) = created(&api, GROUPS, body).await;
    let (_, put) = api.put(&path, &json!({"name": "G", "routing_skill_ids": []})).await;
    assert_eq!((put.get("description"), &put["routing_skill_ids"]), (None, &json!([])));
    assert_eq!(api.put(&path, &json!({"name": "G"})).await.0, 400);
    let within_itself = json!({"name": "G", "routing_skill_ids": [], "routing_skill_group_ids": [group]});
    assert_eq!(api.put(&path, &within_itself).await.0, 400);

    let body = json!({"name": "Q", "description": "x", "routingType": "SkillBased",
                      "skillRequirements": ["English"], "predictiveRouting": {"a": 1},
                      "routing_settings": {"routing_skill_group_id": group}});
    let (path, _) = created(&api, QUEUES, body).await;
    // What was read can be sent as it is.
    let (_, found) = api.get(&path).await;
    assert_eq!(api.put(&path, &found).await, (200, found));
    let (_, put) = api.put(&path, &json!({"name": "Q"})).await;
    let keys: Vec<_> = put.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["dateModified", "id", "name", "selfUri"]);
    assert_eq!(api.put(&path, &json!({"id": "other", "name": "Q"})).await.0, 400);
    assert_eq!(api.put(&format!("{QUEUES}/nowhere"), &json!({"name": "Q"})).await.0, 404);
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    for (path, body, field) in [
        (SKILLS, json!({}), "name"),
        (SKILLS, json!({"name": " "}), "name"),
        (SKILLS, json!({"name": 1}), "name"),
        (SKILLS, json!({"name": "A", "version": 1}), "version"),
        (SKILLS, json!({"name": "A", "id": "a"}), "id"),
        (SKILLS, json!({"name": "A", "division": "Home"}), "division"),
        (SKILLS, json!({"name": "A", "routing_skill_group_ids": [1]}), "routing_skill_group_ids"),
        (GROUPS, json!({"name": "A"}), "routing_skill_ids"),
        (GROUPS, json!({"name": "A", "routing_skill_ids": "a"}), "routing_skill_ids"),
        (GROUPS, json!({"name": "A", "routingSkillIds": []}), "routingSkillIds"),
        (
            GROUPS,
            json!({"name": "A", "routing_skill_ids": [], "routing_skill_group_ids": ["x"]}),
            "routing_skill_group_ids",
        ),
        (QUEUES, json!({"name": "A", "routing_settings": {"group": "g"}}), "routing_settings"),
        (QUEUES, json!({"name": "A", "routingType": "Best"}), "routingType"),
        (QUEUES, json!({"name": "A", "routable": true}), "routable"),
        (QUEUES, json!({"name": "A", "skillRequirements": [""]}), "skillRequirements"),
    ] {
        let (status, refusal) = api.post(path, &body).await;
        assert_eq!((status, &refusal["details"][0]["fieldName"]), (400, &json!(field)), "{body}");
    }
    assert_eq!(api.post(SKILLS, &json!([])).await.0, 400);
    assert!(sandbox.audit().is_empty());
}

#[tokio::test]
async fn a_group_is_refused_until_its_skill_has_spread() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let lag = Fault { on: Match::on("POST", SKILLS), times: 1, then: Effect::Lag { reads: 3 } };
    sandbox.faults().add(lag);
    let (path, id) = skill(&api, "English").await;
    assert_eq!(api.get(&path).await.0, 404);
    assert_eq!(names(&api, &format!("{SKILLS}?name=English")).await, Vec::<Value>::new());
    let group = json!({"name": "G", "routing_skill_ids": [id]});
    assert_eq!(api.post(GROUPS, &group).await.0, 400);
    assert_eq!(api.post(GROUPS, &group).await.0, 201);
    assert_eq!(api.get(&path).await.0, 200);
}

#[tokio::test]
async fn a_queue_is_routable_once_it_is_refreshed_or_the_link_has_spread() {
    let hands = Hands::at(1_767_225_600);
    let sandbox = Sandbox::start(Settings { now: hands.now(), ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (_, skill) = skill(&api, "English").await;
    let routable = async |queue: &str| api.get(queue).await.1["routable"].clone();

    // A group that nobody knows is accepted, and never routable.
    let body = json!({"name": "Early", "routing_settings": {"routing_skill_group_id": "nobody"}});
    let (early, _) = created(&api, QUEUES, body).await;
    assert_eq!(api.post(&format!("{early}/refresh"), &json!({})).await.0, 202);
    hands.advance(Duration::from_secs(60));
    assert_eq!(routable(&early).await, false);

    let (group, group_id) = created(&api, GROUPS, json!({"name": "G", "routing_skill_ids": []})).await;
    let link = json!({"routing_skill_group_id": group_id});
    let (queue, _) = created(&api, QUEUES, json!({"name": "Care", "routing_settings": link})).await;
    assert_eq!(routable(&queue).await, false);
    hands.advance(Duration::from_secs(20));
    assert_eq!(routable(&queue).await, true);

    // Another name of the group changes nothing, other skills do.
    api.put(&group, &json!({"name": "H", "routing_skill_ids": []})).await;
    assert_eq!(routable(&queue).await, true);
    api.put(&group, &json!({"name": "H", "routing_skill_ids": [skill]})).await;
    assert_eq!(routable(&queue).await, false);
    let lag = Fault { on: Match::on("POST", "*"), times: 1, then: Effect::Lag { reads: 2 } };
    sandbox.faults().add(lag);
    assert_eq!(api.post(&format!("{queue}/refresh"), &json!({})).await.0, 202);
    for expected in [false, false, true, true] {
        assert_eq!(routable(&queue).await, expected);
    }
    let (_, put) =
        api.put(&queue, &json!({"name": "Care", "routing_settings": link, "description": "x"})).await;
    assert_eq!(put["routable"], true);
    assert_eq!(api.post(&format!("{QUEUES}/nowhere/refresh"), &json!({})).await.0, 404);
}

#[tokio::test]
async fn rules_follow_the_name_of_their_queue() {
    let sandbox = Sandbox::start(settings()).await.unwrap();
    let api = Api::new(&sandbox).await;
    let rule = api.rule("A").await;
    assert_eq!(api.put(&format!("{QUEUES}/q-support"), &json!({"name": "Help"})).await.0, 200);
    let (_, found) = api.get(&rule).await;
    assert_eq!((&found["queue"]["name"], &found["version"]), (&json!("Help"), &json!(1)));
    assert_eq!(names(&api, &format!("{QUEUES}?name=Help")).await, ["Help"]);
}

#[tokio::test]
async fn each_write_needs_its_permission_and_leaves_its_trace() {
    let clients = vec![ClientCredentials::read_only("reader", "s"), ClientCredentials::new("writer", "s")];
    let sandbox = Sandbox::start(Settings { clients, ..settings() }).await.unwrap();
    let reader = Api::login(&sandbox, "reader", "s").await;
    for path in [SKILLS, GROUPS, QUEUES] {
        assert_eq!(reader.get(path).await.0, 200);
        assert_eq!(reader.post(path, &json!({"name": "A"})).await.1["code"], "missing.permissions");
        assert_eq!(reader.put(&format!("{path}/a"), &json!({"name": "A"})).await.0, 403);
        assert_eq!(reader.delete(&format!("{path}/a"), None).await.0, 403);
    }
    assert!(sandbox.audit().is_empty());
    let api = Api::login(&sandbox, "writer", "s").await;
    let (path, _) = skill(&api, "English").await;
    api.put(&path, &json!({"name": "French"})).await;
    api.delete(&path, None).await;
    let trail = sandbox.audit();
    let events: Vec<_> = trail.iter().map(genesys_sandbox::AuditEntry::event_type).collect();
    assert_eq!(events, ["routing:skill:created", "routing:skill:updated", "routing:skill:deleted"]);
    assert!(trail.iter().all(|entry| entry.client == "writer" && entry.entity_type == EntityType::Skill));
    assert_eq!(
        (trail[1].action, &trail[1].before.as_ref().unwrap()["name"]),
        (Action::Update, &json!("English"))
    );
    assert_eq!(trail[2].entity_name.as_deref(), Some("French"));
}

#[tokio::test]
async fn a_file_keeps_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.redb");
    let start = async || {
        let settings = Settings { store: Store::File(path.clone()), ..settings() };
        let sandbox = Sandbox::start(settings).await.unwrap();
        let api = Api::new(&sandbox).await;
        (sandbox, api)
    };
    let (sandbox, api) = start().await;
    let (_, id) = skill(&api, "English").await;
    let (gone, _) = skill(&api, "Gone").await;
    let (_, group) = created(&api, GROUPS, json!({"name": "G", "routing_skill_ids": [id]})).await;
    let link = json!({"routing_skill_group_id": group});
    let (queue, _) = created(&api, QUEUES, json!({"name": "Care", "routing_settings": link})).await;
    api.post(&format!("{queue}/refresh"), &json!({})).await;
    api.delete(&gone, None).await;
    // Of the settings' own queues, one is changed and one deleted.
    api.put(&format!("{QUEUES}/q-support"), &json!({"name": "Help", "description": "x"})).await;
    api.delete(&format!("{QUEUES}/q-sales"), None).await;
    let state = async |api: &Api| {
        let mut state = Vec::new();
        for path in [SKILLS, GROUPS, QUEUES] {
            state.push(api.get(path).await.1);
        }
        state
    };
    let before = state(&api).await;
    assert_eq!(before[2]["entities"][0]["name"], "Help");
    assert_eq!(before[2]["entities"][1]["routable"], true);
    sandbox.stop().await;

    let (sandbox, api) = start().await;
    assert_eq!(state(&api).await, before);
    skill(&api, "French").await;
    sandbox.stop().await;
    let (_sandbox, api) = start().await;
    assert_eq!(names(&api, SKILLS).await, ["English", "French"]);
}
