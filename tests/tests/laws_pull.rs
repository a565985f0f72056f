//! The law of pulling: what is deployed to an organization and pulled from it compiles to the same rules, and to a plan
//! that is empty.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use genesys_client::deploy;
use genesys_client::plan::Prune;
use genesys_client::resource::Kind;
use genesys_model::{Bundle, QueueRef, RuleBody};
use proptest::prelude::*;
use rule_compiler::lift::lift;
use rulec_tests::deployment::{World, cases, run};
use rulec_tests::generate::{Options, programs};
use rulec_tests::project::Project;

/// The rules of a program that has no errors.
fn compiled(text: &str) -> Vec<RuleBody> {
    let project = Project::one(text);
    assert!(project.errors().is_empty(), "{text}\n{:#?}", project.errors());
    project.program.compile().rules
}

fn bundle(rules: &[RuleBody]) -> Bundle {
    let rules: Vec<_> = rules.iter().map(|rule| serde_json::to_value(rule).unwrap()).collect();
    rulec_tests::deployment::bundle(&rules)
}

/// By queue and name, with trees in normal form; an empty description is none.
fn by_identity(rules: Vec<RuleBody>) -> BTreeMap<(QueueRef, String), RuleBody> {
    let normal = |rule: RuleBody| RuleBody {
        expression: rule.expression.normal(),
        description: rule.description.filter(|text| !text.is_empty()),
        ..rule
    };
    rules.into_iter().map(normal).map(|rule| ((rule.queue.clone(), rule.name.clone()), rule)).collect()
}

/// An organization with the queues of these rules.
async fn world(rules: &[RuleBody]) -> World {
    let mut names: Vec<&str> = rules.iter().map(|rule| rule.queue.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let queue = |(number, name): (usize, &str)| genesys_sandbox::queue(format!("q-{number}"), name);
    let queues = names.into_iter().enumerate().map(queue).collect();
    World::start(|settings| settings.queues = queues).await
}

/// What `pull` writes of an organization.
async fn pulled(world: &World) -> String {
    let observed = world.observe().await.unwrap();
    let bodies: Vec<RuleBody> =
        observed.of(Kind::Rule).iter().map(|live| rulec::lifting::body(live, &observed).unwrap()).collect();
    let lifted = lift(&bodies, &rulec::lifting::names(genesys_model::limits::MAX_DEPTH));
    assert_eq!(lifted.refused, []);
    lifted.text
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn what_is_pulled_is_what_was_deployed(program in programs(Options { rules: 15, ..Options::free() })) {
        run(async {
            let rules = compiled(&program.text());
            let world = world(&rules).await;
            world.deploy(&world.plan(&bundle(&rules), Prune::No).await.unwrap()).await.unwrap();
            prop_assert_eq!(world.sandbox.rules().len(), rules.len());

            let text = pulled(&world).await;
            let again = compiled(&text);
            let plan = world.plan(&bundle(&again), Prune::Unowned).await.unwrap();
            prop_assert!(plan.is_empty(), "{plan:#?}\n{text}");
            let (again, rules) = (by_identity(again), by_identity(rules));
            prop_assert!(again.keys().eq(rules.keys()), "{text}");
            for (identity, rule) in rules {
                prop_assert_eq!(again.get(&identity), Some(&rule));
            }

            // Nor has anything drifted from what was deployed.
            let observed = world.observe().await.unwrap();
            let owned = deploy::owned(&deploy::deployments(world.journal().records()));
            prop_assert!(deploy::drift(&owned, &observed).is_empty());
            Ok(())
        })?;
    }
}
