//! The fault matrix over a deployment of skills, skill groups, queues, strategies and rules.
//!
//! `RULEC_FAULTS=full` runs every fault on every write; else every fault on every kind of write once.

use std::collections::BTreeMap;

use genesys_client::plan::steps;
use rulec_tests::centre::world;
use rulec_tests::deployment::run;
use rulec_tests::matrix::{
    Scene, no_fault_leaves_a_mixture, no_fault_while_undoing_leaves_a_mixture,
    without_undoing_faults_leave_mixtures,
};

const CENTRE: Scene = || Box::pin(world());

#[test]
fn the_plan_holds_every_kind_of_write_of_every_kind_of_object() {
    run(async {
        let (_, plan) = world().await;
        assert!(plan.changes.len() >= 60, "{}", plan.changes.len());
        let mut writes: BTreeMap<String, usize> = BTreeMap::new();
        for step in steps(&plan.changes).unwrap() {
            let kind = plan.changes[step.change].kind.word();
            *writes.entry(format!("{:?} {kind}", step.action)).or_default() += 1;
        }
        for kind in ["skill", "skill group", "queue", "strategy", "rule"] {
            for action in ["Create", "Update", "Delete"] {
                assert!(
                    writes.get(&format!("{action} {kind}")).is_some_and(|count| *count >= 2),
                    "{writes:?}"
                );
            }
        }
    });
}

#[test]
fn no_fault_at_any_write_leaves_a_mixture() {
    no_fault_leaves_a_mixture("mixed", CENTRE);
}

#[test]
fn no_fault_while_it_is_undone_leaves_a_mixture() {
    no_fault_while_undoing_leaves_a_mixture("mixed", CENTRE);
}

#[test]
fn without_undoing_faults_do_leave_mixtures() {
    without_undoing_faults_leave_mixtures("mixed", CENTRE);
}
