//! Lists that come page by page (contract 0, "Rule list"; public API, "Concurrency and paging").

use std::collections::HashSet;

use reqwest::Url;
use serde_json::{Map, Value};

/// More pages than this belong to no list.
const MAX_PAGES: usize = 10_000;

/// More entities than this belong to no list.
const MAX_ENTITIES: usize = 1_000_000;

/// Collects the pages of a list.
#[derive(Debug)]
pub(crate) struct Pages {
    first: Url,
    seen: HashSet<Url>,
    entities: Vec<Map<String, Value>>,
}

impl Pages {
    /// The pages that begin at this one.
    pub(crate) fn new(first: Url) -> Self {
        Self { seen: HashSet::from([first.clone()]), first, entities: Vec::new() }
    }

    /// Takes a page in and says where the next one is.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn take(&mut self, page: Value) -> Result<Option<Url>, String> {
        let Value::Object(mut page) = page else {
            return Err("the answer is no page of a list".to_owned());
        };
        let Some(Value::Array(entities)) = page.remove("entities") else {
            return Err("the answer is no page of a list: it has no `entities`".to_owned());
        };
        if self.entities.len() + entities.len() > MAX_ENTITIES {
            return Err(format!("the list has more than {MAX_ENTITIES} entities"));
        }
        for entity in entities {
            let Value::Object(entity) = entity else {
                return Err("an entity of the list is no object".to_owned());
            };
            self.entities.push(entity);
        }
        // The members of a queue have been told to name it otherwise (contract, D22).
        let next = ["nextUri", "nextPageUri"]
            .into_iter()
            .find_map(|name| page.get(name).filter(|uri| !uri.is_null()));
        match next {
            None => Ok(None),
            Some(Value::String(next)) if next.is_empty() => Ok(None),
            Some(Value::String(next)) => self.next(next).map(Some),
            Some(_) => Err("the address of the next page is no text".to_owned()),
        }
    }

    /// Everything that was on the pages.
    pub(crate) fn finish(self) -> Vec<Map<String, Value>> {
        self.entities
    }

    /// The token goes with every page: so to the same host and path only, and to each page once.
    fn next(&mut self, text: &str) -> Result<Url, String> {
        // It is not shown: whoever makes up addresses may put our own token there.
        if !text.starts_with('/') {
            return Err("the address of the next page is not relative".to_owned());
        }
        // Some spell another host without a scheme: `//host`, `/\host`.
        let url = self.first.join(text).map_err(|_| "the address of the next page is none".to_owned())?;
        if url.origin() != self.first.origin() || !url.username().is_empty() || url.password().is_some() {
            return Err("the next page is at another host".to_owned());
        }
        if url.path() != self.first.path() || url.fragment().is_some() {
            return Err("the next page is of another list".to_owned());
        }
        if self.seen.len() >= MAX_PAGES {
            return Err(format!("the list has more than {MAX_PAGES} pages"));
        }
        if !self.seen.insert(url.clone()) {
            return Err("the pages go round in a circle".to_owned());
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pages() -> Pages {
        Pages::new(Url::parse("https://api.example/api/v2/rules?pageSize=100").unwrap())
    }

    #[test]
    fn pages_follow_each_other() {
        let mut pages = pages();
        let next = pages.take(json!({"entities": [{"id": 1}], "nextUri": "/api/v2/rules?pageNumber=2"}));
        assert_eq!(next.unwrap().unwrap().as_str(), "https://api.example/api/v2/rules?pageNumber=2");
        for end in [json!(null), json!("")] {
            assert_eq!(pages.take(json!({"entities": [{"id": 2}], "nextUri": end})), Ok(None));
        }
        assert_eq!(pages.take(json!({"entities": []})), Ok(None));
        assert_eq!(pages.finish().len(), 3);
    }

    #[test]
    fn pages_that_lead_elsewhere_are_refused() {
        for (next, says) in [
            ("https://api.example/api/v2/rules?pageNumber=2", "not relative"),
            ("https://evil.example/api/v2/rules", "not relative"),
            ("rules?pageNumber=2", "not relative"),
            ("//evil.example/api/v2/rules?pageNumber=2", "another host"),
            ("/\\evil.example/api/v2/rules?pageNumber=2", "another host"),
            ("//me:x@api.example/api/v2/rules?pageNumber=2", "another host"),
            ("/\t/evil.example/api/v2/rules", "another host"),
            ("/api/v2/users?pageNumber=2", "another list"),
            ("/api/v2/rules/../users?pageNumber=2", "another list"),
            ("/api/v2/rules?pageNumber=2#x", "another list"),
            ("/api/v2/rules?pageSize=100", "circle"),
            ("//", "is none"),
        ] {
            let error = pages().take(json!({"entities": [], "nextUri": next})).unwrap_err();
            assert!(error.contains(says), "{next}: {error}");
        }
    }

    #[test]
    fn a_circle_of_several_pages_is_found() {
        let mut pages = pages();
        for number in [2, 3] {
            pages
                .take(json!({"entities": [], "nextUri": format!("/api/v2/rules?pageNumber={number}")}))
                .unwrap();
        }
        assert!(pages.take(json!({"entities": [], "nextUri": "/api/v2/rules?pageNumber=2"})).is_err());
    }

    #[test]
    fn pages_that_never_end_are_cut() {
        let mut pages = pages();
        let error = (2..).find_map(|number| {
            pages.take(json!({"entities": [], "nextUri": format!("/api/v2/rules?pageNumber={number}")})).err()
        });
        assert_eq!(error.unwrap(), "the list has more than 10000 pages");
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for page in [
            json!([]),
            json!({}),
            json!({"entities": 1}),
            json!({"entities": [1]}),
            json!({"entities": [], "nextUri": 2}),
        ] {
            assert!(pages().take(page).is_err());
        }
    }
}
