//! Which organization is meant: `--org`, the only one of `rulec.toml`, that of the variables, or the embedded sandbox.

use std::time::Duration;

use genesys_client::{Address, Credentials};
use rule_lang::nearest;

use crate::config::{
    CLIENT_ID_ENV, CLIENT_SECRET_ENV, Config, FILE_NAME, Ids, Organization, SANDBOX, SETTLE,
};
use crate::failure::Failure;

/// The variables that make an organization: client id, client secret, region or host.
const FAMILIES: [[&str; 3]; 2] = [
    [CLIENT_ID_ENV, CLIENT_SECRET_ENV, "GENESYSCLOUD_REGION"],
    ["GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET", "GENESYS_API_HOST"],
];

/// What the environment says.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The organization that is meant.
#[derive(Debug)]
pub enum Chosen {
    /// The one that comes with `rulec`.
    Embedded,
    /// One that is elsewhere.
    Remote(Box<Remote>),
}

/// An organization that is elsewhere.
#[derive(Debug)]
pub struct Remote {
    /// What the project calls it; its host where the variables make it.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// What to prove oneself with.
    pub credentials: Credentials,
    /// For how long at most a write may take to show.
    pub settle: Duration,
    /// Which ids names mean there.
    pub ids: Ids,
}

impl Remote {
    /// What journal and messages call it: its name and, where that says more, its host. A name that leads elsewhere
    /// since is another organization.
    pub fn label(&self) -> String {
        let host = self.address.host();
        if self.name == host { host } else { format!("{} ({host})", self.name) }
    }
}

/// The organization that is meant.
///
/// # Errors
///
/// One that is not configured, several without a choice, and settings that are given in part or contradict each other.
pub fn choose(org: Option<&str>, config: &Config, environment: Environment<'_>) -> Result<Chosen, Failure> {
    let names = || config.organizations.keys().map(String::as_str);
    // Named outright, it cannot be mistaken: what is practised with `--yes` must never reach an organization by accident.
    if org == Some(SANDBOX) {
        return Ok(Chosen::Embedded);
    }
    if let Some(name) = org {
        let Some(organization) = config.organizations.get(name) else {
            return Err(unknown(name, &names().collect::<Vec<_>>()));
        };
        return named(name, organization, environment);
    }
    let mut all = config.organizations.iter();
    match (all.next(), all.next()) {
        (Some((name, organization)), None) => named(name, organization, environment),
        (Some(_), Some(_)) => {
            let listed = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            Err(Failure::new("this project has several organizations")
                .help(format!("say which one with `--org NAME`: {listed}")))
        }
        _ => of_variables(environment),
    }
}

fn unknown(name: &str, known: &[&str]) -> Failure {
    let failure = Failure::new(format!("there is no organization `{name}` in `{FILE_NAME}`"));
    match nearest(name, known.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => failure.help(format!(
            "add `[org.{name}]` with `region = \"…\"`, or leave out `--org` for the organization of the variables; `--org sandbox` is the embedded one"
        )),
        None => failure.help(format!("known: {}", known.join(", "))),
    }
}

/// An organization of `rulec.toml`.
fn named(name: &str, organization: &Organization, environment: Environment<'_>) -> Result<Chosen, Failure> {
    let address =
        address(&organization.address).map_err(|failure| failure.note(format!("of `[org.{name}]`")))?;
    for [_, _, variable] in FAMILIES {
        let Some(value) = environment(variable).filter(|value| !value.trim().is_empty()) else { continue };
        // What is no address at all is another one too.
        if !Address::parse(&value).is_ok_and(|other| other == address) {
            return Err(Failure::new(format!(
                "the variable `{variable}` leads elsewhere than the organization `{name}` ({})",
                address.host()
            ))
            .help(format!("unset `{variable}`, or choose the organization that it means")));
        }
    }
    let (id_env, secret_env) = (&organization.client_id_env, &organization.client_secret_env);
    let value = |variable: &str| environment(variable).filter(|value| !value.is_empty());
    let (Some(id), Some(secret)) = (value(id_env), value(secret_env)) else {
        let missing: Vec<&str> =
            [id_env.as_str(), secret_env].into_iter().filter(|name| value(name).is_none()).collect();
        return Err(Failure::new(format!(
            "the organization `{name}` needs {}",
            not_set(&missing, environment)
        ))
        .help("set it to what the OAuth client was given; credentials come from variables only"));
    };
    let credentials = credentials(id, secret).map_err(|failure| failure.note(of(id_env, secret_env)))?;
    Ok(Chosen::Remote(Box::new(Remote {
        name: name.to_owned(),
        address,
        credentials,
        settle: organization.settle,
        ids: organization.ids.clone(),
    })))
}

/// The organization that the variables make; the embedded sandbox where none of them is set.
fn of_variables(environment: Environment<'_>) -> Result<Chosen, Failure> {
    let is_set = |variable: &&str| environment(variable).is_some();
    if !FAMILIES.iter().flatten().any(is_set) {
        return Ok(Chosen::Embedded);
    }
    let value = |variable: &str| environment(variable).filter(|value| !value.trim().is_empty());
    let is_whole = |family: &&[&str; 3]| family.iter().all(|variable| value(variable).is_some());
    let Some(family) = FAMILIES.iter().find(is_whole) else {
        // The one of which most is set is meant.
        let count = |family: &&[&str; 3]| family.iter().filter(|variable| is_set(variable)).count();
        let [first, second] = &FAMILIES;
        let family = if count(&first) >= count(&second) { first } else { second };
        let missing: Vec<&str> =
            family.iter().copied().filter(|variable| value(variable).is_none()).collect();
        return Err(Failure::new(format!(
            "the variables name an organization in part: it needs {}",
            not_set(&missing, environment)
        ))
        .help("set all three, or unset them all to use the embedded sandbox"));
    };
    let [id_env, secret_env, address_env] = family;
    let whole = |variable: &str| value(variable).unwrap_or_default();
    let address = address(&whole(address_env))
        .map_err(|failure| failure.note(format!("of the variable `{address_env}`")))?;
    let same_address = |text: &str| Address::parse(text).is_ok_and(|other| other == address);
    for other in FAMILIES.iter().filter(|other| *other != family) {
        for (index, (ours, theirs)) in family.iter().zip(other).enumerate() {
            let Some(their_value) = environment(theirs) else { continue };
            let agree = if index == 2 { same_address(&their_value) } else { their_value == whole(ours) };
            if !agree {
                return Err(Failure::new(format!(
                    "the variables `{ours}` and `{theirs}` contradict each other"
                ))
                .help("unset the one that is not meant"));
            }
        }
    }
    let credentials = credentials(whole(id_env), whole(secret_env))
        .map_err(|failure| failure.note(of(id_env, secret_env)))?;
    Ok(Chosen::Remote(Box::new(Remote {
        name: address.host(),
        address,
        credentials,
        settle: SETTLE,
        ids: Ids::new(),
    })))
}

/// `` `A` and `B`, which are not set ``
fn not_set(missing: &[&str], environment: Environment<'_>) -> String {
    let parts: Vec<String> = missing
        .iter()
        .map(|name| match environment(name) {
            Some(_) => format!("`{name}`, which is set but empty"),
            None => format!("`{name}`, which is not set"),
        })
        .collect();
    parts.join(", and ")
}

fn of(id: &str, secret: &str) -> String {
    format!("of the variables `{id}` and `{secret}`")
}

fn address(text: &str) -> Result<Address, Failure> {
    Address::parse(text).map_err(|error| Failure::from(&error))
}

fn credentials(id: String, secret: String) -> Result<Credentials, Failure> {
    Credentials::new(id, secret).map_err(|error| Failure::from(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(org: Option<&str>, config: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let config = crate::config::parse(config).unwrap();
        let environment = |name: &str| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        };
        match choose(org, &config, &environment) {
            Ok(Chosen::Embedded) => Ok("embedded".to_owned()),
            Ok(Chosen::Remote(remote)) => Ok(remote.label()),
            Err(failure) => Err(failure.message),
        }
    }

    const ONE: &str = "[org.prod]\nregion = \"eu-west-1\"\n";
    const TWO: &str = "[org.prod]\nregion = \"eu-west-1\"\n[org.test]\nhost = \"http://127.0.0.1:1\"\n";
    const ID: (&str, &str) = ("GENESYSCLOUD_OAUTHCLIENT_ID", "id");
    const SECRET: (&str, &str) = ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "hunter2");
    const REGION: (&str, &str) = ("GENESYSCLOUD_REGION", "eu-west-1");

    #[test]
    fn the_embedded_sandbox_is_meant_only_where_nothing_else_is_said() {
        assert_eq!(chosen(None, "", &[]).unwrap(), "embedded");
        for variable in FAMILIES.iter().flatten() {
            for value in ["", "x"] {
                let message = chosen(None, "", &[(variable, value)]).unwrap_err();
                assert!(message.contains("in part"), "{variable}={value:?}: {message}");
            }
        }
        assert!(chosen(None, ONE, &[]).unwrap_err().contains("which is not set"));
    }

    #[test]
    fn what_is_named_is_used() {
        assert_eq!(chosen(None, ONE, &[ID, SECRET]).unwrap(), "prod (api.mypurecloud.ie)");
        assert_eq!(chosen(Some("test"), TWO, &[ID, SECRET]).unwrap(), "test (127.0.0.1:1)");
        assert_eq!(chosen(None, "", &[ID, SECRET, REGION]).unwrap(), "api.mypurecloud.ie");
        let seeds = [
            ("GENESYS_CLIENT_ID", "id"),
            ("GENESYS_CLIENT_SECRET", "s"),
            ("GENESYS_API_HOST", "https://x.example"),
        ];
        assert_eq!(chosen(None, "", &seeds).unwrap(), "x.example");
        assert!(chosen(None, TWO, &[ID, SECRET]).unwrap_err().contains("several"));
        assert!(chosen(Some("prd"), TWO, &[ID, SECRET]).unwrap_err().contains("no organization `prd`"));
    }

    #[test]
    fn what_is_missing_empty_or_contradicts_is_named_and_no_secret_shown() {
        type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);
        let cases: &[Case] = &[
            (ONE, &[ID], "`GENESYSCLOUD_OAUTHCLIENT_SECRET`, which is not set"),
            (ONE, &[ID, ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "")], "which is set but empty"),
            (
                ONE,
                &[ID, SECRET, ("GENESYSCLOUD_REGION", "us-east-1")],
                "`GENESYSCLOUD_REGION` leads elsewhere",
            ),
            (ONE, &[ID, SECRET, ("GENESYS_API_HOST", "x.example")], "`GENESYS_API_HOST` leads elsewhere"),
            ("", &[ID, SECRET], "`GENESYSCLOUD_REGION`, which is not set"),
            ("", &[SECRET, REGION], "`GENESYSCLOUD_OAUTHCLIENT_ID`, which is not set"),
            ("", &[ID, SECRET, REGION, ("GENESYS_CLIENT_SECRET", "other")], "contradict each other"),
            ("", &[ID, SECRET, REGION, ("GENESYS_API_HOST", "x.example")], "contradict each other"),
            ("", &[ID, ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "hunter2\n"), REGION], "client secret"),
            ("", &[ID, SECRET, ("GENESYSCLOUD_REGION", "eu-wset-1")], "eu-wset-1"),
        ];
        for (config, variables, says) in cases {
            let message = chosen(None, config, variables).unwrap_err();
            assert!(message.contains(says), "{variables:?}: {message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
        let agree = [ID, SECRET, REGION, ("GENESYS_API_HOST", "api.mypurecloud.ie")];
        assert_eq!(chosen(None, "", &agree).unwrap(), "api.mypurecloud.ie");
    }
}
