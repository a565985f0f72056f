//! `rulec compile`.

use insta::assert_snapshot;

use crate::folder::{Folder, SOUND};

#[test]
fn the_bundle_goes_to_standard_output() {
    assert_snapshot!(Folder::project(&[("a.rule", SOUND)]).run(&["compile"]));
}

#[test]
fn one_rule_is_printed_as_it_is_sent() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    assert_snapshot!(folder.run(&["compile", "--rule", "VIP"]));
    assert_snapshot!("a_misspelt_rule", folder.run(&["compile", "--rule", "VIPs"]));
    assert_eq!(folder.run(&["compile", "--rule", "VIP", "--queue", "Support"]).code, 0);
    assert_snapshot!("a_wrong_queue", folder.run(&["compile", "--rule", "VIP", "--queue", "Sales"]));
}

#[test]
fn a_file_may_take_the_bundle() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    let run = folder.run(&["compile", "-o", "out.json"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", "wrote `out.json`\n"));
    assert_eq!(folder.read("out.json"), folder.run(&["compile"]).out);
    assert_eq!(folder.run(&["compile", "-o", "no/such/folder.json"]).code, 2);
}

#[test]
fn rules_with_errors_give_no_bundle() {
    let run = Folder::project(&[("a.rule", "condition c = nothing_known\n")]).run(&["compile"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("error[E0101]"), "{run}");
}

#[test]
fn a_file_that_cannot_be_read_gives_no_bundle() {
    let run = Folder::project(&[("a.rule", SOUND)]).run(&["compile", "a.rule", "nowhere.rule"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run}");
}

#[test]
fn several_projects_are_refused() {
    let folder = Folder::new(&[
        ("one/rulec.toml", ""),
        ("one/a.rule", SOUND),
        ("two/rulec.toml", ""),
        ("two/a.rule", SOUND),
    ]);
    assert_snapshot!(folder.run(&["compile", "one", "two"]));
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_mistake() {
    use std::process::{Command, Stdio};
    let rules: String = (0..3_000)
        .map(|number| format!("rule \"R{number}\" {{ queue: \"Q\", when language == \"l{number}\" }}\n"))
        .collect();
    let folder = Folder::project(&[("a.rule", &format!("queue \"Q\" {{ external: true }}\n{rules}"))]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_rulec"))
        .arg("compile")
        .current_dir(folder.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_written_straight_and_stays() {
    use std::os::unix::fs::FileTypeExt;
    let folder = Folder::project(&[("a.rule", SOUND)]);
    let pipe = folder.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Open for both, so that neither side waits for the other; the bundle is smaller than what a pipe holds.
    let mut reader = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let run = folder.run(&["compile", "-o", "pipe"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo(), "the pipe was replaced");
    let mut first = [0];
    std::io::Read::read_exact(&mut reader, &mut first).unwrap();
    assert_eq!(first, *b"{");
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_written() {
    let folder = Folder::project(&[("a.rule", SOUND), ("out/old.json", "old")]);
    std::os::unix::fs::symlink("out/old.json", folder.path("link")).unwrap();
    std::os::unix::fs::symlink("out/new.json", folder.path("dangling")).unwrap();
    for (link, file) in [("link", "out/old.json"), ("dangling", "out/new.json")] {
        let run = folder.run(&["compile", "-o", link]);
        assert_eq!(run.code, 0, "{run}");
        assert!(std::fs::symlink_metadata(folder.path(link)).unwrap().is_symlink());
        assert!(folder.read(file).starts_with('{'), "{file}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_the_project_is_never_overwritten() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    std::os::unix::fs::symlink("a.rule", folder.path("link")).unwrap();
    for target in ["a.rule", "./a.rule", "link", "rulec.toml"] {
        let run = folder.run(&["compile", "-o", target]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains("is a file of this project"), "{run}");
    }
    assert_eq!(folder.read("a.rule"), SOUND);
    assert_eq!(folder.read("rulec.toml"), "");
}
