//! The alert rules and the dashboard of `docs/operating`, by Prometheus itself, on
//! series of the soak's outages.
//!
//! It needs Debian's package `prometheus`, with `promtool`. Where they are missing the
//! tests are skipped and say so; with `RETRY_REQUIRE_SERVERS=1` they fail.

mod alerts;
mod dashboard;
mod panel;
mod prometheus;
mod recording;
