//! Code actions: quick fixes, and all safe fixes at once.

use rule_lang::Applicability;

use crate::diagnostics;
use crate::edits;
use crate::features::fixes;
use crate::main_loop::Session;
use crate::protocol::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProvider,
    CodeActionResponse, CodeActionTriggerKind, Range,
};
use crate::workspace::Place;

/// All safe fixes of a document at once, as an editor may want it done when it saves.
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.rulec");

/// How many diagnostics beside the asked range are looked at: a line has few.
const MOST_BESIDE: usize = 32;

/// The kinds of actions that there are.
pub(super) fn provider() -> CodeActionProvider {
    CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::SourceFixAll, FIX_ALL]),
        ..CodeActionOptions::default()
    }
    .into()
}

/// What can be done about a range of a document.
pub(super) fn actions(
    session: &Session<'_, '_>,
    params: &CodeActionParams,
) -> Option<Vec<CodeActionResponse>> {
    let place = session.workspace.file(&params.text_document)?;
    let mut actions: Vec<CodeAction> = Vec::new();
    if is_wanted(&params.context, &CodeActionKind::QuickFix) {
        let asked = byte_range(&place, &params.range);
        let at = |(start, end)| fixes::offers(&place.project.program, place.file, start, end);
        let mut offers = at(asked);
        // What the editor shows on the cursor's line may stand beside the cursor: it sends these along.
        let shown = params.context.diagnostics.iter().map(|one| byte_range(&place, &one.range));
        let mut beside: Vec<(u32, u32)> = shown.filter(|one| one.1 < asked.0 || asked.1 < one.0).collect();
        beside.sort_unstable();
        beside.dedup();
        for offer in beside.into_iter().take(MOST_BESIDE).flat_map(at) {
            if !offers.contains(&offer) {
                offers.push(offer);
            }
        }
        actions.extend(offers.into_iter().map(|offer| quick_fix(session, &place, offer)));
    }
    // Working out all fixes takes checks of its own: not where an editor asks at every step of the cursor.
    let is_asked = params.context.only.is_some()
        || params.context.trigger_kind != Some(CodeActionTriggerKind::Automatic);
    if is_asked && is_wanted(&params.context, &FIX_ALL) {
        actions.extend(fix_all(session, &place));
    }
    Some(actions.into_iter().map(Into::into).collect())
}

/// A range of a document in bytes.
fn byte_range(place: &Place<'_>, range: &Range) -> (u32, u32) {
    (place.lines.offset(range.start), place.lines.offset(range.end))
}

/// Whether the editor asks for actions of this kind: for all, for this, or for what this is a part of.
fn is_wanted(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    let holds = |wanted: &CodeActionKind| match kind.as_str().strip_prefix(wanted.as_str()) {
        Some(rest) => rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty(),
        None => false,
    };
    context.only.as_ref().is_none_or(|only| only.iter().any(holds))
}

fn quick_fix(session: &Session<'_, '_>, place: &Place<'_>, offer: fixes::Offer<'_>) -> CodeAction {
    let project = place.project;
    CodeAction {
        title: offer.fix.title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: diagnostics::converted(session.workspace, project, offer.diagnostic)
            .map(|one| vec![one]),
        is_preferred: (offer.fix.applicability == Applicability::Safe).then_some(true),
        edit: Some(edits::of_project(session, project, &offer.fix.edits)),
        ..CodeAction::default()
    }
}

fn fix_all(session: &Session<'_, '_>, place: &Place<'_>) -> Option<CodeAction> {
    let Place { project, file, source, .. } = *place;
    let fixed = fixes::all_fixed(&project.program, &project.sources, file)?;
    let edits = edits::between(file, source.text(), &fixed);
    Some(CodeAction {
        title: "fix all that has one right answer".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(edits::of_project(session, project, &edits)),
        ..CodeAction::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_given_to_those_who_ask_for_them_or_for_all() {
        let asks = |only: &[&'static str]| {
            let only = only.iter().map(|kind| CodeActionKind::from(*kind)).collect();
            is_wanted(&CodeActionContext { only: Some(only), ..CodeActionContext::default() }, &FIX_ALL)
        };
        assert!(is_wanted(&CodeActionContext::default(), &FIX_ALL));
        assert!(asks(&["source"]) && asks(&["source.fixAll"]) && asks(&["quickfix", "source.fixAll.rulec"]));
        assert!(asks(&[""]));
        assert!(
            !asks(&["quickfix"]) && !asks(&["source.fix"]) && !asks(&["source.fixAll.other"]) && !asks(&[])
        );
    }
}
