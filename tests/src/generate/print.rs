//! A generated structure as text, in one of the many ways in which an author may write it.

use std::fmt::Write as _;

use rule_lang::tree::Operator;

use super::choices::Choices;
use super::shape::{Cond, Literal, Program, Set, Ty};

/// A string literal that stands for `text`; which escapes it uses is chosen.
pub fn string(text: &str, choices: &mut Choices) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '/' if choices.chance(1, 3) => out.push_str("\\/"),
            control if control < ' ' => write!(out, "\\u{:04x}", control as u32).expect("a string takes it"),
            other if choices.chance(1, 16) => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04X}").expect("a string takes it");
                }
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A literal.
pub fn literal(program: &Program, literal: &Literal, choices: &mut Choices) -> String {
    match literal {
        Literal::String(text) => string(text, choices),
        Literal::Int(number) if number.unsigned_abs() >= 1000 && choices.chance(1, 3) => grouped(*number),
        Literal::Int(number) => number.to_string(),
        Literal::Duration(number, unit) => format!("{number}{unit}"),
        Literal::Float(number) if choices.chance(1, 6) => format!("{number:.3e}"),
        Literal::Float(number) => format!("{number:?}"),
        Literal::Bool(truth) => truth.to_string(),
        Literal::Regex(pattern) => format!("/{}/", pattern.replace('/', "\\/")),
        Literal::Skill(number) => {
            let (name, platform_name) = &program.skills[*number];
            // A string is the platform's name, a bare name the program's.
            if choices.chance(1, 4) { string(platform_name, choices) } else { name.clone() }
        }
    }
}

/// With `_` before every three digits.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// A list in brackets.
pub fn list(items: &[String], choices: &mut Choices) -> String {
    match choices.below(4) {
        1 if !items.is_empty() => format!("[{},]", items.join(", ")),
        2 => format!("[ {} ]", items.join(" , ")),
        3 => format!("[\n    {}\n  ]", items.join(",\n    ")),
        _ => format!("[{}]", items.join(", ")),
    }
}

/// A condition.
pub fn condition(program: &Program, cond: &Cond, choices: &mut Choices) -> String {
    match cond {
        Cond::And(children) => logic(program, "and", children, choices),
        Cond::Or(children) => logic(program, "or", children, choices),
        Cond::Not(inner) => format!("not {}", operand(program, inner, choices)),
        Cond::Group(inner) if choices.chance(1, 8) => {
            format!("(\n    {}\n  )", condition(program, inner, choices))
        }
        Cond::Group(inner) => format!("({})", condition(program, inner, choices)),
        Cond::Named(number) => program.conditions[*number].0.clone(),
        Cond::Bare(attribute) => program.attributes[*attribute].name.clone(),
        Cond::Presence(attribute, present) => {
            let name = &program.attributes[*attribute].name;
            if *present { format!("{name} exists") } else { format!("{name} not exists") }
        }
        Cond::In(attribute, negated, set) => {
            let name = &program.attributes[*attribute].name;
            let set = match set {
                Set::List(items) => {
                    let items: Vec<_> = items.iter().map(|item| literal(program, item, choices)).collect();
                    list(&items, choices)
                }
                Set::Range(low, high) => {
                    let (low, high) = (literal(program, low, choices), literal(program, high, choices));
                    if choices.chance(1, 4) { format!("{low} .. {high}") } else { format!("{low}..{high}") }
                }
            };
            format!("{name} {}in {set}", if *negated { "not " } else { "" })
        }
        Cond::Compare(attribute, operator, value) => {
            let name = &program.attributes[*attribute].name;
            let value = literal(program, value, choices);
            let tight = !matches!(
                operator,
                Operator::Has
                    | Operator::Lacks
                    | Operator::Contains
                    | Operator::Matches
                    | Operator::StartsWith
                    | Operator::EndsWith
            );
            let space = if tight && choices.chance(1, 8) { "" } else { " " };
            format!("{name}{space}{}{space}{value}", operator.as_str())
        }
    }
}

fn logic(program: &Program, word: &str, children: &[Cond], choices: &mut Choices) -> String {
    let children: Vec<_> = children.iter().map(|child| operand(program, child, choices)).collect();
    let between = if choices.chance(1, 3) { format!("\n    {word} ") } else { format!(" {word} ") };
    children.join(&between)
}

fn operand(program: &Program, cond: &Cond, choices: &mut Choices) -> String {
    let text = condition(program, cond, choices);
    if matches!(cond, Cond::And(_) | Cond::Or(_)) { format!("({text})") } else { text }
}

/// A type.
pub fn ty(ty: &Ty, choices: &mut Choices) -> String {
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Int(None) => "int".to_owned(),
        Ty::Int(Some((low, high))) => format!("int {low}..{high}"),
        Ty::Float => "float".to_owned(),
        Ty::String => "string".to_owned(),
        Ty::Enum(values) => {
            let values: Vec<_> = values.iter().map(|value| string(value, choices)).collect();
            format!("enum{}", list(&values, choices))
        }
        Ty::Set => "set".to_owned(),
    }
}

/// A block of properties and other entries, with line ends or commas between; nothing where there are none and
/// the block may be left out.
pub fn block(entries: &[String], required: bool, choices: &mut Choices) -> String {
    if entries.is_empty() && !required {
        return String::new();
    }
    match choices.below(4) {
        1 => format!(" {{ {} }}", entries.join(", ")),
        2 => format!(" {{\n  {},\n}}", entries.join(",\n  ")),
        _ => format!(" {{\n  {}\n}}", entries.join("\n  ")),
    }
}
