//! Mistakes to plant in a program: declarations with one mistake each, that have nothing to do with any other.

/// A declaration with one mistake. `#` stands for a number that makes its name its own; the place of the finding
/// stands between `«` and `»`.
#[derive(Clone, Copy, Debug)]
pub struct Mistake {
    /// The finding's code.
    pub code: &'static str,
    /// The declaration.
    pub text: &'static str,
}

/// A rule around a condition, in a queue that needs no declaration.
macro_rules! rule {
    ($code:literal $condition:literal) => {
        Mistake {
            code: $code,
            text: concat!("rule \"M#\" {\n  queue: id(\"m\")\n  when ", $condition, "\n}"),
        }
    };
}

macro_rules! item {
    ($code:literal $text:literal) => {
        Mistake { code: $code, text: $text }
    };
}

/// All kinds of mistakes.
pub const MISTAKES: &[Mistake] = &[
    item!("E0001" "rule \"M#\" {\n  queue: id(\"m\")\n  when language ==«»\n}"),
    rule!("E0002" "language «=» \"en\""),
    rule!("E0002" "language == \"en\" «&&» priority > 3"),
    rule!("E0002" "priority «=>» 3"),
    rule!("E0002" "language == \"en\" «OR» priority > 3"),
    rule!("E0003" "language == \"en\" and priority > 3 «or» wrapupcode exists"),
    rule!("E0004" "language == «\"en»"),
    rule!("E0004" "language == \"a«\\q»b\""),
    rule!("E0005" "priority > «5minutes»"),
    rule!("E0005" "priority > «99999999999999999999»"),
    rule!("E0101" "«zzzzzzzz» == 1"),
    rule!("E0101" "language == \"en\" and «qqqqqqqq»"),
    rule!("E0301" "priority >= «\"5\"»"),
    rule!("E0301" "language == «5»"),
    rule!("E0301" "priority in [1, «true», 3]"),
    rule!("E0302" "language «>» \"en\""),
    rule!("E0302" "skill «==» \"x\""),
    rule!("E0303" "«language»"),
    rule!("E0304" "media_type == «\"phone\"»"),
    rule!("E0306" "language matches /a«(»b/"),
    rule!("E0307" "priority in «9..2»"),
    rule!("E0310" "language in «[]»"),
    item!("E0201" "rule \"M#\" {\n  queue: id(\"m\")\n  «colour»: \"red\"\n  when priority > 3\n}"),
    item!("E0202" "rule «\"M#\"» {\n  queue: id(\"m\")\n}"),
    item!("E0203" "rule \"M#\" {\n  queue: id(\"m\")\n  priority: 1\n  «priority»: 2\n  when priority > 3\n}"),
    item!("E0204" "rule \"M#\" {\n  queue: id(\"m\")\n  priority: «\"high\"»\n  when priority > 3\n}"),
    item!("E0104" "rule \"M#\" {\n  queue: «\"zzzzzzzzzz\"»\n  when priority > 3\n}"),
    item!("E0105" "test \"M#\" {\n  given { priority: 1 }\n  expect «\"zzzzzzzzzz\"»\n}"),
    item!("E0301" "test \"M#\" {\n  given { priority: «\"1\"» }\n  expect none\n}"),
    item!("E0308" "attribute m#: «words»"),
    item!("E0001" "attribute m# «bool»"),
    item!("E0015" "attribute «in»: bool"),
    item!("E0108" "condition «m#» = priority > 3 and m#"),
    item!("E0014" "«atribute» m#: bool"),
    item!("E0103" "queue \"M#\" { skill_group: «zzzzzzzzzz» }"),
    item!("E0201" "queue \"M#\" { external: true, «description»: \"none\" }"),
    item!("E0201" "skill_group m# { skills: [billing], «colour»: \"red\" }"),
    item!("E0204" "skill m# { was: «\"m#\"» }"),
    item!("E0204" "queue \"M#\" { division: «7» }"),
    item!("E0204" "strategy for \"M#\" on «fax» { method: random }\nqueue \"M#\""),
    item!("E0204" "queue \"M#\"\nstrategy for \"M#\" on chat {\n  method: random\n  overflow: queue_depth > «0» -> route_to_next_queue\n}"),
    item!("E0205" "queue \"M#\"\nstrategy for \"M#\" on chat {\n  method: random\n  guard: available_agents >= «80%»\n}"),
    item!("E0008" "rule \"M#\" {\n  queue: id(\"m\")«» priority: 1\n  when priority > 3\n}"),
    item!("E0010" "rule \"M#\" «{»\n  queue: id(\"m\")\n  when priority > 3"),
];

/// A mistake as it is planted: the text, and the byte range of the finding in it.
#[derive(Clone, Debug)]
pub struct Planted {
    /// The finding's code.
    pub code: &'static str,
    /// The declaration.
    pub text: String,
    /// Where the finding is in it.
    pub start: usize,
    /// Where that ends.
    pub end: usize,
}

impl Mistake {
    /// The mistake with this number in its name.
    pub fn plant(&self, number: usize) -> Planted {
        let text = self.text.replace('#', &number.to_string());
        let start = text.find('«').expect("a place is marked");
        let text = text.replace('«', "");
        let end = text.find('»').expect("a place is marked");
        Planted { code: self.code, text: text.replace('»', ""), start, end }
    }
}
