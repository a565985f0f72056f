//! What pest saw, as items.

use super::Rule;
use super::pairs::{Pair, Pairs, Token};
use super::scan::{Chunk, offset, skip_trivia, word_end};
use crate::tree::{
    Block, Entry, Expr, ItemKind, Keyword, Name, Nodes, Text, Type, TypeKind, Value, is_reserved,
};
use crate::{Applicability, Code, Diagnostic, Edit, FileId, Span, TextRange, codes, nearest};

/// The most findings about one declaration that are kept.
const MAX_FINDINGS_IN_ITEM: usize = 100;

/// An item whose nodes are still being gathered with those of the items around it.
pub(super) type Declaration = (TextRange, ItemKind);

/// Builds items. Its scratch lists are reused from item to item, so that a list of children costs no allocation.
pub(super) struct Builder<'t> {
    pub(super) text: &'t str,
    pub(super) file: FileId,
    /// What pest saw in the slice that is being built.
    pub(super) tokens: Vec<Token>,
    pub(super) nodes: Nodes,
    diagnostics: Vec<Diagnostic>,
    /// How many findings there were when the item began.
    before: usize,
    /// What the item says cannot be told, though it could be read: it is to count as broken.
    pub(super) lost: bool,
    /// Whether a condition is being read.
    pub(super) in_condition: bool,
    pub(super) exprs: Vec<Expr>,
    pub(super) values: Vec<Value>,
    pub(super) entries: Vec<Entry>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, file: FileId) -> Self {
        Self {
            text,
            file,
            tokens: Vec::new(),
            nodes: Nodes::default(),
            diagnostics: Vec::new(),
            before: 0,
            lost: false,
            in_condition: false,
            exprs: Vec::new(),
            values: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// A declaration begins.
    pub(super) fn begin(&mut self) {
        self.before = self.diagnostics.len();
    }

    /// Notes a finding. Nobody reads more than so many about one declaration, and a hostile one has millions.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() - self.before < MAX_FINDINGS_IN_ITEM {
            self.diagnostics.push(diagnostic);
        }
    }

    /// All findings.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// An item from its pair; nothing for the end of the input. The grammar guarantees each pair that is asked for,
    /// so `None` stands for nothing else.
    pub(super) fn item(&mut self, pair: Pair<'_>) -> Option<Declaration> {
        self.begin();
        let start = pair.range();
        let seen = pair.as_rule();
        let mut inner = pair.into_inner();
        inner.next()?;
        let kind = match seen {
            Rule::attribute => self.attribute(&mut inner)?,
            Rule::condition => {
                let name = self.undotted(inner.next()?, "condition");
                let mut next = inner.next()?;
                if next.as_rule() == Rule::wrong_equals {
                    self.wrong_token(next, "=", "a condition is defined with `=`");
                    next = inner.next()?;
                }
                let expr = self.condition(next)?;
                ItemKind::Condition { name, expr: self.nodes.add_expr(expr) }
            }
            Rule::skill => {
                let name = self.undotted(inner.next()?, "skill");
                ItemKind::Skill { name, body: self.optional_block(&mut inner) }
            }
            Rule::skill_group => {
                let name = self.undotted(inner.next()?, "skill group");
                ItemKind::SkillGroup { name, body: self.optional_block(&mut inner) }
            }
            Rule::queue => {
                let name = Text(inner.next()?.range());
                ItemKind::Queue { name, body: self.optional_block(&mut inner) }
            }
            Rule::rule => {
                let name = Text(inner.next()?.range());
                ItemKind::Rule { name, body: self.block(inner.next()?) }
            }
            Rule::test => {
                let name = Text(inner.next()?.range());
                ItemKind::Test { name, body: self.block(inner.next()?) }
            }
            Rule::strategy => {
                inner.next()?;
                let queue = Text(inner.next()?.range());
                inner.next()?;
                let media = self.name(inner.next()?);
                ItemKind::Strategy { queue, media, body: self.block(inner.next()?) }
            }
            _ => return None,
        };
        Some((start.to(last_part(&kind, &self.nodes, start)), kind))
    }

    fn attribute(&mut self, inner: &mut Pairs<'_>) -> Option<ItemKind> {
        let name = self.name(inner.next()?);
        let mut next = inner.next()?;
        if next.as_rule() == Rule::wrong_colon {
            self.wrong_token(next, ":", "an attribute's type follows a `:`");
            next = inner.next()?;
        }
        let ty = self.type_of(next)?;
        Some(ItemKind::Attribute { name, ty, body: self.optional_block(inner) })
    }

    fn type_of(&mut self, pair: Pair<'_>) -> Option<Type> {
        let mut inner = pair.into_inner();
        let word = inner.next()?;
        let name = Name(word.range());
        let detail = inner.next();
        let detail_rule = detail.map(Pair::as_rule);
        let detail = detail.map(|pair| self.value(pair));
        let range = detail.map_or(name.0, |detail| name.0.to(detail.range));
        let kind = match (word.as_str(), detail_rule, detail) {
            ("bool", None, _) => TypeKind::Bool,
            ("int", None, _) => TypeKind::Int(None),
            ("int", Some(Rule::range), Some(range)) => TypeKind::Int(Some(self.nodes.add_value(range))),
            ("float", None, _) => TypeKind::Float,
            ("string", None, _) => TypeKind::String,
            ("set", None, _) => TypeKind::Set,
            ("enum", Some(Rule::list), Some(Value { kind: crate::tree::ValueKind::List(values), .. })) => {
                TypeKind::Enum(values)
            }
            _ => TypeKind::Unknown(name),
        };
        let unknown = matches!(kind, TypeKind::Unknown(_));
        let detail = detail.filter(|_| unknown).map(|detail| self.nodes.add_value(detail));
        Some(Type { range, kind, detail })
    }

    fn optional_block(&mut self, inner: &mut Pairs<'_>) -> Option<Block> {
        inner.next().map(|pair| self.block(pair))
    }

    /// A declaration that could not be read. What it was to declare is taken from its first two tokens; nothing
    /// where that cannot be told.
    pub(super) fn broken(&self, chunk: &Chunk) -> Option<Declaration> {
        let bytes = self.text.as_bytes();
        let start = chunk.start as usize;
        let end = chunk.end as usize;
        let first_end = word_end(bytes, start).min(end);
        let first = self.text.get(start..first_end).unwrap_or("");
        let keyword = Keyword::from_text(first).or_else(|| {
            nearest(first, Keyword::ALL.map(Keyword::as_str))
                .filter(|_| !first.is_empty())
                .and_then(Keyword::from_text)
        });
        keyword?;
        let at = skip_trivia(bytes, first_end);
        let name_end = if bytes.get(at) == Some(&b'"') {
            let rest = bytes.get(at + 1..end).unwrap_or(&[]);
            rest.iter()
                .position(|byte| matches!(byte, b'"' | b'\n'))
                .map(|length| at + 1 + length)
                .filter(|quote| bytes.get(*quote) == Some(&b'"'))
                .map_or(at, |quote| quote + 1)
        } else {
            let mut name_end = word_end(bytes, at);
            while bytes.get(name_end) == Some(&b'.') {
                name_end = word_end(bytes, name_end + 1);
            }
            name_end
        };
        let name = (name_end > at && name_end <= end).then(|| TextRange::new(offset(at), offset(name_end)));
        let range = TextRange::new(chunk.start, chunk.end);
        Some((range, ItemKind::Broken { keyword, name }))
    }

    /// Where a range stands in the program.
    pub(super) fn span(&self, range: TextRange) -> Span {
        range.in_file(self.file)
    }

    /// A finding in this file.
    pub(super) fn diagnostic(
        &self,
        code: &'static Code,
        range: TextRange,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, self.span(range), message)
    }

    /// An operator of another language that has no single counterpart here, or whose counterpart belongs elsewhere.
    pub(super) fn wrong_operator_without_fix(&self, range: TextRange, wrong: &str, help: &str) -> Diagnostic {
        self.diagnostic(&codes::WRONG_OPERATOR, range, format!("`{wrong}` does not belong here")).help(help)
    }

    /// A name, which must not be a reserved word.
    pub(super) fn name(&mut self, pair: Pair<'_>) -> Name {
        let range = pair.range();
        let text = pair.as_str();
        if text.contains('.') && !text.split('.').all(is_segment) {
            self.report(
                self.diagnostic(&codes::SYNTAX_ERROR, range, format!("`{text}` is not a name"))
                    .at("a dot stands between two names")
                    .help("write it like `customer.tier`"),
            );
            self.lost = true;
        }
        if is_reserved(text) {
            self.lost = true;
            let diagnostic = self.diagnostic(
                &codes::RESERVED_WORD,
                range,
                format!("`{text}` is a reserved word, not a name"),
            );
            self.report(if self.in_condition && matches!(text, "true" | "false") {
                diagnostic
                    .at("not a condition")
                    .help("a condition compares an attribute, like `vip_flag == true`")
            } else if self.in_condition {
                diagnostic.at("a name is expected here")
            } else {
                let help = format!("choose another name, like `{text}_value`");
                diagnostic.at("a name is expected here").help(help)
            });
        }
        Name(range)
    }

    fn undotted(&mut self, pair: Pair<'_>, what: &str) -> Name {
        let name = self.name(pair);
        if pair.as_str().contains('.') {
            let fixed = pair.as_str().replace('.', "_");
            self.report(
                self.diagnostic(&codes::SYNTAX_ERROR, name.0, format!("a {what}'s name has no dots"))
                    .at("only attributes have dots in their names")
                    .help(format!("write `{fixed}`")),
            );
        }
        name
    }

    /// A token of another language where ours has exactly one: reported with the right one as its fix.
    pub(super) fn wrong_token(&mut self, pair: Pair<'_>, right: &str, help: &str) {
        let wrong = pair.as_str();
        self.wrong_operator(pair.range(), wrong, right, help);
    }

    /// See [`Self::wrong_token`].
    pub(super) fn wrong_operator(&mut self, range: TextRange, wrong: &str, right: &str, help: &str) {
        let diagnostic = self.wrong_operator_without_fix(range, wrong, help);
        let title = format!("replace `{wrong}` with `{right}`");
        let diagnostic = diagnostic.at(format!("write `{right}`"));
        let edit = match right {
            ":" | "=" => self.between(range, right),
            _ => Edit { span: self.span(range), text: self.spaced(range, right) },
        };
        self.report(diagnostic.fix_all(Applicability::Safe, title, vec![edit]));
    }

    /// A `:` or `=` in place of another sign, spaced as it usually is.
    fn between(&self, range: TextRange, sign: &str) -> Edit {
        let before = self.text.get(..range.start as usize).unwrap_or("");
        let gap = before.len() - before.trim_end_matches([' ', '\t']).len();
        let after = self.text.as_bytes().get(range.end as usize);
        let right = if after.is_some_and(u8::is_ascii_whitespace) { "" } else { " " };
        if sign == ":" {
            let range = TextRange { start: range.start - offset(gap), ..range };
            return Edit { span: self.span(range), text: format!(":{right}") };
        }
        let left = if gap == 0 { " " } else { "" };
        Edit { span: self.span(range), text: format!("{left}{sign}{right}") }
    }

    /// A word with the spaces that keep it apart from its neighbours when it replaces `range`.
    pub(super) fn spaced(&self, range: TextRange, word: &str) -> String {
        let is_word =
            |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'"');
        let bytes = self.text.as_bytes();
        let wordy = word.starts_with(|c: char| c.is_ascii_alphanumeric());
        let before = range.start.checked_sub(1).and_then(|at| bytes.get(at as usize));
        let left = if wordy && is_word(before) { " " } else { "" };
        let right = if wordy && is_word(bytes.get(range.end as usize)) { " " } else { "" };
        format!("{left}{word}{right}")
    }
}

/// What stands between the dots of a name.
fn is_segment(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The part of an item that ends where the item ends.
fn last_part(kind: &ItemKind, nodes: &Nodes, whole: TextRange) -> TextRange {
    match *kind {
        ItemKind::Attribute { ty, body, .. } => body.map_or(ty.range, |body| body.range),
        ItemKind::Condition { expr, .. } => nodes.expr(expr).range,
        ItemKind::Skill { name, body } | ItemKind::SkillGroup { name, body } => {
            body.map_or(name.0, |body| body.range)
        }
        ItemKind::Queue { name, body } => body.map_or(name.0, |body| body.range),
        ItemKind::Rule { body, .. } | ItemKind::Strategy { body, .. } | ItemKind::Test { body, .. } => {
            body.range
        }
        ItemKind::Broken { .. } => whole,
    }
}
