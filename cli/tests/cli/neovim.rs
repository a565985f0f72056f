//! `rulec lsp` driven by Neovim, without a screen.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Whether Neovim can be run. Where it cannot, says so; panics where `RULEC_REQUIRE` names `nvim`.
fn is_there() -> bool {
    let found = Command::new("nvim").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        let required = std::env::var("RULEC_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|tool| tool == "nvim"),
            "nvim is required (RULEC_REQUIRE={required}) and missing: install Neovim"
        );
        eprintln!("skipped: there is no `nvim` here, so the language server was not tried with Neovim");
    }
    found
}

#[test]
fn an_author_works_in_neovim() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().canonicalize().unwrap();
    std::fs::write(dir.join("rulec.toml"), "").unwrap();
    std::fs::write(
        dir.join("rules.rule"),
        "attribute vip:   bool\nqueue \"Desk\"\ncondition calm = not vip\nrule \"R\" { queue: \"Desk\", when calm && priority > 3 }\n",
    )
    .unwrap();
    let session = dir.join("session.json");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/neovim/session.lua");
    let ran = Command::new("nvim")
        .args(["--clean", "--headless", "-c"])
        .arg(format!("luafile {}", script.display()))
        .current_dir(&dir)
        .env("RULEC", env!("CARGO_BIN_EXE_rulec"))
        .env("SESSION", &session)
        .env("HOME", &dir)
        .env("XDG_STATE_HOME", dir.join("state"))
        .output()
        .unwrap();
    let seen = std::fs::read_to_string(&session)
        .unwrap_or_else(|_| panic!("no session: {}", String::from_utf8_lossy(&ran.stderr)));
    let seen: Value = serde_json::from_str(&seen).unwrap();
    assert_eq!(seen["ok"], true, "{seen:#}");
    let seen = &seen["result"];
    assert_eq!(seen["diagnostics"], json!([{ "code": "E0002", "line": 3, "column": 36 }]));
    assert!(seen["hover"].as_str().unwrap().contains("attribute vip: bool"), "{seen:#}");
    assert_eq!(seen["definition"], json!({ "line": 2, "character": 10 }));
    assert!(seen["actions"][0].as_str().unwrap().contains("and"), "{seen:#}");
    assert_eq!(seen["fixed"][3], "rule \"R\" { queue: \"Desk\", when calm and priority > 3 }");
    assert_eq!(seen["formatted"][0], "attribute vip: bool");
}
