//! What analytics say of strategies: a query that is checked, a job that is asked for once, its results (contract 1.5).

mod job;
mod query;
mod results;
mod strategies;

pub use job::{JobError, Patience, submit, wait};
pub use query::{GroupBy, MAX_METRICS, MAX_WINDOW, QueryError, check, query};
pub use results::{Row, results};
pub use strategies::{Listed, strategies};
