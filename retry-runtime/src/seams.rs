//! Where the feature `testing` puts a test's own state in place of the process's. Each
//! place asks here; without the feature nothing is asked, and nothing is there.

use crate::time::limit::Limit;

#[cfg(feature = "testing")]
mod on {
    pub use crate::testing::clock::sleep_sync;
    pub use crate::testing::injected::{InjectedFault, attempt, attempt_sync, limited};
    pub(crate) use crate::testing::trace::Trace;
    pub(crate) use crate::testing::world::{Identity, here, now, random, turn};
    pub use attempt as large_attempt;
    use std::sync::Arc;

    /// A budget, or a delay: itself, or what stands for it in a test.
    pub(crate) enum StateOf<'a, T> {
        Itself(&'a T),
        OfTest(Arc<T>),
    }

    impl<T> std::ops::Deref for StateOf<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            match self {
                Self::Itself(it) => it,
                Self::OfTest(it) => it,
            }
        }
    }
}

#[cfg(not(feature = "testing"))]
mod off {
    use crate::ended::Ended;
    use crate::engine::chain_stop::{LargeLayer, Layer, layer_sync};
    use crate::observe::FailureReport;
    use crate::observe::subject::{Name, Subject};
    use crate::time::clock::Instant;
    use crate::time::limit::Limit;
    use retry_idempotency::attempt_scope::AttemptScope;
    use std::time::Duration;

    pub use std::thread::sleep as sleep_sync;

    /// Nobody keeps a record of the call.
    #[derive(Clone, Debug)]
    pub(crate) struct Trace;

    #[allow(clippy::unused_self, reason = "with the feature there is one")]
    impl Trace {
        pub(crate) const NEW: Self = Self;

        /// The call begins, before its first attempt.
        #[inline]
        pub(crate) fn begin(&mut self, _: Name) {}

        /// An attempt starts.
        #[inline]
        pub(crate) fn attempt(
            &mut self,
            _: impl FnOnce() -> Name,
            _: u32,
            _: bool,
        ) -> InjectedFault {
            InjectedFault
        }

        #[inline]
        pub(crate) fn succeeded(&self, _: u32) {}
        #[inline]
        pub(crate) fn failed(&self, _: &FailureReport<'_>, _: bool, _: Option<Duration>) {}
        #[inline]
        pub(crate) fn waits(&self, _: u32, _: Duration) {}
        #[inline]
        pub(crate) fn ended(&self, _: Ended) {}
        #[inline]
        pub(crate) fn rejected(&self, _: Subject<'_>, _: u32) {}
    }

    /// No attempt is made to fail.
    #[derive(Debug)]
    pub struct InjectedFault;

    #[allow(clippy::unused_self, reason = "with the feature there is one")]
    impl InjectedFault {
        /// There is no place to take its error from.
        #[inline]
        pub(crate) fn without_type(&self) {}
    }

    /// An attempt, in its scope.
    #[inline]
    #[must_use]
    pub const fn attempt<F>(scope: AttemptScope, (): (), attempt: F) -> Layer<F> {
        // In place: a function that is called here is one more for each retried function.
        Layer { attempt, scope }
    }

    /// The same of an attempt whose poll stays a function of its own.
    #[inline]
    #[must_use]
    pub const fn large_attempt<F>(scope: AttemptScope, (): (), attempt: F) -> LargeLayer<F> {
        LargeLayer { attempt, scope }
    }

    /// The attempt of a sync fn, in its scope.
    #[inline]
    pub fn attempt_sync<R>(scope: AttemptScope, (): (), attempt: impl FnOnce() -> R) -> R {
        layer_sync(scope, attempt)
    }

    /// The limit that was asked for.
    #[inline]
    #[must_use]
    pub const fn limited(limit: Option<Limit>, _: &InjectedFault) -> Option<Limit> {
        limit
    }

    /// A budget, or a delay: itself.
    #[inline]
    pub(crate) const fn here<T>(state: &T) -> &T {
        state
    }

    #[inline]
    pub(crate) fn now(real: impl FnOnce() -> Instant) -> Instant {
        real()
    }

    #[inline]
    pub(crate) fn random() -> f64 {
        fastrand::f64()
    }

    #[inline]
    pub(crate) fn turn(of_thread: impl FnOnce() -> u32) -> u32 {
        of_thread()
    }
}

#[cfg(not(feature = "testing"))]
pub use off::{InjectedFault, attempt, attempt_sync, large_attempt, limited, sleep_sync};
#[cfg(not(feature = "testing"))]
pub(crate) use off::{Trace, here, now, random, turn};
#[cfg(feature = "testing")]
pub(crate) use on::{Identity, StateOf, Trace, here, now, random, turn};
#[cfg(feature = "testing")]
pub use on::{InjectedFault, attempt, attempt_sync, large_attempt, limited, sleep_sync};

/// The limit of an attempt that nothing else can end in a test: there is no place to take
/// an error from.
pub(crate) fn limited_only(limit: Option<Limit>, fault: &InjectedFault) -> Option<Limit> {
    let limit = limited(limit, fault);
    if !limit.is_some_and(|limit| limit.is_over()) {
        fault.without_type();
    }
    limit
}

/// `fault!(call, name)`: what an attempt that starts now is to end in, where a test makes
/// it fail; `fault!(call, name, result)`, as an outcome of that type. A macro, so that the
/// name is found out only where somebody asks for it.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __fault {
    ($call:expr, $name:expr) => {
        $crate::macro_support::InjectedFault
    };
    ($call:expr, $name:expr, $result:ty) => {
        ()
    };
}

/// `fault!(call, name)`: what an attempt that starts now is to end in, where a test makes
/// it fail; `fault!(call, name, result)`, as an outcome of that type. A macro, so that the
/// name is found out only where somebody asks for it.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __fault {
    ($call:expr, $name:expr) => {
        $call.begins(|| $name)
    };
    ($call:expr, $name:expr, _) => {
        $call.begins(|| $name).into_nameless()
    };
    ($call:expr, $name:expr, $result:ty) => {
        $crate::__injected!($call.begins(|| $name), $result)
    };
}

/// `injected!(fault, result)`: a fault as an outcome of that type.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __injected {
    ($fault:expr, $result:ty) => {
        ()
    };
}

/// `injected!(fault, result)`: a fault as an outcome of that type, where a test can make
/// its error. `_` is a type without a name.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __injected {
    ($fault:expr, _) => {
        $fault.into_nameless()
    };
    ($fault:expr, $result:ty) => {{
        #[allow(unused_imports)]
        use $crate::macro_support::{NoErrorToInject as _, NotInjectable as _};
        (&$crate::macro_support::InjectedInto($crate::macro_support::result::<$result>()))
            .of($fault)
    }};
}
