//! No secret is ever seen: not in what is printed at the most verbose level, not in a file, not in the list of processes,
//! even where the other side repeats what it was sent.

use std::path::Path;

use genesys_sandbox::{Effect, Fault, Match, When};

use crate::eavesdropper::{Eavesdropper, Echo};
use crate::folder::{Folder, Run, finished};
use crate::organization::{SECRET, Served, THREE};
use crate::receiver::{Receiver, Reply};

/// The client and its secret as HTTP Basic has them.
const BASIC: &str = "Y2xpZW50Omh1bnRlcjItaHVudGVyMg==";

/// The secrets of governance: the audit log's key, the webhook's key, what the export proves itself with.
const GOVERNANCE: [(&str, &str); 3] = [
    ("RULEC_AUDIT_KEY", "swordfish-of-the-audit-log"),
    ("HOOK_KEY", "open-sesame-says-the-webhook"),
    ("WFM_AUTH_HEADER", "Bearer rosebud-of-the-workforce"),
];

const API: &[&str] = &["GET /api", "POST /api", "PATCH /api", "DELETE /api", "HEAD /api"];
const WRITES: &[&str] = &["POST /api", "PATCH /api", "DELETE /api"];
const TOKENS: &[&str] = &["POST /oauth"];

/// A project, an organization, and whoever listens between them.
struct Scene {
    folder: Folder,
    served: Served,
    eavesdropper: Eavesdropper,
    /// What was printed, and the command lines.
    seen: Vec<(String, String)>,
}

impl Scene {
    fn new() -> Self {
        let served = Served::start();
        let eavesdropper = Eavesdropper::before(&served.url);
        // Nothing on loopback takes time to show.
        let settings = format!("[org.test]\nhost = \"{}\"\nsettle = 0\n", eavesdropper.url);
        let folder = Folder::project(&[("a.rule", THREE), ("rulec.toml", &settings)]);
        Self { folder, served, eavesdropper, seen: Vec::new() }
    }

    /// Runs a command as verbosely as can be.
    fn run(&mut self, arguments: &[&str]) -> Run {
        self.run_env(
            &[("GENESYSCLOUD_OAUTHCLIENT_ID", "client"), ("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRET)],
            arguments,
        )
    }

    fn run_env(&mut self, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let loud = [("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")];
        let child = self.folder.spawn(&[&loud, variables].concat(), &[arguments, &["-v"]].concat());
        let process = Path::new("/proc").join(child.id().to_string()).join("cmdline");
        let line = std::fs::read(process).unwrap_or_default();
        let run = finished(child);
        self.seen.push((arguments.join(" "), format!("{}{run}", String::from_utf8_lossy(&line))));
        run
    }

    fn fault(&self, on: Match, then: Effect) {
        self.served.organization.faults().add(Fault { on, times: 1, then });
    }

    fn echo(&self, on: &'static [&'static str], status: u16) {
        self.eavesdropper.echo(Some(Echo { on, status }));
    }

    /// Looks for every secret, and for half of it, in all that there is.
    fn assert_nothing_is_seen(self) {
        let mut secrets = self.eavesdropper.tokens();
        secrets.extend([SECRET.to_owned(), BASIC.to_owned()]);
        secrets.extend(GOVERNANCE.map(|(_, secret)| secret.trim_start_matches("Bearer ").to_owned()));
        let halves = secrets.iter().flat_map(|secret| {
            let (first, second) = secret.split_at(secret.len() / 2);
            assert!(second.len() > 6, "{secret} is long enough to be told from other text");
            [first.to_owned(), second.to_owned()]
        });
        let halves: Vec<String> = halves.collect();
        let mut seen: Vec<(String, Vec<u8>)> =
            self.seen.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        files(&self.folder.path(""), &mut seen);
        for (name, bytes) in seen {
            let text = String::from_utf8_lossy(&bytes);
            for half in &halves {
                assert!(!text.contains(half), "`{half}` is in {name}:\n{text}");
            }
        }
    }
}

/// Every file of a folder.
fn files(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn no_verb_shows_a_secret() {
    let mut scene = Scene::new();
    for arguments in [
        &["plan", "--out", "plan.json"][..],
        &["plan", "--format", "markdown"],
        &["deploy", "--plan", "plan.json", "--yes"],
        &["drift"],
        &["pull"],
        &["history"],
    ] {
        let run = scene.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {run}");
    }
    let id = scene.served.organization.rules()[0].id.clone();
    scene.served.organization.update_rule("someone", &id, &serde_json::json!({"priority": 9})).unwrap();
    assert_eq!(scene.run(&["drift", "--json"]).code, 2);

    // A token that dies is replaced, a client that dies leaves everything open.
    scene.folder.write(
        "a.rule",
        THREE.replace("priority >= 5", "priority >= 6").replace("priority: 5", "priority: 4"),
    );
    scene.fault(Match::on("PATCH", "*"), Effect::RevokeToken(When::Before));
    assert_eq!(scene.run(&["deploy", "--yes"]).code, 0);
    assert_eq!(scene.run(&["rollback", "--yes"]).code, 0);
    scene.fault(Match::on("PATCH", "*").skip(1), Effect::RevokeClient(When::Before));
    assert_eq!(scene.run(&["deploy", "--yes"]).code, 3);
    assert_eq!(scene.run(&["recover", "--yes"]).code, 3);
    scene.served.organization.restore_client("client");
    assert_eq!(scene.run(&["recover", "--yes", "--json"]).code, 0);
    assert!(scene.eavesdropper.tokens().len() > 10);
    scene.assert_nothing_is_seen();
}

#[test]
fn what_the_other_side_repeats_is_not_repeated() {
    let mut scene = Scene::new();
    assert_eq!(scene.run(&["deploy", "--yes"]).code, 0);
    for status in [200, 302, 400, 401, 403, 404, 409, 429, 500] {
        scene.echo(TOKENS, status);
        assert_eq!(scene.run(&["plan"]).code, 2, "{status}");
        scene.echo(API, status);
        for verb in [&["plan"][..], &["deploy", "--yes"], &["pull"]] {
            assert_eq!(scene.run(verb).code, 2, "{status} {verb:?}");
        }
        assert_eq!(scene.run(&["drift", "--json"]).code, 1, "{status}");

        if status < 400 {
            // Of a write that may have been carried out, it is asked again and again what became of it.
            continue;
        }
        // The journal keeps why a deployment failed.
        scene.folder.write("a.rule", THREE.replace("priority: 5", &format!("priority: {status}")));
        scene.echo(WRITES, status);
        let run = scene.run(&["deploy", "--yes"]);
        assert!([1, 3].contains(&run.code), "{status}: {run}");
        let is_open = run.code == 3;
        scene.run(&["recover", "--yes", "--json"]);
        scene.eavesdropper.echo(None);
        let run = scene.run(&["recover", "--yes"]);
        assert_eq!(run.code, 0, "open: {is_open}, {status}: {run}");
        assert_eq!(scene.run(&["history", "--json"]).code, 0);
    }
    scene.assert_nothing_is_seen();
}

#[test]
fn no_secret_of_governance_is_seen_by_whom_it_is_not_for() {
    let mut scene = Scene::new();
    // Whoever is posted to answers with all that was sent, in its headers and its body.
    let receiver = Receiver::answering(|before| match before % 4 {
        0 => Reply::Status(500),
        1 => Reply::Status(302),
        2 => Reply::Nothing,
        _ => Reply::Status(200),
    });
    let settings = scene.folder.read("rulec.toml");
    let webhook = format!("[webhook]\nurl = \"{}\"\nkey_env = \"HOOK_KEY\"\n", receiver.url);
    scene.folder.write("rulec.toml", settings.clone() + &webhook);
    let mut variables =
        vec![("GENESYSCLOUD_OAUTHCLIENT_ID", "client"), ("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRET)];
    variables.extend(GOVERNANCE);
    variables.push(("WFM_ENDPOINT", &receiver.url));
    for (arguments, codes) in [
        (&["deploy", "--yes"][..], &[0][..]),
        (&["deploy", "--yes", "--json"], &[0]),
        (&["audit", "deliver", "--all"], &[0, 1]),
        (&["audit", "log"], &[0]),
        (&["audit", "verify"], &[0]),
        (&["audit", "metrics"], &[0]),
        (&["audit", "remote"], &[0]),
        (&["history"], &[0]),
        (&["export", "wfm"], &[0]),
        (&["export", "wfm", "--send"], &[0, 2]),
        (&["export", "wfm", "--send"], &[0, 2]),
        (&["export", "wfm", "--send"], &[0, 2]),
        (&["export", "wfm", "--send"], &[0, 2]),
        (&["rollback", "--yes"], &[0]),
    ] {
        let run = scene.run_env(&variables, arguments);
        assert!(codes.contains(&run.code), "{arguments:?}: {run}");
    }
    let posts = receiver.posts();
    let came = |header: &str, secret: &str| posts.iter().any(|post| post.header(header) == Some(secret));
    assert!(came("x-api-key", GOVERNANCE[1].1) && came("authorization", GOVERNANCE[2].1));
    // None of them goes where another belongs.
    assert!(!posts.iter().any(|post| post.head.contains(SECRET) || post.head.contains(GOVERNANCE[0].1)));
    // A secret that stands where it does not belong.
    let (_, key) = GOVERNANCE[1];
    for line in [
        format!("key = \"{key}\""),
        format!("key = {key}"),
        format!("api_key = \"{key}"),
        format!("key_env = \"{key}\""),
        format!("key_env = [\"{key}\"]"),
        format!("url = \"https://user:{key}@hook.example/\""),
        format!("url = \"http://hook.example/?{key}\""),
    ] {
        scene.folder.write("rulec.toml", format!("{settings}[webhook]\n{line}\nstrict = 3\n"));
        let run = scene.run_env(&variables, &["deploy", "--yes"]);
        assert_eq!(run.code, 2, "{line}: {run}");
    }
    scene.folder.write("rulec.toml", settings);
    variables.push(("WFM_ENDPOINT", "http://wfm.example/swordfish-of-the-audit-log"));
    assert_eq!(scene.run_env(&variables, &["export", "wfm", "--send"]).code, 2);
    variables.push(("RULEC_AUDIT_KEY", "swordfish-of"));
    assert_eq!(scene.run_env(&variables, &["audit", "verify"]).code, 2);
    scene.assert_nothing_is_seen();
}

#[test]
fn a_wrong_configuration_shows_no_secret() {
    let mut scene = Scene::new();
    let host = scene.eavesdropper.url.clone();
    let spoken = host.replace("http://", &format!("http://client:{SECRET}@"));
    let blank = format!("{SECRET} ");
    for variables in [
        [("GENESYSCLOUD_OAUTHCLIENT_ID", "client"), ("GENESYSCLOUD_OAUTHCLIENT_SECRET", blank.as_str())],
        [("GENESYSCLOUD_OAUTHCLIENT_ID", SECRET), ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "")],
        [("GENESYSCLOUD_OAUTHCLIENT_ID", "another"), ("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRET)],
    ] {
        let run = scene.run_env(&variables, &["plan"]);
        assert_eq!(run.code, 2, "{run}");
    }
    let variables = [
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "client"),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRET),
        ("GENESYS_API_HOST", &spoken),
    ];
    let run = scene.run_env(&variables, &["deploy", "--yes"]);
    assert_eq!(run.code, 2, "{run}");
    // A secret in the file is the author's own: it is not shown, whatever is wrong around it.
    let written = scene.folder.read("rulec.toml");
    for line in [
        format!("client_secret = \"{SECRET}\""),
        format!("client_secret = {SECRET}"),
        format!("client_secret = \"{SECRET}"),
        format!("client_secret_env = \"{SECRET}\""),
        format!("client_secret_env = {SECRET}"),
        format!("client_secret_env = [\"{SECRET}\"]"),
        format!("clientsecret = \"{SECRET}\""),
        format!("client-secret = \"{SECRET}\""),
        format!("password = \"{SECRET}\""),
        format!("host = \"{spoken}\""),
    ] {
        scene.folder.write("rulec.toml", format!("[org.test]\n{line}\nsettle = 0\n"));
        scene.run(&["check"]);
        for verb in [&["plan"][..], &["deploy", "--yes", "--json"]] {
            let run = scene.run(verb);
            assert_eq!(run.code, 2, "{line}: {run}");
        }
    }
    scene.folder.write("rulec.toml", written);
    scene.assert_nothing_is_seen();
}
