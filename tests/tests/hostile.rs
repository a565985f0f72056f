//! Input that is made to hurt: everything ends in findings, soon, and on a small stack.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rule_lang::MAX_FILE_BYTES;
use rulec_tests::invariants;
use rulec_tests::project::Project;

/// Generous: these tests run unoptimized, on machines that do other things besides. What is quadratic or worse takes
/// hours.
const SOON: Duration = Duration::from_secs(60);

/// Parses, checks and formats a text on a stack of 2 MiB, as small as any thread's, within [`SOON`]; gives the codes
/// of the errors.
fn survive(text: String) -> Vec<&'static str> {
    let started = Instant::now();
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
        let (tree, syntax) = invariants::parse(&text);
        if syntax.is_empty() {
            rule_lang::format::format(&tree);
        }
        let project = Project::one(&text);
        invariants::diagnostics_fit(&project.sources[0], &project.diagnostics);
        let codes: Vec<_> = project.errors().iter().map(|found| found.code.id).collect();
        if codes.is_empty() {
            project.json();
        }
        codes
    });
    let codes = thread.expect("a thread starts").join().expect("nothing panics");
    assert!(started.elapsed() < SOON, "it took {:?}", started.elapsed());
    codes
}

fn rule(condition: &str) -> String {
    format!("queue \"Q\"\nrule \"R\" {{\n  queue: \"Q\"\n  when {condition}\n}}\n")
}

#[test]
fn parentheses_nested_100_000_deep_are_one_finding() {
    let open = "(".repeat(100_000);
    let close = ")".repeat(100_000);
    assert_eq!(survive(rule(&format!("{open}priority > 1{close}"))), ["E0007"]);
}

#[test]
fn parentheses_opened_100_000_times_and_never_closed_are_few_findings() {
    let codes = survive(rule(&"(".repeat(100_000)));
    assert!((1..=3).contains(&codes.len()), "{codes:?}");
}

#[test]
fn parentheses_closed_100_000_times_and_never_opened_are_few_findings() {
    let codes = survive(rule(&format!("priority > 1{}", ")".repeat(100_000))));
    assert!((1..=3).contains(&codes.len()), "{codes:?}");
}

#[test]
fn not_100_000_times_is_one_finding() {
    assert_eq!(survive(rule(&format!("{}priority > 1", "not ".repeat(100_000)))), ["E0007"]);
    let dangling = survive(rule(&"not ".repeat(100_000)));
    assert!((1..=3).contains(&dangling.len()), "{dangling:?}");
    let bangs = survive(rule(&format!("{}priority > 1", "!".repeat(100_000))));
    assert!(!bangs.is_empty());
}

#[test]
fn not_and_parentheses_in_turn_are_one_finding() {
    let open = "not(".repeat(50_000);
    let close = ")".repeat(50_000);
    assert_eq!(survive(rule(&format!("{open}priority > 1{close}"))), ["E0007"]);
}

#[test]
fn lists_nested_100_000_deep_are_few_findings() {
    for (open, close) in [(100_000, 100_000), (100_000, 0)] {
        let list = format!("language in {}\"en\"{}", "[".repeat(open), "]".repeat(close));
        let codes = survive(rule(&list));
        assert!((1..=3).contains(&codes.len()), "{codes:?}");
    }
}

#[test]
fn blocks_nested_100_000_deep_are_few_findings() {
    for (open, close) in [(100_000, 100_000), (100_000, 0), (0, 100_000)] {
        let blocks = format!("rule \"R\" {}{}\n", "{ given ".repeat(open), "}".repeat(close));
        let codes = survive(blocks);
        assert!((1..=3).contains(&codes.len()), "{codes:?}");
    }
}

#[test]
fn cases_nested_100_000_deep_are_few_findings() {
    let codes = survive(format!("test \"t\" {{ {}", "case \"c\" { ".repeat(100_000)));
    assert!((1..=3).contains(&codes.len()), "{codes:?}");
}

#[test]
fn brackets_of_all_kinds_in_turn_are_few_findings() {
    for text in ["([{", "([{}])", ")]}", "{(", "[\"", "({[not "] {
        let codes = survive(rule(&text.repeat(30_000)));
        assert!(!codes.is_empty() && codes.len() <= 60_000, "{text}: {} findings", codes.len());
    }
}

#[test]
fn the_deepest_nesting_that_is_taken_is_taken_by_every_stage() {
    let open = "(".repeat(120);
    let close = ")".repeat(120);
    assert_eq!(survive(rule(&format!("{open}priority > 1{close}"))), [""; 0]);
    assert_eq!(survive(rule(&format!("{}priority > 1", "not ".repeat(120)))), ["E0401"]);
}

#[test]
fn one_line_of_10_mb_is_one_finding_and_ten_lines_of_1_mb_as_well_as_any() {
    let mut line = String::new();
    let mut number = 0;
    while line.len() < 10_000_000 {
        write!(
            line,
            "rule \"R{number}\" {{ queue: \"Q\", when priority > {number} and language == \"en\" }} "
        )
        .expect("a string takes it");
        number += 1;
    }
    // More than a declaration may have, and where the next one starts on a line cannot be told without reading it.
    assert_eq!(survive(line.clone()), ["E0017"]);
    let mut lines = String::from("queue \"Q\"\n");
    for (at, part) in line.split_inclusive("} ").enumerate() {
        lines.push_str(part);
        if at % 5_000 == 4_999 {
            lines.push('\n');
        }
    }
    assert_eq!(survive(lines), [""; 0]);
}

#[test]
fn one_name_one_string_one_number_one_regex_of_1_mb_and_of_10_mb_each() {
    for text in ["a", "\"a", "1", "language matches /a", "// a", "language == \"a\" /* a"] {
        let long = text.replace('a', &"a".repeat(10_000_000)).replace('1', &"1".repeat(10_000_000));
        let codes = survive(rule(&format!("{long} == 1")));
        assert!((1..=2).contains(&codes.len()), "{text}: {codes:?}");
    }
    let long = "a".repeat(1_000_000);
    assert_eq!(survive(rule(&format!("{long} == 1"))), ["E0101"]);
    assert_eq!(survive(rule(&format!("language == \"{long}\""))), [""; 0]);
    assert_eq!(survive(rule(&format!("language == \"{long}"))).len(), 1);
    assert_eq!(survive(rule(&format!("priority == {}", "1".repeat(1_000_000)))), ["E0005"]);
    assert_eq!(survive(rule(&format!("language matches /{}", "a".repeat(1_000_000)))).len(), 1);
    assert_eq!(survive(rule(&format!("language matches /{}/", "a?".repeat(500_000)))), ["E0306"]);
}

#[test]
fn a_comment_that_never_ends_is_one_finding() {
    assert_eq!(survive(format!("queue \"Q\" /* {}", "/* x\n".repeat(200_000))), ["E0006"]);
    assert_eq!(survive(format!("// {}", "/* x ".repeat(200_000))), [""; 0]);
    assert_eq!(survive("/**/ ".repeat(200_000)), [""; 0]);
}

#[test]
fn nul_bytes_stand_where_any_stray_character_may() {
    assert_eq!(survive("\0".to_owned()), ["E0001"]);
    assert!(!survive("\0".repeat(100_000)).is_empty());
    assert_eq!(survive(rule("priority > \u{0}1")).len(), 1);
    assert_eq!(survive(rule("language == \"a\0b\"")), ["E0004"]);
    assert_eq!(survive(rule("language == \"a\" // \0")), [""; 0]);
}

#[test]
fn lone_surrogates_in_escapes_are_found() {
    for literal in [
        r#""\ud800""#,
        r#""\udfff""#,
        r#""\ud800\ud800""#,
        r#""\ud800x""#,
        r#""\ud83d\u""#,
        r#""\ud83d\u00""#,
    ] {
        assert_eq!(survive(rule(&format!("language == {literal}"))), ["E0004"], "{literal}");
    }
    assert_eq!(survive(rule(r#"language == "\ud83e\udd80""#)), [""; 0]);
}

#[test]
fn line_ends_of_windows_and_old_macs_and_a_byte_order_mark() {
    let text = rule("priority > 1 // the end\n  and language == \"en\"");
    assert_eq!(survive(text.replace('\n', "\r\n")), [""; 0]);
    assert_eq!(survive(format!("\u{feff}{text}")), [""; 0]);
    assert_eq!(survive("\u{feff}".to_owned()), [""; 0]);
    assert!(!survive(format!("{text}\u{feff}{text}")).is_empty());
    survive(text.replace('\n', "\r"));
}

#[test]
fn a_chain_of_40_000_conditions_is_over_the_limit_on_nodes_only() {
    let mut chain = String::from("priority == 0");
    for number in 1..40_000 {
        write!(chain, " or priority == {number}").expect("a string takes it");
    }
    assert_eq!(survive(rule(&chain)), ["E0402"]);
    // And one of 100,000 is over the limit on a declaration's size before that.
    assert_eq!(survive(rule(&[chain.as_str(); 4].join(" or "))), ["E0017"]);
}

#[test]
fn a_list_of_100_000_items_is_over_the_limit_on_nodes_only() {
    let mut list = String::from("priority in [0");
    for number in 1..100_000 {
        write!(list, ",{number}").expect("a string takes it");
    }
    list.push(']');
    assert_eq!(survive(rule(&list)), ["E0402"]);
}

#[test]
fn conditions_that_double_60_times_are_counted_before_they_are_built() {
    let mut text = String::from("condition c0 = priority > 1\n");
    for number in 1..=60 {
        writeln!(text, "condition c{number} = c{0} and (language exists or c{0})", number - 1)
            .expect("a string takes it");
    }
    text.push_str(&rule("c60"));
    let codes = survive(text);
    assert!(codes.contains(&"E0402") || codes.contains(&"E0401"), "{codes:?}");
}

#[test]
fn a_chain_of_100_000_conditions_through_each_other_and_a_cycle_of_as_many() {
    let mut text = String::from("condition c0 = priority > 1\n");
    for number in 1..100_000 {
        writeln!(text, "condition c{number} = not c{}", number - 1).expect("a string takes it");
    }
    text.push_str(&rule("c99999"));
    let codes = survive(text.clone());
    assert!(codes.contains(&"E0401"), "{} findings", codes.len());
    let codes = survive(text.replace("condition c0 = priority > 1", "condition c0 = c99999"));
    assert!(codes.contains(&"E0108"), "{} findings", codes.len());
}

#[test]
fn junk_of_100_000_items_is_read_to_its_end() {
    for junk in [
        "rule ",
        "rule \"",
        "skil x\n",
        "}\n",
        "condition c = \n",
        "attribute a: bool\n",
        "@ ",
        "\"\n",
        "x: 1 ",
    ] {
        let codes = survive(junk.repeat(100_000));
        assert!(!codes.is_empty(), "{junk}");
    }
}

#[test]
fn a_file_at_the_limit_on_size_is_read() {
    let text = " ".repeat(MAX_FILE_BYTES - 20) + "skill x\n";
    let (tree, diagnostics) = invariants::parse(&text);
    assert_eq!((tree.items.len(), diagnostics.len()), (1, 0));
}

#[test]
fn patterns_that_explode_are_refused_or_harmless() {
    for pattern in
        ["(a{100}){100}{100}", "((a*)*)*", "\\p{L}{1000}{1000}", "(?:(?:(?:(?:a?){99}){99}){99}){99}"]
    {
        survive(rule(&format!("language matches /{pattern}/")));
    }
    let nested = format!("language matches /{}a{}/", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(survive(rule(&nested)), ["E0306"]);
}
