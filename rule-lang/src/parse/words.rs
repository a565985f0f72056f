//! The grammar's rules in an author's words.

use super::Rule;

/// What an author would call what a rule matches; nothing for rules that never help a message.
pub(super) fn words(tried: Rule) -> Option<&'static str> {
    Some(match tried {
        Rule::attribute
        | Rule::condition
        | Rule::skill
        | Rule::skill_group
        | Rule::queue
        | Rule::rule
        | Rule::strategy
        | Rule::test
        | Rule::kw_attribute
        | Rule::kw_condition
        | Rule::kw_skill
        | Rule::kw_skill_group
        | Rule::kw_rule
        | Rule::kw_strategy
        | Rule::kw_test
        | Rule::item => "a declaration",
        Rule::kw_queue => "`queue`",
        Rule::kw_for => "`for`",
        Rule::kw_on => "`on`",
        Rule::when | Rule::kw_when => "`when`",
        Rule::given | Rule::kw_given => "`given`",
        Rule::expect | Rule::kw_expect => "`expect`",
        Rule::case | Rule::kw_case => "`case`",
        Rule::kw_none => "`none`",
        Rule::block | Rule::given_body => "`{`",
        Rule::close_block => "`}`",
        Rule::property | Rule::entry => "a property",
        Rule::wrong_colon => "`:`",
        Rule::wrong_equals => "`=`",
        Rule::type_of => "a type",
        Rule::expr | Rule::operand | Rule::group | Rule::comparison => "a condition",
        Rule::logic => AND_OR,
        Rule::operator | Rule::sign | Rule::word | Rule::membership | Rule::presence | Rule::negated => {
            "an operator"
        }
        Rule::string => "a string",
        Rule::number | Rule::amount => "a number",
        Rule::regex => "a regular expression",
        Rule::list => "a list",
        Rule::range => "a range",
        Rule::name | Rule::phrase => "a name",
        Rule::arrow => "`->`",
        Rule::action => "an action",
        Rule::set | Rule::value | Rule::scalar => "a value",
        // The last three are said by `a condition` and `an operator`.
        Rule::moved
        | Rule::threshold
        | Rule::call
        | Rule::negator
        | Rule::in_word
        | Rule::exists_word
        | Rule::EOI
        | Rule::WHITESPACE
        | Rule::file
        | Rule::chunk
        | Rule::prefix
        | Rule::not_word
        | Rule::word_start
        | Rule::name_char => return None,
    })
}

/// Said last, so that a list that ends in it still reads well.
pub(super) const AND_OR: &str = "`and` or `or`";

/// `a, b or c`
pub(super) fn join(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] if *last == AND_OR => format!("{}, {last}", head.join(", ")),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}
