//! Rename: a name in all its places, so that the program goes on to mean what it meant.
//!
//! Where a declaration's name was also the platform's, the declaration says so from now on (`keep`): data still comes
//! from the same field, and the live object stays the one that it was.

mod keep;
mod new_name;

use std::collections::{BTreeMap, BTreeSet};

use rule_compiler::{Occurrence, Program, Role, Symbol, SymbolKind};
use rule_lang::fix::apply;
use rule_lang::literal::encode_string;
use rule_lang::{Edit, FileId, Severity, SourceMap, Span};

/// Why something is not renamed, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is nothing that can be renamed.
    Symbol(String),
    /// It can be, but not to this.
    NewName(String),
}

/// What is about to be renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renamed {
    /// The name that is edited, without quotes.
    pub(crate) span: Span,
    /// What it stands for.
    pub(crate) name: String,
}

/// What would be renamed at an offset; none where nothing stands there.
///
/// # Errors
///
/// Where what stands there keeps its name.
pub(crate) fn prepare(program: &Program, file: FileId, offset: u32) -> Result<Option<Renamed>, Refused> {
    let Some(found) = program.symbol_at(file, offset) else { return Ok(None) };
    may_be_renamed(program, &found)?;
    let name = program.symbol_name(found.symbol).to_owned();
    let quotes = u32::from(is_quoted(program, found.symbol));
    let span = found.span;
    let span =
        Span { start: (span.start + quotes).min(span.end), end: (span.end - quotes).max(span.start), ..span };
    Ok(Some(Renamed { span: if span.start <= span.end { span } else { found.span }, name }))
}

/// What renames the symbol at an offset; none where nothing stands there. The edits come file by file and do not
/// overlap.
///
/// # Errors
///
/// Where it keeps its name, or cannot have the new one.
pub(crate) fn rename(
    program: &Program,
    sources: &SourceMap,
    file: FileId,
    offset: u32,
    new: &str,
) -> Result<Option<Vec<Edit>>, Refused> {
    let Some(found) = program.symbol_at(file, offset) else { return Ok(None) };
    may_be_renamed(program, &found)?;
    let symbol = found.symbol;
    let quoted = is_quoted(program, symbol);
    let new = if quoted { without_quotes(new) } else { new.trim() };
    if new == program.symbol_name(symbol) {
        return Ok(Some(Vec::new()));
    }
    new_name::check(program, symbol, new).map_err(Refused::NewName)?;
    let written = if quoted { encode_string(new) } else { new.to_owned() };
    let places = program.occurrences_of(symbol).into_iter().filter(|one| one.role != Role::PlatformName);
    let mut edits: Vec<Edit> = places.map(|one| Edit { span: one.span, text: written.clone() }).collect();
    edits.extend(keep::edits(program, symbol, new)?);
    edits.sort_by_key(|edit| edit.span);
    leaves_no_error(program, sources, &edits).map_err(Refused::NewName)?;
    Ok(Some(edits))
}

fn may_be_renamed(program: &Program, found: &Occurrence) -> Result<(), Refused> {
    let name = program.symbol_name(found.symbol);
    let refused = if program.is_built_in(found.symbol) {
        format!("`{name}` is built in, and built-in attributes keep their names")
    } else if found.role == Role::PlatformName {
        format!(
            "this is the platform's name for the skill `{name}`: rename the skill where it stands without quotes"
        )
    } else if program.declarations(found.symbol).is_empty() {
        format!("`{name}` is declared nowhere: declare it first")
    } else {
        return Ok(());
    };
    Err(Refused::Symbol(refused))
}

/// Whether a symbol's name is a string.
fn is_quoted(program: &Program, symbol: Symbol) -> bool {
    matches!(program.symbol_kind(symbol), SymbolKind::Queue | SymbolKind::Rule)
}

/// Some editors ask for the new name with the old one's quotes around it.
fn without_quotes(new: &str) -> &str {
    new.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(new)
}

/// Whether the program, checked with these edits, has no error that it did not have: a word that cannot stand there, a
/// test that no longer knows which rule it expects.
fn leaves_no_error(program: &Program, sources: &SourceMap, edits: &[Edit]) -> Result<(), String> {
    let mut after = program.clone();
    for (id, edits) in by_file(edits) {
        let new = sources.get(id).and_then(|source| Some((source, apply(source.text(), &edits)?)));
        let Some((source, text)) = new else {
            return Err("the declaration cannot be edited where it stands: rename it by hand".to_owned());
        };
        after.set(&rule_lang::Source::new(id, source.name(), text));
    }
    after.check();
    let before = errors(program);
    let worse = errors(&after).into_iter().find(|(id, now)| before.get(id).map_or(0, Vec::len) < now.len());
    let Some((id, now)) = worse else { return Ok(()) };
    let known: BTreeSet<&String> = before.get(id).into_iter().flatten().collect();
    let new = now.iter().find(|message| !known.contains(message)).or(now.first());
    Err(format!(
        "with this name the program would have a new error ({id}): {}",
        new.map_or("", String::as_str)
    ))
}

fn by_file(edits: &[Edit]) -> BTreeMap<FileId, Vec<&Edit>> {
    let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        files.entry(edit.span.file).or_default().push(edit);
    }
    files
}

/// The messages of a program's errors, by their codes.
fn errors(program: &Program) -> BTreeMap<&'static str, Vec<String>> {
    let mut errors: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for found in program.diagnostics().filter(|found| found.severity == Severity::Error) {
        errors.entry(found.code.id).or_default().push(found.message.clone());
    }
    errors
}

#[cfg(test)]
mod tests;
