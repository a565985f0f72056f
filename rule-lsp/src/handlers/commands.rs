//! The commands that editors can ask for: what stands behind the code lenses.

use serde::Deserialize;
use serde_json::Value;

use crate::features::answer::Answer;
use crate::features::run_test::run_test;
use crate::features::show_tree::show_tree;
use crate::main_loop::Session;
use crate::protocol::{ExecuteCommandOptions, ExecuteCommandParams, Position, TextDocumentIdentifier, Uri};

/// Runs a test of a document, or one of its cases: `{ uri, test, case? }`.
pub(super) const RUN_TEST: &str = "rulec.runTest";
/// Shows the compiled tree of a document's rule: `{ uri, rule, position? }`; of several of one name the nearest.
pub(super) const SHOW_TREE: &str = "rulec.showTree";

/// What editors have to know.
pub(super) fn options() -> ExecuteCommandOptions {
    let commands = vec![RUN_TEST.to_owned(), SHOW_TREE.to_owned()];
    ExecuteCommandOptions { commands, ..ExecuteCommandOptions::default() }
}

#[derive(Deserialize)]
struct TestArgument {
    uri: String,
    test: String,
    case: Option<String>,
}

#[derive(Deserialize)]
struct TreeArgument {
    uri: String,
    rule: String,
    position: Option<Position>,
}

/// Does what a command says. The answer is `{ ok, text }` with `report` or `tree`; where something stands in the way,
/// `text` says what.
#[expect(clippy::unnecessary_wraps, reason = "the protocol's commands may answer nothing")]
pub(super) fn execute(session: &Session<'_, '_>, params: &ExecuteCommandParams) -> Option<Value> {
    let argument = params.arguments.as_ref().and_then(|all| all.first()).cloned().unwrap_or_default();
    let answer = match params.command.as_str() {
        RUN_TEST => serde_json::from_value(argument).map(|argument| test(session, argument)),
        SHOW_TREE => serde_json::from_value(argument).map(|argument| tree(session, argument)),
        other => Ok(Answer::error(format!("rulec has no command `{other}`"))),
    };
    let misread = |error: serde_json::Error| {
        Answer::error(format!("the arguments of `{}` cannot be read: {error}", params.command))
    };
    Some(answer.unwrap_or_else(misread).to_json())
}

fn test(session: &Session<'_, '_>, TestArgument { uri, test, case }: TestArgument) -> Answer {
    let Some(place) = session.workspace.file(&TextDocumentIdentifier { uri: Uri(uri.clone()) }) else {
        return unknown(&uri);
    };
    let project = place.project;
    run_test(&project.program, &project.sources, place.file, &test, case.as_deref())
}

fn tree(session: &Session<'_, '_>, TreeArgument { uri, rule, position }: TreeArgument) -> Answer {
    let Some(place) = session.workspace.file(&TextDocumentIdentifier { uri: Uri(uri.clone()) }) else {
        return unknown(&uri);
    };
    let offset = position.map_or(0, |position| place.lines.offset(position));
    let project = place.project;
    show_tree(&project.program, &project.sources, place.file, &rule, offset)
}

fn unknown(uri: &str) -> Answer {
    Answer::error(format!("rulec does not know the document `{uri}`"))
}
