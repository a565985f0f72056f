//! `rulec.toml`: what a project decides for itself. Every key is known, or an error that names it.

mod checking;
mod evaluate;
mod gates;
pub(crate) mod mistake;
mod organizations;
mod records;
mod webhook;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use routing_sim::strategy_score::Scheme;
use rule_compiler::Settings;
use rule_lsp::WrongSettings;
use toml::de::DeTable;

pub use gates::Gate;
pub use organizations::{CLIENT_ID_ENV, CLIENT_SECRET_ENV, Ids, Organization, SANDBOX, SETTLE, ids_section};
pub use records::Records;
pub use webhook::WebhookConfig;

use self::mistake::{Mistake, first_line, section, text, unknown};
use crate::failure::Failure;
use crate::name::shown;

/// The file that makes a folder a project.
pub const FILE_NAME: &str = "rulec.toml";

/// The largest `rulec.toml` that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// The sections of the file.
const SECTIONS: [&str; 9] =
    ["deploy", "evaluate", "lints", "limits", "org", "records", "sandbox", "state", "webhook"];
/// The keys of `[state]`.
const STATE: [&str; 1] = ["dir"];

/// The keys of `[sandbox]`.
const SANDBOX_KEYS: [&str; 1] = ["fixture"];

/// What a `rulec.toml` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// How strictly rules are checked.
    pub settings: Settings,
    /// What must pass before anything is written, in this order.
    pub gates: Vec<Gate>,
    /// What makes a strategy's score; the usual metrics where it does not say.
    pub evaluate: Option<Scheme>,
    /// The organizations, by the names that the project gives them.
    pub organizations: BTreeMap<String, Organization>,
    /// What the embedded sandbox starts with, from the project's folder on.
    pub fixture: Option<PathBuf>,
    /// Where the state lies, from the project's folder on; `.rulec` where it does not say.
    pub state: Option<PathBuf>,
    /// What the records of the past call things.
    pub records: Records,
    /// Who is told of verified rules.
    pub webhook: Option<WebhookConfig>,
}

/// Reads a project's `rulec.toml`.
///
/// # Errors
///
/// Where the file cannot be read, is no TOML, or says what means nothing; with a picture of the place.
pub fn read(path: &Path, color: bool) -> Result<Config, Failure> {
    let bytes = crate::read::bytes(path, MAX_BYTES).map_err(|error| Failure::file("read", path, &error))?;
    let name = shown(path);
    let Some(bytes) = bytes else {
        return Err(Failure::new(format!("`{name}` is larger than 1 MiB")).about(name));
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!("`{name}` is not UTF-8 text")).help("save it as UTF-8").about(name.clone())
    })?;
    parse(&text).map_err(|mistake| mistake.failure(&name, text, color))
}

/// What a project's `rulec.toml` says of checking.
///
/// # Errors
///
/// As [`read`], with the place instead of a picture of it.
pub fn checking(root: &Path) -> Result<Settings, WrongSettings> {
    let path = root.join(FILE_NAME);
    let whole =
        |path: PathBuf, message: String| WrongSettings { path, text: String::new(), range: 0..0, message };
    let bytes = match crate::read::bytes(&path, MAX_BYTES) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(whole(path, format!("`{FILE_NAME}` is larger than 1 MiB"))),
        Err(error) => return Err(whole(path, format!("cannot read `{FILE_NAME}`: {error}"))),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(whole(path, format!("`{FILE_NAME}` is not UTF-8 text")));
    };
    match parse(&text) {
        Ok(config) => Ok(config.settings),
        Err(mistake) => Err(mistake.wrong_settings(path, text)),
    }
}

pub(crate) fn parse(source: &str) -> Result<Config, Mistake> {
    let table = DeTable::parse(source).map_err(|error| {
        Mistake::new(
            error.span().unwrap_or(0..0),
            format!("`{FILE_NAME}` is not valid TOML: {}", first_line(error.message())),
        )
        .help("a section is `[name]`, and a setting below it `key = value`")
    })?;
    let mut config = Config::default();
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "deploy" => config.gates = gates::read(section(key, value)?)?,
            "evaluate" => config.evaluate = evaluate::read(section(key, value)?)?,
            "lints" => checking::lints(section(key, value)?, &mut config.settings)?,
            "limits" => checking::limits(section(key, value)?, &mut config.settings)?,
            "org" => config.organizations = organizations::read(section(key, value)?)?,
            "records" => config.records = records::read(section(key, value)?)?,
            "sandbox" => config.fixture = path(section(key, value)?, "sandbox", &SANDBOX_KEYS)?,
            "state" => config.state = path(section(key, value)?, "state", &STATE)?,
            "webhook" => config.webhook = Some(webhook::read(key, section(key, value)?)?),
            _ => return Err(unknown("section", key, &SECTIONS)),
        }
    }
    Ok(config)
}

/// A section whose only key is a path.
fn path(table: &DeTable<'_>, section: &str, keys: &[&str; 1]) -> Result<Option<PathBuf>, Mistake> {
    let mut path = None;
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        if !keys.contains(&name) {
            return Err(unknown(&format!("setting of the {section}"), key, keys));
        }
        path = Some(PathBuf::from(text(name, value)?));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use rule_compiler::Level;

    use super::*;

    fn mistake(text: &str) -> (String, String, Option<String>) {
        let mistake = parse(text).unwrap_err();
        (mistake.message, text[mistake.span].to_owned(), mistake.help)
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(parse("").unwrap(), Config::default());
    }

    #[test]
    fn levels_and_limits_are_read() {
        let settings =
            parse("[lints]\nunused-attribute = \"deny\"\nW0102 = \"allow\"\n[limits]\ndepth = 0x0c\n")
                .unwrap()
                .settings;
        assert_eq!(settings.level(&rule_lang::codes::UNUSED_ATTRIBUTE), Level::Deny);
        assert_eq!(settings.level(&rule_lang::codes::UNUSED_CONDITION), Level::Allow);
        assert_eq!(settings.max_depth, 12);
    }

    #[test]
    fn mistakes_are_named_where_they_stand() {
        let (message, place, help) = mistake("[lint]\n");
        assert_eq!(
            (message.as_str(), place.as_str()),
            ("there is no section `lint` in `rulec.toml`", "lint")
        );
        assert_eq!(help.as_deref(), Some("did you mean `lints`?"));

        let (message, place, help) = mistake("[lints]\nunused-atribute = \"allow\"\n");
        assert_eq!(
            (message.as_str(), place.as_str()),
            ("there is no lint `unused-atribute`", "unused-atribute")
        );
        assert_eq!(help.as_deref(), Some("did you mean `unused-attribute`?"));

        assert_eq!(mistake("[lints]\nunused-attribute = 1\n").1, "1");
        assert_eq!(mistake("[limits]\ndepth = 0\n").1, "0");
        assert_eq!(mistake("[limits]\ndeph = 3\n").2.as_deref(), Some("did you mean `depth`?"));
        assert_eq!(mistake("lints = 3\n").0, "`lints` is a section");
        assert!(mistake("[lints\n").0.contains("not valid TOML"));
    }

    #[test]
    fn organizations_and_the_state_are_read() {
        let config = parse(
            "[org.test]\nhost = \"http://127.0.0.1:8080\"\nsettle = 0\n\
             [org.prod]\nregion = \"eu-west-1\"\nclient_id_env = \"PROD_ID\"\nclient_secret_env = \"PROD_SECRET\"\n\
             [org.prod.queues]\n\"Front Desk\" = \"q-9\"\n[state]\ndir = \"../state\"\n",
        )
        .unwrap();
        let names: Vec<&str> = config.organizations.keys().map(String::as_str).collect();
        assert_eq!(names, ["prod", "test"]);
        let prod = &config.organizations["prod"];
        assert_eq!((prod.address.as_str(), prod.settle.as_secs()), ("eu-west-1", 30));
        assert_eq!(
            (prod.client_id_env.as_str(), prod.client_secret_env.as_str()),
            ("PROD_ID", "PROD_SECRET")
        );
        assert_eq!(prod.ids[&genesys_client::resource::Kind::Queue]["Front Desk"], "q-9");
        let test = &config.organizations["test"];
        assert_eq!((test.client_id_env.as_str(), test.settle.as_secs()), ("GENESYSCLOUD_OAUTHCLIENT_ID", 0));
        assert_eq!(config.state.as_deref(), Some(Path::new("../state")));
    }

    #[test]
    fn mistakes_in_organizations_are_named_where_they_stand() {
        for (text, place, says) in [
            ("[org.prod]\n", "prod", "says neither"),
            ("[org.prod]\nregion = \"a\"\nhost = \"b\"\n", "region", "`region` and `host`"),
            ("[org.prod]\nregoin = \"a\"\n", "regoin", "no setting of an organization `regoin`"),
            ("[org.prod]\nregion = 3\n", "3", "`region` is a text"),
            ("[org.prod]\nregion = \"a\"\nsettle = -1\n", "-1", "`settle` is"),
            (
                "[org.prod]\nregion = \"a\"\nclient_secret = \"x\"\n",
                "client_secret",
                "never stands in a file",
            ),
            ("[org.prod]\nregion = \"a\"\nclient_id_env = \"A=B\"\n", "\"A=B\"", "no name of a variable"),
            ("[org.\"a/b\"]\nregion = \"a\"\n", "\"a/b\"", "letters"),
            ("[org.sandbox]\nregion = \"a\"\n", "sandbox", "embedded"),
            ("[org.prod]\nregion = \"a\"\n[org.prod.queues]\nX = 1\n", "1", "is the id of a queue"),
            ("[webhook]\n", "webhook", "no `url`"),
            ("[webhook]\nurl = \"http://example.com\"\n", "\"http://example.com\"", "without TLS"),
            ("[webhook]\nurl = \"https://x.example\"\nkey = \"hunter2\"\n", "key", "never stands in a file"),
            ("[webhook]\nurl = \"https://x.example\"\nstrict = 1\n", "1", "`strict` is"),
            (
                "[webhook]\nurl = \"https://x.example\"\nkey_env = \"A-B\"\n",
                "\"A-B\"",
                "no name of a variable",
            ),
            ("[webhook]\nulr = \"https://x.example\"\n", "ulr", "no setting of the webhook `ulr`"),
            ("[records]\ncolum = \"x\"\n", "colum", "no setting of the records `colum`"),
            ("[records]\ncolumns = { skill = 3 }\n", "3", "`skill` is a text"),
            ("[state]\nfolder = \"x\"\n", "folder", "no setting of the state `folder`"),
        ] {
            let (message, found, _) = mistake(text);
            assert_eq!(found, place, "{text}: {message}");
            assert!(message.contains(says), "{text}: {message}");
        }
    }
}
