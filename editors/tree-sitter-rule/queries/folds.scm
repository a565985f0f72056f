[
  (block)
  (given_block)
  (list)
  (group)
  (condition_declaration)
  (when)
  (block_comment)
] @fold
