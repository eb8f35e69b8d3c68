//! What threads share, under every interleaving of two or three of them: one
//! subject a file. Budgets are in `tests/budget_loom.rs`.

mod adaptive_delay;
mod half_open;
mod histogram;
mod pending_outcomes;
