(attribute_declaration name: (name) @name) @definition.field
(condition_declaration name: (name) @name) @definition.function
(skill_declaration name: (name) @name) @definition.constant
(skill_group_declaration name: (name) @name) @definition.constant
(queue_declaration name: (string) @name) @definition.constant
(rule_declaration name: (string) @name) @definition.class
(strategy_declaration queue: (string) @name) @definition.class
(test_declaration name: (string) @name) @definition.method

(comparison attribute: (name) @name) @reference.field
(membership attribute: (name) @name) @reference.field
(presence attribute: (name) @name) @reference.field
