//! The cases of a program's tests, in the order of the files and of the text.

use rule_compiler::{Program, Symbols};
use rule_eval::Interaction;
use rule_lang::tree::{Entry, EntryKind, Item, ItemKind, Text};
use rule_lang::{Span, Tree};

use crate::given;
use crate::report::Expected;

/// One case, ready to run.
pub(crate) struct Case {
    pub(crate) test: String,
    pub(crate) label: Option<String>,
    /// The name of the test, or the label of the case.
    pub(crate) span: Span,
    pub(crate) expect_span: Span,
    pub(crate) given: Interaction,
    pub(crate) expected: Expected,
}

/// How a case is named on its own: `test / case`, or just `test`.
pub(crate) fn full_name(test: &str, label: Option<&str>) -> String {
    label.map_or_else(|| test.to_owned(), |label| format!("{test} / {label}"))
}

/// All cases whose full name contains `filter`.
pub(crate) fn collect(program: &Program, filter: Option<&str>) -> Vec<Case> {
    let mut cases = Vec::new();
    for tree in program.trees() {
        for item in &tree.items {
            if let ItemKind::Test { name, body } = item.kind {
                Reader { tree, item, symbols: program.symbols(), filter, cases: &mut cases }
                    .test(name, item.nodes.entries(body.entries));
            }
        }
    }
    cases
}

struct Reader<'r, 'p> {
    tree: &'p Tree,
    item: &'p Item,
    symbols: &'p Symbols,
    filter: Option<&'r str>,
    cases: &'r mut Vec<Case>,
}

impl Reader<'_, '_> {
    fn test(&mut self, name: Text, entries: &[Entry]) {
        let test = self.tree.string(name).into_owned();
        let mut given = Interaction::new();
        given::apply(entries, self.tree, self.item, self.symbols, &mut given);
        let expected = self.expected(entries);
        let mut has_cases = false;
        for entry in entries {
            let EntryKind::Case { label, body } = entry.kind else { continue };
            has_cases = true;
            let entries = self.item.nodes.entries(body.entries);
            let mut given = given.clone();
            given::apply(entries, self.tree, self.item, self.symbols, &mut given);
            let expected = self.expected(entries).or_else(|| expected.clone());
            let label_text = self.tree.string(label).into_owned();
            self.add(&test, Some(label_text), label.0, given, expected);
        }
        if !has_cases {
            self.add(&test, None, name.0, given, expected);
        }
    }

    fn add(
        &mut self,
        test: &str,
        label: Option<String>,
        span: Span,
        given: Interaction,
        expected: Option<(Expected, Span)>,
    ) {
        // The checker has reported a case that expects nothing.
        let Some((expected, expect_span)) = expected else { return };
        if self.filter.is_none_or(|filter| full_name(test, label.as_deref()).contains(filter)) {
            self.cases.push(Case { test: test.to_owned(), label, span, expect_span, given, expected });
        }
    }

    fn expected(&self, entries: &[Entry]) -> Option<(Expected, Span)> {
        entries.iter().find_map(|entry| match entry.kind {
            EntryKind::Expect { queue, rule } => {
                let text = |text: Text| self.tree.string(text).into_owned();
                Some((Expected { queue: queue.map(text), rule: rule.map(text) }, entry.span))
            }
            _ => None,
        })
    }
}
