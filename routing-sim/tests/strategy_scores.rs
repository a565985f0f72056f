//! The scores of strategies: the contract's decisions, its own figures, and the laws of both.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use routing_sim::strategy_score::{
    ABANDON_RATE, Comparison, Criterion, Direction, Reason, Scheme, SchemeError, StrategyFigures, compare,
    seed_compat,
};
use serde_json::json;

fn strategy(strategy_id: &str, metrics: &[(&str, f64)]) -> StrategyFigures {
    StrategyFigures {
        strategy_id: strategy_id.to_owned(),
        metrics: metrics.iter().map(|&(metric, value)| (metric.to_owned(), value)).collect(),
    }
}

fn usual(strategy_id: &str, handled: f64, answer: f64, abandoned: f64) -> StrategyFigures {
    let metrics = [("handledCalls", handled), ("avgSpeedOfAnswer", answer), ("abandonedCalls", abandoned)];
    strategy(strategy_id, &metrics)
}

fn scores(comparison: &Comparison) -> Vec<Option<f64>> {
    comparison.strategies.iter().map(|one| one.score).collect()
}

fn ranks(comparison: &Comparison) -> Vec<Option<f64>> {
    comparison.strategies.iter().map(|one| one.percentile_rank).collect()
}

#[test]
fn a_faster_answer_scores_better_and_only_the_contracts_own_formula_has_it_the_other_way() {
    let same_volumes = [usual("fast", 100., 10., 5.), usual("slow", 100., 90., 5.)];
    let found = compare(&same_volumes, &Scheme::default()).unwrap();
    assert_eq!(scores(&found), [Some(0.7), Some(0.3)]);
    assert_eq!(ranks(&found), [Some(1.0), Some(0.5)]);
    let seed = seed_compat(&same_volumes);
    assert_eq!((seed[0].score, seed[1].score), (Some(0.3), Some(0.7)));
}

#[test]
fn equal_columns_count_half() {
    let found = compare(&[usual("a", 1., 2., 3.), usual("b", 1., 2., 3.)], &Scheme::default()).unwrap();
    assert_eq!(scores(&found), [Some(0.5), Some(0.5)]);
    assert_eq!(ranks(&found), [Some(0.75), Some(0.75)]);
    assert_eq!(scores(&compare(&[usual("a", 1., 2., 3.)], &Scheme::default()).unwrap()), [Some(0.5)]);
    assert_eq!(seed_compat(&[usual("a", 1., 2., 3.)])[0].score, Some(0.3));
}

#[test]
fn what_is_missing_is_left_out_with_the_reason_and_the_rest_weighs_more() {
    let strategies = [
        usual("whole", 100., 10., 5.),
        strategy("part", &[("handledCalls", 50.), ("avgSpeedOfAnswer", f64::NAN)]),
        strategy("none", &[]),
    ];
    let found = compare(&strategies, &Scheme::default()).unwrap();
    // Alone with its speed of answer and its abandoned calls, the first has half of those.
    assert_eq!(scores(&found), [Some(0.65), Some(0.0), None]);
    assert_eq!(ranks(&found), [Some(1.0), Some(0.5), None]);
    let part = &found.strategies[1];
    assert_eq!((part.parts.len(), part.parts[0].weight), (1, 1.0));
    let reasons: Vec<_> = part.excluded.iter().map(|one| (one.metric.as_str(), one.reason)).collect();
    assert_eq!(reasons, [("avgSpeedOfAnswer", Reason::NotANumber), ("abandonedCalls", Reason::Missing)]);
    assert!(found.excluded.is_empty());

    let without = [strategy("a", &[("handledCalls", 1.)]), strategy("b", &[("handledCalls", 3.)])];
    let found = compare(&without, &Scheme::default()).unwrap();
    assert_eq!(scores(&found), [Some(0.0), Some(1.0)]);
    assert_eq!(found.excluded.len(), 2);
}

#[test]
fn rates_compare_queues_of_different_size() {
    let strategies = [usual("big", 900., 20., 100.), usual("small", 95., 20., 5.)];
    let found = compare(&strategies, &Scheme::rates()).unwrap();
    assert_eq!(scores(&found), [Some(0.2), Some(0.8)]);
    assert_eq!(found.strategies[0].parts[0].value.to_bits(), 0.1_f64.to_bits());
    // What is offered may be said outright; where nothing is, there is no rate.
    let offered = [strategy("a", &[("offeredCalls", 200.), ("abandonedCalls", 10.)]), usual("b", 0., 1., 0.)];
    let scheme = Scheme {
        criteria: vec![Criterion {
            metric: ABANDON_RATE.to_owned(),
            weight: 1.0,
            direction: Direction::Lower,
        }],
    };
    let found = compare(&offered, &scheme).unwrap();
    assert_eq!(found.strategies[0].parts[0].value.to_bits(), 0.05_f64.to_bits());
    assert_eq!(found.strategies[1].excluded[0].reason, Reason::NothingOffered);
}

#[test]
fn no_strategies_have_no_scores() {
    assert!(compare(&[], &Scheme::default()).unwrap().strategies.is_empty());
    assert!(seed_compat(&[]).is_empty());
}

#[test]
fn a_scheme_that_compares_nothing_is_refused() {
    let scheme = |criteria: &[(&str, f64)]| Scheme {
        criteria: criteria
            .iter()
            .map(|&(metric, weight)| Criterion {
                metric: metric.to_owned(),
                weight,
                direction: Direction::Higher,
            })
            .collect(),
    };
    assert_eq!(scheme(&[]).check(), Err(SchemeError::Empty));
    assert_eq!(scheme(&[("a", 1.), ("a", 2.)]).check(), Err(SchemeError::Twice { metric: "a".to_owned() }));
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(scheme(&[("a", weight)]).check(), Err(SchemeError::Weight { .. })));
    }
}

#[test]
fn a_scheme_reads_as_configuration_writes_it() {
    let scheme: Scheme = serde_json::from_value(
        json!({"criteria": [{"metric": "abandonRate", "weight": 1, "direction": "lower"}]}),
    )
    .unwrap();
    assert_eq!(scheme.criteria[0].direction, Direction::Lower);
}

/// The three metrics of each strategy; then the score and the rank that pandas 3.1.1 gives by the contract's formula, none for NaN.
type SeedCase<'a> = (&'a [[Option<f64>; 3]], &'a [(Option<f64>, Option<f64>)]);

#[rustfmt::skip]
#[expect(clippy::unreadable_literal, reason = "as pandas prints them")]
const SEED_CASES: [SeedCase; 7] = [
    (&[[Some(120.0), Some(34.5), Some(7.0)], [Some(80.0), Some(12.25), Some(9.0)], [Some(200.0), Some(61.0), Some(31.0)]], &[(Some(0.5825641025641026), Some(0.6666666666666666)), (Some(0.27499999999999997), Some(0.3333333333333333)), (Some(0.7), Some(1.0))]),
    (&[[Some(100.0), Some(10.0), Some(5.0)], [Some(100.0), Some(90.0), Some(5.0)]], &[(Some(0.3), Some(0.5)), (Some(0.7), Some(1.0))]),
    (&[[Some(5.0), Some(5.0), Some(5.0)], [Some(5.0), Some(5.0), Some(5.0)], [Some(5.0), Some(5.0), Some(5.0)]], &[(Some(0.3), Some(0.6666666666666666)), (Some(0.3), Some(0.6666666666666666)), (Some(0.3), Some(0.6666666666666666))]),
    (&[[Some(120.0), Some(34.5), Some(7.0)], [Some(80.0), None, Some(9.0)], [Some(200.0), Some(61.0), Some(31.0)]], &[(Some(0.39999999999999997), Some(0.5)), (None, None), (Some(0.7), Some(1.0))]),
    (&[[Some(120.0), None, Some(7.0)], [Some(80.0), None, Some(9.0)], [Some(200.0), None, Some(31.0)], [Some(80.0), None, Some(9.0)]], &[(Some(0.39999999999999997), Some(1.0)), (Some(0.27499999999999997), Some(0.375)), (Some(0.3), Some(0.75)), (Some(0.27499999999999997), Some(0.375))]),
    (&[[None, None, None], [Some(1.0), None, None], [Some(3.0), None, None]], &[(None, None), (Some(0.0), Some(0.5)), (Some(0.3), Some(1.0))]),
    (&[[Some(13.0), Some(1.1), Some(2.0)], [Some(17.0), Some(2.3), Some(3.0)], [Some(19.0), Some(3.7), Some(5.0)], [Some(23.0), Some(4.9), Some(7.0)], [Some(29.0), Some(5.3), Some(11.0)]], &[(Some(0.3), Some(0.2)), (Some(0.45595238095238094), Some(0.4)), (Some(0.5601190476190476), Some(0.6)), (Some(0.6827380952380953), Some(0.8)), (Some(0.7), Some(1.0))]),
];

#[test]
fn the_contracts_own_figures_are_met_to_the_digit() {
    for (rows, wanted) in SEED_CASES {
        let names = ["handledCalls", "avgSpeedOfAnswer", "abandonedCalls"];
        let metrics = |row: &[Option<f64>; 3]| -> Vec<_> {
            names.into_iter().zip(row).filter_map(|(name, value)| Some((name, (*value)?))).collect()
        };
        let strategies: Vec<_> = rows.iter().map(|row| strategy("s", &metrics(row))).collect();
        let found: Vec<_> =
            seed_compat(&strategies).iter().map(|one| (one.score, one.percentile_rank)).collect();
        assert_eq!(found, wanted);
    }
}

fn figures() -> impl Strategy<Value = Vec<StrategyFigures>> {
    let value =
        || proptest::option::of(prop_oneof![0.0..100.0_f64, any::<f64>(), (0..3_u8).prop_map(f64::from)]);
    let one = (value(), value(), value()).prop_map(|(handled, answer, abandoned)| {
        let metrics =
            [("handledCalls", handled), ("avgSpeedOfAnswer", answer), ("abandonedCalls", abandoned)];
        let metrics: Vec<_> = metrics.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        strategy("s", &metrics)
    });
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn scores_and_ranks_are_from_0_to_1(strategies in figures()) {
        for scheme in [Scheme::default(), Scheme::rates()] {
            for one in compare(&strategies, &scheme).unwrap().strategies {
                prop_assert!(one.score.is_none_or(|score| (0.0..=1.0).contains(&score)));
                prop_assert!(one.percentile_rank.is_none_or(|rank| rank > 0.0 && rank <= 1.0));
                prop_assert_eq!(one.score.is_some(), one.percentile_rank.is_some());
                prop_assert_eq!(one.score.is_none(), one.parts.is_empty());
                let weights: f64 = one.parts.iter().map(|part| part.weight).sum();
                prop_assert!(one.parts.is_empty() || (weights - 1.0).abs() < 1e-12);
            }
        }
    }

    /// Ranks add up to what whole ranks would: ties only share them.
    #[test]
    fn ranks_share_but_never_lose(strategies in figures()) {
        let found = compare(&strategies, &Scheme::default()).unwrap();
        let ranked: Vec<f64> = ranks(&found).into_iter().flatten().collect();
        let mean = ranked.iter().sum::<f64>();
        let number = u32::try_from(ranked.len()).unwrap();
        prop_assert!((mean - f64::from(number + 1) / 2.0).abs() < 1e-9 || number == 0);
    }

    #[test]
    fn the_order_of_strategies_makes_no_difference(strategies in figures()) {
        let mut turned = strategies.clone();
        turned.reverse();
        let mut found = scores(&compare(&turned, &Scheme::default()).unwrap());
        found.reverse();
        prop_assert_eq!(scores(&compare(&strategies, &Scheme::default()).unwrap()), found);
    }
}
