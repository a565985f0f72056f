#![allow(missing_docs)]
use rule_lang::*;
use std::time::Instant;
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let t = std::fs::read_to_string(&p).unwrap();
    let s = Source::new(FileId(0), p, t.as_str());
    let mut a = vec![];
    let mut b = vec![];
    for _ in 0..std::env::args().nth(2).map_or(15, |x| x.parse().unwrap()) {
        let i = Instant::now();
        let n = pest_alone(&t).unwrap();
        a.push(i.elapsed().as_secs_f64() * 1e3);
        let i = Instant::now();
        let (tree, d) = parse(&s);
        b.push(i.elapsed().as_secs_f64() * 1e3);
        assert_eq!(n - 1, tree.items.len());
        assert!(d.is_empty(), "{:?}", d[0]);
    }
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    println!(
        "pest {:.1} ms parse {:.1} ms ratio {:.2}; {:.1} MB/s",
        a[a.len() / 2],
        b[b.len() / 2],
        b[b.len() / 2] / a[a.len() / 2],
        t.len() as f64 / 1e3 / b[b.len() / 2]
    );
}
