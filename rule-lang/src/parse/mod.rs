//! Text to tree, item by item: [`scan`] finds where items start, pest reads each alone, the builder turns what pest
//! saw into nodes and rejects what the grammar accepts only to be explained.
//!
//! pest stays in this module: none of its types leaves it.

mod build;
mod condition;
mod entry;
mod item_start;
mod mistake;
mod scan;
mod value;
mod words;

use pest::Parser as _;
use pest::iterators::Pair;
use rayon::prelude::*;

use self::build::Builder;
use self::scan::Chunk;
use crate::tree::Item;
use crate::{Diagnostic, FileId, Source, Tree, codes};

/// The parser that pest generates, and its `Rule`.
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "parse/grammar.pest"]
    pub(super) struct Grammar;
}

use self::grammar::{Grammar, Rule};

/// How many chunks a core takes at a time, and the size of a file from which on it is worth asking for help.
const CHUNKS_AT_ONCE: usize = 256;
const WORTH_SPREADING: usize = 256 * 1024;

/// The most findings in one file that are kept. A file with more is no program, and memory has an end.
const MAX_FINDINGS: usize = 10_000;

/// Reads a file. It yields what it could read and says what it could not; it never fails. The diagnostics stand in
/// the order of the text.
pub fn parse(source: &Source) -> (Tree, Vec<Diagnostic>) {
    let (text, file) = (source.text(), source.id());
    let mut scan = scan::scan(text, file);
    let mut diagnostics = std::mem::take(&mut scan.findings);
    let mut items = Vec::with_capacity(scan.chunks.len());
    let spread = text.len() >= WORTH_SPREADING && rayon::current_num_threads() > 1;
    let at_once = if spread { rayon::current_num_threads() * 16 } else { 1 };
    for chunks in scan.chunks.chunks(CHUNKS_AT_ONCE * at_once) {
        if spread {
            let parts = chunks.par_chunks(CHUNKS_AT_ONCE).map(|chunks| parse_chunks(text, file, chunks));
            for (more_items, more_diagnostics) in parts.collect::<Vec<_>>() {
                items.extend(more_items);
                diagnostics.extend(more_diagnostics);
            }
        } else {
            let (more_items, more_diagnostics) = parse_chunks(text, file, chunks);
            items.extend(more_items);
            diagnostics.extend(more_diagnostics);
        }
        if diagnostics.len() > MAX_FINDINGS {
            break;
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    give_up(&mut diagnostics);
    (Tree { file, text: text.clone(), items, comments: scan.comments }, diagnostics)
}

/// Says where the findings stop, if there are too many.
fn give_up(diagnostics: &mut Vec<Diagnostic>) {
    let Some(first) = diagnostics.get(MAX_FINDINGS) else { return };
    let last = Diagnostic::new(
        &codes::TOO_MANY_ERRORS,
        first.primary.span.before(),
        format!("this file has more than {MAX_FINDINGS} errors; what follows is not read"),
    )
    .help("mend the ones above first");
    diagnostics.truncate(MAX_FINDINGS);
    diagnostics.push(last);
}

fn parse_chunks(text: &str, file: FileId, chunks: &[Chunk]) -> (Vec<Item>, Vec<Diagnostic>) {
    let mut items = Vec::with_capacity(chunks.len());
    let mut builder = Builder::new(text, file);
    for chunk in chunks {
        parse_chunk(&mut builder, chunk, &mut items);
    }
    (items, builder.finish())
}

fn parse_chunk(builder: &mut Builder<'_>, chunk: &Chunk, items: &mut Vec<Item>) {
    if !chunk.mistakes.is_empty() {
        builder.begin();
        chunk.mistakes.iter().for_each(|mistake| builder.report(mistake.clone()));
        items.extend(builder.broken(chunk));
        return;
    }
    let slice = builder.text.get(chunk.start as usize..chunk.end as usize).unwrap_or("");
    match Grammar::parse(Rule::chunk, slice) {
        Ok(pairs) => {
            for pair in pairs {
                build_item(builder, chunk, pair, items);
            }
        }
        Err(error) => {
            let mistake = mistake::explain(builder, chunk, &error);
            builder.begin();
            builder.report(mistake);
            match whole_item(slice) {
                Some(pair) => build_item(builder, chunk, pair, items),
                None => items.extend(builder.broken(chunk)),
            }
        }
    }
}

fn build_item(builder: &mut Builder<'_>, chunk: &Chunk, pair: Pair<'_, Rule>, items: &mut Vec<Item>) {
    let Some(item) = builder.item(pair, chunk.start) else { return };
    let lost = std::mem::take(&mut builder.lost);
    if lost {
        // Of this item alone: the chunk may hold others, which were read.
        let itself = Chunk { start: item.span.start, end: item.span.end, mistakes: Vec::new() };
        items.extend(builder.broken(&itself));
    } else {
        items.push(item);
    }
}

/// The item at the start of a slice, where what follows it and cannot be read starts on a line of its own: then the
/// item is not to blame.
fn whole_item(slice: &str) -> Option<Pair<'_, Rule>> {
    let pair = Grammar::parse(Rule::prefix, slice).ok()?.next()?;
    let end = pair.as_span().end();
    let next = scan::skip_trivia(slice.as_bytes(), end);
    slice.get(end..next)?.contains('\n').then_some(pair)
}

/// How long pest alone takes on a text, for the benchmarks: the floor under everything above. Returns the number of
/// items.
#[doc(hidden)]
pub fn pest_alone(text: &str) -> Option<usize> {
    Grammar::parse(Rule::file, text).ok().map(Iterator::count)
}
