//! What a run of the tests gives.

use std::fmt;

use genesys_model::QueueRef;
use rule_lang::Span;

use crate::case::full_name;
use crate::coverage::Coverage;
use crate::reason::Reason;

/// The result of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// The cases that were run, in the order of the files and of the text.
    pub cases: Vec<CaseResult>,
    /// What the cases made of the conditions.
    pub coverage: Coverage,
}

impl Report {
    /// How many cases passed.
    pub fn passed(&self) -> usize {
        self.cases.iter().filter(|case| case.passed()).count()
    }

    /// How many cases failed.
    pub fn failed(&self) -> usize {
        self.cases.len() - self.passed()
    }
}

/// The result of one case.
#[derive(Clone, PartialEq, Debug)]
pub struct CaseResult {
    /// The name of the test.
    pub test: String,
    /// The label of the case, where the test has cases.
    pub case: Option<String>,
    /// The name of the test, or the label of the case, in the text.
    pub span: Span,
    /// The `expect` that holds for the case.
    pub expect_span: Span,
    /// How it went.
    pub outcome: Outcome,
}

impl CaseResult {
    /// The case's own name: `test / case`, or just `test`.
    pub fn name(&self) -> String {
        full_name(&self.test, self.case.as_deref())
    }

    /// Whether the decision was the expected one.
    pub fn passed(&self) -> bool {
        matches!(self.outcome, Outcome::Pass)
    }
}

/// How a case went.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// As expected.
    Pass,
    /// Otherwise.
    Fail {
        /// What was expected.
        expected: Expected,
        /// The rule that decided, if one did.
        got: Option<Decided>,
        /// Why, the rule that was expected first.
        why: Vec<Reason>,
    },
}

/// What a case expects. As text: `the rule "R"`, `no rule`, each with its queue where it is about one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    /// The queue within which the decision is made; all queues where there is none.
    pub queue: Option<String>,
    /// The rule; none is expected where there is none.
    pub rule: Option<String>,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "`{rule}`")?,
            None => f.write_str("no rule")?,
        }
        self.queue.as_ref().map_or(Ok(()), |queue| write!(f, " in the queue `{queue}`"))
    }
}

/// The rule that decided a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// Its name.
    pub rule: String,
    /// Its queue.
    pub queue: QueueRef,
}

impl fmt::Display for Decided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` in the queue `{}`", self.rule, self.queue.as_str())
    }
}
