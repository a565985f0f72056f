//! The syntax tree: what the author wrote, item by item, with a range of the text on everything.
//!
//! Nodes stand in flat lists ([`Nodes`]) that a few dozen items share; they refer to each other by index, and to the
//! text by range. So an item costs less than one allocation however large it is, and is checked and passed on alone.

use std::borrow::Cow;
use std::sync::Arc;

use crate::parse::{offset, skip_trivia};
use crate::{FileId, Span, TextRange, literal};

mod nodes;

pub use self::nodes::{ExprId, Nodes, Slice, ThresholdId, ValueId};

/// One file, parsed.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The file.
    pub file: FileId,
    /// Its whole text, which every range of the tree points into.
    pub text: Arc<str>,
    /// The declarations, in the order of the text.
    pub items: Vec<Item>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
}

impl Tree {
    /// The text of a range, or under a span of this file.
    pub fn text(&self, range: impl Into<TextRange>) -> &str {
        self.text.get(range.into().bytes()).unwrap_or("")
    }

    /// Where a range of the text stands in the program.
    pub fn span(&self, range: TextRange) -> Span {
        range.in_file(self.file)
    }

    /// What stands between two parts, like the operator between an attribute and a value, without the white space and
    /// the comments around it.
    pub fn between(&self, left: TextRange, right: TextRange) -> TextRange {
        let bytes = self.text.as_bytes();
        let start = skip_trivia(bytes, left.end as usize);
        let (mut end, mut next) = (start, start);
        while next < right.start as usize {
            end = next + 1;
            next = skip_trivia(bytes, end);
        }
        TextRange::new(offset(start), offset(end))
    }

    /// A name's text.
    pub fn name(&self, name: Name) -> &str {
        self.text(name.0)
    }

    /// What a string literal means, its escapes decoded.
    pub fn string(&self, string: Text) -> Cow<'_, str> {
        literal::decode_string(self.text(string.0))
    }

    /// The pattern of a regular expression literal, its slashes removed and `\/` decoded.
    pub fn regex(&self, range: TextRange) -> Cow<'_, str> {
        literal::decode_regex(self.text(range))
    }
}

/// A comment; or the lines of a merge's conflict that are skipped like one, and reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// From its first slash to its last character (a line comment does not include the line's end).
    pub range: TextRange,
    /// `// …` rather than `/* … */`.
    pub is_line: bool,
}

/// A name as written, dots included: `vip_flag`, `customer.tier`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name(pub TextRange);

/// A string literal, quotes included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text(pub TextRange);

/// A declaration.
#[derive(Clone, Debug)]
pub struct Item {
    /// From its keyword to its last token.
    pub range: TextRange,
    /// Which declaration.
    pub kind: ItemKind,
    /// Its expressions, values and entries: in lists that it shares with the items around it.
    pub nodes: Arc<Nodes>,
}

/// The declarations of the language.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each variant's line shows its fields as they are written")]
pub enum ItemKind {
    /// `attribute NAME: TYPE { … }`
    Attribute { name: Name, ty: Type, body: Option<Block> },
    /// `condition NAME = EXPR`
    Condition { name: Name, expr: ExprId },
    /// `skill NAME { … }`
    Skill { name: Name, body: Option<Block> },
    /// `skill_group NAME { … }`
    SkillGroup { name: Name, body: Option<Block> },
    /// `queue "Name" { … }`
    Queue { name: Text, body: Option<Block> },
    /// `rule "Name" { … }`
    Rule { name: Text, body: Block },
    /// `strategy for "Queue" on MEDIA { … }`
    Strategy { queue: Text, media: Name, body: Block },
    /// `test "name" { … }`
    Test { name: Text, body: Block },
    /// A declaration that could not be read; its mistakes have been reported.
    Broken { keyword: Option<Keyword>, name: Option<TextRange> },
}

impl ItemKind {
    /// Its block, where it has one.
    pub fn body(&self) -> Option<Block> {
        match *self {
            Self::Attribute { body, .. }
            | Self::Skill { body, .. }
            | Self::SkillGroup { body, .. }
            | Self::Queue { body, .. } => body,
            Self::Rule { body, .. } | Self::Strategy { body, .. } | Self::Test { body, .. } => Some(body),
            Self::Condition { .. } | Self::Broken { .. } => None,
        }
    }

    /// The keyword that starts it; of a broken one, the keyword that it was to start with.
    pub fn keyword(&self) -> Option<Keyword> {
        Some(match self {
            Self::Attribute { .. } => Keyword::Attribute,
            Self::Condition { .. } => Keyword::Condition,
            Self::Skill { .. } => Keyword::Skill,
            Self::SkillGroup { .. } => Keyword::SkillGroup,
            Self::Queue { .. } => Keyword::Queue,
            Self::Rule { .. } => Keyword::Rule,
            Self::Strategy { .. } => Keyword::Strategy,
            Self::Test { .. } => Keyword::Test,
            Self::Broken { keyword, .. } => return *keyword,
        })
    }
}

/// The words that start a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Keyword {
    /// `attribute`
    Attribute,
    /// `condition`
    Condition,
    /// `skill`
    Skill,
    /// `skill_group`
    SkillGroup,
    /// `queue`
    Queue,
    /// `rule`
    Rule,
    /// `strategy`
    Strategy,
    /// `test`
    Test,
}

impl Keyword {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Attribute,
        Self::Condition,
        Self::Skill,
        Self::SkillGroup,
        Self::Queue,
        Self::Rule,
        Self::Strategy,
        Self::Test,
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::Condition => "condition",
            Self::Skill => "skill",
            Self::SkillGroup => "skill_group",
            Self::Queue => "queue",
            Self::Rule => "rule",
            Self::Strategy => "strategy",
            Self::Test => "test",
        }
    }

    /// The keyword that is written so.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|keyword| keyword.as_str() == text)
    }
}

/// Whether a word is never a name.
pub fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "in"
            | "has"
            | "lacks"
            | "exists"
            | "contains"
            | "matches"
            | "starts_with"
            | "ends_with"
            | "true"
            | "false"
    )
}

/// The type of an attribute.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// All of it.
    pub range: TextRange,
    /// Which.
    pub kind: TypeKind,
    /// The list or range that follows the name of an unknown one.
    pub detail: Option<ValueId>,
}

/// The types of the language.
#[derive(Clone, Copy, Debug)]
pub enum TypeKind {
    /// `bool`
    Bool,
    /// `int`, or `int 0..10`: then a [`ValueKind::Range`].
    Int(Option<ValueId>),
    /// `float`
    Float,
    /// `string`
    String,
    /// `enum["a", "b"]`
    Enum(Slice<Value>),
    /// `set`
    Set,
    /// Something else (reported as [`codes::UNKNOWN_TYPE`](crate::codes::UNKNOWN_TYPE) by the compiler).
    Unknown(Name),
}

/// A condition, or several joined.
#[derive(Clone, Copy, Debug)]
pub struct Expr {
    /// All of it.
    pub range: TextRange,
    /// Which.
    pub kind: ExprKind,
}

/// The forms of a condition.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each variant's line shows its fields as they are written")]
pub enum ExprKind {
    /// `a and b and c`, `a or b`: two or more children.
    Logic { op: Logic, children: Slice<Expr> },
    /// `not a`
    Not { operand: ExprId },
    /// `( a )`
    Group { inner: ExprId },
    /// `a == v`, `a has v`, …
    Compare { attribute: Name, operator: Operator, value: ValueId },
    /// `a exists`, `a not exists`
    Presence { attribute: Name, present: bool },
    /// `a in [v, w]`, `a not in 5..10`; the set is a list, a range, or what the author wrote in its place.
    Membership { attribute: Name, negated: bool, set: ValueId },
    /// A bare bool attribute, or a named condition.
    Name(Name),
}

/// How conditions are joined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Logic {
    /// All of them.
    And,
    /// At least one of them.
    Or,
}

impl Logic {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

/// The operators between an attribute and a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operator {
    /// `==`
    Eq,
    /// `!=`
    Neq,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// `has`
    Has,
    /// `lacks`
    Lacks,
    /// `contains`
    Contains,
    /// `matches`
    Matches,
    /// `starts_with`
    StartsWith,
    /// `ends_with`
    EndsWith,
}

impl Operator {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Neq => "!=",
            Self::Gt => ">",
            Self::Gte => ">=",
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Has => "has",
            Self::Lacks => "lacks",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
        }
    }
}

impl Operator {
    /// The operator that is written so.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "==" => Self::Eq,
            "!=" => Self::Neq,
            ">" => Self::Gt,
            ">=" => Self::Gte,
            "<" => Self::Lt,
            "<=" => Self::Lte,
            "has" => Self::Has,
            "lacks" => Self::Lacks,
            "contains" => Self::Contains,
            "matches" => Self::Matches,
            "starts_with" => Self::StartsWith,
            "ends_with" => Self::EndsWith,
            _ => return None,
        })
    }
}

/// A literal, or something else that stands where a value may.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// All of it.
    pub range: TextRange,
    /// Which.
    pub kind: ValueKind,
}

/// The forms of a value.
#[derive(Clone, Copy, Debug)]
pub enum ValueKind {
    /// `"en"`; its text is [`Tree::string`] of the value's range.
    String,
    /// `5`
    Int(i64),
    /// `0.5`; always finite.
    Float(f64),
    /// `true`
    Bool(bool),
    /// `2m`, in seconds.
    Duration(i64),
    /// `80%`
    Percent(i64),
    /// `/^VIP/`; its pattern is [`Tree::regex`] of the value's range.
    Regex,
    /// A bare name, dots included.
    Name,
    /// `[a, b]`
    List(Slice<Value>),
    /// `5..10`: exactly two values.
    Range(Slice<Value>),
    /// `id("…")`, `route_to_next_queue("Overflow")`: a name and a string.
    Call(Slice<Value>),
    /// `queue "Q" "Old name"`: two strings.
    Moved(Slice<Value>),
    /// `queue_depth > 15 -> route_to_next_queue`
    Threshold(ThresholdId),
    /// A literal that could not be read; reported already.
    Malformed,
}

/// `METRIC OP AMOUNT`, with `-> ACTION` or without.
#[derive(Clone, Copy, Debug)]
pub struct Threshold {
    /// What is measured.
    pub metric: Name,
    /// How it is compared.
    pub operator: Operator,
    /// Where the operator stands.
    pub operator_range: TextRange,
    /// With what.
    pub amount: ValueId,
    /// What is done then: a name or a call.
    pub action: Option<ValueId>,
}

/// `{ … }`
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Both braces and all between.
    pub range: TextRange,
    /// What is in it.
    pub entries: Slice<Entry>,
}

/// One entry of a block.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// All of it.
    pub range: TextRange,
    /// Which.
    pub kind: EntryKind,
}

/// The forms of an entry. Which belong in which block, the compiler says.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each variant's line shows its fields as they are written")]
pub enum EntryKind {
    /// `name: value`
    Property { name: Name, value: ValueId },
    /// `when EXPR`
    When { expr: ExprId },
    /// `given { attribute: value … }`: properties only.
    Given { body: Block },
    /// `expect "Rule"`, `expect none`, `expect queue "Q" -> …`; without a rule, none is expected.
    Expect { queue: Option<Text>, rule: Option<Text> },
    /// `case "label" { … }`
    Case { label: Text, body: Block },
}
