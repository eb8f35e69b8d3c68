//! Outages, and what is counted of them: for the alert rules and the dashboard in
//! `docs/operating`, which are tested with these series.

pub mod breaker;
pub mod memory;
pub mod outages;
pub mod samples;
