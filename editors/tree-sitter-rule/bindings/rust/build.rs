//! Compiles the generated parser.

fn main() {
    cc::Build::new()
        .std("c11")
        .include("src")
        .file("src/parser.c")
        // Generated code is not written to please.
        .warnings(false)
        .compile("tree-sitter-rule");
    println!("cargo:rerun-if-changed=src/parser.c");
}
