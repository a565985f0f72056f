//! What each word of a text is, for editors that colour it.

use rule_compiler::{AttributeType, Program};
use rule_lang::tree::Keyword;
use rule_lang::{FileId, Span, literal};

use super::reader::{Role, roles, start_of};
use super::tokens::{Token, TokenKind};

/// What a token is, in the protocol's standard words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// Keywords, `true` and `false`.
    Keyword,
    /// Attributes.
    Variable,
    /// The properties of declarations.
    Property,
    /// Named conditions.
    Function,
    /// Skills.
    Class,
    /// Skill groups.
    Namespace,
    /// Queues.
    Struct,
    /// Rules.
    Method,
    /// Types.
    Type,
    /// Values of enums, and one of a few words.
    EnumMember,
    /// Other strings.
    String,
    /// Numbers, durations, percentages.
    Number,
    /// Regular expressions.
    Regexp,
    /// Operators, `and`, `or`, `not`.
    Operator,
    /// Comments.
    Comment,
}

impl TokenType {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 15] = [
        Self::Keyword,
        Self::Variable,
        Self::Property,
        Self::Function,
        Self::Class,
        Self::Namespace,
        Self::Struct,
        Self::Method,
        Self::Type,
        Self::EnumMember,
        Self::String,
        Self::Number,
        Self::Regexp,
        Self::Operator,
        Self::Comment,
    ];

    /// As the protocol writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Variable => "variable",
            Self::Property => "property",
            Self::Function => "function",
            Self::Class => "class",
            Self::Namespace => "namespace",
            Self::Struct => "struct",
            Self::Method => "method",
            Self::Type => "type",
            Self::EnumMember => "enumMember",
            Self::String => "string",
            Self::Number => "number",
            Self::Regexp => "regexp",
            Self::Operator => "operator",
            Self::Comment => "comment",
        }
    }
}

/// What is said beside the types, in the order of their bits.
pub(crate) const MODIFIERS: [&str; 2] = ["declaration", "defaultLibrary"];

/// A token with what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SemanticToken {
    /// The token; only comments have more than one line.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) ty: TokenType,
    /// Where it is declared.
    pub(crate) is_declaration: bool,
    /// Whether the language has it by itself.
    pub(crate) is_built_in: bool,
}

/// The tokens of a file that lie in a range, or touch it, in order.
pub(crate) fn semantic_tokens(program: &Program, file: FileId, range: Option<Span>) -> Vec<SemanticToken> {
    let Some(tree) = program.tree(file) else { return Vec::new() };
    let (from, to) = range.map_or((0, u32::MAX), |range| (range.start, range.end));
    // What was compared last tells the values of enums from other strings.
    let mut compared = "";
    roles(tree, start_of(tree, from))
        .take_while(|(token, _)| token.start <= to)
        .filter_map(|(token, role)| {
            if role == Some(Role::Name) {
                compared = token.text;
            }
            let found = classify(program, file, &token, role, compared)?;
            (token.end >= from).then_some(found)
        })
        .collect()
}

fn classify(
    program: &Program,
    file: FileId,
    token: &Token<'_>,
    role: Option<Role>,
    compared: &str,
) -> Option<SemanticToken> {
    let is_declaration = matches!(role, Some(Role::Declared(_) | Role::EnumValue));
    let ty = match role {
        None => TokenType::Comment,
        Some(Role::Keyword) => TokenType::Keyword,
        Some(Role::Declared(keyword)) => declared(keyword),
        Some(Role::Property(_)) => TokenType::Property,
        Some(Role::Name) if program.symbols().condition(token.text).is_some() => TokenType::Function,
        Some(Role::Name) => TokenType::Variable,
        Some(Role::Type) => TokenType::Type,
        Some(Role::EnumValue | Role::Choice) => TokenType::EnumMember,
        Some(Role::Operator) => TokenType::Operator,
        Some(Role::Skill) => TokenType::Class,
        Some(Role::SkillGroup) => TokenType::Namespace,
        Some(Role::Queue) => TokenType::Struct,
        Some(Role::Rule) => TokenType::Method,
        Some(Role::Literal) if is_enum_value(program, token, compared) => TokenType::EnumMember,
        Some(Role::Label | Role::Literal | Role::Unknown) => match token.kind {
            TokenKind::Text => TokenType::String,
            TokenKind::Number => TokenType::Number,
            TokenKind::Regex => TokenType::Regexp,
            TokenKind::Word if role == Some(Role::Literal) => TokenType::Keyword,
            _ => return None,
        },
        Some(Role::Punctuation) => return None,
    };
    let is_built_in = match role {
        Some(Role::Name) => AttributeType::of_built_in(token.text).is_some() && ty == TokenType::Variable,
        Some(Role::Type | Role::Choice) => true,
        _ => false,
    };
    Some(SemanticToken { span: Span::new(file, token.start, token.end), ty, is_declaration, is_built_in })
}

fn declared(keyword: Keyword) -> TokenType {
    match keyword {
        Keyword::Attribute => TokenType::Variable,
        Keyword::Condition => TokenType::Function,
        Keyword::Skill => TokenType::Class,
        Keyword::SkillGroup => TokenType::Namespace,
        Keyword::Queue => TokenType::Struct,
        Keyword::Rule => TokenType::Method,
        Keyword::Strategy | Keyword::Test => TokenType::String,
    }
}

fn is_enum_value(program: &Program, token: &Token<'_>, compared: &str) -> bool {
    let ty = program.symbols().attribute(compared).and_then(|attribute| attribute.ty);
    match ty {
        Some(AttributeType::Enum(values)) if token.kind == TokenKind::Text => {
            values.contains(&literal::decode_string(token.text))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    fn shown(text: &str) -> Vec<String> {
        let fixture = Fixture::of(&[text, "rule \"broken\" { when and ("]);
        let source = fixture.sources.get(fixture.file).unwrap();
        let tokens = semantic_tokens(&fixture.program, fixture.file, None);
        let line = |token: &SemanticToken| {
            let declaration = if token.is_declaration { " declaration" } else { "" };
            let built_in = if token.is_built_in { " defaultLibrary" } else { "" };
            format!("{} {}{declaration}{built_in}", source.slice(token.span), token.ty.as_str())
        };
        tokens.iter().map(line).collect()
    }

    #[test]
    fn every_word_is_what_it_stands_for() {
        assert_eq!(
            shown(
                "attribute tier: enum[\"gold\"] // why\ncondition c = tier == \"gold\" and not language == \"en\"\nskill s\nrule \"R\" { queue: \"Q\", when c and skill has s or priority > 5 and language matches /x/ }"
            ),
            [
                "attribute keyword",
                "tier variable declaration",
                "enum type defaultLibrary",
                "\"gold\" enumMember declaration",
                "// why comment",
                "condition keyword",
                "c function declaration",
                "= operator",
                "tier variable",
                "== operator",
                "\"gold\" enumMember",
                "and operator",
                "not operator",
                "language variable defaultLibrary",
                "== operator",
                "\"en\" string",
                "skill keyword",
                "s class declaration",
                "rule keyword",
                "\"R\" method declaration",
                "queue property",
                "\"Q\" struct",
                "when keyword",
                "c function",
                "and operator",
                "skill variable defaultLibrary",
                "has operator",
                "s class",
                "or operator",
                "priority variable defaultLibrary",
                "> operator",
                "5 number",
                "and operator",
                "language variable defaultLibrary",
                "matches operator",
                "/x/ regexp",
            ]
        );
    }

    #[test]
    fn a_mistake_elsewhere_changes_nothing() {
        let clean = shown("skill s { name: \"S\" }");
        assert_eq!(shown("rule \"x\" { when ( \"\nskill s { name: \"S\" }")[4..], clean);
    }

    #[test]
    fn a_range_has_the_tokens_of_the_whole_that_lie_in_it() {
        let text = "skill a\n/* x\ny */\ncondition c = not language\n  == \"en\"\nskill b";
        let fixture = Fixture::new(text);
        let all = semantic_tokens(&fixture.program, fixture.file, None);
        for (at, _) in text.char_indices() {
            let at = u32::try_from(at).unwrap();
            let range = Span::new(fixture.file, at, at + 3);
            let part = semantic_tokens(&fixture.program, fixture.file, Some(range));
            let wanted: Vec<_> =
                all.iter().filter(|one| one.span.start <= at + 3 && one.span.end >= at).copied().collect();
            assert_eq!(part, wanted, "{at}");
        }
    }
}
