[
  (block)
  (given_block)
  (list)
  (group)
  (when)
  (condition_declaration)
] @indent

[
  "}"
  "]"
  ")"
] @outdent
