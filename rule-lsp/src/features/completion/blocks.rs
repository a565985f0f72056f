//! What declarations and blocks take: keywords, properties, and the values of these.

use rule_compiler::AttributeType;
use rule_compiler::schema::{self, BlockKind, Property, Takes};
use rule_lang::tree::Keyword;

use super::{Completion, Kind, Seeker};
use crate::features::reader::Wanted;
use crate::features::tokens::{TokenKind, Tokens};
use crate::features::words;

impl<'p> Seeker<'p> {
    /// The keywords of declarations, which start a line outside of blocks.
    pub(super) fn declarations(&mut self) {
        if !self.is_new_line || !self.reader.is_outside() {
            return;
        }
        for (rank, keyword) in (10..).zip(Keyword::ALL) {
            self.push(Completion {
                label: keyword.as_str().to_owned(),
                insert: format!("{} ", keyword.as_str()),
                snippet: Some(skeleton(keyword).to_owned()),
                about: Some(words::keyword(keyword).to_owned()),
                rank,
                ..Completion::default()
            });
        }
    }

    pub(super) fn types(&mut self) {
        for (rank, (word, about)) in (0..).zip(words::TYPES) {
            self.push(Completion {
                insert: word.to_owned(),
                snippet: (word == "enum").then(|| "enum[\"$1\"]$0".to_owned()),
                kind: Kind::Type,
                about: Some(about.to_owned()),
                rank,
                ..Completion::default()
            });
        }
    }

    pub(super) fn media(&mut self) {
        if let Some(AttributeType::Enum(values)) = AttributeType::of_built_in("media_type") {
            for word in values.iter() {
                self.push(Completion {
                    insert: word.to_owned(),
                    kind: Kind::Choice,
                    about: words::choice(word).map(str::to_owned),
                    ..Completion::default()
                });
            }
        }
    }

    /// The entries that a block does not have yet; where no separator stands before, only those that need none.
    pub(super) fn entries(&mut self, is_free: bool) {
        let Some((block, _)) = self.reader.block() else { return };
        if !self.reader.may_end() {
            return;
        }
        let given = self.given();
        let has_colon = self.has_colon();
        let Some(block) = block else {
            if is_free {
                self.attributes_to_give(&given, has_colon);
            }
            return;
        };
        for (rank, property) in (0..).zip(schema::properties(block)) {
            let needs_separator =
                !matches!(property.takes, Takes::When | Takes::Given | Takes::Expect | Takes::Case);
            let is_given = !property.repeatable && given.contains(&property.name);
            if !is_given && (is_free || !needs_separator) {
                self.push(entry(block, property, has_colon, rank));
            }
        }
    }

    /// The names that the block has already, before the cursor and after it.
    fn given(&self) -> Vec<&'p str> {
        let mut reader = self.reader.clone();
        let depth = reader.depth();
        let mut given = reader.block().map(|(_, seen)| seen.to_vec()).unwrap_or_default();
        let mut tokens =
            Tokens::new(&self.tree.text, self.end).filter(|one| one.kind != TokenKind::Comment).peekable();
        while let Some(token) = tokens.next() {
            let _ = reader.feed(&token, tokens.peek());
            if reader.depth() < depth {
                break;
            }
            if reader.depth() == depth
                && let Some((_, seen)) = reader.block()
            {
                given.extend(seen.get(given.len()..).unwrap_or(&[]));
            }
        }
        given
    }

    /// Whether a property's colon stands already after the cursor.
    pub(super) fn has_colon(&self) -> bool {
        let mut after = Tokens::new(&self.tree.text, self.end);
        after.next().is_some_and(|token| token.text == ":")
    }

    /// What is offered for a value.
    pub(super) fn value(&mut self, wanted: Wanted<'_>) {
        match wanted {
            Wanted::Property(takes) => self.property_value(takes),
            Wanted::Given(attribute) => self.given_value(attribute),
            Wanted::Compared { attribute, operator } => self.compared_value(attribute, operator),
            Wanted::EnumValues | Wanted::Unknown => {}
        }
    }

    fn property_value(&mut self, takes: Takes) {
        match takes {
            Takes::Boolean => self.booleans(),
            Takes::Queue => self.queues(),
            Takes::SkillGroup => self.skill_groups(),
            Takes::Skills if self.reader.is_listed() => self.skills(),
            Takes::Skills => self.list(),
            Takes::Word(words) => self.choices(words.iter().map(|word| (*word, None))),
            Takes::FormerRule => self.keyword("queue"),
            Takes::Overflow => {
                self.choices(
                    [("queue_depth", Some("queue_depth > ")), ("wait_time", Some("wait_time > "))]
                        .into_iter(),
                );
            }
            Takes::Guard => self.choices(
                [("licenses", Some("licenses >= ")), ("available_agents", Some("available_agents >= "))]
                    .into_iter(),
            ),
            _ => {}
        }
    }

    pub(super) fn booleans(&mut self) {
        for word in ["true", "false"] {
            self.push(Completion { insert: word.to_owned(), kind: Kind::Value, ..Completion::default() });
        }
    }

    /// A list that is yet to be opened.
    pub(super) fn list(&mut self) {
        self.push(Completion {
            label: "[…]".to_owned(),
            filter: "[".to_owned(),
            insert: "[".to_owned(),
            snippet: Some("[$0]".to_owned()),
            kind: Kind::Value,
            about: Some("a list".to_owned()),
            ..Completion::default()
        });
    }
}

/// An entry that a block may have.
fn entry(block: BlockKind, property: &Property, has_colon: bool, rank: u8) -> Completion {
    let name = property.name;
    let (insert, snippet) = match property.takes {
        _ if has_colon => (name.to_owned(), None),
        Takes::When | Takes::Expect => (format!("{name} "), None),
        Takes::Given => ("given { ".to_owned(), Some("given { $0 }".to_owned())),
        Takes::Case => {
            ("case ".to_owned(), Some("case \"${1:label}\" {\n  given { $2 }\n  expect $0\n}".to_owned()))
        }
        Takes::Text | Takes::PlatformName | Takes::FormerName => {
            (format!("{name}: "), Some(format!("{name}: \"$0\"")))
        }
        Takes::Skills => (format!("{name}: "), Some(format!("{name}: [$0]"))),
        _ => (format!("{name}: "), None),
    };
    let is_keyword = matches!(property.takes, Takes::When | Takes::Given | Takes::Expect | Takes::Case);
    Completion {
        label: name.to_owned(),
        insert,
        snippet,
        kind: if is_keyword { Kind::Keyword } else { Kind::Property },
        detail: Some(if property.required {
            format!("{} needs it", block.described())
        } else {
            block.described().to_owned()
        }),
        about: Some(property.about.to_owned()),
        rank,
        ..Completion::default()
    }
}

/// A declaration with places to fill in.
fn skeleton(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::Attribute => "attribute ${1:name}: ${0:bool}",
        Keyword::Condition => "condition ${1:name} = $0",
        Keyword::Skill => "skill ${0:name}",
        Keyword::SkillGroup => "skill_group ${1:name} {\n  skills: [$0]\n}",
        Keyword::Queue => "queue \"${0:Name}\"",
        Keyword::Rule => "rule \"${1:Name}\" {\n  queue: \"$2\"\n\n  when $0\n}",
        Keyword::Strategy => "strategy for \"${1:Queue}\" on ${2:voice} {\n  method: $0\n}",
        Keyword::Test => "test \"${1:name}\" {\n  given { $2 }\n  expect $0\n}",
    }
}
