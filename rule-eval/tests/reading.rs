//! Interactions from JSON: what is read, what is refused, and how the message names it.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use rule_eval::limits::{MAX_ATTRIBUTES, MAX_JSON_BYTES, MAX_NAME_BYTES, MAX_SET_ITEMS, MAX_STRING_BYTES};
use rule_eval::{Attribute, Interaction, InteractionError};

fn refused(json: &str) -> String {
    Interaction::from_json(json).unwrap_err().to_string()
}

#[test]
fn every_kind_of_value_is_read() {
    let json = r#"{"b":true,"f":1.5,"i":-9223372036854775808,"l":["x","y"],"n":null,"s":"en","w":5.0}"#;
    let interaction = Interaction::from_json(json).unwrap();
    assert_eq!(interaction.get("b"), Some(&Attribute::Bool(true)));
    assert_eq!(interaction.get("f"), Some(&Attribute::Float(1.5)));
    assert_eq!(interaction.get("i"), Some(&Attribute::Int(i64::MIN)));
    assert_eq!(interaction.get("l"), Some(&Attribute::Set(vec!["x".into(), "y".into()])));
    assert_eq!(interaction.get("n"), None);
    assert_eq!(interaction.get("s"), Some(&Attribute::String("en".into())));
    assert_eq!(interaction.get("w"), Some(&Attribute::Float(5.0)));
    assert_eq!(serde_json::to_string(&interaction).unwrap(), json.replace(r#""n":null,"#, ""));
    assert_eq!(serde_json::from_str::<Interaction>(json).unwrap(), interaction);
}

#[test]
fn an_attribute_of_another_type_is_named() {
    let tail = "a value is a string, a number, a boolean or a list of strings";
    assert_eq!(refused(r#"{"ok":1,"tier":{"x":1}}"#), format!("the attribute `tier` is an object; {tail}"));
    assert_eq!(
        refused(r#"{"skill":["x",5]}"#),
        format!("the attribute `skill` is a list of other things than strings; {tail}")
    );
}

#[test]
fn numbers_beyond_any_float_are_refused() {
    assert!(refused(r#"{"balance":1e400}"#).contains("number out of range"));
}

#[test]
fn an_attribute_that_stands_twice_is_refused_null_or_not() {
    for json in
        [r#"{"a":1,"a":1}"#, r#"{"a":null,"a":1}"#, r#"{"a":1,"a":null}"#, r#"{"a":null,"b":2,"a":null}"#]
    {
        assert_eq!(refused(json), "the attribute `a` stands twice");
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for json in ["", "[]", "5", "null", r#"{"a":"#, "{} {}"] {
        assert!(refused(json).starts_with("the interaction is not a JSON object"), "{json}");
    }
    assert!(Interaction::from_json(&r#"{"a":"#.repeat(100_000)).is_err());
    assert!(Interaction::from_json(&format!(r#"{{"a":{}"#, "[".repeat(100_000))).is_err());
}

#[test]
fn sizes_are_limited_and_the_message_gives_the_limit() {
    let at_limit = |n: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(n));
    assert!(Interaction::from_json(&at_limit(MAX_STRING_BYTES)).is_ok());
    assert_eq!(
        refused(&at_limit(MAX_STRING_BYTES + 1)),
        "a string of the attribute `a` has 65537 bytes, and at most 65536 are read"
    );

    let set = |n: usize| format!(r#"{{"a":[{}]}}"#, vec![r#""x""#; n].join(","));
    assert!(Interaction::from_json(&set(MAX_SET_ITEMS)).is_ok());
    assert_eq!(
        refused(&set(MAX_SET_ITEMS + 1)),
        "the attribute `a` has 10001 members, and at most 10000 are read"
    );

    let many = |n: usize| {
        let entries: Vec<String> = (0..n).map(|i| format!(r#""a{i}":1"#)).collect();
        format!("{{{}}}", entries.join(","))
    };
    assert!(Interaction::from_json(&many(MAX_ATTRIBUTES)).is_ok());
    for n in [MAX_ATTRIBUTES + 1, MAX_ATTRIBUTES + 2, MAX_ATTRIBUTES * 3] {
        assert!(refused(&many(n)).contains("more than 1000 attributes"));
    }

    let name = |n: usize| format!(r#"{{"{}":1}}"#, "é".repeat(n / 2));
    assert!(Interaction::from_json(&name(MAX_NAME_BYTES)).is_ok());
    assert!(refused(&name(MAX_NAME_BYTES + 2)).contains("has 1026 bytes"));

    let long = " ".repeat(MAX_JSON_BYTES) + "{}";
    assert!(matches!(Interaction::from_json(&long), Err(InteractionError::TooLong { .. })));
}

#[test]
fn whole_numbers_beyond_an_integer_are_floats_alike() {
    for text in
        ["9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809"]
    {
        let read = Interaction::from_json(&format!("{{\"a\": {text}}}")).unwrap();
        assert_eq!(read.get("a"), Some(&Attribute::Float(text.parse().unwrap())), "{text}");
    }
    let read = Interaction::from_json("{\"a\": 9223372036854775807}").unwrap();
    assert_eq!(read.get("a"), Some(&Attribute::Int(i64::MAX)));
}
