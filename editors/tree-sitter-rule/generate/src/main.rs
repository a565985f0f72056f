//! Writes `src/` from `grammar.js`, as `tree-sitter generate --abi 14` does, without the rest of that tool. Node runs
//! the grammar. A folder may be named to write to instead.

use std::path::{Path, PathBuf};

use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

/// The version of the parser's layout that all editors of today read.
const ABI: usize = 14;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let grammar = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let out = std::env::args_os().nth(1).map_or_else(|| grammar.join("src"), PathBuf::from);
    let mut remarks = Vec::new();
    generate_parser_in_directory(
        &grammar,
        Some(out),
        Some(grammar.join("grammar.js")),
        ABI,
        None,
        Some("node"),
        true,
        OptLevel::default(),
        &mut remarks,
    )?;
    if remarks.is_empty() { Ok(()) } else { Err(format!("{remarks:?}").into()) }
}
