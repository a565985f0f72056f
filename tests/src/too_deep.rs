//! What the checker says of the depth of rules.

use rule_lang::tree::ItemKind;

use crate::project::Project;

/// The depth that the checker's error names for a rule; nothing where it has none.
pub fn depth_named_for(project: &Project, rule: &str) -> Option<u64> {
    for tree in project.program.trees() {
        let item = tree
            .items
            .iter()
            .find(|item| matches!(item.kind, ItemKind::Rule { name, .. } if tree.string(name) == rule));
        let Some(item) = item else { continue };
        let inside = |found: &&&rule_lang::Diagnostic| {
            let span = found.primary.span;
            span.file == tree.file && span.start >= item.range.start && span.end <= item.range.end
        };
        let found = project.errors();
        let found = found.iter().filter(|found| found.code.id == "E0401").find(inside)?;
        // The first number of the message is the actual depth, the second the limit.
        let numbers: Vec<u64> = found
            .message
            .split(|character: char| !character.is_ascii_digit())
            .filter_map(|word| word.parse().ok())
            .collect();
        assert!(numbers.contains(&10), "the message names the limit: {}", found.message);
        return numbers.first().copied();
    }
    panic!("no rule is called {rule}")
}
