(rule_declaration body: (_) @class.inside) @class.around
(strategy_declaration body: (_) @class.inside) @class.around
(condition_declaration expression: (_) @function.inside) @function.around
(test_declaration body: (_) @test.inside) @test.around
(property value: (_) @entry.inside) @entry.around

(line_comment) @comment.inside
(line_comment)+ @comment.around
(block_comment) @comment.around
