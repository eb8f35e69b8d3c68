//! How a call that the layer itself ended becomes an error of the service's own type.

use retry_runtime::{Elapsed, Rejected};

/// An attempt that has no answer of the service's, since the layer ended it.
///
/// ```
/// use retry_tower::Unanswered;
///
/// fn as_text(unanswered: Unanswered) -> String {
///     match unanswered {
///         Unanswered::Elapsed(elapsed) => elapsed.to_string(),
///         Unanswered::Rejected(rejected) => rejected.to_string(),
///         _ => "no answer".to_owned(),
///     }
/// }
/// # let _ = as_text;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unanswered {
    /// A time limit of the policy's was over.
    Elapsed(Elapsed),
    /// The circuit breaker is open.
    Rejected(Rejected),
}

/// How [`Unanswered`] becomes an `E`.
///
/// ```
/// use retry_tower::{ByFrom, Convert, Untimed};
///
/// fn converts<E, C: Convert<E>>(_: C) {}
/// converts::<std::io::Error, _>(ByFrom);
/// converts::<String, _>(Untimed); // there is nothing to convert
/// ```
#[diagnostic::on_unimplemented(
    message = "the layer's time-outs and rejections cannot become a `{E}`",
    label = "no way from `Elapsed` and `Rejected` to the service's error",
    note = "implement `From<retry_runtime::Elapsed>` and `From<retry_runtime::Rejected>` for it, say how with `.unanswered(|unanswered| ..)`, or do without limits with `.untimed()`"
)]
pub trait Convert<E> {
    /// Whether there are limits.
    #[doc(hidden)]
    const TIMED: bool = true;

    /// The error, where there are limits.
    #[doc(hidden)]
    fn convert(&self, unanswered: Unanswered) -> Option<E>;
}

/// By `E: From<Elapsed> + From<Rejected>`, as boxed errors, `std::io::Error` and
/// `tonic::Status` have it.
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::{Always, ByFrom, OneBudget, RetryLayer};
///
/// let layer: RetryLayer<Always, OneBudget, ByFrom> = RetryLayer::new(Policy::DEFAULT);
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ByFrom;

impl<E: From<Elapsed> + From<Rejected>> Convert<E> for ByFrom {
    fn convert(&self, unanswered: Unanswered) -> Option<E> {
        Some(match unanswered {
            Unanswered::Elapsed(elapsed) => elapsed.into(),
            Unanswered::Rejected(rejected) => rejected.into(),
        })
    }
}

/// By a function.
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::{Always, By, OneBudget, RetryLayer, Unanswered};
///
/// let convert: fn(Unanswered) -> String = |unanswered| format!("{unanswered:?}");
/// let layer: RetryLayer<Always, OneBudget, By<_>> =
///     RetryLayer::new(Policy::DEFAULT).unanswered(convert);
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct By<F>(pub(crate) F);

impl<E, F: Fn(Unanswered) -> E> Convert<E> for By<F> {
    fn convert(&self, unanswered: Unanswered) -> Option<E> {
        Some((self.0)(unanswered))
    }
}

/// There are neither limits nor a breaker.
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::{Always, OneBudget, RetryLayer, Untimed};
///
/// let layer: RetryLayer<Always, OneBudget, Untimed> = RetryLayer::new(Policy::DEFAULT).untimed();
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Untimed;

impl<E> Convert<E> for Untimed {
    const TIMED: bool = false;

    fn convert(&self, _: Unanswered) -> Option<E> {
        None
    }
}
