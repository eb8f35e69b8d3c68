//! Longer reads, one subject a page.

#[doc = include_str!("../docs/first.md")]
///
/// # In a picture
///
#[doc = include_str!("../docs/diagrams/retry.svg")]
pub mod first {}

#[doc = include_str!("../docs/errors.md")]
pub mod errors {}

#[doc = include_str!("../docs/time.md")]
pub mod time {}

#[doc = include_str!("../docs/idempotency.md")]
pub mod idempotency {}

#[doc = include_str!("../docs/outage.md")]
///
/// # In pictures
///
/// A hedge, beside a first attempt that takes too long:
///
#[doc = include_str!("../docs/diagrams/hedge.svg")]
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

#[doc = include_str!("../docs/http.md")]
///
/// # A push-back in a picture
///
#[doc = include_str!("../docs/diagrams/pushback.svg")]
pub mod http {}

#[doc = include_str!("../docs/grpc.md")]
pub mod grpc {}

#[doc = include_str!("../docs/polling.md")]
pub mod polling {}

#[doc = include_str!("../docs/transactions.md")]
pub mod transactions {}

#[doc = include_str!("../docs/reconnecting.md")]
pub mod reconnecting {}

#[doc = include_str!("../docs/tokens.md")]
pub mod tokens {}

#[doc = include_str!("../docs/policies.md")]
pub mod policies {}

#[cfg(feature = "testing")]
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/observing.md")]
pub mod observing {}

#[cfg(feature = "central")]
#[doc = include_str!("../docs/central.md")]
pub mod central {}

// The page has its pictures beside it, which documentation has not. Of two addresses of a
// picture the first one holds, and these hold the picture itself.
#[doc = include_str!("../docs/plots/incident-addresses.md")]
#[doc = include_str!("../docs/incident.md")]
pub mod incident {}

#[doc = include_str!("../docs/libraries.md")]
pub mod libraries {}

#[doc = include_str!("../docs/coming-from.md")]
pub mod coming_from {}

#[doc = include_str!("../docs/faq.md")]
pub mod faq {}

#[doc = include_str!("../docs/options.md")]
pub mod options {}

#[doc = include_str!("../docs/misuse.md")]
pub mod misuse {}

#[doc = include_str!("../docs/expansion.md")]
pub mod expansion {}
