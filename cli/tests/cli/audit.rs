//! `rulec audit`: the log of deployments, its tampering, the latencies, the organization's own log.

use genesys_sandbox::{Effect, Fault, Match, When};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::folder::{Folder, Run};
use crate::organization::{Served, THREE, project};

const LOG: &str = ".rulec/audit.jsonl";
const KEY: &str = "a-key-that-nobody-guesses";

/// A project that was deployed so many times, the priority of a rule being changed each time.
fn deployed(times: usize, variables: &[(&str, &str)]) -> Folder {
    let folder = project();
    for time in 0..times {
        folder.write("a.rule", THREE.replace("priority: 5", &format!("priority: {}", time + 10)));
        let run = folder.run_env(variables, &["deploy", "--yes"]);
        assert_eq!(run.code, 0, "{run}");
    }
    folder
}

fn parsed(run: &Run) -> Value {
    let parsed = serde_json::from_str(&run.out);
    assert!(parsed.is_ok(), "{run}");
    parsed.unwrap()
}

#[test]
fn the_log_says_who_deployed_what_and_how_it_ended() {
    let (folder, served) = (project(), Served::start());
    let mut variables = served.variables();
    variables.push(("RULEC_AUDIT_USER", "ada of the pipeline"));
    assert_eq!(folder.run_env(&variables, &["deploy", "--yes"]).code, 0);
    folder.write(
        "a.rule",
        THREE.replace("priority: 5", "priority: 6").replace("priority >= 5", "priority >= 6"),
    );
    assert_eq!(folder.run_env(&variables, &["deploy"]).code, 2, "nobody is there to be asked");
    let on = Match::on("PATCH", "/api/v2/routing/rules/*").skip(1);
    served.organization.faults().add(Fault {
        on,
        times: 1,
        then: Effect::Status { status: 400, when: When::Before },
    });
    assert_eq!(folder.run_env(&variables, &["deploy", "--yes"]).code, 1);
    let on = Match::on("PATCH", "/api/v2/routing/rules/*").skip(1);
    served.organization.faults().add(Fault { on, times: 1, then: Effect::RevokeClient(When::Before) });
    assert_eq!(folder.run_env(&variables, &["deploy", "--yes"]).code, 3);
    served.organization.restore_client("client");
    assert_eq!(folder.run_env(&variables, &["recover", "--yes"]).code, 0);
    let run = folder.run_env(&variables, &["rollback", "--yes", "--json"]);
    assert_eq!(run.code, 0, "{run}");
    let log = parsed(&folder.run(&["audit", "log", "--json"]));
    assert_eq!(parsed(&run)["audit"], json!({"record": 6, "head": log["head"]}));
    let records = log["records"].as_array().unwrap();
    let told: Vec<Value> = records
        .iter()
        .map(|record| json!([record["verb"], record["outcome"], record["deployment"], record["rollback_of"]]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["deploy", "deployed", 1, null],
            ["deploy", "refused", null, null],
            ["deploy", "undone", 2, null],
            ["deploy", "unfinished", 3, null],
            ["recover", "deployed", 3, null],
            ["rollback", "deployed", 4, 3],
        ])
    );
    assert!(records.iter().all(|record| record["who"] == "ada of the pipeline"));
    assert_eq!(records[0]["changes"], json!({"create": 3, "change": 0, "rename": 0, "delete": 0}));
    assert_eq!(records[0]["bundle"].as_str().unwrap().len(), 64);
    assert!(records[2]["reason"].as_str().unwrap().contains("failed and was undone"));
    let mut run = folder.run(&["audit", "log"]);
    assert_eq!(run.out.lines().count(), 6);
    let bundle = records[0]["bundle"].as_str().unwrap();
    let first = run.out.lines().next().unwrap().replace(&bundle[..12], "[bundle]");
    let time = records[0]["time"].as_str().unwrap();
    run.out = first.replace(time, "[time]").replace(served.url.trim_start_matches("http://"), "[host]");
    assert_snapshot!(run.out.trim_end(), @"1  [time]  ada of the pipeline  deploy    [host]  deployed    deployment 1  +3 ~0 >0 -0  bundle [bundle]");
    let other = parsed(&folder.run(&["audit", "log", "--org", "another", "--json"]));
    assert_eq!(other["records"], json!([]));
}

#[test]
fn a_sound_log_is_said_to_be_sound_and_a_changed_one_is_not() {
    let folder = deployed(4, &[]);
    assert_snapshot!(folder.run(&["audit", "verify"]));
    let text = folder.read(LOG);
    let lines: Vec<&str> = text.lines().collect();
    let changed = lines[1].replace("\"change\":1", "\"change\":0");
    folder.write(LOG, format!("{}\n{changed}\n{}\nnonsense\n", lines[0], lines[3]));
    let run = folder.run(&["audit", "verify"]);
    assert_eq!(run.code, 1, "{run}");
    assert_snapshot!(run);
    let found = parsed(&folder.run(&["audit", "verify", "--json"]));
    assert_eq!((&found["sound"], &found["findings"][0]["finding"]), (&json!(false), &json!("changed")));
}

#[test]
fn a_cut_shows_with_the_head_and_a_torn_line_is_no_cut() {
    let folder = deployed(3, &[]);
    let text = folder.read(LOG);
    let head = parsed(&folder.run(&["audit", "log", "--json"]))["head"].as_str().unwrap().to_owned();
    assert_eq!(folder.run(&["audit", "verify", "--head", &head]).code, 0);
    assert_eq!(folder.run(&["audit", "verify", "--head", "abc"]).code, 2);
    let two = text.lines().take(2).flat_map(|line| [line, "\n"]).collect::<String>();
    folder.write(LOG, &two);
    assert_eq!(folder.run(&["audit", "verify"]).code, 0);
    let run = folder.run(&["audit", "verify", "--head", &head]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.out.contains("the end was cut off"), "{run}");
    folder.write(LOG, &text[..two.len() + 40]);
    let run = folder.run(&["audit", "verify"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.err.contains("the last line is torn"), "{run}");
    // The deployment whose record tore off is in the journal: the next run notes it.
    folder.write("a.rule", THREE);
    assert_eq!(folder.run(&["deploy", "--yes"]).code, 0);
    assert_eq!(folder.run(&["audit", "verify"]).code, 0);
    let log = parsed(&folder.run(&["audit", "log", "--json"]));
    let told = |number: usize| {
        (log["records"][number]["deployment"].clone(), log["records"][number]["late"].clone())
    };
    assert_eq!((told(2), told(3)), ((json!(3), json!(true)), (json!(4), Value::Null)));
}

#[test]
fn a_keyed_log_goes_on_with_its_key_alone() {
    let key = [("RULEC_AUDIT_KEY", KEY)];
    let folder = deployed(2, &key);
    let before = (folder.read(LOG), folder.read(".rulec/sandbox/journal.jsonl"));
    assert_snapshot!("the_right_key", folder.run_env(&key, &["audit", "verify"]));
    assert_snapshot!("no_key", folder.run(&["audit", "verify"]));
    let other = [("RULEC_AUDIT_KEY", "another-key-altogether")];
    assert_snapshot!("another_key", folder.run_env(&other, &["audit", "verify"]));
    folder.write("a.rule", THREE);
    for (variables, says) in [
        (&[][..], "the key is not set: `RULEC_AUDIT_KEY`"),
        (&other, "is another"),
        (&[("RULEC_AUDIT_KEY", "")], "it is empty"),
        (&[("RULEC_AUDIT_KEY", "                    ")], "it is empty"),
        (&[("RULEC_AUDIT_KEY", "short")], "shorter than 16 bytes"),
    ] {
        let run = folder.run_env(variables, &["deploy", "--yes"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains(says), "{run}");
    }
    assert_eq!((folder.read(LOG), folder.read(".rulec/sandbox/journal.jsonl")), before, "nothing was begun");
    // Whoever writes the whole log anew without the key is found out.
    std::fs::remove_file(folder.path(LOG)).unwrap();
    assert_eq!(folder.run(&["deploy", "--yes"]).code, 0);
    let run = folder.run_env(&key, &["audit", "verify"]);
    assert_eq!(run.code, 1, "{run}");
}

#[cfg(unix)]
#[test]
fn whoever_deploys_or_reads_hears_of_a_log_that_was_changed() {
    let folder = deployed(2, &[]);
    let says = "warning: the audit log is not what was written: `rulec audit verify` says where";
    let run = folder.run(&["deploy", "--yes"]);
    assert!(run.code == 0 && !run.err.contains(says), "{run}");
    let run = folder.run(&["audit", "log"]);
    assert!(run.code == 0 && !run.err.contains(says), "{run}");
    folder.write(LOG, folder.read(LOG).replacen("\"deployed\"", "\"undone\"", 1));
    for arguments in [&["audit", "log"][..], &["audit", "log", "--json"]] {
        let run = folder.run(arguments);
        assert!(run.code == 0 && run.err.contains(says), "{run}");
    }
    let run = folder.run(&["deploy", "--yes"]);
    assert!(run.code == 0 && run.err.contains(says), "{run}");
}

#[test]
fn a_log_that_leads_elsewhere_is_left_alone_and_nothing_is_deployed() {
    let (folder, served) = (project(), Served::start());
    folder.write("theirs", "theirs");
    folder.write(".rulec/keep", "");
    std::os::unix::fs::symlink(folder.path("theirs"), folder.path(LOG)).unwrap();
    let run = served.run(&folder, &["deploy", "--yes"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("no regular file"), "{run}");
    assert_eq!((folder.read("theirs").as_str(), served.writes()), ("theirs", 0));
}

#[test]
fn latencies_are_put_together_over_any_span() {
    let (folder, served) = (project(), Served::start());
    let empty = parsed(&folder.run(&["audit", "metrics", "--json"]));
    for priority in [5, 6, 7] {
        folder.write("a.rule", THREE.replace("priority: 5", &format!("priority: {priority}")));
        assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    }
    folder.write("a.rule", THREE);
    let on = Match::on("PATCH", "/api/v2/routing/rules/*");
    served.organization.faults().add(Fault {
        on,
        times: 1,
        then: Effect::Status { status: 400, when: When::Before },
    });
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 1);
    let all = parsed(&folder.run(&["audit", "metrics", "--json"]));
    let keys = |value: &Value| value["api"]["all"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&empty), keys(&all));
    assert_eq!((&empty["runs"], &all["runs"]), (&json!(0), &json!(4)));
    let api = &all["api"];
    assert_eq!((&api["kinds"]["POST rule"]["count"], &api["all"]["errors"]), (&json!(3), &json!(1)));
    // Three are enabled by the first deployment.
    assert_eq!(api["kinds"]["PATCH rule"]["count"], json!(3 + 1 + 1 + 1));
    assert_eq!(all["validation"]["kinds"]["plan"]["count"], json!(4));
    assert_eq!(all["validation"]["all"]["errors"], json!(0));
    for (span, runs, writes) in [
        (&["--from", "2", "--to", "3"][..], 2, Some(2)),
        (&["--last", "1"], 1, Some(1)),
        (&["--from", "9"], 0, None),
    ] {
        let found = parsed(&folder.run(&[&["audit", "metrics", "--json"], span].concat()));
        assert_eq!(found["runs"], json!(runs), "{span:?}");
        assert_eq!(found["api"]["kinds"]["PATCH rule"]["count"].as_u64(), writes, "{span:?}");
    }
    let run = folder.run(&["audit", "metrics", "--from", "9", "--to", "4"]);
    assert!(run.code == 2 && run.err.contains("did you mean `--from 4 --to 9`?"), "{run}");
    let table = folder.run(&["audit", "metrics"]).out;
    assert!(table.starts_with("4 runs"), "{table}");
    assert!(table.contains("\n  PATCH rule ") && table.contains("\nValidation "), "{table}");
}

#[test]
fn the_organizations_own_log_is_read() {
    let (folder, served) = (project(), Served::start());
    assert_eq!(served.run(&folder, &["deploy", "--yes"]).code, 0);
    let run = served.run(&folder, &["audit", "remote"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 6), "{run}");
    assert!(run.out.contains("routing:rule:created \"Alpha\""), "{run}");
    let body = json!({"strategies": [{"mediaType": "voice", "strategy": "random"}]});
    served.organization.patch_strategies("someone", "q-support", &body).unwrap();
    let found = parsed(&served.run(&folder, &["audit", "remote", "--queue", "Support", "--json"]));
    assert_eq!(found["entries"].as_array().unwrap().len(), 1);
    assert_eq!(found["entries"][0]["clientId"], json!("someone"));
    let run = served.run(&folder, &["audit", "remote", "--entity", "Alpha"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run}");
    assert!(run.err.contains("`--entity` takes an id, as the entries have it in brackets"), "{run}");
    let run = served.run(&folder, &["audit", "remote", "--queue", "Suport"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("has no queue `Suport`"), "{run}");
}
