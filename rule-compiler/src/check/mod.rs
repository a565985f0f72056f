//! The checks: each a pure function of one item and of what the names that it uses mean.

mod claims;
mod compare;
mod cycles;
mod declarations;
mod depth;
mod duplicates;
mod names;
mod operators;
mod properties;
mod regexes;
mod strategies;
mod tests;
mod values;

use rule_lang::tree::{Item, ItemKind};
use rule_lang::{Code, Diagnostic, Span, TextRange, Tree};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint;
use crate::occurrences::{Occurrence, Role, Symbol};
use crate::program::Program;
use crate::settings::Settings;
use crate::symbols::{Ref, Slot, Space, Symbols};

pub(crate) use claims::claims;
pub(crate) use cycles::cycles;
pub(crate) use duplicates::{duplicates, shared};
pub(crate) use operators::operators_of;

/// What was found in a part of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The declared names that it uses.
    pub(crate) uses: FxHashSet<Ref>,
    recent: Recent,
    /// The namespaces in which a name was sought in vain: if any name comes or goes there, look again.
    pub(crate) unresolved: u8,
    /// Patterns that were found to be sound.
    pub(crate) patterns: FxHashSet<Box<str>>,
    /// The nearest names that were sought already, and how many candidates were looked at.
    near: FxHashMap<(Space, Box<str>), Option<Box<str>>>,
    near_work: usize,
    /// Where names stand, for whoever asks for that.
    occurrences: Option<Vec<Occurrence>>,
}

/// Some of the names that were used last.
#[derive(Debug, Clone)]
struct Recent([Option<Ref>; 64]);

impl Default for Recent {
    fn default() -> Self {
        Self([None; 64])
    }
}

impl Findings {
    /// Findings that note where names stand, too.
    pub(crate) fn with_occurrences() -> Self {
        Self { occurrences: Some(Vec::new()), ..Self::default() }
    }

    /// Notes a use of a name: most have been used just before.
    fn uses_again(&mut self, one: Ref) {
        let Recent(recent) = &mut self.recent;
        let length = recent.len();
        if let Some(place) = recent.get_mut(one.slot as usize % length)
            && *place != Some(one)
        {
            *place = Some(one);
            self.uses.insert(one);
        }
    }

    /// Notes where a symbol stands.
    fn stands(&mut self, span: Span, symbol: Symbol, role: Role) {
        if let Some(occurrences) = &mut self.occurrences {
            occurrences.push(Occurrence { span, symbol, role });
        }
    }

    /// Where names stand, as far as that was asked for.
    pub(crate) fn into_occurrences(self) -> Vec<Occurrence> {
        self.occurrences.unwrap_or_default()
    }

    /// Adds what was found in a later part.
    pub(crate) fn merge(&mut self, mut later: Self) {
        self.diagnostics.append(&mut later.diagnostics);
        if self.uses.is_empty() {
            self.uses = later.uses;
        } else {
            self.uses.extend(later.uses);
        }
        self.unresolved |= later.unresolved;
    }
}

/// All that the check of one item may look at, and where it puts what it finds.
pub(crate) struct Context<'a> {
    pub(crate) program: &'a Program,
    pub(crate) tree: &'a Tree,
    pub(crate) item: &'a Item,
    pub(crate) symbols: &'a Symbols,
    pub(crate) settings: &'a Settings,
    /// The parser reported a mistake inside this item: what is missing may only have been misread.
    pub(crate) quiet: bool,
    pub(crate) findings: &'a mut Findings,
}

impl<'a> Context<'a> {
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.diagnostics.push(diagnostic);
    }

    pub(crate) fn text(&self, range: TextRange) -> &'a str {
        self.tree.text(range)
    }

    /// Where a range of the file stands in the program.
    pub(crate) fn span(&self, range: TextRange) -> Span {
        self.tree.span(range)
    }

    /// A finding in the file.
    pub(crate) fn diagnostic(
        &self,
        code: &'static Code,
        range: TextRange,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, self.span(range), message)
    }

    /// A declared name, which counts as used from now on, and where it is used.
    pub(crate) fn resolve(&mut self, space: Space, name: &str, at: TextRange) -> Option<&'a Slot> {
        let (one, declared) = self.seek(space, name)?;
        self.findings.stands(self.tree.span(at), Symbol { name: one, group: 0 }, Role::Use);
        Some(declared)
    }

    /// A declared name, which counts as used from now on.
    pub(crate) fn seek(&mut self, space: Space, name: &str) -> Option<(Ref, &'a Slot)> {
        let Some((slot, declared)) = self.symbols.table(space).declared(name) else {
            self.findings.unresolved |= space.bit();
            return None;
        };
        let one = Ref { space, slot };
        self.findings.uses_again(one);
        Some((one, declared))
    }

    /// The skill that the platform calls so, which counts as used from now on, and where it is used.
    pub(crate) fn resolve_platform_skill(&mut self, platform: &str, at: TextRange) -> Option<Ref> {
        // Where it is found, another skill of this name on the platform may still come.
        self.findings.unresolved |= Space::Skills.bit();
        let one = Ref { space: Space::Skills, slot: self.symbols.platform_skill(platform)? };
        self.findings.uses.insert(one);
        self.findings.stands(self.tree.span(at), Symbol { name: one, group: 0 }, Role::PlatformName);
        Some(one)
    }

    /// The declared name that a misspelt one most likely means. A program in which nearly every name is wrong gets
    /// no suggestions after a while, so that the time stays bounded.
    pub(crate) fn nearest(&mut self, space: Space, wrong: &str) -> Option<Box<str>> {
        const MOST_WORK: usize = 500_000;
        let key = (space, Box::from(wrong));
        if let Some(known) = self.findings.near.get(&key) {
            return known.clone();
        }
        if self.findings.near_work > MOST_WORK {
            return None;
        }
        let table = self.symbols.table(space);
        self.findings.near_work += table.len();
        let near: Option<Box<str>> = table.nearest(wrong).map(Into::into);
        // Once the name is spelt right it uses the nearest, which is therefore not to be called unused.
        if let Some(slot) = near.as_deref().and_then(|near| table.find(near)) {
            self.findings.uses.insert(Ref { space, slot });
        }
        self.findings.near.insert(key, near.clone());
        near
    }

    /// Whether a comment stands in this part of the text: then no fix may remove it unasked.
    pub(crate) fn has_comment(&self, range: TextRange) -> bool {
        let comments = &self.tree.comments;
        let from = comments.partition_point(|comment| comment.range.end <= range.start);
        comments.get(from).is_some_and(|comment| comment.range.start < range.end)
    }

    /// What to put in the place of what is removed: nothing, or a space where two words would become one.
    pub(crate) fn gap(&self, removed: TextRange) -> &'static str {
        let joins = |c: char| c == '_' || c.is_ascii_alphanumeric();
        let before = self.tree.text.get(..removed.start as usize).and_then(|text| text.chars().next_back());
        let after = self.tree.text.get(removed.end as usize..).and_then(|text| text.chars().next());
        if before.is_some_and(joins) && after.is_some_and(joins) { " " } else { "" }
    }

    /// A word as a replacement of a symbol: with spaces where it would touch its neighbours.
    pub(crate) fn spaced(&self, range: TextRange, word: &str) -> String {
        let before = self.tree.text.get(..range.start as usize).and_then(|text| text.chars().next_back());
        let after = self.tree.text.get(range.end as usize..).and_then(|text| text.chars().next());
        let touches = |next: Option<char>| next.is_some_and(|next| !next.is_whitespace());
        format!("{}{word}{}", if touches(before) { " " } else { "" }, if touches(after) { " " } else { "" })
    }
}

/// Checks an item.
pub(crate) fn item(cx: &mut Context<'_>) {
    let item = cx.item;
    match item.kind {
        ItemKind::Attribute { name, ty, body } => {
            declarations::attribute(cx, name, &ty);
            properties::check(cx, name.0, body);
        }
        ItemKind::Condition { expr, .. } => condition(cx, expr),
        ItemKind::Skill { name, body } => {
            declarations::skill(cx, name);
            properties::check(cx, name.0, body);
        }
        ItemKind::SkillGroup { name, body } => properties::check(cx, name.0, body),
        ItemKind::Queue { name, body } => {
            properties::check(cx, name.0, body);
            declarations::external_queue(cx, body);
        }
        ItemKind::Rule { name, body } => properties::check(cx, name.0, Some(body)),
        ItemKind::Strategy { queue, media, body } => {
            strategies::head(cx, queue, media);
            properties::check(cx, queue.0, Some(body));
            strategies::percentages(cx, body);
        }
        ItemKind::Test { name, body } => {
            properties::check(cx, name.0, Some(body));
            tests::needs(cx, name, body);
        }
        ItemKind::Broken { .. } => {}
    }
    if cx.quiet || matches!(item.kind, ItemKind::Broken { .. }) {
        names::note_words(cx, item.range);
    }
}

/// Checks a condition, wherever it stands.
fn condition(cx: &mut Context<'_>, expr: rule_lang::tree::ExprId) {
    let item = cx.item;
    let expr = item.nodes.expr(expr);
    let shape = compare::expr(cx, expr);
    lint::expr(cx, expr);
    if matches!(item.kind, ItemKind::Rule { .. }) {
        depth::check(cx, expr, shape);
    }
}
