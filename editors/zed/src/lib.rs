//! Starts `rulec lsp` in Zed.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{self as zed, LanguageServerId, Result};

struct Rule;

impl zed::Extension for Rule {
    fn new() -> Self {
        Self
    }

    /// The program that the settings name, else `rulec` on the path.
    fn language_server_command(
        &mut self,
        server: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        let binary =
            LspSettings::for_worktree(server.as_ref(), worktree).ok().and_then(|settings| settings.binary);
        let (path, arguments, env) =
            binary.map_or((None, None, None), |binary| (binary.path, binary.arguments, binary.env));
        let command = path
            .or_else(|| worktree.which("rulec"))
            .ok_or("`rulec` is not on the path; install it, or set `lsp.rulec.binary.path`")?;
        let args = arguments.unwrap_or_else(|| vec!["lsp".to_owned()]);
        let mut variables = worktree.shell_env();
        variables.extend(env.into_iter().flatten());
        Ok(zed::Command { command, args, env: variables })
    }
}

zed::register_extension!(Rule);
