//! Completion.

use rule_lang::Span;

use crate::features::completion::{self, Kind};
use crate::main_loop::Session;
use crate::protocol::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionList, CompletionOptions,
    CompletionParams, CompletionResponse, Documentation, InsertTextFormat, Range, TextEdit,
};
use crate::workspace::Place;

/// What starts a value, an operator or a list: there editors ask by themselves.
const TRIGGERS: [&str; 5] = ["\"", "[", "(", ":", " "];

/// What editors have to know.
pub(super) fn options() -> CompletionOptions {
    let triggers = TRIGGERS.iter().map(|one| (*one).to_owned()).collect();
    CompletionOptions { trigger_characters: Some(triggers), ..CompletionOptions::default() }
}

/// What may stand at the cursor.
pub(super) fn completion(session: &Session<'_, '_>, params: &CompletionParams) -> Option<CompletionResponse> {
    let place = session.workspace.place(&params.text_document_position_params)?;
    let is_space = params.context.as_ref().is_some_and(|one| one.trigger_character.as_deref() == Some(" "));
    if is_space && is_indent(&place) {
        return None;
    }
    let found = completion::completion(&place.project.program, place.file, place.offset)?;
    let range = place.lines.range(found.span);
    let items = found.items.into_iter().map(|one| item(one, range, session.client.snippets)).collect();
    Some(CompletionResponse::CompletionList(CompletionList {
        is_incomplete: found.is_incomplete,
        items,
        ..CompletionList::default()
    }))
}

/// Whether nothing but white space stands on the line before the cursor: who indents a line asks for nothing.
fn is_indent(place: &Place<'_>) -> bool {
    let before = place.source.slice(Span { start: 0, end: place.offset, file: place.file });
    before.rsplit('\n').next().unwrap_or("").trim().is_empty()
}

fn item(one: completion::Completion, range: Range, takes_snippets: bool) -> CompletionItem {
    let snippet = one.snippet.filter(|_| takes_snippets);
    let insert_text_format = snippet.is_some().then_some(InsertTextFormat::Snippet);
    CompletionItem {
        sort_text: Some(format!("{:02}{}", one.rank, one.label)),
        filter_text: (one.filter != one.label).then_some(one.filter),
        label: one.label,
        kind: Some(kind(one.kind)),
        detail: one.detail,
        documentation: one.about.map(Documentation::String),
        insert_text_format,
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
            range,
            new_text: snippet.unwrap_or(one.insert),
        })),
        ..CompletionItem::default()
    }
}

fn kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Keyword => CompletionItemKind::Keyword,
        Kind::Property => CompletionItemKind::Property,
        Kind::Attribute => CompletionItemKind::Variable,
        Kind::Condition => CompletionItemKind::Function,
        Kind::Operator => CompletionItemKind::Operator,
        Kind::Value => CompletionItemKind::Value,
        Kind::Choice => CompletionItemKind::EnumMember,
        Kind::Type => CompletionItemKind::TypeParameter,
        Kind::Skill => CompletionItemKind::Class,
        Kind::SkillGroup => CompletionItemKind::Module,
        Kind::Queue => CompletionItemKind::Struct,
        Kind::Rule => CompletionItemKind::Method,
    }
}
