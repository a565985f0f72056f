//! What a file, or all files, are made of: symbols, folds and selections.

use rule_lang::tree::Keyword;
use rule_lang::{FileId, Span};

use crate::features::folding::{self, Fold, FoldKind};
use crate::features::outline::{self, OutlineKind, Outlined, Sought};
use crate::features::selection;
use crate::main_loop::Session;
use crate::position::Lines;
use crate::project::Project;
use crate::protocol::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, FoldingRange,
    FoldingRangeKind, FoldingRangeParams, Location, SelectionRange, SelectionRangeParams, SymbolInformation,
    SymbolKind, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use crate::workspace::Place;

/// How many symbols of a workspace are given at most; who wants another one types more of its name.
const MOST_SYMBOLS: usize = 256;

/// The declarations of a document.
pub(super) fn document(
    session: &Session<'_, '_>,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let place = session.workspace.file(&params.text_document)?;
    let outline = outline::outline(place.project.program.tree(place.file)?);
    if session.client.nested_symbols {
        return Some(
            outline.into_iter().map(|one| nested(place.lines, place.file, one)).collect::<Vec<_>>().into(),
        );
    }
    let mut flat = Vec::new();
    for one in outline {
        flatten(&params.text_document.uri, &place, one, None, &mut flat);
    }
    Some(flat.into())
}

#[expect(deprecated, reason = "the field has to be given, and is not")]
fn nested(lines: Lines<'_>, file: FileId, one: Outlined) -> DocumentSymbol {
    let children: Vec<_> = one.children.into_iter().map(|child| nested(lines, file, child)).collect();
    DocumentSymbol {
        name: one.name,
        detail: one.detail,
        kind: kind(one.kind),
        tags: None,
        deprecated: None,
        range: lines.range(one.range.in_file(file)),
        selection_range: lines.range(one.name_range.in_file(file)),
        children: (!children.is_empty()).then_some(children),
    }
}

fn flatten(
    uri: &Uri,
    place: &Place<'_>,
    one: Outlined,
    container: Option<&str>,
    into: &mut Vec<SymbolInformation>,
) {
    let location = Location { uri: uri.clone(), range: place.lines.range(one.range.in_file(place.file)) };
    into.push(information(one.name.clone(), kind(one.kind), container.map(str::to_owned), location));
    for child in one.children {
        flatten(uri, place, child, Some(&one.name), into);
    }
}

#[expect(deprecated, reason = "the field has to be given, and is not")]
fn information(
    name: String,
    kind: SymbolKind,
    container_name: Option<String>,
    location: Location,
) -> SymbolInformation {
    let base_symbol_information = BaseSymbolInformation { name, kind, tags: None, container_name };
    SymbolInformation { deprecated: None, location, base_symbol_information }
}

/// What editors show beside a name: they have no pictures of queues.
fn kind(kind: OutlineKind) -> SymbolKind {
    match kind {
        OutlineKind::Declaration(keyword) => match keyword {
            Keyword::Attribute => SymbolKind::Field,
            Keyword::Condition => SymbolKind::Boolean,
            Keyword::Skill => SymbolKind::Constant,
            Keyword::SkillGroup => SymbolKind::Array,
            Keyword::Queue => SymbolKind::Namespace,
            Keyword::Rule => SymbolKind::Function,
            Keyword::Strategy => SymbolKind::Object,
            Keyword::Test => SymbolKind::Method,
        },
        OutlineKind::Case => SymbolKind::Method,
    }
}

/// The declarations of all projects that fit what is sought, the best first.
#[expect(clippy::unnecessary_wraps, reason = "the protocol may have none")]
pub(super) fn workspace(
    session: &Session<'_, '_>,
    params: &WorkspaceSymbolParams,
) -> Option<WorkspaceSymbolResponse> {
    let mut found: Vec<(Span, Sought, &Project)> = Vec::new();
    for project in session.workspace.projects() {
        for tree in project.program.trees() {
            let sought = outline::seek(tree, &params.query).into_iter();
            found.extend(sought.map(|one| (tree.span(one.name_range), one, project)));
        }
    }
    // What is equal stays in the order of projects and files.
    found.sort_by(|(_, a, _), (_, b, _)| {
        (a.rank, a.name.len(), &a.name).cmp(&(b.rank, b.name.len(), &b.name))
    });
    found.truncate(MOST_SYMBOLS);
    let symbols = found.into_iter().filter_map(|(span, one, project)| {
        let location = session.workspace.location(project, span)?;
        Some(information(one.name, kind(OutlineKind::Declaration(one.keyword)), one.container, location))
    });
    Some(symbols.collect::<Vec<_>>().into())
}

/// What can be folded in a document.
pub(super) fn folds(session: &Session<'_, '_>, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let place = session.workspace.file(&params.text_document)?;
    let folds = folding::folds(place.project.program.tree(place.file)?);
    let only_lines = session.client.folds_lines;
    Some(folds.into_iter().filter_map(|fold| folded(place.lines, place.file, fold, only_lines)).collect())
}

fn folded(lines: Lines<'_>, file: FileId, fold: Fold, only_lines: bool) -> Option<FoldingRange> {
    let range = lines.range(fold.range.in_file(file));
    // Where whole lines are hidden, the one with the closing bracket is not to be.
    let hides_less = only_lines && fold.kind == FoldKind::Brackets;
    let end_line = if hides_less { range.end.line.saturating_sub(1) } else { range.end.line };
    (range.start.line < end_line).then(|| FoldingRange {
        start_line: range.start.line,
        start_character: (!only_lines).then_some(range.start.character),
        end_line,
        end_character: (!only_lines).then_some(range.end.character),
        kind: (fold.kind == FoldKind::Comment).then_some(FoldingRangeKind::Comment),
        collapsed_text: None,
    })
}

/// What is selected next around each of some positions.
pub(super) fn selections(
    session: &Session<'_, '_>,
    params: &SelectionRangeParams,
) -> Option<Vec<SelectionRange>> {
    let place = session.workspace.file(&params.text_document)?;
    let tree = place.project.program.tree(place.file)?;
    let around = params.positions.iter().map(|position| {
        let ranges = selection::around(tree, place.lines.offset(*position));
        let mut parent = None;
        for range in ranges.into_iter().rev() {
            let range = place.lines.range(range.in_file(place.file));
            parent = Some(Box::new(SelectionRange { range, parent }));
        }
        parent.map_or_else(SelectionRange::default, |innermost| *innermost)
    });
    Some(around.collect())
}
