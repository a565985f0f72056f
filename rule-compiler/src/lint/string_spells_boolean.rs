//! W0205: the platform casts the strings "true" and "false", in any case, to booleans (contract 1.3).

use rule_lang::tree::Text;
use rule_lang::{TextRange, codes};

use crate::check::Context;

/// Warns about a string literal that would be sent and that spells a boolean.
pub(crate) fn literal_spells_boolean(cx: &mut Context<'_>, range: TextRange) {
    // Many are too short for that, and are not decoded.
    if range.len() >= "\"true\"".len() {
        string_spells_boolean(cx, range, &cx.tree.string(Text(range)));
    }
}

/// Warns about a text that would be sent and that spells a boolean.
pub(crate) fn string_spells_boolean(cx: &mut Context<'_>, range: TextRange, text: &str) {
    if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") {
        return;
    }
    let written = cx.text(range);
    cx.report(
        cx.diagnostic(
            &codes::STRING_SPELLS_BOOLEAN,
            range,
            format!("the platform turns `{written}` into a boolean, which equals no string"),
        )
        .at("sent as a boolean")
        .help("give the value another spelling, or declare the attribute a `bool`"),
    );
}
