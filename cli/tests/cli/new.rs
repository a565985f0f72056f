//! `rulec new`.

use insta::assert_snapshot;

use crate::folder::Folder;

#[test]
fn a_new_project_checks_tests_formats_compiles_and_deploys() {
    let folder = Folder::new(&[]);
    assert_snapshot!(folder.run(&["new", "routing"]));
    for verb in [
        &["check", "--error-on-warning", "routing"][..],
        &["fmt", "--check", "routing"],
        &["compile", "routing"],
    ] {
        assert_eq!(folder.run(verb).code, 0, "{verb:?}: {}", folder.run(verb));
    }
    let run = folder.run(&["test", "--coverage", "routing"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run}");
    assert!(run.err.contains("all passed"));
    assert!(folder.read("routing/.gitignore").contains(".rulec/"));
    let run = folder.run(&["deploy", "--yes", "routing"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.out.contains("2 rules are live in the embedded sandbox"), "{run}");
}

#[test]
fn an_empty_folder_will_do_and_a_full_one_will_not() {
    let folder = Folder::new(&[("full/notes.txt", "mine")]);
    std::fs::create_dir(folder.path("empty")).unwrap();
    assert_eq!(folder.run(&["new", "empty"]).code, 0);
    folder.write("versioned/.git/HEAD", "");
    assert_eq!(folder.run(&["new", "versioned"]).code, 0);
    assert_snapshot!(folder.run(&["new", "full"]));
    assert_eq!(folder.run(&["new", "full/notes.txt"]).code, 2);
    assert_eq!(std::fs::read_dir(folder.path("full")).unwrap().count(), 1);
}
