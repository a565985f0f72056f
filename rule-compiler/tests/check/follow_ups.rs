//! One mistake is one finding: what only follows from it is not reported too.

use crate::{DECLARED, check, expect, in_rule, program};

#[test]
fn what_a_misspelt_name_most_likely_means_is_in_use() {
    let text = r#"
queue "Cards"
attribute vip: bool
condition lockout = vip
rule "R" { queue: "Cards", when lockot }
"#;
    expect(&check(text), &[("E0101", "lockot")]);
    let text = "skill sales { name: \"Sales & Renewals\" }\ncondition c = skill has \"Sales & Renewal\"\n\
                queue \"Q\"\nrule \"R\" { queue: \"Q\", when c }\n";
    expect(&check(text), &[("E0102", "\"Sales & Renewal\"")]);
}

#[test]
fn a_misspelt_property_is_not_missing_too() {
    let text = "queue \"Q\"\nrule \"R\" { queu: \"Q\", when priority > 1 }\n";
    expect(&check(text), &[("E0201", "queu")]);
    let text = "queue \"Q\"\nrule \"R\" { prority: 1, when priority > 1 }\nrule \"S\" { queue: \"Q\", when priority > 1 }\n";
    expect(&check(text), &[("E0202", "\"R\""), ("E0201", "prority")]);
}

#[test]
fn null_is_nothing_to_give() {
    let text = format!("{DECLARED}\ntest \"t\" {{ given {{ score: null }} expect \"uses\" }}\n");
    let (program, _) = program(&text);
    let help = program.diagnostics().next().and_then(|one| one.help.clone()).unwrap_or_default();
    assert!(help.starts_with("remove the line"), "{help}");
}

#[test]
fn the_type_offered_for_an_unknown_attribute_fits_its_use() {
    for (use_, ty) in [
        ("zzzzzz in 16..25", "int"),
        ("zzzzzz in 0.5..2", "float"),
        ("zzzzzz in [1, 2]", "int"),
        ("zzzzzz has x", "set"),
        ("zzzzzz == x", "string"),
        ("zzzzzz == 90s", "int"),
    ] {
        let (program, _) = program(&in_rule(use_));
        let help = program.diagnostics().find_map(|one| one.help.clone()).unwrap_or_default();
        assert_eq!(help, format!("declare it with `attribute zzzzzz: {ty}`"), "{use_}");
    }
    let text = format!("{DECLARED}\ntest \"t\" {{ given {{ zzzzzz: 40 }} expect \"uses\" }}\n");
    let (program, _) = program(&text);
    let help = program.diagnostics().find_map(|one| one.help.clone()).unwrap_or_default();
    assert_eq!(help, "declare it with `attribute zzzzzz: int`");
}

#[test]
fn a_type_with_what_it_does_not_take_is_called_by_its_name() {
    for (ty, at, message) in [
        ("set[\"a\"]", "[\"a\"]", "a `set` lists no values"),
        ("float 0.0..1.0", "0.0..1.0", "a `float` has no range"),
        ("int[\"1\"]", "[\"1\"]", "an `int` lists no values"),
        ("enum", "enum", "an `enum` lists its values"),
    ] {
        let (program, source) = program(&format!(
            "attribute a: {ty}\ncondition c = a exists\n\
             queue \"Q\"\nrule \"R\" {{ queue: \"Q\", when c }}\n"
        ));
        let found: Vec<_> = program.diagnostics().collect();
        assert_eq!(found.len(), 1, "{ty}: {found:?}");
        assert_eq!((found[0].message.as_str(), source.slice(found[0].primary.span)), (message, at));
        assert!(
            found[0]
                .fixes
                .iter()
                .all(|fix| fix.edits.iter().all(|edit| source.slice(edit.span) != edit.text))
        );
    }
}

#[test]
fn a_former_name_is_another_one() {
    let text = "queue \"Q\"\nrule \"R\" { queue: \"Q\", was: \"R\", when priority > 1 }\n";
    expect(&check(text), &[("E0204", "\"R\"")]);
}
