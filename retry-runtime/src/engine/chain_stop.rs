//! What an attempt tells the code inside it: that it is a retry, so that the retries
//! inside make one attempt each (Kitex's chain stop), and that it may be made again,
//! so that a call that must not run twice notices.
//!
//! The state itself is in `retry-idempotency`: all versions of this crate in one
//! program share it.

use crate::observe;
use crate::policy::Policy;
use pin_project_lite::pin_project;
use retry_idempotency::attempt_scope::{AttemptScope, Entered, RepeatedCall};
use std::env;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};

pub(crate) use retry_idempotency::attempt_scope::is_on_retry as outer_is_retrying;

/// The scope of an attempt. A first one is nothing to the code inside, except in
/// debug builds, where mistakes are found before anything fails.
#[inline]
#[must_use]
pub(crate) const fn scope(is_retry: bool, nested: bool, policy: &Policy) -> AttemptScope {
    if !is_retry {
        let is_noticed = cfg!(debug_assertions) && !matches!(policy.max, Some(0));
        return if is_noticed {
            AttemptScope::FIRST
        } else {
            AttemptScope::NONE
        };
    }
    if nested {
        AttemptScope::RETRY_WITH_NESTED
    } else {
        AttemptScope::RETRY
    }
}

/// A scope, unless it is that of a first attempt and the central rules have switched the
/// retries off: then no other follows. Debug builds alone ask.
#[inline]
#[must_use]
pub(crate) fn unless_off(scope: AttemptScope, is_off: impl FnOnce() -> bool) -> AttemptScope {
    if cfg!(all(feature = "central", debug_assertions)) && scope == AttemptScope::FIRST && is_off()
    {
        AttemptScope::NONE
    } else {
        scope
    }
}

/// Runs a synchronous attempt in its scope.
#[inline]
pub fn layer_sync<R>(mut scope: AttemptScope, attempt: impl FnOnce() -> R) -> R {
    if scope.is_none() {
        return attempt();
    }
    let _entered = scope.enter(report);
    attempt()
}

/// Enters the scope for one poll, if there is one. It is not generic, so that it is compiled
/// once: inside the generic `poll` it was a third of that function in a debug build.
#[inline]
fn entered(scope: &mut AttemptScope) -> Option<Entered<'_>> {
    (!scope.is_none()).then(|| scope.enter(report))
}

/// A future in its scope. A macro for two types that differ in one attribute: a generic
/// function that both called would be compiled once more for each retried function.
macro_rules! layer {
    ($(#[doc = $doc:literal])* $Layer:ident, $(#[$inlined:meta])?) => {
        pin_project! {
            $(#[doc = $doc])*
            #[derive(Debug)]
            pub struct $Layer<F> {
                #[pin]
                pub(crate) attempt: F,
                pub(crate) scope: AttemptScope,
            }
        }

        impl<F> $Layer<F> {
            /// Puts `attempt` into its scope.
            #[inline]
            pub const fn new(scope: AttemptScope, attempt: F) -> Self {
                Self { attempt, scope }
            }
        }

        impl<F: Future> Future for $Layer<F> {
            type Output = F::Output;

            $(#[$inlined])?
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
                let this = self.project();
                let _entered = entered(this.scope);
                this.attempt.poll(cx)
            }
        }
    };
}

layer! {
    /// An attempt in its scope, which each poll enters. It costs one branch a poll on
    /// the first attempt. Its poll may be inlined where it is awaited, which saves a
    /// success 17 instructions.
    Layer, #[inline]
}

// A test puts every attempt into a type of its own.
#[cfg(not(feature = "testing"))]
layer! {
    /// The same for a large attempt, whose poll stays a function of its own. That takes a
    /// sixth less of the processor for a release build of 100 methods as clients have
    /// them, and 180 bytes less for each.
    LargeLayer,
}

/// A call that must not run twice is part of an attempt, and no type has told the
/// compiler.
fn report(call: RepeatedCall) {
    let name = call.name();
    if !cfg!(debug_assertions) {
        return observe::ran_twice(name);
    }
    if is_logged_only() {
        // A first attempt is no mistake yet.
        if call.is_by_retry() {
            observe::ran_twice(name);
        }
        return;
    }
    let happens = if call.is_by_retry() {
        "a retry executes it"
    } else {
        "a retry would execute it again"
    };
    panic!(
        "the non-idempotent call `{name}` is part of a retried function: {happens}\n\
         - mark what stands between the two `#[non_idempotent]`, and move the call out of what is retried\n\
         - or, where this very call may run twice, say so with `.assume_idempotent()`\n\
         - debug builds panic so that tests find this; with the environment variable {VARIABLE}=log they log it as release builds do"
    );
}

const VARIABLE: &str = "RETRY_NON_IDEMPOTENT";

/// Whether debug builds are to do as release builds do; says so once.
fn is_logged_only() -> bool {
    static IS_LOGGED: OnceLock<bool> = OnceLock::new();
    *IS_LOGGED.get_or_init(|| {
        let is_logged = env::var_os(VARIABLE).is_some_and(|value| value == "log");
        if is_logged {
            eprintln!(
                "retry-runtime: {VARIABLE}=log is set: non-idempotent calls in retried functions do not panic"
            );
        }
        is_logged
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_attempt_is_noticed_in_debug_builds_where_another_may_follow() {
        let noticed = if cfg!(debug_assertions) {
            AttemptScope::FIRST
        } else {
            AttemptScope::NONE
        };
        for nested in [false, true] {
            assert_eq!(scope(false, nested, &Policy::DEFAULT), noticed);
            let never = Policy::DEFAULT.with_max(0);
            assert_eq!(scope(false, nested, &never), AttemptScope::NONE);
        }
    }
}
