//! Plan, apply, roll back and recover deployments to an organization.
