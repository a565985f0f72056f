//! What can be done with a declaration, shown above it: a test is run, a rule's tree is shown.

use rule_compiler::Program;
use rule_lang::tree::{EntryKind, ItemKind};
use rule_lang::{FileId, Span};

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeLens {
    /// The name that it is shown above.
    pub(crate) span: Span,
    /// What is done.
    pub(crate) action: Action,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// A test, or one of its cases, is run.
    RunTest {
        /// The test.
        test: String,
        /// The case's label.
        case: Option<String>,
    },
    /// A rule's compiled tree is shown.
    ShowTree {
        /// The rule.
        rule: String,
    },
}

/// What can be done with the declarations of a file that could be read.
pub(crate) fn code_lenses(program: &Program, file: FileId) -> Vec<CodeLens> {
    let Some(tree) = program.tree(file) else { return Vec::new() };
    let mut lenses = Vec::new();
    for item in &tree.items {
        match item.kind {
            ItemKind::Rule { name, .. } => {
                let action = Action::ShowTree { rule: tree.string(name).into_owned() };
                lenses.push(CodeLens { span: tree.span(name.0), action });
            }
            ItemKind::Test { name, body } => {
                let test = tree.string(name).into_owned();
                lenses.push(CodeLens {
                    span: tree.span(name.0),
                    action: Action::RunTest { test: test.clone(), case: None },
                });
                for entry in item.nodes.entries(body.entries) {
                    if let EntryKind::Case { label, .. } = entry.kind {
                        let case = Some(tree.string(label).into_owned());
                        lenses.push(CodeLens {
                            span: tree.span(label.0),
                            action: Action::RunTest { test: test.clone(), case },
                        });
                    }
                }
            }
            _ => {}
        }
    }
    lenses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    #[test]
    fn tests_cases_and_rules_that_can_be_read_have_one_each() {
        let fixture = Fixture::of(&[
            "rule \"R\" { queue: \"Q\", when skill exists }\nrule \"B\" { when and }\ntest \"t\" { given { } case \"c\" { expect none } }",
            "test \"",
        ]);
        let lenses = code_lenses(&fixture.program, FileId(0));
        let run =
            |case: Option<&str>| Action::RunTest { test: "t".to_owned(), case: case.map(str::to_owned) };
        let shown: Vec<_> = lenses.iter().map(|lens| fixture.shown(lens.span)).collect();
        assert_eq!(shown, ["0:1 \"R\"", "0:3 \"t\"", "0:3 \"c\""]);
        let actions: Vec<_> = lenses.into_iter().map(|lens| lens.action).collect();
        assert_eq!(actions, [Action::ShowTree { rule: "R".to_owned() }, run(None), run(Some("c"))]);
    }
}
