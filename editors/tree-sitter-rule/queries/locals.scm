; A program's names are visible in all its files: there is one scope.

(source_file) @local.scope

(attribute_declaration name: (name) @local.definition.var)
(condition_declaration name: (name) @local.definition.function)
(skill_declaration name: (name) @local.definition.constant)
(skill_group_declaration name: (name) @local.definition.constant)

(comparison attribute: (name) @local.reference)
(comparison value: (name) @local.reference)
(membership attribute: (name) @local.reference)
(presence attribute: (name) @local.reference)
(list (name) @local.reference)
(given_block (property name: (name) @local.reference))
