//! Rules over records of the past: reading them, counting what decides, comparing two versions, SQL.
