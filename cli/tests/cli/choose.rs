//! Which organization is meant, as the binary says it.

use insta::assert_snapshot;

use crate::organization::{SECRET, Served, project};

#[test]
fn settings_in_part_never_lead_to_the_sandbox() {
    let folder = project();
    let cases: [&[(&str, &str)]; 4] = [
        &[("GENESYSCLOUD_OAUTHCLIENT_ID", "id"), ("GENESYSCLOUD_REGION", "eu-west-1")],
        &[("GENESYS_CLIENT_SECRET", "")],
        &[("GENESYS_API_HOST", "http://127.0.0.1:1")],
        &[("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRET)],
    ];
    for variables in cases {
        for verb in
            [&["deploy", "--yes"][..], &["plan"], &["pull"], &["rollback", "--yes"], &["recover", "--yes"]]
        {
            let run = folder.run_env(variables, verb);
            assert_eq!(run.code, 2, "{verb:?}: {run}");
            assert!(run.err.contains("in part"), "{run}");
            assert!(!run.to_string().contains(SECRET));
        }
    }
    assert!(!folder.path(".rulec/sandbox.redb").exists());
    assert_snapshot!(folder.run_env(cases[0], &["deploy", "--yes"]));
}

#[test]
fn the_sandbox_named_outright_is_the_sandbox_whatever_else_is_set() {
    let folder = project();
    folder.write("rulec.toml", "[org.prod]\nregion = \"eu-west-1\"\n");
    let run =
        folder.run_env(&[("GENESYSCLOUD_REGION", "us-east-1")], &["deploy", "--yes", "--org", "sandbox"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(folder.path(".rulec/sandbox/journal.jsonl").exists());
}

#[test]
fn several_organizations_need_a_choice_and_one_does_not() {
    let (folder, served) = (project(), Served::start());
    let one = format!(
        "[org.test]\nhost = \"{}\"\nclient_id_env = \"ID\"\nclient_secret_env = \"SECRET\"\n",
        served.url
    );
    folder.write("rulec.toml", &one);
    let variables = [("ID", "client"), ("SECRET", SECRET)];
    let run = folder.run_env(&variables, &["deploy", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.err.contains("organization: test (127.0.0.1:"), "{run}");
    assert!(folder.path(".rulec/test/journal.jsonl").exists());
    folder.write("rulec.toml", format!("{one}[org.prod]\nregion = \"eu-west-1\"\n"));
    assert_snapshot!(folder.run_env(&variables, &["plan"]));
    assert_eq!(folder.run_env(&variables, &["plan", "--org", "test", "--detailed-exitcode"]).code, 0);
    let run = folder.run_env(&[("GENESYSCLOUD_REGION", "us-east-1")], &["plan", "--org", "prod"]);
    assert!(run.err.contains("`GENESYSCLOUD_REGION` leads elsewhere"), "{run}");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_shown() {
    let folder = project();
    for setting in ["client_secret", "client_secret_env"] {
        folder.write("rulec.toml", format!("[org.prod]\nregion = \"eu-west-1\"\n{setting} = \"{SECRET}\"\n"));
        let run = folder.run(&["check"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.err.contains("it is in `rulec.toml`, line 3"), "{run}");
        assert!(!run.to_string().contains(SECRET), "{run}");
    }
}
