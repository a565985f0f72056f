//! Organizations to start with.

use genesys_sandbox::{
    Fixture, FixtureError, MAX_FIXTURE_BYTES, Sandbox, Settings, StartError, Store, queue,
};
use serde_json::{Value, json};

use crate::support::*;

fn refused(fixture: &Value) -> String {
    Fixture::from_json(&fixture.to_string()).unwrap_err().to_string()
}

#[tokio::test]
async fn the_example_is_served() {
    let fixture = Some(Fixture::example());
    let sandbox = Sandbox::start(Settings { fixture, ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (_, page) = api.get(QUEUES).await;
    let names: Vec<_> = page["entities"].as_array().unwrap().iter().map(|queue| &queue["name"]).collect();
    // The settings' own come behind.
    assert_eq!(names[..4], ["Technical Support", "Billing", "General", "Technical Support"]);
    let (_, support) = api.get(&format!("{QUEUES}/q-technical-support")).await;
    assert_eq!((&support["routable"], &support["routingType"]), (&json!(true), &json!("SkillBased")));
    let group = support["routing_settings"]["routing_skill_group_id"].as_str().unwrap();
    let (_, group) = api.get(&format!("{GROUPS}/{group}")).await;
    assert_eq!(group["routing_skill_ids"].as_array().unwrap().len(), 3);
    let (_, strategies) = api.get(&format!("{QUEUES}/q-technical-support/strategies")).await;
    assert_eq!((&strategies["version"], strategies["strategies"].as_array().unwrap().len()), (&json!(1), 2));
    assert_eq!(api.get(SKILLS).await.1["total"], 5);
    let same = Sandbox::start(Settings { fixture: Some(Fixture::example()), ..settings() }).await.unwrap();
    assert_eq!(same.snapshot_all(), sandbox.snapshot_all());
    assert_eq!(same.skills(), sandbox.skills());
}

#[tokio::test]
async fn what_is_written_over_a_fixture_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.redb");
    let start = async || {
        let (store, fixture) = (Store::File(path.clone()), Some(Fixture::example()));
        Sandbox::start(Settings { store, fixture, ..settings() }).await.unwrap()
    };
    let sandbox = start().await;
    sandbox
        .patch_strategies(
            "other",
            "q-billing",
            &json!({"strategies": [{"mediaType": "voice", "strategy": null}]}),
        )
        .unwrap();
    sandbox.delete_queue("other", "q-general").unwrap();
    sandbox.create_skill("other", &json!({"name": "french"})).unwrap();
    let id = sandbox.skills()[0].id.clone();
    sandbox.update_skill("other", &id, &json!({"name": "british"})).unwrap();
    let before = sandbox.snapshot_all();
    sandbox.stop().await;
    let sandbox = start().await;
    assert_eq!(sandbox.snapshot_all(), before);
    assert_eq!(sandbox.strategies("q-billing").version, 2);
    let names: Vec<_> = sandbox.skills().into_iter().map(|skill| skill.name).collect();
    assert_eq!(names, ["british", "spanish", "technical_support", "billing", "escalation_capable", "french"]);
}

#[tokio::test]
async fn divisions_are_those_of_the_fixture() {
    let json = json!({"divisions": [{"id": "1", "name": "East"}, {"id": "2", "name": "West"}],
                      "skills": [{"name": "A", "division": "East"}, {"name": "A", "division": "West"}]});
    let fixture = Some(Fixture::from_json(&json.to_string()).unwrap());
    let sandbox = Sandbox::start(Settings { fixture, ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let (_, page) = api.get(&format!("{SKILLS}?name=A")).await;
    assert_eq!(page["entities"][1]["division"], json!({"id": "2", "name": "West"}));
    let (status, made) = api.post(SKILLS, &json!({"name": "B", "division": {"id": "2"}})).await;
    assert_eq!((status, &made["division"]["name"]), (201, &json!("West")));
    assert_eq!(api.post(SKILLS, &json!({"name": "C", "division": {"id": "3"}})).await.0, 400);
}

#[tokio::test]
async fn an_id_is_given_once_in_fixture_and_settings() {
    let fixture = Some(Fixture::example());
    let queues = vec![queue("q-billing", "Other")];
    let error = Sandbox::start(Settings { fixture, queues, ..settings() }).await.unwrap_err();
    assert!(matches!(error, StartError::DuplicateQueue { id } if id == "q-billing"));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (fixture, expected) in [
        (json!({"skils": []}), "unknown field `skils`, expected one of `divisions`"),
        (json!({"skills": [{"name": " "}]}), "`skills[0].name`: it is empty"),
        (
            json!({"skills": [{"name": "A"}, {"name": "A"}]}),
            "`skills[1]`: there is another skill with the id",
        ),
        (
            json!({"skills": [{"id": "1", "name": "A"}, {"id": "2", "name": "A"}]}),
            "`skills[1].name`: the division already has `A`",
        ),
        (json!({"skills": [{"id": "a/b", "name": "A"}]}), "`skills[0].id`: it must fit into a path"),
        (
            json!({"skills": [{"name": "A", "division": "West"}]}),
            "`skills[0].division`: there is no division `West`",
        ),
        (
            json!({"skillGroups": [{"name": "G", "skills": ["A"]}]}),
            "`skillGroups[0].skills`: there is no skill `A`",
        ),
        (
            json!({"queues": [{"name": "Q", "skillGroup": "G"}]}),
            "`queues[0].skillGroup`: there is no skill group `G`",
        ),
        (
            json!({"queues": [{"name": "Q", "metrics": {"availableAgent": 4}}]}),
            "`queues[0].metrics`: `availableAgent` is no realtime figure; the one there is is `availableAgents`",
        ),
        (json!({"queues": [{"name": "Q", "routingType": "X"}]}), "`queues[0].routingType`: `X` is none of"),
        (
            json!({"queues": [{"name": "Q", "strategies": [{"mediaType": "fax"}]}]}),
            "`queues[0].strategies`: `mediaType` is one of `voice`",
        ),
        (json!({"agents": [{"name": "A", "queues": ["Q"]}]}), "`agents[0].queues`: there is no queue `Q`"),
        (
            json!({"agents": [{"name": "A", "skills": {"x": 1}}]}),
            "`agents[0].skills`: there is no skill named `x`",
        ),
        (json!({"agents": [{"name": "A", "skills": {"x": -1}}]}), "invalid value"),
        (json!({"agents": [{"name": "A", "state": "Asleep"}]}), "unknown variant `Asleep`"),
        (
            json!({"queues": [{"id": "1", "name": "Q"}, {"id": "2", "name": "Q"}], "agents": [{"name": "A", "queues": ["Q"]}]}),
            "named `Q`: give the id",
        ),
    ] {
        let found = refused(&fixture);
        assert!(found.contains(expected), "{found}");
    }
    assert!(refused(&json!([1])).starts_with("invalid"), "{}", refused(&json!([1])));
    let long = " ".repeat(MAX_FIXTURE_BYTES + 1);
    assert!(matches!(Fixture::from_json(&long), Err(FixtureError::TooLong { .. })));
    let many = json!({"skills": vec![json!({"name": "A"}); 100_001]});
    assert!(refused(&many).contains("`skills` has 100001 objects"));
}
