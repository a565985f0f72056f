//! Conditions, and the operators that authors bring from other languages.

use super::Rule;
use super::build::Builder;
use super::pairs::{Pair, Pairs};
use super::scan::offset;
use crate::tree::{Expr, ExprKind, Logic, Name, Operator, ValueKind};
use crate::{Applicability, Edit, TextRange, codes, nearest};

/// What a word or sign between an attribute and a value stands for.
struct Meant {
    operator: Operator,
    /// What to say where it is not written so.
    help: &'static str,
    /// Whether the right spelling alone mends it.
    fixable: bool,
}

fn meant(text: &str) -> Meant {
    let fixable = |operator, help| Meant { operator, help, fixable: true };
    match text {
        "==" | "=" | "===" | "is" | "equals" => fixable(Operator::Eq, "equality is written `==`"),
        ">" => fixable(Operator::Gt, ""),
        "<" => fixable(Operator::Lt, ""),
        ">=" | "=>" => fixable(Operator::Gte, "at least is written `>=`"),
        "<=" | "=<" => fixable(Operator::Lte, "at most is written `<=`"),
        "=~" | "~" => fixable(Operator::Matches, "a regular expression follows `matches`"),
        "!~" => Meant {
            operator: Operator::Matches,
            help: "write `not` before the attribute and `matches` here: `not name matches /…/`",
            fixable: false,
        },
        "has" => fixable(Operator::Has, "operators are written in lower case"),
        "lacks" => fixable(Operator::Lacks, "operators are written in lower case"),
        "contains" | "includes" => fixable(Operator::Contains, "part of a string is found with `contains`"),
        "matches" => fixable(Operator::Matches, "operators are written in lower case"),
        "starts_with" | "startswith" => fixable(Operator::StartsWith, "it is written `starts_with`"),
        "ends_with" | "endswith" => fixable(Operator::EndsWith, "it is written `ends_with`"),
        "like" => Meant {
            operator: Operator::Contains,
            help: "write `contains \"…\"`, `starts_with \"…\"`, `ends_with \"…\"` or `matches /…/`",
            fixable: false,
        },
        "!=" | "!==" | "<>" => fixable(Operator::Neq, "inequality is written `!=`"),
        // `is not` with any white space between.
        _ if text.starts_with("is") => fixable(Operator::Neq, "inequality is written `!=`"),
        _ => Meant {
            operator: Operator::Eq,
            help: "values are compared with `==`, `!=`, `<`, `<=`, `>` and `>=`",
            fixable: false,
        },
    }
}

impl Builder<'_> {
    /// All of a condition.
    pub(super) fn condition(&mut self, pair: Pair<'_>) -> Option<Expr> {
        self.in_condition = true;
        let expr = self.expr(pair);
        self.in_condition = false;
        expr
    }

    /// One or more operands, joined.
    pub(super) fn expr(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut inner = pair.into_inner();
        let first = self.operand(&mut inner)?;
        let mut range = first.range;
        let Some(word) = inner.next() else { return Some(first) };
        let mark = self.exprs.len();
        let op = self.logic(word);
        self.exprs.push(first);
        let operand = self.operand(&mut inner)?;
        range = range.to(operand.range);
        self.exprs.push(operand);
        // All words, once one has differed from the first: then `and` and `or` are mixed.
        let mut others: Vec<Logic> = Vec::new();
        while let Some(word) = inner.next() {
            let next = self.logic(word);
            if next != op && others.is_empty() {
                others.extend(std::iter::repeat_n(op, self.exprs.len() - mark - 1));
            }
            if next != op || !others.is_empty() {
                others.push(next);
            }
            let operand = self.operand(&mut inner)?;
            range = range.to(operand.range);
            self.exprs.push(operand);
        }
        if others.is_empty() {
            let children = self.nodes.add_exprs(self.exprs.drain(mark..));
            return Some(Expr { range, kind: ExprKind::Logic { op, children } });
        }
        let operands: Vec<Expr> = self.exprs.drain(mark..).collect();
        Some(self.mixed(range, &operands, &others))
    }

    /// An operand with the `not`s before it.
    fn operand(&mut self, pairs: &mut Pairs<'_>) -> Option<Expr> {
        let pair = pairs.next()?;
        let range = pair.range();
        match pair.as_rule() {
            Rule::comparison => self.comparison(pair),
            Rule::negator => {
                self.negator(pair);
                let operand = self.operand(pairs)?;
                let kind = ExprKind::Not { operand: self.nodes.add_expr(operand) };
                Some(Expr { range: range.to(operand.range), kind })
            }
            _ => {
                let inner = self.expr(pair.into_inner().next()?)?;
                Some(Expr { range, kind: ExprKind::Group { inner: self.nodes.add_expr(inner) } })
            }
        }
    }

    fn logic(&mut self, pair: Pair<'_>) -> Logic {
        let (logic, right) = match pair.as_str() {
            "and" => return Logic::And,
            "or" => return Logic::Or,
            other if other.starts_with(['a', 'A', '&']) => (Logic::And, "and"),
            _ => (Logic::Or, "or"),
        };
        self.wrong_token(pair, right, "conditions are joined with `and` and `or`");
        logic
    }

    fn negator(&mut self, pair: Pair<'_>) {
        if pair.as_str() == "not" {
            return;
        }
        // `!` usually sticks to what it negates.
        let range = pair.range();
        let sticks =
            self.text.as_bytes().get(range.end as usize).is_some_and(|byte| !byte.is_ascii_whitespace());
        let help = "a condition is negated with `not`";
        let text = if sticks { "not " } else { "not" };
        let diagnostic = self.wrong_operator_without_fix(range, pair.as_str(), help).at("write `not`");
        let title = format!("replace `{}` with `not`", pair.as_str());
        self.report(diagnostic.fix(Applicability::Safe, title, range, text));
    }

    /// The operator that is written or meant.
    pub(super) fn operator(&mut self, pair: Pair<'_>) -> Operator {
        let text = pair.as_str();
        if let Some(operator) = Operator::from_text(text) {
            return operator;
        }
        let lower = text.to_ascii_lowercase();
        let meant = meant(&lower);
        if text != meant.operator.as_str() {
            if meant.fixable {
                self.wrong_token(pair, meant.operator.as_str(), meant.help);
            } else {
                let diagnostic = self.wrong_operator_without_fix(pair.range(), text, meant.help);
                self.report(diagnostic);
                // What is meant is a guess, and not to be checked.
                self.lost = true;
            }
        }
        meant.operator
    }

    /// The operator of a threshold: what it compares has only one, so another language's spelling stands for that.
    pub(super) fn threshold_operator(&mut self, metric: Name, pair: Pair<'_>) -> Operator {
        let text = pair.as_str();
        let written = self.text.get(metric.0.bytes()).unwrap_or("");
        let (wanted, what) =
            match nearest(written, ["licenses", "available_agents", "queue_depth", "wait_time"]) {
                Some("licenses" | "available_agents") => (Operator::Gte, "a guard"),
                Some(_) => (Operator::Gt, "an overflow"),
                None => return self.operator(pair),
            };
        if Operator::from_text(text).is_some() || meant(&text.to_ascii_lowercase()).operator == wanted {
            return self.operator(pair);
        }
        let (range, right) = (pair.range(), wanted.as_str());
        let help = format!("{what} compares with `{right}`");
        let title = format!("replace `{text}` with `{right}`");
        let diagnostic = self.wrong_operator_without_fix(range, text, &help).at(format!("write `{right}`"));
        self.report(diagnostic.fix(Applicability::Unsafe, title, range, self.spaced(range, right)));
        wanted
    }

    /// `in`, `exists`: words that are right in lower case only.
    fn word(&mut self, pair: Pair<'_>, right: &str) {
        if pair.as_str() != right {
            self.wrong_token(pair, right, "operators are written in lower case");
        }
    }

    fn comparison(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let range = pair.range();
        let mut inner = pair.into_inner();
        let attribute = self.name(inner.next()?);
        let kind = match inner.next() {
            None => return Some(Expr { range: attribute.0, kind: ExprKind::Name(attribute) }),
            Some(tail) => match tail.as_rule() {
                Rule::operator | Rule::word => {
                    let value = inner.next()?;
                    self.compare(attribute, tail, value)
                }
                Rule::negated => self.negated(attribute, tail)?,
                _ => self.tail(attribute, tail, false)?,
            },
        };
        Some(Expr { range, kind })
    }

    /// `in …` or `exists`.
    fn tail(&mut self, attribute: Name, tail: Pair<'_>, negated: bool) -> Option<ExprKind> {
        let is_presence = tail.as_rule() == Rule::presence;
        let mut inner = tail.into_inner();
        let word = inner.next()?;
        if is_presence {
            self.word(word, "exists");
            return Some(ExprKind::Presence { attribute, present: !negated });
        }
        self.word(word, "in");
        let set = self.value(inner.next()?);
        Some(ExprKind::Membership { attribute, negated, set: self.nodes.add_value(set) })
    }

    fn compare(&mut self, attribute: Name, operator: Pair<'_>, value: Pair<'_>) -> ExprKind {
        let operator_range = operator.range();
        if value.as_rule() == Rule::name
            && let Some(kind) = self.compared_with_null(attribute, operator, value)
        {
            return kind;
        }
        let mut operator = self.operator(operator);
        let value = self.value(value);
        if matches!(value.kind, ValueKind::Regex) && operator != Operator::Matches {
            let mut diagnostic = self
                .diagnostic(
                    &codes::BAD_REGEX_LITERAL,
                    value.range,
                    format!("a regular expression does not follow `{}`", operator.as_str()),
                )
                .at("it follows only `matches`")
                .label(operator_range, "this operator compares with a value");
            if operator == Operator::Eq {
                let fix = "replace the operator with `matches`";
                diagnostic = diagnostic.fix(
                    Applicability::Safe,
                    fix,
                    operator_range,
                    self.spaced(operator_range, "matches"),
                );
            }
            self.report(diagnostic.help("write `name matches /…/`"));
            operator = Operator::Matches;
        }
        ExprKind::Compare { attribute, operator, value: self.nodes.add_value(value) }
    }

    /// `is null`, `!= null`, `IS NOT NULL`: whether it is there at all.
    fn compared_with_null(
        &mut self,
        attribute: Name,
        operator: Pair<'_>,
        value: Pair<'_>,
    ) -> Option<ExprKind> {
        if !["null", "nil", "none"].iter().any(|word| value.as_str().eq_ignore_ascii_case(word)) {
            return None;
        }
        let present = match meant(&operator.as_str().to_ascii_lowercase()).operator {
            Operator::Eq => false,
            Operator::Neq => true,
            _ => return None,
        };
        let range = operator.range().to(value.range());
        let written = self.text.get(range.bytes()).unwrap_or("").to_owned();
        let right = if present { "exists" } else { "not exists" };
        self.wrong_operator(
            range,
            &written,
            right,
            "an attribute that is missing has no value to compare with",
        );
        Some(ExprKind::Presence { attribute, present })
    }

    /// What follows a `not` that stands after the attribute: right before `in` and `exists`, explained elsewhere.
    fn negated(&mut self, attribute: Name, pair: Pair<'_>) -> Option<ExprKind> {
        let mut inner = pair.into_inner();
        let not = inner.next()?;
        let next = inner.next()?;
        if matches!(next.as_rule(), Rule::membership | Rule::presence) {
            self.negator(not);
            return self.tail(attribute, next, true);
        }
        let range = not.range().to(next.range());
        let written = self.text.get(range.bytes()).unwrap_or("").to_owned();
        let opposite = match next.as_str() {
            "has" => Some(Operator::Lacks),
            "lacks" => Some(Operator::Has),
            "==" => Some(Operator::Neq),
            "!=" => Some(Operator::Eq),
            _ => None,
        };
        let help = "after an attribute, `not` stands only before `in` and `exists`";
        if let Some(opposite) = opposite {
            self.wrong_operator(range, &written, opposite.as_str(), help);
        } else {
            let not_range = not.range();
            let gap = TextRange { end: next.range().start, ..not_range };
            let diagnostic = self
                .wrong_operator_without_fix(not_range, not.as_str(), help)
                .at("move it before the attribute")
                .fix_all(
                    Applicability::Safe,
                    "move `not` before the attribute",
                    vec![
                        Edit { span: self.span(attribute.0.before()), text: "not ".to_owned() },
                        Edit { span: self.span(gap), text: String::new() },
                    ],
                );
            self.report(diagnostic);
        }
        let value = inner.next()?;
        Some(self.compare(attribute, next, value))
    }

    /// `and` and `or` side by side: an error that shows both readings. The tree takes the usual one.
    fn mixed(&mut self, range: TextRange, operands: &[Expr], words: &[Logic]) -> Expr {
        let readings = [Logic::And, Logic::Or].map(|tight| groups(operands, words, tight));
        let [and_first, or_first] = &readings;
        let mut diagnostic = self
            .diagnostic(
                &codes::MIXED_AND_OR,
                self.first_change(operands, words).unwrap_or(range),
                "`and` and `or` stand side by side without parentheses",
            )
            .at("which one comes first?")
            .help("put parentheses around what belongs together");
        for (groups, first) in [(and_first, Logic::And), (or_first, Logic::Or)] {
            let edits: Vec<Edit> = groups
                .iter()
                .filter(|group| group.len() > 1)
                .filter_map(|group| Some((group.first()?.range.before(), group.last()?.range.after())))
                .flat_map(|(open, close)| {
                    [
                        Edit { span: self.span(open), text: "(".into() },
                        Edit { span: self.span(close), text: ")".into() },
                    ]
                })
                .collect();
            let title = format!("read it as `{}`", self.reading(groups, first));
            diagnostic = diagnostic.fix_all(Applicability::Alternative, title, edits);
        }
        self.report(diagnostic);
        let children: Vec<Expr> = and_first.iter().filter_map(|group| self.join(group)).collect();
        let children = self.nodes.add_exprs(children.into_iter());
        Expr { range, kind: ExprKind::Logic { op: Logic::Or, children } }
    }

    fn join(&mut self, group: &[Expr]) -> Option<Expr> {
        let (first, last) = (group.first()?, group.last()?);
        if group.len() == 1 {
            return Some(*first);
        }
        let children = self.nodes.add_exprs(group.iter().copied());
        Some(Expr { range: first.range.to(last.range), kind: ExprKind::Logic { op: Logic::And, children } })
    }

    /// The operator that differs from the one before it.
    fn first_change(&self, operands: &[Expr], words: &[Logic]) -> Option<TextRange> {
        let changed = words.windows(2).position(|pair| pair.first() != pair.last())? + 1;
        let (left, right) = (operands.get(changed)?, operands.get(changed + 1)?);
        let gap = self.text.get(left.range.end as usize..right.range.start as usize)?;
        // The word, or what stands in its place; with comments around it, all of the gap.
        let word = words.get(changed)?.as_str();
        let (at, length) = match gap.find(word) {
            Some(at) => (at, word.len()),
            None => (gap.len() - gap.trim_start().len(), gap.trim().len()),
        };
        let start = left.range.end + offset(at);
        Some(TextRange::new(start, start + offset(length)))
    }

    /// A reading in few words: long operands are cut.
    fn reading(&self, groups: &[&[Expr]], tight: Logic) -> String {
        const SHOWN: usize = 48;
        const GROUPS_SHOWN: usize = 6;
        let loose = if tight == Logic::And { Logic::Or } else { Logic::And };
        let operand = |expr: &Expr| -> String {
            let words: Vec<&str> =
                self.text.get(expr.range.bytes()).unwrap_or("").split_whitespace().collect();
            let text = words.join(" ");
            if text.chars().count() <= SHOWN {
                text
            } else {
                text.chars().take(SHOWN).chain(['…']).collect()
            }
        };
        let group = |group: &&[Expr]| {
            let joined = group
                .iter()
                .take(GROUPS_SHOWN)
                .map(operand)
                .collect::<Vec<_>>()
                .join(&format!(" {} ", tight.as_str()));
            if group.len() > 1 { format!("({joined})") } else { joined }
        };
        // Of a long chain the start shows what is meant.
        let shown = groups.get(..GROUPS_SHOWN).unwrap_or(groups);
        let mut text = shown.iter().map(group).collect::<Vec<_>>().join(&format!(" {} ", loose.as_str()));
        if groups.len() > GROUPS_SHOWN {
            text.push_str(" …");
        }
        text
    }
}

/// The operands in runs that are joined by `tight`.
fn groups<'e>(operands: &'e [Expr], words: &[Logic], tight: Logic) -> Vec<&'e [Expr]> {
    let mut groups = Vec::new();
    let mut start = 0;
    for (at, word) in words.iter().enumerate() {
        if *word != tight {
            groups.extend(operands.get(start..=at));
            start = at + 1;
        }
    }
    groups.extend(operands.get(start..));
    groups
}
