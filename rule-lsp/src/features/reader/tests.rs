use rule_lang::{FileId, Source};

use super::*;

fn read(text: &str) -> Vec<(String, Option<Role>)> {
    let (tree, _) = rule_lang::parse(&Source::new(FileId(0), "a.rule", text));
    roles(&tree, 0).map(|(token, role)| (token.text.to_owned(), role)).collect()
}

fn role(text: &str, of: &str) -> Option<Role> {
    read(text).into_iter().find(|(text, _)| text == of).unwrap().1
}

#[test]
fn keywords_are_keywords_in_their_place_only() {
    let text = "rule \"R\" { queue: \"Q\", priority: 1, when priority > 5 and queue == \"x\" }";
    let all = read(text);
    let of = |word: &str| -> Vec<_> {
        all.iter().filter(|(text, _)| text == word).map(|(_, role)| role.unwrap()).collect()
    };
    let block = BlockKind::Item(Keyword::Rule);
    assert_eq!(of("priority"), [Role::Property(block), Role::Name]);
    assert_eq!(of("queue"), [Role::Property(block), Role::Name]);
    assert_eq!(of("\"Q\""), [Role::Queue]);
    assert_eq!(of("\"x\""), [Role::Literal]);
    assert_eq!(of("when"), [Role::Keyword]);
}

#[test]
fn what_stands_in_strategies_and_tests_is_known() {
    let text = "strategy for \"Q\" on voice { method: random, prefer: [a], overflow: queue_depth > 5 -> route_to_next_queue(\"P\") }
test \"t\" { given { skill: [b], vip: true } case \"c\" { expect queue \"N\" -> \"R\" } expect none }";
    let expected = [
        ("\"Q\"", Role::Queue),
        ("voice", Role::Choice),
        ("random", Role::Choice),
        ("a", Role::Skill),
        ("queue_depth", Role::Choice),
        (">", Role::Operator),
        ("5", Role::Literal),
        ("route_to_next_queue", Role::Choice),
        ("\"P\"", Role::Queue),
        ("\"t\"", Role::Declared(Keyword::Test)),
        ("b", Role::Skill),
        ("vip", Role::Name),
        ("true", Role::Literal),
        ("\"c\"", Role::Label),
        ("\"N\"", Role::Queue),
        ("\"R\"", Role::Rule),
        ("none", Role::Keyword),
    ];
    for (word, wanted) in expected {
        assert_eq!(role(text, word), Some(wanted), "{word}");
    }
}

#[test]
fn a_mistake_costs_its_own_declaration_only() {
    for broken in ["rule \"B\" { when (", "condition x =", "test \"t\" { given {", "strategy for"] {
        let text = format!("{broken}\nrule \"R\" {{ when vip }}");
        assert_eq!(role(&text, "vip"), Some(Role::Name), "{broken}");
        assert_eq!(role(&text, "\"R\""), Some(Role::Declared(Keyword::Rule)), "{broken}");
    }
}

#[test]
fn comments_keep_their_places() {
    let all = read("// a\ncondition /* b */ c = d // e\n/* f");
    let texts: Vec<_> = all.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["// a", "condition", "/* b */", "c", "=", "d", "// e", "/* f"]);
}
