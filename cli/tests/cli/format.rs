//! `rulec check --format`: every format, with findings, with failures, and for a sound project.

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::{Folder, Run, SOUND};
use crate::schema::{self, checked};

/// All but text.
const FORMATS: [&str; 7] = ["json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"];

/// A warning before errors, labels in another file, fixes, and wide characters before a mistake.
const NAMES: &str = "attribute unused: bool\nqueue \"Support\" { external: true }\nskill first\n";
const WRONG: &str = r#"skill first

rule "100%, é: \"é\"" {
  queue: "Suport"
  when language == "é" and priority = "5"
}
"#;

fn wrong() -> Folder {
    Folder::project(&[
        ("names.rule", NAMES),
        ("rules/wrong one.rule", WRONG),
        (
            "rules/sound.rule",
            "attribute vip: bool\ncondition c = vip\nrule \"A\" { queue: \"Support\", when c }\n",
        ),
    ])
}

fn run(folder: &Folder, format: &str) -> Run {
    let run = folder.run(&["check", "--format", format]);
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{run}");
    run
}

#[test]
fn json_lines_end_with_their_summary() {
    let run = run(&wrong(), "jsonl");
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, before) = lines.split_last().unwrap();
    assert_snapshot!("json_lines_summary", pretty(last));
    assert!(before.iter().all(|line| line["type"] == "diagnostic"));
    // But for their type, they are the diagnostics of the JSON.
    let json: Value = serde_json::from_str(&wrong().run(&["check", "--format", "json"]).out).unwrap();
    let bare: Vec<Value> = before
        .iter()
        .cloned()
        .map(|mut line| {
            line.as_object_mut().unwrap().remove("type");
            line
        })
        .collect();
    assert_eq!(json["diagnostics"], Value::Array(bare));
}

#[test]
fn sarif_is_as_its_schema_has_it() {
    let mut sarif = checked(schema::SARIF, &run(&wrong(), "sarif").out);
    let run = &mut sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].take();
    for result in run["results"].as_array_mut().unwrap() {
        let index = usize::try_from(result["ruleIndex"].take().as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    assert_eq!(rules.as_array().unwrap().len(), rule_lang::codes::ALL.len());
    run["tool"].take();
    assert_snapshot!("sarif", pretty(&sarif));
    assert_snapshot!("sarif_rule", pretty(&rules[0]));
}

#[test]
fn annotations_of_github_come_errors_first() {
    assert_snapshot!(run(&wrong(), "github").out);
}

#[test]
fn gitlab_is_as_its_schema_has_it() {
    assert_snapshot!(pretty(&checked(schema::GITLAB, &run(&wrong(), "gitlab").out)));
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let run = run(&wrong(), "junit");
    well_formed(&run.out);
    assert_snapshot!(run.out);
}

#[test]
fn warnings_fail_their_case_where_they_fail_the_check() {
    let folder = Folder::project(&[("a.rule", "attribute vip: bool\n")]);
    let run = folder.run(&["check", "--format", "junit"]);
    assert!(run.code == 0 && run.out.contains("failures=\"0\"") && !run.out.contains("<failure"), "{run}");
    let run = folder.run(&["check", "--format", "junit", "--error-on-warning"]);
    assert!(run.code == 1 && run.out.contains("failures=\"1\"") && run.out.contains("<failure"), "{run}");
}

#[test]
fn rdjson_is_as_its_schema_has_it() {
    assert_snapshot!(pretty(&checked(schema::RDJSON, &run(&wrong(), "rdjson").out)));
}

#[test]
fn columns_of_rdjson_count_bytes_and_its_suggestions_mend() {
    let folder = wrong();
    let json: Value = serde_json::from_str(&run(&folder, "rdjson").out).unwrap();
    let found =
        json["diagnostics"].as_array().unwrap().iter().find(|one| one["code"]["value"] == "E0002").unwrap();
    let start = &found["location"]["range"]["start"];
    let line = WRONG.lines().nth(usize::try_from(start["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
    assert_eq!(line.find(" = ").unwrap() as u64 + 2, start["column"].as_u64().unwrap());
    assert_eq!(found["suggestions"][0]["text"], "==");
}

#[test]
fn a_sound_project_has_an_empty_report_in_every_format() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    for format in FORMATS {
        let run = folder.run(&["check", "--format", format]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{format}: {run}");
        match format {
            "github" => assert_eq!(run.out, ""),
            "gitlab" => assert_eq!(run.out, "[]\n"),
            "junit" => assert_snapshot!("junit_of_a_sound_project", run.out),
            "sarif" => {
                let sarif = checked(schema::SARIF, &run.out);
                assert_eq!(sarif["runs"][0]["results"], Value::Array(Vec::new()));
                assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], true);
            }
            "rdjson" => {
                assert_eq!(checked(schema::RDJSON, &run.out)["diagnostics"], Value::Array(Vec::new()));
            }
            _ => {}
        }
    }
}

#[test]
fn what_could_not_be_read_is_in_every_format_and_never_looks_clean() {
    let folder = Folder::project(&[("a.rule", SOUND)]);
    let broken = Folder::project(&[("a.rule", SOUND), ("rulec.toml", "[lint]\n")]);
    for format in FORMATS {
        for (run, says) in [
            (folder.run(&["check", "--format", format, "a.rule", "nowhere.rule"]), "nowhere.rule"),
            (broken.run(&["check", "--format", format]), "rulec.toml"),
        ] {
            assert_eq!(run.code, 2, "{format}: {run}");
            assert!(run.out.contains(says), "{format}: {run}");
            assert!(run.err.starts_with("error: "), "{format}: {run}");
            match format {
                "sarif" => {
                    let sarif = checked(schema::SARIF, &run.out);
                    let invocation = &sarif["runs"][0]["invocations"][0];
                    assert_eq!(invocation["executionSuccessful"], false);
                    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
                }
                "gitlab" => assert_eq!(checked(schema::GITLAB, &run.out)[0]["severity"], "blocker"),
                "rdjson" => {
                    assert_eq!(checked(schema::RDJSON, &run.out)["diagnostics"][0]["severity"], "ERROR");
                }
                "junit" => {
                    well_formed(&run.out);
                    assert!(run.out.contains("errors=\"1\"") && run.out.contains("<error "), "{run}");
                }
                "github" => assert!(run.out.starts_with("::error "), "{run}"),
                _ => {}
            }
        }
    }
}

#[test]
fn fingerprints_stay_when_lines_move_and_tell_findings_apart() {
    let twice = "condition a = priority = 1 or priority = 1\ncondition b = priority = 1 or priority = 1\n";
    let folder = Folder::project(&[("a.rule", twice)]);
    let fingerprints = || {
        let gitlab = checked(schema::GITLAB, &folder.run(&["check", "--format", "gitlab"]).out);
        let sarif = checked(schema::SARIF, &folder.run(&["check", "--format", "sarif"]).out);
        let of = |values: &Value, at: &str| -> Vec<String> {
            values.as_array().unwrap().iter().map(|one| one.pointer(at).unwrap().to_string()).collect()
        };
        let gitlab = of(&gitlab, "/fingerprint");
        assert_eq!(gitlab, of(&sarif["runs"][0]["results"], "/partialFingerprints/rulec~1v1"));
        gitlab
    };
    let before = fingerprints();
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), before.len());
    folder.write("a.rule", format!("// a line more\n\n{}", twice.replace("condition b", "  condition b")));
    assert_eq!(fingerprints(), before);
}

#[test]
fn files_are_named_from_the_root_of_the_repository_that_a_pipeline_checked_out() {
    let folder = wrong();
    std::fs::create_dir(folder.path("rules/sub")).unwrap();
    let root = folder.path("");
    let root = root.to_str().unwrap();
    for (variable, format) in
        [("GITHUB_WORKSPACE", "github"), ("GITHUB_WORKSPACE", "sarif"), ("CI_PROJECT_DIR", "gitlab")]
    {
        let run =
            folder.run_in("rules", &[(variable, root)], &["check", "--format", format, "wrong one.rule"]);
        let name = if format == "sarif" { "\"rules/wrong%20one.rule\"" } else { "rules/wrong one.rule" };
        assert!(run.code == 1 && run.out.contains(name), "{format}: {run}");
    }
}

#[test]
fn control_characters_leave_xml_and_annotations_whole() {
    let folder =
        Folder::project(&[("a.rule", "rule \"\u{1b}]<&>\u{ffff}\" { queue: \"\u{1}::error\" when }\n")]);
    let junit = folder.run(&["check", "--format", "junit"]).out;
    well_formed(&junit);
    assert!(!junit.contains(['\u{1b}', '\u{1}', '\u{ffff}']), "{junit}");
    let github = folder.run(&["check", "--format", "github"]).out;
    assert!(!github.contains(['\u{1b}', '\u{1}']), "{github}");
}

#[test]
fn a_report_goes_to_the_file_that_is_named_and_nowhere_else() {
    let folder = wrong();
    let run = folder.run(&["check", "--format", "sarif", "-o", "report.sarif"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{run}");
    assert!(run.err.contains("checked 3 files: "), "{run}");
    checked(schema::SARIF, &folder.read("report.sarif"));

    // What a run before has left does not stay where a later one fails.
    folder.write("rulec.toml", "[lint]\n");
    let run = folder.run(&["check", "--output", "report.sarif", "--format", "sarif"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(folder.read("report.sarif").contains("\"executionSuccessful\": false"));
    folder.run(&["check", "--output", "report.txt"]);
    assert!(folder.read("report.txt").starts_with("error: "), "{}", folder.read("report.txt"));

    let run = folder.run(&["check", "-o", "names.rule"]);
    assert!(run.code == 2 && folder.read("names.rule") == NAMES, "{run}");
}

#[test]
fn statistics_count_the_most_frequent_first() {
    let folder = Folder::project(&[
        ("a.rule", "attribute x: bool\ncondition a = priority = 1 && priority = 2\nattribute y: bool\n"),
        ("b.rule", "condition b = priority = \"1\"\n"),
    ]);
    assert_snapshot!(folder.run(&["check", "--statistics"]));
    let run = folder.run(&["check", "--statistics", "--format", "json"]);
    assert_snapshot!("statistics_json", pretty(&serde_json::from_str::<Value>(&run.out).unwrap()));
    let run = folder.run(&["check", "--statistics", "--format", "json", "a.rule", "nowhere.rule"]);
    assert!(run.code == 2 && run.out.contains("nowhere.rule"), "{run}");
}

#[test]
fn exit_zero_forgives_findings_and_no_failures() {
    let folder = wrong();
    assert_eq!(folder.run(&["check", "--exit-zero"]).code, 0);
    assert_eq!(folder.run(&["check", "--exit-zero", "--format", "github"]).code, 0);
    assert_eq!(folder.run(&["check", "--exit-zero", "nowhere.rule"]).code, 2);
}

fn pretty(json: &Value) -> String {
    serde_json::to_string_pretty(json).unwrap()
}

/// Reads XML to its end.
pub(crate) fn well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => return,
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
            }
            _ => {}
        }
    }
}

#[test]
fn a_mistake_in_the_configuration_has_its_place() {
    let broken = Folder::project(&[("a.rule", SOUND), ("rulec.toml", "\n[limits]\n  deph = 3\n")]);
    let github = broken.run(&["check", "--format", "github"]).out;
    assert!(github.starts_with("::error title=rulec,file=rulec.toml,line=3,col=3::"), "{github}");
    let lines = broken.run(&["check", "--format", "jsonl"]).out;
    let failure: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&failure["file"], &failure["line"], &failure["column"]),
        (&"rulec.toml".into(), &3.into(), &3.into())
    );
    let missing = broken.run(&["check", "--format", "jsonl", "nowhere.rule"]).out;
    assert!(missing.contains("\"line\":null"), "{missing}");
}
