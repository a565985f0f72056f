//! The outbox: a file for each deployment, with its events and what became of each.
//!
//! The events are written whole before the first of them is sent. When all are delivered, the file shrinks to a line that
//! says so.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::Event;
use crate::lines::{self, FileError};

/// The longest file of one deployment, in bytes.
pub const MAX_BATCH_BYTES: u64 = 64 * 1024 * 1024;

/// How often an event is sent before it counts as failed, and waits for a person.
pub const MAX_ATTEMPTS: u32 = 12;

/// The longest wait between two attempts, where the other side does not ask for a longer one.
const MAX_WAIT: Duration = Duration::from_secs(6 * 60 * 60);
/// The longest wait that the other side may ask for.
const MAX_ASKED: Duration = Duration::from_hours(24);

/// How a file of the outbox ends.
const END: &str = ".jsonl";

/// The outbox of a project.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

/// The events of one deployment.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// Which deployment.
    pub head: Tray,
    /// Its events.
    pub events: Vec<Event>,
}

/// Which deployment a file is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tray {
    /// The organization.
    pub organization: String,
    /// The deployment's number there.
    pub deployment: u64,
    /// When the deployment began, as RFC 3339 in UTC.
    pub begun: String,
    /// How many events it has.
    pub events: usize,
    /// How many of them were delivered before the file shrank.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub delivered: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A line of a file, after its head.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "record")]
enum Record {
    Event { id: String, body: Value },
    Delivered { id: String, time: String },
    Failed { id: String, time: String, attempts: u32, next: String, reason: String },
}

/// How the events of a deployment stand.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    /// Which deployment.
    pub head: Tray,
    /// How many were taken.
    pub delivered: usize,
    /// Those that were not.
    pub pending: Vec<Pending>,
    /// How many lines are damaged; what they said is lost.
    pub damaged: usize,
    path: PathBuf,
    whole: u64,
}

/// An event that was not taken yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Pending {
    /// The event.
    pub event: Event,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is sent again; at once where it never was.
    pub next: Option<SystemTime>,
    /// Why it was not taken.
    pub reason: Option<String>,
}

impl Pending {
    /// Whether it is sent without being asked for.
    pub fn is_given_up(&self) -> bool {
        self.attempts >= MAX_ATTEMPTS
    }

    /// Whether its time has come.
    pub fn is_due(&self, now: SystemTime) -> bool {
        !self.is_given_up() && self.next.is_none_or(|next| next <= now)
    }
}

impl Standing {
    /// How many wait for their next attempt.
    pub fn waiting(&self) -> usize {
        self.pending.iter().filter(|one| !one.is_given_up()).count()
    }

    /// How many were given up.
    pub fn failed(&self) -> usize {
        self.pending.len() - self.waiting()
    }

    /// Notes what became of some of its events; when this returns, it is on the disk.
    ///
    /// # Errors
    /// The file system.
    pub(super) fn note(
        &mut self,
        results: &[(String, Result<(), Refused>)],
        now: SystemTime,
    ) -> Result<(), FileError> {
        let time = crate::rfc3339(now);
        let mut text = Vec::new();
        for (id, result) in results {
            let Some(place) = self.pending.iter().position(|one| one.event.id == *id) else { continue };
            let record = match result {
                Ok(()) => {
                    self.delivered += 1;
                    self.pending.remove(place);
                    Record::Delivered { id: id.clone(), time: time.clone() }
                }
                Err(refused) => {
                    let Some(one) = self.pending.get_mut(place) else { continue };
                    one.attempts = one.attempts.saturating_add(1);
                    one.reason = Some(refused.reason.clone());
                    let next = now + wait(one.attempts, refused);
                    one.next = Some(next);
                    Record::Failed {
                        id: id.clone(),
                        time: time.clone(),
                        attempts: one.attempts,
                        next: crate::rfc3339(next),
                        reason: refused.reason.clone(),
                    }
                }
            };
            line(&mut text, &record, &self.path)?;
        }
        if self.pending.is_empty() && self.damaged == 0 {
            self.head.delivered = self.delivered;
            let mut text = Vec::new();
            line(&mut text, &self.head, &self.path)?;
            self.whole = text.len() as u64;
            return replace(&self.path, &text);
        }
        lines::append(&self.path, self.whole, &text, MAX_BATCH_BYTES)?;
        self.whole += text.len() as u64;
        Ok(())
    }
}

/// An attempt that failed.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Refused {
    pub(super) reason: String,
    /// How long the other side asks to wait.
    pub(super) asked: Option<Duration>,
    /// From 0 to 1.
    pub(super) chance: f64,
}

/// How long is waited after the attempt of this number: a minute, doubled each time, up to six hours; a little more, so that
/// many who failed together do not come back as one. Longer where the other side asks for it.
fn wait(attempts: u32, refused: &Refused) -> Duration {
    let doubled = Duration::from_secs(60 << attempts.saturating_sub(1).min(16)).min(MAX_WAIT);
    let wait = doubled.mul_f64(1.0 + refused.chance.clamp(0.0, 1.0) / 10.0);
    wait.max(refused.asked.unwrap_or_default().min(MAX_ASKED))
}

impl Outbox {
    /// The outbox in this folder, which is made with the first event.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Puts the events of a deployment in; when this returns, they are on the disk, all of them. What is there already
    /// stays as it is. `name` is the organization's name in the state.
    ///
    /// # Errors
    /// The file system, and more events than a file holds.
    pub fn put(&self, name: &str, batch: &Batch) -> Result<(), FileError> {
        let digits: String = batch.head.begun.chars().filter(char::is_ascii_alphanumeric).collect();
        let path = self.folder.join(format!("{name}-{}-{digits}{END}", batch.head.deployment));
        if batch.events.is_empty() || lines::is_there(&path).map_err(FileError::of("open", &path))? {
            return Ok(());
        }
        let mut text = Vec::new();
        line(&mut text, &batch.head, &path)?;
        for Event { id, body } in &batch.events {
            line(&mut text, &Record::Event { id: id.clone(), body: body.clone() }, &path)?;
        }
        if text.len() as u64 > MAX_BATCH_BYTES {
            return Err(FileError::TooLarge { path, limit: MAX_BATCH_BYTES });
        }
        std::fs::create_dir_all(&self.folder).map_err(FileError::of("make", &self.folder))?;
        self.is_there()?;
        replace(&path, &text)
    }

    /// Tries whether events could be put in, by a file that is removed again. Better known before a deployment than after.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn probe(&self) -> Result<(), FileError> {
        std::fs::create_dir_all(&self.folder).map_err(FileError::of("make", &self.folder))?;
        self.is_there()?;
        let path = self.folder.join("probe");
        replace(&path, b"")?;
        std::fs::remove_file(&path).map_err(FileError::of("remove", &path))
    }

    /// How all deployments stand, in the order of their files' names; and the files that cannot be read, with the reason.
    ///
    /// # Errors
    /// Where the folder cannot be read; one that is not there holds nothing.
    pub fn standings(&self) -> Result<(Vec<Standing>, Vec<FileError>), FileError> {
        let (mut all, mut unread) = (Vec::new(), Vec::new());
        if !self.is_there()? {
            return Ok((all, unread));
        }
        let entries = std::fs::read_dir(&self.folder).map_err(FileError::of("read", &self.folder))?;
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|end| end == &END[1..]))
            .collect();
        paths.sort();
        for path in paths {
            match standing(&path) {
                Ok(standing) => all.push(standing),
                Err(error) => unread.push(error),
            }
        }
        Ok((all, unread))
    }

    /// Whether there is a folder; a link that leads elsewhere is none of ours.
    fn is_there(&self) -> Result<bool, FileError> {
        match self.folder.symlink_metadata() {
            Ok(found) if found.is_dir() => Ok(true),
            Ok(_) => Err(FileError::of("read", &self.folder)(std::io::Error::other("it is no folder"))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(FileError::of("read", &self.folder)(error)),
        }
    }
}

/// Reads a file.
fn standing(path: &Path) -> Result<Standing, FileError> {
    let bytes = lines::read(path, MAX_BATCH_BYTES)?;
    let (whole, _) = lines::whole_lines(&bytes);
    let mut records = whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let head: Tray = records
        .next()
        .and_then(|line| serde_json::from_slice(line).ok())
        .ok_or_else(|| FileError::of("read", path)(std::io::Error::other("it is no file of the outbox")))?;
    let mut standing = Standing {
        delivered: head.delivered,
        head,
        pending: Vec::new(),
        damaged: 0,
        path: path.to_owned(),
        whole: whole.len() as u64,
    };
    // By their ids, so that a long file is read in one pass.
    let mut places: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let mut all: Vec<Option<Pending>> = Vec::new();
    for record in records {
        match serde_json::from_slice::<Record>(record) {
            Ok(Record::Event { id, body }) => {
                places.insert(id.clone(), all.len());
                all.push(Some(Pending { event: Event { id, body }, attempts: 0, next: None, reason: None }));
            }
            Ok(Record::Delivered { id, .. }) => {
                let slot = places.get(&id).and_then(|place| all.get_mut(*place));
                standing.delivered += usize::from(slot.and_then(Option::take).is_some());
            }
            Ok(Record::Failed { id, attempts, next, reason, .. }) => {
                if let Some(Some(one)) = places.get(&id).and_then(|place| all.get_mut(*place)) {
                    one.attempts = attempts;
                    one.next = humantime::parse_rfc3339(&next).ok();
                    one.reason = Some(crate::text::clean(&reason, &[]));
                }
            }
            Err(_) => standing.damaged += 1,
        }
    }
    standing.pending = all.into_iter().flatten().collect();
    Ok(standing)
}

fn line(text: &mut Vec<u8>, record: &impl Serialize, path: &Path) -> Result<(), FileError> {
    serde_json::to_writer(&mut *text, record).map_err(|error| FileError::of("write", path)(error.into()))?;
    text.push(b'\n');
    Ok(())
}

/// Writes a file whole or not at all.
fn replace(path: &Path, text: &[u8]) -> Result<(), FileError> {
    let aside = path.with_extension("new");
    let write = || {
        // What a crash left, or somebody else put there, goes; a link is not followed.
        match std::fs::remove_file(&aside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&aside)?;
        file.write_all(text)?;
        file.sync_all()?;
        std::fs::rename(&aside, path)?;
        lines::sync_folder(path)
    };
    write().map_err(FileError::of("write", path))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch(events: usize) -> Batch {
        let event = |number| Event { id: format!("id-{number}"), body: json!({ "number": number }) };
        let events: Vec<Event> = (0..events).map(event).collect();
        let head = Tray {
            organization: "prod (api.example)".to_owned(),
            deployment: 3,
            begun: "2026-11-21T13:07:28Z".to_owned(),
            events: events.len(),
            delivered: 0,
        };
        Batch { head, events }
    }

    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_014_400)
    }

    fn refused() -> Refused {
        Refused { reason: "status 500".to_owned(), asked: None, chance: 0.0 }
    }

    fn only(outbox: &Outbox) -> Standing {
        let (mut all, unread) = outbox.standings().unwrap();
        assert_eq!((all.len(), unread.len()), (1, 0));
        all.remove(0)
    }

    #[test]
    fn what_is_put_in_waits_once_however_often_it_is_put_in() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(folder.path().join("outbox"));
        assert_eq!(outbox.standings().unwrap().0, []);
        outbox.put("prod", &batch(3)).unwrap();
        let mut standing = only(&outbox);
        assert_eq!((standing.delivered, standing.waiting(), standing.failed()), (0, 3, 0));
        standing.note(&[("id-1".to_owned(), Ok(())), ("id-2".to_owned(), Err(refused()))], noon()).unwrap();
        outbox.put("prod", &batch(3)).unwrap();
        let again = only(&outbox);
        assert_eq!(again, standing);
        assert_eq!((again.delivered, again.waiting()), (1, 2));
        assert!(
            again.pending[0].is_due(noon()) && !again.pending[1].is_due(noon() + Duration::from_secs(59))
        );
        assert!(again.pending[1].is_due(noon() + Duration::from_secs(60)));
    }

    #[test]
    fn when_all_is_delivered_the_file_is_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(folder.path().join("outbox"));
        outbox.put("prod", &batch(2)).unwrap();
        let mut standing = only(&outbox);
        for id in ["id-0", "id-1"] {
            standing.note(&[(id.to_owned(), Ok(()))], noon()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&standing.path).unwrap().lines().count(), 1);
        assert_eq!((only(&outbox).delivered, only(&outbox).pending.len()), (2, 0));
    }

    #[test]
    fn waits_double_up_to_six_hours_and_end_with_the_attempts() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(folder.path().join("outbox"));
        outbox.put("prod", &batch(1)).unwrap();
        let mut minutes = Vec::new();
        for _ in 0..MAX_ATTEMPTS {
            let mut standing = only(&outbox);
            standing.note(&[("id-0".to_owned(), Err(refused()))], noon()).unwrap();
            let next = standing.pending[0].next.unwrap();
            minutes.push(next.duration_since(noon()).unwrap().as_secs() / 60);
        }
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
        let standing = only(&outbox);
        assert_eq!((standing.waiting(), standing.failed()), (0, 1));
        assert!(!standing.pending[0].is_due(noon() + Duration::from_hours(9999)));
        let asks = |hours| wait(1, &Refused { asked: Some(Duration::from_hours(hours)), ..refused() });
        assert_eq!([asks(2), asks(99)], [Duration::from_hours(2), Duration::from_hours(24)]);
    }

    #[test]
    fn a_torn_or_damaged_file_costs_what_it_lost_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::at(folder.path().join("outbox"));
        outbox.put("prod", &batch(2)).unwrap();
        let mut standing = only(&outbox);
        standing.note(&[("id-0".to_owned(), Ok(()))], noon()).unwrap();
        let text = std::fs::read(&standing.path).unwrap();
        // The note of a delivery that tears off is delivered again, under its id.
        std::fs::write(&standing.path, &text[..text.len() - 1]).unwrap();
        let mut torn = only(&outbox);
        assert_eq!((torn.delivered, torn.waiting(), torn.damaged), (0, 2, 0));
        torn.note(&[("id-0".to_owned(), Ok(()))], noon()).unwrap();
        assert_eq!(std::fs::read(&standing.path).unwrap(), text);
        std::fs::write(&standing.path, "nonsense\n").unwrap();
        assert_eq!(outbox.standings().unwrap().1.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_outbox() {
        let folder = tempfile::tempdir().unwrap();
        let (elsewhere, link) = (folder.path().join("elsewhere"), folder.path().join("outbox"));
        std::fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        let outbox = Outbox::at(link);
        outbox.standings().unwrap_err();
        outbox.put("prod", &batch(1)).unwrap_err();
        assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
    }
}
