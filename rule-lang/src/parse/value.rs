//! Literals and what else stands where a value may.

use super::Rule;
use super::build::Builder;
use super::pairs::Pair;
use crate::tree::{Name, Threshold, Value, ValueKind};
use crate::{Applicability, TextRange, codes, literal};

impl Builder<'_> {
    /// A value from its pair.
    pub(super) fn value(&mut self, pair: Pair<'_>) -> Value {
        let range = pair.range();
        let kind = match pair.as_rule() {
            Rule::string => ValueKind::String,
            Rule::number => self.number(pair.as_str(), range),
            Rule::regex => ValueKind::Regex,
            Rule::name => self.bare(pair),
            Rule::list => self.list(pair),
            Rule::range => {
                let mark = self.values.len();
                for bound in pair.into_inner() {
                    if self.values.len() > mark
                        && bound.as_str().starts_with('.')
                        && self.has_three_dots(bound)
                    {
                        return Value { range, kind: self.three_dots(bound) };
                    }
                    let bound = self.value(bound);
                    self.values.push(bound);
                }
                ValueKind::Range(self.nodes.add_values(self.values.drain(mark..)))
            }
            Rule::phrase => return self.phrase(pair).unwrap_or(Value { range, kind: ValueKind::Malformed }),
            _ => ValueKind::Malformed,
        };
        Value { range, kind }
    }

    /// A bare word: a name, or a boolean.
    fn bare(&mut self, pair: Pair<'_>) -> ValueKind {
        match pair.as_str() {
            "true" => ValueKind::Bool(true),
            "false" => ValueKind::Bool(false),
            _ => {
                self.name(pair);
                ValueKind::Name
            }
        }
    }

    fn number(&mut self, text: &str, range: TextRange) -> ValueKind {
        // Most numbers are short integers.
        if text.len() <= 9
            && let Ok(value) = text.parse::<u32>()
        {
            return ValueKind::Int(i64::from(value));
        }
        literal::number(text).unwrap_or_else(|bad| {
            self.report(self.diagnostic(&codes::BAD_NUMBER, range, bad.message).help(bad.help));
            ValueKind::Malformed
        })
    }

    fn has_three_dots(&self, high: Pair<'_>) -> bool {
        let before = self.text.get(..high.range().start as usize);
        before.is_some_and(|before| before.ends_with(".."))
    }

    /// `16...25`: the last dot was read with the number.
    fn three_dots(&mut self, high: Pair<'_>) -> ValueKind {
        self.values.pop();
        let at = high.range();
        let dot = TextRange { end: at.start + 1, ..at };
        let dots = TextRange { start: at.start.saturating_sub(2), ..dot };
        self.report(
            self.diagnostic(&codes::SYNTAX_ERROR, dots, "a range is written with two dots")
                .at("write `..`")
                .fix(Applicability::Safe, "remove a dot", dot, ""),
        );
        self.lost = true;
        ValueKind::Malformed
    }

    fn list(&mut self, pair: Pair<'_>) -> ValueKind {
        let mark = self.values.len();
        for item in pair.into_inner() {
            let item = self.value(item);
            if matches!(item.kind, ValueKind::Regex) {
                self.report(
                    self.diagnostic(
                        &codes::BAD_REGEX_LITERAL,
                        item.range,
                        "a list holds no regular expressions",
                    )
                    .at("it follows only `matches`")
                    .help("join comparisons: `name matches /…/ or name matches /…/`"),
                );
            }
            if self.values.len() > mark
                && let Some(previous) = self.values.last().copied()
                && !self.has_comma(previous.range, item.range)
            {
                self.missing_separator(
                    previous.range,
                    item.range,
                    "the items of a list are separated by commas",
                );
            }
            self.values.push(item);
        }
        ValueKind::List(self.nodes.add_values(self.values.drain(mark..)))
    }

    /// A bare name, a call, a moved rule or a threshold.
    fn phrase(&mut self, pair: Pair<'_>) -> Option<Value> {
        let mut inner = pair.into_inner();
        let head = inner.next()?;
        let Some(tail) = inner.next() else {
            return Some(Value { range: head.range(), kind: self.bare(head) });
        };
        let name = self.name(head);
        let mut range = name.0.to(tail.range());
        let kind = match tail.as_rule() {
            Rule::call => self.call(name, tail)?,
            Rule::moved => {
                if head.as_str() != "queue" {
                    self.report(
                        self.diagnostic(
                            &codes::SYNTAX_ERROR,
                            name.0,
                            format!("expected `queue`, found `{}`", head.as_str()),
                        )
                        .help("where a rule was in another queue, write `queue \"Old queue\" \"Old name\"`"),
                    );
                }
                let mark = self.values.len();
                for text in tail.into_inner() {
                    let text = self.value(text);
                    self.values.push(text);
                }
                ValueKind::Moved(self.nodes.add_values(self.values.drain(mark..)))
            }
            _ => {
                let (threshold, end) = self.threshold(name, tail)?;
                range = name.0.to(end);
                threshold
            }
        };
        Some(Value { range, kind })
    }

    fn call(&mut self, name: Name, tail: Pair<'_>) -> Option<ValueKind> {
        let argument = self.value(tail.into_inner().next()?);
        let name = Value { range: name.0, kind: ValueKind::Name };
        Some(ValueKind::Call(self.nodes.add_values([name, argument].into_iter())))
    }

    /// A threshold, and its last part.
    fn threshold(&mut self, metric: Name, tail: Pair<'_>) -> Option<(ValueKind, TextRange)> {
        let mut inner = tail.into_inner();
        let operator_pair = inner.next()?;
        let operator_range = operator_pair.range();
        let operator = self.threshold_operator(metric, operator_pair);
        let amount = self.value(inner.next()?);
        let mut last = amount.range;
        let amount = self.nodes.add_value(amount);
        let mut action = None;
        // An arrow, then what is done.
        if inner.next().is_some() {
            let value = self.action(inner.next()?)?;
            last = value.range;
            action = Some(self.nodes.add_value(value));
        }
        let threshold = Threshold { metric, operator, operator_range, amount, action };
        Some((ValueKind::Threshold(self.nodes.add_threshold(threshold)), last))
    }

    fn action(&mut self, pair: Pair<'_>) -> Option<Value> {
        let mut inner = pair.into_inner();
        let name = self.name(inner.next()?);
        let Some(call) = inner.next() else { return Some(Value { range: name.0, kind: ValueKind::Name }) };
        let range = name.0.to(call.range());
        Some(Value { range, kind: self.call(name, call)? })
    }
}
