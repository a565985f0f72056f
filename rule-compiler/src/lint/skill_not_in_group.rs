//! W0206: a strategy that requires a skill which its queue's skill group lacks.

use std::borrow::Cow;

use rule_lang::literal::encode_string;
use rule_lang::tree::{ItemKind, Text, Value, ValueKind};
use rule_lang::{Diagnostic, Span, Tree, codes};

use crate::Program;
use crate::declare::property;
use crate::symbols::{DeclKind, ItemId, Space};

/// All of them, in no particular order. It takes three declarations to see one, so none of them is checked for it alone.
pub(crate) fn skills_not_in_groups(program: &Program) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let symbols = program.symbols();
    for slot in symbols.table(Space::Strategies).slots() {
        let Some(group) = symbols.queue(&slot.name).and_then(|queue| group(program, queue)) else { continue };
        let sound = slot.decls.iter().filter(|decl| !matches!(decl.kind, DeclKind::Broken(_)));
        for (tree, item) in sound.filter_map(|decl| program.item(decl.item)) {
            let ItemKind::Strategy { body, .. } = item.kind else { continue };
            let entries = item.nodes.entries(body.entries);
            let Some(Value { kind: ValueKind::List(items), .. }) =
                property(tree, item, Some(entries), "require")
            else {
                continue;
            };
            for value in item.nodes.values(*items) {
                if let Some(skill) = skill(program, tree, value)
                    && !group.skills.contains(&skill)
                {
                    found.push(lacking(&group, &slot.name, tree.text(value.range), tree.span(value.range)));
                }
            }
        }
    }
    found
}

fn lacking(group: &Group<'_>, queue: &str, skill: &str, span: Span) -> Diagnostic {
    let name = group.name;
    let queue = encode_string(queue);
    Diagnostic::new(
        &codes::SKILL_NOT_IN_GROUP,
        span,
        format!("the strategy requires `{skill}`, which the skill group `{name}` of its queue lacks"),
    )
    .at("no agent of this queue is sure to have it")
    .label(group.span, format!("the skill group of {queue}"))
    .help(format!("add `{skill}` to `{name}`, prefer it instead, or give the queue another skill group"))
}

/// The skill group of a queue.
struct Group<'p> {
    name: &'p str,
    /// Where it is declared.
    span: Span,
    /// The platform's names.
    skills: Vec<Cow<'p, str>>,
}

/// The skill group that a queue names; none where not all of its skills can be told.
fn group(program: &Program, queue: ItemId) -> Option<Group<'_>> {
    let symbols = program.symbols();
    let (tree, item) = program.item(queue)?;
    let ItemKind::Queue { body, .. } = item.kind else { return None };
    let named = property(tree, item, Some(item.nodes.body(body)), "skill_group")?;
    if !matches!(named.kind, ValueKind::Name) {
        return None;
    }
    let (_, slot) = symbols.table(Space::SkillGroups).declared(tree.text(named.range))?;
    let decl = slot.first()?;
    if program.is_misread(decl.item) {
        return None;
    }
    let (tree, item) = program.item(decl.item)?;
    let ItemKind::SkillGroup { name, body } = item.kind else { return None };
    let list = property(tree, item, Some(item.nodes.body(body)), "skills")?;
    let ValueKind::List(items) = list.kind else { return None };
    let skills = item.nodes.values(items).iter().map(|value| skill(program, tree, value));
    // An empty list is an error, and what it lacks follows from that.
    let skills: Vec<_> = skills.collect::<Option<_>>().filter(|skills: &Vec<_>| !skills.is_empty())?;
    Some(Group { name: tree.name(name), span: tree.span(name.0), skills })
}

/// The platform's name of a skill; none where that is wrong, which the check reports.
fn skill<'p>(program: &'p Program, tree: &'p Tree, value: &Value) -> Option<Cow<'p, str>> {
    let symbols = program.symbols();
    let skills = symbols.table(Space::Skills);
    match value.kind {
        ValueKind::Name => {
            let name = tree.text(value.range);
            let known = skills.declared(name).is_some() || !symbols.declares_skills();
            known.then(|| Cow::Borrowed(symbols.skill_platform_name(name)))
        }
        ValueKind::String => {
            let name = tree.string(Text(value.range));
            let known = symbols.platform_skill(&name).is_some() || !symbols.declares_skills();
            known.then_some(name)
        }
        _ => None,
    }
}
