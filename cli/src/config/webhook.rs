//! `[webhook]`: who is told of verified rules. The key never stands here, only the name of the variable that holds it.

use std::borrow::Cow;

use genesys_client::Endpoint;
use toml::Spanned;
use toml::de::DeTable;

use super::mistake::{Mistake, text, unknown};
use super::organizations::variable;

/// The keys of the section.
const KEYS: [&str; 3] = ["url", "key_env", "strict"];
/// What people may think a secret belongs in.
const SECRETS: [&str; 5] = ["key", "api_key", "secret", "token", "x_api_key"];

/// Who is told of verified rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookConfig {
    /// Where events are posted to.
    pub url: String,
    /// The variable that holds what proves who posts; nothing does where it is not said.
    pub key_env: Option<String>,
    /// Whether 200 and 202 alone are success, instead of any 2xx.
    pub strict: bool,
}

/// Reads `[webhook]`.
pub(super) fn read(name: &Spanned<Cow<'_, str>>, table: &DeTable<'_>) -> Result<WebhookConfig, Mistake> {
    let (mut url, mut key_env, mut strict) = (None, None, false);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "url" => {
                let given = text("url", value)?;
                Endpoint::check(given).map_err(|why| {
                    Mistake::new(value.span(), format!("nothing can be posted to the webhook's `url`: {why}"))
                        .help("write `https://` and the address")
                        .hide()
                })?;
                url = Some(given.to_owned());
            }
            "key_env" => key_env = Some(variable("key_env", value)?),
            "strict" => {
                strict = value.get_ref().as_bool().ok_or_else(|| {
                    Mistake::new(value.span(), "`strict` is `true` or `false`")
                        .help("strictly, 200 and 202 alone are success; otherwise any 2xx is")
                })?;
            }
            secret if SECRETS.contains(&secret) => {
                return Err(Mistake::new(key.span(), "a secret never stands in a file")
                    .help("set `key_env` to the name of the variable that holds it")
                    .hide());
            }
            _ => return Err(unknown("setting of the webhook", key, &KEYS)),
        }
    }
    let url = url.ok_or_else(|| {
        Mistake::new(name.span(), "`[webhook]` has no `url`").help("add `url = \"https://…\"`")
    })?;
    Ok(WebhookConfig { url, key_env, strict })
}
