//! An organization in this process, for the binary to talk to, and the folders that are deployed to it.

use std::sync::mpsc;
use std::thread::JoinHandle;

use genesys_sandbox::{Organization, Sandbox, Settings, queue};

use crate::folder::{Folder, Run};

/// The secret of the organization's client. It must never be seen.
pub(crate) const SECRET: &str = "hunter2-hunter2";

/// A served organization that stops when it is dropped.
pub(crate) struct Served {
    pub(crate) organization: Organization,
    pub(crate) url: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// One with a queue, `Support`.
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// One with other settings.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            queues: vec![queue("q-support", "Support")],
            clients: vec![genesys_sandbox::ClientCredentials::new("client", SECRET)],
            rate: None,
            ..Settings::default()
        };
        change(&mut settings);
        let (started, start) = mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let sandbox = Sandbox::start(settings).await.unwrap();
                started.send((sandbox.organization(), sandbox.url())).unwrap();
                let _ = stopped.await;
                sandbox.stop().await;
            });
        });
        let (organization, url) = start.recv().unwrap();
        Self { organization, url, stop: Some(stop), thread: Some(thread) }
    }

    /// The variables that lead there.
    pub(crate) fn variables(&self) -> Vec<(&str, &str)> {
        vec![
            ("GENESYS_API_HOST", self.url.as_str()),
            ("GENESYS_CLIENT_ID", "client"),
            ("GENESYS_CLIENT_SECRET", SECRET),
        ]
    }

    /// Runs the binary with it.
    pub(crate) fn run(&self, folder: &Folder, arguments: &[&str]) -> Run {
        let mut run = folder.run_env(&self.variables(), arguments);
        for text in [&mut run.out, &mut run.err] {
            assert!(!text.contains(SECRET), "{text}");
            *text = text.replace(self.url.trim_start_matches("http://"), "[host]");
        }
        run
    }

    /// How many requests wrote since they were forgotten last.
    pub(crate) fn writes(&self) -> usize {
        let writes = |method: &str| matches!(method, "POST" | "PATCH" | "PUT" | "DELETE");
        let requests = self.organization.requests();
        requests.iter().filter(|note| writes(&note.method) && !note.path.starts_with("/oauth")).count()
    }

    /// The names of its rules, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.organization.rules().into_iter().map(|rule| rule.name).collect();
        names.sort();
        names
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Three rules of the queue `Support`.
pub(crate) const THREE: &str = r#"queue "Support" { external: true }

attribute vip: bool

rule "Alpha" {
  queue: "Support"
  priority: 5
  description: "First of all"

  when vip and language == "en"
}

rule "Beta" {
  queue: "Support"

  when skill has "technical_support"
}

rule "Gamma" {
  queue: "Support"

  when priority >= 5 or vip
}
"#;

/// A project of [`THREE`].
pub(crate) fn project() -> Folder {
    Folder::project(&[("a.rule", THREE)])
}
