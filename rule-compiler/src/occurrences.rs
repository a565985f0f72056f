//! Where names stand: what declares them and what uses them, as editors ask for it.
//!
//! The uses are found by the checks themselves, run once more with a list to write them into: whatever the checks take
//! for a use is one here.

use rule_lang::{FileId, Span};

use crate::check::{self, Context, Findings};
use crate::program::Program;
use crate::symbols::{Decl, DeclKind, ItemId, Meaning, Ref, Slot, Space};
use crate::types::AttributeType;

/// A declared name: an attribute, a condition, a skill, a skill group, a queue, or a rule of one queue. Valid as long
/// as the program is not checked again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol {
    pub(crate) name: Ref,
    /// Of a rule, its queue; of everything else 0.
    pub(crate) group: u32,
}

/// What a symbol is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SymbolKind {
    /// `attribute NAME: TYPE`, and the built-in ones
    Attribute,
    /// `condition NAME = EXPR`
    Condition,
    /// `skill NAME`
    Skill,
    /// `skill_group NAME { … }`
    SkillGroup,
    /// `queue "Name"`
    Queue,
    /// `rule "Name" { … }`
    Rule,
}

/// How a symbol stands in the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// By its name, where it is declared.
    Declaration,
    /// By its name.
    Use,
    /// A skill by the platform's name for it, in quotes.
    PlatformName,
}

/// One place of a symbol.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Occurrence {
    /// The place; a string's quotes are part of it.
    pub span: Span,
    /// What stands there.
    pub symbol: Symbol,
    /// How.
    pub role: Role,
}

impl Program {
    /// The places of a file where symbols stand, in the order of the text, as of the last check. In declarations
    /// that could not be read, nothing is found but their names.
    pub fn occurrences(&self, file: FileId) -> Vec<Occurrence> {
        let Some(tree) = self.tree(file) else { return Vec::new() };
        let mut findings = Findings::with_occurrences();
        for item in &tree.items {
            check::item(&mut Context {
                program: self,
                tree,
                item,
                symbols: self.symbols(),
                settings: self.settings(),
                quiet: false,
                findings: &mut findings,
            });
        }
        let mut found = findings.into_occurrences();
        for name in self.declared_in(file) {
            let Some(slot) = self.symbols().slot(*name).filter(|_| name.space != Space::Strategies) else {
                continue;
            };
            found.extend(slot.decls.iter().filter(|decl| decl.item.file == file).map(|decl| Occurrence {
                span: decl.name,
                symbol: Symbol { name: *name, group: group(*name, decl) },
                role: Role::Declaration,
            }));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The places of a symbol in all files, in the order of their numbers and texts, as of the last check.
    pub fn occurrences_of(&self, symbol: Symbol) -> Vec<Occurrence> {
        let files = self.files_with(symbol.name);
        files
            .flat_map(|file| self.occurrences(file))
            .filter(|occurrence| occurrence.symbol == symbol)
            .collect()
    }

    /// The symbol at an offset of a file, or right before it.
    pub fn symbol_at(&self, file: FileId, offset: u32) -> Option<Occurrence> {
        let occurrences = self.occurrences(file);
        let at = occurrences.iter().filter(|one| one.span.start <= offset && offset <= one.span.end);
        // Between two that touch, the one that starts here.
        at.max_by_key(|one| one.span.start).copied()
    }

    /// The declarations of a symbol, the one that counts first; none of a built-in attribute.
    pub fn declarations(&self, symbol: Symbol) -> Vec<(ItemId, Span)> {
        let Some(slot) = self.symbols().slot(symbol.name) else { return Vec::new() };
        let mut decls: Vec<&Decl> =
            slot.decls.iter().filter(|decl| group(symbol.name, decl) == symbol.group).collect();
        decls.sort_by_key(|decl| (matches!(decl.kind, DeclKind::Broken(_)), decl.item));
        decls.into_iter().map(|decl| (decl.item, decl.name)).collect()
    }

    /// A symbol's name; of a queue or a rule, without quotes.
    pub fn symbol_name(&self, symbol: Symbol) -> &str {
        self.symbols().slot(symbol.name).map_or("", |slot| &slot.name)
    }

    /// What has this name in a symbol's namespace; of a rule, in its queue. The symbol itself, where it is its own name.
    pub fn symbol_beside(&self, symbol: Symbol, name: &str) -> Option<Symbol> {
        let (slot, declared) = self.symbols().table(symbol.name.space).declared(name)?;
        let name = Ref { slot, ..symbol.name };
        let is_there =
            name.space != Space::Rules || declared.decls.iter().any(|decl| decl.group == symbol.group);
        is_there.then_some(Symbol { name, ..symbol })
    }

    /// Whether a symbol is an attribute that every program has, declared again or not.
    pub fn is_built_in(&self, symbol: Symbol) -> bool {
        symbol.name.space == Space::Names && AttributeType::of_built_in(self.symbol_name(symbol)).is_some()
    }

    /// What a symbol is.
    pub fn symbol_kind(&self, symbol: Symbol) -> SymbolKind {
        match symbol.name.space {
            Space::Skills => SymbolKind::Skill,
            Space::SkillGroups => SymbolKind::SkillGroup,
            Space::Queues => SymbolKind::Queue,
            Space::Rules | Space::Strategies => SymbolKind::Rule,
            Space::Names => {
                let is_condition = |slot: &Slot| {
                    slot.meaning == Meaning::Condition
                        || slot.first().is_some_and(|decl| matches!(decl.kind, DeclKind::Condition))
                };
                match self.symbols().slot(symbol.name) {
                    Some(slot) if is_condition(slot) => SymbolKind::Condition,
                    _ => SymbolKind::Attribute,
                }
            }
        }
    }

    /// The symbol that a declaration declares.
    pub fn symbol_of(&self, item: ItemId) -> Option<Symbol> {
        self.declared_in(item.file).iter().filter(|name| name.space != Space::Strategies).find_map(|name| {
            let slot = self.symbols().slot(*name)?;
            let decl = slot.decls.iter().find(|decl| decl.item == item)?;
            Some(Symbol { name: *name, group: group(*name, decl) })
        })
    }
}

/// What tells the symbols of one name apart.
fn group(name: Ref, decl: &Decl) -> u32 {
    if name.space == Space::Rules { decl.group } else { 0 }
}

#[cfg(test)]
mod tests {
    use rule_lang::{FileId, Source};

    use super::*;
    use crate::Settings;

    const TEXT: &str = r#"
attribute vip: bool
condition calm = not vip
skill billing { name: "Billing!" }
skill_group office { skills: [billing] }
queue "Desk" { skill_group: office }
queue "Other"
rule "R" { queue: "Desk", when calm and vip and skill has billing }
rule "R" { queue: "Other", when skill has "Billing!" }
strategy for "Desk" on voice { method: random, overflow: queue_depth > 3 -> route_to_next_queue("Other") }
test "t" { given { vip: true, skill: [billing] }, expect queue "Desk" -> "R" }
"#;

    fn places(text: &str, kind: SymbolKind, name: &str) -> Vec<String> {
        let mut program = Program::new(Settings::default());
        let source = Source::new(FileId(0), "a.rule", text);
        program.set(&source);
        program.check();
        let all = program.occurrences(FileId(0));
        let line = |one: &Occurrence| {
            let at = source.line_column(one.span.start);
            format!("{} {:?} {}", at.line, one.role, source.slice(one.span))
        };
        let wanted = |one: &&Occurrence| {
            program.symbol_kind(one.symbol) == kind && program.symbol_name(one.symbol) == name
        };
        all.iter().filter(wanted).map(line).collect()
    }

    #[test]
    fn every_use_of_a_symbol_is_found_where_it_stands() {
        assert_eq!(
            places(TEXT, SymbolKind::Attribute, "vip"),
            ["2 Declaration vip", "3 Use vip", "8 Use vip", "11 Use vip"]
        );
        assert_eq!(places(TEXT, SymbolKind::Condition, "calm"), ["3 Declaration calm", "8 Use calm"]);
        assert_eq!(
            places(TEXT, SymbolKind::Skill, "billing"),
            [
                "4 Declaration billing",
                "5 Use billing",
                "8 Use billing",
                "9 PlatformName \"Billing!\"",
                "11 Use billing"
            ]
        );
        assert_eq!(places(TEXT, SymbolKind::SkillGroup, "office"), ["5 Declaration office", "6 Use office"]);
        assert_eq!(
            places(TEXT, SymbolKind::Queue, "Desk"),
            ["6 Declaration \"Desk\"", "8 Use \"Desk\"", "10 Use \"Desk\"", "11 Use \"Desk\""]
        );
    }

    #[test]
    fn rules_of_one_name_in_two_queues_are_two_symbols() {
        let mut program = Program::new(Settings::default());
        program.set(&Source::new(FileId(0), "a.rule", TEXT));
        program.check();
        let all = program.occurrences(FileId(0));
        let rules: Vec<_> =
            all.iter().filter(|one| program.symbol_kind(one.symbol) == SymbolKind::Rule).collect();
        let [first, second, expected] = rules.as_slice() else { panic!("{rules:?}") };
        assert_eq!(first.symbol, expected.symbol);
        assert_ne!(first.symbol, second.symbol);
        assert_eq!(program.occurrences_of(first.symbol).len(), 2);
        assert_eq!(program.declarations(second.symbol).len(), 1);
        assert_eq!(program.symbol_of(program.declarations(second.symbol)[0].0), Some(second.symbol));
    }

    #[test]
    fn a_broken_declaration_leaves_the_uses_of_others_where_they_are() {
        let broken = TEXT.replace("when calm and vip and skill has billing", "when calm and and");
        assert_eq!(places(&broken, SymbolKind::Attribute, "vip").len(), 3);
        assert_eq!(places(&broken, SymbolKind::Queue, "Desk")[0], "6 Declaration \"Desk\"");
    }
}
