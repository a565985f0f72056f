//! Semantic tokens, as differences from one to the next.

use rule_lang::Span;

use crate::features::semantic_tokens::{self, MODIFIERS, TokenType};
use crate::main_loop::Session;
use crate::position::Encoding;
use crate::protocol::{
    Full, Position, SemanticToken, SemanticTokens, SemanticTokensLegend, SemanticTokensOptions,
    SemanticTokensOptionsRange, SemanticTokensParams, SemanticTokensProvider, SemanticTokensRangeParams,
};
use crate::workspace::Place;

/// What editors have to know.
pub(super) fn provider() -> SemanticTokensProvider {
    SemanticTokensProvider::SemanticTokensOptions(SemanticTokensOptions {
        legend: SemanticTokensLegend {
            token_types: TokenType::ALL.iter().map(|ty| ty.as_str().to_owned()).collect(),
            token_modifiers: MODIFIERS.iter().map(|one| (*one).to_owned()).collect(),
        },
        range: Some(SemanticTokensOptionsRange::Bool(true)),
        full: Some(Full::Bool(true)),
        ..SemanticTokensOptions::default()
    })
}

/// The tokens of a whole document.
pub(super) fn full(session: &Session<'_, '_>, params: &SemanticTokensParams) -> Option<SemanticTokens> {
    let place = session.workspace.file(&params.text_document)?;
    Some(tokens(session, &place, None))
}

/// The tokens of a part of it.
pub(super) fn range(session: &Session<'_, '_>, params: &SemanticTokensRangeParams) -> Option<SemanticTokens> {
    let place = session.workspace.file(&params.text_document)?;
    let start = place.lines.offset(params.range.start);
    let end = place.lines.offset(params.range.end).max(start);
    Some(tokens(session, &place, Some(Span::new(place.file, start, end))))
}

fn tokens(session: &Session<'_, '_>, place: &Place<'_>, range: Option<Span>) -> SemanticTokens {
    let mut last = Position { line: 0, character: 0 };
    let mut data: Vec<SemanticToken> = Vec::new();
    for token in semantic_tokens::semantic_tokens(&place.project.program, place.file, range) {
        let mut add = |span: Span| {
            let at = place.lines.position(span.start);
            let is_same_line = at.line == last.line;
            data.push(SemanticToken {
                delta_line: at.line - last.line,
                delta_start: if is_same_line { at.character - last.character } else { at.character },
                length: units(place.source.slice(span), session.workspace.encoding),
                token_type: token.ty as u32,
                token_modifiers_bitset: u32::from(token.is_declaration) | u32::from(token.is_built_in) << 1,
            });
            last = at;
        };
        if session.client.multiline_tokens {
            add(token.span);
        } else {
            lines(place.source.slice(token.span), token.span).for_each(&mut add);
        }
    }
    SemanticTokens { result_id: None, data }
}

/// The parts of a token on each of its lines, without what ends these.
fn lines(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut start = span.start;
    text.split_inclusive('\n').filter_map(move |line| {
        let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
        let from = start;
        start += length(line);
        let shown = length(line.trim_end_matches(['\r', '\n']));
        (shown > 0).then_some(Span { start: from, end: from + shown, ..span })
    })
}

/// How long a text is for the editor.
fn units(text: &str, encoding: Encoding) -> u32 {
    let length = match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16 => text.encode_utf16().count(),
    };
    u32::try_from(length).unwrap_or(u32::MAX)
}
