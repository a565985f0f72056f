//! A text as tokens, whatever is wrong with it: what the editor's features need where there is no tree.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or a keyword, dots included.
    Word,
    /// A string.
    Text,
    /// A regular expression.
    Regex,
    /// A number, a duration, a percentage.
    Number,
    /// A comment.
    Comment,
    /// An operator, a bracket, or whatever else is there.
    Sign,
}

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) kind: TokenKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) text: &'t str,
    /// Whether it has the end that it needs: of a string or a comment its last sign.
    pub(crate) is_closed: bool,
}

impl Token<'_> {
    /// Whether a cursor stands in it, so that what is typed there becomes a part of it.
    pub(crate) fn holds(&self, offset: u32) -> bool {
        let may_grow = match self.kind {
            TokenKind::Word | TokenKind::Number => true,
            TokenKind::Comment => !self.is_closed || self.text.starts_with("//"),
            TokenKind::Text | TokenKind::Regex => !self.is_closed,
            TokenKind::Sign => false,
        };
        self.start < offset && (offset < self.end || may_grow && offset == self.end)
    }
}

/// The tokens of a text from a place on, comments among them.
pub(crate) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(crate) fn new(text: &'t str, from: u32) -> Self {
        Self { text, at: from as usize }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let is_blank = |one: char| one <= ' ' || one == '\u{feff}';
        self.at = self.text.len().max(self.at) - self.rest().trim_start_matches(is_blank).len();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (kind, length, is_closed) = match first {
            '"' => literal(rest, '"', TokenKind::Text),
            '/' if rest.starts_with("//") => (TokenKind::Comment, line(rest).len(), true),
            '/' if rest.starts_with("/*") => match rest.get(2..).and_then(|inner| inner.find("*/")) {
                Some(length) => (TokenKind::Comment, length + 4, true),
                None => (TokenKind::Comment, rest.len(), false),
            },
            '/' => literal(rest, '/', TokenKind::Regex),
            'a'..='z' | 'A'..='Z' | '_' => {
                (TokenKind::Word, run(rest, |one| is_word(one) || one == '.'), true)
            }
            '0'..='9' => (TokenKind::Number, number(rest), true),
            '-' | '.' if rest.chars().nth(1).is_some_and(|one| one.is_ascii_digit()) => {
                (TokenKind::Number, 1 + number(rest.get(1..).unwrap_or("")), true)
            }
            '-' if rest.starts_with("->") => (TokenKind::Sign, 2, true),
            '.' if rest.starts_with("..") => (TokenKind::Sign, 2, true),
            _ if is_operator(first) => (TokenKind::Sign, run(rest, is_operator), true),
            _ => (TokenKind::Sign, first.len_utf8(), true),
        };
        let start = self.at;
        self.at += length;
        let text = self.text.get(start..self.at).unwrap_or("");
        Some(Token { kind, start: whole(start), end: whole(self.at), text, is_closed })
    }
}

/// Texts are at most 32 MiB.
fn whole(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn is_word(one: char) -> bool {
    one == '_' || one.is_ascii_alphanumeric()
}

fn is_operator(one: char) -> bool {
    matches!(one, '<' | '=' | '>' | '~' | '!' | '&' | '|')
}

fn run(text: &str, goes_on: impl Fn(char) -> bool) -> usize {
    text.find(|one| !goes_on(one)).unwrap_or(text.len())
}

fn line(text: &str) -> &str {
    let line = text.split('\n').next().unwrap_or("");
    line.strip_suffix('\r').unwrap_or(line)
}

/// The bytes of a number; a dot before another one is the start of `..`.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let goes_on = |(at, byte): (usize, &u8)| match byte {
        b'%' => true,
        b'.' => bytes.get(at + 1) != Some(&b'.'),
        b'+' | b'-' => at > 0 && matches!(bytes.get(at - 1), Some(b'e' | b'E')),
        other => is_word(char::from(*other)),
    };
    bytes.iter().enumerate().position(|one| !goes_on(one)).unwrap_or(bytes.len())
}

/// A literal between two signs, on one line.
fn literal(text: &str, sign: char, kind: TokenKind) -> (TokenKind, usize, bool) {
    let line = line(text);
    let mut is_escaped = true;
    for (at, one) in line.char_indices() {
        if is_escaped {
            // The first sign opens it.
            is_escaped = false;
        } else if one == '\\' {
            is_escaped = true;
        } else if one == sign {
            return (kind, at + one.len_utf8(), true);
        }
    }
    (kind, line.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        Tokens::new(text, 0).map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn literals_and_comments_end_where_the_language_says() {
        use TokenKind::{Comment, Number, Regex, Sign, Text, Word};
        assert_eq!(
            kinds("a.b==\"x\\\"//\" /* \"\n */ matches /\\/\"/ // c\n-5..1.5e-3 80% ->"),
            [
                (Word, "a.b"),
                (Sign, "=="),
                (Text, "\"x\\\"//\""),
                (Comment, "/* \"\n */"),
                (Word, "matches"),
                (Regex, "/\\/\"/"),
                (Comment, "// c"),
                (Number, "-5"),
                (Sign, ".."),
                (Number, "1.5e-3"),
                (Number, "80%"),
                (Sign, "->"),
            ]
        );
    }

    #[test]
    fn what_is_never_closed_ends_with_its_line_or_the_text() {
        let open: Vec<_> = Tokens::new("\"De\r\n/x\n/* y", 0).collect();
        assert_eq!(open.iter().map(|one| one.text).collect::<Vec<_>>(), ["\"De", "/x", "/* y"]);
        assert!(open.iter().all(|one| !one.is_closed));
    }

    #[test]
    fn a_cursor_is_in_what_would_grow_there() {
        let holds = |text, at| Tokens::new(text, 0).next().unwrap().holds(at);
        assert!(holds("vip", 3) && holds("vip", 1) && !holds("vip", 0));
        assert!(holds("\"a", 2) && !holds("\"a\"", 3) && holds("\"a\"", 2));
        assert!(holds("// a", 4) && !holds("/* a */", 7));
    }
}
