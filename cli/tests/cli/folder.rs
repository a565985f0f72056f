//! A folder to run the binary in.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A folder of files that goes away after the test.
pub(crate) struct Folder {
    dir: tempfile::TempDir,
}

/// What a run of the binary gave.
pub(crate) struct Run {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit code: {}", self.code)?;
        for (name, text) in [("output", &self.out), ("errors", &self.err)] {
            if !text.is_empty() {
                write!(f, "----- {name}\n{}", without_hashes(text))?;
            }
        }
        Ok(())
    }
}

impl Folder {
    /// A folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self { dir: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// A project: an empty `rulec.toml`, and these files.
    pub(crate) fn project(files: &[(&str, &str)]) -> Self {
        let folder = Self::new(files);
        if !folder.path("rulec.toml").exists() {
            folder.write("rulec.toml", "");
        }
        folder
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the binary in it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with("", arguments)
    }

    /// Runs the binary in it, with this standard input.
    pub(crate) fn run_with(&self, input: impl AsRef<[u8]>, arguments: &[&str]) -> Run {
        let mut child = self.spawn(&[], arguments);
        // A command that does not read its input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        finished(child)
    }

    /// Runs the binary in it, with these variables.
    pub(crate) fn run_env(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        finished(self.spawn(variables, arguments))
    }

    /// Runs the binary in a folder of it, with these variables.
    pub(crate) fn run_in(&self, folder: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        finished(self.command(variables, arguments).current_dir(self.path(folder)).spawn().unwrap())
    }

    /// Starts the binary in it, with these variables and no others of an organization.
    pub(crate) fn spawn(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Child {
        self.command(variables, arguments).spawn().unwrap()
    }

    fn command(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rulec"));
        for variable in ORGANIZATION.into_iter().chain(PIPELINE) {
            command.env_remove(variable);
        }
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// Waits for the end; a process that was killed has the code -1.
pub(crate) fn finished(mut child: Child) -> Run {
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The text with `[hash]` for every SHA-256.
fn without_hashes(text: &str) -> String {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let mut rest = text;
    let mut all = String::new();
    while let Some(start) = rest.bytes().position(is_digit) {
        let length = rest[start..].bytes().take_while(|byte| is_digit(*byte)).count();
        all += &rest[..start];
        all += if length == 64 { "[hash]" } else { &rest[start..start + length] };
        rest = &rest[start + length..];
    }
    all + rest
}

/// The variables that name an organization, or say something of governance.
const ORGANIZATION: [&str; 13] = [
    "BI_WEBHOOK_URL",
    "RULEC_AUDIT_KEY",
    "RULEC_AUDIT_USER",
    "WFM_ENDPOINT",
    "WFM_AUTH_HEADER",
    "GENESYSCLOUD_OAUTHCLIENT_ID",
    "GENESYSCLOUD_OAUTHCLIENT_SECRET",
    "GENESYSCLOUD_REGION",
    "GENESYS_CLIENT_ID",
    "GENESYS_CLIENT_SECRET",
    "GENESYS_API_HOST",
    "RULEC_SANDBOX_CLIENT_ID",
    "RULEC_SANDBOX_CLIENT_SECRET",
];

/// The variables by which a pipeline says where its repository lies.
const PIPELINE: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// A rule without a mistake, in a project of its own.
pub(crate) const SOUND: &str = r#"queue "Support" {
  external: true
}

attribute vip: bool

rule "VIP" {
  queue: "Support"
  priority: 5

  when vip and language == "en"
}
"#;
