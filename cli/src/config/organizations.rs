//! `[org.NAME]`: the organizations that a project is deployed to. Secrets never stand here, only the names of the
//! variables that hold them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use genesys_client::resource::Kind;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, integer, section, text, unknown};

/// The name of the embedded sandbox, which no organization of a project may have.
pub const SANDBOX: &str = "sandbox";
/// Names in the state that are no organization's, where each organization has a folder of its name.
const TAKEN: [&str; 2] = ["lock", "outbox"];
/// The variable that holds the client's id, where `rulec.toml` names no other.
pub const CLIENT_ID_ENV: &str = "GENESYSCLOUD_OAUTHCLIENT_ID";
/// The variable that holds the client's secret, where `rulec.toml` names no other.
pub const CLIENT_SECRET_ENV: &str = "GENESYSCLOUD_OAUTHCLIENT_SECRET";
/// For how long at most a write may take to show: the platform's caches take 15 to 30 seconds (contract 1.4).
pub const SETTLE: Duration = Duration::from_secs(30);

/// The keys of an organization.
const KEYS: [&str; 8] =
    ["region", "host", "client_id_env", "client_secret_env", "settle", "skills", "skill_groups", "queues"];
/// The sections of an organization that give names of a kind their ids.
const IDS: [(Kind, &str); 3] =
    [(Kind::Skill, "skills"), (Kind::SkillGroup, "skill_groups"), (Kind::Queue, "queues")];
/// What people may think a secret belongs in.
const SECRETS: [&str; 4] = ["client_secret", "secret", "client_id", "token"];
/// The longest that may be waited for a write to show, in seconds.
const MAX_SETTLE: i64 = 600;

/// An organization of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its region or host.
    pub address: String,
    /// The variable that holds the client's id.
    pub client_id_env: String,
    /// The variable that holds the client's secret.
    pub client_secret_env: String,
    /// For how long at most a write may take to show.
    pub settle: Duration,
    /// Which id a name means here, where the name alone does not tell.
    pub ids: Ids,
}

/// Which ids names mean in an organization, by kind.
pub type Ids = BTreeMap<Kind, BTreeMap<String, String>>;

/// The section of an organization that gives names of this kind their ids, where there is one.
pub fn ids_section(kind: Kind) -> Option<&'static str> {
    IDS.iter().find(|(other, _)| *other == kind).map(|(_, section)| *section)
}

/// Reads `[org]`.
pub(super) fn read(table: &DeTable<'_>) -> Result<BTreeMap<String, Organization>, Mistake> {
    let mut all = BTreeMap::new();
    for (key, value) in table {
        let name = key.get_ref();
        // Its state lies in a folder of its name.
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
            return Err(Mistake::new(key.span(), "an organization's name has letters, digits, `_` and `-`"));
        }
        if TAKEN.contains(&name.as_ref()) {
            return Err(Mistake::new(key.span(), format!("`{name}` is a name of its own in the state"))
                .help("give the organization another name"));
        }
        if name == SANDBOX {
            return Err(Mistake::new(key.span(), "`sandbox` is the name of the embedded sandbox")
                .help("give the organization another name"));
        }
        all.insert(name.to_string(), organization(key, section(key, value)?)?);
    }
    Ok(all)
}

fn organization(name: &Spanned<Cow<'_, str>>, table: &DeTable<'_>) -> Result<Organization, Mistake> {
    let mut address: Option<(&str, String)> = None;
    let mut organization = Organization {
        address: String::new(),
        client_id_env: CLIENT_ID_ENV.to_owned(),
        client_secret_env: CLIENT_SECRET_ENV.to_owned(),
        settle: SETTLE,
        ids: Ids::new(),
    };
    for (key, value) in table {
        if let Some((kind, _)) = IDS.iter().find(|(_, section)| *section == key.get_ref()) {
            organization.ids.insert(*kind, ids(*kind, section(key, value)?)?);
            continue;
        }
        match key.get_ref().as_ref() {
            field @ ("region" | "host") => {
                let text = text(field, value)?.to_owned();
                if let Some((other, _)) =
                    address.replace((if field == "host" { "host" } else { "region" }, text))
                {
                    let (region, host) = if other == "host" { (field, other) } else { (other, field) };
                    return Err(Mistake::new(
                        key.span(),
                        format!("an organization has one of `{region}` and `{host}`"),
                    )
                    .help(
                        "a region (`eu-west-1`) is enough for the platform; a host is for everything else",
                    ));
                }
            }
            "client_id_env" => organization.client_id_env = variable("client_id_env", value)?,
            "client_secret_env" => organization.client_secret_env = variable("client_secret_env", value)?,
            "settle" => {
                let seconds = integer(value).filter(|seconds| (0..=MAX_SETTLE).contains(seconds));
                let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok()).ok_or_else(|| {
                    Mistake::new(
                        value.span(),
                        format!("`settle` is a number of seconds from 0 to {MAX_SETTLE}"),
                    )
                    .help("it is for how long at most a write may take to show; 30 is usual")
                })?;
                organization.settle = Duration::from_secs(seconds);
            }
            secret if SECRETS.contains(&secret) => {
                return Err(Mistake::new(key.span(), "a secret never stands in a file").help(
                    "set `client_id_env` and `client_secret_env` to the names of the variables that hold id and secret",
                )
                .hide());
            }
            _ => return Err(unknown("setting of an organization", key, &KEYS)),
        }
    }
    let Some((_, address)) = address else {
        return Err(Mistake::new(
            name.span(),
            format!("`[org.{}]` says neither `region` nor `host`", name.get_ref()),
        )
        .help("add `region = \"eu-west-1\"`, or `host = \"https://…\"`"));
    };
    organization.address = address;
    Ok(organization)
}

/// The name of a variable of the environment.
pub(super) fn variable(key: &str, value: &Spanned<DeValue<'_>>) -> Result<String, Mistake> {
    let name = text(key, value)?;
    if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Ok(name.to_owned());
    }
    // Whoever put the secret itself here is not to see it again in a log.
    Err(Mistake::new(value.span(), format!("`{key}` is no name of a variable"))
        .help("write the name of the environment variable that holds it, such as `PROD_CLIENT_ID`")
        .hide())
}

/// `[org.NAME.queues]` and the like.
fn ids(kind: Kind, table: &DeTable<'_>) -> Result<BTreeMap<String, String>, Mistake> {
    let mut all = BTreeMap::new();
    for (key, value) in table {
        let name = key.get_ref();
        let id = value.get_ref().as_str().filter(|id| !id.is_empty()).ok_or_else(|| {
            Mistake::new(
                value.span(),
                format!("what `{name}` is set to is the id of a {}, in quotes", kind.word()),
            )
        })?;
        all.insert(name.to_string(), id.to_owned());
    }
    Ok(all)
}
