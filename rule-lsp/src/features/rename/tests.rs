use rule_compiler::Settings;
use rule_lang::Source;

use super::*;
use crate::features::fixture::Fixture;

/// The texts after a rename; that it makes no error, and leaves the bundle as it was but for `ignored`, is seen to.
fn renamed(texts: &[&str], new: &str) -> Vec<String> {
    let fixture = Fixture::of(texts);
    let edits =
        rename(&fixture.program, &fixture.sources, fixture.file, fixture.offset, new).unwrap().unwrap();
    let by_file = by_file(&edits);
    let texts = fixture.sources.iter().map(|source| {
        let edits = by_file.get(&source.id()).map_or(&[][..], Vec::as_slice);
        apply(source.text(), edits).unwrap()
    });
    texts.collect()
}

fn refused(texts: &[&str], new: &str) -> String {
    let fixture = Fixture::of(texts);
    match rename(&fixture.program, &fixture.sources, fixture.file, fixture.offset, new) {
        Err(Refused::Symbol(why) | Refused::NewName(why)) => why,
        Ok(edits) => panic!("{edits:?}"),
    }
}

fn bundle(texts: &[String]) -> String {
    let mut program = Program::new(Settings::default());
    for (number, text) in (0..).zip(texts) {
        program.set(&Source::new(FileId(number), "", text.as_str()));
    }
    let errors: Vec<_> = program.check().into_iter().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}\n{texts:?}");
    serde_json::to_string(&program.compile()).unwrap()
}

const PROGRAM: &str = "attribute vip: bool
condition calm = not vip
skill billing
skill_group office { skills: [billing] }
queue \"Desk\" { skill_group: office }
rule \"R\" {
  queue: \"Desk\"
  when calm and vip and skill has billing or_not
}
test \"t\" { given { vip: true, skill: [billing] }, expect queue \"Desk\" -> \"R\" }
";

/// The program with the cursor at the first of a text.
fn at(text: &str) -> Vec<String> {
    let program = PROGRAM.replace(" or_not", "");
    let first = "condition loud = vip or skill has \"billing\"\nrule \"S\" { queue: \"Desk\", when loud }\n";
    vec![program.replacen(text, &format!("$0{text}"), 1), first.to_owned()]
}

fn both(text: &str, new: &str) -> (Vec<String>, String, String) {
    let texts = at(text);
    let old: Vec<String> = texts.iter().map(|text| text.replace("$0", "")).collect();
    let new = renamed(&texts.iter().map(String::as_str).collect::<Vec<_>>(), new);
    let bundles = (bundle(&old), bundle(&new));
    (new, bundles.0, bundles.1)
}

#[test]
fn an_attribute_keeps_its_field() {
    let (new, before, after) = both("vip", "customer.vip");
    assert!(
        new[0].starts_with(
            "attribute customer.vip: bool { field: \"vip\" }\ncondition calm = not customer.vip\n"
        )
    );
    assert!(
        new[0].contains("when calm and customer.vip and") && new[0].contains("given { customer.vip: true")
    );
    assert!(new[1].starts_with("condition loud = customer.vip or"));
    assert_eq!(before, after);
}

#[test]
fn a_condition_is_renamed_alone() {
    let (new, before, after) = both("calm", "quiet");
    assert!(new[0].contains("condition quiet = not vip\n") && new[0].contains("when quiet and"));
    assert_eq!(before, after);
}

#[test]
fn a_skill_and_a_skill_group_keep_their_names_on_the_platform() {
    let (new, before, after) = both("billing", "money");
    assert!(new[0].contains("skill money { name: \"billing\" }\n") && new[0].contains("skill: [money]"));
    assert!(new[1].contains("skill has \"billing\""));
    assert_eq!(before, after);
    let (new, before, after) = both("office", "home");
    assert!(new[0].contains("skill_group home { name: \"office\", skills: [billing] }\n"));
    assert!(new[0].contains("{ skill_group: home }"));
    assert_eq!(before, after);
}

#[test]
fn a_queue_is_renamed_live_and_stays_the_same_object() {
    let (new, before, after) = both("\"Desk\"", "Front \"1\"");
    assert!(new[0].contains("queue \"Front \\\"1\\\"\" { was: \"Desk\", skill_group: office }\n"));
    assert!(new[0].contains("expect queue \"Front \\\"1\\\"\" -> \"R\""));
    assert!(new[1].contains("queue: \"Front \\\"1\\\"\""));
    let was = before.replace("\"Desk\"", "\"Front \\\"1\\\"\"");
    assert_ne!(was, after);
    assert_eq!(was, after.replace(",\"was\":\"Desk\"", ""));
}

#[test]
fn a_rule_is_renamed_live_and_stays_the_same_object() {
    let (new, before, after) = both("\"R\"", "Q");
    assert!(
        new[0].contains("rule \"Q\" {\n  was: \"R\"\n  queue: \"Desk\"\n") && new[0].contains("-> \"Q\"")
    );
    let was = before.replace("\"name\":\"R\"", "\"name\":\"Q\"");
    assert_ne!(was, after);
    assert_eq!(was, after.replace(",\"was\":{\"name\":\"R\"}", ""), "{after}");
}

#[test]
fn a_declaration_that_says_its_name_on_the_platform_keeps_it() {
    assert_eq!(renamed(&["skill a$0 { name: \"A!\" }"], "b"), ["skill b { name: \"A!\" }"]);
    assert_eq!(renamed(&["attribute a$0: int {}"], "b"), ["attribute b: int { field: \"a\" }"]);
    assert_eq!(renamed(&["queue \"$0B\" { was: \"A\" }"], "C"), ["queue \"C\" { was: \"A\" }"]);
    assert_eq!(renamed(&["queue \"$0B\" { external: true }"], "C"), ["queue \"C\" { external: true }"]);
}

#[test]
fn what_says_the_new_name_is_removed() {
    assert_eq!(renamed(&["queue \"$0B\" { was: \"A\" } // c"], "A"), ["queue \"A\" // c"]);
    assert_eq!(renamed(&["skill a$0 { name: \"b\", id: \"1\" }"], "b"), ["skill b { id: \"1\" }"]);
    assert_eq!(renamed(&["skill a$0 {\n  id: \"1\"\n  name: \"b\"\n}"], "b"), ["skill b {\n  id: \"1\"\n}"]);
    assert_eq!(
        renamed(&["skill a$0 {\n  name: \"b\" // c\n  id: \"1\"\n}"], "b"),
        ["skill b {\n   // c\n  id: \"1\"\n}"]
    );
}

#[test]
fn broken_declarations_elsewhere_do_not_matter() {
    let texts = [
        "attribute v$0ip: bool\nrule \"x\" { when and }\ncondition a = vip",
        "rule \"x\" {\ncondition b = not vip",
    ];
    let expected = [
        "attribute v: bool { field: \"vip\" }\nrule \"x\" { when and }\ncondition a = v",
        "rule \"x\" {\ncondition b = not v",
    ];
    assert_eq!(renamed(&texts, "v"), expected);
    assert!(
        refused(&["attribute vip$0 bool enum", "condition a = vip"], "v")
            .contains("cannot be read: mend it first")
    );
}

#[test]
fn names_that_cannot_be_are_refused_with_what_to_do() {
    let vip = ["attribute $0vip: bool\ncondition c = vip"];
    assert!(refused(&vip, "1st").contains("`1st` is no name: names are made of"));
    assert!(refused(&vip, "a..b").contains("dots may join"));
    assert!(refused(&vip, "").contains("an empty text is no name"));
    assert!(refused(&vip, "exists").contains("reserved word"));
    assert!(refused(&vip, "c").contains("another condition is called `c` already"));
    assert!(refused(&vip, "skill").contains("another attribute is called `skill` already"));
    assert!(refused(&["skill $0s"], "a.b").contains("is no name"));
    assert!(
        refused(&["queue \"$0A\"\nqueue \"B\""], "B").contains("another queue is called `\"B\"` already")
    );
    assert!(refused(&["queue \"$0A\""], " ").contains("a queue has a name"));
}

#[test]
fn rules_may_share_a_name_only_in_two_queues_and_where_tests_still_know_them() {
    let text = |expect: &str| {
        format!(
            "queue \"A\"\nqueue \"B\"\nrule \"$0R\" {{ queue: \"A\", when priority > 1 }}\n\
             rule \"S\" {{ queue: \"B\", when priority > 1 }}\nrule \"T\" {{ queue: \"A\", when priority > 1 }}\n\
             test \"t\" {{ given {{ priority: 2 }}, expect {expect} }}"
        )
    };
    assert!(renamed(&[&text("\"T\"")], "S")[0].contains("rule \"S\" { was: \"R\", queue: \"A\""));
    assert!(refused(&[&text("\"T\"")], "T").contains("another rule of this queue is called `\"T\"`"));
    assert!(refused(&[&text("\"R\"")], "S").contains("(E0109)"));
}

#[test]
fn what_is_built_in_or_the_platforms_keeps_its_name() {
    assert!(refused(&["condition c = ski$0ll has x"], "y").contains("built in"));
    assert!(refused(&["attribute language$0: enum[\"en\"]"], "y").contains("built in"));
    let platform = ["skill a { name: \"A!\" }\ncondition c = skill has \"A$0!\""];
    assert!(refused(&platform, "y").contains("the platform's name for the skill `a`"));
    let fixture = Fixture::new("condition c = bo$0gus");
    assert_eq!(prepare(&fixture.program, fixture.file, fixture.offset), Ok(None));
}

#[test]
fn the_name_without_its_quotes_is_what_is_edited() {
    let fixture = Fixture::new("queue \"De$0sk \\\"1\\\"\"");
    let found = prepare(&fixture.program, fixture.file, fixture.offset).unwrap().unwrap();
    assert_eq!(fixture.shown(found.span), "0:1 Desk \\\"1\\\"");
    assert_eq!(found.name, "Desk \"1\"");
    assert_eq!(renamed(&["queue \"De$0sk\""], "\"Front\""), ["queue \"Front\" { was: \"Desk\" }"]);
}
