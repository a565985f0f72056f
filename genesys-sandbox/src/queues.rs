//! The queues over HTTP, as far as rules need them: read only, from the settings.

use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{Response, Uri};

use crate::paging::ListQuery;
use crate::permissions::QUEUE_READ;
use crate::routes::json_answer;
use crate::tokens::Caller;
use crate::{Organization, Refusal};

pub(crate) const PATH: &str = "/api/v2/routing/queues";

pub(crate) async fn list(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
) -> Result<Response<Body>, Refusal> {
    caller.needs(QUEUE_READ)?;
    let query = ListQuery::read(&uri)?;
    let found: Vec<_> = organization
        .queues()
        .iter()
        .filter(|queue| query.get("name").is_none_or(|pattern| named(&queue.name, pattern)))
        .collect();
    let page = found.iter().skip(query.skip()).take(query.take()).collect();
    Ok(query.answer(PATH, page, found.len()))
}

pub(crate) async fn read(
    State(organization): State<Organization>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response<Body>, Refusal> {
    caller.needs(QUEUE_READ)?;
    let queue = organization.queues().iter().find(|queue| queue.id == id);
    Ok(json_answer(200, queue.ok_or_else(|| Refusal::not_found("queue", &id))?))
}

/// Whether a name is the pattern, which may have a `*` before and after.
fn named(name: &str, pattern: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (None, None) => name == pattern,
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (Some(end), Some(_)) => name.contains(end.strip_suffix('*').unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_pattern_is_exact_but_for_its_ends() {
        for (pattern, expected) in [
            ("Support", true),
            ("support", false),
            ("Sup", false),
            ("Sup*", true),
            ("*port", true),
            ("*ppo*", true),
            ("*", true),
            ("**", true),
            ("*x*", false),
            ("S*t", false),
        ] {
            assert_eq!(named("Support", pattern), expected, "{pattern}");
        }
    }
}
