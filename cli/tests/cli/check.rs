//! `rulec check`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::{Folder, SOUND};

const WRONG: &str = r#"queue "Support" { external: true }

rule "English" {
  queue: "Suport"
  when language = "en" && priority >= "5"
}
"#;

#[test]
fn a_sound_project_is_told_in_one_line() {
    assert_snapshot!(Folder::project(&[("rules/a.rule", SOUND)]).run(&["check"]));
}

#[test]
fn quiet_says_nothing_of_a_sound_project() {
    let run = Folder::project(&[("a.rule", SOUND)]).run(&["check", "--quiet"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
}

#[test]
fn every_mistake_of_every_file_is_shown() {
    assert_snapshot!(Folder::project(&[("a.rule", SOUND), ("b.rule", WRONG)]).run(&["check"]));
}

#[test]
fn one_file_of_a_project_is_checked_with_the_others_and_alone_reported_on() {
    let folder = Folder::project(&[
        ("names.rule", "attribute vip: bool\nattribute unused: bool\n"),
        (
            "rules.rule",
            "condition c = vip\nqueue \"Q\" { external: true }\nrule \"R\" { queue: \"Q\", when c }\n",
        ),
    ]);
    let run = folder.run(&["check", "rules.rule"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(run.err, "checked 1 file: no problems\n");
    assert!(folder.run(&["check", "names.rule"]).out.contains("W0101"));
}

#[test]
fn warnings_pass_unless_they_are_denied() {
    let folder = Folder::project(&[("a.rule", "attribute vip: bool\n")]);
    assert_snapshot!(folder.run(&["check"]));
    assert_eq!(folder.run(&["check", "--error-on-warning"]).code, 1);
    assert_eq!(folder.run(&["check", "--deny-warnings"]).code, 1, "as it was called before");
    folder.write("rulec.toml", "[lints]\nunused-attribute = \"deny\"\n");
    assert_eq!(folder.run(&["check"]).code, 1);
    folder.write("rulec.toml", "[lints]\nunused-attribute = \"allow\"\n");
    assert_eq!(folder.run(&["check"]).out, "");
}

#[test]
fn json_has_everything_and_is_always_json() {
    let folder = Folder::project(&[("a.rule", WRONG)]);
    let run = folder.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert_snapshot!(run.out);

    folder.write("rulec.toml", "[lint]\n");
    let run = folder.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 2);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["failures"][0]["file"], "rulec.toml");

    let run = folder.run(&["check", "--format", "json", "nowhere.rule"]);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["failures"][0]["file"], "nowhere.rule");
}

#[test]
fn json_places_count_characters_for_people_and_bytes_for_programs() {
    let folder = Folder::new(&[("a.rule", "condition é = 1\ncondition c = \"ä\" = 1\n")]);
    let run = folder.run(&["check", "--format", "json"]);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    for found in json["diagnostics"].as_array().unwrap() {
        let span = &found["span"];
        let before = &folder.read("a.rule")[..usize::try_from(span["start"].as_u64().unwrap()).unwrap()];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        assert_eq!(span["column"], before[line_start..].chars().count() + 1, "{found}");
    }
}

#[test]
fn standard_input_stands_for_a_file_of_the_project() {
    let folder = Folder::project(&[
        ("names.rule", "attribute vip: bool\nqueue \"Q\" { external: true }\n"),
        ("rules.rule", "this is what is saved"),
    ]);
    let run = folder.run_with(
        "rule \"R\" { queue: \"Q\", when vpi }\n",
        &["check", "-", "--stdin-filename", "rules.rule"],
    );
    assert_snapshot!(run);
}

#[test]
fn standard_input_alone_is_a_program_of_its_own() {
    let run = Folder::project(&[]).run_with(SOUND, &["check", "-"]);
    assert_eq!((run.code, run.err.as_str()), (0, "checked 1 file: no problems\n"), "{run}");
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_checked() {
    assert_snapshot!(Folder::new(&[("a.rule", SOUND)]).run(&["check", "a.rule", "nowhere.rule"]));
}

#[test]
fn a_folder_without_rules_is_an_error() {
    assert_snapshot!(Folder::new(&[("notes.txt", "")]).run(&["check"]));
}

#[test]
fn more_than_can_be_read_is_cut_short_and_counted() {
    let many: String = (0..300).map(|number| format!("attribute a{number}: bool\n")).collect();
    let run = Folder::new(&[("a.rule", &many)]).run(&["check"]);
    assert!(run.out.ends_with("… and 100 more; `--format json` has them all\n\n"), "{}", run.out);
    assert_eq!(run.err, "checked 1 file: 300 warnings\n");
}

#[test]
fn two_projects_are_two_programs() {
    let folder = Folder::new(&[
        ("one/rulec.toml", ""),
        ("one/a.rule", SOUND),
        ("two/rulec.toml", ""),
        ("two/a.rule", SOUND),
    ]);
    let run = folder.run(&["check", "one", "two"]);
    assert_eq!((run.code, run.err.as_str()), (0, "checked 2 files: no problems\n"), "{run}");
}

#[test]
fn colours_follow_the_option_and_the_variable() {
    let folder = Folder::new(&[("a.rule", WRONG)]);
    assert!(!folder.run(&["check"]).out.contains('\u{1b}'));
    assert!(folder.run(&["check", "--color", "always"]).out.contains('\u{1b}'));
    assert!(!folder.run(&["check", "--color", "never"]).out.contains('\u{1b}'));
}

#[test]
fn the_mistake_comes_before_what_explains_it() {
    let text = "attribute f: int\n\n\n\n\n\ncondition c = f >= \"3\"\n";
    let run = Folder::project(&[("a.rule", text)]).run(&["check"]);
    let places: Vec<_> = run.out.match_indices("[a.rule:").map(|(at, _)| &run.out[at..at + 12]).collect();
    assert_eq!(places[places.len() - 2..], ["[a.rule:7:20", "[a.rule:1:14"], "{run}");
}

#[test]
fn files_outside_a_project_are_told_that_there_is_none() {
    let files = [("a.rule", "queue \"Q\"\nrule \"R\" { queue: \"Q\", when zzz }\n")];
    assert!(Folder::new(&files).run(&["check"]).err.contains("no `rulec.toml` was found upwards"));
    assert!(!Folder::project(&files).run(&["check"]).err.contains("rulec.toml"));
}

#[test]
fn the_files_without_a_project_are_named_and_nothing_is_said_of_the_others() {
    let wrong = "queue \"Q\"\nrule \"R\" { queue: \"Q\", when zzz }\n";
    let folder = Folder::new(&[
        ("one/rulec.toml", ""),
        ("one/a.rule", wrong),
        ("lone/a.rule", wrong),
        ("lone/b.rule", "condition c = yyy\n"),
        ("lone/c.rule", "skill x\n"),
    ]);
    let one = folder.run(&["check", "one", "lone/a.rule"]).err;
    assert!(one.contains("found upwards of `lone/a.rule`, so nothing was read with it that"), "{one}");
    let two = folder.run(&["check", "one", "lone"]).err;
    assert!(two.contains("found upwards of `lone/a.rule` and `lone/b.rule`, so nothing"), "{two}");
}

#[test]
fn standard_input_without_a_name_is_told_how_to_belong_to_a_project() {
    let folder = Folder::project(&[("a.rule", "attribute vip: bool\n")]);
    let input = "queue \"Q\"\nrule \"R\" { queue: \"Q\", when vip }\n";
    let run = folder.run_with(input, &["check", "-"]);
    assert!(run.err.contains("`--stdin-filename FILE` makes it a file of its project"), "{run}");
    assert!(!run.err.contains("rulec.toml"), "{run}");
    let run = folder.run_with(input, &["check", "-", "--stdin-filename", "b.rule"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn what_git_ignores_is_left_out_unless_it_is_named() {
    let folder = Folder::project(&[("a.rule", SOUND), ("old/b.rule", WRONG), (".gitignore", "old/\n")]);
    assert_eq!(folder.run(&["check"]).err, "checked 1 file: no problems\n");
    assert_eq!(folder.run(&["check", "old/b.rule"]).code, 1);
}

#[test]
fn a_finding_is_silenced_by_a_comment_that_says_why_and_is_told_where_it_silences_nothing() {
    let folder = Folder::project(&[
        ("a.rule", "attribute ivr: string // rulec: allow(unused-attribute) filled in by the IVR\n"),
        ("b.rule", "// rulec: allow(unused-attribute)\nattribute path: string\n"),
        (
            "c.rule",
            "queue \"Q\" { external: true } // rulec: allow(unused-skill) of old\nrule \"R\" { queue: \"Q\", when priority == 1 }\n",
        ),
    ]);
    let run = folder.run(&["check", "--format", "github"]);
    assert_eq!(run.code, 0);
    let codes: Vec<&str> =
        run.out.lines().filter_map(|line| line.strip_prefix("::warning title=")?.split(' ').next()).collect();
    assert_eq!(codes, ["W0302", "W0301"], "{run}");
}
