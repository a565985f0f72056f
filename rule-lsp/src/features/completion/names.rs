//! The names that a program declares, where one of them is expected.

use rule_lang::literal;

use super::{Completion, Kind, Seeker, quoted};
use crate::features::docs;

impl Seeker<'_> {
    /// The skills, by their names; within quotes, by the platform's names.
    pub(super) fn skills(&mut self) {
        let symbols = self.program.symbols();
        let is_text = self.is_text;
        self.names(symbols.skills(), |seeker, name, item| {
            let platform = symbols.skill_platform_name(name);
            let insert = if is_text { literal::encode_string(platform) } else { name.to_owned() };
            Completion {
                insert,
                kind: Kind::Skill,
                detail: (platform != name).then(|| literal::encode_string(platform)),
                about: docs::about(seeker.program, item),
                ..Completion::default()
            }
        });
    }

    pub(super) fn skill_groups(&mut self) {
        self.names(self.program.symbols().skill_groups(), |seeker, name, item| Completion {
            insert: name.to_owned(),
            kind: Kind::SkillGroup,
            about: docs::about(seeker.program, item),
            ..Completion::default()
        });
    }

    pub(super) fn queues(&mut self) {
        self.names(self.program.symbols().queues(), |seeker, name, item| Completion {
            about: docs::about(seeker.program, item),
            ..quoted(name, Kind::Queue)
        });
    }

    /// What a test may expect, in all queues or in one.
    pub(super) fn expected(&mut self, queue: Option<&str>) {
        let program = self.program;
        let queue = queue.map(|queue| literal::decode_string(queue).into_owned());
        let is_in = |name: &str| {
            queue.as_ref().is_none_or(|queue| {
                let mut rules = program.symbols().rules(name);
                rules.any(|rule| {
                    docs::text_of(program, rule, "queue").is_some_and(|one| one == queue.as_str())
                })
            })
        };
        let names = program.symbols().rule_names().filter(|name| is_in(name));
        self.names(names.map(|name| (name, ())), |seeker, name, ()| {
            let rule = seeker.program.symbols().rules(name).next();
            Completion {
                detail: rule.and_then(|rule| docs::property(seeker.program, rule, "queue")),
                about: rule.and_then(|rule| docs::about(seeker.program, rule)),
                ..quoted(name, Kind::Rule)
            }
        });
        self.keyword("none");
        if queue.is_none() {
            self.keyword("queue");
        }
    }
}
