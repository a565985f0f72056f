//! `rulec explain`.

use insta::assert_snapshot;

use crate::folder::Folder;

#[test]
fn a_page_is_found_by_code_or_name_in_any_case() {
    let folder = Folder::new(&[]);
    let page = folder.run(&["explain", "E0301"]);
    assert_eq!(page.code, 0);
    assert!(page.out.contains("E0301"));
    for name in ["e0301", "type-mismatch", "TYPE-MISMATCH"] {
        assert_eq!(folder.run(&["explain", name]).out, page.out);
    }
}

#[test]
fn several_codes_give_their_pages_in_that_order() {
    let folder = Folder::new(&[]);
    let page = |code| folder.run(&["explain", code]).out;
    let both = folder.run(&["explain", "E0004", "E0003"]);
    assert_eq!((both.code, both.out), (0, format!("{}\n{}", page("E0004"), page("E0003"))));
    let unknown = folder.run(&["explain", "E0003", "E9999"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""), "{unknown}");
}

#[test]
fn without_a_code_all_are_listed() {
    let run = Folder::new(&[]).run(&["explain"]);
    assert_eq!(run.out.lines().count(), rule_lang::codes::ALL.len());
}

#[test]
fn a_misspelt_code_gets_the_nearest() {
    assert_snapshot!(Folder::new(&[]).run(&["explain", "type-missmatch"]));
}
