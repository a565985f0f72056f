//! Which conditions the tests have made true, and which false.

use rule_lang::Span;

/// What a run made of every condition that is written in an enabled rule or in a named condition. All of them are
/// evaluated on every case, whether the decision needed them or not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// The conditions, in the order of the files and of the text. One that several rules use counts once.
    pub conditions: Vec<ConditionCoverage>,
}

/// What a run made of one condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConditionCoverage {
    /// Where it is written.
    pub span: Span,
    /// As it is written.
    pub text: String,
    /// In how many cases it was true.
    pub times_true: usize,
    /// In how many cases it was false.
    pub times_false: usize,
}

impl ConditionCoverage {
    /// Whether it was true in a case and false in another.
    pub fn is_covered(&self) -> bool {
        self.times_true > 0 && self.times_false > 0
    }
}

impl Coverage {
    /// The conditions that no case made true.
    pub fn never_true(&self) -> impl Iterator<Item = &ConditionCoverage> {
        self.conditions.iter().filter(|condition| condition.times_true == 0)
    }

    /// The conditions that no case made false.
    pub fn never_false(&self) -> impl Iterator<Item = &ConditionCoverage> {
        self.conditions.iter().filter(|condition| condition.times_false == 0)
    }

    /// How many conditions were true in a case and false in another.
    pub fn covered(&self) -> usize {
        self.conditions.iter().filter(|condition| condition.is_covered()).count()
    }
}
