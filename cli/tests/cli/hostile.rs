//! Files that nobody means to write: an error or a diagnostic each, in bounded time and memory.

use std::fs;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::folder::{Folder, SOUND};

/// Far more than any of it takes, even where tests are not optimized and share their cores.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn bytes_that_are_no_text_are_shown_where_they_stand() {
    let folder = Folder::new(&[]);
    folder.write("latin.rule", b"skill a\nskill caf\xe9 // and more\nskill b\n");
    folder.write("utf16.rule", b"\xff\xfes\x00k\x00");
    folder.write("cut.rule", b"skill a\n\xe2\x82");
    assert_snapshot!(folder.run(&["check"]));
    let before = fs::read(folder.path("latin.rule")).unwrap();
    assert_eq!(folder.run(&["check", "--fix", "--unsafe-fixes"]).code, 1);
    assert_eq!(folder.run(&["fmt"]).code, 1);
    assert_eq!(fs::read(folder.path("latin.rule")).unwrap(), before);
}

#[test]
fn utf_16_is_one_finding_and_the_rest_of_the_project_is_not_blamed() {
    let rule = "queue \"Q\"\nskill s\nrule \"R\" { queue: \"Q\", when a and b }\n";
    for mark in [&b""[..], b"\xff\xfe"] {
        let folder = Folder::project(&[("r.rule", rule)]);
        let wide: Vec<u8> = "attribute a: bool\n".bytes().flat_map(|byte| [byte, 0]).collect();
        folder.write("a.rule", [mark, wide.as_slice()].concat());
        let run = folder.run(&["check"]);
        assert!(run.out.contains("E0012") && run.out.contains("it looks like UTF-16"), "{run}");
        assert!(!run.out.contains("fix:") && run.err.contains("checked 2 files: 1 error\n"), "{run}");
        assert!(run.err.contains("not every file could be read"), "{run}");
        let run = folder.run(&["fmt"]);
        assert!(run.err.contains("1 file left as it is, not readable as text"), "{run}");
    }
}

#[test]
fn nothing_in_a_file_steers_the_terminal() {
    let folder =
        Folder::new(&[("a\u{1b}[31m.rule", "condition c = a\u{0}b == \"\u{1b}[31m\u{202e}\" = \u{7f}\n")]);
    for arguments in [&["check"][..], &["check", "nowhere\u{1b}[31m"]] {
        let run = folder.run(arguments);
        let text = format!("{run}");
        let bad: Vec<char> =
            text.chars().filter(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}').collect();
        assert!(bad.is_empty(), "{bad:?}: {text}");
    }
}

#[test]
fn json_stays_json_whatever_the_file_holds() {
    let folder = Folder::new(&[]);
    folder.write("a.rule", b"condition c = \x00 == \"\x1b\\ud800\" = \xff\n");
    folder.write("b.rule", "condition c = \u{0} == \"\u{1b}\\ud800\u{2028}\" = \u{7f}\n");
    let run = folder.run(&["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(!json["diagnostics"].as_array().unwrap().is_empty());
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let run = Folder::project(&[("a.rule", "\u{feff}attribute x: int\n")]).run(&["check"]);
    assert!(run.out.contains("[a.rule:1:11]"), "{run}");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    let windows = format!("\u{feff}{}", SOUND.replace('\n', "\r\n"));
    assert_eq!(Folder::new(&[("a.rule", &windows)]).run(&["check"]).code, 0);
}

#[test]
fn an_empty_file_is_a_program() {
    for text in ["", "\n", "\u{feff}", "\r\n\r\n", "// just this"] {
        let run = Folder::new(&[("a.rule", text)]).run(&["check"]);
        assert_eq!(run.code, 0, "{text:?}: {run}");
    }
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let folder = Folder::new(&[("a.rule", SOUND)]);
    // Takes no room on the disk, and would take 50 MB to read.
    fs::File::create(folder.path("huge.rule")).unwrap().set_len(50_000_000).unwrap();
    assert_snapshot!(folder.run(&["check"]));
    assert_eq!(folder.run(&["fmt", "--check", "huge.rule"]).code, 1);
}

#[test]
fn standard_input_over_the_limit_is_not_kept() {
    let run = Folder::new(&[]).run_with("x".repeat(33 * 1024 * 1024), &["check", "-"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("E0013"), "{run}");
}

#[test]
fn one_line_of_megabytes_is_shown_by_the_part_that_matters() {
    let started = Instant::now();
    let line = format!("condition c = language in [{}\"é\"] = 1", "\"é\", ".repeat(1_500_000));
    let folder = Folder::new(&[("a.rule", &line)]);
    let run = folder.run(&["check"]);
    assert_eq!(run.code, 1);
    assert!(run.out.len() < 100_000, "{} bytes", run.out.len());
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn thousands_of_mistakes_on_one_line_stay_cheap() {
    let started = Instant::now();
    let folder = Folder::new(&[("a.rule", &"skill a ".repeat(20_000))]);
    let run = folder.run(&["check", "--format", "json"]);
    serde_json::from_str::<serde_json::Value>(&run.out).unwrap();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named_and_the_others_are_checked() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("a.rule", SOUND), ("secret.rule", SOUND)]);
    fs::set_permissions(folder.path("secret.rule"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(folder.path("secret.rule")).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let run = folder.run(&["check"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("cannot read `secret.rule`: permission denied"), "{run}");
    assert!(run.err.contains("checked 1 file: no problems"), "{run}");
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_and_a_folder_named_like_a_file_do_no_harm() {
    let folder = Folder::new(&[("x.rule/a.rule", SOUND)]);
    std::os::unix::fs::symlink(".", folder.path("loop")).unwrap();
    std::os::unix::fs::symlink("self.rule", folder.path("self.rule")).unwrap();
    let run = folder.run(&["check"]);
    assert_eq!((run.code, run.err.as_str()), (0, "checked 1 file: no problems\n"), "{run}");
    assert_eq!(folder.run(&["check", "x.rule"]).code, 0);
    let run = folder.run(&["check", "self.rule"]);
    assert_eq!(run.code, 2, "{run}");
}

#[test]
fn nesting_without_end_exhausts_nothing() {
    let started = Instant::now();
    let deep = 100_000;
    let folder = Folder::new(&[
        ("parentheses.rule", &format!("condition a = {}x{}", "(".repeat(deep), ")".repeat(deep))),
        ("unclosed.rule", &format!("condition b = {}", "(".repeat(deep))),
        ("nots.rule", &format!("condition c = {}x", "not ".repeat(deep))),
        ("lists.rule", &format!("condition d = x in {}", "[".repeat(deep))),
        ("blocks.rule", &"rule \"x\" { given ".repeat(deep)),
        ("comments.rule", &"/* ".repeat(deep)),
        ("almost.rule", &format!("condition e = {}priority == 1{}", "(".repeat(120), ")".repeat(120))),
    ]);
    for arguments in [
        &["check"][..],
        &["check", "--format", "json"],
        &["check", "--diff", "--unsafe-fixes"],
        &["fmt", "--check"],
        &["compile"],
        &["test"],
    ] {
        assert_eq!(folder.run(arguments).code, 1, "{arguments:?}");
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rulec"))
        .arg("compile")
        .current_dir(folder.path("."))
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "error: cannot write to standard output: no space left on device\n");
}

/// A pipe in a folder.
#[cfg(unix)]
fn pipe(folder: &Folder, name: &str) {
    assert!(std::process::Command::new("mkfifo").arg(folder.path(name)).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    pipe(&folder, "pipe.rule");
    for arguments in [
        &["check", "pipe.rule"][..],
        &["fmt", "pipe.rule"],
        &["eval", "pipe.rule"],
        &["eval", "--rules", "pipe.rule"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?} {run}");
        assert!(run.err.contains("not a regular file"), "{arguments:?} {run}");
    }
    let folder = Folder::new(&[("a.rule", SOUND)]);
    pipe(&folder, "rulec.toml");
    let run = folder.run(&["check"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("cannot read `rulec.toml`"), "{run}");
    let folder = Folder::new(&[("a.rule", SOUND), ("rulec.toml/x", "")]);
    assert_eq!(folder.run(&["check"]).code, 2);
}

#[cfg(unix)]
#[test]
fn line_ends_in_names_of_files_are_escaped() {
    let folder = Folder::project(&[("a\nerror: b.rule", "attribute")]);
    for arguments in [&["check"][..], &["fmt"], &["check", "no\nfile"], &["compile", "-o", "no\n/file"]] {
        let run = folder.run(arguments);
        assert!(
            !format!("{run}").contains("a\nerror: b") && !run.err.contains("no\n"),
            "{arguments:?} {run}"
        );
    }
}

/// Where a service looks a path up, an escape that people need leads nowhere.
#[cfg(target_os = "linux")]
#[test]
fn formats_for_programs_have_names_of_files_as_they_are() {
    use std::os::unix::ffi::OsStringExt;
    let folder = Folder::project(&[("a\nb.rule", "attribute\n")]);
    let path = |format: &str, pointer: &str| {
        let json: serde_json::Value =
            serde_json::from_str(&folder.run(&["check", "--format", format]).out).unwrap();
        json.pointer(pointer).unwrap().clone()
    };
    assert_eq!(path("json", "/diagnostics/0/file"), "a\nb.rule");
    assert_eq!(path("gitlab", "/0/location/path"), "a\nb.rule");
    assert_eq!(path("rdjson", "/diagnostics/0/location/path"), "a\nb.rule");
    let uri = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    assert_eq!(path("sarif", uri), "a%0Ab.rule");
    let run = folder.run(&["check", "--format", "github"]);
    assert!(run.out.contains("file=a%0Ab.rule,"), "{run}");

    fs::remove_file(folder.path("a\nb.rule")).unwrap();
    let name = std::ffi::OsString::from_vec(b"caf\xe9.rule".to_vec());
    fs::write(folder.path(".").join(name), "attribute\n").unwrap();
    let json = folder.run(&["check", "--format", "sarif"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.pointer(uri).unwrap(), "caf%E9.rule");
}
