; The classes of `tree-sitter-rule/queries/highlights.scm` by Helix' names.

(line_comment) @comment
(block_comment) @comment

; Words

(name) @variable

[
  "attribute"
  "condition"
  "skill"
  "skill_group"
  "queue"
  "rule"
  "strategy"
  "test"
  "for"
  "on"
  "when"
  "given"
  "expect"
  "case"
] @keyword

[
  "and"
  "or"
  "not"
  "in"
  "exists"
] @keyword.operator

(none) @constant.builtin

; Names by what they stand for

(type name: (name) @type)

((type name: (name) @type.builtin)
  (#any-of? @type.builtin "bool" "int" "float" "string" "enum" "set"))

(attribute_declaration name: (name) @variable)
(condition_declaration name: (name) @function)
(skill_declaration name: (name) @constant)
(skill_group_declaration name: (name) @constant)
(strategy_declaration media: (name) @constant)

(property name: (name) @variable.other.member)
(given_block (property name: (name) @variable))
(call function: (name) @function)
(threshold action: (name) @function)

; Values

(string) @string
(escape_sequence) @constant.character.escape
(regex) @string.regexp
(boolean) @constant.builtin.boolean

[
  (integer)
  (float)
  (duration)
  (percentage)
] @constant.numeric

; Signs

(operator) @operator
((operator) @keyword.operator
  (#match? @keyword.operator "^[a-z]"))

[
  "="
  "->"
  ".."
] @operator

[
  ":"
  ","
] @punctuation.delimiter

[
  "("
  ")"
  "["
  "]"
  "{"
  "}"
] @punctuation.bracket
