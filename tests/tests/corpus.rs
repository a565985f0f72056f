//! The corpus of broken programs: each file says what is to be found in it. `RULEC_BLESS=1` writes what is found.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeSet;

use rule_lang::{SourceMap, codes};
use rulec::render::text::TextRenderer;
use rulec_tests::corpus::{self, Case};
use rulec_tests::invariants;
use rulec_tests::project::Project;

fn found(case: &Case) -> (Project, String) {
    let project = Project::one(&case.program);
    invariants::diagnostics_fit(&project.sources[0], &project.diagnostics);
    let findings = corpus::findings(&project.sources[0], &project.diagnostics);
    (project, findings)
}

#[test]
fn every_program_of_the_corpus_has_exactly_the_findings_that_it_says() {
    let bless = std::env::var_os("RULEC_BLESS").is_some();
    let mut wrong = Vec::new();
    let cases = corpus::cases();
    assert!(cases.len() >= 120, "{} programs", cases.len());
    for case in cases {
        let (project, findings) = found(&case);
        if case.expected.as_deref() != Some(findings.as_str()) {
            if bless {
                case.bless(&findings);
            } else {
                let words = corpus::described(&project.sources[0], &project.diagnostics);
                let expected = case.expected.as_deref().unwrap_or("nothing yet\n");
                wrong.push(format!("{}.rule expects\n{expected}but has\n{findings}{words}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n(RULEC_BLESS=1 takes these over)", wrong.join("\n"));
}

#[test]
fn every_finding_of_the_corpus_is_shown_as_it_was() {
    for case in corpus::cases() {
        let mut sources = SourceMap::new();
        let file = format!("{}.rule", case.name);
        sources.add(file, case.program.as_str());
        let (project, _) = found(&case);
        let text = TextRenderer::new(&sources, false, 100);
        let rendered: Vec<_> = project.diagnostics.iter().map(|found| text.render(found)).collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_snapshot_path("../corpus/snapshots");
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(case.name.as_str(), rendered.join("\n")));
    }
}

#[test]
fn every_code_is_in_the_corpus() {
    let mut missing: BTreeSet<_> = codes::ALL.iter().map(|code| code.id).collect();
    for case in corpus::cases() {
        for finding in case.expected.unwrap_or_default().lines() {
            if let Some(id) = finding.split(' ').nth(2) {
                missing.remove(id);
            }
        }
    }
    // What the command line finds in the bytes of a file, before there is any text: `cli/tests` has these. The
    // limits on the number of errors and on a declaration's size have tests below and in `hostile.rs`.
    for elsewhere in ["E0012", "E0013", "E0016", "E0017"] {
        missing.remove(elsewhere);
    }
    assert!(missing.is_empty(), "no program of the corpus has {missing:?}");
}

#[test]
fn too_many_errors_are_said_to_be_too_many() {
    let text: Vec<_> = (0..20_000).map(|number| format!("condition c{number} = priority = 1")).collect();
    let project = Project::one(&text.join("\n"));
    let errors = project.errors();
    assert!(errors.iter().any(|found| found.code.id == "E0016"), "{} errors", errors.len());
    assert!(errors.len() <= 10_001, "{} errors", errors.len());
}

#[test]
fn no_mistake_of_the_corpus_brings_a_crowd() {
    for case in corpus::cases() {
        let (project, _) = found(&case);
        let count = project.diagnostics.len();
        assert!(count <= 8, "{} has {count} findings", case.name);
    }
}
