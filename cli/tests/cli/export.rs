//! `rulec export wfm`.

use serde_json::{Value, json};

use crate::organization::{Served, project};
use crate::receiver::{Receiver, Reply};

fn served() -> Served {
    let served = Served::with(|settings| settings.queues.push(genesys_sandbox::queue("q-empty", "Empty")));
    let body = json!({"strategies": [{"mediaType": "voice", "strategy": "random"}]});
    served.organization.patch_strategies("someone", "q-support", &body).unwrap();
    served
}

#[test]
fn the_strategies_are_printed_in_the_contracts_shape() {
    let (folder, served) = (project(), served());
    for arguments in [&["export", "wfm"][..], &["export", "wfm", "--queue", "Support", "--queue", "Empty"]] {
        let run = served.run(&folder, arguments);
        assert_eq!(run.code, 0, "{run}");
        let mut printed: Value = serde_json::from_str(&run.out).unwrap();
        let configuration = printed["routingConfigurations"][0].as_object_mut().unwrap();
        assert!(configuration.remove("exportTimestamp").unwrap().is_f64());
        let id = configuration["strategies"][0].as_object_mut().unwrap().remove("id");
        assert!(id.is_some());
        let strategy =
            json!({"mediaType": "voice", "strategy": "random", "overflow": {"rules": []}, "skills": {}});
        assert_eq!(
            printed,
            json!({"routingConfigurations": [{"queueId": "q-support", "strategies": [strategy]}]})
        );
        assert_eq!(run.err.contains("the queue `Empty` has no strategies"), arguments.len() > 2, "{run}");
    }
}

#[test]
fn they_are_sent_where_the_variables_say() {
    let (folder, served) = (project(), served());
    let receiver = Receiver::answering(|_| Reply::Status(204));
    let secret = "Bearer hunter2-of-the-wfm";
    let mut variables = served.variables();
    variables.extend([("WFM_ENDPOINT", receiver.url.as_str()), ("WFM_AUTH_HEADER", secret)]);
    let run = folder.run_env(&variables, &["export", "wfm", "--send"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run}");
    let posts = receiver.posts();
    assert_eq!(posts[0].header("authorization"), Some(secret));
    assert_eq!(posts[0].json()["routingConfigurations"][0]["queueId"], json!("q-support"));
    for reply in [|| Reply::Status(500), || Reply::Status(302), || Reply::Nothing] {
        receiver.answer(move |_| reply());
        let run = folder.run_env(&variables, &["export", "wfm", "--send"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains("the export was not taken") && !run.err.contains("hunter2"), "{run}");
    }
}

#[test]
fn what_is_missing_or_unsafe_is_said_before_anything_is_asked_for() {
    let (folder, served) = (project(), served());
    served.organization.forget_requests();
    for (wfm, says) in [
        (&[][..], "`--send` needs `WFM_ENDPOINT`"),
        (&[("WFM_ENDPOINT", "https://wfm.example")], "`--send` needs `WFM_AUTH_HEADER`"),
        (&[("WFM_ENDPOINT", "http://wfm.example"), ("WFM_AUTH_HEADER", "Bearer x")], "without TLS"),
    ] {
        let run =
            folder.run_env(&[served.variables().as_slice(), wfm].concat(), &["export", "wfm", "--send"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains(says), "{run}");
    }
    assert!(served.organization.requests().is_empty());
}
