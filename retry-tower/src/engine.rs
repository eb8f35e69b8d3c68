//! The one place that names the runtime's internals: the engine of a call, its
//! clock and its log.

#[cfg(feature = "reqwest-middleware")]
pub(crate) use retry_runtime::__tower::known;
#[cfg(feature = "http")]
pub(crate) use retry_runtime::__tower::with_causes;
pub(crate) use retry_runtime::__tower::{
    CallLimits, Cut, Failed, Instant, Judgement, Layer, LayerCall, LayerTerms, Limit, PriorFailure,
    RuledHedge, Ruling, Sleep, WonAttempt, attempt, by_itself, heard, is_too_long, now,
    outer_is_retrying, record, ruled, scope, seed, sleep, untimed,
};
#[cfg(feature = "grpc")]
pub(crate) use retry_runtime::__tower::{Deadline, max, methods, out_of_time, remaining, within};

use std::fmt::Display;

/// A failure, as the log shows it.
pub(crate) fn failed(judgement: Judgement, error: &dyn Display) -> Failed<'_> {
    Failed {
        judgement,
        error,
        cut: None,
        probe: false,
        closed: None,
    }
}
