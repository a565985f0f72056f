//! What stands in programs that others wrote is what the editor takes it for, and what it would have offered there.

use std::collections::BTreeMap;
use std::path::Path;

use rule_compiler::{Role as Stands, SymbolKind};
use rule_lang::{FileId, Source, Span};

use super::completion::completion;
use super::fixture::Fixture;
use super::hover::hover;
use super::reader::{Role, roles};
use super::tokens::TokenKind;

/// The programs among the examples: each folder with a `rulec.toml`.
fn programs() -> Vec<Fixture> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut folders: Vec<_> =
        std::fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("rulec.toml").exists());
    folders.sort();
    let program = |folder: &std::path::PathBuf| {
        let mut texts = Vec::new();
        collect(folder, &mut texts);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Fixture::of(&texts)
    };
    folders.iter().map(program).collect()
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rule") {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

fn all_roles(source: &Source) -> BTreeMap<u32, (TokenKind, Role)> {
    let (tree, _) = rule_lang::parse(source);
    let roles = roles(&tree, 0).filter_map(|(token, role)| Some((token.start, (token.kind, role?))));
    roles.collect()
}

#[test]
fn names_are_what_the_checks_take_them_for() {
    for Fixture { program, sources, .. } in programs() {
        assert!(!program.has_errors());
        for source in sources.iter() {
            let roles = all_roles(source);
            for one in program.occurrences(source.id()) {
                let role = roles[&one.span.start].1;
                let fits = match (one.role, program.symbol_kind(one.symbol)) {
                    (Stands::Declaration, _) => matches!(role, Role::Declared(_)),
                    (_, SymbolKind::Attribute | SymbolKind::Condition) => role == Role::Name,
                    (_, SymbolKind::Skill) => role == Role::Skill,
                    (_, SymbolKind::SkillGroup) => role == Role::SkillGroup,
                    (_, SymbolKind::Queue) => role == Role::Queue,
                    (_, SymbolKind::Rule) => role == Role::Rule,
                };
                assert!(fits, "{} {role:?}", source.slice(one.span));
            }
            let unknown = roles.values().find(|(_, role)| *role == Role::Unknown);
            assert_eq!(unknown, None, "{}", source.text());
        }
    }
}

#[test]
fn what_is_written_would_have_been_offered() {
    let mut checked = 0;
    for Fixture { program, sources, .. } in programs() {
        for source in sources.iter() {
            let mut offered = |span: Span, word: &str| {
                checked += 1;
                let is_text = word.starts_with('"');
                let found = completion(&program, source.id(), span.end - u32::from(is_text)).unwrap();
                let place = format!("{word} of {} in {:?}", source.name(), found.items);
                assert_eq!(found.span, span, "{place}");
                assert!(found.items.iter().any(|one| one.label == word || one.insert == word), "{place}");
            };
            for one in program.occurrences(source.id()) {
                if one.role != Stands::Declaration {
                    offered(one.span, source.slice(one.span));
                }
            }
            for (start, (kind, role)) in all_roles(source) {
                let at = Span::new(source.id(), start, u32::try_from(source.text().len()).unwrap());
                let rest = source.slice(at);
                let length = rest.find(|one: char| one != '_' && !one.is_ascii_alphanumeric()).unwrap();
                let word = &rest[..length];
                let is_offered = matches!(
                    role,
                    Role::Keyword | Role::Property(_) | Role::Type | Role::Choice | Role::Operator
                );
                // `not exists` is offered at its first word.
                if kind == TokenKind::Word && is_offered && !matches!(word, "not" | "exists") {
                    offered(Span { end: start + u32::try_from(length).unwrap(), ..at }, word);
                }
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

#[test]
fn every_word_of_the_language_is_explained_where_it_stands() {
    for Fixture { program, sources, .. } in programs() {
        for source in sources.iter() {
            for (start, (kind, role)) in all_roles(source) {
                if kind == TokenKind::Word && !matches!(role, Role::Literal) {
                    assert!(
                        hover(&program, source.id(), start).is_some(),
                        "{role:?} {start} {}",
                        source.text()
                    );
                }
            }
        }
    }
}

#[test]
fn a_mistake_in_front_leaves_every_name_what_it_was() {
    for Fixture { sources, .. } in programs() {
        for source in sources.iter() {
            let before = all_roles(source);
            let broken = "rule \"broken\" { when ( and \"\n";
            let shift = u32::try_from(broken.len()).unwrap();
            let text = format!("{broken}{}", source.text());
            let after = all_roles(&Source::new(FileId(0), "a.rule", text));
            let moved: Vec<_> = after.range(shift..).map(|(at, one)| (at - shift, *one)).collect();
            assert_eq!(moved, before.into_iter().collect::<Vec<_>>());
        }
    }
}
