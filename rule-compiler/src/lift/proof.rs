//! That a lifted text says what was lifted: it is compiled, and compared.

use rule_lang::{FileId, MAX_FILE_BYTES, Source};

use super::Speakable;
use super::names::Names;
use crate::{Program, Settings};

/// Whether a text, beside what is declared already, compiles without errors to exactly these rules.
pub(super) fn holds(text: &str, rules: &[Speakable<'_>], names: &Names) -> bool {
    if text.len() > MAX_FILE_BYTES {
        return false;
    }
    let mut settings = Settings::default();
    settings.max_depth = names.max_depth;
    let mut program = Program::new(settings);
    program.set(&Source::new(FileId(0), "declared.rule", names.surroundings(rules).as_str()));
    program.set(&Source::new(FileId(1), "pulled.rule", text));
    program.check();
    if program.has_errors() {
        return false;
    }
    let compiled = program.compile().rules;
    // By queue and name, as the compiler gives them.
    let mut wanted: Vec<&Speakable<'_>> = rules.iter().collect();
    wanted
        .sort_by(|one, other| (&one.rule.queue, &one.rule.name).cmp(&(&other.rule.queue, &other.rule.name)));
    compiled.len() == wanted.len()
        && compiled.into_iter().zip(wanted).all(|(compiled, wanted)| {
            let rule = wanted.rule;
            compiled.name == rule.name
                && compiled.queue == rule.queue
                && compiled.description == rule.description
                && compiled.priority == rule.priority
                && compiled.enabled == rule.enabled
                && compiled.expression.normal() == wanted.expression
        })
}
