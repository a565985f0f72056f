//! Which columns of the records are read, and what they are.

use rule_backtest::records::{Absent, Extra, ExtraKind, Type, Wanted, WantedColumn};
use rule_compiler::{AttributeType, Symbols};
use rule_lang::nearest;

use crate::config::{FILE_NAME, Records};
use crate::failure::Failure;
use crate::render::clean::clean;

/// What is read of each record, and where the extras are.
#[derive(Debug)]
pub(crate) struct Columns {
    /// What is read.
    pub(crate) wanted: Wanted,
    /// Which of the extras names a record.
    pub(crate) id: Option<usize>,
    /// Which is its time.
    pub(crate) time: Option<usize>,
}

/// The columns of these fields. What they are is declared in the symbols; where two programs disagree, anything goes.
///
/// # Errors
///
/// Where the settings name an attribute that no rule can know.
pub(crate) fn columns<'a>(
    fields: impl IntoIterator<Item = &'a String>,
    symbols: &[&Symbols],
    settings: &Records,
) -> Result<Columns, Failure> {
    for name in settings.columns.keys() {
        let known = || symbols.iter().flat_map(|symbols| symbols.attributes());
        if known().all(|attribute| attribute.name != name && attribute.field != name) {
            let near = nearest(name, known().map(|attribute| attribute.name));
            return Err(Failure::new(format!("`[records]` in `{FILE_NAME}` names no attribute: `{}`", clean(name)))
                .help(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`columns` has the attributes of the rules on the left, and what the records call them on the right".to_owned(),
                }));
        }
    }
    let mut wanted = Wanted::default();
    for field in fields {
        if wanted.columns.iter().any(|column| column.field == *field) {
            continue;
        }
        let own_name = symbols.iter().find_map(|symbols| own_name(symbols, field));
        let settled = settings.columns.get(field).or_else(|| settings.columns.get(own_name?));
        wanted.columns.push(WantedColumn {
            field: field.clone(),
            source: settled.unwrap_or(field).clone(),
            ty: declared(symbols, field),
        });
    }
    let mut extra = |source: &Option<String>, kind| {
        let source = source.clone()?;
        wanted.extra.push(Extra { source, kind });
        Some(wanted.extra.len() - 1)
    };
    let (id, time) = (extra(&settings.id, ExtraKind::Text), extra(&settings.time, ExtraKind::Time));
    Ok(Columns { wanted, id, time })
}

/// What the rules call an attribute of the platform.
fn own_name<'s>(symbols: &'s Symbols, field: &str) -> Option<&'s str> {
    symbols.attributes().find(|attribute| attribute.field == field).map(|attribute| attribute.name)
}

/// What all programs that declare an attribute declare it as.
fn declared(symbols: &[&Symbols], field: &str) -> Option<Type> {
    let of = |symbols: &&Symbols| {
        let attribute = symbols.attributes().find(|attribute| attribute.field == field)?;
        Some(match attribute.ty? {
            AttributeType::Bool => Type::Bool,
            AttributeType::Int(_) => Type::Int,
            AttributeType::Float => Type::Float,
            AttributeType::String | AttributeType::Enum(_) => Type::String,
            AttributeType::Set => Type::Set,
        })
    };
    let mut types = symbols.iter().filter_map(of);
    let first = types.next()?;
    types.all(|ty| ty == first).then_some(first)
}

/// What may help where no record has a column: the end of a sentence, or nothing.
pub(crate) fn hint(absent: &Absent<'_>, symbols: &Symbols, wanted: &Wanted) -> String {
    let column = wanted.columns.iter().find(|column| column.source == absent.source);
    let own_name = column.and_then(|column| own_name(symbols, &column.field));
    let there = own_name.filter(|name| *name != absent.source && absent.others.contains(*name));
    let near = there.or_else(|| nearest(absent.source, absent.others.iter().map(String::as_str)));
    near.map_or(String::new(), |near| {
        let name = own_name.unwrap_or(absent.source);
        match column {
            Some(_) => format!(
                "; if that is its `{}`, say so in `{FILE_NAME}`: `[records]`, `columns = {{ {} = {} }}`",
                clean(near),
                toml_text(name),
                toml_text(near)
            ),
            None => format!("; did you mean `{}`?", clean(near)),
        }
    })
}

/// A text in quotes, as TOML and JSON write it.
fn toml_text(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
