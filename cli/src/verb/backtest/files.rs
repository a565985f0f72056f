//! The files of records that a command names.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rule_backtest::records::{Chunk, Chunks, Input, Limits, RecordError};

use crate::failure::Failure;
use crate::input::is_stdin;
use crate::name::shown;

/// The most files of one command.
const MAX_FILES: usize = 100_000;

/// A file of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// Where it lies; `-` is standard input.
    pub(crate) path: PathBuf,
    /// What messages call it.
    pub(crate) name: String,
    /// Its size in bytes, where it has one.
    pub(crate) bytes: Option<u64>,
    form: Form,
}

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    JsonLines,
    Csv,
    Parquet,
}

/// The files that these names and patterns stand for, in the order in which they are named; those of a pattern by name.
///
/// # Errors
///
/// What stands for nothing, or is no file of records.
pub(crate) fn sources(named: &[String]) -> Result<Vec<Source>, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    for name in named {
        let path = Path::new(name);
        if is_stdin(path) {
            let name = "standard input".to_owned();
            sources.push(Source { path: path.to_owned(), name, bytes: None, form: Form::JsonLines });
            continue;
        }
        // A name that is one is no pattern, whatever is in it.
        if path.exists() || !name.contains(['*', '?', '[']) {
            sources.push(source(path)?);
            continue;
        }
        let bad =
            |why: &dyn std::fmt::Display| Failure::new(format!("`{name}` is no pattern of files: {why}"));
        let before = sources.len();
        for found in glob::glob(name).map_err(|error| bad(&error))? {
            let path = found.map_err(|error| Failure::file("read", error.path(), error.error()))?;
            if path.is_file() {
                sources.push(source(&path)?);
            }
            if sources.len() > MAX_FILES {
                return Err(Failure::new(format!("there are more than {MAX_FILES} files of records")));
            }
        }
        if sources.len() == before {
            return Err(
                Failure::new(format!("no file matches `{name}`")).help("check the spelling of the pattern")
            );
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = sources.iter().find(|source| !seen.insert(source.path.clone())) {
        return Err(Failure::new(format!("`{}` is named twice", twice.name)).help("name each file once"));
    }
    Ok(sources)
}

fn source(path: &Path) -> Result<Source, Failure> {
    let name = shown(path);
    let metadata = path.metadata().map_err(|error| Failure::file("read", path, &error))?;
    if metadata.is_dir() {
        return Err(Failure::new(format!("`{name}` is a folder"))
            .about(name.clone())
            .help(format!("name its files: `\"{name}/*.parquet\"`")));
    }
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let form = match extension.as_deref() {
        Some("jsonl" | "ndjson") => Form::JsonLines,
        Some("csv") => Form::Csv,
        Some("parquet") => Form::Parquet,
        _ => {
            return Err(Failure::new(format!("`{name}` is no file of records that is known by its name"))
                .about(name)
                .help("name it `….jsonl`, `….csv` or `….parquet`, or hand JSON lines over as standard input: `-`"));
        }
    };
    let bytes = metadata.is_file().then_some(metadata.len());
    Ok(Source { path: path.to_owned(), name, bytes, form })
}

/// The chunks of all files, one file after the other. Each is opened when it is reached.
pub(crate) fn chunks(
    sources: &[Source],
    limits: Limits,
) -> impl Iterator<Item = Result<Chunk, RecordError>> + Send {
    sources.iter().zip(0..).flat_map(move |(source, place)| {
        let (chunks, error) = match open(source, place, limits) {
            Ok(chunks) => (Some(chunks), None),
            Err(error) => (None, Some(Err(error))),
        };
        chunks.into_iter().flatten().chain(error)
    })
}

fn open(source: &Source, place: u32, limits: Limits) -> Result<Chunks, RecordError> {
    let input = Input::new(source.name.as_str(), place);
    if is_stdin(&source.path) {
        return Ok(Chunks::json_lines(input, io::stdin(), limits));
    }
    let file = File::open(&source.path)
        .map_err(|error| RecordError::Read { file: source.name.as_str().into(), source: error })?;
    Ok(match source.form {
        Form::JsonLines => Chunks::json_lines(input, file, limits),
        Form::Csv => Chunks::csv(input, file, limits),
        Form::Parquet => Chunks::parquet(input, file),
    })
}
