(block "}" @end) @indent
(given_block "}" @end) @indent
(list "]" @end) @indent
(group ")" @end) @indent
(when) @indent
(condition_declaration) @indent
