//! The wire types and limits of the platform contract, shared by whoever emits, sends, serves or evaluates them.
//!
//! The heart is [`Expression`], the condition tree of contract 1.3. What is written can always be read again: both
//! directions refuse the same trees ([`TreeError`]).

mod agent;
mod analytics;
mod bundle;
mod error_body;
mod expression;
pub mod limits;
mod normal;
mod page;
mod query;
mod read;
mod routing_queue;
mod rule;
mod scalar;
mod skill;
mod strategy;
mod token;
mod topology;
mod tree_error;
mod walk;
mod write;

pub use agent::{AgentSkill, AgentState, Availability, MemberPage, QueueMember, RoutingProfile};
pub use analytics::{AnalyticsJob, AnalyticsMetric, AnalyticsQuery, AnalyticsRow};
pub use bundle::{Bundle, BundleError, FORMAT, QueueRef, RuleBody, Was};
pub use error_body::{ErrorBody, ErrorDetail, ErrorLimit};
pub use expression::{Condition, ConditionOperator, Expression, NodeType};
pub use page::Page;
pub use query::{
    Aggregation, AuditRecord, Entitlement, FilterQuery, QueryFilter, RealtimeQuery, RealtimeResult,
    ResultPage,
};
pub use routing_queue::{RoutingQueue, RoutingSettings};
pub use rule::{Division, Queue, QueueIdentity, Rule};
pub use scalar::Scalar;
pub use skill::{Skill, SkillGroup};
pub use strategy::{
    ListedStrategy, MediaType, Overflow, OverflowAction, OverflowCondition, OverflowRule, QueueStrategies,
    RoutingMethod, Strategy,
};
pub use token::{TokenGrant, TokenRefusal};
pub use topology::{
    Guard, Identity, Measure, OverflowBody, QueueBody, SkillBody, SkillGroupBody, StrategyBody,
};
pub use tree_error::TreeError;
pub use walk::Walk;
