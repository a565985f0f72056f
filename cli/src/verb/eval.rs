//! `rulec eval`: what the rules decide for one interaction, and why, condition by condition.

use std::io::{self, IsTerminal, Write};

use genesys_model::{Condition, ConditionOperator};
use rule_compiler::Symbols;
use rule_eval::{Interaction, RuleOutcome, Rules, Trace, TraceNode};
use rule_lang::nearest;

use crate::Outcome;
use crate::args::EvalArgs;
use crate::failure::Failure;
use crate::input::is_stdin;
use crate::load::Workspace;
use crate::name::shown;
use crate::read;
use crate::render::clean::clean;
use crate::terminal::{BOLD, FAINT, GREEN, RED, Terminal, output_failed, paint};
use crate::verb::check::sound;
use crate::verb::compile::only_project;

/// Decides an interaction and says why.
pub(crate) fn run(arguments: &EvalArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut workspace = Workspace::load(&arguments.rules, terminal.err_color)?;
    if !sound(&mut workspace, "evaluate", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace)?;
    let given = interaction(arguments, terminal)?;
    let interaction = by_platform_names(given, project.program.symbols(), terminal);

    let bundle = project.program.compile();
    let queue = arguments.queue.as_deref();
    if let Some(queue) = queue.filter(|queue| bundle.rules.iter().all(|rule| rule.queue.as_str() != *queue)) {
        let near = nearest(queue, bundle.rules.iter().map(|rule| rule.queue.as_str()));
        let failure = Failure::new(format!("no rule belongs to a queue `{queue}`"));
        return Err(match near {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        });
    }
    let rules = Rules::new(&bundle.rules).map_err(|error| Failure::new(error.to_string()))?;
    let evaluation = rules.evaluate(&interaction, queue);

    let color = terminal.out_color;
    let out = terminal.out();
    let written = if arguments.json {
        serde_json::to_writer_pretty(&mut *out, &evaluation)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        explain(out, color, &evaluation.rules)
    };
    written.map_err(|error| output_failed(&error))?;
    Ok(Outcome::Clean)
}

/// Reads the interaction.
fn interaction(arguments: &EvalArgs, terminal: &mut Terminal) -> Result<Interaction, Failure> {
    let limit = rule_eval::limits::MAX_JSON_BYTES as u64;
    let (name, bytes) = match arguments.file.as_deref().filter(|path| !is_stdin(path)) {
        Some(path) => {
            let bytes = read::bytes(path, limit).map_err(|error| Failure::file("read", path, &error))?;
            (format!("`{}`", shown(path)), bytes)
        }
        None => {
            if io::stdin().is_terminal() {
                terminal.note(
                    "reading the interaction from standard input: a JSON object of attributes, then Ctrl-D",
                );
            }
            let bytes = read::limited(io::stdin().lock(), limit, 0)
                .map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
            ("standard input".to_owned(), bytes)
        }
    };
    let bytes = bytes
        .ok_or_else(|| Failure::new(format!("{name} is too long for an interaction: over {limit} bytes")))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{name} is not UTF-8 text")))?;
    Interaction::from_json(text.trim_start_matches('\u{feff}')).map_err(|error| {
        Failure::new(format!("cannot read the interaction in {name}: {error}"))
            .help("an interaction is a JSON object of attributes, like {\"language\": \"en\", \"skill\": [\"billing\"]}")
    })
}

/// The interaction by the platform's names of attributes; those that rules use for them do as well. What no rule
/// can know is warned about: likely it is misspelt.
fn by_platform_names(given: Interaction, symbols: &Symbols, terminal: &mut Terminal) -> Interaction {
    let mut renamed = Interaction::new();
    for (name, value) in given.iter() {
        let is_field = symbols.attributes().any(|attribute| attribute.field == name);
        let field = match symbols.attribute(name) {
            Some(attribute) if !is_field => attribute.field,
            _ => name,
        };
        if !is_field && field == name {
            let known = symbols.attributes().flat_map(|attribute| [attribute.name, attribute.field]);
            let near = nearest(name, known).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            terminal.warn(&format!("the rules know no attribute `{name}`{near}"));
        }
        renamed.set(field, value.clone());
    }
    renamed
}

/// The decision, and what each rule said.
fn explain(out: &mut dyn Write, color: bool, rules: &[RuleOutcome<'_>]) -> io::Result<()> {
    match rules.iter().find(|rule| rule.decides) {
        Some(rule) => {
            let name = paint(color, GREEN, &clean(rule.rule));
            writeln!(out, "decision: {name} (queue {})", clean(rule.queue))?;
        }
        None => writeln!(out, "decision: {}", paint(color, BOLD, "none"))?,
    }
    for rule in rules {
        let says = match (rule.matched, rule.decides, rule.enabled) {
            (true, true, _) => "matches, and decides",
            (true, false, true) => "matches, but a rule above decides",
            (true, _, false) => "would match, but is not enabled",
            (false, _, false) => "does not match, and is not enabled",
            (false, _, true) => "does not match",
        };
        let name = paint(color, BOLD, &clean(rule.rule));
        writeln!(out, "\n{name} (queue {}, priority {}): {says}", clean(rule.queue), rule.priority)?;
        // Where everything played its part, nothing stands out.
        let mark = rule.trace.conditions().iter().any(|condition| !condition.decisive);
        branch(out, color, &rule.trace, 1, mark)?;
    }
    Ok(())
}

/// One node and those below it; `mark_decisive` points out the conditions that decided.
fn branch(
    out: &mut dyn Write,
    color: bool,
    trace: &Trace<'_>,
    depth: usize,
    mark_decisive: bool,
) -> io::Result<()> {
    let sign = if trace.outcome { paint(color, GREEN, "✓") } else { paint(color, RED, "✗") };
    let indent = "  ".repeat(depth);
    let words = match &trace.node {
        TraceNode::Condition { condition, actual } => {
            let actual = match actual {
                // The platform turns nothing into anything else, so JSON shows the value as it was compared.
                Some(actual) => serde_json::to_string(actual).unwrap_or_default(),
                None => "missing".to_owned(),
            };
            format!(
                "{}  {}",
                clean(&written(condition)),
                paint(color, FAINT, &format!("[{}]", clean(&actual)))
            )
        }
        TraceNode::And(_) => "all of".to_owned(),
        TraceNode::Or(_) => "any of".to_owned(),
        TraceNode::Not(_) => "not".to_owned(),
    };
    let is_condition = trace.children().is_empty();
    let decisive = if mark_decisive && is_condition && trace.decisive { "  ← decisive" } else { "" };
    writeln!(out, "{indent}{sign} {words}{decisive}")?;
    trace.children().iter().try_for_each(|child| branch(out, color, child, depth + 1, mark_decisive))
}

/// A condition as an author would write it.
fn written(condition: &Condition) -> String {
    let field = &condition.field;
    let value = condition.value.as_ref().map(|value| serde_json::to_string(value).unwrap_or_default());
    let operator = match (condition.operator, value.is_some()) {
        (ConditionOperator::Eq, _) => "==",
        (ConditionOperator::Neq, _) => "!=",
        (ConditionOperator::Gt, _) => ">",
        (ConditionOperator::Lt, _) => "<",
        (ConditionOperator::Gte, _) => ">=",
        (ConditionOperator::Lte, _) => "<=",
        (ConditionOperator::Exists, true) => "has",
        (ConditionOperator::Exists, false) => "exists",
        (ConditionOperator::NotExists, true) => "lacks",
        (ConditionOperator::NotExists, false) => "not exists",
        (ConditionOperator::Contains, _) => "contains",
        (ConditionOperator::Regex, _) => "matches",
    };
    match (condition.operator, &condition.value, value) {
        (ConditionOperator::Regex, Some(genesys_model::Scalar::String(pattern)), _) => {
            format!("{field} matches /{}/", pattern.replace('/', "\\/"))
        }
        (_, _, Some(value)) => format!("{field} {operator} {value}"),
        (_, _, None) => format!("{field} {operator}"),
    }
}
