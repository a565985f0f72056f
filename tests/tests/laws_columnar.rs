//! Programs over columns say what the reference evaluator says to each record.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use genesys_model::Bundle;
use proptest::prelude::*;
use rule_eval::columnar::{Batch, ColumnBuilder, ColumnRules, Memory, UNDECIDED, WORD_BITS};
use rule_eval::{Attribute, Interaction, Rules};
use rulec_tests::generate::interactions::{hints, interaction};
use rulec_tests::generate::{Choices, Options, Program, decisions, programs};
use rulec_tests::project::Project;
use serde_json::Value;

/// More than a word of rows for each program.
const RECORDS: usize = 70;

fn records(program: &Program, choices: &mut Choices) -> Vec<Interaction> {
    let hints = hints(program);
    let record = |_| Interaction::from_value(Value::from_iter(interaction(program, &hints, choices)));
    (0..RECORDS).map(record).collect::<Result<_, _>>().expect("interactions")
}

fn batch(rules: &ColumnRules<'_>, records: &[Interaction]) -> Batch {
    let column = |field: &String| {
        let mut builder = ColumnBuilder::new();
        for record in records {
            match record.get(field) {
                None => builder.push_missing(),
                Some(Attribute::Bool(value)) => builder.push_bool(*value),
                Some(Attribute::Int(value)) => builder.push_int(*value),
                Some(Attribute::Float(value)) => builder.push_float(*value),
                Some(Attribute::String(value)) => builder.push_str(value),
                Some(Attribute::Set(members)) => builder.push_set(members.iter().map(String::as_str)),
            }
        }
        builder.finish()
    };
    Batch { rows: records.len(), columns: rules.fields().iter().map(column).collect() }
}

proptest! {
    #[test]
    fn columns_decide_as_the_reference_does(program in programs(Options::free()), mut choices in decisions()) {
        let project = Project::one(&program.text());
        let bundle = Bundle::from_json(&project.json()).expect("the model reads what the compiler writes");
        let records = records(&program, &mut choices);
        let reference = Rules::new(&bundle.rules).expect("the rules can be evaluated");
        let columnar = ColumnRules::new(&bundle.rules).expect("the rules can be evaluated");
        let mut memory = Memory::default();
        let said = columnar.evaluate(&batch(&columnar, &records), &mut memory);
        for (row, record) in records.iter().enumerate() {
            let evaluation = reference.evaluate(record, None);
            for (rule, outcome) in evaluation.rules.iter().enumerate() {
                prop_assert_eq!(outcome.rule, &columnar.rules()[rule].name);
                let holds = said.matched(rule)[row / WORD_BITS] >> (row % WORD_BITS) & 1 == 1;
                prop_assert_eq!(holds, outcome.matched, "{} on {:?}", outcome.rule, record);
            }
            let decides = evaluation.rules.iter().position(|outcome| outcome.decides);
            let deciding = said.deciding()[row];
            prop_assert_eq!((deciding != UNDECIDED).then_some(deciding as usize), decides, "{:?}", record);
        }
    }
}
