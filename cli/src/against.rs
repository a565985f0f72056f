//! Other rules than the project's own, to compare with: a path's, a revision's of git, or what is live.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use genesys_client::resource::Kind;
use genesys_model::{Bundle, RuleBody};
use rule_compiler::Symbols;
use rule_lang::{MAX_FILE_BYTES, Severity};

use crate::config::FILE_NAME;
use crate::deploy::home::Home;
use crate::deploy::runtime::block_on;
use crate::deploy::session::Session;
use crate::failure::Failure;
use crate::lifting;
use crate::load::{Project, Workspace};
use crate::name::shown;
use crate::project::{MAX_FILES, MAX_TOTAL_BYTES};
use crate::render::clean::clean;
use crate::terminal::{Terminal, count};
use crate::verb::compile::only_project;

/// The word for what is live in an organization.
const LIVE: &str = "live";

/// Rules to compare with.
#[derive(Debug)]
pub(crate) struct Other {
    /// What people call them.
    pub(crate) label: String,
    /// The rules.
    pub(crate) bundle: Bundle,
    /// The project that they were read from; what is live has none.
    pub(crate) project: Option<Project>,
}

impl Other {
    /// What they declare; what is live declares nothing.
    pub(crate) fn symbols(&self) -> Option<&Symbols> {
        self.project.as_ref().map(|project| project.program.symbols())
    }
}

/// Reads the rules that `named` stands for: `live`, a path, or a revision of the repository that `root` lies in.
///
/// # Errors
///
/// Where it stands for nothing, or its rules have errors.
pub(crate) fn read(
    named: &str,
    root: Option<&Path>,
    org: Option<&str>,
    state: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<Other, Failure> {
    let path = Path::new(named);
    if named == LIVE {
        return live(org, root, state, terminal);
    }
    if path.exists() {
        let workspace = Workspace::load_own(&[path.to_path_buf()], terminal.err_color)?;
        return of_workspace(workspace, shown(path));
    }
    let folder = tempfile::tempdir()
        .map_err(|error| Failure::new(format!("cannot make a folder for the rules of `{named}`: {error}")))?;
    check_out(named, root.unwrap_or(Path::new(".")), folder.path())?;
    let workspace = Workspace::load_own(&[folder.path().to_path_buf()], terminal.err_color)?;
    of_workspace(workspace, named.to_owned())
}

/// The one project of a workspace, compiled.
fn of_workspace(mut workspace: Workspace, label: String) -> Result<Other, Failure> {
    if !workspace.failures.is_empty() {
        return Err(workspace.failures.swap_remove(0));
    }
    workspace.check();
    only_project(&workspace, "backtest --against")?;
    let errors = |project: &Project| {
        let messages = project.program.diagnostics();
        messages.filter(|one| one.severity == Severity::Error).map(|one| one.message.clone()).collect()
    };
    let errors: Vec<String> =
        workspace.projects.iter().flat_map(|project| -> Vec<String> { errors(project) }).collect();
    if let Some(first) = errors.first() {
        let failure = Failure::new(format!("the rules of `{label}` have {}", count(errors.len(), "error")));
        return Err(failure
            .note(clean(first).into_owned())
            .help("compare with rules that pass `rulec check`"));
    }
    let project = workspace.projects.pop();
    let bundle = project.as_ref().map(|project| project.program.compile()).unwrap_or_default();
    Ok(Other { label, bundle, project })
}

/// What is live in an organization.
fn live(
    org: Option<&str>,
    root: Option<&Path>,
    state: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<Other, Failure> {
    let home = Home::of_folder(root, state, terminal.err_color)?;
    block_on(async {
        let session = Session::open(home, org, None, terminal).await?;
        let observed = session.connection.observe(&BTreeSet::from([Kind::Rule]), false).await?;
        let mut rules: Vec<RuleBody> = Vec::new();
        for one in observed.of(Kind::Rule) {
            rules.push(lifting::body(one, &observed).map_err(|why| {
                let name = clean(&one.key.name).into_owned();
                Failure::new(format!("the live rule `{name}` cannot be compared with: {why}"))
            })?);
        }
        let label = format!("{} (live)", session.shown());
        Ok(Other { label, bundle: Bundle::new(rules), project: None })
    })
}

/// Writes the rules of a revision, and the settings beside them, into an empty folder.
fn check_out(revision: &str, root: &Path, into: &Path) -> Result<(), Failure> {
    let nowhere = || {
        Failure::new(format!("`{revision}` is neither a path nor a revision of git here"))
            .help("name a folder or file of rules, a branch, tag or commit, or `live`")
    };
    if revision.starts_with('-') {
        return Err(nowhere());
    }
    let commit = git(root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")], &[])?;
    let commit = commit.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()).ok_or_else(nowhere)?;
    let listed = git(root, &["ls-tree", "-r", "-z", &commit], &[])?.ok_or_else(nowhere)?;
    let mut files: Vec<(String, PathBuf)> = Vec::new();
    for entry in listed.split(|byte| *byte == 0) {
        // `mode type object<TAB>path`
        let text = String::from_utf8_lossy(entry);
        let Some((head, path)) = text.split_once('\t') else { continue };
        let Some(object) = head.strip_prefix("100").and_then(|head| head.split(' ').nth(2)) else { continue };
        let path = PathBuf::from(path);
        let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let is_ours = path.extension() == Some(OsStr::new("rule"))
            || path.file_name().is_some_and(|name| name == FILE_NAME || name == ".gitignore");
        if is_inside && is_ours {
            files.push((object.to_owned(), path));
        }
    }
    if !files.iter().any(|(_, path)| path.extension() == Some(OsStr::new("rule"))) {
        return Err(Failure::new(format!("the revision `{revision}` has no `.rule` files here")));
    }
    if files.len() > MAX_FILES {
        return Err(Failure::new(format!(
            "the revision `{revision}` has more than {MAX_FILES} `.rule` files"
        )));
    }
    let objects = files.iter().fold(String::new(), |all, (object, _)| all + object + "\n");
    let contents = git(root, &["cat-file", "--batch"], objects.as_bytes())?.ok_or_else(nowhere)?;
    let mut rest = contents.as_slice();
    for (_, path) in &files {
        let bytes = object(&mut rest)
            .ok_or_else(|| Failure::new(format!("git did not give `{}` of `{revision}`", shown(path))))?;
        let target = into.join(path);
        let made =
            target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&target, bytes));
        made.map_err(|error| Failure::file("write", &target, &error))?;
    }
    Ok(())
}

/// The next object of what `git cat-file --batch` says: a line `object type size`, the bytes, a line end.
fn object<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let line = rest.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(rest.get(..line)?).ok()?;
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let start = line + 1;
    let bytes = rest.get(start..start.checked_add(size)?)?;
    *rest = rest.get(start + size + 1..)?;
    (size <= MAX_FILE_BYTES).then_some(bytes)
}

/// What git says, asked in a folder; nothing where it refuses.
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!("cannot ask git for other rules: {error}"))
            .help("install git, or name a folder or file of rules")
    };
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    // git reads while it writes: both at once, or both wait for each other.
    let input = input.to_vec();
    let stdin = child.stdin.take();
    let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let output = child.wait_with_output().map_err(failed)?;
    let _ = writer.join();
    if output.stdout.len() as u64 > MAX_TOTAL_BYTES {
        return Err(Failure::new("the other rules are larger than a command reads"));
    }
    Ok(output.status.success().then_some(output.stdout))
}
