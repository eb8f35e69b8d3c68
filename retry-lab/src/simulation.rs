//! What retries do to a service that is down: clients against one of limited capacity, in
//! virtual time.
//!
//! The clients run the code that `#[retry]` runs: the state machine of a call, its
//! backoff, jitter, limits and [`Budget`](retry_runtime::Budget), on tokio's paused clock
//! and a seeded generator of random numbers. Only the network and the service are a model.
//! Peers run their own code where it can be had (backon), otherwise what their
//! specifications say, see [`peers`].
//!
//! ```
//! use retry_lab::simulation::kind::Kind;
//! use retry_lab::simulation::ours::Ours;
//! use retry_lab::simulation::setup::{Processes, Setup};
//!
//! // 10,000 calls a second at a service that stalls for ten; a fiftieth of that.
//! let setup = Setup::half_load().processes(Processes::DENSE).scaled_down(50);
//! let measures = setup.run(&Kind::Ours(Ours::DEFAULT));
//! assert_eq!(measures.recovery(), Some(9));
//! assert!(measures.worst_load() < 1.4);
//! ```

pub mod cases;
pub mod clock;
pub mod contender;
mod events;
pub mod kind;
pub mod measures;
pub mod ours;
pub mod peers;
mod queue;
pub mod scenarios;
pub mod service;
pub mod setup;
pub mod side_by_side;
