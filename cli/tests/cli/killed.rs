//! The process killed before and after each write of a deployment of 40 objects, and `recover` in both directions.
//!
//! `RULEC_KILLS=full` kills at every write; else once at every kind of write.

#![cfg(unix)]

use std::fmt::Write;
use std::sync::{Arc, Mutex, mpsc};

use genesys_sandbox::{Effect, Fault, Match, When, queue};
use serde_json::{Value, json};

use crate::folder::{Folder, finished};
use crate::organization::Served;

// How many rules the deployment makes, changes and deletes.
const MADE: usize = 14;
const CHANGED: usize = 14;
const DELETED: usize = 12;

/// How many writes it has: a new rule takes two.
const WRITES: usize = 2 * MADE + CHANGED + DELETED;

fn project(served: &Served) -> Folder {
    let mut text = "queue \"Support\" { external: true }\n".to_owned();
    let mut rule = |name: String, more: &str, value: usize| {
        writeln!(text, "rule \"{name}\" {{\n  queue: \"Support\"\n{more}  when priority >= {value}\n}}")
            .unwrap();
    };
    for number in 0..MADE {
        rule(format!("made {number}"), "", number);
    }
    for number in 0..CHANGED {
        match number % 3 {
            0 => rule(format!("changed {number}"), "  priority: 7\n", 1),
            1 => rule(format!("renamed {number}"), &format!("  was: \"changed {number}\"\n"), 1),
            _ => rule(format!("changed {number}"), "", 2),
        }
    }
    // Nothing on loopback takes time to show.
    let settings = format!("[org.test]\nhost = \"{}\"\nsettle = 0\n", served.url);
    Folder::project(&[("rules.rule", &text), ("rulec.toml", &settings)])
}

fn served() -> Served {
    let served = Served::with(|settings| settings.queues = vec![queue("q-support", "Support")]);
    let make = |name: String| {
        let body = json!({
            "name": name,
            "queue": { "id": "q-support" },
            "priority": 0,
            "enabled": true,
            "expression": { "type": "condition", "field": "priority", "operator": "gte", "value": 1 },
        });
        served.organization.create_rule("another", &body).unwrap();
    };
    (0..CHANGED).for_each(|number| make(format!("changed {number}")));
    (0..DELETED).for_each(|number| make(format!("deleted {number}")));
    served
}

fn variables() -> [(&'static str, &'static str); 2] {
    [
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "client"),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", crate::organization::SECRET),
    ]
}

const DEPLOY: [&str; 3] = ["deploy", "--yes", "--prune=unowned"];

/// Kills a deployment at this write, then recovers; what the organization holds then.
fn case(write: usize, when: When, direction: &[&str]) -> Value {
    let served = served();
    let folder = project(&served);
    let (send, receive) = mpsc::channel();
    let receive = Mutex::new(receive);
    let child = Arc::new(Mutex::new(None));
    let victim = Arc::clone(&child);
    let kill = Effect::call(when, move |_| {
        // The request may be there before the child's handle is.
        receive.lock().unwrap().recv().unwrap();
        let mut child: std::sync::MutexGuard<'_, Option<std::process::Child>> = victim.lock().unwrap();
        child.as_mut().unwrap().kill().unwrap();
    });
    let then = match when {
        When::Before => Effect::All(vec![kill, Effect::Drop(When::Before)]),
        When::After => kill,
    };
    let on = Match::writes().skip(u32::try_from(write).unwrap());
    served.organization.faults().add(Fault { on, times: 1, then });
    *child.lock().unwrap() = Some(folder.spawn(&variables(), &DEPLOY));
    send.send(()).unwrap();
    // The handle is needed to kill, so it is waited for without it.
    while child.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let run = finished(child.lock().unwrap().take().unwrap());
    assert_eq!(run.code, -1, "killed at write {write} {when:?}: {run}");
    let arguments = [&["recover", "--yes"], direction].concat();
    let run = folder.run_env(&variables(), &arguments);
    assert_eq!(run.code, 0, "recovered {direction:?} at write {write} {when:?}: {run}");
    served.organization.snapshot()
}

#[test]
fn no_kill_at_any_write_leaves_a_mixture() {
    let undisturbed = served();
    let before = undisturbed.organization.snapshot();
    let run = project(&undisturbed).run_env(&variables(), &DEPLOY);
    assert_eq!(run.code, 0, "{run}");
    let after = undisturbed.organization.snapshot();

    let writes: Vec<usize> = if std::env::var("RULEC_KILLS").is_ok_and(|value| value == "full") {
        (0..WRITES).collect()
    } else {
        // In the middle of what is made, changed, enabled and deleted.
        vec![MADE / 2, MADE + CHANGED / 2, MADE + CHANGED + MADE / 2, WRITES - DELETED / 2]
    };
    let (mut finished, mut undone, mut mixed) = (0, 0, Vec::new());
    for write in writes {
        for when in [When::Before, When::After] {
            for direction in [&[][..], &["--undo"]] {
                let end = case(write, when, direction);
                if end == after && direction.is_empty() {
                    finished += 1;
                } else if end == before && !direction.is_empty() {
                    undone += 1;
                } else {
                    mixed.push(format!("write {write} {when:?} {direction:?}"));
                }
            }
        }
    }
    let told = format!(
        "{} kills: {finished} finished, {undone} undone, {} mixed\n",
        finished + undone + mixed.len(),
        mixed.len()
    );
    // Straight to the log, where what `println!` prints would be kept back.
    std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()).unwrap();
    assert!(mixed.is_empty(), "{mixed:?}");
}
