//! Whether two trees say the same, wherever they say it.

use crate::tree::{
    Block, Entry, EntryKind, Expr, ExprKind, Item, ItemKind, Name, Nodes, Slice, Text, Type, TypeKind, Value,
    ValueKind,
};
use crate::{TextRange, Tree};

/// Whether two trees have the same declarations in the same order, written with the same names and literals. Places,
/// white space, comments and optional commas do not count.
pub fn same_tree(one: &Tree, other: &Tree) -> bool {
    one.items.len() == other.items.len()
        && one.items.iter().zip(&other.items).all(|(a, b)| {
            let pair = Pair { one, other, one_nodes: &a.nodes, other_nodes: &b.nodes };
            pair.item(a, b)
        })
}

/// Whether two trees have the same comments in the same order. White space at the starts and ends of their lines
/// does not count.
pub fn same_comments(one: &Tree, other: &Tree) -> bool {
    one.comments.len() == other.comments.len()
        && one.comments.iter().zip(&other.comments).all(|(a, b)| {
            let lines = one.text(a.range).split('\n').map(str::trim);
            a.is_line == b.is_line && lines.eq(other.text(b.range).split('\n').map(str::trim))
        })
}

/// An item of each tree.
struct Pair<'t> {
    one: &'t Tree,
    other: &'t Tree,
    one_nodes: &'t Nodes,
    other_nodes: &'t Nodes,
}

impl Pair<'_> {
    fn item(&self, a: &Item, b: &Item) -> bool {
        use ItemKind::{Attribute, Broken, Condition, Queue, Rule, Skill, SkillGroup, Strategy, Test};
        match (&a.kind, &b.kind) {
            (
                Attribute { name: a, ty: a_type, body: a_body },
                Attribute { name: b, ty: b_type, body: b_body },
            ) => self.name(*a, *b) && self.type_of(a_type, b_type) && self.body(*a_body, *b_body),
            (Condition { name: a, expr: a_expr }, Condition { name: b, expr: b_expr }) => {
                self.name(*a, *b) && self.expr(self.one_nodes.expr(*a_expr), self.other_nodes.expr(*b_expr))
            }
            (Skill { name: a, body: a_body }, Skill { name: b, body: b_body })
            | (SkillGroup { name: a, body: a_body }, SkillGroup { name: b, body: b_body }) => {
                self.name(*a, *b) && self.body(*a_body, *b_body)
            }
            (Queue { name: a, body: a_body }, Queue { name: b, body: b_body }) => {
                self.text(*a, *b) && self.body(*a_body, *b_body)
            }
            (Rule { name: a, body: a_body }, Rule { name: b, body: b_body })
            | (Test { name: a, body: a_body }, Test { name: b, body: b_body }) => {
                self.text(*a, *b) && self.block(*a_body, *b_body)
            }
            (
                Strategy { queue: a, media: a_media, body: a_body },
                Strategy { queue: b, media: b_media, body: b_body },
            ) => self.text(*a, *b) && self.name(*a_media, *b_media) && self.block(*a_body, *b_body),
            (Broken { keyword: a, name: a_name }, Broken { keyword: b, name: b_name }) => {
                a == b && optional(*a_name, *b_name, |a, b| self.range(a, b))
            }
            _ => false,
        }
    }

    fn type_of(&self, a: &Type, b: &Type) -> bool {
        match (a.kind, b.kind) {
            (TypeKind::Int(a), TypeKind::Int(b)) => {
                optional(a, b, |a, b| self.value(self.one_nodes.value(a), self.other_nodes.value(b)))
            }
            (TypeKind::Enum(a), TypeKind::Enum(b)) => self.values(a, b),
            (TypeKind::Unknown(a_name), TypeKind::Unknown(b_name)) => {
                self.name(a_name, b_name)
                    && optional(a.detail, b.detail, |a, b| {
                        self.value(self.one_nodes.value(a), self.other_nodes.value(b))
                    })
            }
            (a, b) => std::mem::discriminant(&a) == std::mem::discriminant(&b),
        }
    }

    fn body(&self, a: Option<Block>, b: Option<Block>) -> bool {
        optional(a, b, |a, b| self.block(a, b))
    }

    fn block(&self, a: Block, b: Block) -> bool {
        let (a, b) = (self.one_nodes.entries(a.entries), self.other_nodes.entries(b.entries));
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.entry(a, b))
    }

    fn entry(&self, a: &Entry, b: &Entry) -> bool {
        use EntryKind::{Case, Expect, Given, Property, When};
        match (a.kind, b.kind) {
            (Property { name: a, value: a_value }, Property { name: b, value: b_value }) => {
                self.name(a, b) && self.value(self.one_nodes.value(a_value), self.other_nodes.value(b_value))
            }
            (When { expr: a }, When { expr: b }) => {
                self.expr(self.one_nodes.expr(a), self.other_nodes.expr(b))
            }
            (Given { body: a }, Given { body: b }) => self.block(a, b),
            (Expect { queue: a, rule: a_rule }, Expect { queue: b, rule: b_rule }) => {
                optional(a, b, |a, b| self.text(a, b)) && optional(a_rule, b_rule, |a, b| self.text(a, b))
            }
            (Case { label: a, body: a_body }, Case { label: b, body: b_body }) => {
                self.text(a, b) && self.block(a_body, b_body)
            }
            _ => false,
        }
    }

    /// Nesting is bounded by the parser's limit, so this cannot exhaust the stack.
    fn expr(&self, a: &Expr, b: &Expr) -> bool {
        use ExprKind::{Compare, Group, Logic, Membership, Not, Presence};
        match (a.kind, b.kind) {
            (Logic { op: a, children: a_children }, Logic { op: b, children: b_children }) => {
                let (a_children, b_children) =
                    (self.one_nodes.exprs(a_children), self.other_nodes.exprs(b_children));
                a == b
                    && a_children.len() == b_children.len()
                    && a_children.iter().zip(b_children).all(|(a, b)| self.expr(a, b))
            }
            (Not { operand: a }, Not { operand: b }) | (Group { inner: a }, Group { inner: b }) => {
                self.expr(self.one_nodes.expr(a), self.other_nodes.expr(b))
            }
            (
                Compare { attribute: a, operator: a_operator, value: a_value, .. },
                Compare { attribute: b, operator: b_operator, value: b_value, .. },
            ) => {
                self.name(a, b)
                    && a_operator == b_operator
                    && self.value(self.one_nodes.value(a_value), self.other_nodes.value(b_value))
            }
            (
                Presence { attribute: a, present: a_present },
                Presence { attribute: b, present: b_present },
            ) => self.name(a, b) && a_present == b_present,
            (
                Membership { attribute: a, negated: a_negated, set: a_set },
                Membership { attribute: b, negated: b_negated, set: b_set },
            ) => {
                self.name(a, b)
                    && a_negated == b_negated
                    && self.value(self.one_nodes.value(a_set), self.other_nodes.value(b_set))
            }
            (ExprKind::Name(a), ExprKind::Name(b)) => self.name(a, b),
            _ => false,
        }
    }

    fn values(&self, a: Slice<Value>, b: Slice<Value>) -> bool {
        let (a, b) = (self.one_nodes.values(a), self.other_nodes.values(b));
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.value(a, b))
    }

    fn value(&self, a: &Value, b: &Value) -> bool {
        use ValueKind::{Call, List, Moved, Range, Threshold};
        match (a.kind, b.kind) {
            (List(a), List(b)) | (Range(a), Range(b)) | (Call(a), Call(b)) | (Moved(a), Moved(b)) => {
                self.values(a, b)
            }
            (Threshold(a), Threshold(b)) => {
                let (a, b) = (self.one_nodes.threshold(a), self.other_nodes.threshold(b));
                self.name(a.metric, b.metric)
                    && a.operator == b.operator
                    && self.value(self.one_nodes.value(a.amount), self.other_nodes.value(b.amount))
                    && optional(a.action, b.action, |a, b| {
                        self.value(self.one_nodes.value(a), self.other_nodes.value(b))
                    })
            }
            // Literals and names are what they are written as; the kind follows from the text but in broken ones.
            (kind_a, kind_b) => {
                std::mem::discriminant(&kind_a) == std::mem::discriminant(&kind_b)
                    && self.range(a.range, b.range)
            }
        }
    }

    fn name(&self, a: Name, b: Name) -> bool {
        self.range(a.0, b.0)
    }

    fn text(&self, a: Text, b: Text) -> bool {
        self.range(a.0, b.0)
    }

    fn range(&self, a: TextRange, b: TextRange) -> bool {
        self.one.text(a) == self.other.text(b)
    }
}

fn optional<T>(a: Option<T>, b: Option<T>, same: impl FnOnce(T, T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
    }
}
