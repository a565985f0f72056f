//! The projects to copy: they are clean, tested and formatted, and fit the organizations beside them.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

use genesys_model::{Bundle, Measure, QueueRef};
use genesys_sandbox::Fixture;
use rule_test::Options;
use rulec_tests::corpus::described;
use rulec_tests::project::{Project, rule_files};
use serde_json::Value;

fn folders() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut folders: Vec<_> =
        std::fs::read_dir(all).expect("the examples").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    assert!(folders.len() >= 2);
    folders
}

#[test]
fn every_example_is_clean_and_formatted() {
    for folder in folders() {
        let project = Project::new(&rule_files(&folder));
        let words: String =
            project.sources.iter().map(|source| described(source, &project.diagnostics)).collect();
        assert!(project.diagnostics.is_empty(), "{}\n{words}", folder.display());
        for source in &project.sources {
            let formatted = rule_lang::format::format_source(source).expect("no errors");
            assert_eq!(formatted, **source.text(), "{}", folder.display());
        }
    }
}

#[test]
fn the_tests_of_every_example_pass_and_decide_every_condition() {
    for folder in folders() {
        let project = Project::new(&rule_files(&folder));
        let report = rule_test::run(&project.program, &Options::default()).expect("no errors");
        assert!(report.passed() > 20, "{}", folder.display());
        assert_eq!(report.failed(), 0, "{}", folder.display());
        let open: Vec<_> =
            report.coverage.conditions.iter().filter(|one| !one.is_covered()).map(|one| &one.text).collect();
        assert!(open.is_empty(), "{}: {open:?}", folder.display());
    }
}

/// The contact centre, and the organization that it is deployed to.
fn contact_centre() -> (Bundle, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/contact-centre");
    let organization = std::fs::read_to_string(folder.join("organization.json")).expect("an organization");
    (Project::new(&rule_files(&folder)).program.compile(), organization)
}

#[test]
fn the_contact_centre_has_what_a_contact_centre_has() {
    let (bundle, _) = contact_centre();
    let own: Vec<_> = bundle.queues.iter().filter(|queue| !queue.external).collect();
    assert_eq!((own.len(), bundle.skills.len(), bundle.skill_groups.len()), (3, 12, 3));
    assert!(bundle.rules.len() >= 20, "{}", bundle.rules.len());
    for queue in own {
        let of = |one: &QueueRef| one.as_str() == queue.name;
        let media: Vec<_> = bundle.strategies.iter().filter(|one| of(&one.queue)).collect();
        assert_eq!(media.len(), 2, "{}", queue.name);
    }
}

#[test]
fn the_guards_of_the_contact_centre_hold_in_its_organization() {
    let (bundle, organization) = contact_centre();
    Fixture::from_json(&organization).expect("a fixture");
    let organization: Value = serde_json::from_str(&organization).expect("JSON");
    let list = |key: &str| organization[key].as_array().expect("a list").clone();
    let licenses: u64 = list("licenses").iter().filter_map(|one| one["count"].as_u64()).sum();
    for strategy in &bundle.strategies {
        let is_here = |queue: &Value| queue["name"] == strategy.queue.as_str();
        let answers = |agent: &Value| {
            let queues = agent["queues"].as_array().expect("a list");
            agent["state"] == "Available" && queues.iter().any(|queue| queue == strategy.queue.as_str())
        };
        for guard in &strategy.guards {
            let found = match guard.measure {
                Measure::Licenses => licenses,
                Measure::AvailableAgents => {
                    assert!(list("queues").iter().any(is_here), "nobody answers in a queue that is new");
                    list("agents").iter().filter(|agent| answers(agent)).count() as u64
                }
            };
            assert!(found >= guard.at_least, "{guard:?} of {:?}: {found}", strategy.queue);
        }
    }
}
