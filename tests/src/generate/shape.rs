//! The intended structure of a generated program, and the tree that it is to compile to.

use rule_lang::tree::Operator;
use serde_json::{Value, json};

/// The type of a generated attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// `bool`
    Bool,
    /// `int`, with its range where it has one.
    Int(Option<(i64, i64)>),
    /// `float`
    Float,
    /// `string`
    String,
    /// `enum[…]`
    Enum(Vec<String>),
    /// `set`
    Set,
}

/// A generated attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in the program.
    pub name: String,
    /// The platform's name for it, where that is another.
    pub field: Option<String>,
    /// Its type.
    pub ty: Ty,
    /// Whether every project has it without a declaration.
    pub built_in: bool,
}

impl Attribute {
    /// The name under which the platform knows it.
    pub fn platform_name(&self) -> &str {
        self.field.as_deref().unwrap_or(&self.name)
    }
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A string, decoded.
    String(String),
    /// An integer.
    Int(i64),
    /// A duration: the number and the unit.
    Duration(i64, char),
    /// A float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// A pattern, decoded.
    Regex(String),
    /// The name of a declared skill, by number.
    Skill(usize),
}

/// What follows `in`.
#[derive(Clone, Debug)]
pub enum Set {
    /// A list.
    List(Vec<Literal>),
    /// An inclusive range.
    Range(Literal, Literal),
}

/// A condition, as it is to be written.
#[derive(Clone, Debug)]
pub enum Cond {
    /// `a and b`: two or more.
    And(Vec<Cond>),
    /// `a or b`: two or more.
    Or(Vec<Cond>),
    /// `not a`
    Not(Box<Cond>),
    /// `(a)`
    Group(Box<Cond>),
    /// An attribute, an operator, a value.
    Compare(usize, Operator, Literal),
    /// `a exists`, or `a not exists`.
    Presence(usize, bool),
    /// `a in …`, or negated.
    In(usize, bool, Set),
    /// A bare bool attribute.
    Bare(usize),
    /// A named condition, by number.
    Named(usize),
}

/// A generated rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its queue, by number.
    pub queue: usize,
    /// Its description.
    pub description: Option<String>,
    /// Its priority, where one is written.
    pub priority: Option<i64>,
    /// Whether it is enabled, where that is written.
    pub enabled: Option<bool>,
    /// What it asks.
    pub when: Cond,
}

/// A generated program: what is meant, and the text of it.
#[derive(Clone, Default)]
pub struct Program {
    /// The attributes that it uses.
    pub attributes: Vec<Attribute>,
    /// Skills: the name in the program, the platform's name.
    pub skills: Vec<(String, String)>,
    /// Named conditions.
    pub conditions: Vec<(String, Cond)>,
    /// The names of its queues.
    pub queues: Vec<String>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// The text of every declaration, in the order in which they are written.
    pub items: Vec<String>,
}

impl std::fmt::Debug for Program {
    /// A failed property shows the text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl Program {
    /// The program as one file.
    pub fn text(&self) -> String {
        let mut text = self.items.join("\n\n");
        text.push('\n');
        text
    }

    /// The program in `count` files, its declarations dealt out in turn.
    pub fn files(&self, count: usize) -> Vec<String> {
        let mut files = vec![String::new(); count];
        for (at, item) in self.items.iter().enumerate() {
            let file = &mut files[at % count];
            file.push_str(item);
            file.push('\n');
        }
        files
    }

    /// The tree that a condition is to compile to, with nested `and` in `and` and `or` in `or` joined.
    pub fn expected(&self, condition: &Cond) -> Value {
        match condition {
            Cond::And(children) => join("and", children.iter().map(|child| self.expected(child)).collect()),
            Cond::Or(children) => join("or", children.iter().map(|child| self.expected(child)).collect()),
            Cond::Not(inner) => json!({"type": "not", "children": [self.expected(inner)]}),
            Cond::Group(inner) => self.expected(inner),
            Cond::Named(number) => self.expected(&self.conditions[*number].1),
            Cond::Bare(attribute) => self.leaf(*attribute, "eq", Some(json!(true))),
            Cond::Presence(attribute, present) => {
                self.leaf(*attribute, if *present { "exists" } else { "not_exists" }, None)
            }
            Cond::In(attribute, negated, Set::List(items)) => {
                let operator = if *negated { "neq" } else { "eq" };
                let leaves = items.iter().map(|item| self.leaf(*attribute, operator, Some(self.value(item))));
                join(if *negated { "and" } else { "or" }, leaves.collect())
            }
            Cond::In(attribute, negated, Set::Range(low, high)) => {
                let inside = join(
                    "and",
                    vec![
                        self.leaf(*attribute, "gte", Some(self.value(low))),
                        self.leaf(*attribute, "lte", Some(self.value(high))),
                    ],
                );
                if *negated { json!({"type": "not", "children": [inside]}) } else { inside }
            }
            Cond::Compare(attribute, operator, value) => {
                let (operator, value) = match (operator, value) {
                    (Operator::StartsWith, Literal::String(text)) => {
                        ("regex", json!(format!("^{}", regex::escape(text))))
                    }
                    (Operator::EndsWith, Literal::String(text)) => {
                        ("regex", json!(format!("{}$", regex::escape(text))))
                    }
                    (Operator::Eq, value) => ("eq", self.value(value)),
                    (Operator::Neq, value) => ("neq", self.value(value)),
                    (Operator::Gt, value) => ("gt", self.value(value)),
                    (Operator::Gte, value) => ("gte", self.value(value)),
                    (Operator::Lt, value) => ("lt", self.value(value)),
                    (Operator::Lte, value) => ("lte", self.value(value)),
                    (Operator::Has, value) => ("exists", self.value(value)),
                    (Operator::Lacks, value) => ("not_exists", self.value(value)),
                    (Operator::Contains, value) => ("contains", self.value(value)),
                    (_, value) => ("regex", self.value(value)),
                };
                self.leaf(*attribute, operator, Some(value))
            }
        }
    }

    fn leaf(&self, attribute: usize, operator: &str, value: Option<Value>) -> Value {
        let field = self.attributes[attribute].platform_name();
        match value {
            Some(value) => json!({"type": "condition", "field": field, "operator": operator, "value": value}),
            None => json!({"type": "condition", "field": field, "operator": operator}),
        }
    }

    fn value(&self, literal: &Literal) -> Value {
        match literal {
            Literal::String(text) | Literal::Regex(text) => json!(text),
            Literal::Int(number) => json!(number),
            Literal::Duration(number, unit) => json!(number * seconds(*unit)),
            Literal::Float(number) => json!(number),
            Literal::Bool(truth) => json!(truth),
            Literal::Skill(number) => json!(self.skills[*number].1),
        }
    }
}

/// The seconds of a unit of time.
pub fn seconds(unit: char) -> i64 {
    match unit {
        'h' => 3600,
        'm' => 60,
        _ => 1,
    }
}

fn join(kind: &str, children: Vec<Value>) -> Value {
    let mut joined = Vec::with_capacity(children.len());
    for child in children {
        if child["type"] == kind {
            joined.extend(child["children"].as_array().cloned().unwrap_or_default());
        } else {
            joined.push(child);
        }
    }
    if joined.len() == 1 { joined.remove(0) } else { json!({"type": kind, "children": joined}) }
}
