//! From a checked condition to a target's tree, through one builder: what is evaluated and what is sent come from
//! the same walk and cannot drift apart.

use std::borrow::Cow;

use genesys_model::ConditionOperator;
use rule_lang::tree::{Expr, ExprKind, Item, Logic, Name, Operator, Value, ValueKind};
use rule_lang::{Span, Tree};

/// The groups of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Group {
    /// All children hold.
    And,
    /// At least one child holds.
    Or,
    /// The one child does not hold.
    Not,
}

impl From<Logic> for Group {
    fn from(op: Logic) -> Self {
        match op {
            Logic::And => Self::And,
            Logic::Or => Self::Or,
        }
    }
}

/// A value that is sent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ScalarRef<'a> {
    /// Text.
    String(&'a str),
    /// An integer; durations are seconds.
    Int(i64),
    /// A finite float.
    Float(f64),
    /// True or false.
    Bool(bool),
}

/// What a target builds its tree with. Calls come in the order of the text: a group is opened, its children follow,
/// it is closed.
pub trait ExpressionBuilder {
    /// A group starts.
    fn open(&mut self, group: Group);
    /// A comparison. `origin` is where the author wrote it; several comparisons may come from one place.
    fn condition(
        &mut self,
        origin: Span,
        field: &str,
        operator: ConditionOperator,
        value: Option<ScalarRef<'_>>,
    );
    /// The group that was opened last ends.
    fn close(&mut self);
}

/// What lowering asks of the program's names.
pub trait Scope<'p> {
    /// The platform's name of an attribute.
    fn field<'a>(&'a self, attribute: &'a str) -> &'a str;
    /// The platform's name of a declared skill.
    fn skill<'a>(&'a self, name: &'a str) -> &'a str;
    /// What a name that stands alone means.
    fn bare<'a>(&'a self, name: &'a str) -> Bare<'a, 'p>;
}

/// What a name that stands alone means.
#[derive(Clone, Copy, Debug)]
pub enum Bare<'a, 'p> {
    /// The condition of this name.
    Condition(Place<'p>),
    /// An attribute, by the platform's name for it.
    Field(&'a str),
}

/// An expression and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The file.
    pub tree: &'p Tree,
    /// The item.
    pub item: &'p Item,
    /// The expression.
    pub expr: &'p Expr,
}

/// Expressions side by side that are still to be lowered.
struct Level<'p> {
    tree: &'p Tree,
    item: &'p Item,
    rest: std::slice::Iter<'p, Expr>,
    /// The logic of the group that they join.
    outer: Option<Logic>,
    /// Whether a group ends with them.
    closes: bool,
}

impl<'p> Level<'p> {
    /// A lone expression.
    fn one(place: Place<'p>, outer: Option<Logic>) -> Self {
        let Place { tree, item, expr } = place;
        Self { tree, item, rest: std::slice::from_ref(expr).iter(), outer, closes: false }
    }
}

/// Lowers a condition of a program that was checked without errors. The walk keeps its own stack: a chain of named
/// conditions may be long.
pub fn lower<'p>(place: Place<'p>, scope: &impl Scope<'p>, builder: &mut impl ExpressionBuilder) {
    let mut levels = Vec::with_capacity(8);
    levels.push(Level::one(place, None));
    while let Some(level) = levels.last_mut() {
        let Some(expr) = level.rest.next() else {
            if level.closes {
                builder.close();
            }
            levels.pop();
            continue;
        };
        let Level { tree, item, outer, .. } = *level;
        let place = Place { tree, item, expr };
        match expr.kind {
            ExprKind::Group { inner } => {
                levels.push(Level::one(Place { expr: item.nodes.expr(inner), ..place }, outer));
            }
            ExprKind::Not { operand } => {
                builder.open(Group::Not);
                let operand = Place { expr: item.nodes.expr(operand), ..place };
                levels.push(Level { closes: true, ..Level::one(operand, None) });
            }
            ExprKind::Logic { op, children } => {
                let closes = outer != Some(op);
                if closes {
                    builder.open(op.into());
                }
                let rest = item.nodes.exprs(children).iter();
                levels.push(Level { tree, item, rest, outer: Some(op), closes });
            }
            ExprKind::Name(name) => {
                let name = tree.name(name);
                match scope.bare(name) {
                    Bare::Condition(named) => levels.push(Level::one(named, outer)),
                    Bare::Field(field) => {
                        let truth = Some(ScalarRef::Bool(true));
                        builder.condition(tree.span(expr.range), field, ConditionOperator::Eq, truth);
                    }
                }
            }
            ExprKind::Presence { attribute, present } => {
                let operator = if present { ConditionOperator::Exists } else { ConditionOperator::NotExists };
                builder.condition(tree.span(expr.range), scope.field(tree.name(attribute)), operator, None);
            }
            ExprKind::Compare { attribute, operator, value, .. } => {
                compare(&place, scope, builder, attribute, operator, item.nodes.value(value));
            }
            ExprKind::Membership { attribute, negated, set } => {
                membership(&place, scope, builder, attribute, negated, item.nodes.value(set), outer);
            }
        }
    }
}

fn compare<'p>(
    place: &Place<'p>,
    scope: &impl Scope<'p>,
    builder: &mut impl ExpressionBuilder,
    attribute: Name,
    operator: Operator,
    value: &Value,
) {
    let tree = place.tree;
    let field = scope.field(tree.name(attribute));
    let sent = match operator {
        Operator::Eq => ConditionOperator::Eq,
        Operator::Neq => ConditionOperator::Neq,
        Operator::Gt => ConditionOperator::Gt,
        Operator::Gte => ConditionOperator::Gte,
        Operator::Lt => ConditionOperator::Lt,
        Operator::Lte => ConditionOperator::Lte,
        Operator::Has => ConditionOperator::Exists,
        Operator::Lacks => ConditionOperator::NotExists,
        Operator::Contains => ConditionOperator::Contains,
        Operator::Matches | Operator::StartsWith | Operator::EndsWith => ConditionOperator::Regex,
    };
    let mut emit =
        |value: ScalarRef<'_>| builder.condition(tree.span(place.expr.range), field, sent, Some(value));
    match (operator, value.kind) {
        (Operator::Matches, _) => emit(ScalarRef::String(&tree.regex(value.range))),
        (Operator::StartsWith, _) => {
            emit(ScalarRef::String(&format!("^{}", regex::escape(&text(tree, scope, value)))));
        }
        (Operator::EndsWith, _) => {
            emit(ScalarRef::String(&format!("{}$", regex::escape(&text(tree, scope, value)))));
        }
        _ => scalar(tree, scope, value, emit),
    }
}

/// `in` is sent as the comparisons that it stands for.
fn membership<'p>(
    place: &Place<'p>,
    scope: &impl Scope<'p>,
    builder: &mut impl ExpressionBuilder,
    attribute: Name,
    negated: bool,
    set: &Value,
    outer: Option<Logic>,
) {
    let (tree, origin) = (place.tree, place.tree.span(place.expr.range));
    let field = scope.field(tree.name(attribute));
    let (items, op, operators) = match set.kind {
        ValueKind::List(items) if negated => (items, Logic::And, [ConditionOperator::Neq; 2]),
        ValueKind::List(items) => (items, Logic::Or, [ConditionOperator::Eq; 2]),
        ValueKind::Range(bounds) => (bounds, Logic::And, [ConditionOperator::Gte, ConditionOperator::Lte]),
        // The checker has refused anything else.
        _ => return,
    };
    let is_range = matches!(set.kind, ValueKind::Range(_));
    let not = negated && is_range;
    if not {
        builder.open(Group::Not);
    }
    let opens = items.len() > 1 && (not || outer != Some(op));
    if opens {
        builder.open(op.into());
    }
    let [first, rest] = operators;
    for (at, item) in place.item.nodes.values(items).iter().enumerate() {
        let operator = if at == 0 { first } else { rest };
        scalar(tree, scope, item, |value| builder.condition(origin, field, operator, Some(value)));
    }
    if opens {
        builder.close();
    }
    if not {
        builder.close();
    }
}

/// Hands on a literal as it is sent.
fn scalar<'p>(tree: &Tree, scope: &impl Scope<'p>, value: &Value, emit: impl FnOnce(ScalarRef<'_>)) {
    match value.kind {
        ValueKind::Int(number) | ValueKind::Duration(number) => emit(ScalarRef::Int(number)),
        ValueKind::Float(number) => emit(ScalarRef::Float(number)),
        ValueKind::Bool(truth) => emit(ScalarRef::Bool(truth)),
        _ => emit(ScalarRef::String(&text(tree, scope, value))),
    }
}

/// The text that a string, or a skill's name, stands for.
fn text<'a, 'p>(tree: &'a Tree, scope: &'a impl Scope<'p>, value: &Value) -> Cow<'a, str> {
    match value.kind {
        ValueKind::Name => Cow::Borrowed(scope.skill(tree.text(value.range))),
        _ => tree.string(rule_lang::tree::Text(value.range)),
    }
}
