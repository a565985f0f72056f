//! What the verbs share that talk to an organization: the project's home, the plan, the question, the deployment.

pub(crate) mod ask;
pub(crate) mod carry_out;
pub(crate) mod conflict;
pub(crate) mod gates;
pub(crate) mod guards;
pub(crate) mod home;
pub(crate) mod interrupt;
pub(crate) mod mistaken;
pub(crate) mod outcome;
pub(crate) mod plan_file;
pub(crate) mod planning;
pub(crate) mod progress;
pub(crate) mod runtime;
pub(crate) mod session;
