//! Blocks and their entries.

use super::Rule;
use super::build::Builder;
use super::mistake::keyword_takes_no_sign;
use super::pairs::{Pair, Pairs};
use super::scan::skip_trivia;
use crate::tree::{Block, Entry, EntryKind, Text};
use crate::{Applicability, TextRange, codes};

impl Builder<'_> {
    /// `{ … }`
    pub(super) fn block(&mut self, pair: Pair<'_>) -> Block {
        let range = pair.range();
        let is_given = pair.as_rule() == Rule::given_body;
        let mark = self.entries.len();
        for pair in pair.into_inner() {
            if pair.as_rule() == Rule::close_block {
                continue;
            }
            let start = pair.range();
            let Some((kind, last)) = self.entry(pair, is_given) else { continue };
            let entry = Entry { range: start.to(last), kind };
            if self.entries.len() > mark
                && let Some(previous) = self.entries.last().copied()
            {
                self.check_separator(previous, entry);
            }
            self.entries.push(entry);
        }
        let entries = self.nodes.add_entries(self.entries.drain(mark..));
        Block { range, entries }
    }

    /// An entry, and its last part. In a `given`, every word names an attribute.
    fn entry(&mut self, pair: Pair<'_>, is_given: bool) -> Option<(EntryKind, TextRange)> {
        let seen = pair.as_rule();
        let mut inner = pair.into_inner();
        let first = inner.next()?;
        Some(match seen {
            Rule::when => {
                let expr = self.condition(inner.next()?)?;
                (EntryKind::When { expr: self.nodes.add_expr(expr) }, expr.range)
            }
            Rule::given => {
                let body = self.block(inner.next()?);
                (EntryKind::Given { body }, body.range)
            }
            Rule::expect => {
                let next = inner.next()?;
                Self::expect(next, inner)?
            }
            Rule::case => {
                let label = Text(inner.next()?.range());
                let body = self.block(inner.next()?);
                (EntryKind::Case { label, body }, body.range)
            }
            Rule::property => {
                let name = self.name(first);
                let mut next = inner.next()?;
                if next.as_rule() == Rule::wrong_colon {
                    self.wrong_token(next, ":", "a property is written `name: value`");
                    next = inner.next()?;
                }
                let value = self.value(next);
                if matches!(first.as_str(), "when" | "expect") && !is_given {
                    let colon = self.text.get(name.0.end as usize..value.range.start as usize).unwrap_or("");
                    let at = name.0.end + super::scan::offset(colon.find([':', '=']).unwrap_or(0));
                    let sign = TextRange::new(at, at + 1);
                    self.report(keyword_takes_no_sign(first.as_str(), self.span(sign)));
                    self.lost = true;
                }
                (EntryKind::Property { name, value: self.nodes.add_value(value) }, value.range)
            }
            _ => return None,
        })
    }

    fn expect(first: Pair<'_>, mut inner: Pairs<'_>) -> Option<(EntryKind, TextRange)> {
        let mut next = first;
        let mut queue = None;
        if next.as_rule() == Rule::kw_queue {
            queue = Some(Text(inner.next()?.range()));
            inner.next()?;
            next = inner.next()?;
        }
        let last = next.range();
        let rule = (next.as_rule() == Rule::string).then_some(Text(last));
        Some((EntryKind::Expect { queue, rule }, last))
    }

    /// Between two properties stands a line's end or a comma.
    fn check_separator(&mut self, previous: Entry, next: Entry) {
        let needs = matches!(previous.kind, EntryKind::Property { .. })
            && matches!(next.kind, EntryKind::Property { .. });
        if !needs {
            return;
        }
        let gap = self.gap(previous.range, next.range);
        if gap.contains('\n') || self.has_comma(previous.range, next.range) {
            return;
        }
        self.missing_separator(previous.range, next.range, "properties are separated by line ends or commas");
    }

    fn gap(&self, previous: TextRange, next: TextRange) -> &str {
        self.text.get(previous.end as usize..next.start as usize).unwrap_or("")
    }

    /// Whether a comma stands between two nodes, outside of comments.
    pub(super) fn has_comma(&self, previous: TextRange, next: TextRange) -> bool {
        let at = skip_trivia(self.text.as_bytes(), previous.end as usize);
        at < next.start as usize && self.text.as_bytes().get(at) == Some(&b',')
    }

    pub(super) fn missing_separator(&mut self, previous: TextRange, next: TextRange, help: &str) {
        let range = previous.after();
        self.report(
            self.diagnostic(&codes::MISSING_SEPARATOR, range, "a comma is missing here")
                .at("write `,`")
                .label(next, "before this")
                .help(help)
                .fix(Applicability::Safe, "insert `,`", range, ","),
        );
    }
}
