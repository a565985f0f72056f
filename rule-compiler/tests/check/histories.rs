//! Random histories of programs: after each step, the result is that of a fresh program.

use rule_compiler::{Program, Settings};
use rule_lang::{Diagnostic, FileId, Source};

/// Declarations that clash, use each other, and mean each other wrongly.
const POOL: [&str; 51] = [
    "attribute a: int",
    "attribute a: int",
    "attribute a: string",
    "attribute a",
    "attribute b: bool { field: \"shared\" }",
    "attribute c: int { field: \"shared\" }",
    "attribute skill: set",
    "attribute language: enum[\"en\", \"de\"]",
    "condition a = priority > 1",
    "condition language = priority > 1",
    "condition c = d and b",
    "condition c = d",
    "condition d = e or c",
    "condition e = c or d",
    "condition e = not (f and a)",
    "condition f = priority > 3 and (priority < 9 or not b)",
    "condition f = not (f2 or priority == 1)",
    "condition f2 = priority > 4",
    "skill s { name: \"S s\" }",
    "skill t { name: \"S s\" }",
    "skill t",
    "skill u { name: 3 }",
    "skill S",
    "skill_group g { skills: [s, t] }",
    "skill_group g { skills: [\"S s\"] }",
    "skill_group h { name: \"g\", skills: [t] }",
    "skill_group h { name: 3, skills: [u, s] }",
    "queue \"Q\" { skill_group: g }",
    "queue \"Q\" { skill_group: h, external: true }",
    "queue \"O\" { skill_group: h, was: \"O\" }",
    "queue \"P\" { external: true }",
    "queue \"O\" { external: true }",
    "rule \"R\" { queue: \"Q\", when a > 1 and skill has s }",
    "rule \"R\" { queue: \"P\", when a == \"x\" }",
    "rule \"R\" { queue: \"O\", when b > 2 }",
    "rule \"R\" { queue: id(\"1\"), when skill == \"x\" }",
    "rule \"R\" { queue: id(\"2\"), when skill has \"S s\" }",
    "rule \"R\" { queue: \"P\", when c > 1 }",
    "rule \"S\" { queue: \"Q\", when (e or priority == 1) and (c or not d) }",
    "rule \"S\" { queue: \"Q\", when language > 3 and a matches /x/ }",
    "rule \"S\" { queue: id(\"2\"), when a and skill has \"T\" }",
    "rule \"T\" { when e }",
    "strategy \"Q\" voice { }",
    "strategy for \"Q\" on voice { method: random, require: [s, \"T\"] }",
    "strategy for \"Q\" on voice { method: custom, require: [t, u, \"S s\"] }",
    "strategy for \"O\" on chat { method: random, require: [S, t], guard: available_agents >= 3% }",
    "test \"t\" { given { a: 1, skill: [s] } expect \"R\" }",
    "test \"u\" { given { a: \"x\", skill: [\"S s\"] } expect queue \"O\" -> \"S\" }",
    "test \"v\" { given { language: 3, skill: [u] } expect \"S\" }",
    "test \"w\" { given { skill: 3, c: true } expect queue \"P\" -> \"R\" }",
    "condition",
];

const FILES: u32 = 4;

/// Marsaglia's xorshift: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    fn text(&mut self) -> String {
        let lines: Vec<&str> =
            (0..self.below(7)).filter_map(|_| POOL.get(self.below(POOL.len())).copied()).collect();
        format!("{}{}\n", "\n".repeat(self.below(3)), lines.join("\n"))
    }
}

fn source(file: u32, text: &str) -> Source {
    Source::new(FileId(file), format!("{file}.rule"), text)
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.max_depth = 3;
    settings
}

#[test]
fn a_program_does_not_depend_on_its_history() {
    for seed in 1..=200_u64 {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut texts: Vec<Option<String>> = vec![None; FILES as usize];
        let mut program = Program::new(settings());
        for step in 0..12 {
            for _ in 0..=random.below(3) {
                let file = u32::try_from(random.below(FILES as usize)).unwrap();
                let text = (random.below(4) > 0).then(|| random.text());
                match &text {
                    Some(text) => program.set(&source(file, text)),
                    None => program.remove(FileId(file)),
                }
                texts[file as usize] = text;
            }
            let found: Vec<Diagnostic> = program.check().into_iter().cloned().collect();
            let mut fresh = Program::new(settings());
            for (file, text) in (0..FILES).zip(&texts).rev() {
                if let Some(text) = text {
                    fresh.set(&source(file, text));
                }
            }
            let expected: Vec<Diagnostic> = fresh.check().into_iter().cloned().collect();
            if found != expected {
                let only: Vec<_> = found.iter().filter(|one| !expected.contains(one)).collect();
                let missing: Vec<_> = expected.iter().filter(|one| !found.contains(one)).collect();
                panic!("seed {seed}, step {step}: {only:#?}\n---- instead of\n{missing:#?}\n{texts:#?}");
            }
        }
    }
}
