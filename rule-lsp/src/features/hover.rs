//! Hover: what is known of a name or a word.

#[cfg(test)]
mod tests;
mod tree;

use rule_compiler::schema::{self, BlockKind};
use rule_compiler::{ItemId, Program, SymbolKind};
use rule_lang::tree::{EntryKind, ItemKind};
use rule_lang::{FileId, Span, Tree, literal};

use super::reader::{Role, roles, start_of};
use super::tokens::{Token, TokenKind};
use super::{docs, words};

/// The most lines of a declaration or a tree that are shown.
const MOST_LINES: usize = 60;

/// What is shown of a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Hover {
    /// What it is shown of; nothing where that is unknown.
    pub(crate) span: Option<Span>,
    /// The declaration, or the word.
    pub(crate) code: String,
    /// What is said of it, a paragraph each.
    pub(crate) notes: Vec<String>,
    /// A rule's tree as it is sent, a node on each line.
    pub(crate) tree: Option<String>,
    /// Where it is declared.
    pub(crate) declared: Option<Span>,
}

/// A declared thing, found by its place or by its name.
struct Named<'p> {
    kind: SymbolKind,
    name: &'p str,
    declared: Option<(ItemId, Span)>,
}

/// Where the name at an offset is declared, in a declaration that cannot be read.
pub(super) fn declared_by_word(program: &Program, file: FileId, offset: u32) -> Option<Span> {
    let (token, role) = word_at(program.tree(file)?, offset)?;
    let (_, span) = named(program, role, &literal::decode_string(token.text))?.declared?;
    Some(span)
}

/// What is known of the name or the word at an offset.
pub(crate) fn hover(program: &Program, file: FileId, offset: u32) -> Option<Hover> {
    if let Some(found) = program.symbol_at(file, offset) {
        let named = Named {
            kind: program.symbol_kind(found.symbol),
            name: program.symbol_name(found.symbol),
            declared: program.declarations(found.symbol).first().copied(),
        };
        return Some(Hover { span: Some(found.span), ..describe(program, &named) });
    }
    let tree = program.tree(file)?;
    let (token, role) = word_at(tree, offset)?;
    let span = Some(Span::new(file, token.start, token.end));
    let text = literal::decode_string(token.text);
    if let Some(named) = named(program, role, &text) {
        return Some(Hover { span, ..describe(program, &named) });
    }
    let about = match role {
        Role::Keyword => words::inner(token.text).map(str::to_owned),
        Role::Property(block) => property(block, token.text),
        Role::Operator => words::operator(&token.text.to_ascii_lowercase()).map(str::to_owned),
        Role::Type => {
            words::TYPES.iter().find(|(word, _)| *word == token.text).map(|(_, about)| (*about).to_owned())
        }
        Role::Choice => words::choice(token.text).map(str::to_owned),
        _ => None,
    }?;
    Some(Hover { span, code: token.text.to_owned(), notes: vec![about], ..Hover::default() })
}

/// The word or the string at an offset, or right before it.
fn word_at(tree: &Tree, offset: u32) -> Option<(Token<'_>, Role)> {
    let near = roles(tree, start_of(tree, offset))
        .skip_while(|(token, _)| token.end < offset)
        .take_while(|(token, _)| token.start <= offset)
        .filter_map(|(token, role)| Some((token, role?)));
    // Between two that touch, a word goes before a sign, and then the one that starts here.
    near.max_by_key(|(token, _)| (token.kind != TokenKind::Sign, token.start))
}

/// What a name in a declaration that cannot be read stands for.
fn named<'p>(program: &'p Program, role: Role, name: &str) -> Option<Named<'p>> {
    let symbols = program.symbols();
    let at = |item: ItemId, kind| {
        let symbol = program.symbol_of(item)?;
        let declared = program.declarations(symbol).first().copied();
        Some(Named { kind, name: program.symbol_name(symbol), declared })
    };
    match role {
        Role::Name => match symbols.condition(name) {
            Some(item) => at(item, SymbolKind::Condition),
            None => symbols.attribute(name).map(|attribute| Named {
                kind: SymbolKind::Attribute,
                name: attribute.name,
                declared: attribute.declared,
            }),
        },
        Role::Skill => at(symbols.skill(name)?, SymbolKind::Skill),
        Role::SkillGroup => at(symbols.skill_group(name)?, SymbolKind::SkillGroup),
        Role::Queue => at(symbols.queue(name)?, SymbolKind::Queue),
        Role::Rule => at(symbols.rules(name).next()?, SymbolKind::Rule),
        _ => None,
    }
}

fn describe(program: &Program, named: &Named<'_>) -> Hover {
    let name = named.name;
    let item = named.declared.map(|(item, _)| item);
    let mut hover = Hover { declared: named.declared.map(|(_, span)| span), ..Hover::default() };
    hover.notes.extend(item.and_then(|item| docs::about(program, item)));
    let text = item.and_then(|item| declaration(program, item));
    hover.code = match named.kind {
        SymbolKind::Attribute => {
            if item.is_none() {
                hover
                    .notes
                    .extend(words::built_in(name).map(|about| format!("{about}; every project has it")));
            }
            attribute(program, name)
        }
        SymbolKind::Rule => item.map_or_else(|| rule(name, &[]), |item| rule_head(program, item, name)),
        SymbolKind::Condition => text.unwrap_or_else(|| format!("condition {name}")),
        SymbolKind::Skill => text.unwrap_or_else(|| format!("skill {name}")),
        SymbolKind::SkillGroup => text.unwrap_or_else(|| format!("skill_group {name}")),
        SymbolKind::Queue => text.unwrap_or_else(|| format!("queue {}", literal::encode_string(name))),
    };
    let Some(item) = item else { return hover };
    if let Some(shape) = program.shape_of(item) {
        let most = program.settings().max_depth;
        let nodes = if shape.nodes == 1 { "1 node".to_owned() } else { format!("{} nodes", shape.nodes) };
        hover.notes.push(format!("depth {} of {most}, {nodes}", shape.depth));
    }
    if named.kind == SymbolKind::Rule {
        hover.tree = program.compile_one(item).map(|rule| tree::outline(&rule.body.expression, MOST_LINES));
    }
    hover
}

fn attribute(program: &Program, name: &str) -> String {
    let Some(attribute) = program.symbols().attribute(name) else { return format!("attribute {name}") };
    let ty = attribute.ty.map(|ty| format!(": {ty}")).unwrap_or_default();
    let field = if attribute.field == name {
        String::new()
    } else {
        format!(" {{ field: {} }}", literal::encode_string(attribute.field))
    };
    format!("attribute {name}{ty}{field}")
}

/// A declaration as it is written, cut where it is long; nothing where it could not be read.
fn declaration(program: &Program, item: ItemId) -> Option<String> {
    let (tree, item) = program.item(item)?;
    if matches!(item.kind, ItemKind::Broken { .. }) {
        return None;
    }
    Some(cut(tree.text(item.range).lines()))
}

fn cut<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let mut lines = lines.map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut shown: Vec<&str> = lines.by_ref().take(MOST_LINES).collect();
    if lines.next().is_some() {
        shown.push("…");
    }
    shown.join("\n")
}

/// A rule without its description, which is said beside it, and its condition, which its tree shows.
fn rule_head(program: &Program, item: ItemId, name: &str) -> String {
    let Some((tree, item)) = program.item(item) else { return rule(name, &[]) };
    let entries = item.nodes.body(item.kind.body()).iter();
    let shown: Vec<&str> = entries
        .filter(|entry| match entry.kind {
            EntryKind::Property { name, .. } => tree.name(name) != "description",
            _ => false,
        })
        .map(|entry| tree.text(entry.range))
        .collect();
    rule(name, &shown)
}

fn rule(name: &str, properties: &[&str]) -> String {
    let name = literal::encode_string(name);
    if properties.is_empty() {
        format!("rule {name}")
    } else {
        format!("rule {name} {{ {} }}", properties.join(", "))
    }
}

/// What a property is for.
fn property(block: BlockKind, name: &str) -> Option<String> {
    let found = schema::properties(block).iter().find(|one| one.name == name)?;
    let needed = if found.required { format!("; {} needs it", block.described()) } else { String::new() };
    Some(format!("{}{needed}", found.about))
}
