//! What each token of a declaration is, and what may stand next: read from the tokens before it alone, so that it holds
//! while an author is still typing.
//!
//! A state and a stack of open brackets, no more. What does not fit is skipped: the parser says what is wrong.

mod step;
#[cfg(test)]
mod tests;

use rule_compiler::schema::{BlockKind, Takes};
use rule_lang::Tree;
use rule_lang::tree::{Item, Keyword};

use super::tokens::{Token, TokenKind, Tokens};

/// What a value is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted<'t> {
    /// A property.
    Property(Takes),
    /// An attribute in `given`.
    Given(&'t str),
    /// An attribute in a condition.
    Compared {
        /// The attribute.
        attribute: &'t str,
        /// `==`, `has`, `not in`, …
        operator: &'t str,
    },
    /// An enum's list of values.
    EnumValues,
    /// Something that nothing is known of.
    Unknown,
}

/// What may stand next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expects<'t> {
    /// A declaration.
    Item,
    /// The name that it declares.
    Name(Keyword),
    /// The `:` or `=` after it.
    Defined(Keyword),
    /// A type.
    Type,
    /// What belongs to a type, a block, or the next declaration.
    AfterType,
    /// A block, or the next declaration.
    Block(BlockKind),
    /// `for`
    For,
    /// The queue of a strategy.
    StrategyQueue,
    /// `on`
    On,
    /// The media type of a strategy.
    Media,
    /// An entry of a block; on the line of another one only where a separator came before.
    Entry {
        /// Whether one did.
        is_separated: bool,
    },
    /// The `{` of `given`.
    GivenBlock,
    /// The `:` after a property.
    Colon(Wanted<'t>),
    /// A value.
    Value(Wanted<'t>),
    /// What follows an item of a list or the target of an action.
    AfterListed,
    /// The operator after a figure.
    ThresholdOperator(Takes),
    /// The amount that a figure is compared with.
    Amount(Takes),
    /// `->` after an overflow's condition.
    ActionArrow,
    /// What an overflow does.
    Action,
    /// The target of an action.
    Target(&'t str),
    /// A rule or `none`, in all queues or in one.
    Expect(Option<&'t str>),
    /// The queue of an `expect`.
    ExpectQueue,
    /// The `->` after it.
    ExpectArrow(&'t str),
    /// The label of a case.
    Label,
    /// A condition.
    Operand,
    /// What is asked of an attribute, or what follows a condition.
    Operator(&'t str),
    /// What is asked of an attribute after `not`.
    Negated(&'t str),
    /// `and`, `or`, or the end.
    Logic,
    /// Something that nothing is known of.
    Unknown,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A keyword in its place.
    Keyword,
    /// The name in a declaration.
    Declared(Keyword),
    /// The label of a case.
    Label,
    /// The name of a property in this block.
    Property(BlockKind),
    /// An attribute or a condition.
    Name,
    /// A type.
    Type,
    /// A value of an enum, where it is declared.
    EnumValue,
    /// An operator, `and`, `or`, `not`.
    Operator,
    /// A skill.
    Skill,
    /// A skill group.
    SkillGroup,
    /// A queue.
    Queue,
    /// A rule.
    Rule,
    /// A word of a few: a method, a figure, an action, a media type.
    Choice,
    /// A literal, `true` and `false`.
    Literal,
    /// A bracket, a comma.
    Punctuation,
    /// Nothing that is known.
    Unknown,
}

#[derive(Debug, Clone)]
enum Frame<'t> {
    Block {
        block: BlockKind,
        seen: Vec<&'t str>,
    },
    Given {
        seen: Vec<&'t str>,
    },
    /// Brackets in a condition.
    Group,
    List(Wanted<'t>),
    /// The brackets of `id("…")` and of actions.
    Call,
    Unknown,
}

/// The state after some tokens.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'t> {
    items: &'t [Item],
    text: &'t str,
    keyword: Option<Keyword>,
    /// What the declaration declares, as it is written.
    pub(crate) declared: &'t str,
    frames: Vec<Frame<'t>>,
    pub(crate) expects: Expects<'t>,
}

/// Where to start reading, so that the state at an offset is known: the last declaration before it that starts a line.
pub(crate) fn start_of(tree: &Tree, offset: u32) -> u32 {
    let before = tree.items.partition_point(|item| item.range.start <= offset);
    let mut before = tree.items.get(..before).unwrap_or(&[]).iter().rev().map(|item| item.range.start);
    before.find(|start| starts_line(&tree.text, *start)).unwrap_or(0)
}

/// The tokens of a tree's text from such a place on, each with its role; comments have none.
pub(crate) fn roles(tree: &Tree, from: u32) -> impl Iterator<Item = (Token<'_>, Option<Role>)> {
    let mut reader = Reader::new(tree);
    let mut tokens = Tokens::new(&tree.text, from).peekable();
    let mut comments: Vec<Token<'_>> = Vec::new();
    let mut next: Option<Token<'_>> = None;
    // One token is held back until the one after it is known; comments stand between them.
    let mut ready: std::collections::VecDeque<(Token<'_>, Option<Role>)> = std::collections::VecDeque::new();
    std::iter::from_fn(move || {
        loop {
            if let Some(one) = ready.pop_front() {
                return Some(one);
            }
            let token = tokens.next();
            match (token, next.take()) {
                (Some(comment), held) if comment.kind == TokenKind::Comment => {
                    if held.is_none() {
                        return Some((comment, None));
                    }
                    next = held;
                    comments.push(comment);
                }
                (following, Some(held)) => {
                    ready.push_back((held, Some(reader.feed(&held, following.as_ref()))));
                    ready.extend(comments.drain(..).map(|comment| (comment, None)));
                    next = following;
                }
                (Some(first), None) => next = Some(first),
                (None, None) => return None,
            }
        }
    })
}

fn starts_line(text: &str, offset: u32) -> bool {
    let before = text.get(..offset as usize).unwrap_or("");
    before.is_empty() || before.ends_with('\n') || before == "\u{feff}"
}

impl<'t> Reader<'t> {
    /// Before the first token of a declaration.
    pub(crate) fn new(tree: &'t Tree) -> Self {
        Self {
            items: &tree.items,
            text: &tree.text,
            keyword: None,
            declared: "",
            frames: Vec::new(),
            expects: Expects::Item,
        }
    }

    /// How many brackets are open.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The block that entries stand in: its kind, where it is not `given`, and the names that it has so far.
    pub(crate) fn block(&self) -> Option<(Option<BlockKind>, &[&'t str])> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Block { block, seen } => Some((Some(*block), seen.as_slice())),
            Frame::Given { seen } => Some((None, seen.as_slice())),
            _ => None,
        })
    }

    /// Whether an entry of a block may follow here: not within brackets.
    pub(crate) fn may_end(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Block { .. } | Frame::Given { .. }))
    }

    /// Whether the innermost bracket is that of a list, or of the target of an action.
    pub(crate) fn is_listed(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::List(_) | Frame::Call))
    }

    /// Whether no bracket is open.
    pub(crate) fn is_outside(&self) -> bool {
        self.frames.is_empty()
    }
}
