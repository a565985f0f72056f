//! The page of every code: the program that it calls wrong has that finding, the one that it calls mended has none.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use rule_lang::{Code, codes};
use rulec_tests::corpus::described;
use rulec_tests::project::Project;

/// The program in the first fenced block of a section.
fn program<'p>(code: &'p Code, section: &str) -> Option<&'p str> {
    let text = &code.page[code.page.find(section)? + section.len()..];
    let text = &text[..text.find("\n## ").unwrap_or(text.len())];
    let text = &text[text.find("```rule\n")? + "```rule\n".len()..];
    Some(&text[..text.find("```").expect("a fence is closed")])
}

/// Codes of which no text is an example: what is wrong is the file, or its size.
const WITHOUT_EXAMPLE: [&str; 4] = ["E0012", "E0013", "E0016", "E0017"];

#[test]
fn the_wrong_example_of_every_page_has_its_finding_and_no_other_error() {
    for code in codes::ALL {
        let Some(wrong) = program(code, "\n## Wrong\n") else {
            assert!(WITHOUT_EXAMPLE.contains(&code.id), "{} has no wrong example", code.id);
            continue;
        };
        let project = Project::one(wrong);
        let words = described(&project.sources[0], &project.diagnostics);
        assert!(project.diagnostics.iter().any(|found| found.code == *code), "{}\n{wrong}\n{words}", code.id);
        let others = project.errors().iter().filter(|found| found.code != *code).count();
        assert_eq!(others, 0, "{}\n{wrong}\n{words}", code.id);
    }
}

#[test]
fn the_mended_example_of_every_page_has_no_finding() {
    for code in codes::ALL {
        let Some(mended) = program(code, "\n## Mended\n") else {
            assert!(WITHOUT_EXAMPLE.contains(&code.id), "{} has no mended example", code.id);
            continue;
        };
        let project = Project::one(mended);
        let words = described(&project.sources[0], &project.diagnostics);
        assert!(project.diagnostics.is_empty(), "{}\n{mended}\n{words}", code.id);
        project.json();
        let formatted = rule_lang::format::format_source(&project.sources[0]).expect("no errors");
        assert_eq!(formatted, mended, "the mended example of {} is formatted", code.id);
    }
}

#[test]
fn every_page_starts_with_its_code_and_its_name() {
    for code in codes::ALL {
        let head = code.page.lines().next().unwrap_or_default();
        assert!(head.contains(code.id) && head.contains(code.name), "{}: {head}", code.id);
    }
}

/// The three that say what uses a declaration: their pages, the reference and the check say one thing.
#[test]
fn the_pages_and_the_reference_agree_on_what_uses_a_declaration() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/language.md");
    let reference = std::fs::read_to_string(path).expect("the reference is there");
    let reference = reference.split_whitespace().collect::<Vec<_>>().join(" ");
    let ways: [(&str, &str, &[&str]); 3] = [
        (
            "W0103",
            "skill s",
            &[
                "condition c = skill has s",
                "rule \"R\" {\n  queue: \"Q\"\n  when skill lacks s\n}",
                "skill_group h { skills: [s] }",
                "strategy for \"Q\" on voice {\n  method: random\n  require: [s]\n}",
                "strategy for \"Q\" on voice {\n  method: random\n  prefer: [s]\n}",
                "strategy for \"Q\" on voice {\n  method: random\n  overflow: queue_depth > 5 -> add_skill_to_interaction(s)\n}",
                "test \"T\" {\n  given { skill: [s] }\n  expect none\n}",
            ],
        ),
        ("W0104", "skill s\nskill_group g { skills: [s] }", &["queue \"O\" { skill_group: g }"]),
        (
            "W0105",
            "queue \"U\"",
            &[
                "rule \"R\" {\n  queue: \"U\"\n  when vip_flag == true\n}",
                "strategy for \"U\" on voice { method: random }",
                "strategy for \"Q\" on voice {\n  method: random\n  overflow: queue_depth > 5 -> route_to_next_queue(\"U\")\n}",
                "test \"T\" {\n  given { priority: 1 }\n  expect queue \"U\" -> \"R\"\n}",
            ],
        ),
    ];
    for (id, declared, uses) in ways {
        let code = codes::find(id).expect("a code");
        let subject = if id == "W0105" {
            "\"U\""
        } else if id == "W0104" {
            "g"
        } else {
            "s"
        };
        let unused = |text: &str| {
            let project = Project::one(text);
            let named = |found: &rule_lang::Diagnostic| {
                project.sources[0].text().get(found.primary.span.range()) == Some(subject)
            };
            project.diagnostics.iter().any(|found| found.code == code && named(found))
        };
        assert!(unused(&format!("{declared}\nqueue \"Q\"")), "{id}");
        for one in uses {
            assert!(!unused(&format!("{declared}\nqueue \"Q\"\n{one}")), "{id}: {one}");
        }
        let says = code.page.lines().nth(2).expect("what it says").trim_end_matches('.');
        let who = says.rsplit_once(" names the ").expect("who names it").0.replacen("No", "no", 1);
        assert!(reference.contains(&format!("that {who} names")), "{id}: {who}");
    }
}
