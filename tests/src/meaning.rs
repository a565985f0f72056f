//! What a program means, read straight off its syntax tree: the language's rules with nothing compiled, nothing
//! joined, nothing clever. The compiled program is held against this.

use std::collections::HashMap;

use rule_lang::Tree;
use rule_lang::tree::{EntryKind, ExprId, ExprKind, Item, ItemKind, Logic, Name, Operator, Value, ValueKind};
use serde_json::Value as Json;

use crate::generate::interactions::Data;

/// The declarations of a program that give its conditions their meaning.
pub struct Meaning<'a> {
    trees: &'a [&'a Tree],
    conditions: HashMap<&'a str, (&'a Tree, &'a Item, ExprId)>,
    fields: HashMap<&'a str, String>,
    skills: HashMap<&'a str, String>,
}

/// A rule of the source: its name, its queue's name as written (the empty string for an `id("…")`), its condition.
pub struct SourceRule<'a> {
    /// The rule's name.
    pub name: String,
    /// Its queue.
    pub queue: String,
    tree: &'a Tree,
    item: &'a Item,
    when: ExprId,
}

impl<'a> Meaning<'a> {
    /// The meaning of a program without errors.
    pub fn new(trees: &'a [&'a Tree]) -> Self {
        let mut meaning =
            Self { trees, conditions: HashMap::new(), fields: HashMap::new(), skills: HashMap::new() };
        for &tree in trees {
            for item in &tree.items {
                match item.kind {
                    ItemKind::Condition { name, expr } => {
                        meaning.conditions.insert(tree.name(name), (tree, item, expr));
                    }
                    ItemKind::Attribute { name, body, .. } => {
                        if let Some(field) = string_property(tree, item, item.nodes.body(body), "field") {
                            meaning.fields.insert(tree.name(name), field);
                        }
                    }
                    ItemKind::Skill { name, body } => {
                        if let Some(other) = string_property(tree, item, item.nodes.body(body), "name") {
                            meaning.skills.insert(tree.name(name), other);
                        }
                    }
                    _ => {}
                }
            }
        }
        meaning
    }

    /// The rules, in the order of the text.
    pub fn rules(&self) -> Vec<SourceRule<'a>> {
        let mut rules = Vec::new();
        for &tree in self.trees {
            for item in &tree.items {
                let ItemKind::Rule { name, body } = item.kind else { continue };
                let entries = item.nodes.entries(body.entries);
                let when = entries.iter().find_map(|entry| match entry.kind {
                    EntryKind::When { expr } => Some(expr),
                    _ => None,
                });
                let Some(when) = when else { continue };
                let queue = string_property(tree, item, entries, "queue").unwrap_or_default();
                rules.push(SourceRule { name: tree.string(name).into_owned(), queue, tree, item, when });
            }
        }
        rules
    }

    /// Whether a rule's condition holds for an interaction.
    pub fn holds(&self, rule: &SourceRule<'_>, data: &Data) -> bool {
        self.expr(rule.tree, rule.item, rule.when, data)
    }

    fn expr(&self, tree: &Tree, item: &Item, id: ExprId, data: &Data) -> bool {
        self.kind(tree, item, item.nodes.expr(id).kind, data)
    }

    fn kind(&self, tree: &Tree, item: &Item, kind: ExprKind, data: &Data) -> bool {
        match kind {
            ExprKind::Logic { op, children } => {
                let mut children =
                    item.nodes.exprs(children).iter().map(|child| self.kind(tree, item, child.kind, data));
                match op {
                    Logic::And => children.all(|holds| holds),
                    Logic::Or => children.any(|holds| holds),
                }
            }
            ExprKind::Not { operand } => !self.expr(tree, item, operand, data),
            ExprKind::Group { inner } => self.expr(tree, item, inner, data),
            ExprKind::Presence { attribute, present } => {
                self.attribute(tree, attribute, data).is_some() == present
            }
            ExprKind::Name(name) => match self.conditions.get(tree.name(name)) {
                Some((tree, item, expr)) => self.expr(tree, item, *expr, data),
                None => self.attribute(tree, name, data) == Some(&Json::Bool(true)),
            },
            ExprKind::Compare { attribute, operator, value, .. } => {
                let literal = self.literal(tree, item.nodes.value(value));
                match (self.attribute(tree, attribute, data), operator) {
                    // Absent: false, but for "is not" and "has not".
                    (None, operator) => matches!(operator, Operator::Neq | Operator::Lacks),
                    (Some(found), operator) => compare(found, operator, &literal),
                }
            }
            ExprKind::Membership { attribute, negated, set } => {
                let inside = self.attribute(tree, attribute, data).is_some_and(|found| {
                    let set = item.nodes.value(set);
                    match set.kind {
                        ValueKind::Range(ends) => match item.nodes.values(ends) {
                            [low, high] => {
                                compare(found, Operator::Gte, &self.literal(tree, low))
                                    && compare(found, Operator::Lte, &self.literal(tree, high))
                            }
                            _ => panic!("a range has two ends"),
                        },
                        ValueKind::List(items) => {
                            let items = item.nodes.values(items).iter();
                            items
                                .map(|item| self.literal(tree, item))
                                .any(|item| compare(found, Operator::Eq, &item))
                        }
                        _ => panic!("`in` takes a list or a range"),
                    }
                });
                inside != negated
            }
        }
    }

    fn attribute<'d>(&self, tree: &Tree, name: Name, data: &'d Data) -> Option<&'d Json> {
        let name = tree.name(name);
        data.get(self.fields.get(name).map_or(name, String::as_str))
    }

    fn literal(&self, tree: &Tree, value: &Value) -> Json {
        match value.kind {
            ValueKind::String => {
                Json::from(rule_lang::literal::decode_string(tree.text(value.range)).into_owned())
            }
            ValueKind::Regex => Json::from(tree.regex(value.range).into_owned()),
            ValueKind::Int(number) | ValueKind::Duration(number) => Json::from(number),
            ValueKind::Float(number) => Json::from(number),
            ValueKind::Bool(truth) => Json::from(truth),
            ValueKind::Name => {
                let name = tree.text(value.range);
                Json::from(self.skills.get(name).map_or(name, String::as_str))
            }
            _ => panic!("not a scalar: {}", tree.text(value.range)),
        }
    }
}

fn compare(found: &Json, operator: Operator, literal: &Json) -> bool {
    let equal = || match (found, literal) {
        (Json::Number(_), Json::Number(_)) => order(found, literal).is_some_and(std::cmp::Ordering::is_eq),
        _ => found == literal,
    };
    let text = || found.as_str().zip(literal.as_str());
    let member = || found.as_array().is_some_and(|members| members.contains(literal));
    match operator {
        Operator::Eq => equal(),
        Operator::Neq => !equal(),
        Operator::Gt => order(found, literal).is_some_and(std::cmp::Ordering::is_gt),
        Operator::Gte => order(found, literal).is_some_and(std::cmp::Ordering::is_ge),
        Operator::Lt => order(found, literal).is_some_and(std::cmp::Ordering::is_lt),
        Operator::Lte => order(found, literal).is_some_and(std::cmp::Ordering::is_le),
        Operator::Has => member(),
        Operator::Lacks => !member(),
        Operator::Contains => member() || text().is_some_and(|(found, part)| found.contains(part)),
        Operator::StartsWith => text().is_some_and(|(found, part)| found.starts_with(part)),
        Operator::EndsWith => text().is_some_and(|(found, part)| found.ends_with(part)),
        Operator::Matches => text().is_some_and(|(found, pattern)| {
            regex::Regex::new(pattern).expect("a checked pattern").is_match(found)
        }),
    }
}

/// Two integers compare exactly, anything else as floats.
fn order(a: &Json, b: &Json) -> Option<std::cmp::Ordering> {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

fn string_property(
    tree: &Tree,
    item: &Item,
    entries: &[rule_lang::tree::Entry],
    wanted: &str,
) -> Option<String> {
    entries.iter().find_map(|entry| match entry.kind {
        EntryKind::Property { name, value } if tree.name(name) == wanted => {
            let value = item.nodes.value(value);
            matches!(value.kind, ValueKind::String)
                .then(|| rule_lang::literal::decode_string(tree.text(value.range)).into_owned())
        }
        _ => None,
    })
}
