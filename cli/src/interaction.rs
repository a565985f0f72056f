//! An interaction as commands read it: a JSON object of attributes, by the names of the rules or of the platform.

use std::io::{self, IsTerminal};
use std::path::Path;

use rule_compiler::{Attribute, AttributeType, Symbols};
use rule_eval::{Attribute as Value, Interaction};
use rule_lang::nearest;

use crate::failure::Failure;
use crate::input::is_stdin;
use crate::name::shown;
use crate::read;
use crate::terminal::Terminal;

/// What is read.
const AN_INTERACTION: &str =
    "an interaction is a JSON object of attributes, like {\"language\": \"en\", \"skill\": [\"billing\"]}";

/// Reads the interaction in a file, or in standard input for none or `-`. `command` is what reads it, for its help.
///
/// # Errors
///
/// What cannot be read, or is no interaction.
pub(crate) fn read_interaction(
    file: Option<&Path>,
    command: &str,
    terminal: &mut Terminal,
) -> Result<Interaction, Failure> {
    let limit = rule_eval::limits::MAX_JSON_BYTES as u64;
    let (name, bytes) = if let Some(path) = file.filter(|path| !is_stdin(path)) {
        let bytes = read::bytes(path, limit).map_err(|error| {
            let failure = Failure::file("read", path, &error);
            if path.to_string_lossy().trim_start().starts_with('{') {
                return failure.help(format!(
                    "an interaction is read from a file or piped in: `echo '{{…}}' | {command}`"
                ));
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

/// The interaction by the platform's names of attributes; those that rules use for them do as well. With it come
/// warnings of what no rule can know: likely it is misspelt.
///
/// # Errors
///
/// An attribute that is given by both names.
pub(crate) fn by_platform_names(
    given: &Interaction,
    symbols: &Symbols,
) -> Result<(Interaction, Vec<String>), Failure> {
    let mut renamed = Interaction::new();
    let mut warnings = Vec::new();
    for (name, value) in given.iter() {
        let is_field = symbols.attributes().any(|attribute| attribute.field == name);
        let field = match symbols.attribute(name) {
            Some(attribute) if !is_field => attribute.field,
            _ => name,
        };
        if !is_field && field == name {
            let known = symbols.attributes().flat_map(|attribute| [attribute.name, attribute.field]);
            let near = nearest(name, known).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            warnings.push(format!("the rules know no attribute `{name}`{near}"));
        }
        if let Some(attribute) = symbols.attributes().find(|attribute| attribute.field == field)
            && let Some(complaint) = misfit(&attribute, value, symbols)
        {
            warnings.push(complaint);
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
    Ok((renamed, warnings))
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
