//! One page of a list.

use serde::{Deserialize, Serialize};

/// One page of a list, as every list of the contract comes (contract 0, "Rule list").
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// What is on it.
    pub entities: Vec<T>,
    /// How many a page holds at most.
    pub page_size: u32,
    /// Its number, from 1.
    pub page_number: u32,
    /// How many pages there are.
    pub page_count: u32,
    /// How many there are on all pages.
    pub total: u64,
    /// Where the next page is, relative to the organization's address; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_uri: Option<String>,
}
