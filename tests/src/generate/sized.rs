//! Programs of any size for measuring: always the same for the same size, valid, without warnings.

use std::fmt::Write as _;

use super::choices::SplitMix;

/// How large a program is to be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many rules.
    pub rules: usize,
}

/// Attribute name, declaration (none for a built-in one), and the comparisons that a rule may choose from.
const ATTRIBUTES: [(&str, Option<&str>, &[&str]); 20] = [
    ("vip", Some("bool"), &["vip", "vip == true", "not vip"]),
    ("new", Some("bool"), &["new", "new != true"]),
    ("hold", Some("bool"), &["hold", "not hold"]),
    (
        "tier",
        Some(r#"enum["basic", "gold", "platinum"]"#),
        &[r#"tier in ["gold", "basic"]"#, r#"tier == "gold""#],
    ),
    ("region", Some(r#"enum["eu", "us", "apac"]"#), &[r#"region == "eu""#, r#"region not in ["us", "eu"]"#]),
    ("plan", Some(r#"enum["s", "m", "l"]"#), &[r#"plan != "s""#, r#"plan == "l""#]),
    ("balance", Some("float"), &["balance > 100.5", "balance <= -12.25", "balance in 0.5..9.5"]),
    ("score", Some("float"), &["score >= 0.75", "score < 0.25"]),
    ("age", Some("int"), &["age > 365", "age in 30..90", "age <= 10_000"]),
    ("calls", Some("int 0..50"), &["calls >= 3", "calls in [1, 2, 5]"]),
    ("waited", Some("int"), &["waited > 2m", "waited >= 90s"]),
    ("segment", Some("string"), &[r#"segment == "smb""#, r#"segment starts_with "ent-""#]),
    ("customer.city", Some("string"), &[r#"customer.city == "Köln""#, "customer.city exists"]),
    ("ref", Some("string"), &[r"ref matches /^R-\d+$/", r#"ref contains "X""#]),
    ("note", Some("string"), &[r#"note ends_with "!""#, "note not exists"]),
    ("tags", Some("set"), &[r#"tags has "churn""#, r#"tags lacks "vip""#]),
    ("priority", None, &["priority >= 5", "priority < 3"]),
    ("language", None, &[r#"language == "en""#, r#"language in ["en", "fr"]"#]),
    ("skill", None, &["skill has billing", "skill has support", "skill lacks sales"]),
    ("media_type", None, &[r#"media_type == "voice""#, r#"media_type != "chat""#]),
];

/// One for each attribute, so that a few rules use all of both.
const QUEUES: usize = ATTRIBUTES.len();

/// The program as one text.
pub fn text(size: Size) -> String {
    files(size, 1).remove(0)
}

/// The program in `count` files: the declarations that all share in the first, the rules dealt out in order.
pub fn files(size: Size, count: usize) -> Vec<String> {
    let mut random = SplitMix::new(0x5EED);
    let mut files = vec![String::with_capacity(size.rules / count * 200 + 4096); count];
    declarations(&mut files[0]);
    for rule in 0..size.rules {
        let file = rule * count / size.rules;
        write_rule(&mut files[file], rule, &mut random);
    }
    files
}

fn declarations(out: &mut String) {
    for (name, ty, _) in ATTRIBUTES {
        if let Some(ty) = ty {
            writeln!(out, "attribute {name}: {ty}").expect("a string takes it");
        }
    }
    out.push_str("\nskill support\nskill billing\nskill sales\n\n");
    out.push_str("skill_group all { skills: [support, billing, sales] }\n\n");
    for queue in 0..QUEUES {
        writeln!(out, "queue \"Q{queue}\" {{ skill_group: all }}").expect("a string takes it");
    }
    out.push_str("\nattribute trial: bool\nattribute owed: int\n");
    out.push_str(
        "condition trusted = not trial and owed < 100\ncondition doubtful = trial or owed >= 1000\n",
    );
    // However few the rules, nothing is unused.
    for (queue, (_, _, comparisons)) in ATTRIBUTES.iter().enumerate() {
        let condition = if queue % 2 == 0 { "trusted" } else { "doubtful" };
        writeln!(out, "rule \"K{queue}\" {{ queue: \"Q{queue}\", when {condition} and {} }}", comparisons[0])
            .expect("a string takes it");
    }
}

fn write_rule(out: &mut String, number: usize, random: &mut SplitMix) {
    // Three to twelve, mostly few.
    let count = 3 + random.below(6) + random.below(5) * random.below(2);
    let mut order: [usize; 20] = std::array::from_fn(|at| at);
    for at in 0..count {
        order.swap(at, at + random.below(ATTRIBUTES.len() - at));
    }
    let mut leaves: Vec<&str> = order[..count]
        .iter()
        .map(|at| {
            let comparisons = ATTRIBUTES[*at].2;
            comparisons[random.below(comparisons.len())]
        })
        .collect();
    match random.below(10) {
        0 => leaves[0] = "trusted",
        1 => leaves[0] = "doubtful",
        _ => {}
    }
    let queue = random.below(QUEUES);
    write!(out, "\nrule \"R{number}\" {{\n  queue: \"Q{queue}\"\n").expect("a string takes it");
    if random.below(2) == 0 {
        writeln!(out, "  priority: {}", random.below(100)).expect("a string takes it");
    }
    out.push_str("  when ");
    let is_and = random.below(3) > 0;
    group(out, &leaves, is_and, 5, random);
    out.push_str("\n}\n");
}

/// The leaves joined by `and` or `or`, some of them in groups of the other word; `nesting` bounds the groups.
fn group(out: &mut String, leaves: &[&str], is_and: bool, nesting: usize, random: &mut SplitMix) {
    let mut rest = leaves;
    let mut first = true;
    while !rest.is_empty() {
        if !first {
            out.push_str(if is_and { " and " } else { " or " });
        }
        // A group of at least two, and never all of them, or the groups would never get smaller.
        let most = if first { rest.len() - 1 } else { rest.len() };
        let take =
            if nesting > 1 && most >= 2 && random.below(3) == 0 { 2 + random.below(most - 1) } else { 1 };
        let (head, tail) = rest.split_at(take);
        if let [leaf] = head {
            out.push_str(leaf);
        } else {
            out.push('(');
            group(out, head, !is_and, nesting - 1, random);
            out.push(')');
        }
        rest = tail;
        first = false;
    }
}
