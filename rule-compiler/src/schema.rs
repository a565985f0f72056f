//! What each declaration takes: its properties, the values they take, which are required and which may repeat.
//!
//! The checks of properties read this table, and so may whoever completes or documents them.

use rule_lang::tree::Keyword;

use crate::check::operators_of;
use crate::types::TypeName;

/// A block of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockKind {
    /// The block of a declaration.
    Item(Keyword),
    /// A case of a test.
    Case,
}

/// What a property takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// A string.
    Text,
    /// A string that is not empty: a name on the platform.
    PlatformName,
    /// An integer.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A declared queue's name, or `id("…")`.
    Queue,
    /// A declared skill group.
    SkillGroup,
    /// A list of skills.
    Skills,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A former name on the platform: not empty, and another one than that of today.
    FormerName,
    /// A rule's former name, or `queue "Q" "Old name"`.
    FormerRule,
    /// `queue_depth > 15 -> route_to_next_queue`
    Overflow,
    /// `licenses >= 20`
    Guard,
    /// `when EXPR`
    When,
    /// `given { … }`
    Given,
    /// `expect …`
    Expect,
    /// `case "label" { … }`
    Case,
}

/// One property of a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Property {
    /// As it is written.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether the declaration needs it.
    pub required: bool,
    /// Whether it may be given more than once.
    pub repeatable: bool,
    /// What it is for, in a few words.
    pub about: &'static str,
}

const fn optional(name: &'static str, takes: Takes, about: &'static str) -> Property {
    Property { name, takes, required: false, repeatable: false, about }
}

const fn required(name: &'static str, takes: Takes, about: &'static str) -> Property {
    Property { name, takes, required: true, repeatable: false, about }
}

const fn repeatable(name: &'static str, takes: Takes, about: &'static str) -> Property {
    Property { name, takes, required: false, repeatable: true, about }
}

/// The methods of strategies.
pub const METHODS: &[&str] = &["longest_idle_agent", "most_skilled", "random", "custom"];
/// The actions of overflow rules.
pub const ACTIONS: &[&str] = &["route_to_next_queue", "add_skill_to_interaction"];

const WAS: &str = "the name that it had on the platform, so that the live object is renamed";
const DIVISION: &str = "the name of its division, where several live objects have its name";
const ID: &str = "its id, where several live objects have its name";

const ATTRIBUTE: &[Property] =
    &[optional("field", Takes::PlatformName, "the platform's name, where it is no name here")];
const SKILL: &[Property] = &[
    optional("description", Takes::Text, "what it is for"),
    optional("name", Takes::PlatformName, "the platform's name, where it is no name here"),
    optional("was", Takes::FormerName, WAS),
    optional("division", Takes::PlatformName, DIVISION),
    optional("id", Takes::PlatformName, ID),
];
const SKILL_GROUP: &[Property] = &[
    required("skills", Takes::Skills, "the skills of the group"),
    optional("description", Takes::Text, "what it is for"),
    optional("name", Takes::PlatformName, "the platform's name, where it is no name here"),
    optional("was", Takes::FormerName, WAS),
    optional("division", Takes::PlatformName, DIVISION),
    optional("id", Takes::PlatformName, ID),
];
const QUEUE: &[Property] = &[
    optional("skill_group", Takes::SkillGroup, "the skills that its agents have"),
    optional("description", Takes::Text, "what it is for"),
    optional("external", Takes::Boolean, "whether it exists already and is only referred to"),
    optional("was", Takes::FormerName, WAS),
    optional("division", Takes::PlatformName, DIVISION),
    optional("id", Takes::PlatformName, ID),
];
const RULE: &[Property] = &[
    optional("description", Takes::Text, "what it is for"),
    required("queue", Takes::Queue, "where its interactions go"),
    optional("priority", Takes::Integer, "the highest number decides; 0 unless given"),
    optional("enabled", Takes::Boolean, "whether it takes part; true unless given"),
    optional("was", Takes::FormerRule, "the name that it had, so that the live rule is renamed"),
    required("when", Takes::When, "the condition"),
];
const STRATEGY: &[Property] = &[
    required("method", Takes::Word(METHODS), "how an agent is chosen"),
    optional("require", Takes::Skills, "the skills that an agent must have"),
    optional("prefer", Takes::Skills, "the skills that are preferred"),
    repeatable("overflow", Takes::Overflow, "what happens when the queue is too long"),
    repeatable("guard", Takes::Guard, "what is checked before anything is written"),
];
/// What a test or its cases need, [`check::tests`](crate::check) says: a case inherits.
const TEST: &[Property] = &[
    optional("given", Takes::Given, "the attributes of the interaction"),
    optional("expect", Takes::Expect, "the rule that decides"),
    repeatable("case", Takes::Case, "one interaction among several"),
];
const CASE: &[Property] = &[
    optional("given", Takes::Given, "the attributes of the interaction"),
    optional("expect", Takes::Expect, "the rule that decides"),
];

/// The properties of a block, in the order in which they are usually written.
pub fn properties(block: BlockKind) -> &'static [Property] {
    match block {
        BlockKind::Item(Keyword::Attribute) => ATTRIBUTE,
        BlockKind::Item(Keyword::Condition) => &[],
        BlockKind::Item(Keyword::Skill) => SKILL,
        BlockKind::Item(Keyword::SkillGroup) => SKILL_GROUP,
        BlockKind::Item(Keyword::Queue) => QUEUE,
        BlockKind::Item(Keyword::Rule) => RULE,
        BlockKind::Item(Keyword::Strategy) => STRATEGY,
        BlockKind::Item(Keyword::Test) => TEST,
        BlockKind::Case => CASE,
    }
}

/// The operators of a type, as they are written.
pub fn operators(of: TypeName) -> impl Iterator<Item = &'static str> {
    operators_of(of)
}

impl BlockKind {
    /// As messages call it, with its article.
    pub fn described(self) -> &'static str {
        match self {
            Self::Item(Keyword::Attribute) => "an attribute",
            Self::Item(Keyword::Condition) => "a condition",
            Self::Item(Keyword::Skill) => "a skill",
            Self::Item(Keyword::SkillGroup) => "a skill group",
            Self::Item(Keyword::Queue) => "a queue",
            Self::Item(Keyword::Rule) => "a rule",
            Self::Item(Keyword::Strategy) => "a strategy",
            Self::Item(Keyword::Test) => "a test",
            Self::Case => "a case",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_knows_the_same_words() {
        for keyword in Keyword::ALL {
            let mut known = rule_lang::entry_names(keyword.as_str()).to_vec();
            let mut words: Vec<_> = properties(BlockKind::Item(keyword)).iter().map(|one| one.name).collect();
            known.sort_unstable();
            words.sort_unstable();
            // Of these two, the parser explains nothing: one has no block, the other a single property.
            if matches!(keyword, Keyword::Attribute | Keyword::Condition) {
                words.clear();
            }
            assert_eq!(known, words, "{keyword:?}");
        }
        let words: Vec<_> = properties(BlockKind::Case).iter().map(|one| one.name).collect();
        assert_eq!(rule_lang::entry_names("case"), words);
    }

    #[test]
    fn no_block_names_a_property_twice_or_has_more_than_the_check_keeps_count_of() {
        for block in Keyword::ALL.map(BlockKind::Item).into_iter().chain([BlockKind::Case]) {
            let properties = properties(block);
            assert!(properties.len() <= 8, "{block:?}");
            for (at, property) in properties.iter().enumerate() {
                assert!(properties.iter().take(at).all(|other| other.name != property.name), "{block:?}");
            }
        }
    }
}
