//! Pages of a list (contract 0, "Rule list").

use axum::body::Body;
use axum::http::{Response, Uri};
use genesys_model::Page;
use serde::Serialize;

use crate::Refusal;
use crate::routes::json_answer;

/// The size of a page where none is asked for.
const PAGE_SIZE: u32 = 25;
/// The largest page.
const MAX_PAGE_SIZE: u32 = 100;

/// The parameters of a list, decoded.
pub(crate) struct ListQuery {
    pairs: Vec<(String, String)>,
    pub(crate) size: u32,
    pub(crate) number: u32,
}

impl ListQuery {
    /// # Errors
    /// 400 where `pageNumber` or `pageSize` is out of range.
    pub(crate) fn read(uri: &Uri) -> Result<Self, Refusal> {
        let query = uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut list = Self { pairs, size: PAGE_SIZE, number: 1 };
        if let Some(size) = list.get("pageSize") {
            list.size = within(size, MAX_PAGE_SIZE).ok_or_else(|| {
                Refusal::field("pageSize", format!("`pageSize` is a number from 1 to {MAX_PAGE_SIZE}"))
            })?;
        }
        if let Some(number) = list.get("pageNumber") {
            list.number = within(number, u32::MAX)
                .ok_or_else(|| Refusal::field("pageNumber", "`pageNumber` is a number from 1"))?;
        }
        Ok(list)
    }

    /// With another size where none was asked for.
    pub(crate) fn or_size(mut self, size: u32) -> Self {
        if self.get("pageSize").is_none() {
            self.size = size;
        }
        self
    }

    /// A parameter, none where it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(crate) fn skip(&self) -> usize {
        (self.number as usize - 1).saturating_mul(self.size as usize)
    }

    pub(crate) fn take(&self) -> usize {
        self.size as usize
    }

    /// One page of everything there is.
    pub(crate) fn page_of<T: Serialize>(&self, path: &str, all: &[T]) -> Response<Body> {
        let page: Vec<&T> = all.iter().skip(self.skip()).take(self.take()).collect();
        self.answer(path, page, all.len())
    }

    /// The answer: these entities of so many. `nextUri` repeats the filters, relative to the organization.
    pub(crate) fn answer<T: Serialize>(&self, path: &str, entities: Vec<T>, total: usize) -> Response<Body> {
        let total = total as u64;
        let page_count = u32::try_from(total.div_ceil(u64::from(self.size))).unwrap_or(u32::MAX);
        let next_uri = (self.number < page_count).then(|| self.next_uri(path));
        json_answer(
            200,
            &Page { entities, page_size: self.size, page_number: self.number, page_count, total, next_uri },
        )
    }

    /// Where the next page is.
    pub(crate) fn next_uri(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix(format!("{path}?"), path.len() + 1);
        for (name, value) in &self.pairs {
            if !["pageSize", "pageNumber"].contains(&name.as_str()) {
                query.append_pair(name, value);
            }
        }
        query.append_pair("pageSize", &self.size.to_string());
        query.append_pair("pageNumber", &(self.number + 1).to_string());
        query.finish()
    }
}

fn within(text: &str, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (1..=most).contains(number))
}
