//! What the parser reads, and what it says of what it cannot read.
#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test that fails should stop right there")]

use rule_lang::tree::{EntryKind, Expr, ExprKind, Item, ItemKind, Logic, ValueKind};
use rule_lang::{Diagnostic, FileId, Source, Tree, parse};

fn read(text: &str) -> (Tree, Vec<Diagnostic>) {
    parse(&Source::new(FileId(0), "test.rule", text))
}

fn clean(text: &str) -> Tree {
    let (tree, diagnostics) = read(text);
    assert_eq!(diagnostics, [], "in {text}");
    tree
}

/// Each finding as its code and the text that it points at.
fn findings(text: &str) -> Vec<(&'static str, String)> {
    let (tree, diagnostics) = read(text);
    diagnostics.iter().map(|found| (found.code.id, tree.text(found.primary.span).to_owned())).collect()
}

/// The expression with all groupings made visible.
fn show(tree: &Tree, item: &Item, expr: &Expr) -> String {
    let operand = |id| show(tree, item, item.nodes.expr(id));
    match expr.kind {
        ExprKind::Logic { op, children } => {
            let parts: Vec<_> =
                item.nodes.exprs(children).iter().map(|child| show(tree, item, child)).collect();
            let word = if op == Logic::And { " & " } else { " | " };
            format!("[{}]", parts.join(word))
        }
        ExprKind::Not { operand: inner } => format!("!{}", operand(inner)),
        ExprKind::Group { inner } => format!("({})", operand(inner)),
        _ => tree.text(expr.range).to_owned(),
    }
}

fn condition(text: &str) -> String {
    let tree = clean(&format!("condition c = {text} // end"));
    let item = &tree.items[0];
    let ItemKind::Condition { expr, .. } = item.kind else { panic!("not a condition") };
    show(&tree, item, item.nodes.expr(expr))
}

#[test]
fn spans_hold_exactly_what_was_written() {
    assert_eq!(condition("a == 1 and b"), "[a == 1 & b]");
    assert_eq!(
        condition("not a /* x */ or b exists or c not  in [1, 2]"),
        "[!a | b exists | c not  in [1, 2]]"
    );
    assert_eq!(condition("(a and b ) or not ( c )"), "[([a & b]) | !(c)]");
    assert_eq!(condition("customer.tier in 1..5"), "customer.tier in 1..5");
}

#[test]
fn an_item_ends_with_its_last_token() {
    let tree = clean("skill a\n\n// next\nattribute b: int 0..3 // why\nqueue \"Q\" { } ");
    let texts: Vec<_> = tree.items.iter().map(|item| tree.text(item.range)).collect();
    assert_eq!(texts, ["skill a", "attribute b: int 0..3", "queue \"Q\" { }"]);
    assert_eq!(tree.comments.iter().map(|c| tree.text(c.range)).collect::<Vec<_>>(), ["// next", "// why"]);
}

#[test]
fn entries_end_with_their_last_token() {
    let tree = clean(
        "strategy for \"Q\" on voice {\n method: random // a\n overflow: queue_depth > 15 -> go(\"X\") /* b */\n guard: licenses >= 20\n}",
    );
    let ItemKind::Strategy { body, .. } = tree.items[0].kind else { panic!("not a strategy") };
    let texts: Vec<_> =
        tree.items[0].nodes.entries(body.entries).iter().map(|e| tree.text(e.range)).collect();
    assert_eq!(texts, ["method: random", "overflow: queue_depth > 15 -> go(\"X\")", "guard: licenses >= 20"]);
}

#[test]
fn keywords_name_attributes_where_they_are_not_keywords() {
    assert_eq!(
        condition("skill has x and queue == \"a\" and test and rule exists"),
        "[skill has x & queue == \"a\" & test & rule exists]"
    );
    let tree = clean("test \"t\" { given { when: true, case: 1, none: \"x\" } expect none }");
    assert_eq!(tree.items.len(), 1);
}

#[test]
fn literals_keep_their_kinds() {
    let tree = clean("condition c = a in [1, -2, 0.5, 1e3, 90s, 2m, 1h, 80%, true, \"x\", 1_000, n]");
    let item = &tree.items[0];
    let ItemKind::Condition { expr, .. } = item.kind else { panic!("not a condition") };
    let ExprKind::Membership { set, .. } = item.nodes.expr(expr).kind else { panic!("not a membership") };
    let ValueKind::List(values) = item.nodes.value(set).kind else { panic!("not a list") };
    let kinds: Vec<_> = item.nodes.values(values).iter().map(|value| format!("{:?}", value.kind)).collect();
    assert_eq!(
        kinds,
        [
            "Int(1)",
            "Int(-2)",
            "Float(0.5)",
            "Float(1000.0)",
            "Duration(90)",
            "Duration(120)",
            "Duration(3600)",
            "Percent(80)",
            "Bool(true)",
            "String",
            "Int(1000)",
            "Name"
        ]
    );
}

#[test]
fn the_edges_of_integers_are_read_and_what_lies_beyond_is_refused() {
    clean("condition c = a == 9223372036854775807 or a == -9223372036854775808");
    for text in ["9223372036854775808", "1_", "1__0", "5.", ".5", "2minutes", "0x10", "1e999", "1_0h5"] {
        let found = findings(&format!("condition c = a == {text}"));
        assert_eq!(found, [("E0005", text.to_owned())]);
    }
}

#[test]
fn a_broken_declaration_costs_that_declaration_only() {
    let (tree, diagnostics) = read(
        "attribute a: bool\ncondition x = a and\nskill s\nrul \"r\" { when a }\nrule \"q\" {\n  queue: \"Q\n}\nskill t\n",
    );
    assert_eq!(diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["E0001", "E0014", "E0004"]);
    let names: Vec<_> = tree
        .items
        .iter()
        .map(|item| match item.kind {
            ItemKind::Broken { name, .. } => name.map_or("-", |name| tree.text(name)),
            _ => "ok",
        })
        .collect();
    assert_eq!(names, ["ok", "x", "ok", "\"r\"", "\"q\"", "ok"]);
}

#[test]
fn a_misspelt_keyword_costs_its_own_declaration_whatever_stands_before_it() {
    for before in ["condition c = a == true", "condition c = a exists", "rule \"r\" { queue: \"Q", "skill s"]
    {
        let text = format!("{before}\n\natribute m: bool\n");
        let found = findings(&text);
        assert_eq!(found.last(), Some(&("E0014", "atribute".to_owned())), "{text}: {found:?}");
    }
}

#[test]
fn an_unclosed_block_ends_at_the_next_declaration() {
    let (tree, diagnostics) =
        read("rule \"a\" {\n  queue: \"Q\"\n  when (x\n\nrule \"b\" { queue: \"Q\" when x }\n");
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code.id, "E0010");
    assert!(matches!(tree.items[1].kind, ItemKind::Rule { .. }));
}

#[test]
fn a_declaration_after_was_and_expect_on_the_next_line_is_no_declaration() {
    clean("rule \"a\" {\n was:\nqueue \"Q\" \"old\"\n when x\n}");
    clean("test \"a\" {\n given { x: 1 }\n expect\nqueue \"Q\" -> none\n}");
}

#[test]
fn operators_of_other_languages_are_named_with_the_right_one() {
    for (wrong, right) in [
        ("a = 1", "a == 1"),
        ("a === 1", "a == 1"),
        ("a <> 1", "a != 1"),
        ("a => 1", "a >= 1"),
        ("a =< 1", "a <= 1"),
        ("a is 1", "a == 1"),
        ("a is not 1", "a != 1"),
        ("a equals 1", "a == 1"),
        ("a AND b", "a and b"),
        ("a && b", "a and b"),
        ("a&&b", "a and b"),
        ("a || b", "a or b"),
        ("!a", "not a"),
        ("NOT a", "not a"),
        ("a IN [1]", "a in [1]"),
        ("a EXISTS", "a exists"),
        ("a not has s", "a lacks s"),
        ("a not == 1", "a != 1"),
        ("a not contains \"x\"", "not a contains \"x\""),
        ("a =~ /x/", "a matches /x/"),
        ("a == /x/", "a matches /x/"),
        ("a startsWith \"x\"", "a starts_with \"x\""),
        ("a HAS s", "a has s"),
        ("a in [1 2]", "a in [1, 2]"),
    ] {
        let text = format!("condition c = {wrong}");
        let (_, diagnostics) = read(&text);
        assert_eq!(diagnostics.len(), 1, "{wrong}: {diagnostics:?}");
        let mut edits = diagnostics[0].fixes[0].edits.clone();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut fixed = text.clone();
        for edit in edits {
            fixed.replace_range(edit.span.range(), &edit.text);
        }
        assert_eq!(fixed, format!("condition c = {right}"));
        clean(&fixed);
    }
}

#[test]
fn mixed_and_or_shows_both_readings() {
    let (_, diagnostics) = read("condition c = a and b or c and d");
    assert_eq!(diagnostics.len(), 1);
    let titles: Vec<_> = diagnostics[0].fixes.iter().map(|fix| fix.title.as_str()).collect();
    assert_eq!(titles, ["read it as `(a and b) or (c and d)`", "read it as `a and (b or c) and d`"]);
}

#[test]
fn syntax_errors_point_at_the_token_and_name_what_belongs_there() {
    let one = |text: &str| {
        let (tree, diagnostics) = read(text);
        assert_eq!(diagnostics.len(), 1, "{text}: {diagnostics:?}");
        (tree.text(diagnostics[0].primary.span).to_owned(), diagnostics[0].message.clone())
    };
    assert_eq!(one("condition c = a and").1, "expected a condition after `and`");
    assert_eq!(
        one("condition c = a between 1"),
        ("between".into(), "expected an operator, `and` or `or`, found `between`".into())
    );
    assert_eq!(one("rule \"r\" { queue: 'Q' }").0, "'");
    assert_eq!(one("rule \"r\" { when a and priority: 5 }").1, "expected a condition after `and`");
    assert_eq!(one("rule \"r\" { when skill has priority: 5 }").1, "expected a value after `has`");
    assert_eq!(one("rule \"r\" { when: a }").0, ":");
    assert_eq!(one("rule \"r\" { when: a and b }").0, ":");
    assert_eq!(one("attribute a.: bool").0, "a.");
    assert_eq!(one("condition c = a or\u{1}b").0, "\u{1}");
}

#[test]
fn when_is_an_entry_of_its_own() {
    let tree = clean("rule \"r\" { queue: \"Q\" when a priority: 5 }");
    let ItemKind::Rule { body, .. } = tree.items[0].kind else { panic!("not a rule") };
    let entries = tree.items[0].nodes.entries(body.entries);
    assert!(matches!(entries[1].kind, EntryKind::When { .. }));
    assert_eq!(entries.len(), 3);
}

#[test]
fn nesting_beyond_the_limit_is_one_finding() {
    for text in [
        format!("condition c = {}a", "(".repeat(100_000)),
        format!("condition c = {}a{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("condition c = {}a", "not ".repeat(100_000)),
        format!("condition c = {}a", "!".repeat(100_000)),
        format!("condition c = a in {}", "[".repeat(100_000)),
        format!("test \"t\" {}", "{ case \"x\" ".repeat(100_000)),
    ] {
        assert_eq!(findings(&text).iter().map(|f| f.0).collect::<Vec<_>>(), ["E0007"]);
    }
    clean(&format!("condition c = {}a{}", "(".repeat(128), ")".repeat(128)));
    clean(&format!("condition c = {}a", "not ".repeat(128)));
}
