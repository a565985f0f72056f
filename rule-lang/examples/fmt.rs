#![allow(missing_docs)]
use rule_lang::*;
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let t = std::fs::read_to_string(&p).unwrap();
    let s = Source::new(FileId(0), p, t);
    let (tree, _) = parse(&s);
    print!("{}", format::format(&tree));
}
