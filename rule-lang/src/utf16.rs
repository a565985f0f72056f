//! Units of UTF-16, which editors count in, without walking a text, or a long line, from its start.

/// How many bytes there are from one kept count to the next: at most so many are walked for an answer.
const STEP: usize = 64;

/// How many units of UTF-16 there are before the bytes of a text.
#[derive(Debug, Clone)]
pub struct Utf16 {
    /// The units of the characters that start before each multiple of [`STEP`].
    counts: Box<[u32]>,
}

impl Utf16 {
    /// The counts of a text.
    pub fn of(text: &str) -> Self {
        let mut total = 0;
        let counted = text.as_bytes().chunks(STEP).map(|chunk| {
            let before = total;
            total += chunk.iter().copied().map(units).sum::<u32>();
            before
        });
        Self { counts: counted.collect() }
    }

    /// The units of the characters of the text that start before a byte; of all of them for what is past the end.
    pub fn before(&self, text: &str, byte: usize) -> u32 {
        let step = (byte / STEP).min(self.counts.len().saturating_sub(1));
        let rest = text.as_bytes().get(step * STEP..byte.min(text.len())).unwrap_or(&[]);
        self.counts.get(step).copied().unwrap_or(0) + rest.iter().copied().map(units).sum::<u32>()
    }

    /// Where the character starts that a unit of the text is of, counted from 0; past the last one, the text's end.
    pub fn byte(&self, text: &str, unit: u32) -> usize {
        let step = self.counts.partition_point(|count| *count <= unit).saturating_sub(1);
        let mut before = self.counts.get(step).copied().unwrap_or(0);
        let rest = text.as_bytes().iter().enumerate().skip(step * STEP);
        for (at, byte) in rest {
            before += units(*byte);
            if before > unit {
                return at;
            }
        }
        text.len()
    }
}

/// The units of a character, said of its first byte; the others have none.
fn units(byte: u8) -> u32 {
    u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_as_many_units_before_it_as_when_they_are_counted() {
        for text in
            [String::new(), "abc".repeat(99), "a\u{e9}\u{4e2d}\u{1f600}\n".repeat(99), "x".repeat(STEP)]
        {
            let counts = Utf16::of(&text);
            let mut unit = 0;
            for (at, character) in text.char_indices() {
                assert_eq!(counts.before(&text, at), unit);
                for _ in 0..character.len_utf16() {
                    assert_eq!(counts.byte(&text, unit), at);
                    unit += 1;
                }
            }
            for past in 0..3 {
                assert_eq!(counts.before(&text, text.len() + past), unit);
                assert_eq!(counts.byte(&text, unit + u32::try_from(past).unwrap()), text.len());
            }
        }
    }
}
