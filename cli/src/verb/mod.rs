//! One file for each verb.

pub(crate) mod audit;
pub(crate) mod backtest;
pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod deploy;
pub(crate) mod drift;
pub(crate) mod eval;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod history;
pub(crate) mod lsp;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod pull;
pub(crate) mod recover;
pub(crate) mod rollback;
pub(crate) mod sandbox;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod test;
