//! What a program declares: every name, where it is declared, and what it means to those who use it.
//!
//! Tables belong to the whole program and are kept from one check to the next: a changed file takes its old
//! declarations out and puts its new ones in.

mod table;

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use rule_lang::tree::Keyword;
use rule_lang::{FileId, Span};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use self::table::Table;
use crate::shape::Shape;
use crate::types::AttributeType;

/// A declaration of the program: its file, and its place among the file's items.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ItemId {
    /// The file.
    pub file: FileId,
    /// The index in [`Tree::items`](rule_lang::Tree::items).
    pub index: u32,
}

/// The namespaces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Space {
    /// Attributes and conditions.
    Names,
    Skills,
    SkillGroups,
    Queues,
    Rules,
    /// By the queue's name; the media type is the group.
    Strategies,
}

impl Space {
    /// As one bit of a set of namespaces.
    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A name in its namespace; the name may be declared, or only have been so once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Ref {
    pub(crate) space: Space,
    pub(crate) slot: u32,
}

/// One declaration of a name.
#[derive(Clone, Debug)]
pub(crate) struct Decl {
    pub(crate) item: ItemId,
    /// The name, where it is declared.
    pub(crate) name: Span,
    /// Declarations of one name clash only within a group: a rule's queue, a strategy's media type.
    pub(crate) group: u32,
    pub(crate) kind: DeclKind,
}

/// The group of a rule whose queue cannot be told.
pub(crate) const UNKNOWN_GROUP: u32 = u32::MAX;
/// Set in the group of a rule whose queue is given by id.
pub(crate) const ID_GROUP: u32 = 1 << 31;

/// What a declaration says of its name.
#[derive(Clone, Debug)]
pub(crate) enum DeclKind {
    Attribute(Box<AttributeDecl>),
    Condition,
    /// With the platform's name, where it has another one.
    Skill(Option<Box<str>>),
    /// With the platform's name, where it has another one.
    SkillGroup(Option<Box<str>>),
    /// Nothing more than that the name exists.
    Plain,
    /// The declaration could not be read, or what it says is wrong: it is whatever its users take it for.
    Broken(Keyword),
}

/// What an attribute's declaration says.
#[derive(Clone, Debug)]
pub(crate) struct AttributeDecl {
    /// `None` where the type is wrong.
    pub(crate) ty: Option<Arc<AttributeType>>,
    pub(crate) type_span: Span,
    pub(crate) field: Option<Box<str>>,
}

/// What a name means to those who use it: while this stays, they need no second look.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Meaning {
    Undeclared,
    /// Declared, but wrongly: nothing that is said of it can be judged.
    Anything,
    Attribute(Arc<AttributeType>),
    Condition,
    /// With the platform's name.
    Skill(Box<str>),
    Plain,
}

/// A name with its declarations.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) name: Arc<str>,
    /// Ordered by group, then file, then place.
    pub(crate) decls: Vec<Decl>,
    /// How many files use it.
    pub(crate) users: u32,
    pub(crate) meaning: Meaning,
    /// The files and groups of its declarations, hashed: labels depend on which comes first, and the tests that
    /// expect a rule on which queues have it.
    places: u64,
}

impl Slot {
    /// The declaration that counts, where there are several.
    pub(crate) fn first(&self) -> Option<&Decl> {
        if let [only] = self.decls.as_slice() {
            return Some(only);
        }
        // Groups have no order that would be the same in every history of a program.
        self.decls.iter().min_by_key(|decl| (matches!(decl.kind, DeclKind::Broken(_)), decl.item))
    }

    /// Where the type of an attribute stands, to label it.
    pub(crate) fn type_span(&self) -> Option<Span> {
        self.decls.iter().find_map(|decl| match &decl.kind {
            DeclKind::Attribute(attribute) => Some(attribute.type_span),
            _ => None,
        })
    }
}

/// What a program declares.
#[derive(Clone, Debug)]
pub struct Symbols {
    pub(crate) tables: [Table; 6],
    /// Skills by the platform's name for them.
    platform_skills: FxHashMap<Box<str>, Vec<u32>>,
    /// The platform's names that several skills have.
    shared_skills: FxHashSet<Box<str>>,
    declared_skills: usize,
    broken_skills: usize,
    /// Queues that are given by id, interned.
    queue_ids: FxHashMap<Box<str>, u32>,
    /// What each condition will be on the platform.
    pub(crate) shapes: FxHashMap<u32, Shape>,
    pub(crate) duplicates: FxHashSet<Ref>,
    pub(crate) unused: FxHashSet<Ref>,
}

/// An attribute of the program.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    /// As rules call it.
    pub name: &'a str,
    /// What it carries; `None` where its declaration is wrong.
    pub ty: Option<&'a AttributeType>,
    /// The platform's name for it.
    pub field: &'a str,
    /// Its declaration; built-in ones may have none.
    pub declared: Option<(ItemId, Span)>,
}

impl Default for Symbols {
    fn default() -> Self {
        let mut symbols = Self {
            tables: std::array::from_fn(|_| Table::default()),
            platform_skills: FxHashMap::default(),
            shared_skills: FxHashSet::default(),
            declared_skills: 0,
            broken_skills: 0,
            queue_ids: FxHashMap::default(),
            shapes: FxHashMap::default(),
            duplicates: FxHashSet::default(),
            unused: FxHashSet::default(),
        };
        for (name, ty) in AttributeType::built_in() {
            let slot = symbols.table_mut(Space::Names).intern(name);
            if let Some(slot) = symbols.table_mut(Space::Names).slot_mut(slot) {
                slot.meaning = Meaning::Attribute(Arc::new(ty.clone()));
            }
        }
        symbols
    }
}

impl Symbols {
    #[expect(clippy::indexing_slicing, reason = "there is one table for each namespace")]
    pub(crate) fn table(&self, space: Space) -> &Table {
        &self.tables[space as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "there is one table for each namespace")]
    pub(crate) fn table_mut(&mut self, space: Space) -> &mut Table {
        &mut self.tables[space as usize]
    }

    /// Adds a declaration to its name.
    pub(crate) fn enter(&mut self, space: Space, name: &str, decl: Decl) -> Ref {
        let table = self.table_mut(space);
        let slot = table.intern(name);
        if let Some(slot) = table.slot_mut(slot) {
            // Nearly every name has one declaration, and a large program a hundred thousand names.
            if slot.decls.is_empty() {
                slot.decls.reserve_exact(1);
            }
            slot.decls.push(decl);
        }
        Ref { space, slot }
    }

    pub(crate) fn slot(&self, of: Ref) -> Option<&Slot> {
        self.table(of.space).slot(of.slot)
    }

    /// The group of rules whose queue is given by id.
    pub(crate) fn queue_id(&mut self, id: &str) -> u32 {
        if let Some(group) = self.queue_ids.get(id) {
            return *group;
        }
        let group = ID_GROUP | u32::try_from(self.queue_ids.len()).unwrap_or(0);
        self.queue_ids.insert(id.into(), group);
        group
    }

    /// Works out again what a name means after its declarations have changed; gives whether its meaning changed, or
    /// where it is declared.
    pub(crate) fn settle(&mut self, of: Ref) -> bool {
        let built_in = (of.space == Space::Names)
            .then(|| AttributeType::built_in().get(of.slot as usize))
            .flatten()
            .map(|(_, ty)| ty);
        let Some(slot) = self.table_mut(of.space).slot_mut(of.slot) else { return false };
        slot.decls.sort_by_key(|decl| (decl.group, decl.item));
        let clash = clashes(&slot.decls) || built_in.is_some() && first_non_attribute(slot).is_some();
        let meaning = meaning(slot, built_in);
        let places = places(&slot.decls);
        let moved = std::mem::replace(&mut slot.places, places) != places;
        let old = std::mem::replace(&mut slot.meaning, meaning.clone());
        let used = slot.users > 0;
        let sound = slot.decls.iter().any(|decl| !matches!(decl.kind, DeclKind::Broken(_)));
        if clash {
            self.duplicates.insert(of)
        } else {
            self.duplicates.remove(&of)
        };
        let may_be_unused = !matches!(of.space, Space::Rules | Space::Strategies);
        if may_be_unused && sound && !used {
            self.unused.insert(of)
        } else {
            self.unused.remove(&of)
        };
        let changed = old != meaning || moved;
        if of.space == Space::Skills && old != meaning {
            self.settle_skill(of.slot, &old, &meaning);
        }
        changed
    }

    fn settle_skill(&mut self, slot: u32, old: &Meaning, new: &Meaning) {
        match old {
            Meaning::Undeclared => {}
            Meaning::Skill(platform) => {
                self.declared_skills -= 1;
                if let Some(slots) = self.platform_skills.get_mut(platform) {
                    slots.retain(|other| *other != slot);
                    if slots.len() < 2 {
                        self.shared_skills.remove(platform);
                    }
                }
            }
            _ => {
                self.declared_skills -= 1;
                self.broken_skills -= 1;
            }
        }
        match new {
            Meaning::Undeclared => {}
            Meaning::Skill(platform) => {
                self.declared_skills += 1;
                let slots = self.platform_skills.entry(platform.clone()).or_default();
                slots.push(slot);
                if slots.len() > 1 {
                    self.shared_skills.insert(platform.clone());
                }
            }
            _ => {
                self.declared_skills += 1;
                self.broken_skills += 1;
            }
        }
    }

    /// Notes that `more` files use a name, or fewer.
    pub(crate) fn count_use(&mut self, of: Ref, more: bool) {
        let Some(slot) = self.table_mut(of.space).slot_mut(of.slot) else { return };
        slot.users = if more { slot.users + 1 } else { slot.users.saturating_sub(1) };
        let sound = slot.decls.iter().any(|decl| !matches!(decl.kind, DeclKind::Broken(_)));
        let unused = slot.users == 0 && sound && !matches!(of.space, Space::Rules | Space::Strategies);
        if unused {
            self.unused.insert(of)
        } else {
            self.unused.remove(&of)
        };
    }

    /// Whether the project declares any skill: then every skill must be declared.
    pub fn declares_skills(&self) -> bool {
        self.declared_skills > 0
    }

    /// Whether a skill's declaration could not be read, so that the platform's names are not all known.
    pub(crate) fn has_broken_skills(&self) -> bool {
        self.broken_skills > 0
    }

    /// The skills that the platform does not tell apart: its name for them, and their first declarations in order.
    pub(crate) fn shared_skills(&self) -> impl Iterator<Item = (&str, Vec<&Decl>)> {
        self.shared_skills.iter().filter_map(|platform| {
            let slots = self.platform_skills.get(platform)?;
            let table = self.table(Space::Skills);
            let mut decls: Vec<&Decl> = slots.iter().filter_map(|slot| table.slot(*slot)?.first()).collect();
            decls.sort_by_key(|decl| decl.item);
            Some((&**platform, decls))
        })
    }

    /// The skill that the platform calls so; the first by name, where there are several.
    pub(crate) fn platform_skill(&self, platform: &str) -> Option<u32> {
        let skills = self.table(Space::Skills);
        let name = |slot: &&u32| skills.slot(**slot).map(|slot| &slot.name);
        self.platform_skills.get(platform)?.iter().min_by_key(name).copied()
    }

    /// The platform's name for the skill that rules call `name`; the name itself where none is declared.
    pub fn skill_platform_name<'a>(&'a self, name: &'a str) -> &'a str {
        match self.table(Space::Skills).declared(name) {
            Some((_, Slot { meaning: Meaning::Skill(platform), .. })) => platform,
            _ => name,
        }
    }

    /// The platform's name for the skill group that queues call `name`; the name itself where none is declared.
    pub fn skill_group_platform_name<'a>(&'a self, name: &'a str) -> &'a str {
        let declared = self.table(Space::SkillGroups).declared(name).and_then(|(_, slot)| slot.first());
        match declared {
            Some(Decl { kind: DeclKind::SkillGroup(Some(platform)), .. }) => platform,
            _ => name,
        }
    }

    /// The skill groups that the platform does not tell apart: its name for them, and their first declarations in
    /// order.
    pub(crate) fn shared_skill_groups(&self) -> Vec<(&str, Vec<&Decl>)> {
        let groups =
            || self.table(Space::SkillGroups).slots().filter_map(|slot| Some((&*slot.name, slot.first()?)));
        // Without a name of its own no group can meet another.
        if !groups().any(|(_, decl)| matches!(decl.kind, DeclKind::SkillGroup(Some(_)))) {
            return Vec::new();
        }
        let mut by_platform: FxHashMap<&str, Vec<&Decl>> = FxHashMap::default();
        for (name, decl) in groups() {
            let platform = match &decl.kind {
                DeclKind::SkillGroup(platform) => platform.as_deref().unwrap_or(name),
                _ => continue,
            };
            by_platform.entry(platform).or_default().push(decl);
        }
        let mut shared: Vec<_> = by_platform.into_iter().filter(|(_, decls)| decls.len() > 1).collect();
        for (_, decls) in &mut shared {
            decls.sort_by_key(|decl| decl.item);
        }
        shared
    }

    /// An attribute by its name.
    pub fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        self.table(Space::Names).declared(name).and_then(|(_, slot)| attribute(slot))
    }

    /// All attributes, built-in ones first.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        self.table(Space::Names).slots().filter_map(attribute)
    }

    /// The declaration of a condition.
    pub fn condition(&self, name: &str) -> Option<ItemId> {
        let (_, slot) = self.table(Space::Names).declared(name)?;
        let first = slot.first()?;
        matches!(first.kind, DeclKind::Condition).then_some(first.item)
    }

    /// The declaration of a condition, or else the platform's name of an attribute.
    pub(crate) fn condition_or_field<'a>(&'a self, name: &str) -> Option<Result<ItemId, &'a str>> {
        let (_, slot) = self.table(Space::Names).declared(name)?;
        match slot.first() {
            Some(Decl { kind: DeclKind::Condition, item, .. }) => Some(Ok(*item)),
            _ => attribute(slot).map(|attribute| Err(attribute.field)),
        }
    }

    /// What a condition will be on the platform; none for one that is broken or goes in a circle.
    pub fn condition_shape(&self, name: &str) -> Option<Shape> {
        let (slot, _) = self.table(Space::Names).declared(name)?;
        self.shapes.get(&slot).copied()
    }

    /// All conditions, each with its declaration.
    pub fn conditions(&self) -> impl Iterator<Item = (&str, ItemId)> {
        self.plain(Space::Names, |decl| matches!(decl.kind, DeclKind::Condition))
    }

    /// All skills, each with its declaration.
    pub fn skills(&self) -> impl Iterator<Item = (&str, ItemId)> {
        self.plain(Space::Skills, |_| true)
    }

    /// All skill groups, each with its declaration.
    pub fn skill_groups(&self) -> impl Iterator<Item = (&str, ItemId)> {
        self.plain(Space::SkillGroups, |_| true)
    }

    /// All queues, each with its declaration.
    pub fn queues(&self) -> impl Iterator<Item = (&str, ItemId)> {
        self.plain(Space::Queues, |_| true)
    }

    /// The declaration of a skill, by the name that rules call it.
    pub fn skill(&self, name: &str) -> Option<ItemId> {
        self.first(Space::Skills, name)
    }

    /// The declaration of a skill group, by the name that queues call it.
    pub fn skill_group(&self, name: &str) -> Option<ItemId> {
        self.first(Space::SkillGroups, name)
    }

    /// The declaration of a queue.
    pub fn queue(&self, name: &str) -> Option<ItemId> {
        self.first(Space::Queues, name)
    }

    fn first(&self, space: Space, name: &str) -> Option<ItemId> {
        self.table(space).declared(name)?.1.first().map(|decl| decl.item)
    }

    /// The names of all rules; one that rules of several queues have is there once.
    pub fn rule_names(&self) -> impl Iterator<Item = &str> {
        self.table(Space::Rules).slots().map(|slot| &*slot.name)
    }

    /// The rules of a name, in whichever queues.
    pub fn rules(&self, name: &str) -> impl Iterator<Item = ItemId> {
        let found = self.table(Space::Rules).declared(name);
        found.into_iter().flat_map(|(_, slot)| slot.decls.iter().map(|decl| decl.item))
    }

    fn plain(&self, space: Space, keep: fn(&Decl) -> bool) -> impl Iterator<Item = (&str, ItemId)> {
        self.table(space).slots().filter_map(move |slot| {
            slot.first().filter(|decl| keep(decl)).map(|decl| (&*slot.name, decl.item))
        })
    }
}

fn attribute(slot: &Slot) -> Option<Attribute<'_>> {
    let ty = match &slot.meaning {
        Meaning::Attribute(ty) => Some(&**ty),
        Meaning::Anything => None,
        _ => return None,
    };
    let first = slot.first();
    let field = first.and_then(|decl| match &decl.kind {
        DeclKind::Attribute(attribute) => attribute.field.as_deref(),
        _ => None,
    });
    let declared = first.map(|decl| (decl.item, decl.name));
    Some(Attribute { name: &slot.name, ty, field: field.unwrap_or(&slot.name), declared })
}

/// Whether two declarations of one group stand beside each other; broken ones have been reported already.
fn clashes(decls: &[Decl]) -> bool {
    let mut last = None;
    for decl in decls.iter().filter(|decl| !matches!(decl.kind, DeclKind::Broken(_))) {
        if last == Some(decl.group) && decl.group != UNKNOWN_GROUP {
            return true;
        }
        last = Some(decl.group);
    }
    false
}

fn places(decls: &[Decl]) -> u64 {
    let mut hasher = FxHasher::default();
    // Zeros alone leave this hasher as it was.
    (decls.len() + 1).hash(&mut hasher);
    for decl in decls {
        (decl.group, decl.item.file, matches!(decl.kind, DeclKind::Broken(_))).hash(&mut hasher);
    }
    hasher.finish()
}

/// The first declaration of a built-in attribute's name that declares something else.
pub(crate) fn first_non_attribute(slot: &Slot) -> Option<&Decl> {
    slot.decls.iter().find(|decl| matches!(decl.kind, DeclKind::Condition))
}

fn meaning(slot: &Slot, built_in: Option<&AttributeType>) -> Meaning {
    let mut meaning = match built_in {
        Some(ty) if slot.decls.is_empty() => Meaning::Attribute(Arc::new(ty.clone())),
        Some(_) if first_non_attribute(slot).is_some() => Meaning::Anything,
        _ => Meaning::Undeclared,
    };
    for decl in &slot.decls {
        let one = match &decl.kind {
            DeclKind::Attribute(attribute) => {
                attribute.ty.as_ref().map_or(Meaning::Anything, |ty| Meaning::Attribute(ty.clone()))
            }
            DeclKind::Condition => Meaning::Condition,
            DeclKind::Skill(platform) => {
                Meaning::Skill(platform.clone().unwrap_or_else(|| (&*slot.name).into()))
            }
            DeclKind::Broken(Keyword::Attribute | Keyword::Condition | Keyword::Skill) => Meaning::Anything,
            DeclKind::SkillGroup(_) | DeclKind::Plain | DeclKind::Broken(_) => Meaning::Plain,
        };
        if meaning == Meaning::Undeclared {
            meaning = one;
        } else if meaning != one {
            // Declared twice, in two ways: that is one error, and those who use it are not to blame.
            return Meaning::Anything;
        }
    }
    meaning
}
