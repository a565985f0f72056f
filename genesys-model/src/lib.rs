//! Wire types and limits of the platform contract.
