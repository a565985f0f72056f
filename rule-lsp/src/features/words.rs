//! What the language's own words are for, in a line each.

use rule_lang::tree::Keyword;

/// What a keyword starts.
pub(crate) fn keyword(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::Attribute => "what an interaction carries: a name and a type",
        Keyword::Condition => "a condition with a name, expanded where it is used",
        Keyword::Skill => "a skill of agents",
        Keyword::SkillGroup => "skills that agents of a queue have together",
        Keyword::Queue => "a queue, to be made or only referred to",
        Keyword::Rule => "a condition, and the queue to which it leads",
        Keyword::Strategy => "how agents are chosen for a queue and a media type",
        Keyword::Test => "an interaction, and the rule that is to decide it",
    }
}

/// What a word inside of a declaration is for.
pub(crate) fn inner(word: &str) -> Option<&'static str> {
    if let Some(keyword) = Keyword::from_text(word) {
        return Some(self::keyword(keyword));
    }
    Some(match word {
        "when" => "the condition of the rule",
        "given" => "the attributes of the interaction",
        "expect" => "the rule that decides, or `none`; with `queue`, the decision within one queue",
        "case" => "one interaction among several: it inherits what the test gives and expects",
        "none" => "no rule decides",
        "for" => "the queue of the strategy follows",
        "on" => "the media type of the strategy follows",
        "id" => "a queue by its id on the platform",
        _ => return None,
    })
}

/// The operators, each with what it asks.
pub(crate) fn operator(word: &str) -> Option<&'static str> {
    Some(match word {
        "==" => "equal; false where the attribute is missing",
        "!=" => "not equal, or missing",
        ">" => "greater",
        ">=" => "greater or equal",
        "<" => "less",
        "<=" => "less or equal",
        "has" => "the set has this member",
        "lacks" => "the set does not have this member, or is missing",
        "contains" => "a part of the string, or a member of the set",
        "matches" => "a regular expression finds something in the string",
        "starts_with" => "how the string starts",
        "ends_with" => "how the string ends",
        "in" => "one of a list, or within a range that includes both ends",
        "not in" => "none of a list, or outside of a range",
        "exists" => "the attribute is present",
        "not exists" => "the attribute is missing",
        "not" => "the opposite of the next comparison; adds a level of depth",
        "and" => "both hold; with `or`, only in parentheses",
        "or" => "at least one holds; with `and`, only in parentheses",
        "->" => "what is done, or which rule decides, follows",
        _ => return None,
    })
}

/// The types, each with what it is.
pub(crate) const TYPES: [(&str, &str); 6] = [
    ("bool", "`true` or `false`"),
    ("int", "an integer; `int 0..10` with both ends included; durations like `2m` are integers of seconds"),
    ("float", "a number with a fraction"),
    ("string", "a text"),
    ("enum", "one of a list of texts: `enum[\"a\", \"b\"]`"),
    ("set", "any number of texts"),
];

/// What overflows are decided by.
pub(crate) const OVERFLOW_FIGURES: [(&str, &str); 2] = [
    ("queue_depth", "how many interactions wait: `queue_depth > 15`"),
    ("wait_time", "how long the first one has waited: `wait_time > 2m`"),
];

/// What guards are decided by.
pub(crate) const GUARD_FIGURES: [(&str, &str); 2] = [
    ("licenses", "how many licenses the organization has: `licenses >= 20`"),
    (
        "available_agents",
        "how many agents are available, also as a part of the licenses: `available_agents >= 80%`",
    ),
];

/// The methods, actions and media types, each with what it is.
const CHOICES: [(&str, &str); 9] = [
    ("longest_idle_agent", "the agent who has waited longest"),
    ("most_skilled", "the agent whose skills fit best"),
    ("random", "any agent"),
    ("custom", "the platform's own choice"),
    ("route_to_next_queue", "the interaction goes on to another queue"),
    ("add_skill_to_interaction", "the interaction asks for one more skill"),
    ("voice", "calls"),
    ("chat", "chats"),
    ("callback", "callbacks"),
];

/// What one of a few words stands for.
pub(crate) fn choice(word: &str) -> Option<&'static str> {
    let mut all = CHOICES.iter().chain(&OVERFLOW_FIGURES).chain(&GUARD_FIGURES);
    all.find(|(one, _)| *one == word).map(|(_, about)| *about)
}

/// What a built-in attribute carries.
pub(crate) fn built_in(attribute: &str) -> Option<&'static str> {
    Some(match attribute {
        "skill" => "the skills that the interaction asks for",
        "language" => "the language of the interaction",
        "priority" => "the priority of the interaction",
        "wrapupcode" => "the wrap-up code of the interaction before",
        "media_type" => "how the interaction came in",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rule_compiler::schema::{ACTIONS, METHODS, operators};
    use rule_compiler::{AttributeType, TypeName};

    use super::*;

    #[test]
    fn every_word_of_the_language_is_explained() {
        assert!(METHODS.iter().chain(ACTIONS).all(|word| choice(word).is_some()));
        assert!(TypeName::ALL.iter().zip(TYPES).all(|(ty, (word, _))| ty.as_str() == word));
        assert!(AttributeType::built_in().iter().all(|(name, _)| built_in(name).is_some()));
        let written = TypeName::ALL.into_iter().flat_map(operators).filter(|one| !one.contains('…'));
        for word in written {
            assert!(operator(word).is_some(), "{word}");
        }
    }
}
