use super::*;
use crate::features::fixture::Fixture;

fn found(texts: &[&str]) -> Option<Hover> {
    let fixture = Fixture::of(texts);
    hover(&fixture.program, fixture.file, fixture.offset)
}

fn at(text: &str) -> Hover {
    found(&[text, "rule \"broken\" { when and ( }\nqueue"]).unwrap()
}

#[test]
fn an_attribute_is_shown_with_its_type_and_what_its_author_says() {
    let hover = at(
        "// The tier, as the IVR has it.\nattribute tier: string { field: \"Customer Tier\" }\ncondition a = ti$0er == \"x\"",
    );
    assert_eq!(hover.code, "attribute tier: string { field: \"Customer Tier\" }");
    assert_eq!(hover.notes, ["The tier, as the IVR has it."]);
    assert!(hover.declared.is_some());
    let hover = at("condition a = langu$0age == \"en\"");
    assert_eq!(hover.code, "attribute language: string");
    assert_eq!(hover.notes, ["the language of the interaction; every project has it"]);
    assert_eq!(hover.declared, None);
}

#[test]
fn a_condition_is_shown_with_its_expression_and_depth() {
    let hover = at("condition a = not skill exists\ncondition b = a$0 or language exists");
    assert_eq!(hover.code, "condition a = not skill exists");
    assert_eq!(hover.notes, ["depth 2 of 10, 2 nodes"]);
}

#[test]
fn skills_groups_and_queues_are_shown_as_they_are_declared() {
    let world = "skill billing { name: \"Billing!\" }\nskill_group office { skills: [billing] }\n\n// ours\n// alone\nqueue \"Desk\" { description: \"Help\", skill_group: office }\n";
    let hover = at(&format!("{world}condition a = skill has bil$0ling"));
    assert_eq!(hover.code, "skill billing { name: \"Billing!\" }");
    let hover = at(&format!("{world}rule \"R\" {{ queue: \"De$0sk\", when skill exists }}"));
    assert_eq!(hover.code, "queue \"Desk\" { description: \"Help\", skill_group: office }");
    assert_eq!(hover.notes, ["Help\n\nours\nalone"]);
}

#[test]
fn a_rule_is_shown_with_its_depth_and_its_tree() {
    let hover = at(
        "rule \"R$0\" {\n  description: \"why\"\n  queue: \"Q\"\n  priority: 5\n  when skill has a and not (priority in 1..2)\n}",
    );
    assert_eq!(hover.code, "rule \"R\" { queue: \"Q\", priority: 5 }");
    assert_eq!(hover.notes, ["why", "depth 4 of 10, 6 nodes"]);
    let tree = "and\n  skill exists \"a\"\n  not\n    and\n      priority gte 1\n      priority lte 2";
    assert_eq!(hover.tree.as_deref(), Some(tree));
}

#[test]
fn a_large_tree_is_cut() {
    let list: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let hover = at(&format!("rule \"R$0\" {{ queue: \"Q\", when priority in [{}] }}", list.join(", ")));
    let tree = hover.tree.unwrap();
    assert_eq!(tree.lines().count(), MOST_LINES + 1);
    assert!(tree.ends_with("\n…"));
}

#[test]
fn words_of_the_language_are_explained_in_their_place() {
    for (text, code, about) in [
        ("ru$0le \"R\" { }", "rule", "a condition, and the queue to which it leads"),
        ("rule \"R\" { priori$0ty: 5 }", "priority", "the highest number decides; 0 unless given"),
        ("rule \"R\" { que$0ue: \"Q\" }", "queue", "where its interactions go; a rule needs it"),
        ("rule \"R\" { wh$0en skill exists }", "when", "the condition of the rule"),
        ("condition a = priority >=$0 5", ">=", "greater or equal"),
        ("condition a = skill exi$0sts", "exists", "the attribute is present"),
        ("attribute a: bo$0ol", "bool", "`true` or `false`"),
        ("strategy for \"Q\" on voice { method: ran$0dom }", "random", "any agent"),
        ("test \"t\" { expect no$0ne }", "none", "no rule decides"),
    ] {
        let hover = at(text);
        assert_eq!((hover.code.as_str(), hover.notes.join(" ").as_str()), (code, about), "{text}");
    }
}

#[test]
fn names_are_known_in_a_declaration_that_is_still_being_typed() {
    let hover = at("attribute vip: bool\nrule \"R\" { when v$0ip and and }");
    assert_eq!(hover.code, "attribute vip: bool");
    let hover = at("queue \"Desk\"\nrule \"R\" { queue: \"Des$0k\", when ( }");
    assert_eq!(hover.code, "queue \"Desk\"");
}

#[test]
fn where_there_is_nothing_nothing_is_shown() {
    for text in ["condition a = bo$0gus", "// vi$0p", " $0 skill x", "condition a = priority > 5$0", "$0"] {
        assert!(found(&[text]).is_none(), "{text}");
    }
}

#[test]
fn conditions_in_a_circle_have_no_tree() {
    let hover = at("condition a = b\ncondition b = a\nrule \"R$0\" { queue: \"Q\", when a }");
    assert_eq!(hover.tree, None);
}
