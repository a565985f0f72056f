//! `rulec eval`: what the rules decide for one interaction, and why, condition by condition.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};

use genesys_model::{Bundle, Condition, ConditionOperator, Scalar};
use rule_compiler::{Attribute, AttributeType, Symbols};
use rule_eval::{Attribute as Value, Interaction, RuleOutcome, Rules, Trace, TraceNode};
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

/// The most rules that are explained as text, apart from the one that decides.
const MAX_RULES: usize = 100;

/// The most queues that are named where one is not known.
const MAX_QUEUES: usize = 10;

/// What is read.
const AN_INTERACTION: &str =
    "an interaction is a JSON object of attributes, like {\"language\": \"en\", \"skill\": [\"billing\"]}";

/// Decides an interaction and says why.
pub(crate) fn run(arguments: &EvalArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut workspace = Workspace::load_own(&arguments.rules, terminal.err_color)?;
    if !sound(&mut workspace, "evaluate", terminal)? {
        return Ok(Outcome::Findings);
    }
    let project = only_project(&workspace, "eval")?;
    let given = interaction(arguments, terminal)?;
    let interaction = by_platform_names(&given, project.program.symbols(), terminal)?;

    let bundle = project.program.compile();
    let queue = arguments.queue.as_deref();
    if let Some(queue) = queue.filter(|queue| bundle.rules.iter().all(|rule| rule.queue.as_str() != *queue)) {
        let near = nearest(queue, bundle.rules.iter().map(|rule| rule.queue.as_str()));
        let failure = Failure::new(format!("no rule belongs to a queue `{queue}`"));
        return Err(failure.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => queues(&bundle),
        }));
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
        let symbols = project.program.symbols();
        let names = symbols.attributes().map(|attribute| (attribute.field, attribute.name)).collect();
        Explainer { out, color, names }.decision(&evaluation.rules)
    };
    written.map_err(|error| output_failed(&error))?;
    Ok(Outcome::Clean)
}

/// The queues that have rules, as far as a line may be long.
fn queues(bundle: &Bundle) -> String {
    let queues: BTreeSet<&str> = bundle.rules.iter().map(|rule| rule.queue.as_str()).collect();
    let named: Vec<String> =
        queues.iter().take(MAX_QUEUES).map(|queue| format!("`{}`", clean(queue))).collect();
    match queues.len().saturating_sub(named.len()) {
        _ if named.is_empty() => "there are no rules yet".to_owned(),
        0 => format!("rules belong to {}", named.join(", ")),
        more => format!("rules belong to {}, and {more} more", named.join(", ")),
    }
}

/// Reads the interaction.
fn interaction(arguments: &EvalArgs, terminal: &mut Terminal) -> Result<Interaction, Failure> {
    let limit = rule_eval::limits::MAX_JSON_BYTES as u64;
    let (name, bytes) = if let Some(path) = arguments.file.as_deref().filter(|path| !is_stdin(path)) {
        let bytes = read::bytes(path, limit).map_err(|error| {
            let failure = Failure::file("read", path, &error);
            if path.to_string_lossy().trim_start().starts_with('{') {
                return failure
                    .help("an interaction is read from a file or piped in: `echo '{…}' | rulec eval`");
            }
            failure
        })?;
        (format!("`{}`", shown(path)), bytes)
    } else {
        if io::stdin().is_terminal() {
            terminal.note(
                "reading the interaction from standard input: a JSON object of attributes, then Ctrl-D",
            );
        }
        let bytes = read::limited(io::stdin().lock(), limit, 0)
            .map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        ("standard input".to_owned(), bytes)
    };
    let bytes = bytes
        .ok_or_else(|| Failure::new(format!("{name} is too long for an interaction: over {limit} bytes")))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{name} is not UTF-8 text")))?;
    if text.trim().is_empty() {
        return Err(
            Failure::new(format!("cannot read the interaction in {name}: it is empty")).help(AN_INTERACTION)
        );
    }
    Interaction::from_json(text.trim_start_matches('\u{feff}')).map_err(|error| {
        Failure::new(format!("cannot read the interaction in {name}: {error}")).help(AN_INTERACTION)
    })
}

/// The interaction by the platform's names of attributes; those that rules use for them do as well. What no rule
/// can know is warned about: likely it is misspelt.
fn by_platform_names(
    given: &Interaction,
    symbols: &Symbols,
    terminal: &mut Terminal,
) -> Result<Interaction, Failure> {
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
        if let Some(attribute) = symbols.attributes().find(|attribute| attribute.field == field)
            && let Some(complaint) = misfit(&attribute, value, symbols)
        {
            terminal.warn(&complaint);
        }
        if renamed.get(field).is_some() {
            let other = symbols.attributes().find(|attribute| attribute.field == field);
            let other = other.map_or(name, |attribute| attribute.name);
            return Err(Failure::new(format!(
                "`{field}` and `{other}` are one attribute, and both are given"
            ))
            .help("leave one of them out"));
        }
        renamed.set(field, value.clone());
    }
    Ok(renamed)
}

/// Why an attribute never has this value, as far as it is declared; nothing where it may.
fn misfit(attribute: &Attribute<'_>, value: &Value, symbols: &Symbols) -> Option<String> {
    let name = attribute.name;
    let ty = attribute.ty?;
    let fits = match (ty, value) {
        (AttributeType::Bool, Value::Bool(_))
        | (AttributeType::Int(None), Value::Int(_))
        | (AttributeType::Float, Value::Int(_) | Value::Float(_))
        | (AttributeType::String, Value::String(_)) => true,
        (AttributeType::Int(Some((low, high))), Value::Int(number)) => (*low..=*high).contains(number),
        (AttributeType::Enum(values), Value::String(text)) => values.contains(text),
        (AttributeType::Set, Value::Set(members)) => {
            if name != "skill" || !symbols.declares_skills() {
                return None;
            }
            let unknown = |member: &&String| {
                !symbols.skills().any(|(skill, _)| symbols.skill_platform_name(skill) == **member)
            };
            let member = members.iter().find(unknown)?;
            let platform = symbols.skill_platform_name(member);
            let hint = if platform == member.as_str() {
                String::new()
            } else {
                format!("; the platform calls it `{platform}`")
            };
            return Some(format!("the rules know no skill `{member}`{hint}"));
        }
        _ => false,
    };
    let article = if matches!(ty, AttributeType::Int(_) | AttributeType::Enum(_)) { "an" } else { "a" };
    (!fits).then(|| format!("`{name}` is {article} `{ty}`, and the value given for it is not of that type"))
}

/// Writes decisions for people.
struct Explainer<'a> {
    out: &'a mut dyn Write,
    color: bool,
    /// What rules call an attribute, by the platform's name.
    names: BTreeMap<&'a str, &'a str>,
}

impl Explainer<'_> {
    /// The decision, and what each rule said.
    fn decision(&mut self, rules: &[RuleOutcome<'_>]) -> io::Result<()> {
        match rules.iter().find(|rule| rule.decides) {
            Some(rule) => {
                let name = paint(self.color, GREEN, &clean(rule.rule));
                writeln!(self.out, "decision: {name} (queue {})", clean(rule.queue))?;
            }
            None => writeln!(self.out, "decision: {}", paint(self.color, BOLD, "none"))?,
        }
        for (_, rule) in rules.iter().enumerate().filter(|(index, rule)| *index < MAX_RULES || rule.decides) {
            self.rule(rule)?;
        }
        if let Some(more) = rules.len().checked_sub(MAX_RULES).filter(|more| *more > 0) {
            writeln!(
                self.out,
                "\n… of {more} more rules only the deciding one is shown; `--json` has them all"
            )?;
        }
        Ok(())
    }

    fn rule(&mut self, rule: &RuleOutcome<'_>) -> io::Result<()> {
        let says = match (rule.matched, rule.decides, rule.enabled) {
            (true, true, _) => "matches, and decides",
            (true, false, true) => "matches, but a rule above decides",
            (true, _, false) => "would match, but is not enabled",
            (false, _, false) => "does not match, and is not enabled",
            (false, _, true) => "does not match",
        };
        let name = paint(self.color, BOLD, &clean(rule.rule));
        writeln!(self.out, "\n{name} (queue {}, priority {}): {says}", clean(rule.queue), rule.priority)?;
        // Where everything played its part, nothing stands out.
        let mark_decisive = rule.trace.conditions().iter().any(|condition| !condition.decisive);
        self.branch(&rule.trace, 1, mark_decisive)
    }

    /// One node and those below it; `mark_decisive` points out the conditions that decided.
    fn branch(&mut self, trace: &Trace<'_>, depth: usize, mark_decisive: bool) -> io::Result<()> {
        let sign =
            if trace.outcome { paint(self.color, GREEN, "✓") } else { paint(self.color, RED, "✗") };
        let indent = "  ".repeat(depth);
        let words = match &trace.node {
            TraceNode::Condition { condition, actual } => {
                let actual = actual.map_or("missing".to_owned(), |actual| format!("given {actual}"));
                let actual = paint(self.color, FAINT, &format!("({})", clean(&actual)));
                format!("{} {actual}", clean(&self.written(condition)))
            }
            TraceNode::And(_) => "all of".to_owned(),
            TraceNode::Or(_) => "any of".to_owned(),
            TraceNode::Not(_) => "not".to_owned(),
        };
        let is_condition = trace.children().is_empty();
        let decisive = if mark_decisive && is_condition && trace.decisive { " ← decides" } else { "" };
        writeln!(self.out, "{indent}{sign} {words}{decisive}")?;
        trace.children().iter().try_for_each(|child| self.branch(child, depth + 1, mark_decisive))
    }

    /// A condition as an author would write it.
    fn written(&self, condition: &Condition) -> String {
        let field = condition.field.as_str();
        let name = self.names.get(field).copied().unwrap_or(field);
        let Some(value) = &condition.value else {
            let operator =
                if condition.operator == ConditionOperator::NotExists { "not exists" } else { "exists" };
            return format!("{name} {operator}");
        };
        let operator = match condition.operator {
            ConditionOperator::Eq => "==",
            ConditionOperator::Neq => "!=",
            ConditionOperator::Gt => ">",
            ConditionOperator::Lt => "<",
            ConditionOperator::Gte => ">=",
            ConditionOperator::Lte => "<=",
            ConditionOperator::Exists => "has",
            ConditionOperator::NotExists => "lacks",
            ConditionOperator::Contains => "contains",
            ConditionOperator::Regex => "matches",
        };
        match (condition.operator, value) {
            (ConditionOperator::Regex, Scalar::String(pattern)) => {
                format!("{name} matches /{}/", pattern.replace('/', "\\/"))
            }
            _ => format!("{name} {operator} {}", serde_json::to_string(value).unwrap_or_default()),
        }
    }
}
