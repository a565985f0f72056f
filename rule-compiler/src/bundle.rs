//! The bundle: as a value for whoever goes on with it, as bytes for whoever writes it.

use std::borrow::Cow;
use std::io;

use genesys_model::{Bundle, QueueRef, RuleBody, Was};
use rayon::prelude::*;
use rule_lang::tree::Item;
use rule_lang::{Span, Tree};
use serde::Serialize;

use crate::Program;
use crate::rules::{Queue, Rule};
use crate::target::{ExpressionTarget, JsonTarget, boolean, integer, string};

/// How many rules a core lowers at a time.
const RULES_AT_ONCE: usize = 128;
/// Into how many windows the rules are cut, unless these get too small. Those of a window are read in the order of the
/// text, from memory that lies the closer the fewer windows there are, and written in theirs; the bytes of one window
/// are kept at a time.
const WINDOWS: usize = 4;

type Declaration<'p> = (&'p Tree, &'p Item);

/// Some rules as they are sent.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    /// The place of each among the rules that are written together, and where it ends in the bytes.
    ends: Vec<(u32, usize)>,
}

impl Part {
    fn lower(&mut self, program: &Program, rules: &[(u32, Declaration<'_>)]) {
        self.bytes.clear();
        self.ends.clear();
        for (place, (tree, item)) in rules {
            if let Some(rule) = Rule::read(tree, item) {
                program.write_rule(&rule, &mut self.bytes);
                self.ends.push((*place, self.bytes.len()));
            }
        }
    }

    fn lines(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut start = 0;
        self.ends.iter().map(move |(place, end)| {
            let line = self.bytes.get(start..*end).unwrap_or(&[]);
            start = *end;
            (*place, line)
        })
    }
}

/// A rule as it is sent, and where its comparisons were written.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    /// As it is sent.
    pub body: RuleBody,
    /// The origin of each comparison, in the order of the tree.
    pub origins: Vec<Span>,
    /// Where the rule's condition is written.
    pub when: Span,
}

/// Appends a list of the bundle, an object on each line; one without objects is left out.
fn write_objects(
    key: &str,
    objects: &[impl Serialize],
    out: &mut (impl io::Write + ?Sized),
) -> io::Result<()> {
    if objects.is_empty() {
        return Ok(());
    }
    write!(out, ",\"{key}\":[")?;
    for (at, object) in objects.iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, object)?;
    }
    out.write_all(b"\n]")
}

impl Program {
    /// The bundle of a program that was checked without errors.
    pub fn compile(&self) -> Bundle {
        let rules = self.compile_rules().into_iter().map(|rule| rule.body).collect();
        Bundle { rules, ..self.topology() }
    }

    /// The rules of the bundle, each with the places that it came from.
    pub fn compile_rules(&self) -> Vec<CompiledRule> {
        self.rules().into_par_iter().filter_map(|rule| self.compile_rule(rule)).collect()
    }

    pub(crate) fn compile_rule(&self, rule: Rule<'_>) -> Option<CompiledRule> {
        let mut target = ExpressionTarget::default();
        self.lower(rule.when, &mut target);
        let (expression, origins) = target.finish()?;
        let when = rule.when.tree.span(rule.when.expr.range);
        let body = RuleBody {
            name: rule.name.into_owned(),
            description: rule.description.map(Cow::into_owned),
            queue: match rule.queue {
                Queue::Name(name) => QueueRef::Name(name.into_owned()),
                Queue::Id(id) => QueueRef::Id(id.into_owned()),
            },
            priority: rule.priority,
            enabled: rule.enabled,
            expression,
            was: rule.was.map(|(queue, name)| Was {
                queue: queue.map(|queue| QueueRef::Name(queue.into_owned())),
                name: name.into_owned(),
            }),
        };
        Some(CompiledRule { body, origins, when })
    }

    /// Writes the bundle as JSON, a rule or another object on each line so that versions compare well. What [`Self::compile`] gives,
    /// serialized, differs in white space only. Rules are lowered on all cores.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_bundle(&self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        let rules = self.rule_items();
        out.write_all(b"{\"format\":1,\"rules\":[")?;
        let mut separator = "\n";
        let mut parts: Vec<Part> = Vec::new();
        // Small windows let the same few buffers be used again, rather than new memory.
        let size = rules.len().div_ceil(WINDOWS).max(RULES_AT_ONCE * rayon::current_num_threads());
        for window in rules.chunks(size) {
            let mut order: Vec<(u32, Declaration<'_>)> = (0..).zip(window.iter().copied()).collect();
            // In memory, declarations lie in the order of the text.
            order.sort_unstable_by_key(|(_, (_, item))| std::ptr::from_ref(*item));
            parts.resize_with(order.len().div_ceil(RULES_AT_ONCE), Part::default);
            let lower = |(part, rules): (&mut Part, &[(u32, Declaration<'_>)])| part.lower(self, rules);
            parts.par_iter_mut().zip(order.par_chunks(RULES_AT_ONCE)).for_each(lower);
            let mut lines: Vec<&[u8]> = vec![&[]; window.len()];
            for (place, line) in parts.iter().flat_map(Part::lines) {
                if let Some(slot) = lines.get_mut(place as usize) {
                    *slot = line;
                }
            }
            // A broken rule has no line.
            for line in lines.into_iter().filter(|line| !line.is_empty()) {
                out.write_all(separator.as_bytes())?;
                out.write_all(line)?;
                separator = ",\n";
            }
        }
        out.write_all(if rules.is_empty() { b"]" } else { b"\n]" })?;
        let topology = self.topology();
        write_objects("skills", &topology.skills, out)?;
        write_objects("skill_groups", &topology.skill_groups, out)?;
        write_objects("queues", &topology.queues, out)?;
        write_objects("strategies", &topology.strategies, out)?;
        out.write_all(b"}\n")
    }

    /// The bundle as JSON in memory; see [`Self::write_bundle`].
    pub fn compile_to_json(&self) -> Vec<u8> {
        // JSON is nearly always less than four times as long as the rules it is made of.
        let text: usize = self.trees().map(|tree| tree.text.len()).sum();
        let mut out = Vec::with_capacity(text.saturating_mul(4));
        // Writing to memory cannot fail.
        let _ = self.write_bundle(&mut out);
        out
    }

    /// Appends one rule as it is sent.
    pub fn write_rule(&self, rule: &Rule<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"name\":");
        string(out, &rule.name);
        if let Some(description) = &rule.description {
            out.extend_from_slice(b",\"description\":");
            string(out, description);
        }
        out.extend_from_slice(match rule.queue {
            Queue::Name(_) => b",\"queue\":{\"name\":",
            Queue::Id(_) => b",\"queue\":{\"id\":",
        });
        string(out, rule.queue.as_str());
        out.extend_from_slice(b"},\"priority\":");
        integer(out, rule.priority);
        out.extend_from_slice(b",\"enabled\":");
        boolean(out, rule.enabled);
        out.extend_from_slice(b",\"expression\":");
        self.lower(rule.when, &mut JsonTarget::new(out));
        if let Some((queue, name)) = &rule.was {
            out.extend_from_slice(b",\"was\":{");
            if let Some(queue) = queue {
                out.extend_from_slice(b"\"queue\":{\"name\":");
                string(out, queue);
                out.extend_from_slice(b"},");
            }
            out.extend_from_slice(b"\"name\":");
            string(out, name);
            out.push(b'}');
        }
        out.push(b'}');
    }
}
