use super::{format, format_source, same_comments, same_tree};
use crate::{FileId, Source, Tree, parse};

fn tree(text: &str) -> Tree {
    let (tree, mistakes) = parse(&Source::new(FileId(0), "test.rule", text));
    assert!(mistakes.is_empty(), "{mistakes:#?}\nin\n{text}");
    tree
}

/// Formats, and checks what holds for every text.
fn formatted(text: &str) -> String {
    let before = tree(text);
    let formatted = format(&before);
    let after = tree(&formatted);
    assert!(same_tree(&before, &after), "another tree:\n{formatted}");
    assert!(same_comments(&before, &after), "other comments:\n{formatted}");
    assert_eq!(formatted, format(&after), "formatting again changed it");
    formatted
}

#[track_caller]
fn becomes(text: &str, expected: &str) {
    let formatted = formatted(text);
    assert!(formatted == expected, "--- expected ---\n{expected}\n--- formatted ---\n{formatted}");
}

#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

#[test]
fn an_empty_file_stays_empty() {
    stays("");
    becomes("\u{FEFF}", "");
    becomes(" \r\n\n\t", "");
}

#[test]
fn a_file_ends_with_one_newline() {
    becomes("skill a", "skill a\n");
    becomes("skill a\n\n\n", "skill a\n");
    becomes("\n\n// only this\n\n\n", "// only this\n");
}

#[test]
fn a_byte_order_mark_goes() {
    becomes("\u{FEFF}skill a\n", "skill a\n");
}

#[test]
fn lines_end_as_the_first_one_does() {
    becomes(
        "\u{FEFF}skill a\r\n// c \r\nskill b /* x  \r\n y\r\r\n*/\r\n",
        "skill a\r\n// c\r\nskill b /* x\r\n y\r\n*/\r\n",
    );
    becomes("skill a\n// c \r\nskill b /* x  \r\n y\n*/\r\n", "skill a\n// c\nskill b /* x\n y\n*/\n");
    becomes("skill a\r\nskill   b\n", "skill a\r\nskill b\r\n");
    stays("skill a\r\n\r\nskill b // x\r\n");
}

#[test]
fn short_declarations_of_one_kind_stay_grouped() {
    stays("skill a\nskill b\n\nskill c { name: \"C\" }\nskill d\n");
    becomes("skill a skill b\n\n\n\nskill c\n", "skill a\nskill b\n\nskill c\n");
}

#[test]
fn other_declarations_stand_apart() {
    becomes(
        "skill a\nattribute b: bool\nattribute c: string {\n  field: \"C\"\n}\nattribute d: int\n",
        "skill a\n\nattribute b: bool\n\nattribute c: string {\n  field: \"C\"\n}\n\nattribute d: int\n",
    );
}

#[test]
fn a_blank_line_goes_before_the_comments_that_belong_to_a_declaration() {
    becomes(
        "skill a // first\n// About the queue.\n/* and more */\nqueue \"Q\" {\n}\n// the end",
        "skill a // first\n\n// About the queue.\n/* and more */\nqueue \"Q\" {}\n// the end\n",
    );
    stays("skill a\n// still about a\n\nqueue \"Q\"\n");
}

#[test]
fn tokens_are_spaced() {
    becomes(
        "attribute  a.b :int  -5 .. 10{field:\"A\"}\nattribute e:enum [ \"x\",\"y\" , ]\n",
        "attribute a.b: int -5..10 { field: \"A\" }\nattribute e: enum[\"x\", \"y\"]\n",
    );
    becomes(
        "condition c=not( a==1 or b in[1 ,2])and d   not   exists",
        "condition c = not (a == 1 or b in [1, 2]) and d not exists\n",
    );
    becomes(
        "strategy for\"Q\"on voice{overflow:queue_depth>15->route_to_next_queue( \"R\" )}",
        "strategy for \"Q\" on voice { overflow: queue_depth > 15 -> route_to_next_queue(\"R\") }\n",
    );
    becomes(
        "rule\"r\"{queue:id( \"1\" ),was:queue\"Q\"\"old\"\nwhen a matches/x/}",
        "rule \"r\" { queue: id(\"1\"), was: queue \"Q\" \"old\", when a matches /x/ }\n",
    );
}

#[test]
fn literals_are_left_as_they_are() {
    stays(
        "condition c = a == -1_000 or a == 1.50e-3 or a == \"\\u00e9\\/\" or a matches /\\/[\\/]/ or a > 90s\n",
    );
}

#[test]
fn a_block_stays_on_one_line_where_its_author_put_it() {
    stays("test \"t\" {\n  given { skill: [a, b], language: \"fr\", priority: 9 }\n  expect none\n}\n");
    stays("test \"t\" { given { a: 1 } case \"c\" { given {} expect queue \"Q\" -> none } expect none }\n");
    becomes(
        "rule \"r\" {\n  queue: \"Q\", priority: 1,\n  when a }\n",
        "rule \"r\" {\n  queue: \"Q\"\n  priority: 1\n  when a\n}\n",
    );
}

#[test]
fn a_block_that_does_not_fit_is_broken() {
    let long = "x".repeat(70);
    becomes(
        &format!("rule \"r\" {{ queue: \"{long}\", priority: 1000, when a }}"),
        &format!("rule \"r\" {{\n  queue: \"{long}\"\n  priority: 1000\n  when a\n}}\n"),
    );
    // One hundred columns are allowed, and characters count, not bytes.
    let text = |length| format!("queue \"Q\" {{ description: \"{}\" }}\n", "é".repeat(length));
    stays(&text(71));
    assert_eq!(text(71).trim_end().chars().count(), 100);
    becomes(&text(72), &format!("queue \"Q\" {{\n  description: \"{}\"\n}}\n", "é".repeat(72)));
}

#[test]
fn blank_lines_between_entries_stay_but_not_at_the_ends() {
    becomes(
        "rule \"r\" {\n\n\n  queue: \"Q\"\n\n\n  // why\n\n  when a\n\n}\n",
        "rule \"r\" {\n  queue: \"Q\"\n\n  // why\n\n  when a\n}\n",
    );
}

#[test]
fn a_condition_is_broken_before_each_operator_of_a_level() {
    let name = "an_attribute_with_a_rather_long_name";
    becomes(
        &format!("rule \"r\" {{\nwhen {name} == 1 and ({name} == 2 or {name} == 3) and a\n}}"),
        &format!("rule \"r\" {{\n  when {name} == 1\n    and ({name} == 2 or {name} == 3)\n    and a\n}}\n"),
    );
    becomes(
        &format!("condition c = a and not ({name} == 2 or ({name} == 3 and {name} == 4 and {name} == 5))"),
        &format!(
            "condition c = a\n  and not ({name} == 2\n    or ({name} == 3\n      and {name} == 4\n      and {name} == 5))\n"
        ),
    );
    stays("condition c = a\n  and b\n  and (c or d)\n");
    becomes("condition c = a and\n b and c", "condition c = a\n  and b\n  and c\n");
    becomes("condition c =\n  a and b", "condition c = a and b\n");
}

#[test]
fn a_closing_parenthesis_counts() {
    let text = |length| format!("condition c = a\n  and (b == \"{}\" or c)\n", "x".repeat(length));
    stays(&text(80));
    assert_eq!(text(80).lines().last().unwrap().len(), 100);
    becomes(&text(81), &text(81).replace(" or c", "\n    or c"));
}

#[test]
fn a_list_that_does_not_fit_has_a_line_for_each_item() {
    let item = "\"an item of a list\"";
    let flat = format!("{item}, {item}, {item}, {item}, {item}");
    becomes(
        &format!("skill_group g {{\n  skills: [{flat}]\n}}"),
        &format!("skill_group g {{\n  skills: [\n{}  ]\n}}\n", format!("    {item},\n").repeat(5)),
    );
    becomes("skill_group g {\n  skills: [\n    a,\n  ]\n}\n", "skill_group g {\n  skills: [a]\n}\n");
}

#[test]
fn comments_stay_where_they_are() {
    stays(
        "\
// The header.

/* A block */ skill a // trailing
/* before b */
skill b /* one */ /* two */

rule \"r\" { // after the brace
  // before the queue
  queue: /* inside */ \"Q\" /* after */
  priority: 1 // last
  // before the condition

  when a // first
    // second
    and b
    and /* third */ c
  // at the end
}

skill_group g {
  skills: [
    a, // the first
    // the second
    b,
    c, /* the third */
  ]
}

// The end.
",
    );
}

#[test]
fn comments_stay_before_their_commas() {
    stays("skill_group g { skills: [a /* one */, b /* two */, /* three */ c] }\n");
    becomes(
        "skill_group g {\n skills: [a // one\n , b]\n}",
        "skill_group g {\n  skills: [\n    a, // one\n    b,\n  ]\n}\n",
    );
    becomes(
        "queue \"Q\" {\n  skill_group: g /* one */, /* two */ description: \"x\" /* three */ }",
        "queue \"Q\" {\n  skill_group: g /* one */\n  /* two */ description: \"x\" /* three */\n}\n",
    );
}

#[test]
fn a_line_comment_never_swallows_a_token() {
    becomes(
        "strategy // a\nfor // b\n \"Q\" // c\n on // d\n voice // e\n { // f\n } // g"
            .replace("\nfor", "\n for")
            .as_str(),
        "strategy // a\n  for // b\n  \"Q\" // c\n  on // d\n  voice // e\n  { // f\n} // g\n",
    );
    becomes(
        "test \"t\" { given { a: 1 // one\n } expect none }",
        "test \"t\" {\n  given {\n    a: 1 // one\n  }\n  expect none\n}\n",
    );
    becomes("condition c = (a // one\n)", "condition c = (a // one\n)\n");
}

#[test]
fn a_starred_comment_moves_with_its_declaration() {
    becomes(
        "rule \"r\" {\n      /* one\n       * two\n         */\n  when a\n}\n",
        "rule \"r\" {\n  /* one\n   * two\n   */\n  when a\n}\n",
    );
    stays("skill a\n/*\n   drawn\n      by hand\n*/\nskill b\n");
}

#[test]
fn a_keyword_at_the_end_of_an_entry_is_kept_apart_from_the_next() {
    becomes(
        "rule \"r\" {\n  queue: \"Q\", when // why\n  skill, priority: 5\n}",
        "rule \"r\" {\n  queue: \"Q\"\n  when // why\n    skill,\n  priority: 5\n}\n",
    );
}

#[test]
fn a_type_that_does_not_exist_is_formatted_like_others() {
    stays("attribute a: text\nattribute b: flags[1, /* c */ 2]\nattribute c: bool 0..1\n");
    becomes("attribute a: text  [ 1,\r\n  2 ]", "attribute a: text[1, 2]\r\n");
}

#[test]
fn deep_nesting_is_formatted() {
    let deep = |open: &str, close: &str, times| {
        format!("condition c = {}a and b{}", open.repeat(times), close.repeat(times))
    };
    formatted(&deep("(", ")", 128));
    formatted(&deep("not (", ")", 64));
    formatted(&deep("(x and ", ")", 127));
    formatted(&deep("(// c\n", ")", 127));
}

#[test]
fn a_declaration_that_its_line_breaks_would_carry_over_the_limit_is_left_as_it_is() {
    // Two bytes an item, of which each becomes a line of seven.
    let text = format!("skill_group g {{ skills: [{}] }}\n", vec!["a"; 200_000].join(","));
    let source = Source::new(FileId(0), "test.rule", text.as_str());
    assert_eq!(format_source(&source).unwrap(), text);
}

#[test]
fn a_text_with_mistakes_is_not_touched() {
    let source = |text: &str| Source::new(FileId(0), "test.rule", text);
    let mistakes = format_source(&source("condition c = a = 1\n")).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert_eq!(format_source(&source("skill   a")).unwrap(), "skill a\n");
}

#[test]
fn trees_differ_where_their_texts_mean_different_things() {
    let text =
        "attribute a: int 0..5 { field: \"A\" }\nattribute b: flags[1]\ncondition c = a == 1 and (b in [1, 2] or not d exists)
rule \"r\" { queue: id(\"1\"), was: queue \"Q\" \"o\", when c, x: true }
strategy for \"Q\" on voice { guard: licenses >= 20 -> go(\"R\") }
test \"t\" { given { a: [x] } expect queue \"Q\" -> \"r\" case \"l\" {} }\n";
    let one = tree(text);
    assert!(same_tree(&one, &tree(&text.replace(", ", " , /* c */\n "))));
    for (from, to) in [
        ("0..5", "0..6"),
        ("\"A\"", "\"\\u0041\""),
        ("== 1", "== 1.0"),
        ("== 1", "!= 1"),
        ("and (", "or ("),
        ("[1, 2]", "[2, 1]"),
        ("not d", "not not d"),
        ("d exists", "d not exists"),
        ("b in", "b not in"),
        ("when c", "when (c)"),
        ("id(", "ix("),
        ("\"o\"", "\"p\""),
        ("voice", "chat"),
        ("20", "20%"),
        ("-> go(\"R\")", ""),
        ("go(\"R\")", "go"),
        ("[x]", "[x, x]"),
        ("flags[1]", "flags[2]"),
        ("queue \"Q\" -> \"r\"", "\"r\""),
        ("-> \"r\"", "-> none"),
        ("case \"l\" {}", ""),
        ("true", "false"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(!same_tree(&one, &tree(&changed)), "{from} to {to}");
    }
    assert!(!same_comments(&tree("// a"), &tree("// b")));
    assert!(!same_comments(&tree("// a\n/* b */"), &tree("/* b */ // a")));
    assert!(!same_comments(&tree("/* a */"), &tree("")));
    assert!(same_comments(&tree("/* a\r\n   b */"), &tree("/* a\n b */")));
}
