//! What rules are written as, and why some are refused.

use genesys_model::{Condition, ConditionOperator as Is, Expression, QueueRef, RuleBody, Scalar};
use rule_lang::{FileId, Source};

use super::{Lifted, Names, lift};
use crate::{Program, Settings};

fn rule(name: &str, expression: impl Into<Expression>) -> RuleBody {
    RuleBody {
        name: name.to_owned(),
        description: None,
        queue: QueueRef::Name("Q".to_owned()),
        priority: 0,
        enabled: true,
        expression: expression.into(),
        was: None,
    }
}

fn is(field: &str, operator: Is, value: impl Into<Scalar>) -> Expression {
    Condition::new(field, operator, value).into()
}

fn not(child: Expression) -> Expression {
    Expression::Not(Box::new(child))
}

fn lifted(rules: &[RuleBody]) -> Lifted {
    lift(rules, &Names::default())
}

fn check(text: &str) -> Program {
    let mut program = Program::new(Settings::default());
    program.set(&Source::new(FileId(0), "pulled.rule", text));
    let found: Vec<_> = program.check().into_iter().cloned().collect();
    assert!(found.is_empty(), "{text}\n{found:#?}");
    program
}

/// What follows `when` in the text of the only rule.
fn when(expression: Expression) -> String {
    let lifted = lifted(&[rule("R", expression)]);
    assert_eq!(lifted.refused, []);
    check(&lifted.text);
    let (_, when) = lifted.text.split_once("when ").expect("a rule");
    when.trim_end_matches("}\n").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why the only rule is refused.
fn refusal(expression: Expression) -> String {
    let mut lifted = lifted(&[rule("R", expression)]);
    assert!(!lifted.text.contains("rule \"R\""), "{}", lifted.text);
    assert_eq!(lifted.refused.len(), 1);
    lifted.refused.remove(0).reason
}

#[test]
fn a_file_has_declarations_then_rules_by_queue_priority_and_name() {
    let other = |rule: RuleBody, priority, queue: &str| RuleBody {
        priority,
        queue: QueueRef::Name(queue.to_owned()),
        ..rule
    };
    let mut rules = vec![
        other(rule("B", is("Customer Tier", Is::Eq, "gold")), 1, "Q"),
        other(rule("A", is("vip", Is::Eq, true)), 1, "Q"),
        other(rule("C", is("owed", Is::Lt, 2.5)), 9, "Q"),
        other(rule("Z", is("language", Is::Eq, "fr")), 3, "A \"1\""),
        RuleBody {
            queue: QueueRef::Id("7-a".to_owned()),
            enabled: false,
            description: Some("why\nso".to_owned()),
            ..rule("I", is("skill", Is::Exists, "French, spoken"))
        },
    ];
    let expected = r#"// Written by `rulec pull` from the rules of an organization.

attribute customer_tier: string { field: "Customer Tier" }
attribute owed: float
attribute vip: bool

queue "A \"1\"" { external: true }
queue "Q" { external: true }

rule "Z" {
  queue: "A \"1\""
  priority: 3

  when language == "fr"
}

rule "C" {
  queue: "Q"
  priority: 9

  when owed < 2.5
}

rule "A" {
  queue: "Q"
  priority: 1

  when vip
}

rule "B" {
  queue: "Q"
  priority: 1

  when customer_tier == "gold"
}

rule "I" {
  description: "why\nso"
  queue: id("7-a")
  enabled: false

  when skill has "French, spoken"
}
"#;
    let first = lifted(&rules);
    assert_eq!(first.text, expected);
    assert_eq!(first.refused, []);
    check(&first.text);
    rules.reverse();
    assert_eq!(lifted(&rules), first);
}

#[test]
fn each_node_has_its_shortest_form() {
    let forms = [
        (is("a", Is::Eq, true), "a"),
        (is("a", Is::Eq, false), "a == false"),
        (is("a", Is::Neq, true), "a != true"),
        (is("a", Is::Neq, -5), "a != -5"),
        (is("a", Is::Gte, 1e300), "a >= 1e300"),
        (is("a", Is::Exists, "x"), "a has \"x\""),
        (is("a", Is::NotExists, "\"\\\n\u{7f}"), r#"a lacks "\"\\\n\u007f""#),
        (Condition::bare("a", Is::Exists).into(), "a exists"),
        (Condition::bare("a", Is::NotExists).into(), "a not exists"),
        (is("a", Is::Contains, "x"), "a contains \"x\""),
        (is("a", Is::Regex, r"^\d/[/\\]$"), r"a matches /^\d\/[\/\\]$/"),
        (is("a", Is::Regex, r"^a\.b"), r#"a starts_with "a.b""#),
        (is("a", Is::Regex, "\n\\$$"), r#"a ends_with "\n$""#),
        (is("a", Is::Regex, "^a.b"), "a matches /^a.b/"),
        (is("a", Is::Regex, "^"), "a matches /^/"),
        (Expression::Or(vec![is("a", Is::Eq, 1), is("a", Is::Eq, 2)]), "a in [1, 2]"),
        (Expression::And(vec![is("a", Is::Neq, "x"), is("a", Is::Neq, "")]), r#"a not in ["x", ""]"#),
        (Expression::And(vec![is("a", Is::Gte, -5), is("a", Is::Lte, 10)]), "a in -5..10"),
        (Expression::And(vec![is("a", Is::Gte, 0.5), is("a", Is::Lte, 10.0)]), "a in 0.5..10"),
        (not(Expression::And(vec![is("a", Is::Gte, 5), is("a", Is::Lte, 10)])), "a not in 5..10"),
        (not(Expression::Or(vec![is("a", Is::Eq, 1), is("a", Is::Eq, 2)])), "not a in [1, 2]"),
        (not(Expression::Or(vec![is("a", Is::Eq, 1), is("b", Is::Eq, 2)])), "not (a == 1 or b == 2)"),
        (
            Expression::Or(vec![
                is("a", Is::Eq, 1),
                is("a", Is::Eq, 2),
                is("b", Is::Gt, 2),
                Expression::And(vec![is("c", Is::Gte, 1), is("c", Is::Lte, 2)]),
                Expression::And(vec![is("d", Is::Eq, true), not(is("e", Is::Eq, true))]),
            ]),
            "a in [1, 2] or b > 2 or c in 1..2 or (d and not e)",
        ),
        (is("true", Is::Eq, "TRUE"), "true_value"),
        (is("priority", Is::Gte, 5.0), "priority >= 5"),
        (is("media_type", Is::Eq, "chat"), "media_type == \"chat\""),
    ];
    for (expression, text) in forms {
        assert_eq!(when(expression), text);
    }
}

#[test]
fn a_descending_range_is_two_comparisons() {
    let lifted = lifted(&[rule("R", Expression::And(vec![is("a", Is::Gte, 9), is("a", Is::Lte, 1)]))]);
    assert!(lifted.text.contains("when a >= 9 and a <= 1"), "{}", lifted.text);
}

#[test]
fn what_the_language_cannot_say_is_refused_with_the_reason() {
    let deep = (0..10).fold(is("a", Is::Eq, 1), |tree, _| not(tree));
    let wide = (0..10_000).map(|at| is("a", Is::Eq, at)).collect();
    let cases = [
        (deep, "its condition is 11 levels deep, and at most 10 are allowed"),
        (Expression::Or(wide), "the tree has more than 10000 nodes"),
        (Expression::And(Vec::new()), "a node of type `and` has no children"),
        (is("", Is::Eq, 1), "a condition has no `field`"),
        (is("a", Is::Eq, f64::NAN), "a value is not a finite number"),
        (
            Condition::bare("\u{1b}[0m", Is::Gt).into(),
            r"the condition on `\u{1b}[0m` has no `value`, which `gt` needs",
        ),
        (
            is("a", Is::Gt, "1"),
            "`gt` on `a` compares with a string, and the language has it for numbers only",
        ),
        (
            is("a", Is::Lte, true),
            "`lte` on `a` compares with a boolean, and the language has it for numbers only",
        ),
        (
            is("a", Is::Exists, 1),
            "`exists` on `a` compares with a number, and the language has it for strings only",
        ),
        (
            is("a", Is::NotExists, "true"),
            "`not_exists` on `a` compares with a boolean, and the language has it for strings only",
        ),
        (
            is("a", Is::Contains, 1),
            "`contains` on `a` compares with a number, and the language has it for strings only",
        ),
        (
            is("a", Is::Regex, false),
            "`regex` on `a` compares with a boolean, and the language has it for strings only",
        ),
        (is("a", Is::Regex, ""), "the regular expression on `a` is empty"),
        (
            is("a", Is::Regex, "(?=x)"),
            "the regular expression on `a` `(?=x)` is none of Rust's `regex` crate: look-around, including look-ahead \
             and look-behind, is not supported",
        ),
        (
            is("a", Is::Regex, "x{1000}{1000}{1000}"),
            "the regular expression on `a` `x{1000}{1000}{1000}` is none of Rust's `regex` crate: Compiled regex exceeds \
             size limit of 10485760 bytes",
        ),
        (
            is("a", Is::Regex, "a.\nb"),
            "the regular expression on `a` has a line break in it, and stands on one line here",
        ),
        (
            is("a", Is::Regex, r"\d\/x"),
            r"the regular expression on `a` `\d\/x` escapes a slash, which is sent without its backslash",
        ),
        (
            is("a\u{7}", Is::Regex, "a.\u{202e}b"),
            r"the regular expression on `a\u{7}` `a.\u{202e}b` has an invisible character in it",
        ),
        (
            Expression::And(vec![is("a", Is::Eq, 1), is("a", Is::Contains, "x")]),
            "its condition compares `a` as a number and as a string or a set, and an attribute has one type",
        ),
        (
            Expression::Or(vec![is("a", Is::Exists, "x"), is("a", Is::Eq, "x")]),
            "its condition compares `a` as a set of strings and as a string, and an attribute has one type",
        ),
        (
            is("priority", Is::Gt, 0.5),
            "`priority` is declared as `int`, and its condition uses it as a number",
        ),
        (is("skill", Is::Eq, "x"), "`skill` is declared as `set`, and its condition uses it as a string"),
        (
            is("media_type", Is::Eq, "email"),
            r#"`media_type` is declared as `enum["voice", "chat", "callback"]`, which leaves out `email`"#,
        ),
    ];
    for (expression, reason) in cases {
        assert_eq!(refusal(expression), reason);
    }
}

#[test]
fn groups_that_are_joined_count_once() {
    let nested = (0..50).fold(is("a", Is::Eq, 1), |tree, _| Expression::And(vec![tree, is("b", Is::Gt, 1)]));
    assert!(lifted(&[rule("R", nested)]).refused.is_empty());
}

#[test]
fn most_rules_decide_on_a_type_and_the_others_are_refused() {
    let rules = [
        rule("1", is("tier", Is::Eq, 1)),
        rule("2", Expression::And(vec![is("tier", Is::Eq, "gold"), is("x", Is::Eq, 1)])),
        rule("3", is("tier", Is::Contains, "old")),
        // Refused for the tier, so its other fields decide nothing.
        rule("4", Expression::And(vec![is("tier", Is::Eq, true), is("x", Is::Eq, "one")])),
        rule("5", Condition::bare("tier", Is::Exists)),
    ];
    let lifted = lifted(&rules);
    check(&lifted.text);
    assert!(lifted.text.contains("attribute tier: string\nattribute x: int\n"), "{}", lifted.text);
    let refused: Vec<_> = lifted.refused.iter().map(|one| (one.rule.as_str(), one.reason.as_str())).collect();
    assert_eq!(
        refused,
        [
            (
                "1",
                "its condition compares `tier` as a number, other rules as a string, and an attribute has one type"
            ),
            (
                "4",
                "its condition compares `tier` as a boolean, other rules as a string, and an attribute has one type"
            ),
        ]
    );
}

#[test]
fn of_as_many_rules_the_first_decides() {
    let rules = [
        RuleBody { priority: 1, ..rule("A", is("x", Is::Eq, 1)) },
        RuleBody { priority: 2, ..rule("B", is("x", Is::Eq, true)) },
    ];
    let lifted = lifted(&rules);
    assert!(lifted.text.contains("attribute x: bool"), "{}", lifted.text);
    assert_eq!(lifted.refused[0].rule, "A");
}

#[test]
fn one_float_makes_all_numbers_of_a_field_floats() {
    let lifted = lifted(&[rule("A", is("x", Is::Eq, 1)), rule("B", is("x", Is::Lt, 0.5))]);
    assert!(lifted.text.contains("attribute x: float"), "{}", lifted.text);
    assert!(lifted.refused.is_empty());
}

#[test]
fn of_two_rules_with_one_name_in_one_queue_the_first_stays() {
    let rules = [
        rule("A", is("x", Is::Eq, 1)),
        RuleBody { priority: 5, ..rule("A", is("x", Is::Eq, 2)) },
        RuleBody { queue: QueueRef::Name("P".to_owned()), ..rule("A", is("x", Is::Eq, 3)) },
    ];
    let lifted = lifted(&rules);
    check(&lifted.text);
    assert!(lifted.text.contains("x == 2") && lifted.text.contains("x == 3"), "{}", lifted.text);
    assert_eq!(lifted.refused.len(), 1);
    assert_eq!(
        lifted.refused[0].reason,
        "the queue has another rule of this name, and a rule's name is its identity"
    );
}

#[test]
fn a_rule_that_is_longer_than_a_declaration_may_be_spoils_no_other() {
    let long = RuleBody { description: Some("x".repeat(1 << 20)), ..rule("A", is("x", Is::Eq, 1)) };
    let lifted = lifted(&[long, rule("B", is("x", Is::Eq, true)), rule("C", is("x", Is::Eq, 2))]);
    check(&lifted.text);
    let refused: Vec<&str> = lifted.refused.iter().map(|one| one.rule.as_str()).collect();
    assert_eq!(refused, ["A", "B"]);
}

#[test]
fn what_a_program_declares_is_used_and_not_declared_again() {
    let declared = r#"
attribute tier: enum["gold", "basic"] { field: "Customer Tier" }
attribute age: int 0..150
attribute language: enum["en", "fr"]
attribute lang: string
condition vip = tier == "gold" and age > 3 and language == "en" and lang == ""
skill sales { name: "Sales & Renewals" }
skill_group all { skills: [sales] }
queue "Q" { skill_group: all }
rule "Mine" { queue: "Q", when vip }
"#;
    let mut program = check(declared);
    let rules = [
        rule("1", is("Customer Tier", Is::Eq, "basic")),
        rule("2", is("Customer Tier", Is::Eq, "silver")),
        rule("3", is("age", Is::Gt, 150)),
        rule("4", is("age", Is::Gt, 151)),
        rule("5", is("vip", Is::Eq, true)),
        rule("6", is("language", Is::Contains, "e")),
        rule(
            "7",
            Expression::Or(vec![is("skill", Is::Exists, "Sales & Renewals"), is("skill", Is::Exists, "not")]),
        ),
        rule("8", is("skill", Is::Contains, "sales")),
        RuleBody { queue: QueueRef::Name("P".to_owned()), ..rule("9", Condition::bare("age", Is::Exists)) },
    ];
    let lifted = lift(&rules, &Names::of(&program));
    program.set(&Source::new(FileId(1), "pulled.rule", lifted.text.as_str()));
    let found: Vec<_> = program.check().into_iter().cloned().collect();
    assert!(found.is_empty(), "{}\n{found:#?}", lifted.text);
    let (declarations, _) = lifted.text.split_once("rule \"").expect("a rule");
    assert_eq!(
        declarations,
        r#"// Written by `rulec pull` from the rules of an organization.

attribute vip_2: bool { field: "vip" }

skill not_value { name: "not" }
skill sales_2 { name: "sales" }

queue "P" { external: true }

"#
    );
    let refused: Vec<_> = lifted.refused.iter().map(|one| (one.rule.as_str(), one.reason.as_str())).collect();
    assert_eq!(
        refused,
        [
            ("2", r#"`tier` is declared as `enum["gold", "basic"]`, which leaves out `silver`"#),
            ("4", "`age` is declared as `int 0..150`, which leaves out `151`"),
            (
                "6",
                r#"`language` is declared as `enum["en", "fr"]`, and its condition uses it as a string or a set"#
            ),
        ]
    );
}

#[test]
fn no_rules_are_a_file_without_declarations() {
    let lifted = lifted(&[]);
    assert_eq!(lifted.text, "// Written by `rulec pull` from the rules of an organization.\n");
}
