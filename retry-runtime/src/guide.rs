//! Longer reads, one subject a page.

#[doc = include_str!("../docs/cancellation.md")]
pub mod cancellation {}

#[doc = include_str!("../docs/coming-from.md")]
pub mod coming_from {}

#[doc = include_str!("../docs/errors.md")]
pub mod errors {}

#[doc = include_str!("../docs/expansion.md")]
pub mod expansion {}

#[doc = include_str!("../docs/idempotency.md")]
pub mod idempotency {}

#[doc = include_str!("../docs/observing.md")]
pub mod observing {}

#[doc = include_str!("../docs/outage.md")]
///
/// # In pictures
///
/// A service at half load stands still for ten seconds, and each of its 10,000 clients is
/// a process of its own:
///
#[doc = include_str!("../docs/plots/outage-half-load-sparse.svg")]
///
/// Half of the nodes refuse connections for half a minute:
///
#[doc = include_str!("../docs/plots/outage-half-dead-dense.svg")]
///
/// Requests take longer and longer, up to twice as long, and then less and less. What is
/// too much is turned away, which costs 0.3 of a request:
///
#[doc = include_str!("../docs/plots/outage-overload-dense.svg")]
pub mod outage {}

#[cfg(feature = "testing")]
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}
