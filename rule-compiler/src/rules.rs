//! The rules of a checked program, read from their declarations.

use std::borrow::Cow;

use rule_lang::Tree;
use rule_lang::tree::{Entry, EntryKind, ExprId, Item, ItemKind, Nodes, Text, Value, ValueKind};
use rustc_hash::FxHashMap;

use crate::Program;
use crate::lower::{Bare, ExpressionBuilder, Place, Scope, lower};

/// A queue as a rule names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Queue<'p> {
    /// By its name.
    Name(Cow<'p, str>),
    /// `id("…")`
    Id(Cow<'p, str>),
}

impl Queue<'_> {
    /// The name or the id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Name(text) | Self::Id(text) => text,
        }
    }
}

/// A rule of a program.
#[derive(Clone, Debug)]
pub struct Rule<'p> {
    /// Its name, unique in its queue.
    pub name: Cow<'p, str>,
    /// What it is for.
    pub description: Option<Cow<'p, str>>,
    /// Where its interactions go.
    pub queue: Queue<'p>,
    /// The highest decides; 0 unless given.
    pub priority: i64,
    /// True unless given.
    pub enabled: bool,
    /// Its former queue, where that is another, and name.
    pub was: Option<(Option<Cow<'p, str>>, Cow<'p, str>)>,
    /// Its condition.
    pub when: Place<'p>,
}

impl<'p> Rule<'p> {
    /// Reads a declaration; nothing where it is no rule, or not a whole one.
    pub(crate) fn read(tree: &'p Tree, item: &'p Item) -> Option<Self> {
        let ItemKind::Rule { name, body } = item.kind else { return None };
        let mut rule = RuleParts::default();
        for entry in item.nodes.entries(body.entries) {
            rule.take(tree, &item.nodes, entry);
        }
        Some(Self {
            name: tree.string(name),
            description: rule.description,
            queue: rule.queue?,
            priority: rule.priority,
            enabled: !rule.disabled,
            was: rule.was,
            when: Place { tree, item, expr: item.nodes.expr(rule.when?) },
        })
    }
}

/// What tells a rule from all others.
fn identity<'p>(tree: &'p Tree, item: &Item) -> Option<(Queue<'p>, Cow<'p, str>)> {
    let ItemKind::Rule { name, body } = item.kind else { return None };
    let queue = item.nodes.entries(body.entries).iter().find_map(|entry| match entry.kind {
        EntryKind::Property { name, value } if tree.name(name) == "queue" => {
            queue(tree, &item.nodes, item.nodes.value(value))
        }
        _ => None,
    });
    Some((queue?, tree.string(name)))
}

fn queue<'p>(tree: &'p Tree, nodes: &Nodes, value: &Value) -> Option<Queue<'p>> {
    match value.kind {
        ValueKind::String => Some(Queue::Name(tree.string(Text(value.range)))),
        ValueKind::Call(parts) => nodes.values(parts).last().map(|id| Queue::Id(tree.string(Text(id.range)))),
        _ => None,
    }
}

/// A rule's declaration with what it is ordered by.
struct Keyed<'p> {
    /// A number of its queue.
    queue: u32,
    /// The first bytes of its name: most often these tell.
    start: u64,
    name: Cow<'p, str>,
    declaration: (&'p Tree, &'p Item),
}

/// The first bytes of a text, as a number that is ordered as they are.
fn first_bytes(text: &str) -> u64 {
    let bytes = text.bytes().chain(std::iter::repeat(0));
    bytes.take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}

#[derive(Default)]
struct RuleParts<'p> {
    description: Option<Cow<'p, str>>,
    queue: Option<Queue<'p>>,
    priority: i64,
    disabled: bool,
    was: Option<(Option<Cow<'p, str>>, Cow<'p, str>)>,
    when: Option<ExprId>,
}

impl<'p> RuleParts<'p> {
    fn take(&mut self, tree: &'p Tree, nodes: &Nodes, entry: &Entry) {
        let (name, value) = match entry.kind {
            EntryKind::When { expr } => {
                self.when = Some(expr);
                return;
            }
            EntryKind::Property { name, value } => (tree.name(name), nodes.value(value)),
            _ => return,
        };
        let text = || tree.string(Text(value.range));
        match (name, value.kind) {
            ("description", ValueKind::String) => self.description = Some(text()),
            ("queue", _) => self.queue = queue(tree, nodes, value),
            ("priority", ValueKind::Int(priority)) => self.priority = priority,
            ("enabled", ValueKind::Bool(enabled)) => self.disabled = !enabled,
            ("was", ValueKind::String) => self.was = Some((None, text())),
            ("was", ValueKind::Moved(parts)) => {
                if let [queue, name] = nodes.values(parts) {
                    self.was = Some((Some(tree.string(Text(queue.range))), tree.string(Text(name.range))));
                }
            }
            _ => {}
        }
    }
}

impl Program {
    /// The rules of the program, by queue and name: the same in whichever order the files are read. Meant for a
    /// program that was checked without errors; of another, broken rules are left out.
    pub fn rules(&self) -> Vec<Rule<'_>> {
        self.rule_items().into_iter().filter_map(|(tree, item)| Rule::read(tree, item)).collect()
    }

    /// The declarations of the rules, by queue and name. Much smaller than the rules themselves.
    pub(crate) fn rule_items(&self) -> Vec<(&Tree, &Item)> {
        // There are few queues: they are put in order once, and rules by their numbers.
        let mut queues: FxHashMap<Queue<'_>, u32> = FxHashMap::default();
        let mut keyed = Vec::new();
        for (tree, item) in self.trees().flat_map(|tree| tree.items.iter().map(move |item| (tree, item))) {
            let Some((queue, name)) = identity(tree, item) else { continue };
            let next = u32::try_from(queues.len()).unwrap_or(u32::MAX);
            keyed.push(Keyed {
                queue: *queues.entry(queue).or_insert(next),
                start: first_bytes(&name),
                name,
                declaration: (tree, item),
            });
        }
        let mut order: Vec<(Queue<'_>, u32)> = queues.into_iter().collect();
        order.sort_unstable();
        let mut ranks = vec![0; order.len()];
        for (rank, (_, queue)) in (0..).zip(order) {
            if let Some(place) = ranks.get_mut(queue as usize) {
                *place = rank;
            }
        }
        for one in &mut keyed {
            one.queue = ranks.get(one.queue as usize).copied().unwrap_or(0);
        }
        keyed.sort_by(|a, b| (a.queue, a.start, &a.name).cmp(&(b.queue, b.start, &b.name)));
        keyed.into_iter().map(|one| one.declaration).collect()
    }

    /// Lowers a condition of this program to a target.
    pub fn lower(&self, place: Place<'_>, builder: &mut impl ExpressionBuilder) {
        lower(place, &ProgramScope(self), builder);
    }
}

struct ProgramScope<'p>(&'p Program);

impl<'p> Scope<'p> for ProgramScope<'p> {
    fn field<'a>(&'a self, attribute: &'a str) -> &'a str {
        self.0.symbols().attribute(attribute).map_or(attribute, |found| found.field)
    }

    fn skill<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.symbols().skill_platform_name(name)
    }

    fn bare<'a>(&'a self, name: &'a str) -> Bare<'a, 'p> {
        let symbols = self.0.symbols();
        match symbols.condition_or_field(name) {
            Some(Ok(condition)) => match self.0.item(condition) {
                Some((tree, item)) => match item.kind {
                    ItemKind::Condition { expr, .. } => {
                        Bare::Condition(Place { tree, item, expr: item.nodes.expr(expr) })
                    }
                    _ => Bare::Field(name),
                },
                None => Bare::Field(name),
            },
            Some(Err(field)) => Bare::Field(field),
            None => Bare::Field(name),
        }
    }
}
