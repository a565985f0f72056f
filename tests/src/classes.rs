//! What every token of a program without syntax errors is, as the parser has it: what the grammars of editors are
//! held against.

use std::collections::HashMap;

use rule_lang::tree::{
    Entry, EntryKind, Expr, ExprKind, Item, ItemKind, Name, Nodes, Type, TypeKind, Value, ValueKind,
};
use rule_lang::{Tree, format};

use crate::generate::{Choices, Options, program};
use crate::project::source;
use crate::{corpus, tokens};

/// What a token is to somebody who reads coloured text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// `// …`, `/* … */`
    Comment,
    /// `rule`, `when`, `and`, `has`, `exists`, `none`, …: words that the language gives a meaning.
    Keyword,
    /// `int`, `enum`, …
    Type,
    /// Words that the author, or a property, gave a meaning.
    Name,
    /// `"…"`
    String,
    /// `/…/`
    Regex,
    /// `5`, `0.5`, `2m`, `80%`
    Number,
    /// `true`, `false`
    Boolean,
    /// `==`, `->`, `..`, `=`, …
    Operator,
    /// Brackets, commas and colons.
    Punctuation,
}

impl Class {
    /// Its name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Keyword => "keyword",
            Self::Type => "type",
            Self::Name => "name",
            Self::String => "string",
            Self::Regex => "regex",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Operator => "operator",
            Self::Punctuation => "punctuation",
        }
    }
}

/// A token: its byte range and what it is.
pub type Classed = (std::ops::Range<usize>, Class);

/// The tokens of a program without syntax errors, in their order.
pub fn classes(tree: &Tree) -> Vec<Classed> {
    let mut words = Words { tree, classes: HashMap::new() };
    tree.items.iter().for_each(|item| words.item(item));
    // A byte order mark is none.
    let all = tokens::tokens(&tree.text)
        .into_iter()
        .filter(|token| !tree.text[token.start..].starts_with('\u{FEFF}'));
    let classed = all.map(|token| {
        let text = tree.text[token.start..token.end].trim_end();
        let range = token.start..token.start + text.len();
        let class = match text.as_bytes()[0] {
            _ if token.is_comment => Class::Comment,
            b'"' => Class::String,
            b'/' => Class::Regex,
            b'-' if text != "->" => Class::Number,
            b'0'..=b'9' => Class::Number,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                words.classes.get(&token.start).copied().unwrap_or(Class::Keyword)
            }
            b':' | b',' | b'{' | b'}' | b'[' | b']' | b'(' | b')' => Class::Punctuation,
            _ => Class::Operator,
        };
        (range, class)
    });
    classed.collect()
}

/// The words of a tree that are no keywords, by where they start.
struct Words<'t> {
    tree: &'t Tree,
    classes: HashMap<usize, Class>,
}

impl Words<'_> {
    fn note(&mut self, name: Name, class: Class) {
        self.classes.insert(name.0.start as usize, class);
    }

    fn name(&mut self, name: Name) {
        self.note(name, Class::Name);
    }

    fn item(&mut self, item: &Item) {
        let nodes = &*item.nodes;
        let body = match item.kind {
            ItemKind::Attribute { name, ty, body } => {
                self.name(name);
                self.type_of(ty, nodes);
                body
            }
            ItemKind::Condition { name, expr } => {
                self.name(name);
                self.expr(nodes.expr(expr), nodes);
                None
            }
            ItemKind::Skill { name, body } | ItemKind::SkillGroup { name, body } => {
                self.name(name);
                body
            }
            ItemKind::Queue { body, .. } => body,
            ItemKind::Rule { body, .. } | ItemKind::Test { body, .. } => Some(body),
            ItemKind::Strategy { media, body, .. } => {
                self.name(media);
                Some(body)
            }
            ItemKind::Broken { .. } => panic!("a program without syntax errors has no broken item"),
        };
        self.entries(nodes.body(body), nodes);
    }

    fn type_of(&mut self, ty: Type, nodes: &Nodes) {
        self.classes.insert(ty.range.start as usize, Class::Type);
        if let TypeKind::Enum(values) = ty.kind {
            self.values(nodes.values(values), nodes);
        }
        if let Some(detail) = ty.detail {
            self.value(nodes.value(detail), nodes);
        }
    }

    fn entries(&mut self, entries: &[Entry], nodes: &Nodes) {
        for entry in entries {
            match entry.kind {
                EntryKind::Property { name, value } => {
                    self.name(name);
                    self.value(nodes.value(value), nodes);
                }
                EntryKind::When { expr } => self.expr(nodes.expr(expr), nodes),
                EntryKind::Given { body } | EntryKind::Case { body, .. } => {
                    self.entries(nodes.entries(body.entries), nodes);
                }
                EntryKind::Expect { .. } => {}
            }
        }
    }

    fn expr(&mut self, expr: &Expr, nodes: &Nodes) {
        match expr.kind {
            ExprKind::Logic { children, .. } => {
                for child in nodes.exprs(children) {
                    self.expr(child, nodes);
                }
            }
            ExprKind::Not { operand: inner } | ExprKind::Group { inner } => {
                self.expr(nodes.expr(inner), nodes);
            }
            ExprKind::Compare { attribute, value, .. }
            | ExprKind::Membership { attribute, set: value, .. } => {
                self.name(attribute);
                self.value(nodes.value(value), nodes);
            }
            ExprKind::Presence { attribute, .. } => self.name(attribute),
            ExprKind::Name(name) => self.name(name),
        }
    }

    fn values(&mut self, values: &[Value], nodes: &Nodes) {
        for value in values {
            self.value(value, nodes);
        }
    }

    fn value(&mut self, value: &Value, nodes: &Nodes) {
        match value.kind {
            ValueKind::Bool(_) => self.note(Name(value.range), Class::Boolean),
            ValueKind::Name => self.name(Name(value.range)),
            ValueKind::List(values) | ValueKind::Call(values) => self.values(nodes.values(values), nodes),
            ValueKind::Threshold(id) => {
                let threshold = nodes.threshold(id);
                self.name(threshold.metric);
                self.value(nodes.value(threshold.amount), nodes);
                if let Some(action) = threshold.action {
                    self.value(nodes.value(action), nodes);
                }
            }
            // Only `queue` is a word in what a rule was moved from.
            ValueKind::Moved(_)
            | ValueKind::Range(_)
            | ValueKind::String
            | ValueKind::Int(_)
            | ValueKind::Float(_)
            | ValueKind::Duration(_)
            | ValueKind::Percent(_)
            | ValueKind::Regex => {}
            ValueKind::Malformed => {
                panic!(
                    "a program without syntax errors has no malformed value: {}",
                    self.tree.text(value.range)
                )
            }
        }
    }
}

/// A program that parses without a finding, or not.
pub struct Sample {
    /// Where it comes from.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The programs that come with the project: the examples, and the corpus of mistakes.
pub fn committed() -> Vec<Sample> {
    let root = corpus::folder().join("../..");
    let mut samples = Vec::new();
    let mut folders = vec![root.join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the examples can be listed") {
            let path = entry.expect("the examples can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rule") {
                let text = std::fs::read_to_string(&path).expect("an example is UTF-8");
                let name = path.strip_prefix(&root).expect("it lies below").display().to_string();
                samples.push(Sample { name, text });
            }
        }
    }
    samples.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(samples.len() >= 10, "{} examples", samples.len());
    let cases = corpus::cases().into_iter();
    samples.extend(cases.map(|case| Sample { name: format!("corpus {}", case.name), text: case.program }));
    samples
}

/// Generated programs, as the formatter writes them.
pub fn generated(count: u64) -> Vec<Sample> {
    let sample = |seed| {
        let written = program(&mut Choices::random(seed), Options::free()).text();
        let text = format::format_source(&source(0, &written)).expect("a generated program has no errors");
        Sample { name: format!("generated {seed}"), text }
    };
    (0..count).map(sample).collect()
}
