use crate::{check, expect};

/// The whole file of the language's description.
const WHOLE: &str = include_str!("../../../rule-lang/tests/whole_file.rule");

#[test]
fn the_whole_language_is_accepted() {
    expect(&check(WHOLE), &[("W0101", "balance")]);
}

#[test]
fn one_mistake_in_each_declaration_is_one_error_each() {
    let mistakes = [
        ("attribute vip_flag: bool", "attribute vip_flag: boolean", "E0308"),
        ("skills: [technical_support, billing]", "skills: [technical_support, biling]", "E0102"),
        ("skill_group: tier1", "skill_group: tier2", "E0103"),
        ("account_tier in [\"gold\", \"platinum\"]", "account_tier in [\"gold\", \"platnum\"]", "E0304"),
        ("and language == \"en\"", "and langauge == \"en\"", "E0101"),
        ("guard: licenses >= 20\n", "", "E0205"),
        ("priority: 1\n", "priority: \"1\"\n", "E0301"),
        ("priority: 9", "priority: true", "E0301"),
    ];
    let mut text = WHOLE.to_owned();
    for (right, wrong, _) in mistakes {
        assert!(text.contains(right));
        text = text.replace(right, wrong);
    }
    let found = check(&text);
    let errors: Vec<&str> =
        found.iter().map(|(code, _)| code.as_str()).filter(|code| code.starts_with('E')).collect();
    assert_eq!(errors, mistakes.map(|(_, _, code)| code));
}
