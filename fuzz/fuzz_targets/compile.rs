//! A program without errors compiles to trees that the platform takes, and to the same bytes every time.
#![no_main]

use genesys_model::Bundle;
use genesys_model::limits::MAX_DEPTH;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some(text) = rulec_fuzz::text(bytes) else { return };
    let (mut program, sources) = rulec_fuzz::program(&text);
    program.check();
    if program.has_errors() {
        return;
    }
    let json = program.compile_to_json();
    let bundle = program.compile();
    let read = Bundle::from_json(std::str::from_utf8(&json).expect("JSON is UTF-8")).expect("a bundle reads back");
    assert_eq!(read, bundle, "the bytes and the value say the same");
    for rule in &bundle.rules {
        assert!(rule.expression.depth() <= MAX_DEPTH, "a tree deeper than the platform takes");
        assert!(rule.expression.validate().is_ok(), "{:?}", rule.expression.validate());
    }
    // The files in another order.
    let turned: Vec<_> = sources.iter().rev().map(|source| source.text().to_string()).collect();
    let (mut turned, _) = rulec_fuzz::program(&turned.join("\n// file\n"));
    turned.check();
    assert!(turned.compile_to_json() == json, "the order of the files shows in the bundle");
});
