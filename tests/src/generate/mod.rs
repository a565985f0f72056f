//! Generated programs: random ones with the structure that they are to mean, and sized ones for measuring.

pub mod choices;
pub mod hostile;
pub mod interactions;
pub mod print;
mod random;
pub mod shape;
pub mod sized;

use proptest::prelude::*;

pub use choices::Choices;
pub use random::{Options, program};
pub use shape::Program;

/// Programs for properties; they shrink to few and simple declarations.
pub fn programs(options: Options) -> impl Strategy<Value = Program> {
    decisions().prop_map(move |mut choices| program(&mut choices, options))
}

/// Lists of decisions for whatever a property generates.
pub fn decisions() -> impl Strategy<Value = Choices> {
    proptest::collection::vec(any::<u32>(), 0..700).prop_map(Choices::listed)
}
