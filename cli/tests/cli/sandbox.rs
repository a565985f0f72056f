//! `rulec sandbox`.

#![cfg(unix)]

use std::io::{BufRead, BufReader};

use crate::folder::{Folder, finished};
use crate::organization::project;

#[test]
fn it_serves_what_the_embedded_one_keeps() {
    let folder = project();
    let run = folder.run(&["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    let mut child = folder.spawn(&[], &["sandbox", "--port", "0"]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("oauth/token") {
        assert_ne!(out.read_line(&mut said).unwrap(), 0, "{said}");
    }
    let url = said
        .split_whitespace()
        .find(|word| word.starts_with("http://"))
        .unwrap()
        .trim_end_matches(',')
        .to_owned();
    let variables = [
        ("GENESYS_API_HOST", url.as_str()),
        ("GENESYS_CLIENT_ID", "sandbox-client"),
        ("GENESYS_CLIENT_SECRET", "sandbox-secret"),
    ];
    // The four lines for a project that names its organizations are as they stand there.
    let lines = said.split("\n  ").skip_while(|line| *line != "[org.local]").take(4);
    let settings = lines.map(|line| line.lines().next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let named = project();
    named.write("rulec.toml", settings);
    let run = named.run_env(&variables, &["plan", "--org", "local", "--detailed-exitcode"]);
    assert_eq!(run.code, 0, "{run}");
    let elsewhere = project();
    let run = elsewhere.run_env(&variables, &["plan", "--detailed-exitcode"]);
    assert_eq!(run.code, 0, "{run}");
    // The file is one's own while it is served.
    let run = folder.run(&["plan"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.err.contains("in use by another `rulec`"), "{run}");
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let run = finished(child);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn credentials_are_given_whole() {
    let folder = Folder::new(&[]);
    let run = folder.run_env(&[("RULEC_SANDBOX_CLIENT_ID", "x")], &["sandbox", "--memory", "--port", "0"]);
    assert_eq!(run.code, 2, "{run}");
    let run = folder.run(&["sandbox", "--port", "0"]);
    assert!(run.err.contains("there is no project here"), "{run}");
}
