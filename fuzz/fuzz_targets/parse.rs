//! Any text is read, and nothing points outside of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(text) = rulec_fuzz::text(bytes) {
        rulec_fuzz::parse(&text);
    }
});
