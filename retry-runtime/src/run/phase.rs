//! What a run is waiting for.

use crate::cut::Cut;
use crate::layers::Layer;
use crate::paid::Paid;
use pin_project_lite::pin_project;

pin_project! {
    /// What a run is waiting for.
    #[project = PhaseProj]
    pub(super) enum Phase<'b, F, H, S> {
        /// To be awaited.
        Idle,
        /// For an attempt.
        Attempt {
            #[pin]
            running: Cut<Layer<F>, S>,
        },
        /// For the time between two attempts.
        Wait {
            #[pin]
            sleep: S,
            paid: Paid<'b>,
        },
        /// For `before_retry`.
        Prepare {
            #[pin]
            hook: Cut<Layer<H>, S>,
            paid: Paid<'b>,
        },
        /// For nothing any more.
        Over,
    }
}
