use super::*;
use crate::features::fixture::Fixture;

/// What every test's program has beside the text with the cursor.
const WORLD: &str = r#"
attribute vip: bool
attribute tier: enum["gold", "silver"]
attribute score: int 0..10
attribute note: string
attribute tags: set
// Those who wait for nobody.
condition calm = not vip and score > 3
skill billing
skill wide { name: "World wide" }
skill_group office { skills: [billing, wide] }
queue "Desk" { skill_group: office, description: "Help" }
queue "Night"
rule "Day" { queue: "Desk", when calm }
rule "Dark" { queue: "Night", when vip }
"#;

fn found(text: &str) -> (Fixture, Completions) {
    let fixture = Fixture::of(&[text, WORLD, "rule \"broken\" { when and ( }\nqueue"]);
    let none = Completions { span: Span::new(FileId(0), 0, 0), items: Vec::new(), is_incomplete: false };
    let found = completion(&fixture.program, fixture.file, fixture.offset).unwrap_or(none);
    (fixture, found)
}

/// The labels, as they come.
fn labels(text: &str) -> Vec<String> {
    found(text).1.items.into_iter().map(|one| one.label).collect()
}

/// The text after the first thing of this label is taken.
fn taken(text: &str, label: &str) -> String {
    let (fixture, found) = found(text);
    let one = found.items.iter().find(|one| one.label == label).unwrap();
    let text = fixture.sources.get(fixture.file).unwrap().text().to_string();
    format!("{}{}{}", &text[..found.span.start as usize], one.insert, &text[found.span.end as usize..])
}

const KEYWORDS: [&str; 8] =
    ["attribute", "condition", "skill", "skill_group", "queue", "rule", "strategy", "test"];

#[test]
fn declarations_start_a_line_outside_of_blocks() {
    for text in ["$0", "ru$0", "skill x\n$0", "rule \"R\" { when vip }\n\n$0", "\nat$0\nqueue \"Q\""] {
        assert_eq!(labels(text), KEYWORDS, "{text}");
    }
    assert_eq!(taken("ru$0", "rule"), "rule ");
    assert!(labels("skill $0").is_empty());
    assert!(labels("skill x $0").is_empty());
    assert!(labels("rule \"$0\"").is_empty());
}

#[test]
fn properties_that_a_block_does_not_have_are_offered() {
    assert_eq!(
        labels("rule \"R\" {\n  $0\n  priority: 5\n  when vip\n}"),
        ["description", "queue", "enabled", "was"]
    );
    assert_eq!(
        labels("rule \"R\" {\n  queue: \"Desk\"\n  pri$0\n}"),
        ["description", "priority", "enabled", "was", "when"]
    );
    assert_eq!(labels("skill_group g { $0"), ["skills", "description", "name", "was", "division", "id"]);
    assert_eq!(labels("attribute x: int 0..5 { $0 }"), ["field"]);
    assert_eq!(labels("queue \"Q\" { external: true, $0 }").len(), 5);
    let strategy = "strategy for \"Desk\" on voice {\n method: random\n overflow: queue_depth > 1 -> route_to_next_queue\n $0\n}";
    assert_eq!(labels(strategy), ["require", "prefer", "overflow", "guard"]);
    assert_eq!(labels("test \"t\" { $0 }"), ["given", "expect", "case"]);
    assert_eq!(labels("test \"t\" { case \"c\" { given { } $0 } }"), ["expect"]);
}

#[test]
fn a_property_is_written_with_its_colon_once() {
    assert_eq!(taken("rule \"R\" { pri$0 }", "priority"), "rule \"R\" { priority:  }");
    assert_eq!(taken("rule \"R\" { pri$0o: 5 }", "priority"), "rule \"R\" { priority: 5 }");
}

#[test]
fn on_the_line_of_another_entry_stands_only_what_needs_no_separator() {
    assert_eq!(labels("rule \"R\" { queue: \"Desk\" $0 }"), ["when"]);
    assert_eq!(labels("rule \"R\" { queue: \"Desk\", $0 }").len(), 5);
}

#[test]
fn attributes_and_conditions_stand_where_a_condition_is_expected() {
    let all = [
        "language",
        "media_type",
        "note",
        "priority",
        "score",
        "skill",
        "tags",
        "tier",
        "vip",
        "wrapupcode",
        "calm",
        "not",
    ];
    for text in [
        "condition c = $0",
        "condition c = not $0",
        "condition c = (vip and $0",
        "rule \"R\" { when $0 }",
        "rule \"R\" {\n  when vip\n    or ca$0\n  priority: 5\n}",
        "rule \"R\" { when vip && !$0",
    ] {
        assert_eq!(labels(text), all, "{text}");
    }
    let (_, found) = found("condition c = $0");
    let tier = found.items.iter().find(|one| one.label == "tier").unwrap();
    assert_eq!(tier.detail.as_deref(), Some("enum[\"gold\", \"silver\"]"));
    let calm = found.items.iter().find(|one| one.label == "calm").unwrap();
    assert_eq!(calm.detail.as_deref(), Some("not vip and score > 3"));
    assert_eq!(calm.about.as_deref(), Some("Those who wait for nobody."));
}

#[test]
fn operators_fit_the_attribute() {
    assert_eq!(
        labels("condition c = vip $0"),
        ["and", "or", "==", "!=", "in", "not in", "exists", "not exists"]
    );
    assert_eq!(
        labels("condition c = score $0"),
        ["==", "!=", ">", ">=", "<", "<=", "in", "not in", "exists", "not exists"]
    );
    assert_eq!(
        labels("rule \"R\" { when skill ha$0 }"),
        ["has", "lacks", "contains", "exists", "not exists"]
    );
    assert_eq!(labels("rule \"R\" {\n  when\n    skill ha$0\n}").len(), 5);
    assert_eq!(labels("condition c = tier not $0"), ["exists", "in"]);
    assert_eq!(labels("condition c = skill not $0"), ["exists"]);
    assert_eq!(labels("condition c = calm $0"), ["and", "or"]);
    assert_eq!(labels("condition c = tier == \"gold\" $0"), ["and", "or"]);
    assert_eq!(taken("condition c = tier =$0", "=="), "condition c = tier ==");
}

#[test]
fn values_fit_the_attribute_and_stand_in_one_pair_of_quotes() {
    for text in
        ["tier == $0", "tier == \"$0\"", "tier != \"go$0", "tier in [\"gold\", $0", "tier not in [$0]"]
    {
        let text = format!("condition c = {text}");
        assert_eq!(labels(&text), ["\"gold\"", "\"silver\""], "{text}");
    }
    assert_eq!(taken("condition c = tier == \"go$0\"", "\"gold\""), "condition c = tier == \"gold\"");
    assert_eq!(taken("condition c = tier == \"go$0", "\"gold\""), "condition c = tier == \"gold\"");
    assert_eq!(taken("condition c = tier == go$0", "\"gold\""), "condition c = tier == \"gold\"");
    assert_eq!(labels("condition c = vip == $0"), ["true", "false"]);
    assert!(labels("condition c = vip == \"$0\"").is_empty());
    assert_eq!(labels("condition c = tier in $0"), ["[…]"]);
    assert!(labels("condition c = note == $0").is_empty());
    assert!(labels("condition c = score > 5$0").is_empty());
}

#[test]
fn skills_stand_by_their_names_and_in_quotes_by_the_platforms() {
    for text in [
        "condition c = skill has $0",
        "condition c = skill lacks bil$0",
        "skill_group g { skills: [$0] }",
        "strategy for \"Desk\" on voice { require: [billing, $0] }",
        "strategy for \"Desk\" on voice { overflow: queue_depth > 5 -> add_skill_to_interaction($0",
        "test \"t\" { given { skill: [$0",
    ] {
        assert_eq!(labels(text), ["billing", "wide"], "{text}");
    }
    assert_eq!(labels("condition c = skill has \"$0\""), ["\"billing\"", "\"World wide\""]);
    assert_eq!(labels("skill_group g { skills: $0 }"), ["[…]"]);
}

#[test]
fn queues_stand_in_quotes() {
    for text in [
        "rule \"R\" { queue: $0 }",
        "rule \"R\" { queue: \"De$0\", when vip }",
        "rule \"R\" {\n  queue: \"De$0\n  when vip\n}",
        "strategy for $0",
        "strategy for \"$0\" on voice { }",
        "test \"t\" { expect queue $0 }",
        "test \"t\" { expect queue \"N$0\" -> none }",
        "strategy for \"Desk\" on voice { overflow: wait_time > 2m -> route_to_next_queue(\"$0\") }",
        "rule \"R\" { was: queue \"$0\" }",
    ] {
        assert_eq!(labels(text), ["\"Desk\"", "\"Night\""], "{text}");
    }
    assert_eq!(taken("strategy for \"N$0\" on voice", "\"Night\""), "strategy for \"Night\" on voice");
    assert_eq!(taken("rule \"R\" { queue:$0 }", "\"Desk\""), "rule \"R\" { queue: \"Desk\" }");
    assert_eq!(labels("queue \"Q\" { skill_group: $0 }"), ["office"]);
    assert_eq!(labels("queue \"Q\" { external: $0 }"), ["true", "false"]);
}

#[test]
fn a_test_expects_rules_of_the_queue_that_it_names() {
    assert_eq!(labels("test \"t\" { expect $0 }"), ["\"Dark\"", "\"Day\"", "\"broken\"", "none", "queue"]);
    assert_eq!(labels("test \"t\" { expect queue \"Night\" -> $0 }"), ["\"Dark\"", "none"]);
    assert_eq!(labels("test \"t\" { expect queue \"Night\" $0 }"), ["->"]);
    assert_eq!(labels("test \"t\" { expect \"Da$0\" }"), ["\"Dark\"", "\"Day\"", "\"broken\""]);
}

#[test]
fn what_is_given_is_not_offered_again() {
    let labels = labels("test \"t\" { given { vip: true\n $0\n score: 5 } expect none }");
    assert!(labels.contains(&"tier".to_owned()));
    assert!(!labels.contains(&"vip".to_owned()) && !labels.contains(&"score".to_owned()));
    assert!(!labels.contains(&"calm".to_owned()));
}

#[test]
fn given_values_fit_their_attributes() {
    assert_eq!(labels("test \"t\" { given { tier: $0 } }"), ["\"gold\"", "\"silver\""]);
    assert_eq!(labels("test \"t\" { given { vip: $0 } }"), ["true", "false"]);
    assert_eq!(labels("test \"t\" { given { skill: $0 } }"), ["[…]"]);
}

#[test]
fn strategies_are_completed_word_by_word() {
    assert_eq!(labels("strategy $0"), ["for"]);
    assert_eq!(labels("strategy for \"Desk\" $0"), ["on"]);
    assert_eq!(labels("strategy for \"Desk\" on $0"), ["voice", "chat", "callback"]);
    let inside = |text: &str| labels(&format!("strategy for \"Desk\" on voice {{ {text} }}"));
    assert_eq!(inside("method: $0"), ["longest_idle_agent", "most_skilled", "random", "custom"]);
    assert_eq!(inside("overflow: $0"), ["queue_depth", "wait_time"]);
    assert_eq!(inside("overflow: queue_depth $0"), [">"]);
    assert_eq!(inside("overflow: queue_depth > 5 $0"), ["->"]);
    assert_eq!(
        inside("overflow: queue_depth > 5 -> $0"),
        ["route_to_next_queue", "add_skill_to_interaction"]
    );
    assert_eq!(inside("guard: $0"), ["licenses", "available_agents"]);
    assert_eq!(inside("guard: licenses $0"), [">="]);
}

#[test]
fn types_stand_after_an_attribute() {
    assert_eq!(labels("attribute x: $0"), ["bool", "int", "float", "string", "enum", "set"]);
    assert_eq!(labels("attribute x: bo$0\nskill y").len(), 6);
}

#[test]
fn comments_and_patterns_are_left_alone() {
    for text in [
        "// $0",
        "rule \"R\" { when // vi$0",
        "condition c = /* $0 */ vip",
        "condition c = /* $0",
        "condition c = note matches /vi$0/",
    ] {
        assert!(labels(text).is_empty(), "{text}");
    }
    assert!(!labels("/* a */ $0").is_empty());
}

#[test]
fn a_condition_ends_where_the_next_thing_begins() {
    let all = labels("rule \"R\" {\n  when vip\n  $0\n}");
    assert!(all.contains(&"and".to_owned()) && all.contains(&"priority".to_owned()));
    let all = labels("condition c = vip\n$0");
    assert!(all.contains(&"or".to_owned()) && all.contains(&"rule".to_owned()));
}

#[test]
fn broken_code_around_the_cursor_changes_nothing() {
    let clean = labels("condition c = $0");
    for around in ["rule \"x\" { when and }\nX", "X\nrule \"x\" {", "test { given (\nX\nqueue ]", "skill\nX"]
    {
        assert_eq!(labels(&around.replace('X', "condition c = $0")), clean, "{around}");
    }
}

#[test]
fn of_very_many_names_those_that_fit_are_offered() {
    let queues: Vec<String> = (0..5000).map(|at| format!("queue \"Queue {at}\"\n")).collect();
    let find = |typed: &str| {
        let fixture = Fixture::new(&format!("{}rule \"R\" {{ queue: \"{typed}$0\" }}", queues.concat()));
        completion(&fixture.program, fixture.file, fixture.offset).unwrap()
    };
    let all = find("");
    assert!(all.is_incomplete && all.items.len() == MOST);
    let fitting = find("QUE 4999");
    assert!(fitting.is_incomplete && fitting.items.len() == 1);
    assert_eq!(fitting.items[0].label, "\"Queue 4999\"");
}
