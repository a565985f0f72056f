//! All files of a project, kept from one check to the next.
//!
//! A check looks again only at files that changed, that use a name whose meaning changed, that hold a name which
//! could not be resolved (the right one may have appeared), or whose diagnostics point into a changed file.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rule_lang::tree::{Item, ItemKind};
use rule_lang::{Diagnostic, FileId, Severity, Source, Tree, codes};
use rustc_hash::FxHashSet;

use crate::check::{self, Context, Findings};
use crate::condition_graph::{ConditionGraph, names};
use crate::settings::Settings;
use crate::shape::measure;
use crate::symbols::{DeclKind, ItemId, Meaning, Ref, Slot, Space, Symbols};
use crate::{Allowances, allow, declare, lint};

/// How many items of one file are checked together.
const ITEMS_AT_ONCE: usize = 256;

/// A program: its files, what they declare, and what was found in them.
#[derive(Clone, Debug, Default)]
pub struct Program {
    settings: Settings,
    files: BTreeMap<FileId, File>,
    symbols: Symbols,
    graph: ConditionGraph,
    changed: BTreeSet<FileId>,
    removed: Vec<File>,
    items_checked: usize,
    /// Whether something is missing from the program that nobody could open.
    is_incomplete: bool,
}

#[derive(Clone, Debug)]
struct File {
    tree: Tree,
    /// Whether its text is not what the author sees: then its one diagnostic says so, and nothing is known of the rest.
    is_unreadable: bool,
    syntax: Vec<Diagnostic>,
    /// What it declared when it was last entered.
    declared: Vec<Ref>,
    findings: Findings,
    /// The other files that its diagnostics point into.
    labelled: Vec<FileId>,
    /// Whether the last check found something here that no single item shows, like a name declared twice.
    had_program_findings: bool,
    shown: Vec<Diagnostic>,
}

impl Program {
    /// A program without files.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Adds a file, or gives it a new text. Nothing happens where the text is the same.
    pub fn set(&mut self, source: &Source) {
        if self.is_same(source) {
            return;
        }
        let parsed = rule_lang::parse(source);
        self.enter(source.id(), parsed);
    }

    /// Adds a file whose text is not what the author sees, with the finding that says why. What it declares and uses is
    /// not known then, so nothing is said of names that seem undeclared or unused.
    pub fn set_unreadable(&mut self, source: &Source, why: Diagnostic) {
        let empty = Source::new(source.id(), source.name(), "");
        let (tree, _) = rule_lang::parse(&empty);
        self.enter(source.id(), (tree, vec![why]));
        if let Some(file) = self.files.get_mut(&source.id()) {
            file.is_unreadable = true;
        }
    }

    /// Notes whether files of the program could not be opened at all, with the same effect.
    pub fn set_incomplete(&mut self, is_incomplete: bool) {
        self.is_incomplete = is_incomplete;
    }

    /// Whether there are files of which nobody knows what they declare and use.
    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete || self.files.values().any(|file| file.is_unreadable)
    }

    /// Adds many files at once, parsed on all cores.
    pub fn set_all(&mut self, sources: &[Source]) {
        let parsed: Vec<_> = sources
            .par_iter()
            .filter(|source| !self.is_same(source))
            .map(|source| (source.id(), rule_lang::parse(source)))
            .collect();
        for (file, parsed) in parsed {
            self.enter(file, parsed);
        }
    }

    fn is_same(&self, source: &Source) -> bool {
        self.files
            .get(&source.id())
            .is_some_and(|file| !file.is_unreadable && file.tree.text == *source.text())
    }

    fn enter(&mut self, id: FileId, (tree, syntax): (Tree, Vec<Diagnostic>)) {
        self.changed.insert(id);
        let old = self.files.remove(&id);
        let (declared, findings) = old.map_or_else(Default::default, |old| (old.declared, old.findings));
        let file = File {
            tree,
            is_unreadable: false,
            syntax,
            declared,
            findings,
            labelled: Vec::new(),
            had_program_findings: false,
            shown: Vec::new(),
        };
        self.files.insert(id, file);
    }

    /// Takes a file out.
    pub fn remove(&mut self, id: FileId) {
        if let Some(file) = self.files.remove(&id) {
            self.changed.insert(id);
            self.removed.push(file);
        }
    }

    /// What the files declare, as of the last check.
    pub fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// The trees of all files, in the order of their numbers.
    pub fn trees(&self) -> impl Iterator<Item = &Tree> {
        self.files.values().map(|file| &file.tree)
    }

    /// The tree of a file.
    pub fn tree(&self, file: FileId) -> Option<&Tree> {
        self.files.get(&file).map(|file| &file.tree)
    }

    /// A declaration, with the tree that its ranges point into.
    pub fn item(&self, id: ItemId) -> Option<(&Tree, &Item)> {
        let tree = self.tree(id.file)?;
        Some((tree, tree.items.get(id.index as usize)?))
    }

    /// Whether the parser reported something inside a declaration: then parts of it may be missing.
    pub(crate) fn is_misread(&self, id: ItemId) -> bool {
        let file = self.files.get(&id.file);
        let item = file.and_then(|file| Some((file, file.tree.items.get(id.index as usize)?)));
        item.is_some_and(|(file, item)| has_syntax_error(&file.syntax, item))
    }

    /// The names that a file declares, as of the last check.
    pub(crate) fn declared_in(&self, file: FileId) -> &[Ref] {
        self.files.get(&file).map_or(&[], |file| &file.declared)
    }

    /// The files that declare or use a name, as of the last check.
    pub(crate) fn files_with(&self, name: Ref) -> impl Iterator<Item = FileId> {
        let has = move |file: &File| file.declared.contains(&name) || file.findings.uses.contains(&name);
        self.files.iter().filter(move |(_, file)| has(file)).map(|(id, _)| *id)
    }

    /// How many items the last check looked at: the rest was known from before.
    pub fn items_checked(&self) -> usize {
        self.items_checked
    }

    /// The diagnostics of the last check, ordered by file and place.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let is_incomplete = self.is_incomplete();
        let shown = self.files.values().flat_map(|file| &file.shown);
        shown.filter(move |diagnostic| !(is_incomplete && depends_on_all(diagnostic)))
    }

    /// The diagnostics of one file, as of the last check, ordered by place.
    pub fn diagnostics_of(&self, file: FileId) -> impl Iterator<Item = &Diagnostic> {
        let is_incomplete = self.is_incomplete();
        let shown = self.files.get(&file).into_iter().flat_map(|file| &file.shown);
        shown.filter(move |diagnostic| !(is_incomplete && depends_on_all(diagnostic)))
    }

    /// What allows warnings of a file; none of a file that is not in the program.
    pub fn allowances(&self, file: FileId) -> Option<Allowances<'_>> {
        Some(Allowances::of(self.tree(file)?))
    }

    /// Whether the last check found an error: then there is nothing to compile.
    pub fn has_errors(&self) -> bool {
        self.diagnostics().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Checks what has changed; gives the diagnostics of all files, ordered by file and place.
    pub fn check(&mut self) -> Vec<&Diagnostic> {
        let stale = self.declare();
        self.items_checked = self.check_files(&stale);
        self.show(&stale);
        self.changed.clear();
        self.diagnostics().collect()
    }

    /// Enters the declarations of changed files; gives the files that have to be looked at.
    fn declare(&mut self) -> BTreeSet<FileId> {
        let mut touched: Vec<Ref> = Vec::new();
        let mut conditions: FxHashSet<u32> = FxHashSet::default();
        for mut file in std::mem::take(&mut self.removed) {
            withdraw(&mut self.symbols, &file.declared, file.tree.file);
            touched.append(&mut file.declared);
            count_uses(&mut self.symbols, &file.findings, false);
        }
        for id in &self.changed {
            let Some(file) = self.files.get_mut(id) else { continue };
            withdraw(&mut self.symbols, &file.declared, *id);
            touched.append(&mut file.declared);
            file.declared = declare::declare(&file.tree, &mut self.symbols);
            touched.extend_from_slice(&file.declared);
        }
        touched.sort_unstable();
        touched.dedup();
        // In order, as `touched` is.
        let mut changed: Vec<Ref> = Vec::new();
        let mut spaces = 0;
        for one in touched {
            let was_declared = self.is_declared(one);
            if self.symbols.settle(one) {
                changed.push(one);
                if self.is_declared(one) != was_declared || matches!(one.space, Space::Skills | Space::Rules)
                {
                    spaces |= one.space.bit();
                }
            }
            if one.space == Space::Names {
                conditions.insert(one.slot);
            }
        }
        let mut stale = self.changed.clone();
        self.add_dependents(&mut stale, &changed, spaces);
        let reshaped = self.reshape(&stale, conditions, &changed);
        if !reshaped.is_empty() {
            let mut reshaped: Vec<Ref> = reshaped.into_iter().collect();
            reshaped.sort_unstable();
            self.add_dependents(&mut stale, &reshaped, 0);
        }
        stale.retain(|id| self.files.contains_key(id));
        stale
    }

    fn is_declared(&self, of: Ref) -> bool {
        self.symbols.slot(of).is_some_and(|slot| slot.meaning != Meaning::Undeclared)
    }

    /// Adds the files that depend on changed names, which stand in order, on the namespaces in which names came or went, or on places in
    /// changed files.
    fn add_dependents(&self, stale: &mut BTreeSet<FileId>, changed: &[Ref], spaces: u8) {
        for (id, file) in &self.files {
            if stale.contains(id) {
                continue;
            }
            let uses = &file.findings.uses;
            let uses_changed = if changed.len() < uses.len() {
                changed.iter().any(|one| uses.contains(one))
            } else {
                uses.iter().any(|one| changed.binary_search(one).is_ok())
            };
            let points_at_changed = || file.labelled.iter().any(|other| self.changed.contains(other));
            if uses_changed || file.findings.unresolved & spaces != 0 || points_at_changed() {
                stale.insert(*id);
            }
        }
    }

    /// Renews the graph of conditions for the files that are looked at again; gives the conditions whose shape
    /// changed, or the place of one that they are made of: that is labelled where all together is too deep.
    fn reshape(
        &mut self,
        stale: &BTreeSet<FileId>,
        mut conditions: FxHashSet<u32>,
        changed: &[Ref],
    ) -> FxHashSet<Ref> {
        for id in stale {
            let Some(file) = self.files.get(id) else { continue };
            conditions
                .extend(file.declared.iter().filter(|one| one.space == Space::Names).map(|one| one.slot));
        }
        for slot in &conditions {
            let uses = self.condition_item(*slot).map_or_else(Vec::new, |(tree, item, expr)| {
                let mut uses = Vec::new();
                names(&item.nodes, item.nodes.expr(expr), &mut |name| {
                    uses.extend(self.symbols.table(Space::Names).find(tree.name(name)));
                });
                // By name: slots are numbered in the order in which names were met.
                let table = self.symbols.table(Space::Names);
                uses.sort_unstable_by_key(|slot| table.slot(*slot).map(|slot| &slot.name));
                uses.dedup();
                uses
            });
            self.graph.set(*slot, uses);
        }
        let table = self.symbols.table(Space::Names);
        let settled = self
            .graph
            .settle(&conditions, |slot| table.slot(slot).and_then(Slot::first).map(|first| first.item));
        let mut reshaped = FxHashSet::default();
        for slot in settled.circular {
            if self.symbols.shapes.remove(&slot).is_some() {
                reshaped.insert(Ref { space: Space::Names, slot });
            }
        }
        for slot in settled.order {
            let shape = self.condition_item(slot).map(|(tree, item, expr)| {
                measure(tree, &item.nodes, item.nodes.expr(expr), &|name| self.symbols.condition_shape(name))
            });
            let old = match shape {
                Some(shape) => self.symbols.shapes.insert(slot, shape),
                None => self.symbols.shapes.remove(&slot),
            };
            let made_anew = self.graph.used_by(slot).iter().any(|used| {
                let used = Ref { space: Space::Names, slot: *used };
                changed.binary_search(&used).is_ok() || reshaped.contains(&used)
            });
            if old != shape || made_anew {
                reshaped.insert(Ref { space: Space::Names, slot });
            }
        }
        reshaped
    }

    fn condition_item(&self, slot: u32) -> Option<(&Tree, &Item, rule_lang::tree::ExprId)> {
        let slot = self.symbols.table(Space::Names).slot(slot)?;
        let first = slot.first().filter(|decl| matches!(decl.kind, DeclKind::Condition))?;
        let (tree, item) = self.item(first.item)?;
        match item.kind {
            ItemKind::Condition { expr, .. } => Some((tree, item, expr)),
            _ => None,
        }
    }

    /// Checks the items of stale files on all cores; gives how many there were.
    fn check_files(&mut self, stale: &BTreeSet<FileId>) -> usize {
        let mut work: Vec<(FileId, &[Item])> = Vec::new();
        let mut count = 0;
        for id in stale {
            if let Some(file) = self.files.get(id) {
                count += file.tree.items.len();
                work.extend(file.tree.items.chunks(ITEMS_AT_ONCE).map(|items| (*id, items)));
            }
        }
        let check = |(id, items): &(FileId, &[Item])| {
            let mut findings = Findings::default();
            if let Some(file) = self.files.get(id) {
                for item in *items {
                    let quiet = has_syntax_error(&file.syntax, item);
                    check::item(&mut Context {
                        program: self,
                        tree: &file.tree,
                        item,
                        symbols: &self.symbols,
                        settings: &self.settings,
                        quiet,
                        findings: &mut findings,
                    });
                }
            }
            (*id, findings)
        };
        let checked: Vec<(FileId, Findings)> = match work.as_slice() {
            [few] => vec![check(few)],
            many => many.par_iter().map(check).collect(),
        };
        let mut old: Vec<Findings> = Vec::new();
        for id in stale {
            if let Some(file) = self.files.get_mut(id) {
                old.push(std::mem::take(&mut file.findings));
            }
        }
        for (id, findings) in checked {
            if let Some(file) = self.files.get_mut(&id) {
                file.findings.merge(findings);
            }
        }
        for id in stale {
            let Some(file) = self.files.get_mut(id) else { continue };
            count_uses(&mut self.symbols, &file.findings, true);
            let labels = file.findings.diagnostics.iter().flat_map(|found| &found.labels);
            file.labelled = labels.map(|label| label.span.file).filter(|file| file != id).collect();
            file.labelled.sort_unstable();
            file.labelled.dedup();
        }
        // After the new ones, so that a name which stays in use is never unused in between.
        for findings in &old {
            count_uses(&mut self.symbols, findings, false);
        }
        count
    }

    /// Puts together what is shown of each file that was looked at, or about which the program as a whole has
    /// something to say.
    fn show(&mut self, stale: &BTreeSet<FileId>) {
        let mut found: BTreeMap<FileId, Vec<Diagnostic>> = BTreeMap::new();
        for diagnostic in check::duplicates(&self.symbols)
            .chain(check::shared(&self.symbols))
            .chain(check::claims(self))
            .chain(check::cycles(&self.symbols, &self.graph))
            .chain(lint::unused(&self.symbols))
            .chain(lint::skills_not_in_groups(self))
        {
            found.entry(diagnostic.primary.span.file).or_default().push(diagnostic);
        }
        for (id, file) in &mut self.files {
            let program_findings = found.remove(id);
            if program_findings.is_none() && !file.had_program_findings && !stale.contains(id) {
                continue;
            }
            file.had_program_findings = program_findings.is_some();
            let mut all = file.syntax.clone();
            all.extend(file.findings.diagnostics.iter().cloned());
            all.extend(program_findings.unwrap_or_default());
            allow::apply(&file.tree, &self.settings, &mut all);
            all.sort_by_key(|one| (one.primary.span, one.code.id));
            file.shown = all;
        }
    }
}

/// Whether a finding may be wrong where a file of the program could not be read: it may declare what is missing, and
/// use what seems unused.
fn depends_on_all(diagnostic: &Diagnostic) -> bool {
    codes::UNDECLARED.contains(&diagnostic.code) || codes::UNUSED.contains(&diagnostic.code)
}

/// Whether the parser reported something inside an item: then what is missing from it may be what was misread.
fn has_syntax_error(syntax: &[Diagnostic], item: &Item) -> bool {
    if syntax.is_empty() {
        return false;
    }
    // The parser's diagnostics stand in the order of the text.
    let from = syntax.partition_point(|one| one.primary.span.start < item.range.start);
    syntax
        .get(from..)
        .and_then(|rest| rest.first())
        .is_some_and(|one| one.primary.span.start <= item.range.end && one.code.id < codes::UNKNOWN_NAME.id)
}

fn withdraw(symbols: &mut Symbols, declared: &[Ref], file: FileId) {
    for one in declared {
        if let Some(slot) = symbols.table_mut(one.space).slot_mut(one.slot) {
            slot.decls.retain(|decl| decl.item.file != file);
        }
    }
}

fn count_uses(symbols: &mut Symbols, findings: &Findings, more: bool) {
    for one in &findings.uses {
        symbols.count_use(*one, more);
    }
}
