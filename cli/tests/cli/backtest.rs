//! `rulec backtest`.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::{Folder, Run};

const RULES: &str = r#"queue "Support" { external: true }
queue "Sales" { external: true }
attribute vip: bool { field: "VIP Flag" }

rule "Urgent" {
  queue: "Support"
  priority: 5
  when language == "en" and (vip or priority >= 5)
}
rule "English" {
  queue: "Sales"
  when language == "en"
}
rule "Never" {
  queue: "Sales"
  priority: 1
  when language == "xx"
}
"#;

const RECORDS: &str = r#"{"id": "a", "started": "2026-01-01T10:00:00Z", "language": "en", "priority": 7}
{"id": "b", "started": "2026-01-01T23:00:00Z", "language": "en", "VIP Flag": true}
{"id": "c", "started": "2026-01-02T00:00:00Z", "language": "en"}
{"id": "d", "started": "2026-01-03T09:00:00Z", "language": "fr", "priority": 9}
{"id": "e", "language": null}
"#;

/// What was found, without what it took.
fn found(run: &Run) -> String {
    let last = run.err.lines().last().unwrap_or_default();
    let stable = last.split(" in ").next().unwrap_or_default();
    format!(
        "{}----- errors\n{}{stable}\n",
        run.out,
        run.err.strip_suffix(&format!("{last}\n")).unwrap_or(&run.err)
    )
}

fn json(run: &Run) -> Value {
    let mut json: Value = serde_json::from_str(&run.out).unwrap();
    json.as_object_mut().unwrap().remove("took").expect("what it took");
    json
}

#[test]
fn what_rules_do_to_records_is_told() {
    let folder = Folder::project(&[("a.rule", RULES), ("calls.jsonl", RECORDS)]);
    let run = folder.run(&["backtest", "calls.jsonl", "--id", "id", "--time", "started"]);
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!(found(&run));
    let run = folder.run(&["backtest", "calls.jsonl", "--json"]);
    assert_snapshot!(serde_json::to_string_pretty(&json(&run)).unwrap());
}

#[test]
fn how_many_cores_work_on_it_changes_nothing() {
    let records: String = (0..20_000)
        .map(|n| format!("{{\"language\": \"{}\", \"priority\": {}}}\n", ["en", "fr", "de"][n % 3], n % 11))
        .collect();
    let folder = Folder::project(&[("a.rule", RULES), ("b.rule", ""), ("calls.jsonl", &records)]);
    folder.write("old/rulec.toml", "");
    folder.write("old/b.rule", RULES.replace("priority >= 5", "priority >= 3"));
    let one = folder.run(&["backtest", "calls.jsonl", "--json", "--threads", "1", "--against", "old"]);
    let four = folder.run(&["backtest", "calls.jsonl", "--json", "--threads", "4", "--against", "old"]);
    assert_eq!(json(&one), json(&four));
    assert_eq!(json(&one)["against"]["moved"], 1212, "those in English of priority 3 or 4");
}

#[test]
fn wrong_records_are_an_error_or_are_left_out_and_written_aside() {
    let records = "{\"language\": \"en\"}\n{\"language\": 3}\n\n[1]\n{\"language\": \"fr\"}\n{\"langu";
    let folder = Folder::project(&[("a.rule", RULES), ("calls.jsonl", records)]);
    assert_snapshot!(folder.run(&["backtest", "calls.jsonl"]));
    let run = folder.run(&["backtest", "calls.jsonl", "--tolerate", "2"]);
    assert!(run.code == 2 && run.err.contains("`calls.jsonl`, line 6"), "{run}");
    let run = folder.run(&["backtest", "calls.jsonl", "--tolerate", "3", "--rejects", "aside.jsonl"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.err.contains("read 2 records, left out 3"), "{run}");
    assert_snapshot!(folder.read("aside.jsonl"));
    let run = folder.run(&["backtest", "calls.jsonl", "--tolerate", "3", "--rejects", "calls.jsonl"]);
    assert!(run.code == 2 && folder.read("calls.jsonl") == records, "{run}");
}

#[test]
fn what_other_rules_move_is_told_with_examples() {
    let folder = Folder::project(&[("a.rule", RULES), ("calls.jsonl", RECORDS)]);
    let older = RULES.replace("vip or priority >= 5", "priority >= 8").replace("\"xx\"", "\"fr\"");
    folder.write("old/a.rule", older);
    folder.write("old/rulec.toml", "");
    let run = folder.run(&["backtest", "calls.jsonl", "--against", "old", "--id", "id"]);
    assert_eq!(run.code, 0, "{run}");
    assert_snapshot!(found(&run));
    let run = folder.run(&["backtest", "calls.jsonl", "--against", "nowhere"]);
    assert_snapshot!(run);
    folder.write("old/a.rule", "rule");
    let run = folder.run(&["backtest", "calls.jsonl", "--against", "old"]);
    assert!(run.code == 2 && run.err.contains("the rules of `old` have"), "{run}");
}

#[test]
fn a_revision_of_git_is_compared_with() {
    let folder = Folder::project(&[("a.rule", RULES), ("calls.jsonl", RECORDS)]);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let status = Command::new("git").args(identity).args(arguments).current_dir(folder.path("")).output();
        assert!(status.unwrap().status.success(), "git {arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "first"]);
    git(&["tag", "v1"]);
    folder.write("a.rule", RULES.replace("priority >= 5", "priority >= 8"));
    for revision in ["v1", "HEAD"] {
        let run = folder.run(&["backtest", "calls.jsonl", "--against", revision, "--json"]);
        let against = json(&run)["against"].take();
        assert_eq!(
            (&against["moved"], &against["label"]),
            (&Value::from(1), &Value::from(revision)),
            "{run}"
        );
    }
    let run = folder.run(&["backtest", "calls.jsonl", "--against", "v2"]);
    assert!(run.code == 2 && run.err.contains("neither a path nor a revision"), "{run}");
    let run = folder.run(&["backtest", "calls.jsonl", "--against=--output=x"]);
    assert!(run.code == 2 && run.err.contains("neither a path nor a revision"), "{run}");
}

#[test]
fn what_is_live_is_compared_with() {
    let folder = Folder::project(&[("a.rule", RULES), ("calls.jsonl", RECORDS)]);
    folder.write("a.rule", RULES.replace("external: true", "description: \"x\""));
    assert_eq!(folder.run(&["deploy", "--yes"]).code, 0);
    folder.write(
        "a.rule",
        RULES.replace("priority >= 5", "priority >= 8").replace("external: true", "description: \"x\""),
    );
    let run = folder.run(&["backtest", "calls.jsonl", "--against", "live", "--json"]);
    let against = json(&run)["against"].take();
    assert_eq!(against["moved"], 1, "{run}");
    assert_eq!(against["moves"][0]["from"]["rule"], "Urgent");
    assert_eq!(against["moves"][0]["to"]["rule"], "English");
}

#[test]
fn columns_go_by_the_names_that_the_settings_give_them() {
    let records = "{\"lang\": \"en\", \"vip\": true}\n";
    let folder = Folder::project(&[("a.rule", RULES), ("calls.jsonl", records)]);
    assert_snapshot!(found(&folder.run(&["backtest", "calls.jsonl"])));
    folder.write("rulec.toml", "[records]\ncolumns = { language = \"lang\", \"vip\" = \"vip\" }\n");
    let run = folder.run(&["backtest", "calls.jsonl", "--json"]);
    assert_eq!(json(&run)["rules"][0]["decided"], 1, "{run}");
    folder.write("rulec.toml", "[records]\ncolumns = { langage = \"lang\" }\n");
    assert_snapshot!(folder.run(&["backtest", "calls.jsonl"]));
}

#[test]
fn patterns_and_standard_input_are_read() {
    let folder = Folder::project(&[("a.rule", RULES), ("2026/a.jsonl", RECORDS), ("2026/b.jsonl", RECORDS)]);
    let records = |run: &Run| json(run)["records"].as_u64().unwrap();
    assert_eq!(records(&folder.run(&["backtest", "2026/*.jsonl", "--json"])), 10);
    assert_eq!(records(&folder.run_with(RECORDS, &["backtest", "-", "--json"])), 5);
    for (arguments, says) in [
        (["backtest", "2027/*.jsonl"], "no file matches"),
        (["backtest", "calls.jsonl"], "no such file"),
        (["backtest", "2026"], "is a folder"),
        (["backtest", "a.rule"], "no file of records that is known"),
        (["backtest", "[.jsonl"], "no pattern of files"),
    ] {
        let run = folder.run(&arguments);
        assert!(run.code == 2 && run.err.contains(says), "{arguments:?}: {run}");
    }
    let run = folder.run(&["backtest", "2026/a.jsonl", "2026/*.jsonl"]);
    assert!(run.code == 2 && run.err.contains("named twice"), "{run}");
}

#[test]
fn csv_says_the_same_as_json_lines() {
    let folder = Folder::project(&[("a.rule", RULES), ("calls.jsonl", RECORDS)]);
    folder.write(
        "calls.csv",
        "id,started,language,priority,VIP Flag\na,2026-01-01T10:00:00Z,en,7,\nb,2026-01-01T23:00:00Z,en,,true\n\
         c,2026-01-02T00:00:00Z,en,,\nd,2026-01-03T09:00:00Z,fr,9,\ne,,,,\n",
    );
    let [lines, table] = ["calls.jsonl", "calls.csv"].map(|file| {
        let run = folder.run(&["backtest", file, "--json", "--time", "started", "--examples", "0"]);
        json(&run)
    });
    assert_eq!(lines, table);
    folder.write("calls.csv", "language,priority\nen,1\nen\n");
    let run = folder.run(&["backtest", "calls.csv"]);
    assert!(run.code == 2 && run.err.contains("`calls.csv`, line 3"), "{run}");
    folder.write("calls.parquet", "PAR1 no table");
    let run = folder.run(&["backtest", "calls.parquet"]);
    assert!(run.code == 2 && run.err.contains("`calls.parquet`"), "{run}");
}

#[test]
fn the_page_holds_everything_and_escapes_what_records_say() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    folder.write("calls.jsonl", "{\"language\": \"<script>alert(1)</script>\", \"started\": 1767225600}\n");
    let arguments = ["backtest", "calls.jsonl", "--html", "report.html", "--time", "started", "--step", "1h"];
    let run = folder.run(&arguments);
    assert_eq!(run.code, 0, "{run}");
    let page = folder.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Records that no rule takes"));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(!page.contains("http://") && !page.contains("https://"), "it loads nothing");
}

#[test]
fn a_query_decides_in_the_database_and_nothing_is_approximated() {
    let folder = Folder::project(&[("a.rule", RULES)]);
    let run = folder.run(&[
        "backtest",
        "--emit",
        "sql",
        "--dialect",
        "duckdb",
        "--table",
        "calls",
        "--decisions",
        "id",
    ]);
    assert_snapshot!(run);
    for (dialect, table, from) in [
        ("duckdb", "read_parquet('calls/*.parquet')", "read_parquet('calls/*.parquet')"),
        ("spark", "lake.calls", "`lake`.`calls`"),
        ("postgres", "Calls", "\"Calls\""),
    ] {
        let run = folder.run(&["backtest", "--emit", "sql", "--dialect", dialect, "--table", table]);
        assert!(run.code == 0 && run.out.to_lowercase().contains(&from.to_lowercase()), "{run}");
    }
    folder.write("b.rule", "rule \"Word\" {\n  queue: \"Sales\"\n  when language matches /\\bcall/\n}\n");
    assert_snapshot!(folder.run(&["backtest", "--emit", "sql", "--dialect", "spark"]));
    let run = folder.run(&["backtest", "--emit", "sql", "--dialect", "duckdb", "calls.jsonl"]);
    assert_eq!(run.code, 2, "records are read by one or the other: {run}");
}
