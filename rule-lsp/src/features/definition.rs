//! Go to definition.

use rule_compiler::Program;
use rule_lang::{FileId, Span};

/// Where the symbol at an offset is declared, the declaration that counts first.
pub(crate) fn definition(program: &Program, file: FileId, offset: u32) -> Vec<Span> {
    let Some(found) = program.symbol_at(file, offset) else { return Vec::new() };
    program.declarations(found.symbol).into_iter().map(|(_, name)| name).collect()
}
