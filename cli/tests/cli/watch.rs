//! `rulec check --watch`: the loop over real files with a channel in place of the system's events, and the binary over
//! real changes.

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rulec::watch::{self, Event, Watched};
use serde_json::Value;

use crate::folder::{Folder, SOUND};

const USES: &str =
    "condition loud = vip and priority >= 5\nrule \"Loud\" { queue: \"Support\", when loud }\n";
const APART: &str = "skill french\nrule \"French\" { queue: \"Support\", when skill has french }\n";

/// A change of the files, and the names of those that the system tells of.
type Step<'a> = Box<dyn FnOnce(&Folder) -> Vec<&'a str> + 'a>;

/// What is said in each round: at first, and after each of the steps. One that says nothing has no round, and the next
/// step is taken with it.
fn rounds(folder: &Folder, steps: Vec<Step<'_>>) -> Vec<String> {
    let root = folder.path("").canonicalize().unwrap();
    let mut watched = Watched::new(vec![root.clone()], false);
    let (sender, events) = channel();
    let mut steps = steps.into_iter();
    let mut said = Vec::new();
    let shown: Result<(), Infallible> = watch::run(&events, Duration::ZERO, &mut watched, |watched| {
        said.push(describe(watched));
        for step in steps.by_ref() {
            let names = step(folder);
            let is_loud = !names.contains(&QUIET);
            let paths: Vec<PathBuf> =
                names.iter().filter(|name| **name != QUIET).map(|name| root.join(name)).collect();
            sender.send(Event::Changed(paths)).unwrap();
            if is_loud {
                return Ok(());
            }
        }
        sender.send(Event::Stop).unwrap();
        Ok(())
    });
    shown.unwrap();
    assert!(steps.next().is_none());
    said
}

/// Marks a step after which there is nothing to say.
const QUIET: &str = "(quiet)";

/// The files that were read, what was found, and how many declarations had to be looked at for it.
fn describe(watched: &mut Watched) -> String {
    match watched.read() {
        Err(failure) => format!("failure: {}", failure.message),
        Ok(workspace) => {
            workspace.check();
            let codes: Vec<&str> = workspace.found().map(|one| one.code.id).collect();
            let checked: usize =
                workspace.projects.iter().map(|project| project.program.items_checked()).sum();
            let failures = workspace.failures.len();
            format!(
                "{} files, {checked} checked, {failures} failures: {}",
                workspace.wanted().count(),
                codes.join(" ")
            )
        }
    }
}

fn write<'a>(name: &'a str, text: &'a str) -> Step<'a> {
    Box::new(move |folder| {
        folder.write(name, text);
        vec![name]
    })
}

fn write_quietly<'a>(name: &'a str, text: &'a str) -> Step<'a> {
    Box::new(move |folder| {
        folder.write(name, text);
        vec![name, QUIET]
    })
}

fn project() -> Folder {
    Folder::project(&[("a.rule", SOUND), ("b.rule", USES), ("c.rule", APART)])
}

#[test]
fn a_changed_text_is_checked_again_with_what_depends_on_it_alone() {
    let folder = project();
    let said = rounds(
        &folder,
        vec![
            write("c.rule", "skill french\nrule \"French\" { queue: \"Support\", when skill has frensh }\n"),
            write("a.rule", &SOUND.replace("vip", "vop")),
            write("c.rule", APART),
        ],
    );
    assert_eq!(
        said,
        [
            "3 files, 7 checked, 0 failures: ",
            // Its own two alone.
            "3 files, 2 checked, 0 failures: E0102",
            // Its own, and those that use `vip`.
            "3 files, 5 checked, 0 failures: E0101 E0102",
            "3 files, 2 checked, 0 failures: E0101",
        ]
    );
}

#[test]
fn files_that_come_and_go_and_settings_that_change_are_seen() {
    let folder = project();
    let said = rounds(
        &folder,
        vec![
            write("new/d.rule", "attribute extra: bool\n"),
            write("rulec.toml", "[lints]\nunused-attribute = \"allow\"\n"),
            Box::new(|folder| {
                std::fs::remove_file(folder.path("a.rule")).unwrap();
                vec!["a.rule"]
            }),
            write("a.rule", SOUND),
            write(".gitignore", "new/\n"),
            write("rulec.toml", ""),
            Box::new(|folder| {
                // Of a folder that is renamed, the system tells its names alone.
                std::fs::write(folder.path(".gitignore"), "").unwrap();
                std::fs::rename(folder.path("new"), folder.path("old")).unwrap();
                vec!["new", "old"]
            }),
        ],
    );
    let found: Vec<&str> = said.iter().map(|line| line.split(", ").next().unwrap()).collect();
    assert_eq!(
        found,
        ["3 files", "4 files", "4 files", "3 files", "4 files", "3 files", "3 files", "4 files"]
    );
    let codes: Vec<&str> = said.iter().map(|line| line.rsplit(": ").next().unwrap()).collect();
    assert_eq!(codes, ["", "W0101", "", "E0101 E0104 E0104", "", "", "", "W0101"], "{said:?}");
}

#[test]
fn nothing_is_said_where_nothing_is_different() {
    let folder = project();
    let said = rounds(
        &folder,
        vec![
            write_quietly("a.rule", SOUND),
            write_quietly("notes.txt", "attribute"),
            Box::new(|folder| {
                std::fs::create_dir(folder.path("empty")).unwrap();
                vec!["empty", "gone", QUIET]
            }),
        ],
    );
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn what_cannot_be_read_is_told_and_seen_again_when_it_can() {
    let folder = project();
    let said = rounds(
        &folder,
        vec![
            write("rulec.toml", "[lint]\n"),
            write("rulec.toml", ""),
            Box::new(|folder| {
                folder.write("b.rule", b"\xff\xfe");
                vec!["b.rule"]
            }),
            write("b.rule", USES),
        ],
    );
    assert_eq!(
        said,
        [
            "3 files, 7 checked, 0 failures: ",
            "failure: there is no section `lint` in `rulec.toml`",
            "3 files, 7 checked, 0 failures: ",
            "3 files, 5 checked, 0 failures: E0012",
            "3 files, 7 checked, 0 failures: ",
        ]
    );
}

#[test]
fn changes_that_come_together_are_one_round() {
    let folder = project();
    let root = folder.path("").canonicalize().unwrap();
    let mut watched = Watched::new(vec![root.clone()], false);
    let (sender, events) = channel();
    let mut rounds = 0;
    let shown: Result<(), Infallible> = watch::run(&events, Duration::ZERO, &mut watched, |_| {
        rounds += 1;
        if rounds == 1 {
            for name in ["a.rule", "b.rule", "c.rule"] {
                folder.write(name, "");
                sender.send(Event::Changed(vec![root.join(name)])).unwrap();
            }
        } else {
            sender.send(Event::Stop).unwrap();
        }
        Ok(())
    });
    shown.unwrap();
    assert_eq!(rounds, 2);
}

/// The binary, and what it prints, line by line.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(folder: &Folder) -> Self {
        let mut child = folder.spawn(&[], &["check", "--watch", "--format", "jsonl"]);
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok());
        });
        Self { child, lines }
    }

    /// Waits for a check with as many errors and warnings. What is in the middle of being written is checked too.
    fn wait_for(&self, errors: u64, warnings: u64) {
        loop {
            // Only a mistake in the program makes it wait that long.
            let line = self.lines.recv_timeout(Duration::from_secs(60)).unwrap();
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["type"] == "summary" && line["errors"] == errors && line["warnings"] == warnings {
                return;
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn the_binary_sees_real_changes_and_ends_at_ctrl_c() {
    let folder = project();
    let mut running = Running::start(&folder);
    running.wait_for(0, 0);
    folder.write("c.rule", APART.replace("has french", "has frensh"));
    running.wait_for(1, 0);
    folder.write("sub/new.rule", "attribute extra: bool\n");
    running.wait_for(1, 1);
    // As editors save: the new text beside the file, then in its place.
    folder.write("c.rule~", APART);
    std::fs::rename(folder.path("c.rule~"), folder.path("c.rule")).unwrap();
    running.wait_for(0, 1);
    folder.write("rulec.toml", "[lints]\nunused-attribute = \"deny\"\n");
    running.wait_for(1, 0);
    std::fs::remove_dir_all(folder.path("sub")).unwrap();
    running.wait_for(0, 0);
    let pid = running.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).stdout(Stdio::null()).status().unwrap().success());
    assert_eq!(running.child.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
#[test]
fn watching_ends_when_nobody_reads_what_is_found() {
    let folder = project();
    for (format, errors) in [("jsonl", true), ("text", false)] {
        folder.write("c.rule", APART);
        let mut child = folder.spawn(&[], &["check", "--watch", "--format", format]);
        let line = if errors {
            BufReader::new(child.stdout.take().unwrap()).lines().next()
        } else {
            // The last line of the first round: whoever leaves before it ends that round, which finds nothing.
            let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
            lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("watching for changes")))
        };
        assert!(line.unwrap().is_ok(), "{format}");
        folder.write("c.rule", APART.replace("has french", "has frensh"));
        assert_eq!(child.wait().unwrap().code(), Some(1), "{format}");
    }
}

#[test]
fn what_watching_has_no_use_for_is_refused() {
    let folder = project();
    for options in [
        &["--fix"][..],
        &["--diff"],
        &["--statistics"],
        &["--exit-zero"],
        &["-o", "x"],
        &["--format", "sarif"],
        &["-"],
    ] {
        let run = folder.run(&[&["check", "--watch"], options].concat());
        assert!(run.code == 2 && run.out.is_empty() && run.err.contains("`--watch`"), "{options:?}: {run}");
    }
}
