//! What a .rule program means: names, types, depth, lints, lowering to targets.
//!
//! [`Program`] holds the files of a project and checks what changes; [`lower`](lower::lower) walks a checked condition
//! for a target.

mod allow;
mod bundle;
mod check;
mod condition_graph;
mod declare;
pub mod lift;
mod lint;
pub mod lower;
mod occurrences;
mod one_item;
mod program;
mod rules;
pub mod schema;
mod settings;
mod shape;
mod symbols;
pub mod target;
mod topology;
mod types;

pub use allow::Allowances;
pub use bundle::CompiledRule;
pub use occurrences::{Occurrence, Role, Symbol, SymbolKind};
pub use program::Program;
pub use rules::{Queue, Rule};
pub use settings::{DEFAULT_MAX_DEPTH, Level, LevelError, Settings};
pub use shape::{Shape, Top};
pub use symbols::{Attribute, ItemId, Symbols};
pub use types::{AttributeType, EnumValues, TypeName};
