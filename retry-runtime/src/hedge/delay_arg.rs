//! `hedge`: after how long another attempt starts.

use crate::hedge::adaptive_delay::HedgeDelay;
use crate::sealed::Sealed;
use std::sync::Arc;
use std::time::Duration;

/// When to hedge, as it stands for one call.
#[derive(Clone, Copy, Debug)]
pub struct Hedge<'a> {
    /// `None`: not in this call.
    pub(super) after: Option<Duration>,
    /// What the delay follows: it is told of the call's success, and asked
    /// before each hedge.
    pub(super) follows: Option<&'a HedgeDelay>,
}

impl Hedge<'_> {
    /// After that long, or not at all.
    pub(crate) const fn after(after: Option<Duration>) -> Self {
        Self {
            after,
            follows: None,
        }
    }
}

/// What `hedge` is given: a `Duration`, a [`HedgeDelay`], a reference or an `Arc` of one, or
/// an `Option` of these, in which `None` is no hedge.
///
/// ```
/// use retry_runtime::checks::HedgeAfter;
/// use retry_runtime::{HedgeDelay, retry};
/// use std::sync::Arc;
///
/// #[retry(hedge = after)]
/// async fn get<A: HedgeAfter>(after: A) -> std::io::Result<u32> {
///     Ok(1)
/// }
/// # let _ = get(Arc::new(HedgeDelay::new()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`hedge` is a `Duration`, an `Option<Duration>` or a `HedgeDelay`, not a `{Self}`",
    label = "expected a delay, after which another attempt starts beside the first",
    note = "write a duration such as `hedge = 50ms`, or keep a `retry_runtime::HedgeDelay` beside the client and give a reference to it"
)]
pub trait HedgeAfter: Sealed {
    /// Asked once a call.
    #[doc(hidden)]
    fn hedge(&self) -> Hedge<'_>;
}

impl HedgeAfter for Duration {
    fn hedge(&self) -> Hedge<'_> {
        Hedge {
            after: Some(*self),
            follows: None,
        }
    }
}

impl Sealed for HedgeDelay {}

impl HedgeAfter for HedgeDelay {
    fn hedge(&self) -> Hedge<'_> {
        Hedge {
            after: self.delay(),
            follows: Some(self),
        }
    }
}

impl<T> Sealed for Option<T> {}

impl<T: HedgeAfter> HedgeAfter for Option<T> {
    fn hedge(&self) -> Hedge<'_> {
        match self {
            Some(given) => given.hedge(),
            None => Hedge::after(None),
        }
    }
}

impl<T: Sealed + ?Sized> Sealed for &T {}

impl<T: HedgeAfter + ?Sized> HedgeAfter for &T {
    fn hedge(&self) -> Hedge<'_> {
        (**self).hedge()
    }
}

impl<T: Sealed + ?Sized> Sealed for Arc<T> {}

impl<T: HedgeAfter + ?Sized> HedgeAfter for Arc<T> {
    fn hedge(&self) -> Hedge<'_> {
        (**self).hedge()
    }
}

/// What was given.
pub fn hedge_after<H: HedgeAfter + ?Sized>(given: &H) -> Hedge<'_> {
    given.hedge()
}
