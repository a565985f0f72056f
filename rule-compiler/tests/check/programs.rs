use crate::{check, expect};

/// The whole file of the language's description.
const WHOLE: &str = r#"
attribute vip_flag: bool
attribute account_tier: enum["basic", "gold", "platinum"]
attribute balance: float

skill technical_support
skill billing
skill escalation_capable

skill_group tier1 {
  skills: [technical_support, billing]
}

queue "Technical Support" {
  skill_group: tier1
}

condition valued_customer = vip_flag or account_tier in ["gold", "platinum"]

rule "Technical Support Escalation Rule" {
  description: "Routes high-priority or VIP technical calls to specialized queue"
  queue: "Technical Support"
  priority: 10

  when skill has technical_support
    and language == "en"
    and (priority >= 5 or valued_customer)
}

strategy for "Technical Support" on voice {
  method: most_skilled
  require: [technical_support]
  prefer: [escalation_capable]
  overflow: queue_depth > 15 -> route_to_next_queue
  overflow: wait_time > 2m -> add_skill_to_interaction
  guard: licenses >= 20
  guard: available_agents >= 80%
}

test "a gold customer is escalated" {
  given {
    skill: [technical_support]
    language: "en"
    priority: 1
    account_tier: "gold"
  }
  expect "Technical Support Escalation Rule"
}

test "a French caller is not" {
  given { skill: [technical_support], language: "fr", priority: 9 }
  expect none
}
"#;

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
