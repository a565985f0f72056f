//! What conditions take: attributes, operators and the values that fit them.

use rule_compiler::{Attribute, AttributeType, schema};

use super::{Completion, Kind, Seeker, quoted};
use crate::features::docs;
use crate::features::words;

impl Seeker<'_> {
    /// Where a condition is expected.
    pub(super) fn operands(&mut self) {
        let program = self.program;
        // A condition that is still being typed may seem to be anything, but is not made of itself.
        let itself = self.reader.declared;
        let attributes = program.symbols().attributes().map(|attribute| (attribute.name, attribute));
        let attributes = attributes.filter(|(name, _)| *name != itself);
        self.names(attributes, |seeker, name, attribute| Completion {
            insert: name.to_owned(),
            ..seeker.attribute(&attribute)
        });
        let conditions = program.symbols().conditions().filter(|(name, _)| *name != itself);
        self.names(conditions, |seeker, name, item| Completion {
            insert: name.to_owned(),
            kind: Kind::Condition,
            detail: docs::expression(seeker.program, item),
            about: docs::about(seeker.program, item),
            ..Completion::default()
        });
        self.push(Completion {
            insert: "not".to_owned(),
            kind: Kind::Operator,
            about: words::operator("not").map(str::to_owned),
            rank: 1,
            ..Completion::default()
        });
    }

    fn attribute(&self, attribute: &Attribute<'_>) -> Completion {
        let declared = attribute.declared.and_then(|(item, _)| docs::about(self.program, item));
        Completion {
            label: attribute.name.to_owned(),
            kind: Kind::Attribute,
            detail: attribute.ty.map(AttributeType::to_string),
            about: declared.or_else(|| words::built_in(attribute.name).map(str::to_owned)),
            ..Completion::default()
        }
    }

    /// The attributes that `given` does not have yet.
    pub(super) fn attributes_to_give(&mut self, given: &[&str], has_colon: bool) {
        let given: Vec<String> = given.iter().map(|name| (*name).to_owned()).collect();
        let attributes = self.program.symbols().attributes();
        let missing = attributes.filter(|one| !given.iter().any(|name| name == one.name));
        self.names(missing.map(|one| (one.name, one)), |seeker, name, attribute| {
            let (insert, snippet) = match attribute.ty {
                _ if has_colon => (name.to_owned(), None),
                Some(AttributeType::String) => (format!("{name}: "), Some(format!("{name}: \"$0\""))),
                Some(AttributeType::Set) => (format!("{name}: "), Some(format!("{name}: [$0]"))),
                _ => (format!("{name}: "), None),
            };
            Completion { insert, snippet, ..seeker.attribute(&attribute) }
        });
    }

    /// What may be asked of a name, and what may follow it.
    pub(super) fn operators_of(&mut self, name: &str) {
        let symbols = self.program.symbols();
        match symbols.attribute(name) {
            Some(attribute) => {
                let operators: Vec<&str> = match attribute.ty {
                    Some(ty) => schema::operators(ty.name()).filter(|one| !one.contains('…')).collect(),
                    None => vec!["==", "!=", "exists", "not exists"],
                };
                // A bool is a condition by itself.
                let is_whole = matches!(attribute.ty, Some(AttributeType::Bool));
                if is_whole {
                    self.joined();
                }
                self.operators(&operators);
            }
            None => self.joined(),
        }
    }

    /// What may be asked of an attribute after `not`.
    pub(super) fn negated_operators_of(&mut self, name: &str) {
        let ty = self.program.symbols().attribute(name).and_then(|attribute| attribute.ty);
        let has_lists = ty.is_none_or(|ty| schema::operators(ty.name()).any(|one| one == "not in"));
        self.operators(if has_lists { &["exists", "in"] } else { &["exists"] });
    }

    /// What joins conditions, and what may follow the last of them.
    pub(super) fn joined(&mut self) {
        self.operators(&["and", "or"]);
        if self.is_new_line {
            self.entries(true);
            self.declarations();
        }
    }

    pub(super) fn compared_value(&mut self, attribute: &str, operator: &str) {
        if matches!(operator, "in" | "not in") && !self.reader.is_listed() {
            return self.list();
        }
        let ty = self.program.symbols().attribute(attribute).and_then(|found| found.ty);
        let is_equality = matches!(operator, "==" | "!=" | "=" | "in" | "not in");
        match ty {
            Some(AttributeType::Set) if attribute == "skill" => self.skills(),
            Some(ty) if is_equality => self.values_of(ty),
            _ => {}
        }
    }

    pub(super) fn given_value(&mut self, attribute: &str) {
        let ty = self.program.symbols().attribute(attribute).and_then(|found| found.ty);
        match ty {
            Some(AttributeType::Set) if !self.reader.is_listed() => self.list(),
            Some(AttributeType::Set) if attribute == "skill" => self.skills(),
            Some(ty) => self.values_of(ty),
            None => {}
        }
    }

    fn values_of(&mut self, ty: &AttributeType) {
        match ty {
            AttributeType::Bool => self.booleans(),
            AttributeType::Enum(values) => {
                for value in values.iter().take(super::MOST) {
                    self.push(quoted(value, Kind::Value));
                }
            }
            _ => {}
        }
    }
}
