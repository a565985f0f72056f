//! The report in the contract's shape (contract 1.2, "Scoring and report").

use serde::Serialize;

use super::{Anomaly, Ranking};

/// How many agents the contract's report shows.
pub const TOP: usize = 5;

/// The answer to `POST /simulate-routing`, with the contract's keys.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SimulationReport {
    /// The queue's id.
    pub queue_id: String,
    /// The queue's routing type, where it says one.
    pub routing_type: Option<String>,
    /// How many agents were looked at.
    pub total_agents_evaluated: usize,
    /// The first [`TOP`] of the ranking, those who score 0 too.
    pub ranked_agents: Vec<ReportedAgent>,
    /// The anomalies of all agents, in the order of the ranking.
    pub anomaly_summary: Vec<String>,
}

/// One agent of the report.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ReportedAgent {
    /// The agent's id.
    #[serde(rename = "userId")]
    pub user_id: String,
    /// The score.
    pub score: f64,
    /// What stands in the way, in the contract's words.
    pub anomalies: Vec<String>,
}

impl SimulationReport {
    /// The report on a ranking.
    pub fn of(queue_id: &str, routing_type: Option<&str>, ranking: &Ranking) -> Self {
        let texts = |anomalies: &[Anomaly]| anomalies.iter().filter_map(Anomaly::contract_text).collect();
        let reported = |agent: &super::RankedAgent| ReportedAgent {
            user_id: agent.user_id.clone(),
            score: agent.score,
            anomalies: texts(&agent.anomalies),
        };
        Self {
            queue_id: queue_id.to_owned(),
            routing_type: routing_type.map(str::to_owned),
            total_agents_evaluated: ranking.evaluated,
            ranked_agents: ranking.agents.iter().take(TOP).map(reported).collect(),
            anomaly_summary: ranking
                .agents
                .iter()
                .flat_map(|agent| &agent.anomalies)
                .filter_map(Anomaly::contract_text)
                .collect(),
        }
    }
}
