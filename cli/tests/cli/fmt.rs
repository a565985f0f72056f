//! `rulec fmt`.

use insta::assert_snapshot;

use crate::folder::{Folder, SOUND};

const UGLY: &str = "skill   a // why\nskill b\n";

#[test]
fn files_are_formatted_in_place() {
    let folder = Folder::project(&[("a.rule", UGLY), ("b.rule", SOUND)]);
    assert_snapshot!(folder.run(&["fmt"]));
    assert_eq!(folder.read("a.rule"), "skill a // why\nskill b\n");
    assert_eq!(folder.run(&["fmt"]).err, "2 files already formatted\n");
}

#[test]
fn check_names_what_would_change_and_changes_nothing() {
    let folder = Folder::project(&[("a.rule", UGLY), ("b.rule", SOUND)]);
    assert_snapshot!(folder.run(&["fmt", "--check"]));
    assert_eq!(folder.read("a.rule"), UGLY);
    assert_eq!(folder.run(&["fmt", "--check", "b.rule"]).code, 0);
}

#[test]
fn a_diff_shows_the_change_and_makes_none() {
    let folder = Folder::project(&[("a.rule", UGLY)]);
    assert_snapshot!(folder.run(&["fmt", "--diff"]));
    assert_eq!(folder.read("a.rule"), UGLY);
}

#[test]
fn a_file_with_a_syntax_error_is_left_as_it_is() {
    let folder = Folder::project(&[("a.rule", "skill   a\ncondition = = 1\n"), ("b.rule", UGLY)]);
    assert_snapshot!(folder.run(&["fmt"]));
    assert_eq!(folder.read("a.rule"), "skill   a\ncondition = = 1\n");
    assert_eq!(folder.read("b.rule"), "skill a // why\nskill b\n");
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    let folder = Folder::new(&[]);
    let run = folder.run_with(UGLY, &["fmt", "-"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "skill a // why\nskill b\n", ""));
    let run = folder.run_with(UGLY, &["fmt", "--check", "-", "--stdin-filename", "a.rule"]);
    assert_eq!((run.code, run.out.as_str()), (1, "a.rule\n"));
    let run = folder.run_with("skill\n", &["fmt", "-"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
}
