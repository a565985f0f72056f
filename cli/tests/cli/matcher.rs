//! `.github/rulec-matcher.json`, by which GitHub reads findings off the text: its expressions over real text.

use std::fs;
use std::path::Path;

use regex::{Captures, Regex};
use rulec::load::{Overlay, Workspace};
use rulec::render::Places;
use rulec::render::text::TextRenderer;
use serde_json::Value;

use crate::folder::Folder;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The expressions of the matcher of this owner, with the groups that their names stand for.
fn matcher(owner: &str) -> Vec<(Regex, Value)> {
    let text = fs::read_to_string(repository().join(".github/rulec-matcher.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let matchers = json["problemMatcher"].as_array().unwrap();
    let one = matchers.iter().find(|one| one["owner"] == owner).unwrap();
    let patterns = one["pattern"].as_array().unwrap();
    patterns.iter().map(|one| (Regex::new(one["regexp"].as_str().unwrap()).unwrap(), one.clone())).collect()
}

fn group<'t>(captures: &Captures<'t>, pattern: &Value, name: &str) -> &'t str {
    captures.get(usize::try_from(pattern[name].as_u64().unwrap()).unwrap()).unwrap().as_str()
}

/// What GitHub reads off a text: severity, code, message, file, line and column.
fn read(text: &str) -> Vec<[String; 6]> {
    let [(head, names), (place, place_names)] = &matcher("rulec")[..] else { unreachable!() };
    let lines: Vec<&str> = text.lines().collect();
    lines
        .windows(2)
        .filter_map(|lines| {
            let first = head.captures(lines[0])?;
            let second = place.captures(lines[1])?;
            Some([
                group(&first, names, "severity"),
                group(&first, names, "code"),
                group(&first, names, "message"),
                group(&second, place_names, "file"),
                group(&second, place_names, "line"),
                group(&second, place_names, "column"),
            ])
        })
        .map(|found| found.map(str::to_owned))
        .collect()
}

#[test]
fn every_finding_of_the_corpus_is_read_off_its_text() {
    let mut seen = 0;
    for entry in fs::read_dir(repository().join("tests/corpus")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rule") {
            continue;
        }
        let overlay = Overlay { path: None, bytes: Some(fs::read(&path).unwrap()) };
        let mut workspace = Workspace::load_overlay(overlay, false).unwrap();
        workspace.check();
        let found: Vec<_> = workspace.found().collect();
        let mut text = Vec::new();
        TextRenderer::new(&workspace.sources, false, 100).write_all(&mut text, &found).unwrap();
        let places = Places::default();
        let expected: Vec<[String; 6]> = found
            .iter()
            .map(|one| {
                let source = workspace.sources.get(one.primary.span.file).unwrap();
                let place = places.of(source, one.primary.span);
                [
                    if one.code.is_lint() { "warning" } else { "error" }.to_owned(),
                    one.code.id.to_owned(),
                    one.message.clone(),
                    source.name().to_owned(),
                    place.line.to_string(),
                    place.column.to_string(),
                ]
            })
            .collect();
        assert_eq!(read(&String::from_utf8(text).unwrap()), expected, "{}", path.display());
        seen += expected.len();
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn what_the_binary_prints_is_read_too_and_so_are_its_failures() {
    let folder = Folder::project(&[("rules/a b.rule", "condition c = priority = 5\nattribute vip: bool\n")]);
    let run = folder.run(&["check", "rules", "nowhere.rule"]);
    let read: Vec<String> = read(&run.out).into_iter().map(|found| found.join(" ")).collect();
    assert_eq!(
        read,
        [
            "error E0002 `=` does not belong here rules/a b.rule 1 24",
            "warning W0101 the attribute `vip` is declared, but nothing uses it rules/a b.rule 2 11",
        ],
        "{run}"
    );
    let failure = &matcher("rulec-failure")[0];
    let found: Vec<&str> = run
        .err
        .lines()
        .filter_map(|line| Some(group(&failure.0.captures(line)?, &failure.1, "message")))
        .collect();
    assert_eq!(found, ["cannot read `nowhere.rule`: no such file or directory"]);
}
