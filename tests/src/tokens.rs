//! The tokens of a program without syntax errors, so that tests can put things around every one of them.

use crate::generate::Choices;

/// A token: its byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// Whether it is a comment.
    pub is_comment: bool,
}

/// Cuts a text into tokens, written from the language's lexical rules and not from its grammar.
pub fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let rest = &text[at..];
        let mut is_comment = false;
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            // A regular expression is never empty, so two slashes are always a comment.
            b'/' if rest.starts_with("//") => {
                is_comment = true;
                at += rest.find('\n').unwrap_or(rest.len());
            }
            b'/' if rest.starts_with("/*") => {
                is_comment = true;
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            }
            quote @ (b'"' | b'/') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'0'..=b'9' | b'-'
                if rest[1..].starts_with(|c: char| c.is_ascii_digit()) || bytes[at] != b'-' =>
            {
                at += 1;
                while at < bytes.len() {
                    let exponent = matches!(bytes[at], b'+' | b'-') && matches!(bytes[at - 1], b'e' | b'E');
                    let dot = bytes[at] == b'.' && bytes.get(at + 1) != Some(&b'.');
                    if !(bytes[at].is_ascii_alphanumeric()
                        || matches!(bytes[at], b'_' | b'%')
                        || exponent
                        || dot)
                    {
                        break;
                    }
                    at += 1;
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                while at < bytes.len()
                    && (bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'.'))
                {
                    at += 1;
                }
            }
            _ => {
                let two = ["==", "!=", ">=", "<=", "->", ".."].iter().any(|two| rest.starts_with(two));
                at += if two { 2 } else { rest.chars().next().map_or(1, char::len_utf8) };
            }
        }
        tokens.push(Token { start, end: at.min(bytes.len()), is_comment });
    }
    tokens
}

/// The comments of a text, in their order.
pub fn comments(text: &str) -> Vec<&str> {
    let comments = tokens(text).into_iter().filter(|token| token.is_comment);
    comments.map(|token| text[token.start..token.end].trim_end()).collect()
}

/// The text with `between(n)` put in right before token `n`, and `between(count)` at the end.
pub fn plant(text: &str, mut between: impl FnMut(usize) -> String) -> String {
    let tokens = tokens(text);
    let mut planted = String::new();
    let mut at = 0;
    for (number, token) in tokens.iter().enumerate() {
        planted.push_str(&text[at..token.start]);
        planted.push_str(&between(number));
        planted.push_str(&text[token.start..token.end]);
        at = token.end;
    }
    planted.push_str(&between(tokens.len()));
    planted.push_str(&text[at..]);
    planted
}

/// Puts comments of many forms around every token, each with a number of its own. None of them moves a word to the
/// very start of a line: there a word that is no keyword is taken for a misspelt one.
pub fn plant_comments(text: &str, choices: &mut Choices) -> String {
    let mut number = 0;
    plant(text, |_| {
        number += 1;
        match choices.below(7) {
            0 => String::new(),
            1 => format!(" /* {number} */"),
            2 => format!("/*{number}*/ /**/"),
            3 => format!("/* {number}\n *\n    */"),
            4 => format!(" // {number}\n "),
            5 => format!("\n\n\n// {number} \u{fc} */\n "),
            _ => format!("\r\n// /* {number}\r\n\r\n\t"),
        }
    })
}
