; As `rulec fmt` indents.

[
  (block)
  (given_block)
  (list)
  (group)
  (when)
  (condition_declaration)
] @indent.begin

[
  "}"
  "]"
  ")"
] @indent.branch

[
  "}"
  "]"
  ")"
] @indent.end

(line_comment) @indent.ignore
(block_comment) @indent.ignore
