//! Any program is checked, in several files; a second check after a change says what a first one would.
#![no_main]

use rule_lang::Diagnostic;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some(text) = rulec_fuzz::text(bytes) else { return };
    let (mut program, sources) = rulec_fuzz::program(&text);
    let first: Vec<Diagnostic> = program.check().into_iter().cloned().collect();
    rulec_fuzz::all_fit(&sources, &first);
    // Every file emptied and filled again, one after the other.
    for source in &sources {
        program.set(&rulec_fuzz::source(source.id().0, ""));
        program.check();
        program.set(source);
        let again: Vec<Diagnostic> = program.check().into_iter().cloned().collect();
        assert_eq!(first, again, "the second check of a program says something else than the first");
    }
});
