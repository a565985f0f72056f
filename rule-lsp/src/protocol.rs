//! The protocol's types. The only module that names the library they come from, whose names change between releases.

pub(crate) use gen_lsp_types::*;
