//! How fast the language server is on a project of 2,000 files and 20,000 rules: `cargo bench -p rulec-tests --bench
//! editor`.
//!
//! The editor is one on a connection in memory, the files lie on the disk. A keystroke is measured from sending the
//! change to the diagnostics that it brings out; each one that is measured changes them. Completion is measured right
//! after a keystroke, so that the check is part of it.
//!
//! `-- --check` ends with an error where a stated bound is not kept.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a table of measurements"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use rulec::language_server::LocalDisk;
use rulec_tests::editor::Editor;
use rulec_tests::generate::sized::{self, Size};
use serde_json::{Value, json};

const FILES: usize = 2_000;
const RULES: usize = 20_000;
const KEYSTROKES: usize = 400;

fn main() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let root = dir.path().canonicalize().expect("it is there");
    let texts = sized::files(Size { rules: RULES }, FILES);
    let mut bytes = 0;
    std::fs::write(root.join("rulec.toml"), "").expect("a file can be written");
    for (number, text) in texts.iter().enumerate() {
        std::fs::write(root.join(name(number)), text).expect("a file can be written");
        bytes += text.len();
    }
    println!("{} files, {RULES} rules, {:.1} MB, all cores", texts.len(), bytes as f64 / 1e6);

    let mut broken = Vec::new();
    let (mut editor, start) = started(&root, &texts[0]);
    println!("{:<44} {:>9.1} ms", "start to first diagnostics", ms(start));
    bound(&mut broken, "start to first diagnostics", start, Duration::from_secs(2));

    println!("{:<44} {:>9} {:>9} {:>9}", "", "median", "95 %", "worst");
    let mut row = |what: &str, mut times: Vec<Duration>, most: Option<Duration>| {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100];
        println!("{what:<44} {:>9.2} {:>9.2} {:>9.2} ms", ms(at(50)), ms(at(95)), ms(at(100)));
        if let Some(most) = most {
            bound(&mut broken, what, at(95), most);
        }
    };
    let keystrokes = (0..KEYSTROKES).map(|round| keystroke(&mut editor, &root, &texts, round)).collect();
    row("a keystroke in a rule, to its diagnostics", keystrokes, Some(Duration::from_millis(50)));
    let declared = (0..40).map(|round| keystroke_for_all(&mut editor, &root, &texts[0], round)).collect();
    row("a keystroke in an attribute that all rules use", declared, None);
    let completions = (0..KEYSTROKES).map(|round| completion(&mut editor, &root, &texts, round)).collect();
    row("a keystroke and the completion after it", completions, Some(Duration::from_millis(20)));
    editor.end();

    if broken.is_empty() {
        println!("\nall bounds are kept");
    } else {
        println!("\nnot kept:\n  {}", broken.join("\n  "));
        if std::env::args().any(|argument| argument == "--check") {
            std::process::exit(1);
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn bound(broken: &mut Vec<String>, what: &str, time: Duration, most: Duration) {
    if time > most {
        broken.push(format!("{what}: {:.1} ms, more than {:.0}", ms(time), ms(most)));
    }
}

fn name(number: usize) -> String {
    format!("{number:04}.rule")
}

fn uri(root: &Path, number: usize) -> String {
    format!("file://{}", root.join(name(number)).display())
}

/// A server, and how long it took to say what is wrong with the file that is open.
fn started(root: &Path, text: &str) -> (Editor, Duration) {
    let start = Instant::now();
    let can = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    let mut editor = Editor::start(LocalDisk, &format!("file://{}", root.display()), &can);
    editor.open(&uri(root, 0), &format!("{text}\ncondition broken = \n"));
    assert!(!editor.codes(&uri(root, 0), Some(1)).is_empty());
    let time = start.elapsed();
    editor.change(&uri(root, 0), 2, &json!([{ "text": text }]));
    assert!(editor.codes(&uri(root, 0), Some(2)).is_empty());
    (editor, time)
}

/// The line and character of the last `when`, after which something is typed.
fn when(text: &str) -> Value {
    let at = text.rfind("when ").expect("a rule has a condition") + "when ".len();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": text[..at].matches('\n').count(), "character": text[start..at].encode_utf16().count() })
}

/// Types a letter before a condition, which makes an unknown name of it, or a misread condition.
fn typed(editor: &mut Editor, root: &Path, texts: &[String], round: usize) -> (String, Value) {
    let number = 1 + round * 7 % (texts.len() - 1);
    let uri = uri(root, number);
    editor.pushed.clear();
    editor.open(&uri, &texts[number]);
    (uri, when(&texts[number]))
}

fn keystroke(editor: &mut Editor, root: &Path, texts: &[String], round: usize) -> Duration {
    let (uri, place) = typed(editor, root, texts, round);
    settle(editor, &uri);
    let start = Instant::now();
    editor.change(&uri, 2, &json!([{ "range": { "start": place, "end": place }, "text": "x" }]));
    assert!(!editor.codes(&uri, Some(2)).is_empty());
    let time = start.elapsed();
    undo(editor, &uri, &place);
    time
}

/// Takes the letter out again.
fn undo(editor: &mut Editor, uri: &str, place: &Value) {
    let mut end = place.clone();
    end["character"] = json!(place["character"].as_u64().expect("a number") + 1);
    editor.change(uri, 3, &json!([{ "range": { "start": place, "end": end }, "text": "" }]));
    settle(editor, uri);
}

/// Waits until everything is checked.
fn settle(editor: &mut Editor, uri: &str) {
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 0 } });
    editor.ask("textDocument/hover", place);
}

/// Types a letter into the name of the first attribute, and takes it out again.
fn keystroke_for_all(editor: &mut Editor, root: &Path, text: &str, round: usize) -> Duration {
    let uri = uri(root, 0);
    let at = text.find("attribute ").expect("there are attributes") + "attribute ".len();
    let changed = format!("{}x{}", &text[..at], &text[at..]);
    editor.pushed.clear();
    let version = 10 + 2 * i32::try_from(round).expect("few");
    let start = Instant::now();
    editor.change(&uri, version, &json!([{ "text": changed }]));
    assert!(!editor.codes(&uri, Some(version)).is_empty());
    let time = start.elapsed();
    editor.change(&uri, version + 1, &json!([{ "text": text }]));
    settle(editor, &uri);
    time
}

fn completion(editor: &mut Editor, root: &Path, texts: &[String], round: usize) -> Duration {
    let (uri, place) = typed(editor, root, texts, round);
    settle(editor, &uri);
    let mut after = place.clone();
    after["character"] = json!(place["character"].as_u64().expect("a number") + 1);
    let start = Instant::now();
    editor.change(&uri, 2, &json!([{ "range": { "start": place, "end": place }, "text": "x" }]));
    let found =
        editor.ask("textDocument/completion", json!({ "textDocument": { "uri": uri }, "position": after }));
    let time = start.elapsed();
    let items = found.get("items").unwrap_or(&found).as_array().map_or(0, Vec::len);
    assert!(items > 0, "nothing is offered");
    undo(editor, &uri, &place);
    time
}
