//! W0204: comparisons of one attribute that can never, or must always, hold together.
//!
//! Each comparison is a set of what an attribute may be: missing, or one of some values. Under `and` the sets are
//! intersected, under `or` united; an empty intersection never holds, a full union always does. A missing attribute
//! counts as one more value, so `x >= 5 or x < 5` is no tautology. What is not understood is taken as all values under
//! `and` and as none under `or`: the lint never claims what is not so.

use rule_lang::tree::{Expr, ExprKind, Logic, Operator, Text, Value, ValueKind};
use rule_lang::{TextRange, codes};
use std::borrow::Cow;

use super::Operand;
use crate::check::Context;
use crate::symbols::{Meaning, Space};
use crate::types::AttributeType;

/// More comparisons of one attribute in one group are not looked at.
const MOST: usize = 64;

/// Up to so many operands are sorted in place.
const FEW: usize = 16;

/// What an attribute may be.
#[derive(Clone, PartialEq, Debug)]
struct Possible<'a> {
    missing: bool,
    values: Values<'a>,
}

#[derive(Clone, PartialEq, Debug)]
enum Values<'a> {
    /// Inclusive, ascending, apart: integers, or the ranks of floats.
    Numbers(Vec<(i128, i128)>),
    Only(Vec<Cow<'a, str>>),
    AllBut(Vec<Cow<'a, str>>),
}

/// The kinds of values that are told apart.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Domain {
    Integers,
    Floats,
    Booleans,
    Strings,
    /// One member of a set: there or not.
    Member,
    /// A named condition: it holds or not, and is never missing.
    Condition,
}

impl Domain {
    fn all<'a>(self) -> Values<'a> {
        match self {
            Self::Strings => Values::AllBut(Vec::new()),
            _ => Values::Numbers(vec![self.bounds()]),
        }
    }

    fn none<'a>(self) -> Values<'a> {
        match self {
            Self::Strings => Values::Only(Vec::new()),
            _ => Values::Numbers(Vec::new()),
        }
    }

    fn bounds(self) -> (i128, i128) {
        match self {
            Self::Integers => (i128::from(i64::MIN), i128::from(i64::MAX)),
            Self::Floats => (rank(f64::MIN), rank(f64::MAX)),
            Self::Booleans | Self::Member | Self::Condition | Self::Strings => (0, 1),
        }
    }
}

/// Looks for contradictions under `and`, and for tautologies under `or`.
pub(super) fn check(cx: &mut Context<'_>, op: Logic, operands: &[Operand<'_>]) {
    let mut few = [("", 0); FEW];
    let mut many = Vec::new();
    let named = if let Some(few) = few.get_mut(..operands.len()) {
        few
    } else {
        many.resize(operands.len(), ("", 0));
        many.as_mut_slice()
    };
    for ((at, operand), place) in operands.iter().enumerate().zip(named.iter_mut()) {
        // Groups, which are about no single name, come first and are left out below.
        *place = (subject(cx, operand.expr).unwrap_or(""), at);
    }
    named.sort_unstable();
    for group in named.chunk_by(|one, other| one.0 == other.0) {
        let is_group = group.first().is_some_and(|(name, _)| name.is_empty());
        if (2..=MOST).contains(&group.len()) && !is_group {
            let exprs: Vec<&Expr> =
                group.iter().filter_map(|(_, at)| operands.get(*at)).map(|operand| operand.expr).collect();
            if let Some((name, _)) = group.first() {
                judge(cx, op, name, &exprs);
            }
        }
    }
}

/// Whether two operands may be about one name, told by the names' lengths and ends; and how many are groups, which are
/// about no single name.
pub(super) fn subjects(cx: &Context<'_>, operands: &[Operand<'_>]) -> (bool, usize) {
    let mut seen = [0; FEW];
    // A bit for each key, by which most are told from all earlier ones.
    let mut bits = 0_u64;
    let mut groups = 0;
    for (at, operand) in operands.iter().enumerate() {
        let Some((earlier, [place, ..])) = seen.split_at_mut_checked(at) else { return (true, groups) };
        let Some(name) = subject(cx, operand.expr) else {
            groups += 1;
            continue;
        };
        // No name is empty, so no key is zero.
        let key = key(name.as_bytes());
        let bit = 1 << (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58);
        if bits & bit != 0 && earlier.contains(&key) {
            return (true, groups);
        }
        bits |= bit;
        *place = key;
    }
    (false, groups)
}

/// The length of a name, its first and its last three bytes.
fn key(name: &[u8]) -> u64 {
    let byte = |at: usize| name.get(at).copied().map_or(0, u64::from);
    let last = name.len().wrapping_sub(1);
    let bytes = [0, 1, 2, last.wrapping_sub(2), last.wrapping_sub(1), last];
    bytes.into_iter().fold(name.len() as u64, |key, at| key << 8 | byte(at))
}

/// The name that a comparison, or a negated one, is about.
fn subject<'a>(cx: &Context<'a>, expr: &Expr) -> Option<&'a str> {
    match without_negation(cx, expr).0.kind {
        ExprKind::Compare { attribute, .. }
        | ExprKind::Presence { attribute, .. }
        | ExprKind::Membership { attribute, .. } => Some(cx.text(attribute.0)),
        ExprKind::Name(name) => Some(cx.text(name.0)),
        ExprKind::Logic { .. } | ExprKind::Not { .. } | ExprKind::Group { .. } => None,
    }
}

/// A comparison, and whether it is negated.
fn without_negation<'e>(cx: &'e Context<'_>, expr: &'e Expr) -> (&'e Expr, bool) {
    let nodes = &cx.item.nodes;
    let (mut expr, mut negated) = (expr, false);
    loop {
        match expr.kind {
            ExprKind::Not { operand } => {
                negated = !negated;
                expr = nodes.expr(operand);
            }
            ExprKind::Group { inner } => expr = nodes.expr(inner),
            _ => return (expr, negated),
        }
    }
}

fn judge(cx: &mut Context<'_>, op: Logic, name: &str, exprs: &[&Expr]) {
    let Some((_, slot)) = cx.symbols.table(Space::Names).declared(name) else { return };
    let domain = match &slot.meaning {
        Meaning::Condition => Domain::Condition,
        Meaning::Attribute(ty) => match &**ty {
            AttributeType::Bool => Domain::Booleans,
            AttributeType::Int(_) => Domain::Integers,
            AttributeType::Float => Domain::Floats,
            AttributeType::String | AttributeType::Enum(_) => Domain::Strings,
            AttributeType::Set => Domain::Member,
        },
        _ => return,
    };
    if domain != Domain::Member {
        combine(cx, op, domain, None, exprs);
        return;
    }
    let mut members: Vec<Cow<'_, str>> = Vec::new();
    for expr in exprs {
        if let ExprKind::Compare { value, .. } = without_negation(cx, expr).0.kind
            && let Some(member) = member(cx, name, cx.item.nodes.value(value))
            && !members.contains(&member)
        {
            members.push(member);
        }
    }
    if members.is_empty() {
        // Only whether the set is there.
        members.push(Cow::Borrowed(""));
    }
    for member in members {
        if combine(cx, op, domain, Some(&member), exprs) {
            return;
        }
    }
}

fn member<'a>(cx: &Context<'a>, name: &str, value: &Value) -> Option<Cow<'a, str>> {
    match value.kind {
        ValueKind::String => Some(cx.tree.string(Text(value.range))),
        ValueKind::Name if name == "skill" => {
            Some(Cow::Borrowed(cx.symbols.skill_platform_name(cx.text(value.range))))
        }
        _ => None,
    }
}

/// Puts the comparisons together, in the order of the text, until they contradict each other or leave nothing out.
fn combine(cx: &mut Context<'_>, op: Logic, domain: Domain, about: Option<&str>, exprs: &[&Expr]) -> bool {
    let upper = op == Logic::And;
    let never_missing = domain == Domain::Condition;
    let mut all = if upper {
        Possible { missing: !never_missing, values: domain.all() }
    } else {
        Possible { missing: never_missing, values: domain.none() }
    };
    let is_constant = |possible: &Possible<'_>| {
        if upper {
            !possible.missing && is_empty(&possible.values)
        } else {
            possible.missing && is_full(&possible.values, domain)
        }
    };
    let mut earlier: Vec<(TextRange, Possible<'_>)> = Vec::new();
    for expr in exprs {
        let Some(one) = possible(cx, domain, about, upper, expr) else { continue };
        all = join(&all, &one, upper);
        if !is_constant(&all) {
            earlier.push((expr.range, one));
            continue;
        }
        // One that can never hold by itself, like a range without numbers in it, is no contradiction.
        if earlier.is_empty() {
            return false;
        }
        let partner: Vec<TextRange> = earlier
            .iter()
            .filter(|(_, other)| is_constant(&join(other, &one, upper)))
            .map(|(range, _)| *range)
            .collect();
        let others: Vec<TextRange> = match partner.first() {
            Some(first) => vec![*first],
            None => earlier.iter().map(|(range, _)| *range).collect(),
        };
        report(cx, upper, expr.range, &others);
        return true;
    }
    false
}

fn report(cx: &mut Context<'_>, never: bool, range: TextRange, others: &[TextRange]) {
    let (message, label, help) = if never {
        ("these comparisons can never hold together", "never holds beside the other", "did you mean `or`?")
    } else {
        ("one of these comparisons always holds", "holds wherever the other does not", "did you mean `and`?")
    };
    let label = if others.len() == 1 {
        label.to_owned()
    } else {
        label.replace("the other does", "the others do").replace("beside the other", "beside the others")
    };
    let mut diagnostic = cx.diagnostic(&codes::CONSTANT_CONDITION, range, message).at(label).help(help);
    for other in others {
        diagnostic = diagnostic.label(*other, "with this");
    }
    cx.report(diagnostic);
}

/// What an attribute may be where a comparison holds: more than that under `and`, less under `or`, where it is not
/// known exactly. Nothing where the comparison is not about this member.
fn possible<'a>(
    cx: &Context<'a>,
    domain: Domain,
    about: Option<&str>,
    upper: bool,
    expr: &Expr,
) -> Option<Possible<'a>> {
    let (expr, negated) = without_negation(cx, expr);
    // What is not understood: the values that it may have, and whether it may hold where the attribute is missing.
    let unknown =
        |missing: bool| Possible { missing, values: if upper { domain.all() } else { domain.none() } };
    let exact = |values: Option<Values<'a>>| match values {
        Some(values) => {
            let plain = Possible { missing: false, values };
            if negated { complement(&plain, domain) } else { plain }
        }
        None => unknown(negated),
    };
    Some(match expr.kind {
        ExprKind::Name(_) => exact(Some(Values::Numbers(vec![(1, 1)]))),
        ExprKind::Presence { present, .. } => {
            let there = Possible { missing: false, values: domain.all() };
            if present == negated { complement(&there, domain) } else { there }
        }
        ExprKind::Compare { operator, value, attribute, .. } => {
            let value = cx.item.nodes.value(value);
            if domain == Domain::Member {
                let name = cx.text(attribute.0);
                let same = member(cx, name, value).is_some_and(|member| Some(&*member) == about);
                if !same {
                    return None;
                }
                let has = Possible { missing: false, values: Values::Numbers(vec![(1, 1)]) };
                let lacks = operator == Operator::Lacks;
                return Some(if lacks == negated { has } else { complement(&has, domain) });
            }
            if operator == Operator::Neq {
                // True of a missing attribute, as the negation of `==` is.
                let Some(values) = compared(cx, domain, Operator::Eq, value) else {
                    return Some(unknown(!negated));
                };
                let equal = Possible { missing: false, values };
                return Some(if negated { equal } else { complement(&equal, domain) });
            }
            exact(compared(cx, domain, operator, value))
        }
        ExprKind::Membership { negated: not_in, set, .. } => {
            let set = cx.item.nodes.value(set);
            let Some(values) = members(cx, domain, set) else { return Some(unknown(not_in != negated)) };
            let within = Possible { missing: false, values };
            if not_in == negated { within } else { complement(&within, domain) }
        }
        ExprKind::Logic { .. } | ExprKind::Not { .. } | ExprKind::Group { .. } => return None,
    })
}

fn members<'a>(cx: &Context<'a>, domain: Domain, set: &Value) -> Option<Values<'a>> {
    match set.kind {
        ValueKind::List(items) => {
            let mut all = domain.none();
            for item in cx.item.nodes.values(items) {
                all = union(&all, &compared(cx, domain, Operator::Eq, item)?);
            }
            Some(all)
        }
        ValueKind::Range(bounds) => match cx.item.nodes.values(bounds) {
            [low, high] => Some(intersection(
                &compared(cx, domain, Operator::Gte, low)?,
                &compared(cx, domain, Operator::Lte, high)?,
            )),
            _ => None,
        },
        _ => None,
    }
}

/// The values for which a comparison holds, where that is known exactly.
fn compared<'a>(cx: &Context<'a>, domain: Domain, operator: Operator, value: &Value) -> Option<Values<'a>> {
    let number = match (domain, value.kind) {
        (Domain::Strings, ValueKind::String) if operator == Operator::Eq => {
            return Some(Values::Only(vec![cx.tree.string(Text(value.range))]));
        }
        (Domain::Booleans, ValueKind::Bool(truth)) => i128::from(truth),
        (Domain::Integers, ValueKind::Int(number) | ValueKind::Duration(number)) => i128::from(number),
        #[expect(
            clippy::cast_precision_loss,
            reason = "only integers that a float holds exactly pass the guard"
        )]
        (Domain::Floats, ValueKind::Int(number) | ValueKind::Duration(number)) if number.abs() < 1 << 53 => {
            rank(number as f64)
        }
        (Domain::Floats, ValueKind::Float(number)) if number.abs() < 9e15 => rank(number),
        _ => return None,
    };
    let (least, most) = domain.bounds();
    let range = match operator {
        Operator::Eq => (number, number),
        Operator::Gt => (number + 1, most),
        Operator::Gte => (number, most),
        Operator::Lt => (least, number - 1),
        Operator::Lte => (least, number),
        _ => return None,
    };
    Some(Values::Numbers(if range.0 > range.1 { Vec::new() } else { vec![range] }))
}

/// The place of a float among all floats, so that ranges of floats are ranges of integers.
fn rank(number: f64) -> i128 {
    // Both zeros are one number.
    let bits = i128::from((number + 0.0).to_bits() & (u64::MAX >> 1));
    if number < 0.0 { -bits } else { bits }
}

fn is_empty(values: &Values<'_>) -> bool {
    match values {
        Values::Numbers(ranges) => ranges.is_empty(),
        Values::Only(strings) => strings.is_empty(),
        Values::AllBut(_) => false,
    }
}

fn is_full(values: &Values<'_>, domain: Domain) -> bool {
    match values {
        Values::Numbers(ranges) => *ranges == [domain.bounds()],
        Values::Only(_) => false,
        Values::AllBut(strings) => strings.is_empty(),
    }
}

fn complement<'a>(of: &Possible<'a>, domain: Domain) -> Possible<'a> {
    let values = match &of.values {
        Values::Only(strings) => Values::AllBut(strings.clone()),
        Values::AllBut(strings) => Values::Only(strings.clone()),
        Values::Numbers(ranges) => {
            let (mut from, most) = domain.bounds();
            let mut gaps = Vec::with_capacity(ranges.len() + 1);
            for (low, high) in ranges {
                if from < *low {
                    gaps.push((from, low - 1));
                }
                from = high + 1;
            }
            if from <= most {
                gaps.push((from, most));
            }
            Values::Numbers(gaps)
        }
    };
    Possible { missing: !of.missing, values }
}

fn join<'a>(one: &Possible<'a>, other: &Possible<'a>, upper: bool) -> Possible<'a> {
    if upper {
        Possible { missing: one.missing && other.missing, values: intersection(&one.values, &other.values) }
    } else {
        Possible { missing: one.missing || other.missing, values: union(&one.values, &other.values) }
    }
}

fn intersection<'a>(one: &Values<'a>, other: &Values<'a>) -> Values<'a> {
    use Values::{AllBut, Numbers, Only};
    match (one, other) {
        (Numbers(left), Numbers(right)) => {
            let mut both = Vec::new();
            for (low, high) in left {
                for (from, to) in right {
                    if low.max(from) <= high.min(to) {
                        both.push((*low.max(from), *high.min(to)));
                    }
                }
            }
            Numbers(both)
        }
        (Only(left), Only(right)) => Only(left.iter().filter(|one| right.contains(one)).cloned().collect()),
        (Only(some), AllBut(out)) | (AllBut(out), Only(some)) => {
            Only(some.iter().filter(|one| !out.contains(one)).cloned().collect())
        }
        (AllBut(left), AllBut(right)) => {
            AllBut(left.iter().chain(right.iter().filter(|one| !left.contains(one))).cloned().collect())
        }
        _ => one.clone(),
    }
}

fn union<'a>(one: &Values<'a>, other: &Values<'a>) -> Values<'a> {
    use Values::{AllBut, Numbers, Only};
    match (one, other) {
        (Numbers(left), Numbers(right)) => {
            let mut all: Vec<(i128, i128)> = left.iter().chain(right).copied().collect();
            all.sort_unstable();
            let mut joined: Vec<(i128, i128)> = Vec::with_capacity(all.len());
            for (low, high) in all {
                match joined.last_mut() {
                    Some(last) if low <= last.1 + 1 => last.1 = last.1.max(high),
                    _ => joined.push((low, high)),
                }
            }
            Numbers(joined)
        }
        (Only(left), Only(right)) => {
            Only(left.iter().chain(right.iter().filter(|one| !left.contains(one))).cloned().collect())
        }
        (Only(some), AllBut(out)) | (AllBut(out), Only(some)) => {
            AllBut(out.iter().filter(|one| !some.contains(one)).cloned().collect())
        }
        (AllBut(left), AllBut(right)) => {
            AllBut(left.iter().filter(|one| right.contains(one)).cloned().collect())
        }
        _ => one.clone(),
    }
}
