//! Blocks and their entries.

use super::Rule;
use super::build::Builder;
use super::mistake::keyword_takes_no_sign;
use super::pairs::{Pair, Pairs};
use super::scan::skip_trivia;
use crate::tree::{Block, Entry, EntryKind, Text};
use crate::{Applicability, Diagnostic, Span, codes};

impl Builder<'_> {
    /// `{ … }`
    pub(super) fn block(&mut self, pair: Pair<'_>) -> Block {
        let span = self.span(pair);
        let is_given = pair.as_rule() == Rule::given_body;
        let mark = self.entries.len();
        for pair in pair.into_inner() {
            if pair.as_rule() == Rule::close_block {
                continue;
            }
            let start = self.span(pair);
            let Some((kind, last)) = self.entry(pair, is_given) else { continue };
            let entry = Entry { span: start.to(last), kind };
            if self.entries.len() > mark
                && let Some(previous) = self.entries.last().copied()
            {
                self.check_separator(previous, entry);
            }
            self.entries.push(entry);
        }
        let entries = self.nodes.add_entries(self.entries.drain(mark..));
        Block { span, entries }
    }

    /// An entry, and its last part. In a `given`, every word names an attribute.
    fn entry(&mut self, pair: Pair<'_>, is_given: bool) -> Option<(EntryKind, Span)> {
        let seen = pair.as_rule();
        let mut inner = pair.into_inner();
        let first = inner.next()?;
        Some(match seen {
            Rule::when => {
                let expr = self.condition(inner.next()?)?;
                (EntryKind::When { expr: self.nodes.add_expr(expr) }, expr.span)
            }
            Rule::given => {
                let body = self.block(inner.next()?);
                (EntryKind::Given { body }, body.span)
            }
            Rule::expect => {
                let next = inner.next()?;
                self.expect(next, inner)?
            }
            Rule::case => {
                let label = Text(self.span(inner.next()?));
                let body = self.block(inner.next()?);
                (EntryKind::Case { label, body }, body.span)
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
                    let colon = self.text.get(name.0.end as usize..value.span.start as usize).unwrap_or("");
                    let at = name.0.end + super::scan::offset(colon.find([':', '=']).unwrap_or(0));
                    let sign = Span { start: at, end: at + 1, ..name.0 };
                    self.report(keyword_takes_no_sign(first.as_str(), sign));
                    self.lost = true;
                }
                (EntryKind::Property { name, value: self.nodes.add_value(value) }, value.span)
            }
            _ => return None,
        })
    }

    fn expect(&mut self, first: Pair<'_>, mut inner: Pairs<'_>) -> Option<(EntryKind, Span)> {
        let mut next = first;
        let mut queue = None;
        if next.as_rule() == Rule::kw_queue {
            queue = Some(Text(self.span(inner.next()?)));
            inner.next()?;
            next = inner.next()?;
        }
        let last = self.span(next);
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
        let gap = self.gap(previous.span, next.span);
        if gap.contains('\n') || self.has_comma(previous.span, next.span) {
            return;
        }
        self.missing_separator(previous.span, next.span, "properties are separated by line ends or commas");
    }

    fn gap(&self, previous: Span, next: Span) -> &str {
        self.text.get(previous.end as usize..next.start as usize).unwrap_or("")
    }

    /// Whether a comma stands between two nodes, outside of comments.
    pub(super) fn has_comma(&self, previous: Span, next: Span) -> bool {
        let at = skip_trivia(self.text.as_bytes(), previous.end as usize);
        at < next.start as usize && self.text.as_bytes().get(at) == Some(&b',')
    }

    pub(super) fn missing_separator(&mut self, previous: Span, next: Span, help: &str) {
        let span = previous.after();
        self.report(
            Diagnostic::new(&codes::MISSING_SEPARATOR, span, "a comma is missing here")
                .at("write `,`")
                .label(next, "before this")
                .help(help)
                .fix(Applicability::Safe, "insert `,`", span, ","),
        );
    }
}
