//! What is shown in a text beside its words: inlay hints and code lenses.

use rule_lang::Span;
use serde_json::json;

use super::commands::{RUN_TEST, SHOW_TREE};
use crate::features::code_lenses::{self, Action};
use crate::features::inlay_hints;
use crate::main_loop::Session;
use crate::protocol::{
    CodeLens, CodeLensParams, Command, InlayHint, InlayHintKind, InlayHintParams, Label, Tooltip,
};

/// The hints of a part of a document.
pub(super) fn inlay_hints(session: &Session<'_, '_>, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let place = session.workspace.file(&params.text_document)?;
    let start = place.lines.offset(params.range.start);
    let end = place.lines.offset(params.range.end).max(start);
    let found =
        inlay_hints::inlay_hints(&place.project.program, place.file, Span::new(place.file, start, end));
    let hint = |one: inlay_hints::InlayHint| InlayHint {
        position: place.lines.position(one.offset),
        kind: one.is_type.then_some(InlayHintKind::Type),
        padding_left: (!one.is_type).then_some(true),
        label: Label::String(one.label),
        tooltip: Some(Tooltip::String(one.tooltip)),
        text_edits: None,
        padding_right: None,
        data: None,
    };
    Some(found.into_iter().map(hint).collect())
}

/// What can be done with the declarations of a document.
pub(super) fn code_lenses(session: &Session<'_, '_>, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let place = session.workspace.file(&params.text_document)?;
    let uri = &params.text_document.uri.0;
    let lens = |one: code_lenses::CodeLens| {
        let (title, command, argument) = match one.action {
            Action::RunTest { test, case } => {
                ("run test", RUN_TEST, json!({ "uri": uri, "test": test, "case": case }))
            }
            Action::ShowTree { rule } => {
                let position = place.lines.position(one.span.start);
                ("show tree", SHOW_TREE, json!({ "uri": uri, "rule": rule, "position": position }))
            }
        };
        CodeLens {
            range: place.lines.range(one.span),
            command: Some(Command {
                title: title.to_owned(),
                tooltip: None,
                command: command.to_owned(),
                arguments: Some(vec![argument]),
            }),
            data: None,
        }
    };
    Some(code_lenses::code_lenses(&place.project.program, place.file).into_iter().map(lens).collect())
}
