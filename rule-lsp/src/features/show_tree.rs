//! A rule's compiled tree, as the platform gets it.

use rule_compiler::{ItemId, Program};
use rule_lang::tree::ItemKind;
use rule_lang::{FileId, SourceMap};

use super::answer::{Answer, first_error};

/// The tree of the rule of that name in a file; of several, the one whose name stands nearest to an offset.
pub(crate) fn show_tree(
    program: &Program,
    sources: &SourceMap,
    file: FileId,
    rule: &str,
    offset: u32,
) -> Answer {
    let Some(item) = find(program, file, rule, offset) else {
        return Answer::error(format!("the file has no rule `{rule}` that could be read"));
    };
    let Some(compiled) = program.compile_one(item) else {
        return Answer::error(why_not(program, sources, rule));
    };
    let expression = &compiled.body.expression;
    match (serde_json::to_string_pretty(expression), serde_json::to_value(expression)) {
        (Ok(text), Ok(tree)) => Answer { ok: true, text, result: Some(("tree", tree)) },
        (Err(error), _) | (_, Err(error)) => Answer::error(error.to_string()),
    }
}

fn find(program: &Program, file: FileId, rule: &str, offset: u32) -> Option<ItemId> {
    let tree = program.tree(file)?;
    let named = (0..).zip(&tree.items).filter_map(|(index, item)| match item.kind {
        ItemKind::Rule { name, .. } if tree.string(name) == rule => {
            Some((name.0.start.abs_diff(offset), ItemId { file, index }))
        }
        _ => None,
    });
    named.min().map(|(_, item)| item)
}

fn why_not(program: &Program, sources: &SourceMap, rule: &str) -> String {
    let why = first_error(program, sources).map(|error| format!("; {error}"));
    format!("the rule `{rule}` cannot be compiled{}", why.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    fn show(text: &str, rule: &str) -> Answer {
        let fixture = Fixture::new(text);
        show_tree(&fixture.program, &fixture.sources, fixture.file, rule, fixture.offset)
    }

    #[test]
    fn the_tree_is_that_which_is_sent() {
        let answer = show("rule \"R\" { queue: \"Q\", when not priority > 5 }\nrule \"B\" {", "R");
        let (name, tree) = answer.result.unwrap();
        assert!(answer.ok && name == "tree");
        assert_eq!(tree["type"], "not");
        assert_eq!(tree["children"][0]["value"], 5);
        assert!(answer.text.starts_with("{\n  \"type\": \"not\""), "{}", answer.text);
    }

    #[test]
    fn of_two_rules_of_one_name_the_nearest_is_shown() {
        let text = "rule \"R\" { queue: \"P\", when priority > 1 }\n$0rule \"R\" { queue: \"Q\", when priority > 2 }";
        assert_eq!(show(text, "R").result.unwrap().1["value"], 2);
    }

    #[test]
    fn where_there_is_none_it_is_said_why() {
        let answer = show("condition a = a\nrule \"R\" { queue: \"Q\", when a }", "R");
        assert!(
            !answer.ok
                && answer.text.starts_with("the rule `R` cannot be compiled; the first error: 0.rule:")
        );
        assert!(show("skill x", "R").text.contains("no rule `R`"));
    }
}
