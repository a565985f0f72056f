//! The export for a workforce management system.

use std::time::{Duration, UNIX_EPOCH};

use genesys_client::wfm::export;
use serde_json::json;

use crate::client;
use crate::clock::TestClock;
use crate::raw::{Raw, json as answer};

#[tokio::test]
async fn the_queues_that_have_strategies_are_exported_in_the_contracts_shape() {
    let now = UNIX_EPOCH + Duration::from_millis(1_800_014_400_250);
    let list = json!({"entities": [
        {"queueId": "q-2", "mediaType": "voice", "strategy": "random", "somethingNew": 3},
        {"queueId": "q-1", "mediaType": "chat", "strategy": "mostSkilled"},
        {"queueId": "q-2", "mediaType": "chat", "strategy": "random"},
    ]});
    let server = Raw::answering(vec![answer(200, &list.to_string())]).await;
    let all = export(&client(&server.url, &TestClock::new()), None, now).await.unwrap();
    assert_eq!(
        serde_json::to_value(&all).unwrap(),
        json!({"routingConfigurations": [
            {"queueId": "q-1", "strategies": [{"mediaType": "chat", "strategy": "mostSkilled"}], "exportTimestamp": 1_800_014_400.25},
            {"queueId": "q-2", "strategies": [
                {"mediaType": "voice", "strategy": "random", "somethingNew": 3}, {"mediaType": "chat", "strategy": "random"},
            ], "exportTimestamp": 1_800_014_400.25},
        ]})
    );
    let some = [r#"{"version":3,"strategies":[{"mediaType":"voice"}]}"#, r#"{"version":0,"strategies":[]}"#];
    let server = Raw::answering(some.map(|body| answer(200, body)).to_vec()).await;
    let queues = ["q/1".to_owned(), "q-2".to_owned()];
    let all = export(&client(&server.url, &TestClock::new()), Some(&queues), now).await.unwrap();
    let exported: Vec<&str> = all.routing_configurations.iter().map(|one| one.queue_id.as_str()).collect();
    assert_eq!(exported, ["q/1"]);
    assert_eq!(server.seen()[0].line, "GET /api/v2/routing/queues/q%2F1/strategies");
}
