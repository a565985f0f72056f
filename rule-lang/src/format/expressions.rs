//! Conditions and values.

use super::printer::{Gap, Printer, Role};
use crate::TextRange;
use crate::tree::{Expr, ExprKind, Name, Nodes, Slice, Value, ValueId, ValueKind};

impl Printer<'_> {
    /// A condition on one line if its author wrote it so and it fits, else broken before each `and` or `or` of the
    /// outermost level.
    pub(super) fn condition(&mut self, nodes: &Nodes, expr: &Expr) {
        self.settle(Role::Plain);
        if self.flat || !self.fits(|printer| printer.expr(nodes, expr)) {
            self.expr(nodes, expr);
        }
    }

    /// Nesting is bounded by the parser's limit, so this cannot exhaust the stack.
    fn expr(&mut self, nodes: &Nodes, expr: &Expr) {
        if self.failed {
            return;
        }
        match expr.kind {
            ExprKind::Logic { op, children } => self.logic(nodes, op.as_str(), nodes.exprs(children)),
            ExprKind::Not { operand } => {
                self.word("not");
                self.gap = Gap::Space;
                self.expr(nodes, nodes.expr(operand));
            }
            ExprKind::Group { inner } => {
                self.word("(");
                let limit = self.limit;
                self.limit = limit.saturating_sub(1);
                self.condition(nodes, nodes.expr(inner));
                self.limit = limit;
                self.sign(")", Role::Closer);
            }
            ExprKind::Compare { attribute, operator, value } => {
                self.token(attribute.0);
                self.gap = Gap::Space;
                self.word(operator.as_str());
                self.gap = Gap::Space;
                self.value(nodes, value);
            }
            ExprKind::Presence { attribute, present } => {
                self.attribute_and_not(attribute, !present);
                self.word("exists");
            }
            ExprKind::Membership { attribute, negated, set } => {
                self.attribute_and_not(attribute, negated);
                self.word("in");
                self.gap = Gap::Space;
                self.value(nodes, set);
            }
            ExprKind::Name(name) => self.token(name.0),
        }
    }

    fn attribute_and_not(&mut self, attribute: Name, negated: bool) {
        self.token(attribute.0);
        self.gap = Gap::Space;
        if negated {
            self.word("not");
            self.gap = Gap::Space;
        }
    }

    fn logic(&mut self, nodes: &Nodes, op: &str, children: &[Expr]) {
        if self.flat && self.is_broken_by_author(children) {
            self.failed = true;
            return;
        }
        // What has to follow on the same line follows the last child only.
        let (indent, limit) = (self.indent, self.limit);
        self.indent += usize::from(!self.flat);
        for (number, child) in children.iter().enumerate() {
            if self.failed {
                return;
            }
            if number > 0 {
                self.gap = if self.flat { Gap::Space } else { Gap::Break };
                self.word(op);
                self.gap = Gap::Space;
            }
            if !self.flat {
                self.limit = if number + 1 == children.len() { limit } else { super::MAX_COLUMNS };
            }
            self.condition(nodes, child);
        }
        (self.indent, self.limit) = (indent, limit);
    }

    /// Whether the first two of several conditions stand on different lines, which says that they all are to.
    fn is_broken_by_author(&self, children: &[Expr]) -> bool {
        let [first, second, ..] = children else { return false };
        let between = TextRange { start: first.range.end, end: second.range.start };
        self.tree.text(between).contains('\n')
    }

    /// A literal, or something else that stands where a value may.
    pub(super) fn value(&mut self, nodes: &Nodes, id: ValueId) {
        self.any_value(nodes, nodes.value(id));
    }

    fn any_value(&mut self, nodes: &Nodes, value: &Value) {
        match value.kind {
            ValueKind::String
            | ValueKind::Int(_)
            | ValueKind::Float(_)
            | ValueKind::Bool(_)
            | ValueKind::Duration(_)
            | ValueKind::Percent(_)
            | ValueKind::Regex
            | ValueKind::Name
            | ValueKind::Malformed => self.token(value.range),
            ValueKind::List(items) => self.list(nodes, items),
            ValueKind::Range(bounds) => self.pair(nodes, bounds, |printer| {
                printer.word("..");
            }),
            ValueKind::Call(parts) => {
                self.pair(nodes, parts, |printer| printer.word("("));
                self.sign(")", Role::Closer);
            }
            ValueKind::Moved(parts) => {
                self.word("queue");
                self.gap = Gap::Space;
                self.pair(nodes, parts, |printer| printer.gap = Gap::Space);
            }
            ValueKind::Threshold(id) => {
                let threshold = nodes.threshold(id);
                self.token(threshold.metric.0);
                self.gap = Gap::Space;
                self.token(threshold.operator_range);
                self.gap = Gap::Space;
                self.value(nodes, threshold.amount);
                if let Some(action) = threshold.action {
                    self.gap = Gap::Space;
                    self.word("->");
                    self.gap = Gap::Space;
                    self.value(nodes, action);
                }
            }
        }
    }

    fn pair(&mut self, nodes: &Nodes, parts: Slice<Value>, between: impl Fn(&mut Self)) {
        for (number, part) in nodes.values(parts).iter().enumerate() {
            if number > 0 {
                between(self);
            }
            self.any_value(nodes, part);
        }
    }

    /// A list on one line if it fits, else one item per line.
    pub(super) fn list(&mut self, nodes: &Nodes, items: Slice<Value>) {
        self.settle(Role::Plain);
        if self.flat {
            self.flat_list(nodes, items);
        } else if !self.fits(|printer| printer.flat_list(nodes, items)) {
            self.broken_list(nodes, items);
        }
    }

    fn flat_list(&mut self, nodes: &Nodes, items: Slice<Value>) {
        self.word("[");
        for (number, item) in nodes.values(items).iter().enumerate() {
            if self.failed {
                return;
            }
            if number > 0 {
                self.comma(true);
                self.gap = Gap::Space;
            }
            self.any_value(nodes, item);
        }
        self.sign("]", Role::Closer);
    }

    fn broken_list(&mut self, nodes: &Nodes, items: Slice<Value>) {
        self.word("[");
        self.indent += 1;
        self.gap = Gap::First;
        for item in nodes.values(items) {
            self.any_value(nodes, item);
            self.comma(true);
            self.gap = Gap::Line;
        }
        self.end("]");
    }

    /// What ends a block or broken list, on a line of its own.
    pub(super) fn end(&mut self, closer: &str) {
        self.settle_end();
        self.indent -= 1;
        self.new_line(false, self.indent);
        self.sign(closer, Role::Plain);
    }
}
