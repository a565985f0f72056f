//! The scores of agents: the contract's figures, and the laws of the default.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use routing_sim::agent_score::{
    Agent, Anomaly, AnomalyClass, Ranking, ScoreError, Scorer, SimulationReport, Skill, rank,
};
use serde_json::json;

fn skill(name: &str, priority: i64) -> Skill {
    Skill { name: name.to_owned(), priority, proficiency: None }
}

fn agent(user_id: &str, state: &str, skills: Vec<Skill>) -> Agent {
    Agent { user_id: user_id.to_owned(), name: None, state: state.to_owned(), skills }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The score of one agent who is there.
fn score(scorer: Scorer, skills: &[(&str, i64)], required: &[&str]) -> f64 {
    let skills = skills.iter().map(|&(name, priority)| skill(name, priority)).collect();
    rank(scorer, &[agent("a", "Available", skills)], &names(required)).unwrap().agents[0].score
}

#[track_caller]
fn exactly(got: f64, wanted: f64) {
    assert_eq!(got.to_bits(), wanted.to_bits(), "{got} for {wanted}");
}

#[test]
fn the_contracts_scores_are_met_to_the_digit() {
    let ten = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let seed = |skills: &[(&str, i64)], required: &[&str]| score(Scorer::Seed, skills, required);
    exactly(seed(&[("a", 1)], &["a"]), 0.8);
    exactly(seed(&[("a", 0)], &["a"]), 1.0);
    exactly(seed(&[("a", 1)], &[]), 0.0);
    exactly(seed(&[("a", 1)], &["a", "a"]), 0.8);
    exactly(seed(&[("a", 1)], &["a", "a", "b"]), 0.5);
    exactly(seed(&[("a", 1), ("b", 1)], &["a", "b"]), 0.733);
    exactly(seed(&[("a", 1)], &["a", "b"]), 0.5);
    exactly(seed(&[("a", 5), ("b", 5), ("c", 5)], &["a", "b", "c"]), 0.625);
    exactly(seed(&[("a", 1)], &ten), 0.26);
    exactly(seed(&[("a", 1), ("b", 1)], &ten), 0.253);
    exactly(seed(&[("a", 1), ("b", 9)], &ten), 0.156);
    exactly(seed(&[("b", 1)], &["a"]), 0.0);
    // The last of two entries for one skill counts.
    exactly(seed(&[("a", 9), ("a", 1)], &["a"]), 0.8);
}

#[test]
fn a_negative_priority_is_an_error_for_both() {
    for scorer in [Scorer::Seed, Scorer::Default] {
        let found =
            rank(scorer, &[agent("ada", "Offline", vec![skill("billing", -1)])], &names(&["billing"]));
        assert_eq!(
            found.unwrap_err().to_string(),
            "agent `ada` has the priority -1 for the skill `billing`; it must be 0 or more"
        );
    }
    for proficiency in [-0.1, 5.1, f64::NAN, f64::INFINITY] {
        let skill = Skill { proficiency: Some(proficiency), ..skill("billing", 1) };
        let found = rank(Scorer::Default, &[agent("ada", "Available", vec![skill])], &[]);
        assert!(matches!(found, Err(ScoreError::Proficiency { .. })));
    }
}

fn team() -> Vec<Agent> {
    vec![
        agent("one", "Busy", vec![skill("a", 1)]),
        agent("two", "Available", vec![skill("c", 1)]),
        agent("three", "Available", vec![skill("a", 1)]),
        agent("four", "Available", vec![skill("a", 1), skill("b", 1)]),
        agent("five", "Offline", vec![]),
        agent("six", "Available", vec![skill("b", 1)]),
    ]
}

#[test]
fn the_contracts_report_is_met_key_by_key() {
    let ranking = rank(Scorer::Seed, &team(), &names(&["a", "b"])).unwrap();
    let report = SimulationReport::of("q", Some("SkillBased"), &ranking);
    assert_eq!(
        serde_json::to_value(report).unwrap(),
        json!({
            "queue_id": "q",
            "routing_type": "SkillBased",
            "total_agents_evaluated": 6,
            "ranked_agents": [
                {"userId": "four", "score": 0.733, "anomalies": []},
                {"userId": "three", "score": 0.5, "anomalies": []},
                {"userId": "six", "score": 0.5, "anomalies": []},
                {"userId": "one", "score": 0.0, "anomalies": ["Unavailable: Busy"]},
                {"userId": "two", "score": 0.0, "anomalies": ["Complete skill mismatch"]},
            ],
            "anomaly_summary": ["Unavailable: Busy", "Complete skill mismatch", "Unavailable: Offline"],
        })
    );
}

#[test]
fn nothing_required_is_a_mismatch_for_the_contract_and_none_for_the_default() {
    let agents = [agent("one", "Available", vec![])];
    assert_eq!(rank(Scorer::Seed, &agents, &[]).unwrap().agents[0].anomalies, [Anomaly::NoSkillMatches]);
    let by_default = rank(Scorer::Default, &agents, &[]).unwrap();
    assert!(by_default.agents[0].anomalies.is_empty());
    exactly(by_default.agents[0].score, 1.0);
}

#[test]
fn the_default_says_why_and_counts_who_is_not_there() {
    let ranking = rank(Scorer::Default, &team(), &names(&["a", "b"])).unwrap();
    let order: Vec<_> = ranking.agents.iter().map(|agent| agent.user_id.as_str()).collect();
    assert_eq!(order, ["four", "three", "six", "two", "one", "five"]);
    assert_eq!(ranking.top(9).count(), 4);
    let second = ranking.top(2).last().unwrap();
    assert_eq!((&second.matched[0].name, &second.missing), (&"a".to_owned(), &names(&["b"])));
    assert_eq!(second.anomalies, [Anomaly::MissingSkill { skill: "b".to_owned() }]);
    assert_eq!(
        ranking.unavailable.iter().map(|(state, &number)| (state.as_str(), number)).collect::<Vec<_>>(),
        [("Busy", 1), ("Offline", 1)]
    );
    assert_eq!(ranking.anomalies[&AnomalyClass::Unavailable], 2);
    assert_eq!(ranking.anomalies[&AnomalyClass::NoSkillMatches], 1);
    assert_eq!(ranking.anomalies[&AnomalyClass::MissingSkill], 2);
    assert_eq!((ranking.missing["a"], ranking.missing["b"]), (2, 2));
}

const SKILLS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn skills() -> impl Strategy<Value = Vec<Skill>> {
    let one = (0..SKILLS.len(), prop_oneof![0..20_i64, 0..=i64::MAX], proptest::option::of(0.0..=5.0_f64));
    let one =
        one.prop_map(|(name, priority, proficiency)| Skill { proficiency, ..skill(SKILLS[name], priority) });
    proptest::collection::vec(one, 0..8)
}

fn required() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec((0..SKILLS.len()).prop_map(|name| SKILLS[name].to_owned()), 0..8)
}

fn one(scorer: Scorer, skills: Vec<Skill>, required: &[String]) -> f64 {
    rank(scorer, &[agent("a", "Available", skills)], required).unwrap().agents[0].score
}

proptest! {
    #[test]
    fn scores_are_from_0_to_1(skills in skills(), required in required()) {
        for scorer in [Scorer::Default, Scorer::Seed] {
            prop_assert!((0.0..=1.0).contains(&one(scorer, skills.clone(), &required)));
        }
    }

    #[test]
    fn one_more_skill_never_lowers_the_default(
        skills in skills(), more in 0..SKILLS.len(), priority in 0..=i64::MAX, required in required()
    ) {
        let before = one(Scorer::Default, skills.clone(), &required);
        let mut after = skills;
        after.push(skill(SKILLS[more], priority));
        prop_assert!(one(Scorer::Default, after, &required) >= before);
    }

    #[test]
    fn a_better_priority_never_lowers_either(
        skills in skills(), which in any::<prop::sample::Index>(), better in 0..20_i64, required in required()
    ) {
        prop_assume!(!skills.is_empty());
        let mut after = skills.clone();
        let changed = which.get_mut(&mut after);
        changed.priority = changed.priority.min(better);
        for scorer in [Scorer::Default, Scorer::Seed] {
            let before = one(scorer, skills.clone(), &required);
            prop_assert!(one(scorer, after.clone(), &required) >= before);
        }
    }

    #[test]
    fn a_better_proficiency_never_lowers_the_default(
        skills in skills(), which in any::<prop::sample::Index>(), better in 0.0..=5.0_f64, required in required()
    ) {
        prop_assume!(!skills.is_empty());
        let mut after = skills.clone();
        let changed = which.get_mut(&mut after);
        changed.proficiency = changed.proficiency.map(|known| known.max(better));
        prop_assert!(one(Scorer::Default, after, &required) >= one(Scorer::Default, skills, &required));
    }

    #[test]
    fn a_ranking_is_the_same_again_and_keeps_the_order_of_equals(
        teams in proptest::collection::vec((skills(), 0..3_usize), 0..12), required in required()
    ) {
        let agents: Vec<Agent> = teams
            .into_iter()
            .enumerate()
            .map(|(number, (skills, state))| agent(&number.to_string(), ["Available", "Busy", "Offline"][state], skills))
            .collect();
        for scorer in [Scorer::Default, Scorer::Seed] {
            let ranking: Ranking = rank(scorer, &agents, &required).unwrap();
            prop_assert_eq!(&ranking, &rank(scorer, &agents, &required).unwrap());
            prop_assert_eq!(ranking.agents.len(), agents.len());
            for pair in ranking.agents.windows(2) {
                prop_assert!(pair[0].score >= pair[1].score);
                let number = |one: usize| pair[one].user_id.parse::<usize>().unwrap();
                let equal = pair[0].score.to_bits() == pair[1].score.to_bits()
                    && (scorer == Scorer::Seed || pair[0].available == pair[1].available);
                prop_assert!(!equal || number(0) < number(1));
            }
        }
    }
}
