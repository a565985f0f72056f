//! The project in `examples/support`, deployed and pulled.

use std::collections::BTreeMap;
use std::path::Path;

use genesys_model::{Bundle, QueueRef, RuleBody};
use genesys_sandbox::Fixture;

use crate::folder::Folder;
use crate::organization::Served;

/// A folder with the example's files.
fn example() -> Folder {
    fn copy(from: &Path, prefix: &str, to: &Folder) {
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
            if path.is_file() {
                to.write(&name, std::fs::read(&path).unwrap());
            } else if !name.starts_with('.') {
                copy(&path, &format!("{name}/"), to);
            }
        }
    }
    let folder = Folder::new(&[]);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/support"), "", &folder);
    folder
}

/// The rules that a folder compiles to, with trees in normal form.
fn rules(folder: &Folder) -> BTreeMap<(QueueRef, String), RuleBody> {
    let run = folder.run(&["compile"]);
    assert_eq!(run.code, 0, "{run}");
    let normal = |rule: RuleBody| RuleBody { expression: rule.expression.normal(), was: None, ..rule };
    let rules = Bundle::from_json(&run.out).unwrap().rules.into_iter().map(normal);
    rules.map(|rule| ((rule.queue.clone(), rule.name.clone()), rule)).collect()
}

#[test]
fn the_example_pulled_compiles_to_the_same_rules() {
    let folder = example();
    let declared = rules(&folder);
    assert!(declared.len() > 5);
    let fixture = Fixture::from_json(&folder.read("organization.json")).unwrap();
    let served = Served::with(|settings| {
        settings.queues.clear();
        settings.fixture = Some(fixture);
    });
    folder.write("rulec.toml", format!("[org.test]\nhost = \"{}\"\nsettle = 0\n", served.url));
    let variables = [
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "client"),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", crate::organization::SECRET),
    ];
    let run = folder.run_env(&variables, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");

    let pulled = Folder::project(&[("rulec.toml", &folder.read("rulec.toml"))]);
    let run = pulled.run_env(&variables, &["pull", "--out", "all.rule"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(rules(&pulled), declared);
    assert_eq!(pulled.run(&["check", "--error-on-warning"]).code, 0);
    assert_eq!(pulled.run(&["fmt", "--check"]).code, 0);
    let run = pulled.run_env(&variables, &["plan", "--detailed-exitcode"]);
    assert_eq!(run.code, 0, "{run}");
}
