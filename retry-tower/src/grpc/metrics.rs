//! The metrics of gRPC A96: one record a call, and none of a call that needed only its
//! first attempt.

use crate::call::Effort;

/// What the records are labelled with.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    #[cfg(feature = "metrics")]
    pub(super) target: std::sync::Arc<str>,
}

#[cfg(feature = "metrics")]
impl Labels {
    /// The call has ended, or its answer has begun.
    pub(super) fn record(&self, method: &'static str, effort: Effort, transparent: u32) {
        use ::metrics::histogram;
        let retries = effort
            .attempts
            .saturating_sub(1)
            .saturating_sub(effort.hedges);
        let counts = [
            ("grpc.client.call.retries", retries),
            ("grpc.client.call.transparent_retries", transparent),
            ("grpc.client.call.hedges", effort.hedges),
        ];
        for (name, count) in counts {
            if count > 0 {
                histogram!(name, "grpc.method" => method, "grpc.target" => self.target.to_string())
                    .record(count);
            }
        }
        if !effort.idle.is_zero() {
            histogram!(
                "grpc.client.call.retry_delay",
                "grpc.method" => method,
                "grpc.target" => self.target.to_string()
            )
            .record(effort.idle.as_secs_f64());
        }
    }
}

#[cfg(not(feature = "metrics"))]
impl Labels {
    #[allow(clippy::unused_self, reason = "the other build has labels")]
    pub(super) const fn record(&self, _: &'static str, _: Effort, _: u32) {}
}
