//! Who deploys, and the key of the audit log: what the environment says.

use std::env;
use std::io::Read;

use genesys_client::audit::AuditKey;

use crate::failure::Failure;
use crate::render::clean::clean;

/// Says who deploys, where the user of the machine is nobody in particular, as in a pipeline.
const USER: &str = "RULEC_AUDIT_USER";
/// The key of the audit log.
pub(crate) const KEY: &str = "RULEC_AUDIT_KEY";

/// The longest name that is noted, in characters.
const LONGEST: usize = 200;

/// `user@host`, as the environment claims; or all that `RULEC_AUDIT_USER` says.
pub(crate) fn who() -> String {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
    let who = variable(USER).unwrap_or_else(|| {
        let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| variable(name));
        let host =
            ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| variable(name)).or_else(host_of_system);
        let unknown = || "unknown".to_owned();
        format!("{}@{}", user.unwrap_or_else(unknown), host.unwrap_or_else(unknown))
    });
    clean(&who).trim().chars().take(LONGEST).collect()
}

/// The machine's name, where the system has it in a file.
fn host_of_system() -> Option<String> {
    ["/proc/sys/kernel/hostname", "/etc/hostname"].iter().find_map(|path| {
        let mut name = String::new();
        std::fs::File::open(path).ok()?.take(256).read_to_string(&mut name).ok()?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    })
}

/// The key of the audit log, where one is set.
///
/// # Errors
///
/// Where it is no key. It is not repeated.
pub(crate) fn key() -> Result<Option<AuditKey>, Failure> {
    let Some(value) = env::var_os(KEY) else { return Ok(None) };
    let wrong = |why: &str| {
        Failure::new(format!("the variable `{KEY}` is no key for the audit log: {why}"))
            .help(format!("set `{KEY}` to 16 bytes or more that nobody guesses, or unset it"))
    };
    let text = value.into_string().map_err(|_| wrong("it is no text"))?;
    AuditKey::new(text.into()).map(Some).map_err(|error| wrong(&error.to_string()))
}
