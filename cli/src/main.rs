//! rulec.
fn main() {}
