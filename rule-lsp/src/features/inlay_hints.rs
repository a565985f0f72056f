//! What is said between the words of a text: how deep a rule near its limit is, and what a named condition amounts to.

use rule_compiler::{ItemId, Program};
use rule_lang::tree::{EntryKind, ItemKind};
use rule_lang::{FileId, Span};

/// From how many hundredths of the allowed depth on a rule's depth is shown.
const NEAR: u64 = 80;

/// Something that is shown in the text and not part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InlayHint {
    /// Where.
    pub(crate) offset: u32,
    /// What.
    pub(crate) label: String,
    /// More about it.
    pub(crate) tooltip: String,
    /// Whether it stands for the type of the name before it.
    pub(crate) is_type: bool,
}

/// The hints of a range of a file.
pub(crate) fn inlay_hints(program: &Program, file: FileId, range: Span) -> Vec<InlayHint> {
    let Some(tree) = program.tree(file) else { return Vec::new() };
    let first = tree.items.partition_point(|item| item.range.end < range.start);
    let most = program.settings().max_depth;
    let mut hints = Vec::new();
    for (index, item) in
        (0..).zip(&tree.items).skip(first).take_while(|(_, item)| item.range.start <= range.end)
    {
        let Some(shape) = program.shape_of(ItemId { file, index }) else { continue };
        let nodes = format!("{} nodes on the platform, of {most} allowed levels", shape.nodes);
        match item.kind {
            // A condition that goes in a circle amounts to nothing.
            ItemKind::Condition { name, .. }
                if program.symbols().condition_shape(tree.name(name)).is_some() =>
            {
                let deep = if shape.depth > 1 { format!(", {} deep", shape.depth) } else { String::new() };
                hints.push(InlayHint {
                    offset: name.0.end,
                    label: format!(": bool{deep}"),
                    tooltip: nodes,
                    is_type: true,
                });
            }
            ItemKind::Rule { body, .. } if u64::from(shape.depth) * 100 >= u64::from(most) * NEAR => {
                let entries = item.nodes.entries(body.entries);
                let when = entries.iter().find(|entry| matches!(entry.kind, EntryKind::When { .. }));
                hints.extend(when.map(|when| InlayHint {
                    offset: when.range.start + 4,
                    label: format!("depth {} of {most}", shape.depth),
                    tooltip: nodes,
                    is_type: false,
                }));
            }
            _ => {}
        }
    }
    hints.retain(|hint| range.start <= hint.offset && hint.offset <= range.end);
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    fn shown(text: &str, range: std::ops::Range<u32>) -> Vec<String> {
        let fixture = Fixture::of(&[text, "rule \"broken\" { when and ("]);
        let span = Span::new(fixture.file, range.start, range.end);
        let line = |hint: InlayHint| format!("{}{}", &text[..hint.offset as usize], hint.label);
        inlay_hints(&fixture.program, fixture.file, span).into_iter().map(line).collect()
    }

    /// A condition with so many levels.
    fn deep(levels: u32) -> String {
        (2..levels).fold("not language exists".to_owned(), |inner, _| format!("not ({inner})"))
    }

    #[test]
    fn a_rule_near_the_limit_says_how_deep_it_is() {
        let rule = |levels| format!("rule \"R\" {{ queue: \"Q\", when {} }}", deep(levels));
        assert_eq!(shown(&rule(8), 0..999), ["rule \"R\" { queue: \"Q\", whendepth 8 of 10"]);
        assert_eq!(shown(&rule(12), 0..999), ["rule \"R\" { queue: \"Q\", whendepth 12 of 10"]);
        assert!(shown(&rule(7), 0..999).is_empty());
    }

    #[test]
    fn a_named_condition_says_what_it_amounts_to() {
        assert_eq!(shown("condition c = language exists", 0..99), ["condition c: bool"]);
        assert_eq!(shown(&format!("condition c = {}", deep(4)), 0..99), ["condition c: bool, 4 deep"]);
        assert!(shown("condition c = not c", 0..99).is_empty());
        assert!(shown("condition c = and", 0..99).is_empty());
    }

    #[test]
    fn only_what_is_asked_for_is_answered() {
        let text = "condition a = language exists\nrule \"x\" {\ncondition b = language exists";
        assert_eq!(shown(text, 30..99).len(), 1);
        assert_eq!(shown(text, 0..12).len(), 1);
        assert!(shown(text, 12..40).is_empty());
    }
}
