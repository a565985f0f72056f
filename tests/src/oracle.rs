//! Calls `oracle/s2.py`, the independent reading of the contract, where Python and pydantic are at hand.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What the oracle says of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The rule's name.
    pub name: String,
    /// Whether the platform takes it.
    pub ok: bool,
    /// How deep its tree is.
    pub depth: u64,
    /// How many conditions it has.
    pub conditions: u64,
    /// Why it is refused.
    pub error: String,
}

/// Whether the oracle can run. Where it cannot, says so; panics where `RULEC_REQUIRE` names `python`.
pub fn is_here() -> bool {
    let probe = Command::new("python3")
        .args(["-c", "import pydantic; assert pydantic.VERSION.startswith('2.')"])
        .output();
    let here = probe.is_ok_and(|output| output.status.success());
    if !here {
        let required = std::env::var("RULEC_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|tool| tool.trim() == "python"),
            "python3 with pydantic 2 is required (RULEC_REQUIRE={required}) and missing: pip install 'pydantic>=2'"
        );
        eprintln!("skipped: python3 with pydantic 2 is missing (pip install 'pydantic>=2')");
    }
    here
}

/// The oracle's verdicts on bundles or rule bodies, one of them a line.
pub fn judge(lines: &str) -> Vec<Verdict> {
    let output = run(&[], lines);
    output
        .lines()
        .map(|line| {
            let verdict: Value = serde_json::from_str(line).expect("the oracle writes JSON");
            Verdict {
                name: verdict["name"].as_str().unwrap_or_default().to_owned(),
                ok: verdict["ok"] == true,
                depth: verdict["depth"].as_u64().unwrap_or_default(),
                conditions: verdict["conditions"].as_u64().unwrap_or_default(),
                error: verdict["error"].as_str().unwrap_or_default().to_owned(),
            }
        })
        .collect()
}

/// The oracle's constants.
pub fn constants() -> Value {
    serde_json::from_str(&run(&["--constants"], "")).expect("the oracle writes JSON")
}

fn run(arguments: &[&str], input: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/s2.py");
    let mut child = Command::new("python3")
        .arg(script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    // The oracle reads all of its input before it writes.
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the oracle reads");
    let output = child.wait_with_output().expect("the oracle ends");
    assert!(output.status.success(), "the oracle ends well");
    String::from_utf8(output.stdout).expect("the oracle writes UTF-8")
}
