//! Where one attempt after the other runs, with the waits between them.

use crate::breaker::Admitted;
use crate::call::Paid;
use crate::engine::{Cut, Instant, Layer, PriorFailure, Sleep};
use pin_project_lite::pin_project;
use retry_runtime::Rejected;

pin_project! {
    /// The first lane begins with the call, each further one with a hedge.
    #[project = LaneProj]
    pub(crate) enum Lane<F> {
        /// Nothing, or nothing any more.
        Idle,
        /// An attempt runs.
        Attempt {
            #[pin]
            running: Cut<Layer<F>, Sleep>,
            number: u32,
            before: PriorFailure,
            // Until it is polled: another one may win before that.
            paid: Paid,
            admitted: Option<Admitted>,
        },
        /// The breaker has not admitted an attempt.
        Rejected {
            rejected: Rejected,
        },
        /// The attempt failed; the next one starts when the time is over.
        Retry {
            #[pin]
            sleep: Sleep,
            until: Option<Instant>,
            paid: Paid,
            before: PriorFailure,
        },
    }
}

impl<F> Lane<F> {
    pub(crate) const fn is_idle(&self) -> bool {
        matches!(self, Self::Idle)
    }

    pub(crate) const fn waits(&self) -> bool {
        matches!(self, Self::Retry { .. })
    }

    pub(crate) const fn runs(&self) -> bool {
        matches!(self, Self::Attempt { .. })
    }
}
