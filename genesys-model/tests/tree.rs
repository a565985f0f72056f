//! The tree on the wire: what is written, what is read, what is refused.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use genesys_model::limits::{MAX_NODES, MAX_READ_DEPTH};
use genesys_model::{Condition, ConditionOperator as Op, Expression, Scalar, TreeError};

const SUPPORT: &str = include_str!("support.json");

fn leaf(value: impl Into<Scalar>) -> Expression {
    Condition::new("a", Op::Eq, value).into()
}

fn support() -> Expression {
    Expression::And(vec![
        Condition::new("skill", Op::Exists, "technical_support").into(),
        Condition::new("language", Op::Eq, "en").into(),
        Expression::Or(vec![
            Condition::new("priority", Op::Gte, 5).into(),
            Condition::new("vip_flag", Op::Eq, true).into(),
        ]),
    ])
}

fn read(json: &str) -> Result<Expression, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[track_caller]
fn refused(json: &str, why: &TreeError) {
    let error = read(json).unwrap_err();
    assert!(error.starts_with(&why.to_string()), "{error}");
}

#[test]
fn the_contracts_example_is_written_byte_for_byte() {
    let compact: String = SUPPORT.lines().map(str::trim_start).collect();
    assert_eq!(serde_json::to_string(&support()).unwrap(), compact);
    assert_eq!(read(SUPPORT).unwrap(), support());
}

#[test]
fn the_contracts_example_has_depth_3_and_4_conditions() {
    assert_eq!((support().depth(), support().condition_count(), support().node_count()), (3, 4, 6));
    assert_eq!((leaf(1).depth(), leaf(1).condition_count(), leaf(1).node_count()), (1, 1, 1));
}

#[test]
fn conditions_come_in_the_order_in_which_they_are_written() {
    let tree = support();
    let fields: Vec<&str> = tree.conditions().map(|condition| condition.field.as_str()).collect();
    assert_eq!(fields, ["skill", "language", "priority", "vip_flag"]);
}

#[test]
fn null_and_an_empty_list_of_children_are_read_as_absent() {
    let condition = r#"{"type":"condition","field":"a","operator":"exists","value":null,"children":null}"#;
    assert_eq!(read(condition).unwrap(), Condition::bare("a", Op::Exists).into());
    assert_eq!(
        read(&condition.replace(r#""children":null"#, r#""children":[]"#)).unwrap(),
        read(condition).unwrap()
    );
    let not =
        format!(r#"{{"type":"not","field":null,"operator":null,"value":null,"children":[{condition}]}}"#);
    assert_eq!(read(&not).unwrap(), Expression::Not(Box::new(read(condition).unwrap())));
}

#[test]
fn keys_may_come_in_any_order() {
    let json = r#"{"children":[{"value":1,"operator":"eq","field":"a","type":"condition"}],"type":"or"}"#;
    assert_eq!(read(json).unwrap(), Expression::Or(vec![leaf(1)]));
}

#[test]
fn what_the_contract_does_not_know_is_refused() {
    use genesys_model::NodeType;
    let leaf = r#"{"type":"condition","field":"a","operator":"eq","value":1}"#;
    refused("{}", &TreeError::MissingType);
    refused(r#"{"type":"xor","children":[]}"#, &TreeError::UnknownType("xor".into()));
    refused(&leaf.replace("eq", "is"), &TreeError::UnknownOperator("is".into()));
    refused(&leaf.replace("value", "values"), &TreeError::UnknownKey("values".into()));
    refused(&leaf.replace(r#""a","#, r#""a","field":"b","#), &TreeError::DuplicateKey("field"));
    refused(r#"{"type":"condition","operator":"eq","value":1}"#, &TreeError::MissingField);
    refused(r#"{"type":"condition","field":"","operator":"eq","value":1}"#, &TreeError::MissingField);
    refused(
        r#"{"type":"condition","field":"a","value":1}"#,
        &TreeError::MissingOperator { field: "a".into() },
    );
    refused(
        r#"{"type":"condition","field":"a","operator":"eq"}"#,
        &TreeError::MissingValue { field: "a".into(), operator: Op::Eq },
    );
    refused(&leaf.replace('}', &format!(r#","children":[{leaf}]}}"#)), &TreeError::ChildrenOfCondition);
    refused(
        &format!(r#"{{"type":"and","field":"a","children":[{leaf}]}}"#),
        &TreeError::ConditionKey { node: NodeType::And, key: "field" },
    );
    refused(r#"{"type":"and","children":[]}"#, &TreeError::NoChildren { node: NodeType::And });
    refused(r#"{"type":"or"}"#, &TreeError::NoChildren { node: NodeType::Or });
    refused(r#"{"type":"not","children":[]}"#, &TreeError::NotOneChild { found: 0 });
    refused(&format!(r#"{{"type":"not","children":[{leaf},{leaf}]}}"#), &TreeError::NotOneChild { found: 2 });
}

#[test]
fn values_are_strings_numbers_and_booleans_only() {
    for value in ["[]", "{}", "[1]"] {
        let json = format!(r#"{{"type":"condition","field":"a","operator":"eq","value":{value}}}"#);
        assert!(read(&json).unwrap_err().contains("expected a string, a number or a boolean"));
    }
}

#[test]
fn numbers_keep_their_type_and_their_last_digit() {
    for (json, value) in [
        ("-9223372036854775808", Scalar::Int(i64::MIN)),
        ("9223372036854775807", Scalar::Int(i64::MAX)),
        ("9007199254740993", Scalar::Int(9_007_199_254_740_993)),
        ("5", Scalar::Int(5)),
        ("5.0", Scalar::Float(5.0)),
        ("1e308", Scalar::Float(1e308)),
        ("5e-324", Scalar::Float(5e-324)),
        ("0.1", Scalar::Float(0.1)),
        (r#""true""#, Scalar::String("true".into())),
    ] {
        let read: Scalar = serde_json::from_str(json).unwrap();
        assert_eq!(read, value);
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Scalar>(&written).unwrap(), value, "{written}");
    }
    assert_eq!(serde_json::to_string(&Scalar::Float(5.0)).unwrap(), "5.0");
}

#[test]
fn negative_zero_keeps_its_sign() {
    let written = serde_json::to_string(&Scalar::Float(-0.0)).unwrap();
    assert_eq!(written, "-0.0");
    let Scalar::Float(read) = serde_json::from_str(&written).unwrap() else { panic!("a float") };
    assert!(read.is_sign_negative());
}

#[test]
fn numbers_that_would_change_are_refused() {
    let error = serde_json::from_str::<Scalar>("9223372036854775808").unwrap_err().to_string();
    assert!(error.starts_with("the number 9223372036854775808 is too large"), "{error}");
    assert!(serde_json::from_str::<Scalar>("1e400").is_err());
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(serde_json::to_string(&Scalar::Float(value)).is_err());
        assert_eq!(leaf(value).validate(), Err(TreeError::NotFinite));
        assert!(serde_json::to_string(&leaf(value)).is_err());
    }
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    assert!(serde_json::to_string(&Expression::And(vec![])).is_err());
    assert!(serde_json::to_string(&Expression::from(Condition::bare("a", Op::Eq))).is_err());
    assert!(serde_json::to_string(&Expression::from(Condition::bare("", Op::Exists))).is_err());
}

/// `levels - 1` logical nodes above a condition.
fn tower(levels: u32) -> Expression {
    let mut tree = leaf(1);
    for level in 1..levels {
        tree = if level % 2 == 0 {
            Expression::Not(Box::new(tree))
        } else {
            Expression::And(vec![leaf(i64::from(level)), tree])
        };
    }
    tree
}

#[test]
fn the_deepest_tree_is_written_and_read_and_one_level_more_is_not() {
    let deepest = tower(MAX_READ_DEPTH);
    assert_eq!(deepest.validate(), Ok(()));
    let json = serde_json::to_string(&deepest).unwrap();
    assert_eq!(read(&json).unwrap(), deepest);
    // Inside a bundle too, which takes levels of its own.
    assert!(serde_json::from_str::<Vec<Vec<Vec<Expression>>>>(&format!("[[[{json}]]]")).is_ok());

    let deeper = tower(MAX_READ_DEPTH + 1);
    let too_deep = TreeError::TooDeep { allowed: MAX_READ_DEPTH };
    assert_eq!(deeper.validate(), Err(too_deep.clone()));
    assert!(serde_json::to_string(&deeper).unwrap_err().to_string().starts_with(&too_deep.to_string()));
    let json = format!(r#"{{"type":"not","children":[{json}]}}"#);
    refused(&json, &too_deep);
}

#[test]
fn text_nested_without_end_is_an_error() {
    assert!(read(&r#"{"type":"not","children":["#.repeat(100_000)).is_err());
    assert!(read(&"[".repeat(100_000)).is_err());
}

#[test]
fn a_tree_has_at_most_ten_thousand_nodes() {
    let wide = |conditions: usize| Expression::Or((0..conditions).map(|_| leaf(1)).collect());
    let largest = wide(MAX_NODES - 1);
    assert_eq!(largest.validate(), Ok(()));
    assert_eq!(read(&serde_json::to_string(&largest).unwrap()).unwrap().node_count(), MAX_NODES);
    let larger = wide(MAX_NODES);
    assert_eq!(larger.validate(), Err(TreeError::TooManyNodes));
    refused(&serde_json::to_string(&larger).unwrap(), &TreeError::TooManyNodes);
}

#[test]
fn a_tree_of_two_hundred_thousand_levels_is_measured_cloned_compared_and_dropped() {
    let tree = tower(200_000);
    assert_eq!(tree.depth(), 200_000);
    let copy = tree.clone();
    assert!(copy == tree);
    assert!(copy != tower(199_999));
}
