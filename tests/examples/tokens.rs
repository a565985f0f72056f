//! Prints programs with their tokens as JSON, for tests in other languages:
//! `[{"name": …, "text": …, "tokens": [[start, end, class], …]}, …]`, offsets in UTF-16 code units.
#![allow(clippy::print_stdout, clippy::indexing_slicing, reason = "a tool of tests")]

use rulec_tests::classes;
use rulec_tests::project::source;

fn main() {
    let samples = classes::committed().into_iter().chain(classes::generated(300));
    let with_tokens = samples.filter_map(|sample| {
        let (tree, diagnostics) = rule_lang::parse(&source(0, &sample.text));
        diagnostics.is_empty().then(|| {
            let units = |from: usize, to: usize| sample.text[from..to].encode_utf16().count();
            let (mut at, mut before) = (0, 0);
            let tokens = classes::classes(&tree).into_iter().map(|(range, class)| {
                let start = before + units(at, range.start);
                let end = start + units(range.start, range.end);
                (at, before) = (range.end, end);
                serde_json::json!([start, end, class.as_str()])
            });
            let tokens: Vec<_> = tokens.collect();
            serde_json::json!({"name": sample.name, "text": sample.text, "tokens": tokens})
        })
    });
    println!("{}", serde_json::Value::Array(with_tokens.collect()));
}
