//! Lists that are written item by item: a report of a hundred thousand findings needs the memory of one.

use serde::{Serialize, Serializer};

/// The list of what such an iterator gives, each item made when it is written.
pub(super) struct Each<F>(pub(super) F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: IntoIterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::Write;

    use super::*;

    #[test]
    fn an_item_is_written_before_the_next_is_made() {
        let made = Cell::new(0);
        let list = Each(|| (0..1_000).inspect(|_| made.set(made.get() + 1)));
        // Room for `[0,1,2,3`.
        let mut room = [0; 8];
        let mut out: &mut [u8] = &mut room;
        assert!(serde_json::to_writer(&mut out as &mut dyn Write, &list).is_err());
        assert_eq!((&room, made.get()), (b"[0,1,2,3", 5));
    }

    #[test]
    fn nothing_is_an_empty_list() {
        assert_eq!(serde_json::to_string_pretty(&Each(std::iter::empty::<u8>)).unwrap(), "[]");
    }
}
