//! A local organization: the contract served over HTTP, with faults on request.
