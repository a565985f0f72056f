//! `rulec check --watch`.
