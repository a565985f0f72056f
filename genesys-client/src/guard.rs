//! Guards: what must hold in the live organization before anything is written (contract 1.1, "Capacity gate", "Licence
//! gate").

use std::collections::BTreeMap;

use genesys_model::{
    Aggregation, Bundle, Entitlement, Guard, Measure, QueryFilter, QueueRef, RealtimeQuery, RealtimeResult,
    ResultPage,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::{Observed, Plan};
use crate::resource::Kind;
use crate::{Client, Error, ErrorKind, Method, Request, question};

const ENTITLEMENTS: &str = "/api/v2/architect/entitlements/query";
const REALTIME: &str = "/api/v2/analytics/queues/realtime/query";
/// The licences that agents work with (contract 1.1, row 2).
const LICENSES: [&str; 2] = ["CXone", "GenesysCloudCX"];
/// The figure of a queue that is asked for.
const AVAILABLE_AGENTS: &str = "availableAgents";

/// A guard, and what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Checked {
    /// The name of the strategy's queue; the id where the program gives that.
    pub queue: String,
    /// The strategy's media type.
    pub media_type: String,
    /// What must hold.
    #[serde(flatten)]
    pub guard: Guard,
    /// How many there are now. A queue that is not there yet has no agents.
    pub found: u64,
    /// Whether it holds.
    pub holds: bool,
}

/// Checks the guards of all strategies against the live organization. Nothing is asked where there are none. The plan is
/// the bundle's: it says which live queues are meant.
///
/// # Errors
/// As [`Client::send`], and [`ErrorKind::Answer`] where an answer has no such figures.
pub async fn check(
    client: &Client,
    bundle: &Bundle,
    observed: &Observed,
    plan: &Plan,
) -> Result<Vec<Checked>, Error> {
    let mut figures: BTreeMap<Option<String>, u64> = BTreeMap::new();
    let mut checked = Vec::new();
    for strategy in &bundle.strategies {
        for guard in &strategy.guards {
            // Licences are the organization's; agents are of a queue, and of one that is not there yet there are none.
            let queue = match guard.measure {
                Measure::Licenses => None,
                Measure::AvailableAgents => {
                    Some(live_id(bundle, observed, plan, &strategy.queue).unwrap_or_default())
                }
            };
            let found = match (figures.get(&queue), queue.as_deref()) {
                (Some(known), _) => *known,
                (None, None) => count_licenses(client).await?,
                (None, Some("")) => 0,
                (None, Some(id)) => count_agents(client, id).await?,
            };
            figures.insert(queue, found);
            checked.push(Checked {
                queue: strategy.queue.as_str().to_owned(),
                media_type: strategy.media_type.as_str().to_owned(),
                guard: guard.clone(),
                found,
                holds: found >= guard.at_least,
            });
        }
    }
    Ok(checked)
}

/// The id of a strategy's queue, where it is there already. Which one an own queue is, `was`, `id` and `division` say
/// together, as the plan has them; an external one is looked up.
fn live_id(bundle: &Bundle, observed: &Observed, plan: &Plan, queue: &QueueRef) -> Option<String> {
    let declared = bundle.queues.iter().find(|declared| declared.name == queue.as_str());
    if let Some(own) = declared.filter(|declared| !declared.external) {
        let changed = plan.changes.iter().find(|change| {
            change.kind == Kind::Queue && change.after.as_ref().is_some_and(|goal| goal.key.name == own.name)
        });
        if let Some(changed) = changed {
            return changed.before.as_ref().map(|live| live.id.clone());
        }
        let unchanged = plan.unchanged.iter().find(|one| one.kind == Kind::Queue && one.key.name == own.name);
        return unchanged.map(|one| one.id.clone());
    }
    match declared {
        Some(external) => observed.identify(Kind::Queue, &external.name, &external.identity).ok()?.id,
        None => observed.resolve(Kind::Queue, queue).ok()?.id,
    }
}

/// The licences of the organization, over all pages.
async fn count_licenses(client: &Client) -> Result<u64, Error> {
    let purpose = "count the licences";
    let filter = QueryFilter {
        name: "licenseType".to_owned(),
        op: "in".to_owned(),
        values: LICENSES.map(str::to_owned).to_vec(),
    };
    let mut sum: u64 = 0;
    for result in question::ask(client, ENTITLEMENTS, purpose, vec![filter]).await? {
        let entitlement: Entitlement =
            serde_json::from_value(Value::Object(result)).map_err(|error| wrong(purpose, &error))?;
        sum = sum.saturating_add(entitlement.count);
    }
    Ok(sum)
}

/// The agents of a queue who are available now. A figure that is missing is 0 (contract 1.1).
async fn count_agents(client: &Client, queue: &str) -> Result<u64, Error> {
    let purpose = "count the available agents";
    let query = RealtimeQuery {
        filter: QueryFilter {
            name: "queueId".to_owned(),
            op: "eq".to_owned(),
            values: vec![queue.to_owned()],
        },
        group_by: Vec::new(),
        aggregations: vec![Aggregation { name: AVAILABLE_AGENTS.to_owned(), kind: "sum".to_owned() }],
        interval: Some("PT1H".to_owned()),
        size: Some(1),
    };
    let body = serde_json::to_value(&query).unwrap_or_default();
    let answer = client.send(&Request::new(Method::Post, REALTIME, purpose).harmless().body(body)).await?;
    let page: ResultPage<RealtimeResult> =
        serde_json::from_value(answer).map_err(|error| wrong(purpose, &error))?;
    let found = page.results.first().and_then(|result| result.metrics.get(AVAILABLE_AGENTS));
    let Some(found) = found else { return Ok(0) };
    whole(found).ok_or_else(|| {
        Error::without_effect(
            ErrorKind::Answer,
            purpose.to_owned(),
            format!("the answer says that there are {found}"),
        )
    })
}

/// A figure as a number of people. Sums may come as floats; of a fraction nobody is available.
fn whole(figure: &serde_json::Number) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is in the range of numbers"
    )]
    let floor = |figure: f64| (0.0..9e15).contains(&figure).then(|| figure.floor() as u64);
    figure.as_u64().or_else(|| figure.as_f64().and_then(floor))
}

fn wrong(purpose: &str, error: &serde_json::Error) -> Error {
    Error::without_effect(
        ErrorKind::Answer,
        purpose.to_owned(),
        format!("the answer has no such figures: {error}"),
    )
}
