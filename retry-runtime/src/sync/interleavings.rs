//! What threads share, under every interleaving of two or three of them: one
//! subject a file.

mod adaptive_delay;
mod budget;
#[cfg(feature = "central")]
mod central;
#[cfg(feature = "failsafe")]
mod half_open;
mod histogram;
#[cfg(feature = "recloser")]
mod pending_outcomes;
