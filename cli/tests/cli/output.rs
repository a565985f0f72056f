//! Where results are written, and what is said where they cannot be.

use crate::folder::{Folder, SOUND};

#[test]
fn a_report_that_cannot_be_written_is_told_once() {
    let folder = Folder::project(&[("a.rule", SOUND), ("folder/notes.txt", "")]);
    for format in ["text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"] {
        for (place, reason) in [("folder", "it is a folder"), ("no/such/file", "no such file")] {
            let run = folder.run(&["check", "--format", format, "-o", place]);
            assert_eq!(run.code, 2, "{format} {place}: {run}");
            assert_eq!(run.err.matches("error:").count(), 1, "{format} {place}: {run}");
            assert!(run.err.contains(reason), "{format} {place}: {run}");
        }
    }
}

/// Also where it is all that could be said of a project that cannot be read.
#[test]
fn what_could_not_be_read_is_told_beside_it() {
    let folder = Folder::project(&[("rulec.toml", "[lint]\n"), ("a.rule", SOUND)]);
    let run = folder.run(&["check", "--format", "json", "-o", "no/such/file"]);
    assert!(run.code == 2 && run.err.matches("error:").count() == 2, "{run}");
    assert!(run.err.contains("`lint`") && run.err.contains("`no/such/file`"), "{run}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_once() {
    let folder = Folder::project(&[("a.rule", "attribute x\n")]);
    for format in ["text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"] {
        let run = folder.run(&["check", "--format", format, "-o", "/dev/full"]);
        assert_eq!((run.code, run.err.matches("error:").count()), (2, 1), "{format}: {run}");
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rulec"))
            .args(["check", "--format", format])
            .current_dir(folder.path("."))
            .stdout(full)
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}: {errors}");
        assert_eq!(errors, "error: cannot write to standard output: no space left on device\n", "{format}");
    }
}

#[test]
fn a_dash_is_not_the_name_of_a_file_to_write() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    for arguments in
        [&["check", "-o", "-"][..], &["check", "--format", "json", "-o", "-"], &["compile", "-o", "-"]]
    {
        let run = folder.run(arguments);
        assert!(run.code == 2 && run.err.starts_with("error: `-` is not"), "{arguments:?}: {run}");
        assert_eq!(run.err.matches("error:").count(), 1, "{arguments:?}: {run}");
        assert!(!folder.path("-").exists(), "{arguments:?}");
    }
    assert_eq!(folder.run(&["compile", "-o", "./-"]).code, 0);
    assert!(folder.read("-").starts_with('{'));
}
