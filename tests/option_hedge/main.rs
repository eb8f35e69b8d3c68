//! `hedge`: another attempt beside one that has not answered.

mod cost;
mod delay;
#[path = "../outage/mod.rs"]
mod outage;
mod race;
mod service;
mod shapes;
#[path = "../support/mod.rs"]
mod support;
mod tail;
