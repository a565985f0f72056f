//! The queues of a bundle, as its strategies route them: names become numbers.

use std::collections::HashMap;

use genesys_model::{Bundle, MediaType, OverflowAction, OverflowBody, OverflowCondition, StrategyBody};

use super::scenario::{OverflowRule, OverflowThen, OverflowWhen, Queue};

/// Numbers for names, from 0, in the order in which the names came first.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Names {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Names {
    /// The number of a name: the next one where it is new.
    pub fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The number of a name; none where it never came.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// All names, by their numbers.
    pub fn as_slice(&self) -> &[String] {
        &self.names
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// The queues of a bundle for one media type.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Routing {
    /// The queues, by the numbers of their names. One without a strategy for the media type asks for no skill and goes to
    /// who has been idle longest; `members` are those of no queue: who calls knows them.
    pub queues: Vec<Queue>,
    /// The overflow rules that cannot be simulated, since they do not say where to: the name of their queue, and which of
    /// its rules it is, from 0.
    pub without_target: Vec<(String, usize)>,
}

/// The queues that a bundle declares, routes to or overflows to, with its strategies for a media type.
///
/// With the same `queues` and `skills` for two versions, a queue has the same number in both: the second has all queues of
/// the first, and those of its own after them.
pub fn routing_of(bundle: &Bundle, media_type: MediaType, queues: &mut Names, skills: &mut Names) -> Routing {
    for queue in &bundle.queues {
        queues.number(&queue.name);
    }
    for rule in &bundle.rules {
        queues.number(rule.queue.as_str());
    }
    let strategies: Vec<&StrategyBody> =
        bundle.strategies.iter().filter(|strategy| strategy.media_type == media_type).collect();
    let mut made: Vec<(usize, Queue)> = Vec::with_capacity(strategies.len());
    let mut without_target = Vec::new();
    for strategy in strategies {
        let mut numbers = |names: &[String]| names.iter().map(|name| skills.number(name)).collect();
        let (require, prefer) = (numbers(&strategy.require), numbers(&strategy.prefer));
        let mut overflow = Vec::with_capacity(strategy.overflow.len());
        for (at, rule) in strategy.overflow.iter().enumerate() {
            match overflow_rule(rule, queues, skills) {
                Some(rule) => overflow.push(rule),
                None => without_target.push((strategy.queue.as_str().to_owned(), at)),
            }
        }
        let queue = Queue { members: None, require, prefer, choice: strategy.method.into(), overflow };
        made.push((queues.number(strategy.queue.as_str()), queue));
    }
    let mut all = vec![Queue::default(); queues.len()];
    for (number, queue) in made {
        if let Some(place) = all.get_mut(number) {
            *place = queue;
        }
    }
    Routing { queues: all, without_target }
}

fn overflow_rule(rule: &OverflowBody, queues: &mut Names, skills: &mut Names) -> Option<OverflowRule> {
    let target = rule.target.as_deref()?;
    #[expect(clippy::cast_precision_loss, reason = "seconds, or more than any simulated time")]
    let when = match rule.condition {
        OverflowCondition::QueueDepth => OverflowWhen::Depth(rule.threshold),
        OverflowCondition::WaitTime => OverflowWhen::Wait(rule.threshold as f64),
    };
    let then = match rule.action {
        OverflowAction::RouteToNextQueue => OverflowThen::Route(queues.number(target)),
        OverflowAction::AddSkillToInteraction => OverflowThen::AddSkill(skills.number(target)),
    };
    Some(OverflowRule { when, then })
}

#[cfg(test)]
mod tests {
    use genesys_model::{QueueRef, RoutingMethod};

    use super::super::scenario::AgentChoice;
    use super::*;

    fn strategy(queue: &str, media_type: MediaType, overflow: Vec<OverflowBody>) -> StrategyBody {
        StrategyBody {
            queue: QueueRef::Name(queue.to_owned()),
            media_type,
            method: RoutingMethod::MostSkilled,
            require: vec!["billing".to_owned()],
            prefer: vec!["german".to_owned()],
            overflow,
            guards: Vec::new(),
        }
    }

    fn rule(condition: OverflowCondition, action: OverflowAction, target: Option<&str>) -> OverflowBody {
        OverflowBody { condition, threshold: 15, action, target: target.map(str::to_owned) }
    }

    #[test]
    fn a_strategy_becomes_a_queue_and_names_keep_their_numbers() {
        let (depth, wait) = (OverflowCondition::QueueDepth, OverflowCondition::WaitTime);
        let (route, add) = (OverflowAction::RouteToNextQueue, OverflowAction::AddSkillToInteraction);
        let overflow = vec![
            rule(depth, route, Some("Front Desk")),
            rule(depth, route, None),
            rule(wait, add, Some("sales")),
        ];
        let before = Bundle {
            strategies: vec![
                strategy("Billing", MediaType::Voice, overflow),
                strategy("Mail", MediaType::Chat, Vec::new()),
            ],
            ..Bundle::default()
        };
        let (mut queues, mut skills) = (Names::default(), Names::default());
        let routing = routing_of(&before, MediaType::Voice, &mut queues, &mut skills);
        assert_eq!(queues.as_slice(), ["Front Desk", "Billing"]);
        assert_eq!(skills.as_slice(), ["billing", "german", "sales"]);
        assert_eq!(routing.without_target, [("Billing".to_owned(), 1)]);
        assert_eq!(routing.queues[0], Queue::default());
        let billing = &routing.queues[1];
        assert_eq!(
            (billing.choice, &*billing.require, &*billing.prefer),
            (AgentChoice::MostSkilled, &[0][..], &[1][..])
        );
        let when_then: Vec<_> = billing.overflow.iter().map(|rule| (rule.when, rule.then)).collect();
        let expected = [
            (OverflowWhen::Depth(15), OverflowThen::Route(0)),
            (OverflowWhen::Wait(15.0), OverflowThen::AddSkill(2)),
        ];
        assert_eq!(when_then, expected);

        let after = Bundle { strategies: vec![strategy("Sales", MediaType::Voice, Vec::new())], ..before };
        let routing = routing_of(&after, MediaType::Voice, &mut queues, &mut skills);
        assert_eq!((queues.get("Sales"), routing.queues.len()), (Some(2), 3));
        assert_eq!(routing.queues[1], Queue::default());
    }
}
