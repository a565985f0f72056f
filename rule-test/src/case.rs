//! The cases of a program's tests, in the order of the files and of the text.

use rule_compiler::{Program, Symbols};
use rule_eval::limits::MAX_ATTRIBUTES;
use rule_eval::{Attribute, Interaction};
use rule_lang::tree::{Entry, EntryKind, Item, ItemKind, Text};
use rule_lang::{Span, Tree};

use crate::given;
use crate::report::Expected;
use crate::run::RunError;

/// How many cases are run one after another on one interaction.
const CASES_AT_ONCE: usize = 256;

/// Some cases of one test, and what they share. What they give is only put together while they run: a test may
/// have thousands of cases that all inherit thousands of values.
pub(crate) struct Batch<'p> {
    tree: &'p Tree,
    item: &'p Item,
    symbols: &'p Symbols,
    /// The entries of the test.
    shared: &'p [Entry],
    pub(crate) cases: Vec<Case<'p>>,
}

/// One case.
pub(crate) struct Case<'p> {
    pub(crate) test: String,
    pub(crate) label: Option<String>,
    /// The name of the test, or the label of the case.
    pub(crate) span: Span,
    pub(crate) expect_span: Span,
    pub(crate) expected: Expected,
    /// The entries of the case; none where the test is the case.
    own: &'p [Entry],
}

impl<'p> Batch<'p> {
    /// Calls with every case and what it gives.
    ///
    /// # Errors
    /// A case that gives more attributes than an interaction may have.
    pub(crate) fn each(&self, mut run: impl FnMut(&Case<'p>, &Interaction)) -> Result<(), RunError> {
        let mut given = Interaction::new();
        given::apply(self.shared, self.tree, self.item, self.symbols, &mut |field, value| {
            given.set(field, value);
        });
        for case in &self.cases {
            let mut replaced: Vec<(String, Option<Attribute>)> = Vec::new();
            given::apply(case.own, self.tree, self.item, self.symbols, &mut |field, value| {
                replaced.push((field.to_owned(), given.remove(field)));
                given.set(field, value);
            });
            if given.len() > MAX_ATTRIBUTES {
                return Err(RunError::TooManyAttributes {
                    case: full_name(&case.test, case.label.as_deref()),
                });
            }
            run(case, &given);
            // The next case starts from what the test gives. A value that was set twice goes back step by step.
            for (field, value) in replaced.into_iter().rev() {
                match value {
                    Some(value) => given.set(field, value),
                    None => {
                        given.remove(&field);
                    }
                }
            }
        }
        Ok(())
    }
}

/// How a case is named on its own: `test / case`, or just `test`.
pub(crate) fn full_name(test: &str, label: Option<&str>) -> String {
    label.map_or_else(|| test.to_owned(), |label| format!("{test} / {label}"))
}

/// All cases whose full name contains `filter`.
pub(crate) fn collect<'p>(program: &'p Program, filter: Option<&str>) -> Vec<Batch<'p>> {
    let mut batches = Vec::new();
    for tree in program.trees() {
        for item in &tree.items {
            if let ItemKind::Test { name, body } = item.kind {
                let shared = item.nodes.entries(body.entries);
                let mut reader = Reader { tree, item, filter, cases: Vec::new() };
                reader.test(name, shared);
                while !reader.cases.is_empty() {
                    let rest = reader.cases.split_off(reader.cases.len().min(CASES_AT_ONCE));
                    let cases = std::mem::replace(&mut reader.cases, rest);
                    batches.push(Batch { tree, item, symbols: program.symbols(), shared, cases });
                }
            }
        }
    }
    batches
}

struct Reader<'r, 'p> {
    tree: &'p Tree,
    item: &'p Item,
    filter: Option<&'r str>,
    cases: Vec<Case<'p>>,
}

impl<'p> Reader<'_, 'p> {
    fn test(&mut self, name: Text, entries: &'p [Entry]) {
        let test = self.tree.string(name).into_owned();
        let expected = self.expected(entries);
        let mut has_cases = false;
        for entry in entries {
            let EntryKind::Case { label, body } = entry.kind else { continue };
            has_cases = true;
            let own = self.item.nodes.entries(body.entries);
            let expected = self.expected(own).or_else(|| expected.clone());
            let label_text = self.tree.string(label).into_owned();
            self.add(&test, Some(label_text), self.tree.span(label.0), own, expected);
        }
        if !has_cases {
            self.add(&test, None, self.tree.span(name.0), &[], expected);
        }
    }

    fn add(
        &mut self,
        test: &str,
        label: Option<String>,
        span: Span,
        own: &'p [Entry],
        expected: Option<(Expected, Span)>,
    ) {
        // The checker has reported a case that expects nothing.
        let Some((expected, expect_span)) = expected else { return };
        if self.filter.is_none_or(|filter| full_name(test, label.as_deref()).contains(filter)) {
            self.cases.push(Case { test: test.to_owned(), label, span, expect_span, expected, own });
        }
    }

    fn expected(&self, entries: &[Entry]) -> Option<(Expected, Span)> {
        entries.iter().find_map(|entry| match entry.kind {
            EntryKind::Expect { queue, rule } => {
                let text = |text: Text| self.tree.string(text).into_owned();
                Some((Expected { queue: queue.map(text), rule: rule.map(text) }, self.tree.span(entry.range)))
            }
            _ => None,
        })
    }
}
