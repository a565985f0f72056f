//! `rulec check --fix` and `--diff`.

use insta::assert_snapshot;

use crate::folder::Folder;

const FIXABLE: &str = r#"queue "Q" { external: true }
attribute vip: bool

rule "R" {
  queue: "Q"
  when vip = true && language == "en"
}
"#;

#[test]
fn what_has_one_right_answer_is_mended() {
    let folder = Folder::project(&[("a.rule", FIXABLE)]);
    assert_snapshot!(folder.run(&["check", "--fix"]));
    assert_snapshot!(folder.read("a.rule"));
    assert_eq!(folder.run(&["check"]).code, 0);
}

#[test]
fn a_diff_shows_the_change_and_makes_none() {
    let folder = Folder::project(&[("a.rule", FIXABLE)]);
    assert_snapshot!(folder.run(&["check", "--diff"]));
    assert_eq!(folder.read("a.rule"), FIXABLE);
}

#[test]
fn line_ends_and_the_byte_order_mark_stay() {
    let windows = format!("\u{feff}{}", FIXABLE.replace('\n', "\r\n"));
    let folder = Folder::project(&[("a.rule", &windows)]);
    assert_eq!(folder.run(&["check", "--fix"]).code, 0);
    let mended = windows.replace("vip = true &&", "vip == true and");
    assert_eq!(folder.read("a.rule"), mended);
}

#[test]
fn only_the_files_that_are_named_are_mended() {
    let folder = Folder::project(&[
        ("a.rule", "condition a = priority = 1\n"),
        ("b.rule", "condition b = priority = 2\n"),
    ]);
    folder.run(&["check", "--fix", "a.rule"]);
    assert_eq!(folder.read("a.rule"), "condition a = priority == 1\n");
    assert_eq!(folder.read("b.rule"), "condition b = priority = 2\n");
}

#[test]
fn standard_input_is_mended_to_standard_output() {
    let run = Folder::new(&[]).run_with("condition a = priority = 1\n", &["check", "--fix", "-"]);
    assert_eq!(run.out, "condition a = priority == 1\n", "{run}");
}

#[test]
fn what_is_only_likely_meant_is_mended_on_demand() {
    let text = "attribute vip: bool\nqueue \"Q\" { external: true }\nrule \"R\" { queue: \"Q\", when vpi }\n";
    let folder = Folder::project(&[("a.rule", text)]);
    folder.run(&["check", "--fix"]);
    assert_eq!(folder.read("a.rule"), text);
    let run = folder.run(&["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(folder.read("a.rule").contains("when vip }"), "{}", folder.read("a.rule"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_not_written_through() {
    let folder = Folder::new(&[("project/rulec.toml", ""), ("outside.rule", "condition a = priority = 1\n")]);
    std::os::unix::fs::symlink(folder.path("outside.rule"), folder.path("project/link.rule")).unwrap();
    let run = folder.run(&["check", "--fix", "project/link.rule"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("outside the project; it is left as it is"), "{run}");
    assert_eq!(folder.read("outside.rule"), "condition a = priority = 1\n");
}

#[test]
fn thousands_of_fixes_that_touch_are_all_made() {
    let items = vec!["\"x\""; 3_000].join(", ");
    let folder = Folder::project(&[("a.rule", &format!("condition a = language in [{items}, \"y\"]\n"))]);
    let run = folder.run(&["check", "--fix"]);
    assert_eq!(folder.read("a.rule"), "condition a = language in [\"x\", \"y\"]\n", "{run}");
}

#[test]
fn what_this_run_could_not_write_is_not_promised_to_the_next() {
    let folder = Folder::project(&[("a.rule", "condition a = priority = 1\n")]);
    let path = folder.path("a.rule");
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let run = folder.run(&["check", "--fix", "--unsafe-fixes"]);
    assert!(run.code == 2 && run.err.contains("read-only") && !run.err.contains("mends"), "{run}");
}

#[test]
fn all_that_is_promised_is_done_however_many_mistakes_a_declaration_has() {
    let text = "attribute vip: bool\nqueue \"S\"\nrule 'R' {\n  queue 'S';\n  priority 5\n  when vip = true && !vip;\n}\n";
    let folder = Folder::project(&[("a.rule", text)]);
    assert!(folder.run(&["check"]).err.contains("`rulec check --fix` mends "));
    let run = folder.run(&["check", "--fix"]);
    assert!(!run.out.contains("--fix"), "{run}");
    assert_eq!(
        folder.read("a.rule"),
        "attribute vip: bool\nqueue \"S\"\nrule \"R\" {\n  queue: \"S\"\n  priority: 5\n  when vip == true and not vip\n}\n"
    );
}
