//! Running expression trees over interactions, with the trace of why.
