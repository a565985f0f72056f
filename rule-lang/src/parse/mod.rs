//! Text to tree: [`scan`] finds where items start, pest reads a few of them at once, or one alone where there is a
//! mistake, and the builder turns what pest saw into nodes and rejects what the grammar accepts only to be explained.
//!
//! pest stays in this module: none of its types leaves it.

mod blank;
mod build;
mod condition;
mod entry;
mod item_start;
mod mistake;
mod pairs;
mod scan;
mod value;
mod words;

use std::sync::Arc;

use pest::Parser as _;
use rayon::prelude::*;

use self::blank::Blank;
use self::build::{Builder, Declaration};
use self::pairs::{Pair, Pairs, gather};
use self::scan::Chunk;
pub(crate) use self::scan::{offset, skip_trivia};
use crate::tree::{Comment, Item};
use crate::{Diagnostic, FileId, Source, TextRange, Tree, codes, fix};

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

/// How much text pest reads at once, unless one item has more. Every time, its list of tokens grows from nothing, which
/// costs less the longer it gets; what it needs is still small beside the tree.
const TEXT_AT_ONCE: usize = 64 * 1024;

/// The most findings in one file that are kept. A file with more is no program, and memory has an end.
const MAX_FINDINGS: usize = 10_000;

/// Reads a file. It yields what it could read and says what it could not; it never fails. The diagnostics stand in
/// the order of the text.
pub fn parse(source: &Source) -> (Tree, Vec<Diagnostic>) {
    let (tree, mut diagnostics) = read(source);
    fix::keep_what_mends(source, &mut diagnostics);
    (tree, diagnostics)
}

/// The same, with fixes of which nobody knows whether they mend anything.
pub(crate) fn read(source: &Source) -> (Tree, Vec<Diagnostic>) {
    let (text, file) = (source.text(), source.id());
    let mut scan = scan::scan(text, file);
    let mut diagnostics = std::mem::take(&mut scan.findings);
    let mut items = Vec::with_capacity(scan.chunks.len());
    let spread = text.len() >= WORTH_SPREADING && rayon::current_num_threads() > 1;
    let at_once = if spread { rayon::current_num_threads() * 16 } else { 1 };
    for chunks in scan.chunks.chunks(CHUNKS_AT_ONCE * at_once) {
        if spread {
            let parts = chunks.par_chunks(CHUNKS_AT_ONCE).map(|chunks| {
                let mut items = Vec::with_capacity(chunks.len());
                let diagnostics = parse_chunks(text, file, chunks, &scan.comments, &mut items);
                (items, diagnostics)
            });
            for (more_items, more_diagnostics) in parts.collect::<Vec<_>>() {
                items.extend(more_items);
                diagnostics.extend(more_diagnostics);
            }
        } else {
            diagnostics.extend(parse_chunks(text, file, chunks, &scan.comments, &mut items));
        }
        if diagnostics.len() > MAX_FINDINGS {
            break;
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    give_up(&mut diagnostics);
    (Tree { file, text: text.clone(), items, comments: scan.comments }, diagnostics)
}

/// Where the declarations of a text are, read or not: each mistake of the parser stands in one of them, or after it.
pub(crate) fn declarations(source: &Source) -> Vec<TextRange> {
    let chunks = scan::scan(source.text(), source.id()).chunks;
    chunks.iter().map(|chunk| TextRange { start: chunk.start, end: chunk.end }).collect()
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

/// Reads chunks that stand side by side; gives what is wrong with them.
fn parse_chunks(
    text: &str,
    file: FileId,
    chunks: &[Chunk],
    comments: &[Comment],
    items: &mut Vec<Item>,
) -> Vec<Diagnostic> {
    let mut builder = Builder::new(text, file);
    let mut blank = Blank::new(text, comments);
    let mut declarations = Vec::new();
    for batch in chunks.chunk_by(fit_together(TEXT_AT_ONCE)) {
        if parse_batch(&mut builder, &mut blank, batch, &mut declarations).is_none() {
            for chunk in batch {
                parse_chunk(&mut builder, &mut blank, chunk, &mut declarations);
            }
        }
        let nodes = Arc::new(builder.nodes.take());
        let finish = |(range, kind)| Item { range, kind, nodes: Arc::clone(&nodes) };
        items.extend(declarations.drain(..).map(finish));
    }
    builder.finish()
}

/// Tells runs of chunks that pest reads at once: calling it has a price.
fn fit_together(most: usize) -> impl FnMut(&Chunk, &Chunk) -> bool {
    let mut start = None;
    move |chunk, next| {
        let from = *start.get_or_insert(chunk.start);
        let fits = (next.end - from) as usize <= most;
        if !fits {
            start = None;
        }
        fits
    }
}

/// Reads several chunks at once, as nearly always can be done; nothing where one of them has a mistake.
fn parse_batch(
    builder: &mut Builder<'_>,
    blank: &mut Blank<'_>,
    batch: &[Chunk],
    into: &mut Vec<Declaration>,
) -> Option<()> {
    let (first, last) = (batch.first()?, batch.last()?);
    if batch.len() == 1 || batch.iter().any(|chunk| !chunk.mistakes.is_empty()) {
        return None;
    }
    let pairs = Grammar::parse(Rule::chunk, blank.slice(first.start, last.end)).ok()?;
    build_items(builder, pairs, first.start, into);
    Some(())
}

fn parse_chunk(builder: &mut Builder<'_>, blank: &mut Blank<'_>, chunk: &Chunk, into: &mut Vec<Declaration>) {
    if !chunk.mistakes.is_empty() {
        builder.begin();
        chunk.mistakes.iter().for_each(|mistake| builder.report(mistake.clone()));
        into.extend(builder.broken(chunk));
        return;
    }
    let slice = blank.slice(chunk.start, chunk.end);
    match Grammar::parse(Rule::chunk, slice) {
        Ok(pairs) => build_items(builder, pairs, chunk.start, into),
        Err(error) => {
            let mistake = mistake::explain(builder, chunk, &error);
            builder.begin();
            builder.report(mistake);
            match whole_item(slice) {
                Some(pairs) => build_items(builder, pairs, chunk.start, into),
                None => into.extend(builder.broken(chunk)),
            }
        }
    }
}

/// Builds what pest saw in a slice that starts at `base`.
fn build_items(
    builder: &mut Builder<'_>,
    pairs: pest::iterators::Pairs<'_, Rule>,
    base: u32,
    into: &mut Vec<Declaration>,
) {
    let mut tokens = std::mem::take(&mut builder.tokens);
    tokens.clear();
    gather(pairs, base, &mut tokens);
    for pair in Pairs::new(&tokens, builder.text) {
        build_item(builder, pair, into);
    }
    builder.tokens = tokens;
}

fn build_item(builder: &mut Builder<'_>, pair: Pair<'_>, into: &mut Vec<Declaration>) {
    let Some(declaration) = builder.item(pair) else { return };
    if std::mem::take(&mut builder.lost) {
        // Of this item alone: the chunk may hold others, which were read.
        let (range, _) = declaration;
        into.extend(builder.broken(&Chunk { start: range.start, end: range.end, mistakes: Vec::new() }));
    } else {
        into.push(declaration);
    }
}

/// The item at the start of a slice, where what follows it and cannot be read starts on a line of its own: then the
/// item is not to blame.
fn whole_item(slice: &str) -> Option<pest::iterators::Pairs<'_, Rule>> {
    let pairs = Grammar::parse(Rule::prefix, slice).ok()?;
    let end = pairs.peek()?.as_span().end();
    let next = scan::skip_trivia(slice.as_bytes(), end);
    slice.get(end..next)?.contains('\n').then_some(pairs)
}

/// A text as pest gets it: its comments are white space. For the benchmarks.
#[doc(hidden)]
pub fn as_pest_gets_it(text: &str) -> String {
    let comments = scan::scan(text, FileId(0)).comments;
    Blank::new(text, &comments).slice(0, scan::offset(text.len())).to_owned()
}

/// How long pest alone takes on a text as it gets it, for the benchmarks: the floor under everything above. Returns
/// what pest saw, so that a benchmark may free it later.
#[doc(hidden)]
pub fn pest_alone(text: &str) -> Option<impl Sized + '_> {
    Grammar::parse(Rule::file, text).ok()
}
