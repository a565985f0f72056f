//! No comment is ever lost: comments are planted between every two tokens and looked for in the formatted text.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "a test may panic"
)]

use rule_lang::format::{format, same_comments, same_tree};
use rule_lang::{FileId, Source, Tree, parse};

/// The whole-file example of the language reference.
const WHOLE_FILE: &str = include_str!("whole_file.rule");

/// Everything else that the grammar has, in few lines and in no good style.
const THE_REST: &str = r#"attribute a.b: int -5..10 { field: "A", }
attribute c: string {}
attribute skill: set
queue "Q" { external: true } queue "R" {
  description: "x" , skill_group: g,
}
skill s { name: "S \" \\ é" }
condition d = not not (c matches /^VIP-\/[\/x]\d+$/ and (a.b not in 5 .. 10 or a.b exists)) or c not exists
condition e = (skill)
rule "r" { queue: id("1-2"), enabled: false, was: queue "Q" "old", when skill, priority: -1_000 }
rule "long" { was: "older", queue: "Q"
  when c not in ["aaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccccccccccc", "dddddd",]
    and (c starts_with "x" or c ends_with "yyyyyyyyyyyyyyyyyyyyyyyyyyyy" or not (c lacks "zzzzzzzzzzzzzz" or c == "0"))
}
strategy for "Q" on chat { overflow: queue_depth > 15 -> route_to_next_queue("R")
  overflow: wait_time >= 90s -> add_skill_to_interaction(s) }
test "t" { given { a.b: 1.5e-3, skill: [] } case "one" { given { c: "x" } expect queue "Q" -> "r" } case "two" {
    expect queue "R" -> none } }
"#;

fn tree(text: &str) -> Tree {
    let (tree, mistakes) = parse(&Source::new(FileId(0), "planted.rule", text));
    assert!(mistakes.is_empty(), "{mistakes:#?}\nin\n{text}");
    tree
}

/// The start of every token, and the end of the text.
fn token_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let at_or_end = |at: usize| bytes.get(at).copied().unwrap_or(b'\n');
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'%');
    let mut starts = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let quoted = |quote: u8, from: usize| {
            let mut end = from + 1;
            while bytes[end] != quote {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            end + 1
        };
        let end = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'/' if rest.starts_with("//") => {
                at += rest.find('\n').unwrap();
                continue;
            }
            b'"' => quoted(b'"', at),
            b'/' => quoted(b'/', at),
            b'-' if bytes[at + 1] == b'>' => at + 2,
            byte if is_word(byte) || byte == b'-' => {
                let mut end = at + 1;
                while is_word(at_or_end(end))
                    || at_or_end(end) == b'.' && bytes[end + 1] != b'.' && bytes[end - 1] != b'.'
                    || at_or_end(end) == b'-' && bytes[end - 1] == b'e' && bytes[at].is_ascii_digit()
                {
                    end += 1;
                }
                end
            }
            _ if ["..", "==", "!=", ">=", "<="].iter().any(|sign| rest.starts_with(sign)) => at + 2,
            _ => at + 1,
        };
        starts.push(at);
        at = end;
    }
    starts.push(text.len());
    starts
}

fn assert_kept(planted: &str) {
    let before = tree(planted);
    let formatted = format(&before);
    let after = tree(&formatted);
    assert!(same_tree(&before, &after), "another tree:\n{planted}\n--- became ---\n{formatted}");
    assert!(same_comments(&before, &after), "other comments:\n{planted}\n--- became ---\n{formatted}");
    let again = format(&after);
    assert_eq!(formatted, again, "formatting again changed it; planted:\n{planted}");
    for line in formatted.lines() {
        assert_eq!(line, line.trim_end(), "white space at the end of a line:\n{formatted}");
    }
    assert!(formatted.ends_with('\n') && !formatted.ends_with("\n\n") && !formatted.contains("\n\n\n"));
}

/// The forms of a comment, each with a place for its number.
const FORMS: [(&str, &str); 9] = [
    (" /* ", " */ "),
    ("/*", "*/"),
    (" // ", "\n "),
    ("\n // ", "\n "),
    ("\n /* ", " */\n "),
    ("\n\n /* ", " */ "),
    (" /* ", " */\n\n "),
    ("\n /*\n  * ", "\n  */\n "),
    (" /* one\r\n   ", " two */ "),
];

/// Plants into every two neighbouring declarations, so that each place between two is met too.
fn plant_one_at_a_time(text: &str) {
    for pair in tree(text).items.windows(2) {
        let text = &text[pair[0].range.start as usize..pair[1].range.end as usize];
        for start in token_starts(text) {
            for (open, close) in FORMS {
                assert_kept(&format!("{}{open}here{close}{}", &text[..start], &text[start..]));
            }
        }
    }
}

fn plant_everywhere(text: &str) {
    let starts = token_starts(text);
    for shift in 0..FORMS.len() {
        for mixed in [0, 1, 2] {
            let mut planted = String::new();
            let mut from = 0;
            for (number, start) in starts.iter().enumerate() {
                planted.push_str(&text[from..*start]);
                // One form everywhere, all in turn, and two at each place.
                for twice in 0..=mixed / 2 {
                    let (open, close) =
                        FORMS[(shift + number * mixed.min(1) + twice * (1 + number % 5)) % FORMS.len()];
                    planted.push_str(&format!("{open}{number}.{twice}{close}"));
                }
                from = *start;
            }
            assert_kept(&planted);
        }
    }
}

#[test]
fn the_whole_file_example_is_formatted_already() {
    assert_eq!(format(&tree(WHOLE_FILE)), WHOLE_FILE);
}

#[test]
fn a_comment_between_any_two_tokens_of_the_whole_file_is_kept() {
    plant_one_at_a_time(WHOLE_FILE);
}

#[test]
fn a_comment_between_any_two_tokens_of_the_rest_of_the_language_is_kept() {
    assert_kept(THE_REST);
    plant_one_at_a_time(THE_REST);
}

#[test]
fn comments_between_all_tokens_at_once_are_kept() {
    plant_everywhere(WHOLE_FILE);
    plant_everywhere(THE_REST);
}
