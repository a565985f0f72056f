//! Laws of a run, on programs of many shapes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]

use std::fmt::Write as _;

use genesys_model::Bundle;
use proptest::prelude::*;
use rule_compiler::{Program, Settings};
use rule_eval::{Attribute, Interaction, decide};
use rule_lang::SourceMap;
use rule_test::{Options, Outcome, Reason, Report, run};

const HEAD: &str = "
attribute vip: bool
attribute tier: enum[\"basic\", \"gold\"] { field: \"Account Tier\" }
attribute balance: float
skill billing { name: \"Billing & Dues\" }
queue \"A\" { external: true }
queue \"B\" { external: true }
condition valued = vip or tier in [\"gold\", \"basic\"]
condition poor = not (balance > 0.5) and balance exists
";

const LEAVES: [&str; 14] = [
    "vip",
    "tier == \"gold\"",
    "tier != \"gold\"",
    "tier in [\"gold\", \"basic\"]",
    "tier not in [\"gold\", \"basic\"]",
    "balance in 0.5..1.5",
    "balance not in 0.5..1.5",
    "balance <= 1.0",
    "skill has billing",
    "skill lacks billing",
    "tier not exists",
    "language matches /^e/",
    "valued",
    "poor",
];

fn expression() -> impl Strategy<Value = String> {
    prop::sample::select(&LEAVES[..]).prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|any| format!("({})", any.join(" or "))),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}

/// What a case gives: each attribute as it is written, and as the platform has it.
fn given() -> impl Strategy<Value = (String, Interaction)> {
    let parts: [(&str, &str, Attribute); 7] = [
        ("vip: true", "vip", true.into()),
        ("tier: \"gold\"", "Account Tier", "gold".into()),
        ("tier: \"basic\"", "Account Tier", "basic".into()),
        ("balance: 1.0", "balance", 1.0.into()),
        ("balance: -3.5", "balance", (-3.5).into()),
        ("skill: [billing]", "skill", vec!["Billing & Dues".to_owned()].into()),
        ("language: \"en\"", "language", "en".into()),
    ];
    prop::sample::subsequence(parts.to_vec(), 0..5).prop_map(|parts| {
        let (mut text, mut interaction) = (Vec::new(), Interaction::new());
        for (written, field, value) in parts {
            if interaction.get(field).is_none() {
                interaction.set(field, value);
                text.push(written);
            }
        }
        (text.join(", "), interaction)
    })
}

fn checked(text: &str) -> Program {
    let mut sources = SourceMap::new();
    sources.add("a.rule", text);
    let mut program = Program::new(Settings::default());
    for source in sources.iter() {
        program.set(source);
    }
    program.check();
    program
}

fn ran(program: &Program) -> Report {
    run(program, &Options::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_run_decides_as_the_bundle_that_is_sent_and_every_failure_has_its_reason(
        rules in prop::collection::vec((expression(), 0..2_i64, any::<bool>(), prop::bool::weighted(0.9)), 1..6),
        cases in prop::collection::vec(given(), 1..5),
    ) {
        let mut text = HEAD.to_owned();
        for (at, (when, priority, first, enabled)) in rules.iter().enumerate() {
            let queue = if *first { "A" } else { "B" };
            writeln!(
                text,
                "rule \"{at}\" {{ queue: \"{queue}\", priority: {priority}, enabled: {enabled}\n when {when} }}"
            )
            .unwrap();
        }
        for (at, (given, _)) in cases.iter().enumerate() {
            writeln!(text, "test \"none {at}\" {{ given {{ {given} }} expect none }}").unwrap();
            writeln!(text, "test \"first {at}\" {{ given {{ {given} }} expect \"0\" }}").unwrap();
        }
        let program = checked(&text);
        prop_assert!(!program.has_errors(), "{:?}\n{}", program.diagnostics().next(), text);
        let sent = serde_json::to_string(&program.compile()).unwrap();
        let bundle = Bundle::from_json(&sent).unwrap();

        let report = ran(&program);
        prop_assert_eq!(report.cases.len(), cases.len() * 2);
        for (results, (_, interaction)) in report.cases.chunks(2).zip(&cases) {
            let winner = decide(&bundle.rules, interaction, None).unwrap().map(|rule| rule.name.as_str());
            for (result, expected) in results.iter().zip([None, Some("0")]) {
                let Outcome::Fail { got, why, .. } = &result.outcome else {
                    prop_assert_eq!(winner, expected);
                    continue;
                };
                prop_assert_eq!(got.as_ref().map(|got| got.rule.as_str()), winner);
                prop_assert_ne!(winner, expected);
                prop_assert!(!why.is_empty(), "{}", result.name());
                for reason in why {
                    if let Reason::Condition { span, text: shown, attribute, .. } = reason {
                        prop_assert_eq!(&text[span.range()], shown);
                        prop_assert!(shown.starts_with(attribute.as_str()));
                    }
                }
            }
        }
    }

    #[test]
    fn every_condition_is_counted_in_every_case_and_written_once(
        when in expression(),
        cases in prop::collection::vec(given(), 0..5),
    ) {
        let mut text = format!("{HEAD}rule \"r\" {{ queue: \"A\"\n when {when} }}\nrule \"s\" {{ queue: \"B\"\n when valued }}\n");
        for (at, (given, _)) in cases.iter().enumerate() {
            writeln!(text, "test \"{at}\" {{ given {{ {given} }} expect none }}").unwrap();
        }
        let report = ran(&checked(&text));
        let mut spans: Vec<_> = report.coverage.conditions.iter().map(|condition| condition.span).collect();
        for condition in &report.coverage.conditions {
            prop_assert_eq!(condition.times_true + condition.times_false, cases.len());
        }
        let count = spans.len();
        spans.dedup();
        prop_assert_eq!(spans.len(), count);
        // Four in the named conditions, and the rule's own.
        let own = LEAVES[..12].iter().map(|leaf| when.matches(leaf).count()).sum::<usize>();
        prop_assert!(count >= 4 && count <= 4 + own);
    }
}
