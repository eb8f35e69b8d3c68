//! What threads share, under every interleaving of two or three of them: one
//! subject a file. Budgets are in `tests/budget_loom.rs`.

mod adaptive_delay;
#[cfg(feature = "failsafe")]
mod half_open;
mod histogram;
#[cfg(feature = "recloser")]
mod pending_outcomes;
