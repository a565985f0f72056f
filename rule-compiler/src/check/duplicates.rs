//! Names that are declared twice. The first place counts, by file and then by offset; each later one is an error.

use rule_lang::literal::encode_string;
use rule_lang::{Diagnostic, codes};

use super::values::quoted;
use crate::symbols::{Decl, DeclKind, Slot, Space, Symbols, UNKNOWN_GROUP, first_non_attribute};

/// All of them, in no particular order.
pub(crate) fn duplicates(symbols: &Symbols) -> impl Iterator<Item = Diagnostic> {
    symbols.duplicates.iter().filter_map(|of| Some((of.space, symbols.slot(*of)?))).flat_map(
        |(space, slot)| {
            let mut found = Vec::new();
            let mut first: Option<&Decl> = None;
            for decl in slot.decls.iter().filter(|decl| !matches!(decl.kind, DeclKind::Broken(_))) {
                match first {
                    Some(first) if first.group == decl.group && decl.group != UNKNOWN_GROUP => {
                        found.push(again(space, slot, first, decl));
                    }
                    _ => first = Some(decl),
                }
            }
            if found.is_empty()
                && space == Space::Names
                && let Some(decl) = first_non_attribute(slot)
            {
                found.push(
                    Diagnostic::new(
                        &codes::DUPLICATE_DECLARATION,
                        decl.name,
                        format!("`{}` is a built-in attribute, and cannot be a condition too", slot.name),
                    )
                    .at("built in as an attribute")
                    .help("give the condition another name"),
                );
            }
            found
        },
    )
}

/// Skills and skill groups that are declared under two names, in no particular order: the platform has one of them.
pub(crate) fn shared(symbols: &Symbols) -> impl Iterator<Item = Diagnostic> {
    let skills = symbols.shared_skills().map(|(platform, decls)| ("skill", platform, decls));
    let groups = symbols.shared_skill_groups().into_iter();
    skills.chain(groups.map(|(platform, decls)| ("skill group", platform, decls))).flat_map(
        |(what, platform, decls)| {
            let (first, later) =
                decls.split_first().map_or((None, &[][..]), |(first, later)| (Some(first), later));
            let report = |decl: &&Decl| {
                first.map(|first| {
                    let name = quoted(&encode_string(platform));
                    let message = format!("two {what}s are {name} on the platform");
                    Diagnostic::new(&codes::DUPLICATE_DECLARATION, decl.name, message)
                        .at(format!("the same {what} again"))
                        .label(first.name, "first declared here")
                        .help("use one name for it everywhere, or give one of them its own `name`")
                })
            };
            later.iter().filter_map(report).collect::<Vec<_>>()
        },
    )
}

fn again(space: Space, slot: &Slot, first: &Decl, decl: &Decl) -> Diagnostic {
    let name = quoted(&slot.name);
    let (code, message, label, help) = match space {
        Space::Rules => (
            &codes::DUPLICATE_RULE,
            format!("the queue has two rules {name}"),
            "the first is here",
            "a rule's name is its identity within its queue; give one of them another name",
        ),
        Space::Strategies => (
            &codes::DUPLICATE_DECLARATION,
            format!("the queue {name} has two strategies for one media type"),
            "the first is here",
            "a queue has one strategy for each media type; join them",
        ),
        Space::Names => {
            let kind = |decl: &Decl| {
                if matches!(decl.kind, DeclKind::Condition) { "condition" } else { "attribute" }
            };
            let message = if kind(first) == kind(decl) {
                format!("the {} {name} is declared twice", kind(decl))
            } else {
                format!("{name} is declared as an attribute and as a condition")
            };
            (
                &codes::DUPLICATE_DECLARATION,
                message,
                "first declared here",
                "attributes and conditions share one namespace; rename or remove one of them",
            )
        }
        Space::Skills => twice(format!("the skill {name} is declared twice")),
        Space::SkillGroups => twice(format!("the skill group {name} is declared twice")),
        Space::Queues => twice(format!("the queue {name} is declared twice")),
    };
    Diagnostic::new(code, decl.name, message).at("declared again here").label(first.name, label).help(help)
}

fn twice(message: String) -> (&'static rule_lang::Code, String, &'static str, &'static str) {
    (&codes::DUPLICATE_DECLARATION, message, "first declared here", "rename or remove one of them")
}
