use crate::{check, condition, expect, fixed, fixed_condition};

#[test]
fn what_nothing_uses_is_reported() {
    let text = "attribute a: int\ncondition c = priority > 1\nskill s\nskill_group g { skills: [s] }\nqueue \"Q\"\nskill t";
    expect(
        &check(text),
        &[("W0101", "a"), ("W0102", "c"), ("W0104", "g"), ("W0105", "\"Q\""), ("W0103", "t")],
    );
}

#[test]
fn a_string_that_spells_a_boolean_is_reported_where_it_is_sent() {
    expect(&condition("language == \"True\""), &[("W0205", "\"True\"")]);
    expect(&condition("language in [\"x\", \"false\"]"), &[("W0205", "\"false\"")]);
    expect(&condition("tags has \"true\""), &[("W0205", "\"true\"")]);
    expect(&condition("language matches /true/"), &[("W0205", "/true/")]);
    expect(&condition("language starts_with \"true\""), &[]);
}

#[test]
fn a_doubled_list_item_is_removed_with_its_comma() {
    expect(&condition("tier in [\"gold\", \"basic\", \"gold\"]"), &[("W0201", "\"gold\"")]);
    assert_eq!(fixed_condition("tier in [\"gold\", \"gold\", \"basic\",]"), "tier in [\"gold\", \"basic\",]");
    assert_eq!(fixed_condition("balance in [1, 1.0]"), "balance in [1]");
}

#[test]
fn a_doubled_condition_is_removed_with_its_word() {
    assert_eq!(fixed_condition("vip_flag and priority > 1 and vip_flag"), "vip_flag and priority > 1");
    assert_eq!(fixed_condition("vip_flag and (vip_flag and priority > 1)"), "vip_flag and (priority > 1)");
    assert_eq!(fixed_condition("(vip_flag and uses) and (uses and vip_flag)"), "(vip_flag and uses)");
    assert_eq!(fixed_condition("uses or (uses)"), "uses");
    expect(&condition("vip_flag and (priority > 1 or vip_flag)"), &[]);
}

#[test]
fn what_is_removed_leaves_words_apart() {
    let whole = "vip_flag and priority > 1";
    for written in [
        "not(not vip_flag)and priority > 1",
        "not(not(vip_flag))and priority > 1",
        "not(not vip_flag )and priority > 1",
        "not not vip_flag and priority > 1",
        "vip_flag and(vip_flag)and priority > 1",
    ] {
        let fixed = fixed_condition(written);
        let plain = fixed.replace(['(', ')'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(plain, whole, "{written}: {fixed}");
    }
    assert_eq!(
        fixed_condition("priority == 1 and(priority==1)and vip_flag"),
        fixed_condition("priority == 1 and vip_flag")
    );
    assert_eq!(
        fixed_condition("vip_flag and(not not(uses))and score > 1"),
        "vip_flag and((uses))and score > 1"
    );
}

#[test]
fn two_negations_are_removed() {
    assert_eq!(fixed_condition("not not vip_flag"), "vip_flag");
    assert_eq!(fixed_condition("not (not vip_flag)"), "vip_flag");
    assert_eq!(fixed_condition("not not not vip_flag"), "not vip_flag");
    assert_eq!(fixed_condition("not ((not (vip_flag and uses)))"), "(vip_flag and uses)");
}

#[test]
fn comparisons_that_never_hold_together_are_reported() {
    for (expr, at) in [
        ("priority == 1 and priority == 2", "priority == 2"),
        ("priority == 1 and priority != 1", "priority != 1"),
        ("priority > 5 and priority < 3", "priority < 3"),
        ("priority > 3 and priority < 4", "priority < 4"),
        ("priority exists and priority not exists", "priority not exists"),
        ("language == \"a\" and language in [\"b\"]", "language in [\"b\"]"),
        ("language == \"a\" and not language == \"a\"", "not language == \"a\""),
        ("vip_flag and not vip_flag", "not vip_flag"),
        ("skill has billing and skill lacks billing", "skill lacks billing"),
        ("skill not exists and skill has billing", "skill has billing"),
        ("uses and not uses", "not uses"),
        ("balance > 5 and balance < 5", "balance < 5"),
        ("balance in 1..2 and (tier exists and balance == 3)", "balance == 3"),
        ("language starts_with \"a\" and language not exists", "language not exists"),
    ] {
        expect(&condition(expr), &[("W0204", at)]);
    }
}

#[test]
fn comparisons_of_which_one_always_holds_are_reported() {
    for (expr, at) in [
        ("priority != 1 or priority != 2", "priority != 2"),
        ("priority exists or priority not exists", "priority not exists"),
        ("vip_flag or not vip_flag", "not vip_flag"),
        ("uses or not uses", "not uses"),
        ("skill has billing or skill lacks billing", "skill lacks billing"),
        ("priority >= 5 or priority < 5 or priority not exists", "priority not exists"),
    ] {
        expect(&condition(expr), &[("W0204", at)]);
    }
}

#[test]
fn what_may_hold_or_fail_is_not_called_constant() {
    for expr in [
        "priority >= 5 or priority < 5",
        "balance > 3 and balance < 4",
        "language != \"a\" and language != \"b\"",
        "tier != \"gold\" and tier != \"basic\" and tier != \"platinum\"",
        "language contains \"a\" and language == \"b\"",
        "not language contains \"a\" or language == \"b\"",
        "skill has billing and skill lacks support",
        "vip_flag == true or vip_flag == false",
        "not priority > 5 and not priority <= 5",
        "tags contains \"a\" and tags has \"b\"",
    ] {
        expect(&condition(expr), &[]);
    }
}

#[test]
fn a_comment_silences_its_line_or_the_next() {
    let sound = "// rulec: allow(unused-attribute) filled in by the IVR\nattribute a: int\n\
        attribute b: int // rulec: allow(W0101) later\n";
    expect(&check(sound), &[]);
    expect(
        &check("attribute a: int // rulec: allow(unused-attribute)\n"),
        &[("W0302", "// rulec: allow(unused-attribute)")],
    );
    expect(
        &check("attribute a: int // rulec: allow(unused-atribute, unused-attribute) why\n"),
        &[("W0301", "unused-atribute")],
    );
    expect(&check("// rulec: allow(unused-skill) why\n"), &[("W0301", "unused-skill")]);
    expect(&check("// rulec: allow(type-mismatch) why\n"), &[("W0301", "type-mismatch")]);
    assert_eq!(
        fixed("// rulec: allow(unused-skill) why\nqueue \"Q\" // rulec: allow(unused-queue) x\n"),
        "queue \"Q\" // rulec: allow(unused-queue) x\n"
    );
    let two = "attribute a: int // rulec: allow(unused-skill, unused-attribute) why\n";
    assert_eq!(fixed(two), "attribute a: int // rulec: allow(unused-attribute) why\n");
}

#[test]
fn errors_are_not_silenced() {
    let found = check("// rulec: allow(unknown-type) why\nattribute a: strng\n");
    expect(&found, &[("W0301", "unknown-type"), ("W0101", "a"), ("E0308", "strng")]);
}

#[test]
fn any_number_of_allows_in_any_spelling_may_stand_above_one_line() {
    let more = "  //rulec:allow(unused-condition) why\n".repeat(40);
    let text = format!("//rulec: allow(unused-attribute) why\n{more}// rulec: later\nattribute a: int\n");
    let found = check(&text);
    assert!(found.iter().all(|(code, _)| code == "W0301"), "{found:?}");
    assert_eq!(found.len(), 40);
    expect(
        &check("//rulec:allow(unused-attribute) why\n\nattribute a: int\n"),
        &[("W0301", "unused-attribute"), ("W0101", "a")],
    );
}
