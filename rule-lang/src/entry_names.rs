//! What the entries of each block start with: the words that messages about misread blocks offer.

const SKILL: &[&str] = &["description", "name", "was", "division", "id"];
const SKILL_GROUP: &[&str] = &["skills", "description", "name", "was", "division", "id"];
const QUEUE: &[&str] = &["skill_group", "description", "external", "was", "division", "id"];
const RULE: &[&str] = &["when", "queue", "description", "priority", "enabled", "was"];
const STRATEGY: &[&str] = &["method", "require", "prefer", "overflow", "guard"];
const TEST: &[&str] = &["given", "expect", "case"];
const CASE: &[&str] = &["given", "expect"];

/// The words that an entry may start with, by the keyword that the block belongs to; none where any name may stand, or
/// nothing is known of it. What each takes, the compiler's table of properties says; a test there holds both together.
pub fn entry_names(keyword: &str) -> &'static [&'static str] {
    match keyword {
        "skill" => SKILL,
        "skill_group" => SKILL_GROUP,
        "queue" => QUEUE,
        "rule" => RULE,
        "strategy" => STRATEGY,
        "test" => TEST,
        "case" => CASE,
        _ => &[],
    }
}
