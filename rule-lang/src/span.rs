//! Where something stands: in a text whose file is known, or in a program.

/// A file of the program, by its number in the [`SourceMap`](crate::SourceMap).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A byte range of a text whose file is known from elsewhere: the nodes of a [`Tree`](crate::Tree) have one each, and
/// millions of nodes need not repeat their file. `start <= end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TextRange {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

/// A place in a program, as diagnostics have it: a byte range of one file. `start <= end`; both are offsets into the
/// file's text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl TextRange {
    /// The bytes `start..end`.
    pub fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// The same bytes of `file`.
    pub fn in_file(self, file: FileId) -> Span {
        Span { file, start: self.start, end: self.end }
    }

    /// From the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { end: other.end.max(self.start), ..self }
    }

    /// The empty range right before this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The empty range right after this one.
    #[must_use]
    pub fn after(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// To slice the text with.
    pub fn bytes(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<Span> for TextRange {
    fn from(span: Span) -> Self {
        span.text_range()
    }
}

impl Span {
    /// The bytes `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        TextRange::new(start, end).in_file(file)
    }

    /// Where it is in its file.
    pub fn text_range(self) -> TextRange {
        TextRange { start: self.start, end: self.end }
    }

    /// From the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        self.text_range().to(other.text_range()).in_file(self.file)
    }

    /// The empty span right before this one.
    #[must_use]
    pub fn before(self) -> Self {
        self.text_range().before().in_file(self.file)
    }

    /// The empty span right after this one.
    #[must_use]
    pub fn after(self) -> Self {
        self.text_range().after().in_file(self.file)
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// To slice the file's text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.text_range().bytes()
    }
}

/// Where a label or an edit of a diagnostic may stand: at a [`Span`], or at a [`TextRange`] of the file that the
/// diagnostic is about.
pub trait IntoSpan {
    /// As a span; `file` is the one that the diagnostic is about.
    fn into_span(self, file: FileId) -> Span;
}

impl IntoSpan for Span {
    fn into_span(self, _: FileId) -> Span {
        self
    }
}

impl IntoSpan for TextRange {
    fn into_span(self, file: FileId) -> Span {
        self.in_file(file)
    }
}
