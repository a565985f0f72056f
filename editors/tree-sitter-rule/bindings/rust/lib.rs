//! The rule language of `rulec` for [tree-sitter](https://tree-sitter.github.io), and what its syntax nodes mean to an
//! editor.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_rule() -> *const ();
}

/// The language, for `tree_sitter::Parser::set_language`.
// SAFETY: the function is the one that the generated parser defines for this.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_rule) };

/// Colours.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// What is declared, for lists of symbols.
pub const TAGS_QUERY: &str = include_str!("../../queries/tags.scm");
