//! Skills, skill groups, queues and strategies: what is said of them, and what the bundle has of them.

use rule_compiler::{Program, Settings};
use rule_lang::{FileId, Source};

use crate::{check, expect, program};

const SKILLS: &str = r#"
skill billing { name: "Billing & Invoices", description: "knows invoices", was: "Invoices" }
skill support { division: "Home", id: "s-1" }
skill english
skill_group tier1 { skills: [support, "english", billing] }
skill_group tier2 { name: "Tier 2", description: "the second line", was: "Second", division: "Home", id: "g-2", skills: [support] }
"#;

const QUEUES: &str = r#"
queue "Support" { skill_group: tier2, description: "mends", was: "Help", division: "Home", id: "q-1" }
queue "Overflow" { external: true, division: "Home", id: "q-2" }
queue "Billing" { skill_group: tier1 }

strategy for "Support" on chat { method: longest_idle_agent }
strategy for "Support" on voice {
  method: most_skilled
  require: [support]
  prefer: [english, billing]
  overflow: queue_depth > 15 -> route_to_next_queue("Overflow")
  overflow: wait_time > 2m -> add_skill_to_interaction(billing)
  overflow: wait_time > 90s -> route_to_next_queue
  guard: available_agents >= 81%
  guard: available_agents >= 3
  guard: licenses >= 21
}
strategy for "Billing" on callback { method: custom }
strategy for "Overflow" on voice { method: random }
"#;

const WRITTEN: &str = r#"{"format":1,"rules":[],"skills":[
{"name":"Billing & Invoices","description":"knows invoices","was":"Invoices"},
{"name":"english"},
{"name":"support","division":"Home","id":"s-1"}
],"skill_groups":[
{"name":"Tier 2","description":"the second line","skills":["support"],"was":"Second","division":"Home","id":"g-2"},
{"name":"tier1","skills":["Billing & Invoices","english","support"]}
],"queues":[
{"name":"Billing","skill_group":"tier1"},
{"name":"Overflow","external":true,"division":"Home","id":"q-2"},
{"name":"Support","description":"mends","skill_group":"Tier 2","was":"Help","division":"Home","id":"q-1"}
],"strategies":[
{"queue":{"name":"Billing"},"media_type":"callback","method":"custom"},
{"queue":{"name":"Overflow"},"media_type":"voice","method":"random"},
{"queue":{"name":"Support"},"media_type":"voice","method":"mostSkilled","require":["support"],"prefer":["english","Billing & Invoices"],"overflow":[{"condition":"queueDepth","threshold":15,"action":"routeToNextQueue","target":"Overflow"},{"condition":"waitTime","threshold":120,"action":"addSkillToInteraction","target":"Billing & Invoices"},{"condition":"waitTime","threshold":90,"action":"routeToNextQueue"}],"guards":[{"measure":"available_agents","at_least":18,"percent":81},{"measure":"available_agents","at_least":3},{"measure":"licenses","at_least":21}]},
{"queue":{"name":"Support"},"media_type":"chat","method":"longestIdleAgent"}
]}
"#;

/// The bundle, as bytes that say what its value says.
fn written(files: &[&str]) -> String {
    let mut program = Program::new(Settings::default());
    for (number, text) in (0..).zip(files) {
        program.set(&Source::new(FileId(number), format!("{number}.rule"), *text));
    }
    let found = program.check();
    assert!(found.is_empty(), "{found:#?}");
    let text = String::from_utf8_lossy(&program.compile_to_json()).into_owned();
    assert_eq!(genesys_model::Bundle::from_json(&text).ok(), Some(program.compile()));
    text
}

#[test]
fn the_bundle_has_the_topology_whatever_the_order_of_the_files() {
    assert_eq!(written(&[SKILLS, QUEUES]), WRITTEN);
    assert_eq!(written(&[QUEUES, SKILLS]), WRITTEN);
}

#[test]
fn a_program_without_topology_has_none_in_its_bundle() {
    assert_eq!(
        written(&["condition c = priority > 1 // rulec: allow(unused-condition) for the test\n"]),
        "{\"format\":1,\"rules\":[]}\n"
    );
}

#[test]
fn a_percentage_is_rounded_up_and_never_overflows() {
    let large = QUEUES.replace("licenses >= 21", "licenses >= 9223372036854775807");
    let large = large.replace("81%", "100%");
    assert!(written(&[SKILLS, &large]).contains(r#""at_least":9223372036854775807,"percent":100"#));
    let small = QUEUES.replace("licenses >= 21", "licenses >= 1").replace("81%", "1%");
    assert!(written(&[SKILLS, &small]).contains(r#""at_least":1,"percent":1}"#));
}

#[test]
fn an_external_queue_takes_nothing_that_would_be_written() {
    let text = r#"
skill a
skill_group g { skills: [a] }
queue "Q" { external: true, skill_group: g, description: "d", was: "P", division: "Home", id: "q" }
queue "P" { external: false, skill_group: g, description: "d", was: "O", division: "Home", id: "p" }
rule "R" { queue: "Q", when priority > 1 }
rule "S" { queue: "P", when priority > 2 }
"#;
    expect(&check(text), &[("E0201", "skill_group"), ("E0201", "description"), ("E0201", "was")]);
}

#[test]
fn a_former_name_is_another_one_and_names_are_not_empty() {
    let text = r#"
skill a { name: "A", was: "A" }
skill b { was: "b", division: "", id: 5 }
skill_group g { name: "", was: "", skills: [a, b] }
skill_group h { was: "h", skills: [a, b] }
queue "Q" { was: "Q", skill_group: g }
queue "P" { was: queue "Q" "P", skill_group: h }
rule "R" { queue: "Q", when priority > 1 }
rule "S" { queue: "P", when priority > 2 }
"#;
    let wrong = ["\"A\"", "\"b\"", "\"\"", "5", "\"\"", "\"\"", "\"h\"", "\"Q\"", "queue \"Q\" \"P\""];
    expect(&check(text), &wrong.map(|text| ("E0204", text)));
}

#[test]
fn the_platform_tells_no_two_groups_of_one_name_apart() {
    let text = r#"
skill a
skill_group g { skills: [a] }
skill_group h { name: "g", skills: [a] }
skill_group i { name: "I", skills: [a] }
skill_group j { name: "I", skills: [a] }
queue "1" { skill_group: g }
queue "2" { skill_group: h }
queue "3" { skill_group: i }
queue "4" { skill_group: j }
rule "1" { queue: "1", when priority > 1 }
rule "2" { queue: "2", when priority > 1 }
rule "3" { queue: "3", when priority > 1 }
rule "4" { queue: "4", when priority > 1 }
"#;
    expect(&check(text), &[("E0106", "h"), ("E0106", "j")]);
}

#[test]
fn a_required_skill_is_in_the_group_of_the_queue() {
    let of = |group: &str, queue: &str, require: &str| {
        check(&format!(
            "skill a\nskill b {{ name: \"B\" }}\nskill c\n\
             skill_group g {{ skills: {group} }}\n\
             skill_group other {{ skills: [c] }}\nqueue \"O\" {{ skill_group: other }}\n\
             queue \"Q\" {{ {queue} }}\nrule \"R\" {{ queue: \"Q\", when skill has a and skill has b }}\n\
             rule \"S\" {{ queue: \"O\", when priority > 1 }}\n\
             strategy for \"Q\" on voice {{ method: random, require: {require}, prefer: [c] }}\n"
        ))
    };
    let unused = ("W0104", "g");
    expect(&of("[a, b]", "skill_group: g", "[a, b]"), &[]);
    expect(&of("[a, \"B\"]", "skill_group: g", "[\"a\", b]"), &[]);
    expect(&of("[a]", "skill_group: g", "[a, b, \"c\"]"), &[("W0206", "b"), ("W0206", "\"c\"")]);
    // What is wrong already is not judged again.
    expect(&of("[a]", "skill_group: g", "[d]"), &[("E0102", "d")]);
    expect(&of("[d]", "skill_group: g", "[b]"), &[("E0102", "d")]);
    expect(&of("[]", "skill_group: g", "[b]"), &[("E0310", "[]")]);
    // Of these queues nothing is known.
    expect(&of("[a]", "external: true", "[b]"), &[unused]);
    expect(&of("[a]", "description: \"d\"", "[b]"), &[unused]);
    expect(&of("[a]", "skill_group: h", "[b]"), &[("E0103", "h")]);
}

#[test]
fn a_lacking_skill_is_found_and_forgotten_as_any_of_the_three_declarations_changes() {
    let files = [
        "skill a\nskill b\n",
        "skill_group g { skills: [a] }\n",
        "queue \"Q\" { skill_group: g }\n",
        "strategy for \"Q\" on voice { method: random, require: [a, b] }\n",
    ];
    let mended = [
        "",
        "skill_group g { skills: [a, b] }\n",
        "queue \"Q\" { description: \"d\" }\n",
        "strategy for \"Q\" on voice { method: random, require: [a] }\n",
    ];
    let mut program = Program::new(Settings::default());
    let set = |program: &mut Program, number: usize, text: &str| {
        let id = FileId(u32::try_from(number).unwrap());
        program.set(&Source::new(id, format!("{number}.rule"), text));
        let found: Vec<&str> = program.check().iter().map(|one| one.code.id).collect();
        found.iter().filter(|code| **code == "W0206").count()
    };
    for (number, text) in files.iter().enumerate() {
        set(&mut program, number, text);
    }
    for number in 1..files.len() {
        assert_eq!(set(&mut program, number, mended[number]), 0, "{}", mended[number]);
        assert_eq!(set(&mut program, number, files[number]), 1, "{}", files[number]);
    }
}

#[test]
fn the_lint_is_silenced_like_any_other() {
    let text = r#"
skill a
skill b
skill_group g { skills: [a] }
queue "Q" { skill_group: g }
strategy for "Q" on voice {
  method: random
  require: [b] // rulec: allow(skill-not-in-group) lent by another team
}
"#;
    let (program, _) = program(text);
    assert_eq!(program.diagnostics().count(), 0);
}
