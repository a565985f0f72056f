//! The commands that `docs/ci.md` shows, as they stand there.

use regex::Regex;

use crate::folder::{Folder, SOUND};

#[test]
fn every_command_of_the_page_works_as_it_is_shown() {
    let page = include_str!("../../../docs/ci.md");
    let command = Regex::new(r"(?m)(?:^|[ '])rulec ((?:check|fmt|test)\b[^|'`>\n]*)").unwrap();
    let mut inside = false;
    let mut seen = 0;
    for line in page.lines() {
        inside ^= line.starts_with("```");
        let Some(found) = command.captures(line).filter(|_| inside) else { continue };
        let arguments: Vec<&str> = found[1].split_whitespace().filter(|word| *word != "--watch").collect();
        let folder = Folder::project(&[("a.rule", SOUND)]);
        let run = folder.run(&arguments);
        assert_eq!(run.code, 0, "{line}: {run}");
        folder.write("a.rule", SOUND.replace("and", "&&"));
        let run = folder.run(&arguments);
        let forgiven = arguments.contains(&"--exit-zero");
        assert_eq!(run.code, i32::from(!forgiven), "{line}: {run}");
        if let Some(at) = arguments.iter().position(|word| *word == "-o") {
            assert!(folder.read(arguments[at + 1]).contains("E0002"), "{line}");
        }
        seen += 1;
    }
    assert_eq!(seen, 9);
}

/// The names of the hooks and of the action's inputs are those of their files.
#[test]
fn the_page_names_what_there_is() {
    let page = include_str!("../../../docs/ci.md");
    let hooks = include_str!("../../../.pre-commit-hooks.yaml");
    let action = include_str!("../../../action.yml");
    for hook in hooks.lines().filter_map(|line| line.strip_prefix("- id: ")) {
        assert!(page.contains(&format!("- id: {hook}\n")), "{hook}");
    }
    let inputs =
        action.lines().skip_while(|line| *line != "inputs:").skip(1).take_while(|line| line.starts_with(' '));
    for input in inputs
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
        .filter(|line| !line.starts_with(' '))
    {
        assert!(page.contains(&format!("| `{input}` |")), "{input}");
    }
}
