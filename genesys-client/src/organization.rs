//! Where an organization is: the base of its API and its token endpoint.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use crate::{Error, ErrorKind, region};

/// Where an organization is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    base: Url,
    token: Url,
}

impl Address {
    /// Reads an address as people write it: a region of AWS (`eu-west-1`), a domain (`mypurecloud.ie`), a host
    /// (`api.mypurecloud.ie`) or a URL (`https://api.mypurecloud.ie`, `http://127.0.0.1:8080`).
    ///
    /// The platform gives tokens at `login.`; any other host gives them itself.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] for an unknown region, for a URL with more than a host and a port, and for a host
    /// off loopback without TLS.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err(refused(None, "it is empty"));
        }
        if let Some(rest) = text.split_once("://") {
            return Self::of_url(text, rest.0);
        }
        let lower = text.to_ascii_lowercase();
        if let Some(domain) = region::domain(&lower) {
            return Self::of_domain(domain);
        }
        if !lower.contains(['.', ':', '/', '@']) && lower != "localhost" {
            let near = region::nearest(&lower).map(|region| format!(" with a name like this (`{region}`?)"));
            let near = near.unwrap_or_default();
            return Err(refused(Some(text), &format!("no region{near}; the regions are {}", region::all())));
        }
        Self::of_url(&format!("https://{text}"), "https")
    }

    /// The base of the API, without a slash at the end.
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Where tokens are given.
    pub fn token_url(&self) -> &str {
        self.token.as_str()
    }

    /// The host, with the port where it is not the usual one.
    pub fn host(&self) -> String {
        authority(&self.base)
    }

    /// Whether the organization is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    pub(crate) fn base_url(&self) -> &Url {
        &self.base
    }

    pub(crate) fn token(&self) -> &Url {
        &self.token
    }

    fn of_domain(domain: &str) -> Result<Self, Error> {
        let url = |text: String| Url::parse(&text).map_err(|error| refused(Some(domain), &error.to_string()));
        Ok(Self {
            base: url(format!("https://api.{domain}/"))?,
            token: url(format!("https://login.{domain}/oauth/token"))?,
        })
    }

    fn of_url(text: &str, scheme: &str) -> Result<Self, Error> {
        // Whatever may be a password or a token is not repeated.
        let shown = if text.contains(['@', '?', '#']) { None } else { Some(text) };
        let mut base = Url::parse(text).map_err(|error| refused(shown, &format!("no address: {error}")))?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(refused(shown, "it begins with neither `https://` nor `http://`")),
        };
        if !base.username().is_empty() || base.password().is_some() {
            return Err(refused(None, "it holds a user name or a password; credentials come from variables"));
        }
        if base.query().is_some() || base.fragment().is_some() || base.path() != "/" {
            return Err(refused(shown, "it holds more than a host and a port"));
        }
        if base.port().is_none()
            && let Some(domain) = base.host_str().and_then(region::domain_of_host)
        {
            return if https { Self::of_domain(domain) } else { Err(without_tls(shown)) };
        }
        if !https && !is_loopback(&base) {
            return Err(without_tls(shown));
        }
        let mut token = base.clone();
        token.set_path("/oauth/token");
        base.set_path("/");
        Ok(Self { base, token })
    }
}

/// The base of the API.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base())
    }
}

/// Host and port, as far as they are not self-evident.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

fn without_tls(shown: Option<&str>) -> Error {
    refused(shown, "without TLS (`http://`) only this machine is reached; write `https://`")
}

fn refused(shown: Option<&str>, why: &str) -> Error {
    let attempted = match shown {
        Some(text) => format!("use the organization's address `{}`", crate::text::clean(text, &[])),
        None => "use the organization's address".to_owned(),
    };
    Error::without_effect(ErrorKind::Configuration, attempted, why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let ireland = ("https://api.mypurecloud.ie", "https://login.mypurecloud.ie/oauth/token");
        let cases = [
            ("eu-west-1", ireland),
            (" EU-West-1 ", ireland),
            ("mypurecloud.ie", ireland),
            ("api.mypurecloud.ie", ireland),
            ("https://login.mypurecloud.ie", ireland),
            ("https://api.mypurecloud.ie/", ireland),
            ("HTTPS://API.MYPURECLOUD.IE:443", ireland),
            (
                "us-east-2",
                ("https://api.use2.us-gov-pure.cloud", "https://login.use2.us-gov-pure.cloud/oauth/token"),
            ),
            (
                "your-org.mypurecloud.com",
                ("https://your-org.mypurecloud.com", "https://your-org.mypurecloud.com/oauth/token"),
            ),
            (
                "https://gateway.example:8443",
                ("https://gateway.example:8443", "https://gateway.example:8443/oauth/token"),
            ),
            ("http://127.0.0.1:8080", ("http://127.0.0.1:8080", "http://127.0.0.1:8080/oauth/token")),
            ("http://127.8.9.1", ("http://127.8.9.1", "http://127.8.9.1/oauth/token")),
            ("http://[::1]:80", ("http://[::1]", "http://[::1]/oauth/token")),
            ("http://localhost:1", ("http://localhost:1", "http://localhost:1/oauth/token")),
        ];
        for (text, (base, token)) in cases {
            let address = Address::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((address.base(), address.token_url()), (base, token), "{text}");
        }
    }

    #[test]
    fn addresses_that_are_unsafe_or_meaningless_are_refused() {
        let cases = [
            ("", "it is empty"),
            ("eu-wset-1", "`eu-west-1`?"),
            ("production", "the regions are us-east-1"),
            ("http://mypurecloud.ie", "without TLS"),
            ("http://10.0.0.1", "without TLS"),
            ("http://localhost.example.com", "without TLS"),
            ("http://127.0.0.1.example.com", "without TLS"),
            ("http://[::2]", "without TLS"),
            ("ftp://example.com", "neither `https://` nor `http://`"),
            ("https://example.com/api", "more than a host"),
            ("https://example.com?x=1", "more than a host"),
            ("https://example.com#x", "more than a host"),
            ("https://", "no address"),
            ("https://a b", "no address"),
        ];
        for (text, says) in cases {
            let error = Address::parse(text).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Configuration);
            assert!(error.to_string().contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for text in [
            "https://me:hunter2@example.com",
            "me:hunter2@example.com",
            "https://x.example/?t=hunter2",
            "https://hunter2@[::",
        ] {
            let error = Address::parse(text).unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
}
