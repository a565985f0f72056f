//! The meaning of every operator on every kind of attribute.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use genesys_model::{Condition, ConditionOperator as Op, Expression, Scalar, TreeError};
use rule_eval::{Attribute, CompiledExpression, EvalError, Interaction, matches};

fn on(actual: impl Into<Attribute>, operator: Op, value: impl Into<Scalar>) -> bool {
    let interaction: Interaction = [("a", actual)].into_iter().collect();
    matches(&Condition::new("a", operator, value).into(), &interaction).unwrap()
}

fn set(members: &[&str]) -> Attribute {
    Attribute::Set(members.iter().map(ToString::to_string).collect())
}

fn present(actual: impl Into<Attribute>, operator: Op) -> bool {
    let interaction: Interaction = [("a", actual)].into_iter().collect();
    matches(&Condition::bare("a", operator).into(), &interaction).unwrap()
}

#[test]
fn of_a_missing_attribute_only_neq_and_not_exists_hold() {
    let nothing = Interaction::new();
    for operator in Op::ALL {
        for value in [Scalar::from("x"), 1.into(), 1.5.into(), true.into()] {
            if operator == Op::Regex && !matches!(value, Scalar::String(_)) {
                continue;
            }
            let holds = matches(&Condition::new("a", operator, value).into(), &nothing).unwrap();
            assert_eq!(holds, matches!(operator, Op::Neq | Op::NotExists), "{operator:?}");
        }
    }
    assert!(!matches(&Condition::bare("a", Op::Exists).into(), &nothing).unwrap());
    assert!(matches(&Condition::bare("a", Op::NotExists).into(), &nothing).unwrap());
}

#[test]
fn null_is_missing_and_empty_is_present() {
    let interaction = Interaction::from_json(r#"{"null":null,"text":"","list":[]}"#).unwrap();
    let exists = |field: &str| matches(&Condition::bare(field, Op::Exists).into(), &interaction).unwrap();
    assert!(!exists("null"));
    assert!(exists("text"));
    assert!(exists("list"));
    assert!(present("", Op::Exists) && !present("", Op::NotExists));
}

#[test]
fn equality_is_by_type_and_by_case() {
    assert!(on("en", Op::Eq, "en"));
    assert!(!on("EN", Op::Eq, "en"));
    assert!(on(true, Op::Eq, true));
    assert!(!on("true", Op::Eq, true) && !on(true, Op::Eq, "true"));
    assert!(!on(1, Op::Eq, true) && !on(true, Op::Eq, 1));
    assert!(!on("5", Op::Eq, 5) && !on(5, Op::Eq, "5"));
    assert!(!on(set(&["en"]), Op::Eq, "en"));
    // What is not equal for its type is unequal.
    assert!(on("true", Op::Neq, true) && on("5", Op::Neq, 5) && on(set(&["en"]), Op::Neq, "en"));
}

#[test]
fn integers_and_floats_compare_as_numbers_exactly() {
    assert!(on(5, Op::Eq, 5.0) && on(5.0, Op::Eq, 5));
    assert!(on(5.5, Op::Gt, 5) && on(5, Op::Lt, 5.5));
    assert!(on(0, Op::Eq, -0.0) && on(-0.0, Op::Eq, 0.0));
    let past = 9_007_199_254_740_993; // 2^53 + 1
    assert!(!on(past, Op::Eq, 9_007_199_254_740_992.0));
    assert!(on(past, Op::Gt, 9_007_199_254_740_992.0));
    assert!(on(9_007_199_254_740_992.0, Op::Lt, past));
    assert!(on(i64::MAX, Op::Lt, 9_223_372_036_854_775_808.0));
    assert!(on(i64::MIN, Op::Gte, -9_223_372_036_854_775_808.0));
}

#[test]
fn order_holds_between_numbers_only() {
    for (operator, below, same, above) in [
        (Op::Gt, false, false, true),
        (Op::Gte, false, true, true),
        (Op::Lt, true, false, false),
        (Op::Lte, true, true, false),
    ] {
        assert_eq!((on(4, operator, 5), on(5, operator, 5), on(6, operator, 5)), (below, same, above));
        assert_eq!((on(4.5, operator, 5), on(5.0, operator, 5), on(5.5, operator, 5)), (below, same, above));
        assert!(!on("9", operator, 5) && !on("b", operator, "a") && !on(true, operator, false));
        assert!(!on(set(&["9"]), operator, 5));
    }
}

#[test]
fn exists_with_a_value_is_membership_in_a_set_and_equality_on_a_scalar() {
    assert!(on(set(&["x", "y"]), Op::Exists, "y"));
    assert!(!on(set(&["xy"]), Op::Exists, "x"));
    assert!(!on(set(&["5"]), Op::Exists, 5));
    assert!(on("x", Op::Exists, "x") && !on("xy", Op::Exists, "x"));
    assert!(on(5, Op::Exists, 5.0) && !on(5, Op::Exists, 6));
    assert!(on(set(&["x"]), Op::NotExists, "y") && !on(set(&["x"]), Op::NotExists, "x"));
    assert!(on("x", Op::NotExists, "y") && !on("x", Op::NotExists, "x"));
}

#[test]
fn contains_is_substring_on_strings_and_membership_on_sets() {
    assert!(on("a VIP caller", Op::Contains, "VIP"));
    assert!(!on("a VIP caller", Op::Contains, "vip"));
    assert!(on("x", Op::Contains, ""));
    assert!(on(set(&["VIP"]), Op::Contains, "VIP"));
    assert!(!on(set(&["a VIP"]), Op::Contains, "VIP"));
    assert!(!on(55, Op::Contains, "5") && !on("55", Op::Contains, 5));
}

#[test]
fn regex_searches_anywhere_in_strings_only() {
    assert!(on("xx VIP-42 yy", Op::Regex, r"VIP-\d+"));
    assert!(!on("xx VIP-42", Op::Regex, r"^VIP"));
    assert!(!on(set(&["VIP"]), Op::Regex, "VIP") && !on(5, Op::Regex, "5"));
}

#[test]
fn a_bad_pattern_is_an_error_and_never_a_quiet_false() {
    let error = matches(&Condition::new("a", Op::Regex, "(").into(), &Interaction::new()).unwrap_err();
    assert!(error.to_string().starts_with("the regular expression `(` on `a` cannot be used"), "{error}");
    let huge = Condition::new("a", Op::Regex, r"(\w{1000}){1000}").into();
    assert!(matches!(CompiledExpression::new(&huge), Err(EvalError::Pattern { .. })));
    let number = Condition::new("a", Op::Regex, 5).into();
    assert_eq!(CompiledExpression::new(&number).unwrap_err(), EvalError::PatternType { field: "a".into() });
}

#[test]
fn a_tree_that_the_contract_refuses_is_not_evaluated() {
    assert!(matches!(CompiledExpression::new(&Expression::And(vec![])), Err(EvalError::Tree(_))));
    let mut deep: Expression = Condition::bare("a", Op::Exists).into();
    for _ in 0..100_000 {
        deep = Expression::Not(Box::new(deep));
    }
    let error = CompiledExpression::new(&deep).unwrap_err();
    assert!(matches!(error, EvalError::Tree(TreeError::TooDeep { .. })));
}
