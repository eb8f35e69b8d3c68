//! What an attempt ends in where a test says so: a fault as an outcome of the attempt's own
//! type, in place of its body.

use super::faults::FaultKind;
use crate::engine::chain_stop::{Layer, layer_sync};
use crate::engine::outcome::Of;
use crate::macro_support::inject::Inject;
use crate::time::limit::Limit;
use pin_project_lite::pin_project;
use retry_idempotency::attempt_scope::AttemptScope;
use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// What an attempt that starts is to end in, if anything.
#[derive(Debug, Default)]
pub struct InjectedFault(Option<TakenFault>);

/// A fault for one attempt of this function.
pub(super) struct TakenFault {
    pub(super) function: String,
    pub(super) kind: Arc<FaultKind>,
}

// It is a part of every retried future, and those are to stay as they were.
impl UnwindSafe for TakenFault {}
impl RefUnwindSafe for TakenFault {}

impl fmt::Debug for TakenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function)
    }
}

impl InjectedFault {
    pub(super) const NONE: Self = Self(None);

    pub(super) const fn new(taken: Option<TakenFault>) -> Self {
        Self(taken)
    }

    pub(super) const fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// For what has no place to take an error from.
    pub(crate) fn without_type(&self) {
        let Some(TakenFault { function, kind }) = &self.0 else {
            return;
        };
        if let FaultKind::Error { .. } = **kind {
            panic!(
                "`{function}` is no annotated function, and cannot be made to end in an error from outside: \
                 write `#[retry] async fn` for it, let its own code fail, or say `testing::time_out` where it has a limit"
            );
        }
        panic!(
            "`{function}` has neither `timeout` nor `deadline`, so that no attempt of it is cut: \
             give its policy one, or say `testing::fail`"
        );
    }

    /// For an outcome whose type, or the type of whose error, has no name.
    #[must_use]
    pub fn into_nameless<R>(self) -> InjectedOutcome<R> {
        InjectedOutcome {
            taken: self.0,
            outcome: |taken| taken.is_nameless(),
        }
    }
}

/// The limit of an attempt: over already, where a test wants it cut.
#[must_use]
pub fn limited(limit: Option<Limit>, fault: &InjectedFault) -> Option<Limit> {
    let limit = limit?;
    Some(match &fault.0 {
        Some(taken) if matches!(*taken.kind, FaultKind::TimeOut) => limit.over(),
        _ => limit,
    })
}

/// The result type that an error is to be put into.
pub struct InjectedInto<R>(pub Of<R>);

/// What an attempt is to end in, as its outcome. It holds no outcome: that need not be
/// `Send`, and the future of the attempt has to be.
#[derive(Debug)]
pub struct InjectedOutcome<R> {
    taken: Option<TakenFault>,
    outcome: fn(&TakenFault) -> R,
}

impl<R> InjectedOutcome<R> {
    /// The outcome, if there is to be one.
    fn take(&mut self) -> Option<R> {
        self.taken.take().map(|taken| (self.outcome)(&taken))
    }
}

impl<T, E: Inject> InjectedInto<Result<T, E>> {
    /// An error that the test makes.
    #[must_use]
    pub fn of(&self, fault: InjectedFault) -> InjectedOutcome<Result<T, E>> {
        InjectedOutcome {
            taken: fault.0,
            outcome: |taken| Err(taken.error()),
        }
    }
}

impl TakenFault {
    fn error<E: Inject>(&self) -> E {
        let function = &self.function;
        let FaultKind::Error { make, of } = &*self.kind else {
            self.has_no_limit();
        };
        let error = make().downcast().unwrap_or_else(|_| {
            panic!(
                "`{function}` fails with `{}`, and was to fail with a `{of}`: give `testing::fail` a closure that makes the former",
                type_name::<E>()
            )
        });
        *error
    }

    fn is_nameless(&self) -> ! {
        if let FaultKind::TimeOut = *self.kind {
            self.has_no_limit();
        }
        panic!(
            "the error type of `{}` has no name, so that no test can make one: say `testing::time_out` where the function has a limit, or give the type a name",
            self.function
        )
    }

    fn has_no_limit(&self) -> ! {
        panic!(
            "`{}` has neither `timeout` nor `deadline`, so that no attempt of it is cut: give it one, or say `testing::fail`",
            self.function
        )
    }
}

/// The fallback for other errors.
pub trait NotInjectable<T, E> {
    /// The test fails where it wants an error.
    fn of(&self, fault: InjectedFault) -> InjectedOutcome<Result<T, E>>;
}

impl<T, E> NotInjectable<T, E> for InjectedInto<Result<T, E>> {
    fn of(&self, fault: InjectedFault) -> InjectedOutcome<Result<T, E>> {
        InjectedOutcome {
            taken: fault.0,
            outcome: |taken| {
                if let FaultKind::TimeOut = *taken.kind {
                    taken.has_no_limit();
                }
                let error = type_name::<E>();
                panic!(
                    "`{}` fails with `{error}`, which no test can make: write `impl retry_runtime::testing::Inject for {error} {{}}` beside that type, \
                     or derive `Transient` for it; a type with generics, or of another crate, has to be inside one of your own",
                    taken.function
                )
            },
        }
    }
}

/// The fallback for what is no `Result`.
pub trait NoErrorToInject<R> {
    /// The test fails where it wants an error.
    fn of(&self, fault: InjectedFault) -> InjectedOutcome<R>;
}

impl<R> NoErrorToInject<R> for &InjectedInto<R> {
    fn of(&self, fault: InjectedFault) -> InjectedOutcome<R> {
        InjectedOutcome {
            taken: fault.0,
            outcome: |taken| {
                panic!(
                    "`{}` returns no `Result`, and so cannot be made to fail",
                    taken.function
                )
            },
        }
    }
}

pin_project! {
    /// An attempt, or what a test has it end in.
    #[derive(Debug)]
    pub struct Faulty<F: Future> {
        injected: InjectedOutcome<F::Output>,
        #[pin]
        attempt: Layer<F>,
    }
}

/// An attempt, in its scope.
#[must_use]
pub const fn attempt<F: Future>(
    scope: AttemptScope,
    injected: InjectedOutcome<F::Output>,
    attempt: F,
) -> Faulty<F> {
    Faulty {
        injected,
        attempt: Layer::new(scope, attempt),
    }
}

impl<F: Future> Future for Faulty<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.injected.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => this.attempt.poll(cx),
        }
    }
}

/// The attempt of a sync fn, in its scope.
pub fn attempt_sync<R>(
    scope: AttemptScope,
    mut injected: InjectedOutcome<R>,
    attempt: impl FnOnce() -> R,
) -> R {
    match injected.take() {
        Some(outcome) => outcome,
        None => layer_sync(scope, attempt),
    }
}
