use std::fmt::Write as _;

use rule_lang::Applicability;

use crate::{check, condition, expect, fixed_condition, in_rule, offered};

#[test]
fn a_sound_condition_says_nothing() {
    for expr in [
        "skill has billing and language == \"en\" and (priority >= 5 or vip_flag)",
        "tier in [\"basic\", \"gold\"] and tier not in [\"platinum\"]",
        "balance > 5 and balance <= 12.5 and balance in 0..2m",
        "score in 2..9 and priority > 90s",
        "customer.name matches /^VIP-\\d+$/ and customer.name starts_with \"V\"",
        "tags has \"a\" and tags lacks \"b\" and tags contains \"c\"",
        "customer.name contains \"x\" and customer.name ends_with \"y\"",
        "media_type == \"voice\" and wrapupcode exists and tags not exists",
        "not vip_flag and uses",
        "skill has \"billing\"",
    ] {
        expect(&condition(expr), &[]);
    }
}

#[test]
fn unknown_names_are_reported_where_they_stand_with_the_nearest_one() {
    expect(&condition("vip_flg"), &[("E0101", "vip_flg")]);
    assert_eq!(offered(&in_rule("vip_flg")), [(Applicability::Unsafe, "vip_flag".to_owned())]);
    expect(&condition("langauge == \"en\""), &[("E0101", "langauge")]);
    expect(&condition("zzzzzz exists and zzzzzz in [1]"), &[("E0101", "zzzzzz"), ("E0101", "zzzzzz")]);
    expect(&condition("skill has biling"), &[("E0102", "biling")]);
    expect(&condition("skill has \"Billing Team\""), &[("E0102", "\"Billing Team\"")]);
}

#[test]
fn a_skill_may_be_undeclared_where_the_project_declares_none() {
    let text = "queue \"Q\"\nrule \"R\" { queue: \"Q\", when skill has x and skill lacks \"Y Z\" }";
    expect(&check(text), &[]);
}

#[test]
fn conditions_are_not_compared() {
    expect(&condition("uses == true"), &[("E0110", "uses")]);
    assert_eq!(fixed_condition("uses == true and vip_flag"), "uses and vip_flag");
    assert_eq!(fixed_condition("uses == false"), "not uses");
    expect(&condition("uses exists"), &[("E0110", "uses")]);
}

#[test]
fn only_a_bool_stands_alone() {
    expect(&condition("tier"), &[("E0303", "tier")]);
    expect(&condition("not language"), &[("E0303", "language")]);
}

#[test]
fn operators_that_a_type_does_not_have_are_reported_at_the_operator() {
    expect(&condition("tier > \"gold\""), &[("E0302", ">")]);
    expect(&condition("vip_flag has \"x\""), &[("E0302", "has")]);
    expect(&condition("skill == billing"), &[("E0302", "==")]);
    expect(&condition("priority contains 5"), &[("E0302", "contains")]);
    expect(&condition("tier matches /x/"), &[("E0302", "matches")]);
    expect(&condition("skill in [billing, support]"), &[("E0302", "in")]);
    expect(&condition("skill not in [billing]"), &[("E0302", "not in")]);
    expect(&condition("language in 1..5"), &[("E0302", "1..5")]);
    let skill = offered(&in_rule("skill in [billing, support]"));
    assert_eq!(skill, [(Applicability::Unsafe, "(skill has billing or skill has support)".to_owned())]);
    assert_eq!(offered(&in_rule("skill==billing")), [(Applicability::Unsafe, " has ".to_owned())]);
}

#[test]
fn values_of_another_type_are_reported_at_the_value() {
    for (expr, at) in [
        ("vip_flag == \"true\"", "\"true\""),
        ("priority >= \"5\"", "\"5\""),
        ("priority == true", "true"),
        ("priority == 5.0", "5.0"),
        ("priority in [1, \"2\"]", "\"2\""),
        ("priority in 1..2.5", "2.5"),
        ("language == en", "en"),
        ("language == 5", "5"),
        ("tier == gold", "gold"),
        ("balance < \"x\"", "\"x\""),
        ("tags has a", "a"),
        ("tags has 5", "5"),
        ("skill has 5", "5"),
        ("customer.name starts_with 5", "5"),
        ("customer.name matches \"x\"", "\"x\""),
        ("tier in \"gold\"", "\"gold\""),
        ("language == [\"en\"]", "[\"en\"]"),
        ("priority == 80%", "80%"),
        ("language == wrapupcode", "wrapupcode"),
    ] {
        expect(&condition(expr), &[("E0301", at)]);
    }
}

#[test]
fn a_value_with_one_right_reading_is_mended() {
    for (expr, mended) in [
        ("vip_flag == \"TRUE\"", "vip_flag == true"),
        ("priority >= \"5\"", "priority >= 5"),
        ("priority >= 5.0", "priority >= 5"),
        ("language == en", "language == \"en\""),
        ("tier == gold", "tier == \"gold\""),
        ("tier in \"gold\"", "tier in [\"gold\"]"),
        ("customer.name matches \"a/b\"", "customer.name matches /a\\/b/"),
        ("balance == \"1.5\"", "balance == 1.5"),
        ("tags has a", "tags has \"a\""),
    ] {
        assert_eq!(fixed_condition(expr), mended);
    }
    assert_eq!(offered(&in_rule("priority == true")), []);
}

#[test]
fn enums_and_ranges_are_kept() {
    expect(&condition("tier == \"glod\""), &[("E0304", "\"glod\"")]);
    assert_eq!(offered(&in_rule("tier == \"glod\"")), [(Applicability::Unsafe, "\"gold\"".to_owned())]);
    expect(&condition("media_type != \"email\""), &[("E0304", "\"email\"")]);
    expect(&condition("score > 11"), &[("E0305", "11")]);
    expect(&condition("score in -1..5"), &[("E0305", "-1")]);
    expect(&condition("score in 5..2"), &[("E0307", "5..2")]);
    expect(&condition("balance in 0.5..0.25"), &[("E0307", "0.5..0.25")]);
    expect(&condition("tier in []"), &[("E0310", "[]")]);
}

#[test]
fn a_bad_regular_expression_is_reported_at_the_place_inside_it() {
    expect(&condition("customer.name matches /a(b/"), &[("E0306", "(")]);
    expect(&condition("customer.name matches /a\\/(?=b)/"), &[("E0306", "(?=")]);
    expect(&condition("customer.name matches /é[z-a]/"), &[("E0306", "z-a")]);
    expect(&condition("customer.name matches /(\\w{1000}){1000}/"), &[("E0306", "/(\\w{1000}){1000}/")]);
}

#[test]
fn depth_is_measured_on_what_is_sent() {
    let deep = |levels: usize| {
        let mut expr = "vip_flag".to_owned();
        for level in 1..levels {
            let op = if level % 2 == 0 { "and" } else { "or" };
            expr = format!("({expr} {op} priority == {level})");
        }
        expr
    };
    expect(&condition(&deep(10)), &[]);
    expect(&condition(&deep(11)), &[("E0401", "vip_flag")]);
    // Groups of one kind are joined.
    let same = (0..40).fold("vip_flag".to_owned(), |expr, at| format!("({expr} and priority != {at})"));
    expect(&condition(&same), &[]);
}

#[test]
fn nodes_are_counted_before_the_tree_is_built() {
    let mut text = String::from("queue \"Q\"\nattribute a: int\ncondition c0 = a == 1 or a == 2\n");
    for level in 1..40 {
        let before = level - 1;
        let part = format!("(c{before} and a != {level}) or (c{before} and a > {level})");
        let _ = writeln!(text, "condition c{level} = {part}");
    }
    text += "rule \"R\" { queue: \"Q\", when c39 }";
    let found = check(&text);
    assert!(found.iter().any(|(code, at)| code == "E0402" && at == "c39"), "{found:?}");
}

#[test]
fn an_error_in_one_place_hides_none_elsewhere() {
    expect(
        &condition("vip_flg and priority >= \"5\" and tier == \"x\""),
        &[("E0101", "vip_flg"), ("E0301", "\"5\""), ("E0304", "\"x\"")],
    );
}
