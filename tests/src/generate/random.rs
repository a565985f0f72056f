//! Random programs without errors, and by wish without warnings: their structure and their text.

use std::collections::BTreeSet;

use rule_lang::tree::Operator;

use super::choices::Choices;
use super::print;
use super::shape::{Attribute, Cond, Literal, Program, Rule, Set, Ty};
use crate::depth;

/// What a generated program may contain.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// No attribute twice in a rule, no `not not`: nothing that a lint would say something of.
    pub clean: bool,
    /// How deep groups may nest.
    pub nesting: usize,
    /// The deepest tree that a rule may have after everything is expanded.
    pub max_depth: usize,
    /// At most this many rules.
    pub rules: usize,
    /// Strategies and tests besides the rules.
    pub extras: bool,
}

impl Options {
    /// Programs without errors and warnings.
    pub fn clean() -> Self {
        Self { clean: true, nesting: 6, max_depth: 10, rules: 4, extras: true }
    }

    /// Programs without errors, perhaps with warnings.
    pub fn free() -> Self {
        Self { clean: false, ..Self::clean() }
    }

    /// Programs of which some are deeper than the platform takes, and otherwise without errors.
    pub fn deep() -> Self {
        Self { clean: false, nesting: 16, max_depth: usize::MAX, rules: 3, extras: false }
    }
}

/// Makes a program.
pub fn program(choices: &mut Choices, options: Options) -> Program {
    let mut maker = Maker { choices, options, program: Program::default(), expanded: Vec::new(), leaves: 0 };
    maker.declare();
    for number in 0..maker.choices.below(4) {
        let mut used = BTreeSet::new();
        let Some(expr) = maker.logic(2, &mut used) else { break };
        maker.program.conditions.push((format!("named_{number}"), expr));
        maker.expanded.push(used);
    }
    let rules = 1 + maker.choices.below(options.rules);
    for number in 0..rules {
        maker.rule(number);
    }
    maker.write()
}

struct Maker<'a> {
    choices: &'a mut Choices,
    options: Options,
    program: Program,
    /// The attributes that each named condition uses, directly or through others.
    expanded: Vec<BTreeSet<usize>>,
    /// How many comparisons the rule has so far.
    leaves: usize,
}

/// No rule has many more comparisons than this.
const MOST_LEAVES: usize = 60;

impl Maker<'_> {
    fn declare(&mut self) {
        let plain = |name: &str, ty| Attribute { name: name.to_owned(), field: None, ty, built_in: false };
        let named =
            |name: &str, field: &str, ty| Attribute { field: Some(field.to_owned()), ..plain(name, ty) };
        let built_in = |name: &str, ty| Attribute { built_in: true, ..plain(name, ty) };
        let of = |values: &[&str]| Ty::Enum(values.iter().map(|value| (*value).to_owned()).collect());
        self.program.attributes = vec![
            built_in("priority", Ty::Int(None)),
            built_in("language", Ty::String),
            built_in("skill", Ty::Set),
            built_in("wrapupcode", Ty::String),
            built_in("media_type", of(&["voice", "chat", "callback"])),
            plain("vip_flag", Ty::Bool),
            plain("customer.tier", of(&["basic", "gold", "Platin \"um\"", "größe"])),
            plain("balance", Ty::Float),
            named("account_age", "Account Age (days)", Ty::Int(Some((-10, 36_500)))),
            named("customer.name.last", "Last \"Name\"", Ty::String),
            plain("tags", Ty::Set),
            plain("on_hold", Ty::Bool),
            // Keywords that hold in their place only, and so may name attributes.
            plain("queue", Ty::String),
            plain("for", Ty::Int(Some((0, 10)))),
            plain("none", Ty::Float),
            plain("rule", Ty::Set),
            plain("when", Ty::Bool),
            named("case", "Case-Id", Ty::Int(None)),
            plain("given.by", of(&["a", "b", "c"])),
            plain("android", Ty::Bool),
            plain("_x1", Ty::Float),
            plain("notable", Ty::String),
        ];
        self.program.skills = vec![
            ("technical_support".to_owned(), "technical_support".to_owned()),
            ("billing".to_owned(), "Billing & Payments".to_owned()),
            ("for".to_owned(), "for".to_owned()),
        ];
        let queues = ["Support", "Technical Support", "Queue \"Ü\" \\ 3"];
        self.program.queues = queues.iter().map(|queue| (*queue).to_owned()).collect();
    }

    fn rule(&mut self, number: usize) {
        let mut nesting = self.options.nesting;
        let when = loop {
            let mut used = BTreeSet::new();
            self.leaves = 0;
            let Some(when) = self.logic(nesting, &mut used) else { continue };
            if depth::depth(&self.program.expected(&when)) <= self.options.max_depth {
                break when;
            }
            nesting /= 2;
        };
        let description = self.choices.chance(1, 3).then(|| self.text());
        let priority = self.choices.chance(1, 2).then(|| self.choices.between(-5, 20));
        let enabled = self.choices.chance(1, 4).then(|| self.choices.chance(1, 2));
        let queue = self.choices.below(self.program.queues.len());
        self.program.rules.push(Rule {
            name: format!("Rule {number} \"ß\""),
            queue,
            description,
            priority,
            enabled,
            when,
        });
    }

    /// A condition of up to `nesting` groups inside each other, on attributes not yet used where warnings are
    /// unwanted; nothing where there are none left.
    fn logic(&mut self, nesting: usize, used: &mut BTreeSet<usize>) -> Option<Cond> {
        let form = self.choices.below(if nesting == 0 || self.leaves > MOST_LEAVES { 1 } else { 8 });
        Some(match form {
            0 | 1 => return self.leaf(used),
            2 => {
                let inner = self.logic(nesting - 1, used)?;
                let mut core = &inner;
                while let Cond::Group(within) = core {
                    core = within;
                }
                let doubled = match core {
                    // The second one is written `not in low..high`, and sent as a `not`.
                    Cond::Not(_) | Cond::In(_, true, Set::Range(..)) => true,
                    // A named condition that is itself a `not`.
                    Cond::Named(number) => self.program.expected(&Cond::Named(*number))["type"] == "not",
                    _ => false,
                };
                if self.options.clean && doubled { inner } else { Cond::Not(Box::new(inner)) }
            }
            3 => Cond::Group(Box::new(self.logic(nesting - 1, used)?)),
            _ => {
                let count = 2 + self.choices.below(3);
                let mut children: Vec<_> = (0..count).filter_map(|_| self.logic(nesting - 1, used)).collect();
                match children.len() {
                    0 | 1 => return children.pop(),
                    _ if form.is_multiple_of(2) => Cond::And(children),
                    _ => Cond::Or(children),
                }
            }
        })
    }

    fn leaf(&mut self, used: &mut BTreeSet<usize>) -> Option<Cond> {
        self.leaves += 1;
        if !self.program.conditions.is_empty() && self.choices.chance(1, 6) {
            let number = self.choices.below(self.program.conditions.len());
            if !self.options.clean || self.expanded[number].is_disjoint(used) {
                used.extend(&self.expanded[number]);
                return Some(Cond::Named(number));
            }
        }
        let mut attribute = self.choices.below(self.program.attributes.len());
        if self.options.clean {
            let count = self.program.attributes.len();
            attribute = (attribute..attribute + count).map(|at| at % count).find(|at| !used.contains(at))?;
        }
        used.insert(attribute);
        Some(self.comparison(attribute))
    }

    fn comparison(&mut self, attribute: usize) -> Cond {
        if self.choices.chance(1, 10) {
            return Cond::Presence(attribute, self.choices.chance(1, 2));
        }
        let compare = |operator, value| Cond::Compare(attribute, operator, value);
        let equality = |choices: &mut Choices| *choices.pick(&[Operator::Eq, Operator::Neq]);
        let name = self.program.attributes[attribute].name.clone();
        match self.program.attributes[attribute].ty.clone() {
            Ty::Bool => match self.choices.below(3) {
                0 => Cond::Bare(attribute),
                1 => compare(equality(self.choices), Literal::Bool(self.choices.chance(1, 2))),
                _ => Cond::In(attribute, self.choices.chance(1, 2), Set::List(vec![Literal::Bool(true)])),
            },
            Ty::Int(range) => self.number(attribute, |choices| match range {
                // Neither end, so that no comparison is always true or never.
                Some((low, high)) => Literal::Int(choices.between(low + 1, high - 1)),
                None if choices.chance(1, 4) => {
                    Literal::Duration(choices.between(1, 90), *choices.pick(&['s', 'm', 'h']))
                }
                None => Literal::Int(*choices.pick(&[5, 0, -7, 1_234_567, 42, 9_007_199_254_740_993])),
            }),
            Ty::Float => self.number(attribute, |choices| match choices.below(3) {
                0 => Literal::Int(choices.between(-3, 100)),
                _ => Literal::Float(*choices.pick(&[0.5, -12.25, 100.0, 0.0015, 1e6, 3.25])),
            }),
            Ty::String => match self.choices.below(8) {
                0 | 1 => compare(equality(self.choices), Literal::String(self.text())),
                2 => compare(Operator::Contains, Literal::String(self.solid())),
                3 => compare(Operator::StartsWith, Literal::String(self.solid())),
                4 => compare(Operator::EndsWith, Literal::String(self.solid())),
                5 => compare(Operator::Matches, self.pattern()),
                _ => {
                    let items = self.distinct(|maker| Literal::String(maker.text()));
                    Cond::In(attribute, self.choices.chance(1, 3), Set::List(items))
                }
            },
            Ty::Enum(values) if self.choices.chance(1, 2) => {
                let mut items = self.distinct(|maker| Literal::String(maker.choices.pick(&values).clone()));
                items.truncate(values.len() - 1);
                Cond::In(attribute, self.choices.chance(1, 3), Set::List(items))
            }
            Ty::Enum(values) => {
                compare(equality(self.choices), Literal::String(self.choices.pick(&values).clone()))
            }
            Ty::Set => {
                let operator = *self.choices.pick(&[Operator::Has, Operator::Lacks, Operator::Contains]);
                let value = if name == "skill" {
                    Literal::Skill(self.choices.below(self.program.skills.len()))
                } else {
                    Literal::String(self.solid())
                };
                compare(operator, value)
            }
        }
    }

    fn number(&mut self, attribute: usize, mut one: impl FnMut(&mut Choices) -> Literal) -> Cond {
        match self.choices.below(8) {
            6 => {
                let items = self.distinct(|maker| one(maker.choices));
                Cond::In(attribute, self.choices.chance(1, 3), Set::List(items))
            }
            7 => {
                let (mut low, mut high) = (one(self.choices), one(self.choices));
                if number_of(&low) > number_of(&high) {
                    (low, high) = (high, low);
                }
                Cond::In(attribute, self.choices.chance(1, 3), Set::Range(low, high))
            }
            at => {
                let operators =
                    [Operator::Eq, Operator::Gte, Operator::Gt, Operator::Lte, Operator::Lt, Operator::Neq];
                Cond::Compare(attribute, operators[at], one(self.choices))
            }
        }
    }

    /// One to four literals, no two alike.
    fn distinct(&mut self, mut one: impl FnMut(&mut Self) -> Literal) -> Vec<Literal> {
        let mut items: Vec<Literal> = Vec::new();
        for _ in 0..=self.choices.below(4) {
            let item = one(self);
            let alike = |other: &Literal| match (number_of(other), number_of(&item)) {
                (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
                _ => *other == item,
            };
            if !items.iter().any(alike) {
                items.push(item);
            }
        }
        items
    }

    /// Any string that does not spell a boolean.
    fn text(&mut self) -> String {
        (*self.choices.pick(&[
            "en",
            "",
            "fr-CA",
            "tab\there",
            "line\nend",
            "quo\"te",
            "back\\slash",
            "sl/ash//",
            "über",
            "日本",
            "🦀!",
            "\u{0}nul",
            "// no comment",
            "{not} [a] (block)",
            "a.b*c+?",
            "^$|",
            " spaced  out ",
            "True story",
        ]))
        .to_owned()
    }

    /// Any string that is not empty.
    fn solid(&mut self) -> String {
        let text = self.text();
        if text.is_empty() { "x".to_owned() } else { text }
    }

    fn pattern(&mut self) -> Literal {
        let patterns = [
            "en",
            "^VIP-\\d+$",
            "a/b",
            "[/x]+y",
            "(?i)gold|silver",
            "\\\\",
            "\"",
            "é{1,2}",
            "\\p{L}+\\s",
            "//",
            "^\\w+$",
        ];
        Literal::Regex((*self.choices.pick(&patterns)).to_owned())
    }

    fn write(mut self) -> Program {
        let used = self.used_attributes();
        let mut items = Vec::new();
        let program = &self.program;
        let choices = &mut *self.choices;
        for at in used {
            let attribute = &program.attributes[at];
            if attribute.built_in {
                continue;
            }
            let field =
                attribute.field.as_ref().map(|field| format!("field: {}", print::string(field, choices)));
            let ty = print::ty(&attribute.ty, choices);
            let body = print::block(field.as_slice(), false, choices);
            items.push(format!("attribute {}: {ty}{body}", attribute.name));
        }
        for (name, platform_name) in &program.skills {
            let other =
                (name != platform_name).then(|| format!("name: {}", print::string(platform_name, choices)));
            let mut entries: Vec<_> = other.into_iter().collect();
            entries.extend(identity(platform_name, &["description", "was", "division", "id"], choices));
            items.push(format!("skill {name}{}", print::block(&entries, false, choices)));
        }
        let skills: Vec<_> = program.skills.iter().map(|(name, _)| name.clone()).collect();
        let mut entries = vec![format!("skills: {}", print::list(&skills, choices))];
        if choices.chance(1, 3) {
            entries.push(format!("name: {}", print::string("Every \"one\"", choices)));
        }
        entries.extend(identity("everyone", &["description", "was", "division", "id"], choices));
        items.push(format!("skill_group everyone{}", print::block(&entries, true, choices)));
        for (at, queue) in program.queues.iter().enumerate() {
            // The first one uses the skill group.
            let entries = if at > 0 && choices.chance(1, 4) {
                let mut entries = vec!["external: true".to_owned()];
                entries.extend(identity(queue, &["division", "id"], choices));
                entries
            } else {
                let mut entries = vec!["skill_group: everyone".to_owned()];
                entries.extend(identity(queue, &["description", "was", "division", "id"], choices));
                entries
            };
            items.push(format!(
                "queue {}{}",
                print::string(queue, choices),
                print::block(&entries, false, choices)
            ));
        }
        for (name, expr) in &program.conditions {
            items.push(format!("condition {name} = {}", print::condition(program, expr, choices)));
        }
        for rule in &program.rules {
            let mut entries = vec![format!("queue: {}", print::string(&program.queues[rule.queue], choices))];
            entries.extend(
                rule.description.iter().map(|text| format!("description: {}", print::string(text, choices))),
            );
            entries.extend(rule.priority.map(|priority| format!("priority: {priority}")));
            entries.extend(rule.enabled.map(|enabled| format!("enabled: {enabled}")));
            let at = choices.below(entries.len() + 1);
            entries.insert(at, format!("when {}", print::condition(program, &rule.when, choices)));
            let name = print::string(&rule.name, choices);
            items.push(format!("rule {name}{}", print::block(&entries, true, choices)));
        }
        if self.options.extras && choices.chance(1, 2) {
            items.extend(extras(program, choices));
        }
        // All queues are used, and all named conditions: by a rule of their own, where by no other.
        items.push(self.keep_used());
        self.program.items = items;
        self.program
    }

    /// The attributes in use, each once, in the order of their numbers.
    fn used_attributes(&self) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        for (_, expr) in &self.program.conditions {
            attributes_of(expr, &mut used);
        }
        for rule in &self.program.rules {
            attributes_of(&rule.when, &mut used);
        }
        used
    }

    /// Rules for what no other rule uses: one for each queue, one for each named condition.
    fn keep_used(&mut self) -> String {
        let mut text = Vec::new();
        for at in 0..self.program.queues.len() {
            let name = print::string(&self.program.queues[at], self.choices);
            let number = at % self.program.conditions.len().max(1);
            let when = if self.program.conditions.is_empty() {
                Cond::Compare(0, Operator::Gt, Literal::Int(at.try_into().expect("a few")))
            } else {
                Cond::Named(number)
            };
            let condition = print::condition(&self.program, &when, self.choices);
            text.push(format!("rule \"Keep {at}\" {{\n  queue: {name}\n  when {condition}\n}}"));
            self.program.rules.push(Rule {
                name: format!("Keep {at}"),
                queue: at,
                description: None,
                priority: None,
                enabled: None,
                when,
            });
        }
        text.join("\n")
    }
}

/// What else may be said of an object that the platform calls so.
fn identity(own: &str, properties: &[&str], choices: &mut Choices) -> Vec<String> {
    let mut entries = Vec::new();
    for property in properties {
        if choices.chance(1, 4) {
            let words = ["Home", "Old \"name\"", "é ∑ {id} // no comment", "9f2a-41", "\t"];
            let word = *choices.pick(&words);
            // No two objects have one id or one former name, and none its own for a former one.
            let word = match *property {
                "id" | "was" => format!("{word} {own}"),
                _ => word.to_owned(),
            };
            entries.push(format!("{property}: {}", print::string(&word, choices)));
        }
    }
    entries
}

fn extras(program: &Program, choices: &mut Choices) -> Vec<String> {
    let queue = print::string(&program.queues[0], choices);
    let strategy = [
        "method: most_skilled".to_owned(),
        "require: [technical_support]".to_owned(),
        "prefer: [billing, for,]".to_owned(),
        "overflow: queue_depth > 15 -> route_to_next_queue".to_owned(),
        "overflow: wait_time > 2m -> add_skill_to_interaction(billing)".to_owned(),
        "guard: licenses >= 20".to_owned(),
        "guard: available_agents >= 80%".to_owned(),
    ];
    let test = [
        "given { skill: [technical_support], priority: 1\n language: \"en\" }".to_owned(),
        "case \"one\" { given { priority: 3 } }".to_owned(),
        "case \"two\" {\n given {}\n expect none }".to_owned(),
        format!("expect queue {queue} -> none"),
    ];
    let more = [
        "method: random".to_owned(),
        "prefer: [billing]".to_owned(),
        format!("overflow: wait_time > 90s -> route_to_next_queue({queue})"),
        "guard: available_agents >= 3".to_owned(),
    ];
    vec![
        format!("strategy for {queue} on voice{}", print::block(&strategy, true, choices)),
        format!("strategy for {queue} on chat{}", print::block(&more, true, choices)),
        format!("test \"a test\"{}", print::block(&test, true, choices)),
    ]
}

/// The attributes that a condition names itself.
fn attributes_of(cond: &Cond, used: &mut BTreeSet<usize>) {
    match cond {
        Cond::And(children) | Cond::Or(children) => {
            for child in children {
                attributes_of(child, used);
            }
        }
        Cond::Not(inner) | Cond::Group(inner) => attributes_of(inner, used),
        Cond::Compare(attribute, ..)
        | Cond::Presence(attribute, _)
        | Cond::In(attribute, ..)
        | Cond::Bare(attribute) => {
            used.insert(*attribute);
        }
        Cond::Named(_) => {}
    }
}

/// A numeric literal's number.
#[expect(clippy::cast_precision_loss, reason = "for an order only")]
fn number_of(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Int(number) => Some(*number as f64),
        Literal::Duration(number, unit) => Some((number * super::shape::seconds(*unit)) as f64),
        Literal::Float(number) => Some(*number),
        _ => None,
    }
}
