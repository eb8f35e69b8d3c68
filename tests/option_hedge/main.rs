//! `hedge`: another attempt beside one that has not answered.

mod cost;
#[path = "../support/counted.rs"]
mod counted;
mod delay;
#[path = "../outage/mod.rs"]
mod outage;
mod race;
mod service;
mod shapes;
#[path = "../support/mod.rs"]
mod support;
mod tail;
