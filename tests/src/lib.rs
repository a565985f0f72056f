//! Shared support of the tests that cross crates.
