//! What a .rule program means: names, types, depth, lints, lowering to targets.
