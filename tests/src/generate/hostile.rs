//! Rules and records that look for differences between engines: odd texts, the ends of numbers, regular expressions that
//! engines read apart, conditions on values of another type.

use genesys_model::{Condition, ConditionOperator, Expression, QueueRef, RuleBody, Scalar};
use rule_backtest::sql::{Column, ColumnType};
use rule_eval::{Attribute, Interaction};

use super::Choices;

const TEXTS: [&str; 56] = [
    "",
    "a",
    "A",
    "b",
    "ab",
    "ba",
    "en",
    "EN",
    "é",
    "e\u{301}",
    "É",
    "ſ",
    "s",
    "S",
    "k",
    "\u{212A}",
    "ß",
    "ss",
    "٣",
    "3",
    "\n",
    "a\n",
    "\na",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "'",
    "''",
    "\"",
    "\\",
    "\\\\'",
    "\\n",
    "${x}",
    "${env:HOME}",
    "$",
    "%",
    "_",
    "a%b",
    " ",
    "a ",
    "\t",
    "\u{A0}",
    "日本",
    "😀",
    "\u{FEFF}",
    "\u{10FFFF}",
    "\0",
    "a\0b",
    "VIP-7",
    "vip x",
    "NULL",
    "--",
    "/*",
    "`",
    "[a]",
];

const PIECES: [&str; 62] = [
    "a",
    "b",
    "é",
    "日",
    "😀",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    ".",
    "(?s:.)",
    "[^a]",
    "[a-z]",
    "(?i:k)",
    "(?i:ſ)",
    "(?i:É)",
    "(?i:vip)",
    "\\p{Greek}",
    "\\p{Lu}",
    "\\PL",
    "^",
    "$",
    "\\A",
    "\\z",
    "(?m:^)",
    "(?m:$)",
    "\\b",
    "\\B",
    "(?-u:\\b)",
    "(?-u:\\w)",
    "\\b{start}",
    "\\b{end-half}",
    "\\n",
    "\\r",
    "\\x00",
    "\\\\",
    "'",
    "\"",
    "\\$",
    "\\{",
    "\\[",
    "[\\]\\-^]",
    "[a-e&&[^b]]",
    "[[:alpha:]]",
    "[[:^space:]]",
    "\\x{1F600}",
    "[\\x{FFFF}-\\x{10FFFF}]",
    "\\x{85}",
    "-",
    "#",
    " ",
    "\\t",
    "`",
    "%",
    "_",
    "",
    "(?:)",
    "VIP-\\d",
    "~",
    "\\x{2028}",
];

const QUANTIFIERS: [&str; 14] =
    ["", "", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{0}", "*?", "{0,2}", "{2,}"];

const INTEGERS: [i64; 19] = [
    0,
    1,
    -1,
    4,
    5,
    6,
    i64::MIN,
    i64::MIN + 1,
    i64::MAX,
    i64::MAX - 1,
    1 << 53,
    (1 << 53) + 1,
    (1 << 53) - 1,
    -(1 << 53) - 1,
    -(1 << 53),
    1 << 31,
    1 << 32,
    -(1 << 31),
    (1 << 62) + 1,
];

const FLOATS: [f64; 24] = [
    0.0,
    -0.0,
    0.1,
    0.5,
    -0.5,
    4.5,
    5.0,
    -4.5,
    5e-324,
    -5e-324,
    1e308,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    9_007_199_254_740_992.0,
    9_007_199_254_740_994.0,
    -9_007_199_254_740_992.0,
    9_223_372_036_854_775_808.0,
    -9_223_372_036_854_775_808.0,
    9_223_372_036_854_777_856.0,
    -9_223_372_036_854_777_856.0,
    9_223_372_036_854_774_784.0,
    1e-7,
    123_456.789,
];

/// The attributes, with columns whose names want quoting.
pub fn columns() -> Vec<Column> {
    [
        ("flag", "flag", ColumnType::Bool),
        ("count", "Order By \"it\"", ColumnType::Int),
        ("number", "number", ColumnType::Int),
        ("score", "sc`ore", ColumnType::Float),
        ("ratio", "a.b", ColumnType::Float),
        ("text", "text'", ColumnType::String),
        ("record", "record", ColumnType::String),
        ("skill", "select", ColumnType::Set),
    ]
    .map(|(field, name, column_type)| Column { field: field.to_owned(), name: name.to_owned(), column_type })
    .to_vec()
}

/// One to three odd texts after each other.
pub fn text(choices: &mut Choices) -> String {
    (0..*choices.pick(&[1, 1, 1, 2, 3])).map(|_| *choices.pick(&TEXTS)).collect()
}

/// A regular expression that Rust's engine takes.
pub fn pattern(choices: &mut Choices) -> String {
    loop {
        let pattern = branch(choices, 2);
        if regex::RegexBuilder::new(&pattern).size_limit(1 << 20).build().is_ok() {
            return pattern;
        }
    }
}

fn branch(choices: &mut Choices, nesting: usize) -> String {
    let mut pattern = String::new();
    for _ in 0..=choices.below(3) {
        let piece = if nesting > 0 && choices.chance(1, 4) {
            let other = branch(choices, nesting - 1);
            format!("({}|{other})", branch(choices, nesting - 1))
        } else {
            (*choices.pick(&PIECES)).to_owned()
        };
        pattern.push_str(&piece);
        pattern.push_str(choices.pick::<&str>(&QUANTIFIERS));
    }
    pattern
}

/// An integer: special, near a special one, or small.
pub fn integer(choices: &mut Choices) -> i64 {
    let near = *choices.pick(&INTEGERS);
    match choices.below(3) {
        0 => near.saturating_add(choices.between(-2, 2)),
        1 => choices.between(-6, 6),
        _ => near,
    }
}

/// A finite float: special, next to a special one, or near an integer.
pub fn float(choices: &mut Choices) -> f64 {
    let near = *choices.pick(&FLOATS);
    let float = match choices.below(4) {
        0 => near.next_up(),
        1 => near.next_down(),
        #[expect(clippy::cast_precision_loss, reason = "floats near integers are wanted")]
        2 => integer(choices) as f64,
        _ => near,
    };
    if float.is_finite() { float } else { near }
}

fn scalar(column_type: ColumnType, choices: &mut Choices) -> Scalar {
    // Now and then of another type, which compares as nothing.
    let column_type = if choices.chance(1, 12) {
        *choices.pick(&[ColumnType::Bool, ColumnType::Int, ColumnType::Float, ColumnType::String])
    } else {
        column_type
    };
    match column_type {
        ColumnType::Bool => Scalar::Bool(choices.chance(1, 2)),
        ColumnType::Int | ColumnType::Float if choices.chance(1, 2) => Scalar::Int(integer(choices)),
        ColumnType::Int | ColumnType::Float => Scalar::Float(float(choices)),
        ColumnType::String | ColumnType::Set => Scalar::String(text(choices)),
    }
}

/// A condition with any operator on any attribute.
pub fn condition(columns: &[Column], choices: &mut Choices) -> Expression {
    let column = choices.pick(columns);
    let operator = match column.column_type {
        ColumnType::String if choices.chance(1, 2) => ConditionOperator::Regex,
        _ => *choices.pick(&ConditionOperator::ALL),
    };
    match operator {
        ConditionOperator::Exists | ConditionOperator::NotExists if choices.chance(1, 2) => {
            Condition::bare(&column.field, operator).into()
        }
        ConditionOperator::Regex => Condition::new(&column.field, operator, pattern(choices)).into(),
        _ => Condition::new(&column.field, operator, scalar(column.column_type, choices)).into(),
    }
}

fn expression(columns: &[Column], choices: &mut Choices, nesting: usize) -> Expression {
    if nesting == 0 || choices.chance(1, 3) {
        return condition(columns, choices);
    }
    let children = |choices: &mut Choices, least: usize| {
        (0..least + choices.below(2)).map(|_| expression(columns, choices, nesting - 1)).collect()
    };
    match choices.below(5) {
        0 => Expression::Not(Box::new(expression(columns, choices, nesting - 1))),
        1 | 2 => Expression::And(children(choices, 1)),
        _ => Expression::Or(children(choices, 1)),
    }
}

/// A rule whose name and queue are odd texts.
pub fn rule(columns: &[Column], choices: &mut Choices) -> RuleBody {
    RuleBody {
        name: text(choices),
        description: None,
        queue: QueueRef::Name(text(choices)),
        priority: choices.between(0, 2),
        enabled: choices.chance(5, 6),
        expression: expression(columns, choices, 3),
        was: None,
    }
}

/// A record in which an attribute may be missing. `literals` are values that rules compare with, some of which it has.
pub fn record(columns: &[Column], literals: &[Scalar], choices: &mut Choices) -> Interaction {
    let mut record = Interaction::new();
    for column in columns {
        if choices.chance(1, 5) {
            continue;
        }
        let near = (!literals.is_empty() && choices.chance(1, 3)).then(|| choices.pick(literals));
        let value: Attribute = match (column.column_type, near) {
            (ColumnType::Bool, _) => choices.chance(1, 2).into(),
            (ColumnType::Int, Some(Scalar::Int(number))) => {
                number.saturating_add(choices.between(-1, 1)).into()
            }
            #[expect(clippy::cast_possible_truncation, reason = "any integer near it will do")]
            (ColumnType::Int, Some(Scalar::Float(number))) => {
                (*number as i64).saturating_add(choices.between(-1, 1)).into()
            }
            (ColumnType::Int, _) => integer(choices).into(),
            (ColumnType::Float, Some(Scalar::Float(number))) => (*number).into(),
            #[expect(clippy::cast_precision_loss, reason = "a float near it is wanted")]
            (ColumnType::Float, Some(Scalar::Int(number))) => (*number as f64).into(),
            (ColumnType::Float, _) if choices.chance(1, 12) => {
                (*choices.pick(&[f64::INFINITY, f64::NEG_INFINITY])).into()
            }
            (ColumnType::Float, _) => float(choices).into(),
            (ColumnType::String, Some(Scalar::String(near))) => near.as_str().into(),
            (ColumnType::String, _) => text(choices).into(),
            (ColumnType::Set, near) => {
                let mut members: Vec<_> = (0..choices.below(3)).map(|_| text(choices)).collect();
                if let Some(Scalar::String(near)) = near {
                    members.push(near.clone());
                }
                members.into()
            }
        };
        record.set(&column.field, value);
    }
    record
}

/// The values that rules compare with.
pub fn literals(rules: &[RuleBody]) -> Vec<Scalar> {
    let conditions =
        rules.iter().flat_map(|rule| rule.expression.walk()).filter_map(|(node, _)| match node {
            Expression::Condition(condition) => condition.value.clone(),
            _ => None,
        });
    conditions.collect()
}
