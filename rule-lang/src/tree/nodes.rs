//! Where the nodes of an item are kept: flat lists, and what points into them.

use std::fmt;
use std::marker::PhantomData;

use super::{Block, Entry, Expr, Threshold, Value};

/// A run of nodes of one item.
pub struct Slice<T> {
    start: u32,
    len: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slice<T> {}

impl<T> fmt::Debug for Slice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.start, self.len)
    }
}

impl<T> Slice<T> {
    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.len as usize
    }

    fn of(self, all: &[T]) -> &[T] {
        let start = self.start as usize;
        all.get(start..start + self.len as usize).unwrap_or(&[])
    }
}

/// An expression of an item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExprId(u32);

/// A value of an item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ValueId(u32);

/// A threshold of an item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ThresholdId(u32);

/// The nodes of one item. Ids and slices are valid in the item that they came from only.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    exprs: Vec<Expr>,
    values: Vec<Value>,
    entries: Vec<Entry>,
    thresholds: Vec<Threshold>,
}

#[expect(clippy::indexing_slicing, reason = "an id exists only where its node does")]
impl Nodes {
    /// An expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// A value.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0 as usize]
    }

    /// A threshold.
    pub fn threshold(&self, id: ThresholdId) -> &Threshold {
        &self.thresholds[id.0 as usize]
    }

    /// Several expressions.
    pub fn exprs(&self, slice: Slice<Expr>) -> &[Expr] {
        slice.of(&self.exprs)
    }

    /// Several values.
    pub fn values(&self, slice: Slice<Value>) -> &[Value] {
        slice.of(&self.values)
    }

    /// Several entries.
    pub fn entries(&self, slice: Slice<Entry>) -> &[Entry] {
        slice.of(&self.entries)
    }

    /// The entries of a block that may be absent.
    pub fn body(&self, block: Option<Block>) -> &[Entry] {
        block.map_or(&[], |block| self.entries(block.entries))
    }

    pub(crate) fn add_expr(&mut self, expr: Expr) -> ExprId {
        self.exprs.push(expr);
        ExprId(index(self.exprs.len() - 1))
    }

    pub(crate) fn add_exprs(&mut self, exprs: impl Iterator<Item = Expr>) -> Slice<Expr> {
        extend(&mut self.exprs, exprs)
    }

    pub(crate) fn add_value(&mut self, value: Value) -> ValueId {
        self.values.push(value);
        ValueId(index(self.values.len() - 1))
    }

    pub(crate) fn add_values(&mut self, values: impl Iterator<Item = Value>) -> Slice<Value> {
        extend(&mut self.values, values)
    }

    pub(crate) fn add_entries(&mut self, entries: impl Iterator<Item = Entry>) -> Slice<Entry> {
        extend(&mut self.entries, entries)
    }

    pub(crate) fn add_threshold(&mut self, threshold: Threshold) -> ThresholdId {
        self.thresholds.push(threshold);
        ThresholdId(index(self.thresholds.len() - 1))
    }

    /// The nodes in lists of just their size. In their place are empty lists with room for as many: nothing is copied,
    /// and the next items are most often about as large.
    pub(crate) fn take(&mut self) -> Self {
        let next = Self {
            exprs: Vec::with_capacity(self.exprs.len()),
            values: Vec::with_capacity(self.values.len()),
            entries: Vec::with_capacity(self.entries.len()),
            thresholds: Vec::new(),
        };
        let mut taken = std::mem::replace(self, next);
        taken.exprs.shrink_to_fit();
        taken.values.shrink_to_fit();
        taken.entries.shrink_to_fit();
        taken.thresholds.shrink_to_fit();
        taken
    }
}

fn extend<T>(all: &mut Vec<T>, more: impl Iterator<Item = T>) -> Slice<T> {
    let start = all.len();
    all.extend(more);
    Slice { start: index(start), len: index(all.len() - start), of: PhantomData }
}

/// A file is at most 32 MiB, so an item has fewer than 2^32 nodes.
fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
