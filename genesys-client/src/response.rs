//! What an answer means.

use serde_json::{Map, Value};

use crate::error_text::seconds;
use crate::pace::Allowance;
use crate::retry::Failed;
use crate::text::{clean, html_gist};
use crate::transport::{Answer, CORRELATION_ID, Failure, Unread};
use crate::{Effect, Error, ErrorKind, Method, Request, retry_after};

/// What a refusal says of itself.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Refusal {
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) correlation_id: Option<String>,
}

/// How an answer failed, for the decision whether it is sent again.
pub(crate) fn failed(answer: &Answer, now: std::time::SystemTime) -> Failed {
    match &answer.body {
        Err(Unread::Broken(_) | Unread::Slow) if (200..300).contains(&answer.status) => Failed::Lost,
        _ => Failed::Answered(answer.status, asked(answer, now)),
    }
}

/// How long the answer asks to wait.
pub(crate) fn asked(answer: &Answer, now: std::time::SystemTime) -> Option<std::time::Duration> {
    answer.header("retry-after").and_then(|value| retry_after::parse(value, now))
}

/// What the answer says of the window of requests.
pub(crate) fn allowance(answer: &Answer) -> Option<Allowance> {
    let number = |name: &str| answer.header(name)?.trim().parse().ok();
    Some(Allowance {
        count: number("inin-ratelimit-count")?,
        allowed: number("inin-ratelimit-allowed")?,
        reset: retry_after::seconds(answer.header("inin-ratelimit-reset")?.trim())?,
    })
}

/// The number under which the platform has noted the request.
pub(crate) fn correlation_id(answer: &Answer, secrets: &[&str]) -> Option<String> {
    answer.header(CORRELATION_ID).map(|id| clean(id, secrets)).filter(|id| !id.is_empty())
}

/// Reads the answer to a request: its JSON, or why there is none. Secrets that come back are not repeated.
pub(crate) fn read(request: &Request, answer: &Answer, secrets: &[&str]) -> Result<Value, Error> {
    let error = |kind: ErrorKind, refusal: Refusal, effect: Effect| Error {
        kind,
        attempted: request.purpose.clone(),
        request: Some(name(request)),
        status: Some(answer.status),
        code: refusal.code,
        message: refusal.message,
        correlation_id: refusal.correlation_id.or_else(|| correlation_id(answer, secrets)),
        effect: if request.is_harmless { Effect::None } else { effect },
    };
    if !(200..300).contains(&answer.status) {
        let refusal = refusal(answer, secrets);
        let (kind, effect) = kind(answer.status, refusal.code.as_deref(), request);
        return Err(error(kind, refusal, effect));
    }
    // From here on the request was carried out, or nobody knows.
    let unclear = |kind: ErrorKind, message: String| {
        error(kind, Refusal { message, ..Refusal::default() }, Effect::Unknown)
    };
    let bytes = match &answer.body {
        Ok(bytes) => bytes,
        Err(Unread::TooLong(limit)) => {
            return Err(unclear(ErrorKind::TooLarge, format!("the answer is longer than {limit} bytes")));
        }
        Err(Unread::Slow) => return Err(unclear(ErrorKind::Timeout, "the answer did not end".to_owned())),
        Err(Unread::Broken(cause)) => {
            return Err(unclear(
                ErrorKind::Connection,
                format!("the connection broke within the answer: {cause}"),
            ));
        }
    };
    // What is only accepted may be answered with nothing.
    let is_accepted = answer.status == 202 && bytes.is_empty();
    if answer.status == 204 || is_accepted || request.method == Method::Head {
        return Ok(Value::Null);
    }
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(object)) if is_error(&object) => {
            let mut inner = of_object(&object, secrets);
            inner.message =
                format!("the answer is an error under status {}: {}", answer.status, inner.message);
            Err(error(ErrorKind::Answer, inner, Effect::Unknown))
        }
        Ok(value) => Ok(value),
        Err(cause) => Err(unclear(ErrorKind::Answer, not_json(answer, bytes, &cause, secrets))),
    }
}

/// The error for a request that got no answer.
pub(crate) fn unanswered(request: &Request, failure: Failure) -> Error {
    let effect = if failure.sent && !request.is_harmless { Effect::Unknown } else { Effect::None };
    Error {
        kind: failure.kind,
        attempted: request.purpose.clone(),
        request: Some(name(request)),
        status: None,
        code: None,
        message: failure.message,
        correlation_id: None,
        effect,
    }
}

/// Method and path, as errors name a request.
pub(crate) fn name(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.path)
}

/// What a status and a code mean, and whether the request may have been carried out.
fn kind(status: u16, code: Option<&str>, request: &Request) -> (ErrorKind, Effect) {
    let kind = match (status, code) {
        (401, _) => ErrorKind::Authentication,
        (403, _) => ErrorKind::Permission,
        (404, _) => ErrorKind::NotFound,
        (412, _) | (409, Some("version.conflict")) => ErrorKind::VersionConflict,
        (409, Some("duplicate.name")) => ErrorKind::DuplicateName,
        // Without a code the request itself tells which of the two it must be.
        (409, None) if request.if_match.is_some() => ErrorKind::VersionConflict,
        (409, None) if request.method == Method::Post => ErrorKind::DuplicateName,
        (429, _) => ErrorKind::RateLimited { wait: std::time::Duration::ZERO },
        (408, _) => return (ErrorKind::Timeout, Effect::Unknown),
        (400..=499, _) => ErrorKind::Refused,
        (500..=599, _) => return (ErrorKind::Unavailable, Effect::Unknown),
        _ => return (ErrorKind::Answer, Effect::Unknown),
    };
    (kind, Effect::None)
}

/// What an answer that refuses says, whoever wrote it.
pub(crate) fn refusal(answer: &Answer, secrets: &[&str]) -> Refusal {
    let plain = |message: String| Refusal { message, ..Refusal::default() };
    if (300..400).contains(&answer.status) {
        let target = answer.header("location").map(|target| match reqwest::Url::parse(target) {
            Ok(url) => crate::organization::authority(&url),
            Err(_) => "another path".to_owned(),
        });
        let target = clean(&target.unwrap_or_else(|| "nowhere".to_owned()), secrets);
        return plain(format!("the answer leads to `{target}`, and redirects are not followed"));
    }
    let Ok(bytes) = &answer.body else {
        return Refusal::default();
    };
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(object)) => of_object(&object, secrets),
        Ok(_) => Refusal::default(),
        Err(_) if bytes.iter().all(u8::is_ascii_whitespace) => Refusal::default(),
        Err(_) if is_html(answer, bytes) => plain(html(bytes, secrets)),
        Err(_) => plain(clean(&String::from_utf8_lossy(bytes), secrets)),
    }
}

/// Read field by field: what lies between may have written it, and one odd field must not hide the others.
fn of_object(object: &Map<String, Value>, secrets: &[&str]) -> Refusal {
    let text = |object: &Map<String, Value>, name: &str| match object.get(name) {
        Some(Value::String(text)) => Some(clean(text, secrets)).filter(|text| !text.is_empty()),
        _ => None,
    };
    let first = |names: &[&str]| names.iter().find_map(|name| text(object, name));
    let mut message =
        first(&["message", "error_description", "description", "messageWithParams"]).unwrap_or_default();
    // What the message leaves out: names of permissions, fields that are wrong, a limit.
    let mut more = Vec::new();
    if let Some(Value::Object(parameters)) = object.get("messageParams") {
        more.extend(parameters.values().filter_map(Value::as_str).map(|value| clean(value, secrets)));
    }
    for detail in list(object, "details") {
        more.extend(text(detail, "fieldName").map(|field| match text(detail, "errorCode") {
            Some(code) => format!("{field}: {code}"),
            None => field,
        }));
    }
    for inner in list(object, "errors") {
        more.extend(text(inner, "message"));
    }
    if let Some(Value::Object(limit)) = object.get("limit") {
        more.extend(text(limit, "key").map(|key| match limit.get("value").and_then(Value::as_i64) {
            Some(value) => format!("limit {key}: {value}"),
            None => format!("limit {key}"),
        }));
    }
    for part in more {
        if !part.is_empty() && !message.contains(&part) {
            message.push_str(if message.is_empty() { "" } else { "; " });
            message.push_str(&part);
        }
    }
    Refusal {
        code: first(&["code", "error"]),
        message: clean(&message, secrets),
        correlation_id: first(&["contextId"]),
    }
}

fn list<'a>(object: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    object.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// Whether an answer that says 2xx holds the body of a refusal.
fn is_error(object: &Map<String, Value>) -> bool {
    let has = |name: &str| object.get(name).is_some_and(Value::is_string);
    let status =
        object.get("status").and_then(Value::as_u64).is_some_and(|status| (400..600).contains(&status));
    let of_error_body = has("code") || has("message");
    (status && of_error_body)
        || (has("code") && has("message") && !has("id") && !object.contains_key("entities"))
}

fn is_html(answer: &Answer, bytes: &[u8]) -> bool {
    answer
        .header("content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
        || bytes.trim_ascii_start().starts_with(b"<")
}

fn html(bytes: &[u8], secrets: &[&str]) -> String {
    let gist = clean(&html_gist(&String::from_utf8_lossy(bytes)), secrets);
    let gist = if gist.is_empty() { gist } else { format!(": {gist}") };
    format!("the answer is HTML, from a proxy perhaps{gist}")
}

fn not_json(answer: &Answer, bytes: &[u8], cause: &serde_json::Error, secrets: &[&str]) -> String {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        "the answer is empty".to_owned()
    } else if is_html(answer, bytes) {
        html(bytes, secrets)
    } else if cause.to_string().starts_with("recursion limit") {
        "the answer is nested more than 127 deep".to_owned()
    } else if cause.is_eof() {
        "the answer is JSON that ends too early".to_owned()
    } else {
        format!("the answer is no JSON (line {}, column {})", cause.line(), cause.column())
    }
}

/// The same error, where the wait that it asks for is longer than is waited.
pub(crate) fn too_long(mut error: Error, wait: std::time::Duration) -> Error {
    if let ErrorKind::RateLimited { wait: asked } = &mut error.kind {
        *asked = wait;
    } else {
        let message = format!("it wants a wait of {} s", seconds(wait));
        error.message =
            if error.message.is_empty() { message } else { format!("{message}; {}", error.message) };
    }
    error
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    fn bodies() -> impl Strategy<Value = Vec<u8>> {
        let json = r#"(\{|\}|\[|\]|,|:|"(code|message|status|errors|details|limit|contextId)"|null|[0-9]{1,3}|-|" ){0,30}"#;
        prop_oneof![any::<Vec<u8>>(), json.prop_map(String::into_bytes)]
    }

    proptest! {
        #[test]
        fn no_answer_whatever_it_holds_makes_a_panic(
            status in 100_u16..1000, body in bodies(), header in "[ -~]{0,40}", post: bool,
        ) {
            let names = ["content-type", "location", "retry-after", "inin-correlation-id", "inin-ratelimit-reset"];
            let value = HeaderValue::from_str(&header).unwrap();
            let headers: HeaderMap = names.map(|name| (HeaderName::from_static(name), value.clone())).into_iter().collect();
            let answer = Answer { status, headers, body: Ok(body) };
            let request = Request::new(if post { Method::Post } else { Method::Get }, "/x", "do it");
            let _ = (failed(&answer, std::time::SystemTime::UNIX_EPOCH), allowance(&answer));
            if let Err(error) = read(&request, &answer, &["secret"]) {
                prop_assert!(post || error.effect == Effect::None);
                // Only what the platform refuses in order had certainly no effect.
                prop_assert!(!post || (error.effect == Effect::None) == ((400..500).contains(&status) && status != 408));
                prop_assert!(!error.to_string().contains(char::is_control));
            } else {
                prop_assert!((200..300).contains(&status));
            }
        }
    }
}
