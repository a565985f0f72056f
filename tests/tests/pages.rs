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
