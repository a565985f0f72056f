//! What kind of request a request is: `POST rule`, `GET rules`.

/// Collections of the platform by the end of their path, as one object of them and as all.
const COLLECTIONS: [(&str, &str, &str); 10] = [
    ("rules", "rule", "rules"),
    ("queues", "queue", "queues"),
    ("skills", "skill", "skills"),
    ("skillgroups", "skill group", "skill groups"),
    ("strategies", "strategies", "strategies"),
    ("members", "queue member", "queue members"),
    ("tokens", "token", "tokens"),
    ("organizations", "organization", "organizations"),
    ("divisions", "division", "divisions"),
    ("refresh", "queue refresh", "queue refresh"),
];

/// Questions that are posted, by their path.
const QUESTIONS: [(&str, &str); 4] = [
    ("/oauth/token", "token"),
    ("/architect/entitlements/query", "licenses"),
    ("/analytics/queues/realtime/query", "available agents"),
    ("/architect/auditlogs/query", "audit log"),
];

/// What a request is about, with its method. Ids and queries are left out, so that requests of one kind are counted
/// together.
pub(super) fn kind(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    if let Some((_, word)) = QUESTIONS.iter().find(|(end, _)| path.ends_with(end)) {
        return format!("{method} {word}");
    }
    let mut segments = path.split('/').rev();
    let last = segments.next().unwrap_or_default();
    let find = |segment: &str| COLLECTIONS.iter().find(|(name, ..)| *name == segment);
    let word = match (find(last), segments.next().and_then(find)) {
        // What is posted to all of them makes one.
        (Some((_, one, _)), _) if method == "POST" => one,
        (Some((.., all)), _) => all,
        (None, Some((_, one, _))) => one,
        (None, None) => "other",
    };
    format!("{method} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_kind_have_one_name() {
        for (method, path, expected) in [
            ("GET", "/api/v2/routing/rules?pageSize=100", "GET rules"),
            ("POST", "/api/v2/routing/rules", "POST rule"),
            ("PATCH", "/api/v2/routing/rules/54bea48d", "PATCH rule"),
            ("PATCH", "/api/v2/routing/queues/q-1/strategies", "PATCH strategies"),
            ("POST", "/api/v2/routing/queues/q-1/refresh", "POST queue refresh"),
            ("DELETE", "/api/v2/routing/skillgroups/1", "DELETE skill group"),
            ("HEAD", "/api/v2/tokens/me", "HEAD token"),
            ("POST", "/oauth/token", "POST token"),
            ("POST", "/api/v2/architect/auditlogs/query", "POST audit log"),
            ("GET", "/", "GET other"),
            ("GET", "", "GET other"),
        ] {
            assert_eq!(kind(method, path), expected, "{method} {path}");
        }
    }
}
