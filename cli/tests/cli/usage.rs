//! Usage, configuration and help.

use insta::assert_snapshot;

use crate::folder::{Folder, SOUND};

#[test]
fn a_wrong_command_line_is_told_with_the_right_one() {
    let folder = Folder::new(&[]);
    assert_snapshot!("a_misspelt_verb", folder.run(&["chekc"]));
    for arguments in [
        &["check", "-", "a.rule"][..],
        &["check", "--stdin-filename", "a.rule"],
        &["check", "--unsafe-fixes"],
        &["check", "--fix", "--diff"],
        &["check", "--diff", "--format", "json"],
        &["check", "--diff", "--format", "sarif"],
        &["check", "--diff", "-o", "x"],
        &["check", "-", "--fix", "--statistics"],
        &["check", "--statistics", "--format", "sarif"],
        &["check", "--exit-zero", "--error-on-warning"],
        &["check", "-o", "rulec.toml"],
        &["fmt", "-", "a.rule"],
        &["compile", "--queue", "Q"],
        &["completions", "tcl"],
        &["new"],
        &[],
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}: {run}");
    }
}

#[test]
fn help_and_version_are_results() {
    let folder = Folder::new(&[]);
    assert_snapshot!(folder.run(&["--help"]));
    let run = folder.run(&["--version"]);
    assert_eq!((run.code, run.out.as_str()), (0, concat!("rulec ", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn a_wrong_configuration_is_shown_where_it_stands() {
    let folder = Folder::project(&[
        ("a.rule", SOUND),
        ("rulec.toml", "[limits]\ndepth = 10\n\n[lints]\nunused-atribute = \"allow\"\n"),
    ]);
    assert_snapshot!(folder.run(&["check"]));
    folder.write("rulec.toml", "[lints]\nW0101 = \"warn\"\nunused-attribute = \"deny\"\n");
    let run = folder.run(&["check"]);
    assert!(run.err.contains("`W0101` and `unused-attribute` are one lint"), "{run}");
    folder.write("rulec.toml", "[limits\n");
    assert_snapshot!("no_toml_at_all", folder.run(&["check"]));
}

#[test]
fn there_are_completions_for_every_shell() {
    let folder = Folder::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = folder.run(&["completions", shell]);
        assert_eq!(run.code, 0);
        assert!(run.out.contains("rulec"), "{shell}");
        // The generators of the others know no values of arguments without a flag.
        let knows_codes = run.out.contains("E0301") && run.out.contains("type-mismatch");
        assert!(knows_codes || !matches!(shell, "bash" | "zsh"), "{shell}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_verb_and_a_line_in_the_book() {
    let folder = Folder::new(&[]);
    let book = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli.md")).unwrap();
    let run = folder.run(&["man", "share/man1"]);
    assert_eq!((run.code, run.err.as_str()), (0, "wrote the manual pages to `share/man1`\n"), "{run}");
    let help = folder.run(&["--help"]).out;
    let verbs =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for verb in verbs.map(|line| line.split_whitespace().next().unwrap()).filter(|verb| *verb != "help") {
        let page = folder.read(&format!("share/man1/rulec-{verb}.1"));
        let told = |line: &str| {
            let named = line.strip_prefix("| `").and_then(|rest| rest.strip_prefix(verb));
            named.is_some_and(|rest| rest.starts_with(['`', ' ']))
        };
        assert!(book.lines().any(told), "docs/cli.md does not tell of {verb}");
        assert!(page.contains(&format!(".TH rulec-{verb} 1")) && page.contains("Exit codes"), "{page}");
    }
    assert!(folder.read("share/man1/rulec.1").contains("rulec\\-check(1)"));
    assert!(folder.read("share/man1/rulec-check.1").contains("[OPTIONS] [PATH]..."));
    assert!(folder.read("share/man1/rulec-audit-log.1").contains("rulec audit log"));
}
