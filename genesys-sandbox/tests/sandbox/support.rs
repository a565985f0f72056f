//! A client of nothing but HTTP, for the tests of the sandbox.

use std::path::Path;
use std::sync::{Arc, Once};
use std::time::{Duration, SystemTime};

use genesys_sandbox::{CLIENT_ID, CLIENT_SECRET, Sandbox, Settings, queue};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) const RULES: &str = "/api/v2/routing/rules";
pub(crate) const SKILLS: &str = "/api/v2/routing/skills";
pub(crate) const GROUPS: &str = "/api/v2/routing/skillgroups";
pub(crate) const QUEUES: &str = "/api/v2/routing/queues";

/// Two queues, everything else as it comes.
pub(crate) fn settings() -> Settings {
    Settings {
        queues: vec![queue("q-support", "Technical Support"), queue("q-sales", "Sales")],
        rate: None,
        ..Settings::default()
    }
}

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct Hands(Arc<std::sync::Mutex<SystemTime>>);

impl Hands {
    pub(crate) fn at(seconds: u64) -> Self {
        Self(Arc::new(std::sync::Mutex::new(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))))
    }

    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }

    pub(crate) fn now(&self) -> Arc<dyn Fn() -> SystemTime + Send + Sync> {
        let hands = self.clone();
        Arc::new(move || *hands.0.lock().unwrap())
    }
}

pub(crate) fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// Somebody who sends requests with a token.
pub(crate) struct Api {
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
}

impl Api {
    pub(crate) async fn new(sandbox: &Sandbox) -> Self {
        Self::login(sandbox, CLIENT_ID, CLIENT_SECRET).await
    }

    pub(crate) async fn login(sandbox: &Sandbox, id: &str, secret: &str) -> Self {
        Self::at(sandbox.url(), id, secret).await
    }

    pub(crate) async fn at(url: String, id: &str, secret: &str) -> Self {
        let http = http();
        let answer = http
            .post(format!("{url}/oauth/token"))
            .basic_auth(id, Some(secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        let token = body(answer).await["access_token"].as_str().unwrap().to_owned();
        Self { url, http, token }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        status_and_body(self.request("GET", path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, value: &Value) -> (u16, Value) {
        status_and_body(with_json(self.request("POST", path), value).send().await.unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, value: &Value) -> (u16, Value) {
        status_and_body(with_json(self.request("PUT", path), value).send().await.unwrap()).await
    }

    pub(crate) async fn patch(&self, path: &str, version: Option<u64>, value: &Value) -> (u16, Value) {
        let mut request = self.request("PATCH", path);
        if let Some(version) = version {
            request = request.header("if-match", version.to_string());
        }
        status_and_body(with_json(request, value).send().await.unwrap()).await
    }

    pub(crate) async fn delete(&self, path: &str, version: Option<u64>) -> (u16, Value) {
        let mut request = self.request("DELETE", path);
        if let Some(version) = version {
            request = request.header("if-match", version.to_string());
        }
        status_and_body(request.send().await.unwrap()).await
    }

    /// Creates a rule and gives its path.
    pub(crate) async fn rule(&self, name: &str) -> String {
        let (status, rule) = self.post(RULES, &rule(name)).await;
        assert_eq!(status, 201, "{rule}");
        rule["selfUri"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn rule(name: &str) -> Value {
    json!({"name": name, "queue": {"id": "q-support"}, "expression": leaf()})
}

pub(crate) fn leaf() -> Value {
    json!({"type": "condition", "field": "language", "operator": "eq", "value": "en"})
}

pub(crate) fn with_json(request: RequestBuilder, value: &Value) -> RequestBuilder {
    request.header("content-type", "application/json").body(value.to_string())
}

pub(crate) async fn status_and_body(answer: Response) -> (u16, Value) {
    (answer.status().as_u16(), body(answer).await)
}

/// The JSON of an answer, null where there is no body.
pub(crate) async fn body(answer: Response) -> Value {
    let bytes = answer.bytes().await.unwrap();
    if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() }
}
