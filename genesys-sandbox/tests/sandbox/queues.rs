//! The queues over HTTP.

use genesys_model::{Division, Queue};
use genesys_sandbox::{Sandbox, Settings, StartError, queue};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn queues_are_listed_by_name_and_read_by_id() {
    let division = |id: &str| Some(Division { id: id.to_owned(), name: Some(format!("division {id}")) });
    let queues = vec![
        Queue { division: division("1"), ..queue("a", "Support") },
        Queue { division: division("2"), ..queue("b", "Support") },
        queue("c", "Support Gold"),
    ];
    let sandbox = Sandbox::start(Settings { queues, ..settings() }).await.unwrap();
    let api = Api::new(&sandbox).await;
    let listed = async |query: &str| {
        let (status, page) = api.get(&format!("{QUEUES}{query}")).await;
        assert_eq!(status, 200);
        let ids: Vec<_> =
            page["entities"].as_array().unwrap().iter().map(|queue| queue["id"].clone()).collect();
        (serde_json::Value::from(ids), page["total"].clone())
    };
    assert_eq!(listed("").await, (json!(["a", "b", "c"]), json!(3)));
    assert_eq!(listed("?name=Support").await, (json!(["a", "b"]), json!(2)));
    assert_eq!(listed("?name=Support*").await, (json!(["a", "b", "c"]), json!(3)));
    assert_eq!(listed("?name=*Gold").await, (json!(["c"]), json!(1)));
    assert_eq!(listed("?pageSize=2&pageNumber=2").await, (json!(["c"]), json!(3)));

    let (status, found) = api.get(&format!("{QUEUES}/b")).await;
    assert_eq!(status, 200);
    assert_eq!(
        found,
        json!({"id": "b", "name": "Support", "division": {"id": "2", "name": "division 2"},
               "selfUri": "/api/v2/routing/queues/b"})
    );
    assert_eq!(api.get(&format!("{QUEUES}/d")).await.0, 404);
    assert_eq!(api.post(QUEUES, &json!({})).await.0, 400);
}

#[tokio::test]
async fn two_queues_of_one_id_do_not_start() {
    let queues = vec![queue("a", "A"), queue("a", "B")];
    let error = Sandbox::start(Settings { queues, ..settings() }).await.unwrap_err();
    assert!(matches!(error, StartError::DuplicateQueue { id } if id == "a"));
}
