//! The topology of a checked program, as the bundle has it: skills, skill groups, queues and strategies.

use genesys_model::{
    Bundle, Guard, Identity, Measure, MediaType, OverflowAction, OverflowBody, OverflowCondition, QueueBody,
    QueueRef, RoutingMethod, SkillBody, SkillGroupBody, StrategyBody,
};
use rule_lang::Tree;
use rule_lang::tree::{Entry, EntryKind, Item, ItemKind, Text, Threshold, Value, ValueKind};

use crate::Program;
use crate::declare::property;
use crate::symbols::{Space, Symbols};

/// The declaration of an object of the topology.
#[derive(Clone, Copy)]
struct Declared<'p> {
    symbols: &'p Symbols,
    tree: &'p Tree,
    item: &'p Item,
    entries: &'p [Entry],
}

impl Program {
    /// All of the bundle but its rules, in an order that does not depend on that of the files. Meant for a program
    /// that was checked without errors; of another, what is broken is left out.
    pub fn topology(&self) -> Bundle {
        let mut bundle = Bundle {
            skills: self.declared(Space::Skills).filter_map(Declared::skill).collect(),
            skill_groups: self.declared(Space::SkillGroups).filter_map(Declared::skill_group).collect(),
            queues: self.declared(Space::Queues).filter_map(Declared::queue).collect(),
            strategies: self.declared(Space::Strategies).filter_map(Declared::strategy).collect(),
            ..Bundle::default()
        };
        bundle.skills.sort_by(|a, b| a.name.cmp(&b.name));
        bundle.skill_groups.sort_by(|a, b| a.name.cmp(&b.name));
        bundle.queues.sort_by(|a, b| a.name.cmp(&b.name));
        bundle.strategies.sort_by(|a, b| (&a.queue, a.media_type).cmp(&(&b.queue, b.media_type)));
        bundle
    }

    fn declared(&self, space: Space) -> impl Iterator<Item = Declared<'_>> {
        let symbols = self.symbols();
        let decls = symbols.table(space).slots().flat_map(|slot| &slot.decls);
        decls.filter_map(move |decl| {
            let (tree, item) = self.item(decl.item)?;
            let is_read = !matches!(item.kind, ItemKind::Broken { .. });
            is_read.then(|| Declared { symbols, tree, item, entries: item.nodes.body(item.kind.body()) })
        })
    }
}

impl<'p> Declared<'p> {
    fn skill(self) -> Option<SkillBody> {
        let ItemKind::Skill { name, .. } = self.item.kind else { return None };
        let name = self.text("name").unwrap_or_else(|| self.tree.name(name).to_owned());
        Some(SkillBody { name, description: self.text("description"), identity: self.identity() })
    }

    fn skill_group(self) -> Option<SkillGroupBody> {
        let ItemKind::SkillGroup { name, .. } = self.item.kind else { return None };
        let mut skills = self.skills("skills");
        skills.sort_unstable();
        Some(SkillGroupBody {
            name: self.text("name").unwrap_or_else(|| self.tree.name(name).to_owned()),
            description: self.text("description"),
            skills,
            identity: self.identity(),
        })
    }

    fn queue(self) -> Option<QueueBody> {
        let ItemKind::Queue { name, .. } = self.item.kind else { return None };
        let group = self.property("skill_group").filter(|value| matches!(value.kind, ValueKind::Name));
        let group = group.map(|value| self.symbols.skill_group_platform_name(self.tree.text(value.range)));
        Some(QueueBody {
            name: self.tree.string(name).into_owned(),
            description: self.text("description"),
            skill_group: group.map(ToOwned::to_owned),
            external: self
                .property("external")
                .is_some_and(|value| matches!(value.kind, ValueKind::Bool(true))),
            identity: self.identity(),
        })
    }

    fn strategy(self) -> Option<StrategyBody> {
        let ItemKind::Strategy { queue, media, .. } = self.item.kind else { return None };
        let method = match self.tree.text(self.property("method")?.range) {
            "longest_idle_agent" => RoutingMethod::LongestIdleAgent,
            "most_skilled" => RoutingMethod::MostSkilled,
            "random" => RoutingMethod::Random,
            "custom" => RoutingMethod::Custom,
            _ => return None,
        };
        let media = self.tree.name(media);
        Some(StrategyBody {
            queue: QueueRef::Name(self.tree.string(queue).into_owned()),
            media_type: MediaType::ALL.into_iter().find(|one| one.as_str() == media)?,
            method,
            require: self.skills("require"),
            prefer: self.skills("prefer"),
            overflow: self.thresholds("overflow").filter_map(|one| self.overflow(one)).collect(),
            guards: self.guards(),
        })
    }

    fn overflow(self, threshold: &Threshold) -> Option<OverflowBody> {
        let condition = match self.tree.name(threshold.metric) {
            "queue_depth" => OverflowCondition::QueueDepth,
            "wait_time" => OverflowCondition::WaitTime,
            _ => return None,
        };
        let action = self.item.nodes.value(threshold.action?);
        let (name, target) = match action.kind {
            ValueKind::Call(parts) => match self.item.nodes.values(parts) {
                [name, target] => (name, Some(target)),
                _ => return None,
            },
            _ => (action, None),
        };
        let action = match self.tree.text(name.range) {
            "route_to_next_queue" => OverflowAction::RouteToNextQueue,
            "add_skill_to_interaction" => OverflowAction::AddSkillToInteraction,
            _ => return None,
        };
        let target = target.map(|target| self.named(target));
        Some(OverflowBody { condition, threshold: self.amount(threshold)?, action, target })
    }

    fn guards(self) -> Vec<Guard> {
        // All guards have to hold, so of several figures the highest counts.
        let licenses = self.thresholds("guard").filter(|one| self.tree.name(one.metric) == "licenses");
        let licenses = licenses.filter_map(|one| self.amount(one)).max();
        let guard = |threshold: &Threshold| {
            let measure = match self.tree.name(threshold.metric) {
                "licenses" => Measure::Licenses,
                "available_agents" => Measure::AvailableAgents,
                _ => return None,
            };
            if let ValueKind::Percent(percent) = self.item.nodes.value(threshold.amount).kind {
                let percent = u64::try_from(percent).ok()?;
                let at_least = u128::from(licenses?) * u128::from(percent);
                let at_least = u64::try_from(at_least.div_ceil(100)).ok()?;
                return Some(Guard { measure, at_least, percent: Some(percent) });
            }
            Some(Guard { measure, at_least: self.amount(threshold)?, percent: None })
        };
        self.thresholds("guard").filter_map(guard).collect()
    }

    /// A number, or a duration in seconds.
    fn amount(self, threshold: &Threshold) -> Option<u64> {
        match self.item.nodes.value(threshold.amount).kind {
            ValueKind::Int(number) | ValueKind::Duration(number) => u64::try_from(number).ok(),
            _ => None,
        }
    }

    fn thresholds(self, wanted: &'static str) -> impl Iterator<Item = &'p Threshold> {
        self.entries.iter().filter_map(move |entry| match entry.kind {
            EntryKind::Property { name, value } if self.tree.name(name) == wanted => {
                match self.item.nodes.value(value).kind {
                    ValueKind::Threshold(id) => Some(self.item.nodes.threshold(id)),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// The platform's names of the skills in a list, each once.
    fn skills(self, wanted: &str) -> Vec<String> {
        let items = match self.property(wanted) {
            Some(Value { kind: ValueKind::List(items), .. }) => self.item.nodes.values(*items),
            _ => &[],
        };
        let mut names: Vec<String> = Vec::with_capacity(items.len());
        for item in items {
            let name = self.named(item);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The platform's name: of a declared skill, or as it is written.
    fn named(self, value: &Value) -> String {
        match value.kind {
            ValueKind::Name => self.symbols.skill_platform_name(self.tree.text(value.range)).to_owned(),
            _ => self.tree.string(Text(value.range)).into_owned(),
        }
    }

    fn identity(self) -> Identity {
        Identity { was: self.text("was"), division: self.text("division"), id: self.text("id") }
    }

    fn text(self, wanted: &str) -> Option<String> {
        let value = self.property(wanted).filter(|value| matches!(value.kind, ValueKind::String))?;
        Some(self.tree.string(Text(value.range)).into_owned())
    }

    fn property(self, wanted: &str) -> Option<&'p Value> {
        property(self.tree, self.item, Some(self.entries), wanted)
    }
}
