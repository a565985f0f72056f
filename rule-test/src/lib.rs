//! Running the tests written in rules, with traces and coverage.
