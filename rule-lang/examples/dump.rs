#![allow(missing_docs)]
use rule_lang::*;
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let t = std::fs::read_to_string(&p).unwrap();
    let s = Source::new(FileId(0), p, t);
    let (tree, d) = parse(&s);
    if std::env::args().nth(2).is_some() {
        println!("{:#?}", tree.items);
    }
    println!("{} items {} comments", tree.items.len(), tree.comments.len());
    for i in &tree.items {
        if let tree::ItemKind::Broken { keyword, name } = i.kind {
            println!("BROKEN {:?} {:?}", keyword, name.map(|n| tree.text(n)));
        }
    }
    for x in d {
        let lc = s.line_column(x.primary.span.start);
        println!(
            "{} {}:{}-{} {} | {} | {:?} | {:?}",
            x.code.id,
            lc.line,
            lc.column,
            s.line_column(x.primary.span.end).column,
            x.message,
            x.primary.text,
            x.help,
            x.fixes
                .iter()
                .map(|f| (&f.title, f.edits.iter().map(|e| &e.text).collect::<Vec<_>>()))
                .collect::<Vec<_>>()
        );
    }
}
