//! What rules call things: what a program has declared already, and names for the platform's fields and skills that are
//! no names of the language.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use genesys_model::limits::MAX_DEPTH;
use rule_lang::literal::encode_string;
use rule_lang::tree::is_reserved;

use super::Speakable;
use crate::Program;
use crate::types::AttributeType;

/// What is declared where the lifted text will stand: it declares none of this again.
#[derive(Clone, Debug)]
pub struct Names {
    /// The most levels that a tree may have.
    pub(super) max_depth: u32,
    /// The attributes that have a type, by the platform's names.
    attributes: BTreeMap<String, Known>,
    /// The names of attributes and conditions.
    taken: BTreeSet<String>,
    queues: BTreeSet<String>,
    /// The skills by the platform's names, where any is declared: then all must be.
    skills: Option<BTreeMap<String, String>>,
    /// The names of skills.
    taken_skills: BTreeSet<String>,
}

/// A declared attribute.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) ty: AttributeType,
}

impl Default for Names {
    /// An empty project: the attributes that every project has, and the platform's limit on depth.
    fn default() -> Self {
        let known = |(name, ty): &(&str, AttributeType)| {
            ((*name).to_owned(), Known { name: (*name).to_owned(), ty: ty.clone() })
        };
        Self {
            max_depth: MAX_DEPTH,
            attributes: AttributeType::built_in().iter().map(known).collect(),
            taken: AttributeType::built_in().iter().map(|(name, _)| (*name).to_owned()).collect(),
            queues: BTreeSet::new(),
            skills: None,
            taken_skills: BTreeSet::new(),
        }
    }
}

impl Names {
    /// What a program declares, as of its last check.
    pub fn of(program: &Program) -> Self {
        let symbols = program.symbols();
        let conditions = symbols.conditions().map(|(name, _)| name.to_owned());
        let mut names = Self {
            max_depth: program.settings().max_depth,
            attributes: BTreeMap::new(),
            taken: conditions.collect(),
            queues: symbols.queues().map(|(name, _)| name.to_owned()).collect(),
            skills: symbols.declares_skills().then(BTreeMap::new),
            taken_skills: BTreeSet::new(),
        };
        for attribute in symbols.attributes() {
            names.taken.insert(attribute.name.to_owned());
            let Some(ty) = attribute.ty else { continue };
            let known = Known { name: attribute.name.to_owned(), ty: ty.clone() };
            // Of several names for one field, the first by the alphabet.
            let first = names.attributes.entry(attribute.field.to_owned()).or_insert_with(|| known.clone());
            if known.name < first.name {
                *first = known;
            }
        }
        for (name, _) in symbols.skills() {
            names.taken_skills.insert(name.to_owned());
            if let Some(skills) = &mut names.skills {
                skills.insert(symbols.skill_platform_name(name).to_owned(), name.to_owned());
            }
        }
        names
    }

    /// The declared attribute of a field.
    pub(super) fn known(&self, field: &str) -> Option<&Known> {
        self.attributes.get(field)
    }

    /// Whether a queue is declared.
    pub(super) fn has_queue(&self, queue: &str) -> bool {
        self.queues.contains(queue)
    }

    /// Whether a skill, by the platform's name, needs a declaration.
    pub(super) fn lacks_skill(&self, skill: &str) -> bool {
        self.skills.as_ref().is_some_and(|skills| !skills.contains_key(skill))
    }

    /// What stands elsewhere of the declarations that these rules use, to check their text on its own.
    pub(super) fn surroundings(&self, rules: &[Speakable<'_>]) -> String {
        let mut out = String::new();
        let fields: BTreeSet<&String> = rules.iter().flat_map(|rule| rule.uses.keys()).collect();
        for (field, known) in fields.into_iter().filter_map(|field| Some((field, self.known(field)?))) {
            if known.name != *field || AttributeType::of_built_in(field) != Some(&known.ty) {
                let (name, ty, field) = (&known.name, written(&known.ty), encode_string(field));
                let _ = writeln!(out, "attribute {name}: {ty} {{ field: {field} }}");
            }
        }
        let queues: BTreeSet<&str> = rules.iter().map(|rule| rule.rule.queue.as_str()).collect();
        for queue in queues.into_iter().filter(|queue| self.has_queue(queue)) {
            let _ = writeln!(out, "queue {}", encode_string(queue));
        }
        for (platform, name) in self.skills.iter().flatten() {
            let _ = writeln!(out, "skill {name} {{ name: {} }}", encode_string(platform));
        }
        out
    }

    /// Names for these fields, of which none is declared. A field that is a name of the language is its own.
    pub(super) fn for_fields<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f str>,
    ) -> BTreeMap<&'f str, String> {
        name_all(fields, &self.taken, true)
    }

    /// Names for these skills, of which none is declared.
    pub(super) fn for_skills<'f>(
        &self,
        skills: impl IntoIterator<Item = &'f str>,
    ) -> BTreeMap<&'f str, String> {
        name_all(skills, &self.taken_skills, false)
    }
}

/// A type as it is declared.
fn written(ty: &AttributeType) -> String {
    match ty {
        AttributeType::Enum(values) => {
            format!("enum[{}]", values.iter().map(encode_string).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A name for each of the platform's names: different ones, and none that is taken.
fn name_all<'f>(
    platform: impl IntoIterator<Item = &'f str>,
    taken: &BTreeSet<String>,
    dotted: bool,
) -> BTreeMap<&'f str, String> {
    let mut used = taken.clone();
    let mut named = BTreeMap::new();
    let platform: BTreeSet<&str> = platform.into_iter().collect();
    // Those that may keep their names come first, so that none is taken away by another's.
    let is_name = |one: &&str| is_name(one) && (dotted || !one.contains('.'));
    for one in platform.iter().copied().filter(is_name) {
        if used.insert(one.to_owned()) {
            named.insert(one, one.to_owned());
        }
    }
    for one in platform {
        if named.contains_key(one) {
            continue;
        }
        let stem = snake_case(one);
        let numbered = (2_u64..).map(|number| format!("{stem}_{number}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|name| !used.contains(name));
        let name = free.unwrap_or(stem);
        used.insert(name.clone());
        named.insert(one, name);
    }
    named
}

/// Words of other languages that the parser explains where they stand between operands.
const FOREIGN: [&str; 8] = ["is", "equals", "like", "startswith", "endswith", "includes", "between", "isnt"];

/// Whether a word may not be a name, or would look odd as one.
fn is_word(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    is_reserved(&lower) || FOREIGN.contains(&lower.as_str())
}

/// Whether a text is a name of the language as it stands.
fn is_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic())
            && part.chars().all(|one| one == '_' || one.is_ascii_alphanumeric())
            && !is_word(part)
    })
}

/// A readable name: `Customer Tier (EU)` is `customer_tier_eu`.
fn snake_case(text: &str) -> String {
    /// Longer ones are cut.
    const LONGEST: usize = 60;
    let mut name = String::new();
    let mut after_lower = false;
    for character in text.chars().take(LONGEST) {
        if character.is_ascii_uppercase() && after_lower {
            name.push('_');
        }
        after_lower = character.is_ascii_lowercase();
        match character {
            _ if character.is_ascii_alphanumeric() => name.push(character.to_ascii_lowercase()),
            'ä' | 'Ä' | 'æ' | 'Æ' => name.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => name.push_str("oe"),
            'ü' | 'Ü' => name.push_str("ue"),
            'ß' => name.push_str("ss"),
            'à'..='å' | 'À'..='Å' => name.push('a'),
            'è'..='ë' | 'È'..='Ë' => name.push('e'),
            'ì'..='ï' | 'Ì'..='Ï' => name.push('i'),
            'ò'..='õ' | 'Ò'..='Õ' => name.push('o'),
            'ù'..='û' | 'Ù'..='Û' => name.push('u'),
            'ñ' | 'Ñ' => name.push('n'),
            'ç' | 'Ç' => name.push('c'),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    let name = name.trim_end_matches('_');
    match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) if is_word(name) => format!("{name}_value"),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_and_different() {
        let fields = [
            "Customer Tier",
            "customer_tier",
            "customerTier",
            "customer.tier",
            "VIP?",
            "größe",
            "日本",
            "!",
            "",
            "2FA",
            "not",
            "Like",
            "Language",
            "language ",
            "skill!",
            "a..b",
            "not.a",
            "IDNumber",
            "x.y z",
        ];
        let named = Names::default().for_fields(fields);
        let shown: Vec<String> = named.iter().map(|(field, name)| format!("{field}={name}")).collect();
        assert_eq!(
            shown.join("; "),
            "=unnamed; !=unnamed_2; 2FA=_2fa; Customer Tier=customer_tier_2; IDNumber=IDNumber; Language=Language; \
             Like=like_value; VIP?=vip; a..b=a_b; customer.tier=customer.tier; customerTier=customerTier; \
             customer_tier=customer_tier; größe=groesse; language =language_2; not=not_value; not.a=not_a; \
             skill!=skill_2; x.y z=x_y_z; 日本=unnamed_3"
        );
        let different: BTreeSet<&String> = named.values().collect();
        assert_eq!(different.len(), named.len());
        assert!(named.values().all(|name| is_name(name)));
    }
}
