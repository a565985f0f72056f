//! Records to show: the first ones, in the order of the files and their rows, whoever comes upon them first.

use rule_eval::{Attribute, Interaction};

use crate::tally::Rows;

/// A record to show.
#[derive(Clone, PartialEq, Debug)]
pub struct Example {
    /// The place of its file among the files.
    pub file: u32,
    /// Its number in the file: the line of a text, the row of a table, from 1.
    pub number: u64,
    /// What names it.
    pub id: Option<String>,
    /// Its attributes, those that rules ask for.
    pub attributes: Interaction,
}

/// The first few of some records.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Examples {
    limit: usize,
    first: Vec<Example>,
}

impl Examples {
    /// At most so many.
    pub fn of(limit: usize) -> Self {
        Self { limit, first: Vec::new() }
    }

    /// The examples, in the order of the records.
    pub fn iter(&self) -> impl Iterator<Item = &Example> {
        self.first.iter()
    }

    /// Looks at some rows of a batch, in order.
    pub fn add(&mut self, rows: &Rows<'_>, chosen: impl IntoIterator<Item = usize>) {
        for row in chosen {
            let number = rows.numbers.get(row).copied().unwrap_or_default();
            let is_before = |last: &Example| (rows.file, number) < (last.file, last.number);
            if self.first.len() >= self.limit && !self.first.last().is_some_and(is_before) {
                return;
            }
            let attributes = rows.fields.iter().zip(&rows.batch.columns);
            let attributes =
                attributes.filter_map(|(field, column)| Some((field.clone(), column.value(row)?)));
            self.insert(Example {
                file: rows.file,
                number,
                id: rows.ids.and_then(|ids| ids.value(row)).map(|id| match id {
                    Attribute::String(text) => text,
                    other => other.to_string(),
                }),
                attributes: attributes.collect(),
            });
        }
    }

    /// Adds those of another part of the records.
    pub fn merge(&mut self, other: Self) {
        other.first.into_iter().for_each(|example| self.insert(example));
    }

    fn insert(&mut self, example: Example) {
        let place = |other: &Example| (other.file, other.number) < (example.file, example.number);
        self.first.insert(self.first.partition_point(place), example);
        self.first.truncate(self.limit);
    }
}
