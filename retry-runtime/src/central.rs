//! Rules for all retried functions in one place, the switch for an incident, and the list
//! of what is retried.
//!
//! ```
//! use retry_runtime::{central, retry};
//! use std::io;
//!
//! #[retry(name = "users.get", backoff = none)]
//! fn get() -> io::Result<()> {
//!     Err(io::ErrorKind::TimedOut.into())
//! }
//!
//! central::install("['users.*']\nenabled = false".parse()?);
//! get().unwrap_err();
//! let get = &central::sites()[0];
//! assert_eq!((get.enabled, get.retries), (false, 0));
//! # Ok::<(), central::InvalidRules>(())
//! ```
//!
//! [`guide::central`](crate::guide::central) says what rules can do, and how to operate with
//! them.

pub(crate) mod entry;
mod pattern;
mod registry;
pub(crate) mod ruled;
mod rules;
mod sites;
pub(crate) mod tally;
mod told;
mod watch;
mod words;

pub use rules::{InvalidRules, Rules};
pub use sites::{RuledKey, SiteReport, sites};
pub use watch::{Watch, watch};

/// The variable of the environment that, at `1`, switches all retries off.
const DISABLED: &str = "RETRY_DISABLED";

/// Puts `rules` in the place of all those before, for the whole process. Calls that start
/// from now on are made under them; calls in flight keep what they began with.
///
/// ```
/// use retry_runtime::central;
///
/// central::install("[default]\npolicy = 'max = 1'".parse()?);
/// // No rules again.
/// central::install(central::Rules::default());
/// # Ok::<(), central::InvalidRules>(())
/// ```
pub fn install(rules: Rules) {
    registry::install(rules);
}

/// Counts all calls from now on, for [`SiteReport::calls`]. Each call pays a read lock and
/// an addition for it.
///
/// ```
/// use retry_runtime::{central, retry};
///
/// #[retry]
/// fn get() -> std::io::Result<()> {
///     Ok(())
/// }
///
/// get()?;
/// assert_eq!(central::sites()[0].calls, None);
/// central::count_calls();
/// get()?;
/// assert_eq!(central::sites()[0].calls, Some(1));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn count_calls() {
    registry::count_calls();
}
