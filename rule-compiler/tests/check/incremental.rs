use rule_compiler::{Program, Settings};
use rule_lang::{Diagnostic, FileId, Source};

fn source(file: u32, text: &str) -> Source {
    Source::new(FileId(file), format!("{file}.rule"), text)
}

fn fresh(files: &[(u32, &str)]) -> Vec<Diagnostic> {
    let mut program = Program::new(Settings::default());
    let sources: Vec<Source> = files.iter().map(|(file, text)| source(*file, text)).collect();
    program.set_all(&sources);
    program.check().into_iter().cloned().collect()
}

/// Checks a history of texts in one program; each time the result is that of a fresh program.
#[track_caller]
fn history(steps: &[&[(u32, &str)]]) -> Vec<usize> {
    let mut program = Program::new(Settings::default());
    let mut known: Vec<u32> = Vec::new();
    let mut checked = Vec::new();
    for step in steps {
        for (file, text) in *step {
            program.set(&source(*file, text));
        }
        for file in &known {
            if !step.iter().any(|(other, _)| other == file) {
                program.remove(FileId(*file));
            }
        }
        known = step.iter().map(|(file, _)| *file).collect();
        let found: Vec<Diagnostic> = program.check().into_iter().cloned().collect();
        assert_eq!(found, fresh(step), "{step:#?}");
        checked.push(program.items_checked());
    }
    checked
}

const TYPES: &str = "attribute tier: enum[\"a\", \"b\"]\nattribute vip: bool\nqueue \"Q\"\n";
const OTHER: &str = "rule \"other\" { queue: \"Q\", when priority > 1 }\n";
const USER: &str = "rule \"tier\" { queue: \"Q\", when tier == \"b\" and vip }\n";

#[test]
fn nothing_is_checked_twice_without_need() {
    let files: &[(u32, &str)] = &[(0, TYPES), (1, USER), (2, OTHER)];
    let changed: &[(u32, &str)] =
        &[(0, TYPES), (1, USER), (2, "rule \"other\" { queue: \"Q\", when priority > 2 }\n")];
    assert_eq!(history(&[files, files, changed]), [5, 0, 1]);
}

#[test]
fn a_changed_type_is_checked_where_it_is_used() {
    let narrower = TYPES.replace(", \"b\"", "");
    let files: &[(u32, &str)] = &[(0, TYPES), (1, USER), (2, OTHER)];
    let changed: &[(u32, &str)] = &[(0, &narrower), (1, USER), (2, OTHER)];
    assert_eq!(history(&[files, changed, files]), [5, 4, 4]);
}

#[test]
fn a_moved_declaration_is_labelled_where_it_is() {
    let narrower = TYPES.replace(", \"b\"", "");
    let moved = format!("// moved\n{narrower}");
    history(&[
        &[(0, &narrower), (1, USER), (2, OTHER)],
        &[(0, &moved), (1, USER), (2, OTHER)],
        &[(0, TYPES), (1, USER), (2, OTHER)],
    ]);
}

#[test]
fn names_come_and_go() {
    history(&[
        &[(1, USER), (2, OTHER)],
        &[(0, TYPES), (1, USER), (2, OTHER)],
        &[(0, "attribute ter: string\n"), (1, USER)],
        &[(0, TYPES), (1, "condition vip = tier exists\n"), (3, USER)],
        &[(0, TYPES), (3, USER)],
        &[],
        &[(0, "skill a\n"), (1, "rule \"R\" { queue: \"Q\", when skill has b }\n")],
        &[(1, "rule \"R\" { queue: \"Q\", when skill has b }\n")],
        &[(0, "skill b { name: \"B b\" }\n"), (1, "rule \"R\" { queue: \"Q\", when skill has \"B b\" }\n")],
        &[(0, "skill b { name: \"B c\" }\n"), (1, "rule \"R\" { queue: \"Q\", when skill has \"B b\" }\n")],
    ]);
}

#[test]
fn depth_follows_the_conditions_it_passes() {
    let rule = "queue \"Q\"\nrule \"R\" { queue: \"Q\", when (c2 or priority == 1) and priority < 9 }\n";
    let middle = "condition c2 = not c1\n";
    let shallow = "condition c1 = priority > 1\n";
    let mut deep = "priority > 1".to_owned();
    for _ in 0..8 {
        deep = format!("not ({deep} or language == \"x\")");
    }
    let deep = format!("condition c1 = {deep}\n");
    let steps = history(&[
        &[(0, rule), (1, middle), (2, shallow), (3, OTHER)],
        &[(0, rule), (1, middle), (2, &deep), (3, OTHER)],
        &[(0, rule), (1, middle), (2, shallow), (3, OTHER)],
        &[(0, rule), (1, "condition c2 = c1 and c3\ncondition c3 = c2\n"), (2, shallow), (3, OTHER)],
        &[(0, rule), (1, middle), (2, "condition c1 = c2\n"), (3, OTHER)],
        &[(0, rule), (1, middle), (3, OTHER)],
    ]);
    assert_eq!(steps[1], 4);
}

#[test]
fn tests_follow_the_rules_that_they_expect() {
    let test = "test \"t\" { given {} expect \"other\" }\n";
    history(&[
        &[(0, TYPES), (1, test), (2, OTHER)],
        &[(0, TYPES), (1, test)],
        &[
            (0, "queue \"Q\"\nqueue \"P\"\n"),
            (1, test),
            (2, OTHER),
            (3, "rule \"other\" { queue: \"P\", when priority > 1 }\n"),
        ],
        &[
            (0, "queue \"Q\"\n"),
            (1, test),
            (2, OTHER),
            (3, "rule \"other\" { queue: \"P\", when priority > 1 }\n"),
        ],
        &[
            (0, "queue \"Q\"\nqueue \"P\"\n"),
            (1, test),
            (2, OTHER),
            (3, "rule \"other\" { queue: \"Q\", when priority > 1 }\n"),
        ],
    ]);
}

#[test]
fn the_order_in_which_files_come_makes_no_difference() {
    let files =
        [(0, TYPES), (1, "attribute vip: int\n"), (2, USER), (3, "condition c = d\ncondition d = c\n")];
    let mut backwards = Program::new(Settings::default());
    for (file, text) in files.iter().rev() {
        backwards.set(&source(*file, text));
    }
    let found: Vec<Diagnostic> = backwards.check().into_iter().cloned().collect();
    assert_eq!(found, fresh(&files));
}
