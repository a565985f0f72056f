//! A compiled tree in lines that people read.

use genesys_model::Expression;

/// A node on each line, indented by its level, in the platform's words; cut where it is long.
pub(super) fn outline(expression: &Expression, most: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (node, level) in expression.walk() {
        if lines.len() == most {
            lines.push("…".to_owned());
            break;
        }
        let indent = "  ".repeat(level.saturating_sub(1) as usize);
        lines.push(format!("{indent}{}", described(node)));
    }
    lines.join("\n")
}

fn described(node: &Expression) -> String {
    let condition = match node {
        Expression::And(_) => return "and".to_owned(),
        Expression::Or(_) => return "or".to_owned(),
        Expression::Not(_) => return "not".to_owned(),
        Expression::Condition(condition) => condition,
    };
    let asked = format!("{} {}", condition.field, condition.operator.as_str());
    let value = condition.value.as_ref().and_then(|value| serde_json::to_string(value).ok());
    value.map_or_else(|| asked.clone(), |value| format!("{asked} {value}"))
}
