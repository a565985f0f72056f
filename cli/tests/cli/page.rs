//! The page of `rulec serve` in headless Chromium.

#![cfg(unix)]

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::service::Service;
use crate::simulate::{AGENTS, RULES};

/// Chromium and what drives it. Where one is missing, says so; panics where `RULEC_REQUIRE` names `chromium`.
fn browser() -> Option<(String, PathBuf)> {
    let runs = |program: &str| {
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let chromium = names.into_iter().find(|name| runs(name)).and_then(|name| {
        let found = Command::new("which").arg(name).output().ok()?;
        Some(String::from_utf8(found.stdout).ok()?.trim().to_owned())
    });
    let driver = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../target/tools/browser/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js");
    match chromium {
        Some(chromium) if runs("node") && driver.exists() => Some((chromium, driver)),
        _ => {
            let required = std::env::var("RULEC_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|tool| tool == "chromium"),
                "chromium is required (RULEC_REQUIRE={required}) and missing: CONTRIBUTING.md says what it needs"
            );
            eprintln!("skipped: Chromium, Node or puppeteer-core is missing here, so the page was not tried");
            None
        }
    }
}

#[test]
fn somebody_builds_an_interaction_and_reads_what_decides_why_and_who_gets_it() {
    let Some((chromium, driver)) = browser() else { return };
    // Names come from others.
    let hostile = r#"<img src=x onerror=\"document.title='hacked'\">"#;
    let agents = AGENTS.replace("Amina", hostile);
    let folder = Folder::project(&[("all.rule", RULES), ("agents.json", &agents)]);
    let service = Service::start(&folder, &[], &["--agents", "agents.json"]);
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/browser/page.mjs");
    let ran = Command::new("node")
        .arg(script)
        .args([driver.canonicalize().unwrap(), chromium.into()])
        .arg(format!("http://{}/", service.address))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let seen: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(seen["ok"], true, "{seen:#}");
    assert_eq!(seen["problems"], json!([]));
    assert_eq!(seen["offered"], json!(["skill", "language", "media_type", "vip"]));
    assert_eq!(seen["empty"], "No rule decides");
    assert_eq!(seen["stale"], true);

    assert_eq!((&seen["rule"], &seen["queue"]), (&json!("VIP"), &json!("Support")));
    assert_eq!(seen["why"], json!([[true, "vip == true", "given true"]]));
    assert_eq!(seen["matching"], json!(["Buyers", "German"]));
    assert_eq!(seen["whyMatching"], json!(["language == \"en\""]));
    assert_eq!(
        seen["agents"],
        json!([
            [hostile.replace('\\', ""), "0.800", "German (priority 1), billing (priority 1)"],
            ["Bruno", "0.367", "billing (priority 2), lacks the skill German"],
            ["Clara", "0.000", "has none of the required skills"],
        ])
    );
    assert_eq!(seen["facts"][0], "German (the interaction), billing (the strategy)");
    assert_eq!(seen["status"], "VIP decides; it goes to the queue Support.");
    assert_eq!((&seen["images"], &seen["title"]), (&json!(0), &json!("Try the rules · rulec")));

    assert_eq!(
        seen["json"],
        json!({ "skill": ["German"], "language": "en", "vip": true, "media_type": "voice" })
    );
    assert_eq!(seen["complaint"], "The rules know no attribute “nope”.");
    assert_eq!(seen["filled"], json!({ "language": "" }));
    assert_eq!(seen["nameless"], json!([]));
    for scheme in ["light", "dark"] {
        let contrast = |of: &str| seen["contrast"][scheme][of].as_f64().unwrap();
        assert!(contrast("text") >= 4.5 && contrast("edges") >= 3.0, "{scheme}: {}", seen["contrast"]);
    }
    assert!(seen["overflow"].as_i64().unwrap() <= 0, "{}", seen["overflow"]);
}
