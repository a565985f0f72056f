//! How much of an interaction is read. Records come from outside.

/// The most attributes of one interaction.
pub const MAX_ATTRIBUTES: usize = 1_000;

/// The longest name of an attribute, in bytes.
pub const MAX_NAME_BYTES: usize = 1_024;

/// The longest string, alone or in a set, in bytes.
pub const MAX_STRING_BYTES: usize = 64 * 1024;

/// The most members of one set.
pub const MAX_SET_ITEMS: usize = 10_000;

/// The longest JSON text of one interaction, in bytes.
pub const MAX_JSON_BYTES: usize = 16 * 1024 * 1024;
