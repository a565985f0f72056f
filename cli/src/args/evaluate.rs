//! The options of `rulec evaluate`.

use clap::{Args, ValueEnum};

use super::{OrganizationArgs, ProjectArgs};

/// A kind of interactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MediaArg {
    /// Calls
    Voice,
    /// Chats
    Chat,
    /// Calls that agents make later
    Callback,
}

impl MediaArg {
    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Chat => "chat",
            Self::Callback => "callback",
        }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroupArg {
    /// Strategies
    Strategy,
    /// Queues, with all their strategies
    Queue,
}

/// `rulec evaluate`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct EvaluateArgs {
    /// The project
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The organization
    #[command(flatten)]
    pub organization: OrganizationArgs,
    /// Only strategies of this queue, by its name or id; may be repeated [default: the strategies that the project declares, or all where it declares none]
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    pub queue: Vec<String>,
    /// All strategies of the organization, whoever declares them
    #[arg(long)]
    pub all: bool,
    /// Only strategies for this kind of interactions; may be repeated
    #[arg(long, value_enum, value_name = "KIND")]
    pub media_type: Vec<MediaArg>,
    /// Where the window begins: a day (`2026-11-01`, midnight UTC) or a moment (`2026-11-01T08:00:00Z`)
    #[arg(long, value_name = "WHEN", value_parser = moment, conflicts_with = "days")]
    pub from: Option<std::time::SystemTime>,
    /// Where it ends, that moment excluded [default: now]
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub to: Option<std::time::SystemTime>,
    /// How many days it has; 30 at most [default: 7]
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// What is compared
    #[arg(long, value_enum, default_value_t = GroupArg::Strategy, value_name = "WHAT")]
    pub group_by: GroupArg,
    /// Score by the formula of old, to the digit: a slower answer counts as better, and nothing of `[evaluate]` counts
    #[arg(long)]
    pub seed_compat: bool,
    /// Score rates instead of volumes, by which the bigger queue wins: `abandonRate` 0.6, `avgSpeedOfAnswer` 0.4
    #[arg(long, conflicts_with = "seed_compat")]
    pub rates: bool,
    /// How many seconds the analytics job is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub timeout: u64,
    /// Read this job, which was asked for before, instead of asking for another
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "to", "days"])]
    pub job: Option<String>,
    /// Also send the results to `BI_WEBHOOK_URL`
    #[arg(long)]
    pub send: bool,
    /// Write the results as a page for browsers to this file
    #[arg(long, value_name = "FILE")]
    pub html: Option<std::path::PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A day or a moment, in UTC.
fn moment(text: &str) -> Result<std::time::SystemTime, String> {
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    humantime::parse_rfc3339(&whole).map_err(|_| {
        "write a day as `2026-11-01`, or a moment as `2026-11-01T08:00:00Z`, both in UTC".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(moment("2026-11-01"), moment("2026-11-01T00:00:00Z"));
        assert_eq!(
            moment("1970-01-01T00:00:01Z").unwrap(),
            std::time::UNIX_EPOCH + std::time::Duration::from_secs(1)
        );
        for text in ["", "yesterday", "2026-13-01", "2026-11-01T08:00", "2026-11-01 08:00:00Z", "1969-12-31"]
        {
            assert!(moment(text).unwrap_err().contains("2026-11-01"), "{text}");
        }
    }
}
