//! Interactions for a generated program: attributes missing, near the program's own literals, or far from them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::choices::Choices;
use super::shape::{Attribute, Cond, Literal, Program, Set, Ty, seconds};

/// An interaction as data: the platform's names of attributes, and their values. A missing one has no entry.
pub type Data = BTreeMap<String, Value>;

/// The literals that a program compares each attribute with.
pub fn hints(program: &Program) -> BTreeMap<usize, Vec<Literal>> {
    let mut hints = BTreeMap::new();
    for (_, expr) in &program.conditions {
        collect(expr, &mut hints);
    }
    for rule in &program.rules {
        collect(&rule.when, &mut hints);
    }
    hints
}

fn collect(cond: &Cond, hints: &mut BTreeMap<usize, Vec<Literal>>) {
    match cond {
        Cond::And(children) | Cond::Or(children) => children.iter().for_each(|child| collect(child, hints)),
        Cond::Not(inner) | Cond::Group(inner) => collect(inner, hints),
        Cond::Compare(attribute, _, value) => hints.entry(*attribute).or_default().push(value.clone()),
        Cond::In(attribute, _, Set::List(items)) => {
            hints.entry(*attribute).or_default().extend(items.iter().cloned());
        }
        Cond::In(attribute, _, Set::Range(low, high)) => {
            hints.entry(*attribute).or_default().extend([low.clone(), high.clone()]);
        }
        Cond::Presence(..) | Cond::Bare(_) | Cond::Named(_) => {}
    }
}

/// One interaction.
pub fn interaction(program: &Program, hints: &BTreeMap<usize, Vec<Literal>>, choices: &mut Choices) -> Data {
    let mut data = Data::new();
    for (at, attribute) in program.attributes.iter().enumerate() {
        if choices.chance(1, 4) {
            continue;
        }
        let near = hints.get(&at).map_or(&[][..], Vec::as_slice);
        data.insert(attribute.platform_name().to_owned(), value(program, attribute, near, choices));
    }
    data
}

fn value(program: &Program, attribute: &Attribute, near: &[Literal], choices: &mut Choices) -> Value {
    let near = (!near.is_empty() && choices.chance(3, 4)).then(|| choices.pick(near).clone());
    match &attribute.ty {
        Ty::Bool => json!(choices.chance(1, 2)),
        Ty::Int(_) => {
            let offset = choices.between(-1, 1);
            match near {
                Some(Literal::Int(number)) => json!(number + offset),
                Some(Literal::Duration(number, unit)) => json!(number * seconds(unit) + offset),
                _ => json!(choices.between(-20, 20)),
            }
        }
        Ty::Float => match near {
            Some(Literal::Int(number)) if choices.chance(1, 2) => json!(number),
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            Some(Literal::Int(number)) => json!(number as f64),
            Some(Literal::Float(number)) => {
                let offset = *choices.pick(&[0.0, 0.001, -0.001]);
                json!(number + offset)
            }
            _ => json!(choices.between(-9, 200)),
        },
        Ty::String => match near {
            Some(Literal::String(text)) => match choices.below(6) {
                0 | 1 => json!(text),
                2 => json!(text.to_uppercase()),
                3 => json!(format!("{text}\n")),
                4 => json!(format!("x{text}y")),
                _ => json!(format!("{text}{text}")),
            },
            _ => json!(choices.pick(&["en", "", "VIP-7", "gold x", "\\", "a/b y", "\"é ", "日本 ", "//"])),
        },
        Ty::Enum(values) => json!(choices.pick(values)),
        Ty::Set => {
            let mut members = Vec::new();
            match near {
                Some(Literal::String(text)) => members.push(text),
                Some(Literal::Skill(number)) => members.push(program.skills[number].1.clone()),
                _ => {}
            }
            for _ in 0..choices.below(3) {
                members.push((*choices.pick(&["billing", "x", "en", ""])).to_owned());
            }
            json!(members)
        }
    }
}
