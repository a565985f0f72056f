(attribute_declaration "attribute" @context name: (name) @name) @item
(condition_declaration "condition" @context name: (name) @name) @item
(skill_declaration "skill" @context name: (name) @name) @item
(skill_group_declaration "skill_group" @context name: (name) @name) @item
(queue_declaration "queue" @context name: (string) @name) @item
(rule_declaration "rule" @context name: (string) @name) @item
(strategy_declaration "strategy" @context queue: (string) @name "on" @context media: (name) @name) @item
(test_declaration "test" @context name: (string) @name) @item
(case "case" @context name: (string) @name) @item
