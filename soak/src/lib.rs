//! Outages, and what is counted of them: for the alert rules and the dashboard in
//! `docs/operating`, which are tested with these series.

mod breaker;
pub mod outages;
pub mod samples;
