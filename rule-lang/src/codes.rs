//! Every diagnostic, declared once: its code, its name, its default severity, its page.
//!
//! `rulec explain`, the book and the settings are read from here. A code never changes its meaning and is never
//! used again after it is retired.

use crate::Severity;

/// A kind of finding.
#[derive(PartialEq, Eq)]
pub struct Code {
    /// The number: `E0301` or `W0101`.
    pub id: &'static str,
    /// The kebab-case name: `type-mismatch`.
    pub name: &'static str,
    /// How serious it is unless the project says otherwise.
    pub severity: Severity,
    /// The page that `rulec explain` prints, in Markdown.
    pub page: &'static str,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl Code {
    /// Whether the project's settings and `allow(…)` comments may silence it.
    pub fn is_lint(&self) -> bool {
        self.severity == Severity::Warning
    }
}

macro_rules! codes {
    ($($severity:ident { $($constant:ident $id:literal $name:literal: $doc:literal;)* })*) => {
        $($(
            #[doc = $doc]
            pub static $constant: Code = Code {
                id: $id,
                name: $name,
                severity: Severity::$severity,
                page: include_str!(concat!("../pages/", $id, ".md")),
            };
        )*)*

        /// All of them, in the order of their codes.
        pub static ALL: &[&Code] = &[$($(&$constant,)*)*];
    };
}

codes! {
    Error {
        SYNTAX_ERROR "E0001" "syntax-error": "Something else was expected here.";
        WRONG_OPERATOR "E0002" "wrong-operator": "An operator of another language.";
        MIXED_AND_OR "E0003" "mixed-and-or": "`and` and `or` side by side without parentheses.";
        BAD_STRING "E0004" "bad-string": "A string that is not closed, or has an escape that means nothing.";
        BAD_NUMBER "E0005" "bad-number": "A number that is malformed or too large.";
        UNCLOSED_COMMENT "E0006" "unclosed-comment": "A block comment without an end.";
        NESTING_TOO_DEEP "E0007" "nesting-too-deep": "More than 128 brackets and `not`s inside each other.";
        MISSING_SEPARATOR "E0008" "missing-separator": "Two properties or list items with nothing between.";
        BAD_REGEX_LITERAL "E0009" "bad-regex-literal": "A regular expression that is not closed on its line, or stands where none may.";
        UNBALANCED_BRACKET "E0010" "unbalanced-bracket": "A bracket without its partner.";
        BIDIRECTIONAL_CHARACTER "E0011" "bidirectional-character": "An invisible character that reorders the text around it.";
        NOT_UTF8 "E0012" "not-utf8": "A file that is not UTF-8 text.";
        FILE_TOO_LARGE "E0013" "file-too-large": "A file over the limit on size.";
        UNKNOWN_DECLARATION "E0014" "unknown-declaration": "A declaration that the language does not have.";
        RESERVED_WORD "E0015" "reserved-word": "A reserved word where a name belongs.";
        TOO_MANY_ERRORS "E0016" "too-many-errors": "A file with more errors than are kept.";
        DECLARATION_TOO_LARGE "E0017" "declaration-too-large": "A declaration over the limit on size.";

        UNKNOWN_NAME "E0101" "unknown-name": "A name that is no attribute and no condition.";
        UNKNOWN_SKILL "E0102" "unknown-skill": "A skill that no `skill` declares.";
        UNKNOWN_SKILL_GROUP "E0103" "unknown-skill-group": "A skill group that is not declared.";
        UNKNOWN_QUEUE "E0104" "unknown-queue": "A queue that is not declared.";
        UNKNOWN_RULE "E0105" "unknown-rule": "A test expects a rule that does not exist.";
        DUPLICATE_DECLARATION "E0106" "duplicate-declaration": "Two declarations of one name.";
        DUPLICATE_RULE "E0107" "duplicate-rule": "Two rules of one name in one queue.";
        CONDITION_CYCLE "E0108" "condition-cycle": "Conditions that use each other in a circle.";
        AMBIGUOUS_RULE "E0109" "ambiguous-rule": "A test expects a rule whose name exists in several queues.";
        CONDITION_AS_ATTRIBUTE "E0110" "condition-as-attribute": "A named condition used where an attribute belongs.";

        UNKNOWN_PROPERTY "E0201" "unknown-property": "A property that this declaration does not have.";
        MISSING_PROPERTY "E0202" "missing-property": "A property that this declaration needs.";
        DUPLICATE_PROPERTY "E0203" "duplicate-property": "A property given twice.";
        WRONG_PROPERTY_VALUE "E0204" "wrong-property-value": "A value that this property does not take.";
        PERCENTAGE_WITHOUT_LICENSES "E0205" "percentage-without-licenses": "A percentage guard without a `licenses` figure to take it of.";

        TYPE_MISMATCH "E0301" "type-mismatch": "A value of another type than the attribute's.";
        OPERATOR_NOT_FOR_TYPE "E0302" "operator-not-for-type": "An operator that the attribute's type does not have.";
        NOT_BOOLEAN "E0303" "not-boolean": "An attribute alone that is not a bool.";
        NOT_IN_ENUM "E0304" "not-in-enum": "A value outside the attribute's list.";
        OUT_OF_RANGE "E0305" "out-of-range": "A number outside the attribute's range.";
        BAD_REGEX "E0306" "bad-regex": "A regular expression that does not compile.";
        DESCENDING_RANGE "E0307" "descending-range": "A range whose start is above its end.";
        UNKNOWN_TYPE "E0308" "unknown-type": "A type that the language does not have.";
        BAD_NARROWING "E0309" "bad-narrowing": "A built-in attribute declared with a type that does not narrow its own.";
        EMPTY_LIST "E0310" "empty-list": "A list without items.";

        TOO_DEEP "E0401" "too-deep": "A tree deeper than the platform takes.";
        TOO_MANY_NODES "E0402" "too-many-nodes": "A tree larger than 10,000 nodes.";
    }
    Warning {
        UNUSED_ATTRIBUTE "W0101" "unused-attribute": "An attribute that nothing uses.";
        UNUSED_CONDITION "W0102" "unused-condition": "A condition that nothing uses.";
        UNUSED_SKILL "W0103" "unused-skill": "A skill that nothing uses.";
        UNUSED_SKILL_GROUP "W0104" "unused-skill-group": "A skill group that nothing uses.";
        UNUSED_QUEUE "W0105" "unused-queue": "A queue that nothing uses.";

        DUPLICATE_LIST_ITEM "W0201" "duplicate-list-item": "An item that is in its list already.";
        DUPLICATE_CONDITION "W0202" "duplicate-condition": "A condition that stands beside itself.";
        DOUBLE_NEGATION "W0203" "double-negation": "`not not`.";
        CONSTANT_CONDITION "W0204" "constant-condition": "Comparisons that can never, or must always, hold together.";
        STRING_SPELLS_BOOLEAN "W0205" "string-spells-boolean": "A string that the platform turns into a boolean.";
        SKILL_NOT_IN_GROUP "W0206" "skill-not-in-group": "A strategy requires a skill that its queue's skill group lacks.";

        ALLOW_WITHOUT_EFFECT "W0301" "allow-without-effect": "An `allow(…)` that silences nothing.";
        ALLOW_WITHOUT_REASON "W0302" "allow-without-reason": "An `allow(…)` that does not say why.";
    }
}

/// What says that nothing declares a name.
pub static UNDECLARED: [&Code; 5] =
    [&UNKNOWN_NAME, &UNKNOWN_SKILL, &UNKNOWN_SKILL_GROUP, &UNKNOWN_QUEUE, &UNKNOWN_RULE];

/// What says that nothing uses a name.
pub static UNUSED: [&Code; 5] =
    [&UNUSED_ATTRIBUTE, &UNUSED_CONDITION, &UNUSED_SKILL, &UNUSED_SKILL_GROUP, &UNUSED_QUEUE];

/// The code with this number or name, in any case.
pub fn find(text: &str) -> Option<&'static Code> {
    ALL.iter()
        .copied()
        .find(|code| code.id.eq_ignore_ascii_case(text) || code.name.eq_ignore_ascii_case(text))
}
