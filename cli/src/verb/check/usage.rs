//! Options of a check that contradict each other.

use std::ffi::OsStr;

use crate::args::{CheckArgs, Format};
use crate::config::FILE_NAME;
use crate::failure::Failure;
use crate::input::is_stdin;
use crate::name::shown;

/// Whether to read standard input; a failure where the options contradict each other.
pub(super) fn usage(arguments: &CheckArgs) -> Result<bool, Failure> {
    let from_stdin = arguments.paths.iter().any(|path| is_stdin(path));
    if from_stdin && arguments.paths.len() > 1 {
        return Err(Failure::new("`-` stands alone: standard input cannot be checked together with files"));
    }
    if arguments.stdin_filename.is_some() && !from_stdin {
        return Err(Failure::new("`--stdin-filename` needs `-` as the path")
            .help("write `rulec check - --stdin-filename FILE < FILE`"));
    }
    if arguments.fix && arguments.diff {
        return Err(Failure::new("`--fix` and `--diff` exclude each other")
            .help("`--diff` shows what `--fix` would change, and changes nothing"));
    }
    if arguments.unsafe_fixes && !(arguments.fix || arguments.diff) {
        return Err(Failure::new("`--unsafe-fixes` needs `--fix` or `--diff`"));
    }
    if arguments.exit_zero && arguments.error_on_warning {
        return Err(Failure::new("`--exit-zero` and `--error-on-warning` exclude each other"));
    }
    report(arguments, from_stdin)?;
    if arguments.watch {
        watch(arguments, from_stdin)?;
    }
    Ok(from_stdin)
}

/// What is written in place of the findings as text, and where.
fn report(arguments: &CheckArgs, from_stdin: bool) -> Result<(), Failure> {
    let option = if arguments.output.is_some() {
        "--output".to_owned()
    } else if arguments.statistics {
        "--statistics".to_owned()
    } else {
        format!("--format {}", name(arguments.format))
    };
    let is_special = arguments.output.is_some() || arguments.statistics || arguments.format != Format::Text;
    if is_special && (arguments.diff || (from_stdin && arguments.fix)) {
        return Err(Failure::new(format!("`{option}` has no place for changed text")).help(format!(
            "leave out `{option}`; the fixes themselves are in the JSON of a check without `--fix`"
        )));
    }
    if arguments.statistics && !matches!(arguments.format, Format::Text | Format::Json) {
        return Err(Failure::new(format!("`--statistics` are not to be had as {}", name(arguments.format)))
            .help("leave out `--format`, or write `--format json`"));
    }
    if let Some(output) = &arguments.output {
        let is_source = output.extension() == Some(OsStr::new("rule"))
            || output.file_name() == Some(OsStr::new(FILE_NAME));
        if is_source {
            return Err(Failure::new(format!("`{}` is no place for a report", shown(output)))
                .help("write to a file of another name"));
        }
    }
    Ok(())
}

/// What a check that never ends has no use for.
fn watch(arguments: &CheckArgs, from_stdin: bool) -> Result<(), Failure> {
    let others = [
        (from_stdin, "-"),
        (arguments.fix, "--fix"),
        (arguments.diff, "--diff"),
        (arguments.statistics, "--statistics"),
        (arguments.output.is_some(), "--output"),
        (arguments.exit_zero, "--exit-zero"),
    ];
    if let Some((_, other)) = others.iter().find(|(given, _)| *given) {
        return Err(Failure::new(format!("`--watch` and `{other}` exclude each other")));
    }
    if !matches!(arguments.format, Format::Text | Format::Jsonl) {
        return Err(Failure::new(format!(
            "`--watch` has no use for {}, of which there is one a run",
            name(arguments.format)
        ))
        .help("write `--format jsonl`: each check ends with its summary"));
    }
    Ok(())
}

/// The name by which a format is chosen.
fn name(format: Format) -> String {
    use clap::ValueEnum;
    format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}
