use std::fmt::Write as _;

use rule_lang::Applicability;

use crate::{check, expect, fixed, offered};

/// A rule that uses what a test declares.
fn with_use(declaration: &str, expr: &str) -> String {
    format!("queue \"Q\"\n{declaration}\nrule \"R\" {{ queue: \"Q\", when {expr} }}\n")
}

#[test]
fn built_in_attributes_may_be_narrowed_only() {
    for (ty, name) in [
        ("enum[\"en\", \"fr\"]", "language"),
        ("int 0..10", "priority"),
        ("enum[\"voice\"]", "media_type"),
        ("set", "skill"),
    ] {
        expect(&check(&with_use(&format!("attribute {name}: {ty}"), &format!("{name} exists"))), &[]);
    }
    expect(&check(&with_use("attribute language: int", "language == \"en\"")), &[("E0309", "int")]);
    let media = "enum[\"voice\", \"email\"]";
    expect(
        &check(&with_use(&format!("attribute media_type: {media}"), "media_type exists")),
        &[("E0309", media)],
    );
    let narrowed = with_use("attribute language: enum[\"en\"]", "language == \"fr\"");
    expect(&check(&narrowed), &[("E0304", "\"fr\"")]);
}

#[test]
fn an_unknown_type_costs_one_error_however_often_the_attribute_is_used() {
    let text = with_use("attribute a: boolean", "a and a == 1 and a matches /x/ and a in [2]");
    expect(&check(&text), &[("E0308", "boolean")]);
    assert_eq!(offered(&text), [(Applicability::Safe, "bool".to_owned())]);
    let number = offered(&with_use("attribute a: number", "a"));
    assert_eq!(number.len(), 2);
    expect(&check(&with_use("attribute a: strng", "a exists")), &[("E0308", "strng")]);
}

#[test]
fn ranges_and_lists_of_types_are_checked() {
    expect(&check(&with_use("attribute a: int 5..2", "a == 9")), &[("E0307", "5..2")]);
    expect(&check(&with_use("attribute a: int 0..2.5", "a == 9")), &[("E0301", "2.5")]);
    expect(&check(&with_use("attribute a: enum[]", "a == \"x\"")), &[("E0310", "enum[]")]);
    expect(&check(&with_use("attribute a: enum[x, \"y\"]", "a == \"z\"")), &[("E0301", "x")]);
    expect(&check(&with_use("attribute a: enum[\"x\", \"x\"]", "a == \"x\"")), &[("W0201", "\"x\"")]);
}

#[test]
fn a_second_declaration_is_one_error_and_its_users_are_not_to_blame() {
    let twice = with_use("attribute a: int\nattribute a: string", "a == \"x\" and a > 5");
    expect(&check(&twice), &[("E0106", "a")]);
    let both = with_use("attribute a: int\ncondition a = priority > 5", "a and a > 5");
    expect(&check(&both), &[("E0106", "a")]);
    expect(
        &check(&with_use("condition language = vip\nattribute vip: bool", "language and language == 5")),
        &[("E0106", "language")],
    );
    expect(&check(&with_use("skill a skill a", "skill has a")), &[("E0106", "a")]);
    expect(&check(&with_use("queue \"Q\"", "skill exists")), &[("E0106", "\"Q\"")]);
    expect(
        &check(
            "skill a\nskill_group g { skills: [a] }\nskill_group g { skills: [a] }\nqueue \"Q\" { skill_group: g }\nrule \"R\" { queue: \"Q\", when skill has a }",
        ),
        &[("E0106", "g")],
    );
}

#[test]
fn two_rules_of_one_name_are_an_error_in_one_queue_only() {
    let text = "queue \"A\"\nqueue \"B\"\nrule \"R\" { queue: \"A\", when priority > 1 }\n\
        rule \"R\" { queue: \"B\", when priority > 1 }\nrule \"R\" { queue: \"A\", when priority > 2 }\n\
        rule \"R\" { queue: id(\"x\"), when priority > 1 }";
    expect(&check(text), &[("E0107", "\"R\"")]);
}

#[test]
fn conditions_in_a_circle_are_one_error_that_prints_it() {
    let text = with_use(
        "condition a = b and priority > 1\ncondition b = c or priority > 2\ncondition c = not a\ncondition d = d",
        "a and d and not b",
    );
    expect(&check(&text), &[("E0108", "a"), ("E0108", "d")]);
    let (program, _) = crate::program(&text);
    let labels: Vec<_> = program.diagnostics().map(|one| one.primary.text.clone()).collect();
    assert_eq!(labels, ["`a -> b -> c -> a`", "`d -> d`"]);
}

#[test]
fn a_chain_of_conditions_may_be_long() {
    let mut text = String::from("queue \"Q\"\ncondition c0 = priority > 0\n");
    for at in 1..20_000 {
        let _ = writeln!(text, "condition c{at} = c{}", at - 1);
    }
    text += "rule \"R\" { queue: \"Q\", when c19999 and not c19999 and (priority == 1 or c19999) }\n";
    let found = check(&text);
    assert!(found.iter().all(|(code, _)| code == "W0204"), "{found:?}");
    let circle = text.replace("condition c0 = priority > 0", "condition c0 = c19999");
    expect(&check(&circle)[..1], &[("E0108", "c0")]);
}

#[test]
fn a_broken_declaration_still_declares_its_name() {
    let text = "attribute a bool\nskill s {{\nqueue \"Q\" { : }\ncondition c = and\n\
        rule \"R\" { queue: \"Q\", when a and c and a == 5 and skill has s }";
    let found = check(text);
    assert!(found.iter().all(|(code, _)| code.starts_with("E00")), "{found:?}");
}

#[test]
fn nothing_in_a_broken_declaration_is_called_unused() {
    let text = "attribute a: bool\nskill s\nqueue \"Q\"\ncondition c = a\nrule \"R\" { queue: \"Q\", when c and and skill has s }";
    let found = check(text);
    assert!(found.iter().all(|(code, _)| code.starts_with("E00")), "{found:?}");
}

#[test]
fn skills_go_by_their_own_names_or_the_platforms() {
    let text = with_use(
        "skill tech { name: \"Tech Support\" }",
        "skill has tech and skill lacks \"Tech Support 2\"",
    );
    expect(&check(&text), &[("E0102", "\"Tech Support 2\"")]);
    let quoted = with_use("skill tech { name: \"Tech Support\" }", "skill has \"tech\"");
    expect(&check(&quoted), &[("E0102", "\"tech\"")]);
    assert_eq!(fixed(&quoted), quoted);
}

#[test]
fn two_skills_with_one_name_on_the_platform_are_one() {
    let uses = "skill_group g { skills: [a, b] }\nqueue \"Q\" { skill_group: g }\nrule \"R\" { queue: \"Q\", when skill has a }\n";
    let found = check(&format!("skill b {{ name: \"a\" }}\nskill a\n{uses}"));
    assert!(found.contains(&("E0106".to_owned(), "a".to_owned())), "{found:?}");
    let found = check(&format!("skill b {{ name: \"A\" }}\nskill a\n{uses}"));
    assert!(!found.iter().any(|(code, _)| code == "E0106"), "{found:?}");
}
