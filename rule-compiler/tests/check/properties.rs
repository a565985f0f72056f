use crate::{check, expect, fixed};

const QUEUE: &str = "queue \"Q\"\nskill a\nskill b\n\
    rule \"uses\" { queue: \"Q\", when skill has a or skill has b }\n";

fn items(text: &str) -> Vec<(String, String)> {
    check(&format!("{QUEUE}{text}"))
}

#[test]
fn a_rule_needs_its_queue_and_its_condition() {
    expect(&items("rule \"R\" {}"), &[("E0202", "\"R\""), ("E0202", "\"R\"")]);
    expect(&items("rule \"R\" { queue: \"Q\" }"), &[("E0202", "\"R\"")]);
}

#[test]
fn unknown_doubled_and_wrong_properties_are_reported() {
    let rule =
        |properties: &str| items(&format!("rule \"R\" {{ queue: \"Q\", {properties}, when priority > 1 }}"));
    expect(&rule("prioritty: 5"), &[("E0201", "prioritty")]);
    expect(&rule("priority: 5, priority: 6"), &[("E0203", "priority")]);
    expect(&rule("priority: \"5\""), &[("E0204", "\"5\"")]);
    expect(&rule("enabled: 1"), &[("E0204", "1")]);
    expect(&rule("description: text"), &[("E0204", "text")]);
    expect(&rule("was: \"Old\""), &[]);
    expect(&rule("was: queue \"Old queue\" \"Old\""), &[]);
    expect(&rule("was: 5"), &[("E0204", "5")]);
    expect(&items("rule \"R\" { queue: \"Qq\", when priority > 1 }"), &[("E0104", "\"Qq\"")]);
    expect(&items("rule \"R\" { queue: Q, when priority > 1 }"), &[("E0204", "Q")]);
    expect(&items("rule \"R\" { queue: id(\"x\"), when priority > 1 }"), &[]);
    expect(&items("rule \"R\" { queue: \"Q\", when priority > 1 when priority > 2 }"), &[("E0203", "when")]);
    expect(&items("rule \"R\" { queue: \"Q\", when priority > 1, expect none }"), &[("E0201", "expect")]);
}

#[test]
fn skill_groups_and_queues_are_resolved() {
    expect(
        &items(
            "skill_group g { skills: [a, c, a] }\nqueue \"R\" { skill_group: h, external: 5 }\nqueue \"S\" { skill_group: g }\n\
            strategy for \"R\" on voice { method: random }\nstrategy for \"S\" on voice { method: random }",
        ),
        &[("E0102", "c"), ("W0201", "a"), ("E0103", "h"), ("E0204", "5")],
    );
    expect(
        &items("skill_group g {}\nqueue \"Q2\" { skill_group: g }"),
        &[("E0202", "g"), ("W0105", "\"Q2\"")],
    );
}

#[test]
fn strategies_are_checked() {
    let strategy =
        |body: &str| items(&format!("strategy for \"Q\" on voice {{ method: most_skilled\n{body} }}"));
    expect(
        &strategy(
            "require: [a]\nprefer: [b]\noverflow: queue_depth > 15 -> route_to_next_queue\n\
             overflow: wait_time > 2m -> add_skill_to_interaction(b)\nguard: licenses >= 20\nguard: available_agents >= 80%",
        ),
        &[],
    );
    expect(&strategy("guard: available_agents >= 80%"), &[("E0205", "80%")]);
    expect(&strategy("guard: available_agents >= 8"), &[]);
    expect(&strategy("guard: licenses >= 80%"), &[("E0204", "80%")]);
    expect(&strategy("guard: seats >= 8"), &[("E0204", "seats")]);
    expect(&strategy("overflow: queue_depth > 0 -> route_to_next_queue"), &[("E0204", "0")]);
    expect(&strategy("overflow: wait_time > 90 -> route_to_next_queue"), &[("E0204", "90")]);
    expect(&strategy("overflow: queue_depth < 5 -> route_to_next_queue"), &[("E0204", "<")]);
    expect(&strategy("overflow: queue_depth > 5 -> route_to(\"Q\")"), &[("E0204", "route_to")]);
    expect(&strategy("overflow: queue_depth > 5 -> route_to_next_queue(\"X\")"), &[("E0104", "\"X\"")]);
    expect(&strategy("overflow: queue_depth > 5 -> add_skill_to_interaction(c)"), &[("E0102", "c")]);
    expect(&strategy("overflow: queue_depth > 5"), &[("E0204", "queue_depth > 5")]);
    expect(
        &strategy("}\nstrategy for \"Q\" on voice { method: best"),
        &[("E0106", "\"Q\""), ("E0204", "best")],
    );
    expect(&strategy("}\nstrategy for \"Q\" on email { method: random"), &[("E0204", "email")]);
    expect(&items("strategy for \"X\" on chat {}"), &[("E0104", "\"X\""), ("E0202", "\"X\"")]);
}

#[test]
fn tests_need_what_is_given_and_what_is_expected() {
    expect(&items("test \"t\" { given { priority: 1 } expect \"uses\" }"), &[]);
    expect(&items("test \"t\" { given { priority: 1 } expect queue \"Q\" -> none }"), &[]);
    expect(&items("test \"t\" { expect none }"), &[("E0202", "\"t\"")]);
    expect(&items("test \"t\" { given { priority: 1 } case \"c\" {} }"), &[("E0202", "\"c\"")]);
    expect(&items("test \"t\" { expect none case \"c\" { given {} } case \"d\" {} }"), &[("E0202", "\"d\"")]);
}

#[test]
fn the_rules_that_tests_expect_are_resolved() {
    let with = |expect: &str| {
        items(&format!(
            "queue \"P\"\nrule \"uses\" {{ queue: \"P\", when priority > 1 }}\nrule \"one\" {{ queue: \"P\", when priority > 2 }}\ntest \"t\" {{ given {{}} {expect} }}"
        ))
    };
    expect(&with("expect \"uses\""), &[("E0109", "\"uses\"")]);
    expect(&with("expect queue \"P\" -> \"uses\""), &[]);
    expect(&with("expect \"onee\""), &[("E0105", "\"onee\"")]);
    expect(&with("expect queue \"Q\" -> \"one\""), &[("E0105", "\"one\"")]);
    expect(&with("expect queue \"Z\" -> \"one\""), &[("E0104", "\"Z\"")]);
}

#[test]
fn a_rule_in_a_misspelt_queue_costs_one_error() {
    let text = "rule \"R\" { queue: \"Qx\", when priority > 1 }\n\
        test \"t\" { given {} expect queue \"Q\" -> \"R\" }\ntest \"u\" { given {} expect \"R\" }";
    expect(&items(text), &[("E0104", "\"Qx\"")]);
}

#[test]
fn given_values_are_checked_like_any_other() {
    let given = |values: &str| items(&format!("test \"t\" {{ given {{ {values} }} expect none }}"));
    expect(&given("skill: [a, \"b\"], language: \"en\", priority: 1, media_type: \"voice\""), &[]);
    expect(&given("skill: []"), &[]);
    expect(&given("skill: a"), &[("E0301", "a")]);
    expect(&given("skill: [c]"), &[("E0102", "c")]);
    expect(&given("language: en"), &[("E0301", "en")]);
    expect(&given("media_type: \"fax\""), &[("E0304", "\"fax\"")]);
    expect(&given("langauge: \"en\""), &[("E0101", "langauge")]);
    expect(&given("language: \"en\", language: \"fr\""), &[("E0203", "language")]);
    expect(&given("language: \"true\", priority: \"5\""), &[("E0301", "\"5\"")]);
    let text = format!("{QUEUE}test \"t\" {{ given {{ skill: a }} expect none }}");
    assert!(fixed(&text).contains("skill: [a]"));
}
