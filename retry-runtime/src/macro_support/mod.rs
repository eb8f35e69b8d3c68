//! What generated code names. No part of the public interface: the macro crate is pinned
//! to this very version. The traits of it that rustc's messages name, or that tests call,
//! are public in `checks` and `testing`.
//!
//! A macro does not know the types of the user's expressions. Two techniques let the
//! generated code do what fits a type, and give an error in the user's terms where
//! nothing does. The files here use them and refer to this page.
//!
//! **Autoref specialisation.** A wrapper has an inherent method for the types that can do
//! something, `impl<E: Display> ShowDisplay<'_, E> { fn __shown(&self) .. }`, and a trait has a
//! method of the same name for all others, the fallback. Where `wrapper.__shown()` is
//! written with the trait in scope, the compiler takes the inherent method if its bounds
//! hold, and the trait's if not; a second fallback is implemented for a reference to
//! the wrapper, which method look-up tries later. In a generic function the bounds that the
//! function states decide. The names of such methods begin with `__`: a trait of the user's
//! that is implemented for all types, with a method of the same name, would take its place.
//! So would it that of an inherent method with `&self`, which look-up tries after what takes
//! the value: generated code calls these on a reference, `(&__retry_call).is_retry()`.
//!
//! **A trait for its message.** Where nothing fits, the fallback has a bound
//! `where Marker: Trait<T>` on a trait that is never implemented, with
//! `#[diagnostic::on_unimplemented]`: its message names the mend. The bound is on a marker
//! and not on `T` itself, because rustc would advise to add a bound on `T` to the user's
//! generic function. `#[diagnostic::do_not_recommend]` on a blanket impl keeps the
//! message from being replaced by that of a bound further down.

mod awaited_operand;
pub(crate) mod backoff_arg;
mod breaker_arg;
pub(crate) mod closure_end;
mod derive_transient;
mod error_from_cause;
pub(crate) mod error_word;
mod handed_argument;
pub(crate) mod inject;
pub(crate) mod limit_arg;
mod mut_argument;
mod operation_parameter;
mod own_verdict;
mod polling;
mod retries_arg;
mod show_error;
mod whole_outcome;

pub use self::awaited_operand::{
    Awaitable, HoldsNonIdempotent, Operand, OperandOfIdempotent, Operands, operands_of,
};
pub use self::backoff_arg::{AnyDelays, Given, NoDelays, UncountedDelays};
pub use self::breaker_arg::{Door, NoGate};
pub use self::closure_end::{Inlined, Settled, hook_error, never_ended};
pub use self::derive_transient::{forwarded, pushed_back};
pub use self::error_from_cause::{FromCauseMissing, convert, convert_last, from_cause};
pub use self::error_word::{
    Asked, AskedKnown, KnownByItself, KnownByType, KnownInside, NotErased, NotKnown,
};
pub use self::handed_argument::{
    look_at, look_at_with_key, looked, made, made_with_key, retried, retried_with_key,
};
pub use self::inject::Inject;
pub use self::limit_arg::limit;
pub use self::mut_argument::{Fresh, NotCopy};
pub use self::operation_parameter::{
    NotDeclared, Parameter, Undeclared, key_of_the_caller, strict,
};
pub use self::own_verdict::{NoOwnVerdict, OwnVerdict};
pub use self::polling::{UNLIMITED, finished, polled, polling, unfinished};
pub use self::retries_arg::{AnyRetries, NoRetries, Retries};
pub use self::show_error::{Show, ShowDebug, ShowDisplay, ShowError, ShowNot, ShowPointer};
pub use self::whole_outcome::{NoResult, NoResultOf, Whole, WholeOf, whole_of};
pub use crate::attempt::Attempt;
pub use crate::attempt::seed;
pub use crate::budget::Budget;
#[cfg(feature = "central")]
pub use crate::central::entry::Entry;
pub use crate::elapsed::Elapsed;
pub use crate::end::End;
pub use crate::ended::Ended;
pub use crate::engine::call::Call;
pub use crate::engine::chain_stop::{Layer, layer_sync};
pub use crate::engine::failed_attempt::FailedAttempt;
pub use crate::engine::into_verdict::{Judgement, answer, ask, ask_with, by_itself, judged, known};
pub use crate::engine::kept_errors::{KeptErrors, SharedError};
pub use crate::engine::outcome::{Of, error_of, result, witnessed};
pub use crate::engine::retry_token::RetryToken;
pub use crate::engine::ruling::Ruling;
pub use crate::engine::site::Site;
pub use crate::engine::terms::Terms;
pub use crate::failure::{Failure, Retrying};
pub use crate::gate::Rejected;
pub use crate::hedge::{
    Begun, FailureHandler, Hand, HandleFailures, Hedge, Hedged, HedgedTerms, Hedges, Keeping,
    Started, Told, Tried, hedge_after, hedged, told,
};
pub use crate::idempotency_key::IdempotencyKey;
pub use crate::observe::spans::{Tracing, in_span, in_span_sync};
pub use crate::observe::subject::Name;
pub use crate::observe::{Shown, ran_twice, unknown_error};
pub use crate::policy::Policy;
pub use crate::seams::{InjectedFault, attempt, attempt_sync, large_attempt, limited, sleep_sync};
#[cfg(feature = "testing")]
pub use crate::testing::injected::{InjectedInto, NoErrorToInject, NotInjectable};
pub use crate::time::backoff_sleep::{pause, pause_paid_by};
pub use crate::time::limit::{Deadline, Limit};
pub use crate::time::timeout::Cut;
pub use crate::time::timer::{blocked, shallow_sleep as sleep, timer};
pub use crate::transient::Transient;
pub use crate::verdict::Verdict;
pub use crate::{
    __checked_backoff as checked_backoff, __fault as fault, __injected as injected, __name as name,
    __returns as returns, __shown as shown,
};
pub use core::future::Future;
pub use core::option::Option::{None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use core::time::Duration;
pub use core::{concat, module_path, panic, stringify};
#[cfg(feature = "central")]
pub use core::{file, line};
pub use retry_idempotency::NonIdempotent;
pub use retry_idempotency::attempt_scope::{AttemptScope, executed};
pub use retry_idempotency::class;
pub use retry_idempotency::returned_future::{NoFuture, Returned};
pub use retry_idempotency::traits::Operation;
#[cfg(feature = "macros")]
pub use retry_macros::{non_idempotent_last, retry_method, retry_unsent_last};
pub use retry_words::{Backoff, Jitter};
pub use std::boxed::Box;

use crate::engine::outcome::Outcome;
use crate::sync;
use retry_words::InvalidPolicy;
use std::borrow::Cow;

/// What the `async` block that it stands in returns: a `return` that is never
/// reached says it.
#[doc(hidden)]
#[macro_export]
macro_rules! __returns {
    ($output:ty) => {
        if let $crate::macro_support::Some(__retry_outcome) = $crate::macro_support::None::<$output>
        {
            return __retry_outcome;
        }
    };
}

/// A backoff that constants of the user's make. A macro, so that the constants are blamed
/// at compile time: for a panic in a function of ours, rustc quotes the standard library.
#[doc(hidden)]
#[macro_export]
macro_rules! __checked_backoff {
    ($backoff:expr) => {
        match $backoff {
            $crate::macro_support::Ok(__retry_backoff) => __retry_backoff,
            $crate::macro_support::Err(_) => $crate::macro_support::panic!(
                "these constants make no backoff: every wait has to be above zero, a cap at least the first wait, and a factor at least 1"
            ),
        }
    };
}

/// The error of a failed attempt.
#[inline]
pub fn error<O: Outcome>(outcome: &O) -> Option<&O::Err> {
    outcome.as_result().err()
}

/// The error of a failed attempt, by value.
#[inline]
pub fn into_error<O: Outcome>(outcome: O) -> Option<O::Err> {
    outcome.into_result().err()
}

/// The response of an attempt that succeeded.
#[inline]
pub fn response<O: Outcome>(outcome: &O) -> Option<&O::Ok> {
    outcome.as_result().ok()
}

/// An attempt that ended without its body's say.
#[inline]
pub fn failed<O: Outcome>(_: Of<O>, error: O::Err) -> O {
    O::failure(error)
}

/// `notify` has told.
#[inline]
pub const fn noted((): ()) {}

/// The policy that was given.
#[inline]
pub const fn policy(given: &Policy) -> Policy {
    *given
}

/// The name that was given.
#[inline]
#[must_use]
pub const fn given_name(given: &'static str) -> &'static str {
    given
}

/// The target that was given, where something is told of it.
pub fn target<'a>(given: impl Into<Cow<'a, str>>) -> String {
    given.into().into_owned()
}

/// The target that was given, for a whole call.
pub fn target_of_call<'a>(given: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    given.into()
}

/// A policy with another timeout, or without one.
#[inline]
pub const fn with_timeout(mut policy: Policy, timeout: Option<Duration>) -> Policy {
    policy.timeout = timeout;
    policy
}

/// A policy without a timeout.
#[inline]
pub const fn without_timeout(policy: Policy) -> Policy {
    with_timeout(policy, None)
}

/// A policy with another deadline, or without one. The deadline of a service config
/// stays, where it is the smaller one.
#[inline]
pub const fn with_deadline(policy: Policy, deadline: Option<Duration>) -> Policy {
    match deadline {
        Some(deadline) => policy.with_deadline(deadline),
        None if policy.deadline_is_ceiling => policy,
        None => without_deadline(policy),
    }
}

/// A policy without a deadline.
#[inline]
pub const fn without_deadline(mut policy: Policy) -> Policy {
    policy.deadline = None;
    policy
}

/// A policy with another time for its retries, or without a limit of it.
#[inline]
pub const fn with_retry_for(mut policy: Policy, retry_for: Option<Duration>) -> Policy {
    policy.retry_for = retry_for;
    policy
}

/// A policy without a limit of the time for its retries.
#[inline]
pub const fn without_retry_for(mut policy: Policy) -> Policy {
    policy.retry_for = None;
    policy
}

/// What the attribute has checked already.
///
/// # Panics
///
/// At compile time, in a `const`, where the attribute did not check.
#[must_use]
pub const fn checked<T: Copy>(result: Result<T, InvalidPolicy>) -> T {
    match result {
        Ok(value) => value,
        Err(_) => panic!("the attribute has checked this"),
    }
}

/// Whether there is anything to wait for.
#[inline]
#[must_use]
pub const fn pauses(wait: Duration) -> bool {
    // In one comparison, where `is_zero` makes two.
    wait.as_secs() | wait.subsec_nanos() as u64 != 0
}

/// A value for code that is not compiled in the end: the attribute has faults.
#[must_use]
pub fn stand_in<T>() -> T {
    loop {
        std::thread::park();
    }
}

/// What pays for retries where no static of the function's own does. A constant is less to
/// infer for the compiler than `None`, of which each function has several.
pub const NO_BUDGET: Option<&'static Budget> = None;

/// The budget that was given.
#[inline]
#[must_use]
pub const fn budget(given: &Budget) -> &Budget {
    given
}

sync::const_fn! {
    /// A budget that the attribute has checked.
    ///
    /// # Panics
    ///
    /// At compile time, in a `static`, where the attribute did not check.
    #[must_use]
    pub const fn budget_of(percent: u32) -> Budget {
        match Budget::new(percent) {
            Ok(budget) => budget,
            Err(_) => panic!("the attribute has checked this"),
        }
    }
}

/// Both sides of an outcome.
///
/// # Errors
///
/// The error of a call that failed.
#[inline]
pub fn into_result<O: Outcome>(outcome: O) -> Result<O::Ok, O::Err> {
    outcome.into_result()
}
