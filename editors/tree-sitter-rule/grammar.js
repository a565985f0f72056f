/**
 * @file The rule language of rulec, for editors.
 * @license MIT OR Apache-2.0
 *
 * It accepts what rulec's parser accepts. What it does not tell (reserved words used as names, a missing separator
 * between two properties on one line, limits) `rulec` does; `tests/tests/grammars.rs` holds both lists.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

/** One or more, with commas between and perhaps one after the last. */
const listed = (rule) => seq(rule, repeat(seq(',', rule)), optional(','));

const DIGITS = '[0-9]+(_[0-9]+)*';
const SEGMENT = '[A-Za-z_][A-Za-z0-9_]*';
const HEX = '[0-9A-Fa-f]';

module.exports = grammar({
  name: 'rule',

  extras: ($) => [/[ \t\r\n]/, $.line_comment, $.block_comment],

  // Keywords hold in their place only: an attribute may be called `queue`.
  word: ($) => $.name,

  supertypes: ($) => [$.declaration, $.entry, $.expression, $.value],

  inline: ($) => [$._property_name, $._head],

  rules: {
    source_file: ($) => repeat($.declaration),

    declaration: ($) =>
      choice(
        $.attribute_declaration,
        $.condition_declaration,
        $.skill_declaration,
        $.skill_group_declaration,
        $.queue_declaration,
        $.rule_declaration,
        $.strategy_declaration,
        $.test_declaration,
      ),

    attribute_declaration: ($) =>
      seq('attribute', field('name', $._name), ':', field('type', $.type), optional(field('body', $.block))),

    condition_declaration: ($) =>
      seq('condition', field('name', $.name), '=', field('expression', $.expression)),

    skill_declaration: ($) => seq('skill', field('name', $.name), optional(field('body', $.block))),

    skill_group_declaration: ($) => seq('skill_group', field('name', $.name), optional(field('body', $.block))),

    queue_declaration: ($) => seq('queue', field('name', $.string), optional(field('body', $.block))),

    rule_declaration: ($) => seq('rule', field('name', $.string), field('body', $.block)),

    strategy_declaration: ($) =>
      seq('strategy', 'for', field('queue', $.string), 'on', field('media', $._name), field('body', $.block)),

    test_declaration: ($) => seq('test', field('name', $.string), field('body', $.block)),

    type: ($) => seq(field('name', $._name), optional(choice($.range, $.list))),

    // Blocks

    block: ($) => seq('{', repeat(seq($.entry, optional(','))), '}'),

    entry: ($) => choice($.property, $.when, $.given, $.expect, $.case),

    property: ($) =>
      seq(
        field('name', $._property_name),
        ':',
        field('value', choice($.string, $._number, $.boolean, $.list, $._head, $.call, $.moved, $.threshold)),
      ),

    when: ($) => seq('when', field('expression', $.expression)),

    given: ($) => seq('given', field('body', $.given_block)),

    given_block: ($) => seq('{', repeat(seq($.property, optional(','))), '}'),

    expect: ($) =>
      seq(
        'expect',
        optional(seq('queue', field('queue', $.string), '->')),
        field('rule', choice($.string, $.none)),
      ),

    case: ($) => seq('case', field('name', $.string), field('body', $.block)),

    none: (_) => 'none',

    // `id("…")`, `route_to_next_queue("Overflow")`
    call: ($) => seq(field('function', $._head), '(', field('argument', choice($.string, $.boolean, $._name)), ')'),

    // `queue "Its former queue" "Its former name"`
    moved: ($) => seq('queue', field('queue', $.string), field('name', $.string)),

    // `queue_depth > 15 -> route_to_next_queue`
    threshold: ($) =>
      seq(
        field('metric', $._head),
        field('operator', $.operator),
        field('amount', choice($.string, $._number, $.boolean, $._name)),
        optional(seq('->', field('action', choice($._head, $.call)))),
      ),

    // Conditions

    expression: ($) => choice($.conjunction, $.disjunction, $._operand),

    // `and` and `or` do not mix without parentheses.
    conjunction: ($) => seq($._operand, repeat1(seq('and', $._operand))),

    disjunction: ($) => seq($._operand, repeat1(seq('or', $._operand))),

    _operand: ($) => choice($.negation, $.group, $.comparison, $.membership, $.presence, $._name),

    negation: ($) => seq('not', $._operand),

    group: ($) => seq('(', $.expression, ')'),

    comparison: ($) =>
      seq(
        field('attribute', $._name),
        choice(
          seq(field('operator', $.operator), field('value', $.value)),
          seq(field('operator', alias($._matches, $.operator)), field('value', $.regex)),
        ),
      ),

    membership: ($) =>
      seq(field('attribute', $._name), optional('not'), 'in', field('set', choice($.value, $.range, $.regex))),

    presence: ($) => seq(field('attribute', $._name), optional('not'), 'exists'),

    operator: (_) =>
      choice('==', '!=', '>', '>=', '<', '<=', 'has', 'lacks', 'contains', 'matches', 'starts_with', 'ends_with'),

    _matches: (_) => 'matches',

    // Values

    value: ($) => choice($.string, $._number, $.boolean, $.list, $._name),

    list: ($) => seq('[', optional(listed(choice($.string, $._number, $.boolean, $._name))), ']'),

    range: ($) => seq(field('low', $._number), '..', field('high', $._number)),

    _number: ($) => choice($.integer, $.float, $.duration, $.percentage),

    boolean: (_) => choice('true', 'false'),

    // Words

    name: (_) => new RegExp(SEGMENT),

    _dotted_name: (_) => new RegExp(`${SEGMENT}(\\.${SEGMENT})+`),

    // An attribute's name may have dots.
    _name: ($) => choice($.name, alias($._dotted_name, $.name)),

    // Words that start an entry are names where a `:` follows.
    _property_name: ($) => choice($._name, alias('given', $.name), alias('case', $.name)),

    // A name after a property's colon, where `queue` may also start a `moved`.
    _head: ($) => choice($._name, alias('queue', $.name)),

    string: ($) => seq('"', repeat(choice($.string_content, $.escape_sequence)), token.immediate('"')),

    string_content: (_) => token.immediate(prec(1, /[^"\\\x00-\x1F]+/)),

    escape_sequence: (_) =>
      token.immediate(
        choice(
          /\\["\\\/bfnrt]/,
          new RegExp(`\\\\u([0-9A-CE-Fa-ce-f]${HEX}{3}|[Dd][0-7]${HEX}{2})`),
          // Half of a surrogate pair stands for nothing alone.
          new RegExp(`\\\\u[Dd][89ABab]${HEX}{2}\\\\u[Dd][C-Fc-f]${HEX}{2}`),
        ),
      ),

    // Never empty: two slashes are a comment, and so are a slash and a star.
    regex: (_) => /\/([^\/\\\n*]|\\[^\n])([^\/\\\n]|\\[^\n])*\//,

    integer: (_) => new RegExp(`-?${DIGITS}`),

    float: (_) => new RegExp(`-?${DIGITS}(\\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)`),

    duration: (_) => new RegExp(`-?${DIGITS}[smh]`),

    percentage: (_) => new RegExp(`-?${DIGITS}%`),

    // Without the white space at its end.
    line_comment: (_) => token(/\/\/([^\n]*[^ \t\r\n])?/),

    block_comment: (_) => token(/\/\*[^*]*\*+([^\/*][^*]*\*+)*\//),
  },
});
