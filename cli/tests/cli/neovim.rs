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

/// Runs a session of `tests/neovim` in a folder, and returns what it saw.
fn session(name: &str, dir: &Path, arguments: &[&str]) -> Value {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/neovim");
    let program = Path::new(env!("CARGO_BIN_EXE_rulec"));
    let mut path = vec![program.parent().unwrap().to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let saw = dir.join("session.json");
    let ran = Command::new("nvim")
        .args(["--clean", "--headless"])
        .args(arguments)
        .arg("-c")
        .arg(format!("luafile {}", scripts.join(name).display()))
        .current_dir(dir)
        .env("RULEC", program)
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("HARNESS", scripts.join("harness.lua"))
        .env("SESSION", &saw)
        .env("HOME", dir)
        .env("XDG_STATE_HOME", dir.join("state"))
        .output()
        .unwrap();
    assert!(saw.exists(), "no session: {}", String::from_utf8_lossy(&ran.stderr));
    let seen = std::fs::read_to_string(&saw).unwrap();
    let mut seen: Value = serde_json::from_str(&seen).unwrap();
    assert_eq!(seen["ok"], true, "{seen:#}");
    seen["result"].take()
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
    let seen = session("session.lua", &dir, &[]);
    assert_eq!(seen["diagnostics"], json!([{ "code": "E0002", "line": 3, "column": 36 }]));
    assert!(seen["hover"].as_str().unwrap().contains("attribute vip: bool"), "{seen:#}");
    assert_eq!(seen["definition"], json!({ "line": 2, "character": 10 }));
    assert!(seen["actions"][0].as_str().unwrap().contains("and"), "{seen:#}");
    assert_eq!(seen["fixed"][3], "rule \"R\" { queue: \"Desk\", when calm and priority > 3 }");
    assert_eq!(seen["formatted"][0], "attribute vip: bool");
}

#[test]
fn the_plugin_keeps_one_server_a_project_whatever_its_folder_is_called() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().canonicalize().unwrap();
    for (file, text) in [
        ("calls, chats;1/rulec.toml", ""),
        ("calls, chats;1/names.rule", "attribute vip: bool\nqueue \"Desk\"\ncondition calm = not vip\n"),
        (
            "calls, chats;1/by day [*]/rules.rule",
            "rule \"R\" {\n  queue: \"Desk\"\n  when calm && priority > 3\n}\n\ntest \"calm ones\" {\n  given { vip: false, priority: 4 }\n  expect \"R\"\n}\n",
        ),
        ("other, one/rulec.toml", ""),
        ("other, one/rules.rule", "queue \"Other\"\n"),
        ("alone.rule", "queue \"Alone\"\n"),
    ] {
        let path = dir.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../editors/nvim").canonicalize().unwrap();
    let init = format!("vim.opt.runtimepath:append({plugin:?})\nrequire(\"rulec\").setup()\n");
    std::fs::write(dir.join("init.lua"), init).unwrap();
    let seen = session("plugin.lua", &dir, &["-u", "init.lua"]);
    assert_eq!(seen["filetype"], "rule");
    assert_eq!(seen["omnifunc"], "v:lua.vim.lsp.omnifunc");
    let project = json!(["calls, chats;1"]);
    assert_eq!(
        seen["roots"],
        json!({ "names": project, "rules": project, "alone": [""], "other": ["other, one"] })
    );
    assert_eq!(seen["servers"], 3);
    assert_eq!(seen["diagnostics"], json!([{ "code": "E0002", "line": 2, "column": 12 }]));
    assert_eq!(seen["lenses"], json!(["rulec.showTree", "rulec.runTest"]));
    assert!(seen["outcome"].as_str().unwrap().contains("pass"), "{seen:#}");
    assert_eq!(seen["renamed"][2], "condition quiet = not vip");
    let health = seen["health"].as_str().unwrap();
    assert!(health.contains("OK: `rulec` is rulec") && health.contains("chats;1, as client"), "{health}");
}
