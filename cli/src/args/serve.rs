//! The options of `rulec serve`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

use super::OrganizationArgs;
use super::simulate::RankingArgs;

/// An address to listen on.
fn host(text: &str) -> Result<IpAddr, String> {
    if text == "localhost" {
        return Ok(IpAddr::from([127, 0, 0, 1]));
    }
    text.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| {
        "it is an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them".to_owned()
    })
}

/// `rulec serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The rules: files, or a folder of a project [default: the project of this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The address to listen on; one beyond this machine needs `--token-env`
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = host)]
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8000)]
    pub port: u16,
    /// The variable that holds the token which requests must bring
    #[arg(long, value_name = "VARIABLE")]
    pub token_env: Option<String>,
    /// How many requests are worked on at the same time; more are refused at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,
    /// For how many seconds a request is worked on
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub timeout: u16,
    /// The agents
    #[command(flatten)]
    pub ranking: RankingArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
}
