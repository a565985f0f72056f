//! A diagnostic's code or name as an argument.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};
use rule_lang::codes;

/// Takes any text, so that the verb can say what is near a misspelt one; shells are told all codes and names.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodeParser;

impl TypedValueParser for CodeParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let named = |code: &&'static rule_lang::Code| {
            [PossibleValue::new(code.id).help(code.name), PossibleValue::new(code.name).help(code.id)]
        };
        Some(Box::new(codes::ALL.iter().flat_map(named)))
    }
}
