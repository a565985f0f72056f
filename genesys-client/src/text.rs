//! Text from outside, made fit to be shown.

/// How much of a text is kept, in characters.
const LONGEST: usize = 300;

/// What stands for a secret that somebody has sent back.
const REDACTED: &str = "[redacted]";

/// One line without control characters and secrets, cut. Whoever answers may answer anything: escape sequences for the
/// terminal, our own token, a megabyte.
pub(crate) fn clean(text: &str, secrets: &[&str]) -> String {
    let mut line = String::new();
    let mut gap = false;
    // Stripped before secrets are looked for: a character that is dropped later could hide one.
    for character in text.chars() {
        if character.is_whitespace() {
            gap = true;
        } else if !is_hidden(character) {
            if gap && !line.is_empty() {
                line.push(' ');
            }
            gap = false;
            line.push(character);
        }
    }
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if line.contains(secret) {
            line = line.replace(secret, REDACTED);
        }
    }
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            line.truncate(end);
            line.push('…');
            line
        }
        None => line,
    }
}

/// What shows nothing of its own, or turns around what follows.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}' | '\u{ad}' | '\u{3164}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// What a page in HTML is about: its title, else its first words.
pub(crate) fn html_gist(html: &str) -> String {
    // Lower case for ASCII alone keeps every offset.
    let lower = html.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|tag| {
        let start = tag + lower.get(tag..)?.find('>')? + 1;
        let end = start + lower.get(start..)?.find("</title")?;
        html.get(start..end)
    });
    match title {
        Some(title) if !title.trim().is_empty() => title.to_owned(),
        _ => without_tags(html),
    }
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(character),
            _ => {}
        }
        if text.len() > LONGEST {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_becomes_a_short_line(text in any::<String>(), secret in "[a-z]{4,8}", at in any::<proptest::sample::Index>()) {
            let at = at.index(text.len() + 1);
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let (before, after) = text.split_at(at);
            let line = clean(&format!("{before}{secret}{after}"), &[&secret]);
            prop_assert!(line.chars().count() <= LONGEST + 1);
            prop_assert!(!line.chars().any(char::is_control) && !line.contains(&secret));
        }

        #[test]
        fn any_html_has_a_gist(html in "(<title|</title|<|>|[a-zé ]|\\PC){0,40}") {
            let _ = html_gist(&html);
        }
    }

    #[test]
    fn text_from_outside_is_one_line_without_control_characters() {
        assert_eq!(clean(" a\r\n\tb\u{1b}[31m\u{202e}c\u{0} ", &[]), "a b[31mc");
    }

    #[test]
    fn text_from_outside_is_cut() {
        assert_eq!(clean(&"é".repeat(10_000), &[]), format!("{}…", "é".repeat(300)));
    }

    #[test]
    fn secrets_that_come_back_are_not_shown_even_in_pieces() {
        assert_eq!(clean("no such s3cret, s3\u{0}cret", &["s3cret", ""]), "no such [redacted], [redacted]");
        // The cut comes last, so that it never leaves half a secret unrecognized.
        let long = format!("{}s3cret", "x".repeat(297));
        assert!(!clean(&long, &["s3cret"]).contains("s3c"));
    }

    #[test]
    fn html_is_told_by_its_title_or_its_first_words() {
        assert_eq!(html_gist("<html><TITLE lang=en>502 Bad Gateway</Title><p>x"), "502 Bad Gateway");
        assert_eq!(clean(&html_gist("<html><title></title><h1>Log in</h1> first"), &[]), "Log in first");
        assert_eq!(html_gist("<title"), "");
    }
}
