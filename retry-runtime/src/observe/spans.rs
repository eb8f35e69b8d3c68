//! A span of `tracing` around an attempt: `spans` in the attribute.

use super::subject::Name;

/// Stands for the feature `tracing`.
#[derive(Debug)]
pub struct Tracing;

/// Whether there are spans at all.
#[diagnostic::on_unimplemented(
    message = "`spans` is there with the feature `tracing` of `retry-runtime` alone",
    label = "a span around each attempt",
    note = "enable the feature: `retry-runtime = {{ version = \"..\", features = [\"tracing\"] }}`, or drop `spans`"
)]
pub trait HasSpans {}

#[cfg(feature = "tracing")]
impl HasSpans for Tracing {}

/// An attempt that is polled and dropped in its span.
#[cfg(feature = "tracing")]
pub fn in_span<T: HasSpans, F: Future>(
    _: T,
    name: impl Into<Name>,
    number: u32,
    attempt: F,
) -> tracing::instrument::Instrumented<F> {
    tracing::Instrument::instrument(attempt, span(name.into(), number))
}

/// Not called: without the feature nothing is `HasSpans`.
#[cfg(not(feature = "tracing"))]
pub fn in_span<T: HasSpans, F: Future>(_: T, _: impl Into<Name>, _: u32, attempt: F) -> F {
    attempt
}

/// The attempt of a sync fn, in its span.
#[cfg(feature = "tracing")]
pub fn in_span_sync<T: HasSpans, R>(
    _: T,
    name: impl Into<Name>,
    number: u32,
    attempt: impl FnOnce() -> R,
) -> R {
    span(name.into(), number).in_scope(attempt)
}

/// Not called: without the feature nothing is `HasSpans`.
#[cfg(not(feature = "tracing"))]
pub fn in_span_sync<T: HasSpans, R>(
    _: T,
    _: impl Into<Name>,
    _: u32,
    attempt: impl FnOnce() -> R,
) -> R {
    attempt()
}

#[cfg(feature = "tracing")]
fn span(name: Name, number: u32) -> tracing::Span {
    tracing::info_span!(
        target: "retry_runtime",
        "attempt",
        function = &*name.find(),
        attempt = number
    )
}
