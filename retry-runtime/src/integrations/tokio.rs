//! tokio's own time-out.

use crate::transient::Transient;
use crate::verdict::Verdict;
use ::tokio::time::error::Elapsed;

/// A time-out is worth another attempt: whether the one that was cut was executed
/// is unknown.
///
/// ```
/// use retry_runtime::{Transient, Verdict};
/// use std::future::pending;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let cut = tokio::time::timeout(Duration::from_secs(1), pending::<()>()).await;
/// assert!(cut.unwrap_err().verdict().is_timed_out());
/// # }
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Elapsed {
    fn verdict(&self) -> Verdict {
        Verdict::transient().timed_out()
    }
}
