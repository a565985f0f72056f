//! Tables of text: columns under their heads, numbers to the right.

use std::io::{self, Write};

use crate::terminal::{FAINT, paint};

/// What lies between two columns.
const GAP: &str = "  ";

/// On which side a column is flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    sides: Vec<Side>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these columns.
    pub(crate) fn new(columns: &[(&str, Side)]) -> Self {
        Self {
            sides: columns.iter().map(|(_, side)| *side).collect(),
            head: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row. Its texts are clean.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes it; the head stands out faintly in colour.
    ///
    /// # Errors
    ///
    /// What writing to `out` says.
    pub(crate) fn write(&self, out: &mut dyn Write, color: bool) -> io::Result<()> {
        writeln!(out, "{}", paint(color, FAINT, &self.line(&self.head, &self.widths())))?;
        self.write_rows(out)
    }

    /// Writes it without its head.
    ///
    /// # Errors
    ///
    /// What writing to `out` says.
    pub(crate) fn write_rows(&self, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.widths();
        self.rows.iter().try_for_each(|row| writeln!(out, "{}", self.line(row, &widths)))
    }

    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.head]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        (0..self.sides.len()).map(width).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let cells = row.iter().zip(widths).zip(&self.sides).map(|((cell, width), side)| match side {
            Side::Left => format!("{cell:width$}"),
            Side::Right => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    }
}

/// A number with a comma after every three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent: two digits after the point, and never 0 for what is more, or 100 for what is less.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        some if some > 0.0 && some < 0.01 => "<0.01 %".to_owned(),
        most if most < 100.0 && most > 99.99 => ">99.99 %".to_owned(),
        _ => format!("{percent:.2} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_flush_right_and_lines_end_with_text() {
        let mut table = Table::new(&[("rule", Side::Left), ("records", Side::Right), ("", Side::Left)]);
        table.row(["Größe".to_owned(), grouped(1_234_567), String::new()]);
        table.row(["a".to_owned(), grouped(7), "x".to_owned()]);
        let mut text = Vec::new();
        table.write(&mut text, false).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "rule     records\nGröße  1,234,567\na              7  x\n"
        );
    }

    #[test]
    fn shares_never_round_to_none_or_all() {
        assert_eq!([0, 999, 1000, 123_456].map(grouped), ["0", "999", "1,000", "123,456"]);
        let shares = [0.0, 1e-9, 0.1234, 0.999_999, 1.0].map(percent);
        assert_eq!(shares, ["0.00 %", "<0.01 %", "12.34 %", ">99.99 %", "100.00 %"]);
    }
}
