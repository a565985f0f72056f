//! Completion by position: what may stand at the cursor, told from the tokens before it.

mod blocks;
mod conditions;
mod names;
#[cfg(test)]
mod tests;

use rule_compiler::Program;
use rule_compiler::schema::{ACTIONS, Takes};
use rule_lang::{FileId, Span, Tree, literal};

use super::reader::{Expects, Reader, start_of};
use super::tokens::{Token, TokenKind, Tokens};
use super::words;

/// The most that is offered at once: nobody reads more, and the next letter makes it fewer.
pub(crate) const MOST: usize = 200;

/// What is offered at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completions {
    /// The word or the string that is replaced.
    pub(crate) span: Span,
    /// What is offered, the likeliest first by [`Completion::rank`], else by name.
    pub(crate) items: Vec<Completion>,
    /// Whether there is more that the word typed so far did not leave out.
    pub(crate) is_incomplete: bool,
}

/// Something that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Completion {
    /// As it is shown.
    pub(crate) label: String,
    /// What it is compared with while the author goes on typing.
    pub(crate) filter: String,
    /// The text.
    pub(crate) insert: String,
    /// The text with places to fill in, as `$1` and `${1:name}`.
    pub(crate) snippet: Option<String>,
    /// What it is.
    pub(crate) kind: Kind,
    /// Its type, or where it belongs.
    pub(crate) detail: Option<String>,
    /// What it is for.
    pub(crate) about: Option<String>,
    /// The lowest is the likeliest.
    pub(crate) rank: u8,
}

/// What is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    /// A keyword.
    #[default]
    Keyword,
    /// A property.
    Property,
    /// An attribute.
    Attribute,
    /// A named condition.
    Condition,
    /// An operator.
    Operator,
    /// A value.
    Value,
    /// One of a few words.
    Choice,
    /// A type.
    Type,
    /// A skill.
    Skill,
    /// A skill group.
    SkillGroup,
    /// A queue.
    Queue,
    /// A rule.
    Rule,
}

/// What may stand at an offset of a file.
pub(crate) fn completion(program: &Program, file: FileId, offset: u32) -> Option<Completions> {
    let tree = program.tree(file)?;
    let start = start_of(tree, offset);
    let mut tokens = Tokens::new(&tree.text, start).peekable();
    let mut reader = Reader::new(tree);
    let mut before: Option<Token<'_>> = None;
    let mut current: Option<Token<'_>> = None;
    while let Some(token) = tokens.next_if(|token| token.start < offset) {
        // `=` is where `==` begins.
        let is_half = token.end == offset
            && matches!(token.text, "=" | "!")
            && matches!(reader.expects, Expects::Operator(_));
        if is_half || token.holds(offset) {
            current = Some(token);
            break;
        }
        if token.kind == TokenKind::Comment {
            continue;
        }
        while tokens
            .next_if(|next| next.kind == TokenKind::Comment && next.start < offset && !next.holds(offset))
            .is_some()
        {}
        let _ = reader.feed(&token, tokens.peek());
        before = Some(token);
    }
    let nothing = Token { kind: TokenKind::Word, start: offset, end: offset, text: "", is_closed: true };
    let current = current.unwrap_or(nothing);
    if matches!(current.kind, TokenKind::Comment | TokenKind::Regex | TokenKind::Number) {
        return None;
    }
    // Of a string that is never closed, only what is before the cursor is known to belong to it.
    let end = if current.is_closed { current.end } else { offset };
    let part = |from: u32, to: u32| tree.text.get(from as usize..to as usize).unwrap_or("");
    let mut seeker = Seeker {
        program,
        tree,
        end,
        typed: part(current.start, offset).trim_start_matches('"').to_lowercase(),
        is_text: current.kind == TokenKind::Text,
        is_new_line: before.is_none_or(|before| part(before.end, current.start).contains('\n')),
        touches: before.is_some_and(|before| {
            before.end == current.start && matches!(before.text, ":" | "==" | "!=" | "->")
        }),
        reader,
        items: Vec::new(),
        is_incomplete: false,
    };
    seeker.seek();
    let span = Span::new(file, current.start, end);
    Some(Completions { span, items: seeker.items, is_incomplete: seeker.is_incomplete })
}

/// Gathers what is offered.
#[expect(clippy::struct_excessive_bools, reason = "each tells something else of the cursor")]
struct Seeker<'p> {
    program: &'p Program,
    tree: &'p Tree,
    reader: Reader<'p>,
    /// What the author has typed of the word so far, in lower case.
    typed: String,
    /// Whether the cursor is within quotes.
    is_text: bool,
    /// Whether nothing stands before the word on its line.
    is_new_line: bool,
    /// Whether a sign stands right before it that wants a space after it.
    touches: bool,
    /// Where what is replaced ends.
    end: u32,
    items: Vec<Completion>,
    is_incomplete: bool,
}

impl<'p> Seeker<'p> {
    fn seek(&mut self) {
        match self.reader.expects {
            Expects::Item | Expects::Block(_) | Expects::AfterType => self.declarations(),
            Expects::Type => self.types(),
            Expects::For => self.keyword("for"),
            Expects::On => self.keyword("on"),
            Expects::StrategyQueue | Expects::ExpectQueue => self.queues(),
            Expects::Media => self.media(),
            Expects::Entry { is_separated } => self.entries(is_separated || self.is_new_line),
            Expects::Value(wanted) => self.value(wanted),
            Expects::ThresholdOperator(takes) => {
                self.operators(if takes == Takes::Guard { &[">="] } else { &[">"] });
            }
            Expects::ActionArrow | Expects::ExpectArrow(_) | Expects::Target(_) if self.is_new_line => {
                self.entries(true);
            }
            Expects::ActionArrow | Expects::ExpectArrow(_) => self.operators(&["->"]),
            Expects::Action => self.choices(ACTIONS.iter().map(|word| (*word, None))),
            Expects::Expect(queue) => self.expected(queue),
            Expects::Operand => self.operands(),
            Expects::Operator(name) => self.operators_of(name),
            Expects::Negated(name) => self.negated_operators_of(name),
            Expects::Logic => self.joined(),
            _ => {}
        }
    }

    /// Offers something; within quotes, only what stands in quotes.
    fn push(&mut self, mut one: Completion) {
        if self.is_text && !one.insert.starts_with('"') {
            return;
        }
        if one.label.is_empty() {
            one.label.clone_from(&one.insert);
        }
        if one.filter.is_empty() || self.is_text {
            one.filter = if self.is_text { one.insert.clone() } else { one.label.clone() };
        }
        if self.touches {
            one.insert.insert(0, ' ');
            one.snippet = one.snippet.map(|snippet| format!(" {snippet}"));
        }
        self.items.push(one);
    }

    /// Offers names, in the order of the alphabet: in which they were declared depends on what was typed before. Where
    /// there are more than anyone reads, only those that fit the word typed so far.
    fn names<T>(
        &mut self,
        all: impl Iterator<Item = (&'p str, T)>,
        completion: impl Fn(&Self, &'p str, T) -> Completion,
    ) {
        let mut names: Vec<(&'p str, T)> = all.collect();
        if names.len() > MOST {
            self.is_incomplete = true;
            let typed: &str = &self.typed;
            names.retain(|(name, _)| fits(typed, name));
        }
        if names.len() > MOST {
            names.select_nth_unstable_by_key(MOST, |(name, _)| *name);
            names.truncate(MOST);
        }
        names.sort_unstable_by_key(|(name, _)| *name);
        for (name, what) in names {
            let completion = completion(self, name, what);
            self.push(completion);
        }
    }

    fn keyword(&mut self, word: &'static str) {
        let about = words::inner(word).map(str::to_owned);
        self.push(Completion { insert: word.to_owned(), about, ..Completion::default() });
    }

    fn choices(&mut self, words: impl Iterator<Item = (&'static str, Option<&'static str>)>) {
        for (word, insert) in words {
            self.push(Completion {
                label: word.to_owned(),
                insert: insert.unwrap_or(word).to_owned(),
                kind: Kind::Choice,
                about: words::choice(word).map(str::to_owned),
                ..Completion::default()
            });
        }
    }

    fn operators(&mut self, words: &[&'static str]) {
        for word in words {
            self.push(Completion {
                insert: (*word).to_owned(),
                kind: Kind::Operator,
                about: words::operator(word).map(str::to_owned),
                ..Completion::default()
            });
        }
    }
}

/// Whether the letters typed are in a name, in their order.
fn fits(typed: &str, name: &str) -> bool {
    if name.is_ascii() {
        let mut rest = name.bytes();
        return typed.bytes().all(|one| rest.any(|other| other.eq_ignore_ascii_case(&one)));
    }
    let mut rest = name.chars().flat_map(char::to_lowercase);
    typed.chars().all(|one| rest.any(|other| other == one))
}

/// A text in quotes.
fn quoted(text: &str, kind: Kind) -> Completion {
    Completion {
        filter: text.to_owned(),
        insert: literal::encode_string(text),
        kind,
        ..Completion::default()
    }
}
