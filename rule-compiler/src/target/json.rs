//! The tree as the bytes that are sent, without building it first: `compile` writes programs of any size.

use genesys_model::ConditionOperator;
use rule_lang::Span;

use crate::lower::{ExpressionBuilder, Group, ScalarRef};

/// Appends the JSON of an expression to a buffer. The same bytes as serializing the
/// [`Expression`](genesys_model::Expression) gives; a test holds both together.
#[derive(Debug)]
pub struct JsonTarget<'b> {
    out: &'b mut Vec<u8>,
}

impl<'b> JsonTarget<'b> {
    /// Appends to `out`.
    pub fn new(out: &'b mut Vec<u8>) -> Self {
        Self { out }
    }

    /// A comma, unless what is written next is the first child of its group or the whole tree.
    fn separate(&mut self) {
        if self.out.last() == Some(&b'}') {
            self.out.push(b',');
        }
    }
}

impl ExpressionBuilder for JsonTarget<'_> {
    fn open(&mut self, group: Group) {
        self.separate();
        let head: &[u8] = match group {
            Group::And => b"{\"type\":\"and\",\"children\":[",
            Group::Or => b"{\"type\":\"or\",\"children\":[",
            Group::Not => b"{\"type\":\"not\",\"children\":[",
        };
        self.out.extend_from_slice(head);
    }

    fn condition(&mut self, _: Span, field: &str, operator: ConditionOperator, value: Option<ScalarRef<'_>>) {
        self.separate();
        self.out.extend_from_slice(b"{\"type\":\"condition\",\"field\":");
        string(self.out, field);
        self.out.extend_from_slice(b",\"operator\":\"");
        self.out.extend_from_slice(operator.as_str().as_bytes());
        let Some(value) = value else {
            self.out.extend_from_slice(b"\"}");
            return;
        };
        self.out.extend_from_slice(b"\",\"value\":");
        scalar(self.out, value);
        self.out.push(b'}');
    }

    fn close(&mut self) {
        self.out.extend_from_slice(b"]}");
    }
}

fn scalar(out: &mut Vec<u8>, value: ScalarRef<'_>) {
    match value {
        ScalarRef::String(text) => string(out, text),
        ScalarRef::Bool(truth) => boolean(out, truth),
        ScalarRef::Int(number) => integer(out, number),
        // Writing to memory cannot fail.
        ScalarRef::Float(number) => drop(serde_json::to_writer(out, &number)),
    }
}

/// Appends `true` or `false`.
pub(crate) fn boolean(out: &mut Vec<u8>, truth: bool) {
    out.extend_from_slice(if truth { b"true" } else { b"false" });
}

/// Appends an integer.
pub(crate) fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a text as a JSON string.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing to memory cannot fail.
        let _ = serde_json::to_writer(out, text);
    }
}
