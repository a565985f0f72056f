//! Which strategies there are (contract 0, "Names of strategies"; 1.5).

use serde_json::Value;

use crate::{Client, Error, ErrorKind, Request};

const PATH: &str = "/api/v2/routing/strategies";

/// A strategy of the organization: that of one queue for one media type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Listed {
    /// The queue's id.
    pub queue: String,
    /// The media type: `voice`, …
    pub media_type: String,
    /// The strategy's own id.
    pub id: String,
}

/// All strategies of the organization, by queue and media type. Of each nothing is read but what names it, so that one
/// with a method of tomorrow hides no other.
///
/// # Errors
/// As [`Client::list`]; [`ErrorKind::Answer`] where one of them lacks an id, a queue or a media type.
pub async fn strategies(client: &Client) -> Result<Vec<Listed>, Error> {
    let purpose = "list the strategies";
    let mut all = Vec::new();
    for entity in client.list(&Request::get(PATH, purpose).query("pageSize", 100)).await? {
        let text = |name: &str| {
            let text = entity.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.map(str::to_owned).ok_or_else(|| {
                let message = format!("a strategy of the list has no `{name}`");
                Error::without_effect(ErrorKind::Answer, purpose.to_owned(), message)
            })
        };
        all.push(Listed { queue: text("queueId")?, media_type: text("mediaType")?, id: text("id")? });
    }
    all.sort();
    Ok(all)
}
