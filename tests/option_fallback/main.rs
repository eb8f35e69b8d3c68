//! `fallback`: what stands in where retries end in failure.

mod error;
mod forms;
#[path = "../outage/mod.rs"]
mod outage;
mod scope;
mod shapes;
#[path = "../support/mod.rs"]
mod support;
mod told;
