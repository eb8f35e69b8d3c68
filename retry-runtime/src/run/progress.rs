//! How far a run is.

use crate::engine::call::Call;
use crate::engine::chain_stop::Layer;
use crate::engine::retry_token::RetryToken;
use crate::policy::Policy;
use crate::time::limit::{Deadline, Limit};
use crate::time::timeout::Alarm;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::time::Duration;

pin_project! {
    /// How far a run is. A phase is changed in place: to hand it over is some
    /// hundred bytes to copy.
    #[project = ProgressProj]
    pub(super) struct Progress<'b, F, H, S> {
        pub(super) call: Call,
        pub(super) deadline: Option<Deadline>,
        pub(super) retry_until: Option<Deadline>,
        pub(super) seed: u32,
        #[pin]
        pub(super) phase: Phase<F, H>,
        // Cuts an attempt or a hook, or is the wait itself.
        #[pin]
        pub(super) alarm: Alarm<S>,
        // The retry that is to come.
        pub(super) token: RetryToken<'b>,
    }
}

pin_project! {
    /// What a run is waiting for.
    #[project = PhaseProj]
    pub(super) enum Phase<F, H> {
        /// To be awaited.
        Idle,
        /// For an attempt.
        Attempt {
            #[pin]
            running: Layer<F>,
        },
        /// For the time between two attempts.
        Wait,
        /// For `before_retry`.
        Prepare {
            #[pin]
            hook: Layer<H>,
        },
        /// For nothing any more.
        Over,
    }
}

impl<F, H, S> Progress<'_, F, H, S> {
    /// Of a run that has not begun. A constant would be copied, with all the
    /// room in it.
    #[inline]
    pub(super) const fn new() -> Self {
        Self {
            call: Call::new(),
            deadline: None,
            retry_until: None,
            seed: 0,
            phase: Phase::Idle,
            alarm: Alarm::silent(),
            token: RetryToken::by(None),
        }
    }
}

impl<F, H, S> ProgressProj<'_, '_, F, H, S> {
    /// The call begins: its deadline counts from here.
    #[inline]
    pub(super) fn begin(&mut self, policy: &Policy) {
        *self.deadline = policy.deadline.map(Deadline::after);
        *self.retry_until = policy.retry_for.map(Deadline::after);
        *self.seed = crate::attempt::seed();
    }

    /// Goes on to what `limit` cuts.
    #[inline]
    pub(super) fn start(
        &mut self,
        phase: Phase<F, H>,
        limit: Option<Limit>,
        sleep: impl FnOnce(Duration) -> S,
    ) {
        self.phase.set(phase);
        self.alarm.as_mut().set_at(limit, sleep);
    }

    /// What ran, or was cut, lets go of all that it still holds.
    #[inline]
    pub(super) fn end(&mut self) {
        self.phase.set(Phase::Over);
        self.alarm.as_mut().stop();
    }

    /// The phase and its alarm.
    #[inline]
    pub(super) fn parts(&mut self) -> (Pin<&mut Phase<F, H>>, Pin<&mut Alarm<S>>) {
        (self.phase.as_mut(), self.alarm.as_mut())
    }
}
