//! Rules as text. Each node is written in the shortest form that lowers to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use genesys_model::{Condition, ConditionOperator, Expression, QueueRef, RuleBody, Scalar};
use rule_lang::format::format_source;
use rule_lang::literal::encode_string;
use rule_lang::tree::Logic;
use rule_lang::{FileId, Source};

use super::Speakable;
use super::agree::{inferred, together};
use super::names::Names;
use crate::types::TypeName;

const HEADER: &str = "// Written by `rulec pull` from the rules of an organization.\n";

/// The text of a file with these rules and the declarations that they need.
pub(super) fn file(rules: &[Speakable<'_>], names: &Names) -> String {
    let types = together(rules);
    let new_fields = types.keys().map(String::as_str).filter(|field| names.known(field).is_none());
    let new = names.for_fields(new_fields);
    let mut out = HEADER.to_owned();
    let mut attributes: Vec<(&str, &str, TypeName)> = new
        .iter()
        .filter_map(|(field, name)| Some((name.as_str(), *field, inferred(*types.get(*field)?))))
        .collect();
    attributes.sort_unstable_by_key(|(name, ..)| *name);
    section(&mut out, &attributes, |out, (name, field, ty)| {
        let _ = write!(out, "attribute {name}: {}", ty.as_str());
        if name != field {
            let _ = write!(out, " {{ field: {} }}", encode_string(field));
        }
    });
    let mut skills: Vec<(&str, String)> = names.for_skills(new_skills(rules, names)).into_iter().collect();
    skills.sort_unstable_by(|one, other| one.1.cmp(&other.1));
    section(&mut out, &skills, |out, (platform, name)| {
        let _ = write!(out, "skill {name}");
        if name != platform {
            let _ = write!(out, " {{ name: {} }}", encode_string(platform));
        }
    });
    let queues: BTreeSet<&str> = rules.iter().filter_map(|rule| new_queue(rule.rule, names)).collect();
    let queues: Vec<&str> = queues.into_iter().collect();
    section(&mut out, &queues, |out, queue| {
        let _ = write!(out, "queue {} {{ external: true }}", encode_string(queue));
    });
    let names = Fields { names, new };
    for rule in rules {
        out.push('\n');
        names.rule(&mut out, rule);
    }
    out
}

/// A text in the language's style.
pub(super) fn formatted(text: String) -> String {
    format_source(&Source::new(FileId(0), "pulled.rule", text.as_str())).unwrap_or(text)
}

/// An empty line, then one line for each of these.
fn section<T>(out: &mut String, all: &[T], write: impl Fn(&mut String, &T)) {
    for (at, one) in all.iter().enumerate() {
        if at == 0 {
            out.push('\n');
        }
        write(out, one);
        out.push('\n');
    }
}

/// The queue of a rule, where it needs a declaration.
fn new_queue<'r>(rule: &'r RuleBody, names: &Names) -> Option<&'r str> {
    match &rule.queue {
        QueueRef::Name(name) if !names.has_queue(name) => Some(name),
        QueueRef::Name(_) | QueueRef::Id(_) => None,
    }
}

/// The skills that need a declaration.
fn new_skills<'r>(rules: &'r [Speakable<'_>], names: &'r Names) -> impl Iterator<Item = &'r str> {
    let conditions = rules.iter().flat_map(|rule| rule.expression.conditions());
    conditions.filter_map(|condition| match &condition.value {
        Some(Scalar::String(skill)) if is_skill(condition, names) && names.lacks_skill(skill) => {
            Some(skill.as_str())
        }
        _ => None,
    })
}

/// Whether a condition asks for a skill: its attribute is the language's own `skill`.
fn is_skill(condition: &Condition, names: &Names) -> bool {
    names
        .known(&condition.field)
        .is_some_and(|known| known.name == "skill" && known.ty.name() == TypeName::Set)
}

/// What fields are called.
struct Fields<'a> {
    names: &'a Names,
    new: BTreeMap<&'a str, String>,
}

/// A condition as text, and whether it is an `and` or `or` that needs parentheses beside others.
struct Written {
    text: String,
    joins: bool,
}

impl Written {
    fn whole(text: String) -> Self {
        Self { text, joins: false }
    }

    fn operand(self) -> String {
        if self.joins { format!("({})", self.text) } else { self.text }
    }
}

impl Fields<'_> {
    fn rule(&self, out: &mut String, rule: &Speakable<'_>) {
        let Speakable { rule, expression, .. } = rule;
        let _ = writeln!(out, "rule {} {{", encode_string(&rule.name));
        if let Some(description) = &rule.description {
            let _ = writeln!(out, "  description: {}", encode_string(description));
        }
        let _ = match &rule.queue {
            QueueRef::Name(name) => writeln!(out, "  queue: {}", encode_string(name)),
            QueueRef::Id(id) => writeln!(out, "  queue: id({})", encode_string(id)),
        };
        if rule.priority != 0 {
            let _ = writeln!(out, "  priority: {}", rule.priority);
        }
        if !rule.enabled {
            out.push_str("  enabled: false\n");
        }
        let _ = writeln!(out, "\n  when {}\n}}", self.condition(expression).text);
    }

    fn name(&self, field: &str) -> &str {
        let known = self.names.known(field).map(|known| known.name.as_str());
        known.or_else(|| self.new.get(field).map(String::as_str)).unwrap_or("unnamed")
    }

    /// Recurses as deep as the tree, which has been measured.
    fn condition(&self, node: &Expression) -> Written {
        match node {
            Expression::Condition(condition) => Written::whole(self.comparison(condition)),
            Expression::Not(child) => Written::whole(match &**child {
                Expression::And(children) if children.len() == 2 => match range(children) {
                    Some(range) => format!("{} not in {range}", self.name(range.field)),
                    None => format!("not {}", self.condition(child).operand()),
                },
                _ => format!("not {}", self.condition(child).operand()),
            }),
            Expression::And(children) => self.joined(Logic::And, children),
            Expression::Or(children) => self.joined(Logic::Or, children),
        }
    }

    fn joined(&self, op: Logic, children: &[Expression]) -> Written {
        let mut rest = children;
        let mut parts = Vec::new();
        while let Some((first, others)) = rest.split_first() {
            if let Some((text, taken)) = self.several(op, rest) {
                parts.push(text);
                rest = rest.get(taken..).unwrap_or_default();
            } else {
                parts.push(self.condition(first).operand());
                rest = others;
            }
        }
        Written { joins: parts.len() > 1, text: parts.join(&format!(" {} ", op.as_str())) }
    }

    /// The first few children as one comparison, and how many they are: `a in 5..10`, `a in [v, w]`, `a not in [v, w]`.
    fn several(&self, op: Logic, children: &[Expression]) -> Option<(String, usize)> {
        match op {
            Logic::And => match range(children) {
                Some(range) => Some((format!("{} in {range}", self.name(range.field)), 2)),
                None => self.list(children, ConditionOperator::Neq, "not in"),
            },
            Logic::Or => self.list(children, ConditionOperator::Eq, "in"),
        }
    }

    /// The first comparisons where they are of one field with one operator, as a list.
    fn list(&self, rest: &[Expression], operator: ConditionOperator, word: &str) -> Option<(String, usize)> {
        let mut of: Option<&str> = None;
        let items: Vec<String> = rest
            .iter()
            .map_while(|node| match node {
                Expression::Condition(Condition { field, operator: found, value: Some(value) })
                    if *found == operator && *of.get_or_insert(field) == field =>
                {
                    // A list of booleans reads worse than the comparisons.
                    (!matches!(value, Scalar::Bool(_))).then(|| literal(value))
                }
                _ => None,
            })
            .collect();
        let field = of.filter(|_| items.len() > 1)?;
        Some((format!("{} {word} [{}]", self.name(field), items.join(", ")), items.len()))
    }

    fn comparison(&self, condition: &Condition) -> String {
        let name = self.name(&condition.field);
        let Some(value) = &condition.value else {
            let negation = if condition.operator == ConditionOperator::NotExists { "not " } else { "" };
            return format!("{name} {negation}exists");
        };
        let operator = match condition.operator {
            ConditionOperator::Eq if *value == Scalar::Bool(true) => return name.to_owned(),
            ConditionOperator::Eq => "==",
            ConditionOperator::Neq => "!=",
            ConditionOperator::Gt => ">",
            ConditionOperator::Lt => "<",
            ConditionOperator::Gte => ">=",
            ConditionOperator::Lte => "<=",
            ConditionOperator::Exists => "has",
            ConditionOperator::NotExists => "lacks",
            ConditionOperator::Contains => "contains",
            ConditionOperator::Regex => match value {
                Scalar::String(pattern) => return format!("{name} {}", regex(pattern)),
                _ => "matches",
            },
        };
        format!("{name} {operator} {}", literal(value))
    }
}

/// `5..10`
struct Range<'e> {
    field: &'e str,
    low: &'e Scalar,
    high: &'e Scalar,
}

impl std::fmt::Display for Range<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", literal(self.low), literal(self.high))
    }
}

/// The first two conditions as a range, where they are one that does not descend.
fn range(nodes: &[Expression]) -> Option<Range<'_>> {
    let [Expression::Condition(low), Expression::Condition(high), ..] = nodes else { return None };
    let are_bounds = low.operator == ConditionOperator::Gte && high.operator == ConditionOperator::Lte;
    if !are_bounds || low.field != high.field {
        return None;
    }
    let (low_bound, high_bound) = (low.value.as_ref()?, high.value.as_ref()?);
    let ascends = match (low_bound, high_bound) {
        (Scalar::Int(low), Scalar::Int(high)) => low <= high,
        _ => float(low_bound)? <= float(high_bound)?,
    };
    ascends.then_some(Range { field: &low.field, low: low_bound, high: high_bound })
}

#[expect(clippy::cast_precision_loss, reason = "as the check of ranges compares an integer with a float")]
fn float(value: &Scalar) -> Option<f64> {
    match value {
        Scalar::Int(number) => Some(*number as f64),
        Scalar::Float(number) => Some(*number),
        Scalar::String(_) | Scalar::Bool(_) => None,
    }
}

fn literal(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => encode_string(text),
        Scalar::Int(number) => number.to_string(),
        Scalar::Float(number) => format!("{number:?}"),
        Scalar::Bool(truth) => truth.to_string(),
    }
}

/// `starts_with "…"` and `ends_with "…"` where lowering gives this pattern for them, else `matches /…/`.
fn regex(pattern: &str) -> String {
    match affix(pattern) {
        Some((word, text)) => format!("{word} {}", encode_string(&text)),
        None => format!("matches /{}/", between_slashes(pattern)),
    }
}

/// Whether a pattern is written without slashes.
pub(super) fn is_affix(pattern: &str) -> bool {
    affix(pattern).is_some()
}

fn affix(pattern: &str) -> Option<(&'static str, String)> {
    let escaped = [("starts_with", pattern.strip_prefix('^')), ("ends_with", pattern.strip_suffix('$'))];
    escaped.into_iter().find_map(|(word, escaped)| {
        let escaped = escaped.filter(|escaped| !escaped.is_empty())?;
        let text = unescaped(escaped);
        (regex::escape(&text) == escaped).then_some((word, text))
    })
}

/// Without the backslash before each escaped character.
fn unescaped(escaped: &str) -> String {
    let mut characters = escaped.chars();
    let mut text = String::with_capacity(escaped.len());
    while let Some(character) = characters.next() {
        text.push(if character == '\\' { characters.next().unwrap_or('\\') } else { character });
    }
    text
}

/// With a backslash before each slash.
fn between_slashes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.extend(std::iter::once(character).chain(characters.next())),
            '/' => out.push_str("\\/"),
            _ => out.push(character),
        }
    }
    out
}
