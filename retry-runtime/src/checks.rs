//! What the compiler's messages about retried functions name.
//!
//! # Error E0277
//!
//! "the trait bound is not satisfied", and the message says what was expected. Where the
//! type is a parameter of a generic function, the compiler suggests the trait as its bound:
//! [`Outcome`], [`IntoVerdict`], [`HookEnd`], [`GivenLimit`] and [`HedgeAfter`] for the
//! attribute, [`AttemptFuture`], [`SelfClassified`] and [`FromLimit`] for closures. They are
//! there to be such bounds, and are implemented here alone.
//!
//! # Error E0283
//!
//! "type annotations needed", at a call, a function or a value that a retried function
//! hands on.
//!
//! No annotation is missing. The type is known, and it must not run twice: it is
//! (or holds, or returns) a [`NonIdempotent`](crate::NonIdempotent) call, or it is
//! an operation of the class `non_idempotent`, or a `keyed` one without its key. Every
//! type has one answer to [`MayBeRetried`]; these have a second one, and between
//! two answers the compiler cannot choose. That is the one way in stable Rust to
//! refuse a type that is known only later.
//!
//! What to do is said at [`NonIdempotentCallsAreNotRetried`].
//!
//! ```compile_fail,E0283
//! # use retry_runtime::{non_idempotent, retry};
//! # use std::future::Future;
//! #[non_idempotent]
//! async fn charge(cents: u64) -> std::io::Result<u64> {
//!     Ok(cents)
//! }
//!
//! async fn within_limits<F: Future>(call: F) -> F::Output {
//!     call.await
//! }
//!
//! #[retry]
//! async fn buy() -> std::io::Result<u64> {
//!     within_limits(charge(100)).await // error: a failed attempt may have charged
//! }
//! ```

pub use crate::engine::into_verdict::IntoVerdict;
pub use crate::engine::outcome::Outcome;
pub use crate::hedge::delay_arg::HedgeAfter;
#[doc(inline)]
pub use crate::macro_support::closure_end::HookEnd;
#[doc(inline)]
pub use crate::macro_support::limit_arg::GivenLimit;
pub use crate::run::AttemptFuture;
pub use crate::run::choices::{FromLimit, SelfClassified};

use crate::macro_support::HoldsNonIdempotent;
use retry_idempotency::class;
use retry_idempotency::traits::Operation;
use std::marker::PhantomData;

/// What may be part of an attempt, which is made again if it fails: everything
/// but what has a second answer to this. See the [module](self).
///
/// ```
/// use retry_runtime::checks::MayBeRetried;
///
/// fn may_be_retried<T: MayBeRetried<Answer>, Answer>(_: T) {}
/// may_be_retried(std::future::ready(1));
/// ```
pub trait MayBeRetried<Answer> {}

/// The same in a function with a `key`: `keyed` operations may be part of it.
///
/// ```
/// use retry_runtime::{Operation, checks::MayBeRetriedWithKey};
///
/// #[derive(Operation)]
/// #[operation(keyed)]
/// struct Place;
///
/// fn may_be_retried<T: MayBeRetriedWithKey<Answer>, Answer>(_: T) {}
/// may_be_retried(Place);
/// ```
pub trait MayBeRetriedWithKey<Answer> {}

/// The same of operations alone.
///
/// ```
/// use retry_runtime::{Operation, checks::OperationMayBeRetried};
///
/// #[derive(Operation)]
/// #[operation(safe)]
/// struct Get;
///
/// fn may_be_retried<T: OperationMayBeRetried<Answer>, Answer>(_: T) {}
/// may_be_retried(Get);
/// ```
pub trait OperationMayBeRetried<Answer> {}

/// The same of operations alone, in a function with a `key`.
///
/// ```
/// use retry_runtime::{Operation, checks::OperationMayBeRetriedWithKey};
///
/// #[derive(Operation)]
/// #[operation(keyed)]
/// struct Place;
///
/// fn may_be_retried<T: OperationMayBeRetriedWithKey<Answer>, Answer>(_: T) {}
/// may_be_retried(Place);
/// ```
pub trait OperationMayBeRetriedWithKey<Answer> {}

/// The answer that every type has.
///
/// ```
/// use retry_runtime::checks::{AsAnyOther, MayBeRetried};
///
/// fn is_any<T: MayBeRetried<AsAnyOther>>() {}
/// is_any::<u8>();
/// ```
#[derive(Debug)]
pub enum AsAnyOther {}

/// The second answer of futures that must not run twice, and of functions that
/// return them.
///
/// - Move the call out of the retried function, so that only what may run twice
///   is repeated.
/// - Or declare the operation `keyed`, bind `key` and send it, so that the server
///   sees a repetition.
/// - Or, where this very call may run twice, say so with
///   [`.assume_idempotent()`](crate::NonIdempotent::assume_idempotent).
///
/// A value that is packed and handed back, and runs in no attempt, is made outside
/// of the retried function.
///
/// ```compile_fail,E0283
/// # use retry_runtime::{Policy, non_idempotent};
/// # #[non_idempotent]
/// # async fn charge() -> std::io::Result<u64> { Ok(1) }
/// Policy::DEFAULT.run(|_| charge()); // error
/// ```
#[derive(Debug)]
pub struct NonIdempotentCallsAreNotRetried<Arguments = ()>(PhantomData<Arguments>);

/// The second answer of operations of the class `non_idempotent`.
///
/// - Keep the operation out of the retried function, or retry only what was not
///   sent, with [`#[retry_unsent]`](macro@crate::retry_unsent).
/// - A call that sends nothing: call it outside of the retried function, or give it what it
///   needs of the operation. By its name it may only look at it: `check`, `validate`, `is_..`,
///   see [`guide::idempotency`](crate::guide::idempotency#what-the-compiler-sees).
/// - A call that may run twice: `assume_idempotent(|| send(&op))`, see
///   [`assume_idempotent`](crate::assume_idempotent).
///
/// ```compile_fail,E0283
/// # use retry_runtime::{Operation, retry};
/// #[derive(Operation)]
/// #[operation(non_idempotent)]
/// struct Charge { cents: u64 }
///
/// # async fn send(_: Charge) -> std::io::Result<u64> { Ok(1) }
/// #[retry]
/// async fn buy() -> std::io::Result<u64> {
///     send(Charge { cents: 100 }).await // error
/// }
/// ```
#[derive(Debug)]
pub enum NonIdempotentOperationsAreNotRetried {}

/// The second answer of operations of the class `keyed`, where no key is bound.
///
/// Write `#[retry(key = key)]`, and send the key with the request.
///
/// ```compile_fail,E0283
/// # use retry_runtime::{Operation, retry};
/// #[derive(Operation)]
/// #[operation(keyed)]
/// struct Place { item: u64 }
///
/// # async fn send(_: Place) -> std::io::Result<u64> { Ok(1) }
/// #[retry]
/// async fn buy() -> std::io::Result<u64> {
///     send(Place { item: 7 }).await // error
/// }
/// ```
#[derive(Debug)]
pub enum KeyedOperationsAreRetriedWithTheirKey {}

impl<Type: ?Sized> MayBeRetried<AsAnyOther> for Type {}
impl<Type: ?Sized> MayBeRetriedWithKey<AsAnyOther> for Type {}
impl<Type: ?Sized> OperationMayBeRetried<AsAnyOther> for Type {}
impl<Type: ?Sized> OperationMayBeRetriedWithKey<AsAnyOther> for Type {}

impl<Call: HoldsNonIdempotent + ?Sized> MayBeRetried<NonIdempotentCallsAreNotRetried> for Call {}
impl<Call: HoldsNonIdempotent + ?Sized> MayBeRetriedWithKey<NonIdempotentCallsAreNotRetried>
    for Call
{
}

/// Operations are looked at by two pairs of traits.
macro_rules! operations {
    ($($MayBeRetried:ident $MayBeRetriedWithKey:ident)*) => {$(
        impl<Type: Operation<Class = class::NonIdempotent> + ?Sized>
            $MayBeRetried<NonIdempotentOperationsAreNotRetried> for Type
        {
        }
        impl<Type: Operation<Class = class::NonIdempotent> + ?Sized>
            $MayBeRetriedWithKey<NonIdempotentOperationsAreNotRetried> for Type
        {
        }
        impl<Type: Operation<Class = class::Keyed> + ?Sized>
            $MayBeRetried<KeyedOperationsAreRetriedWithTheirKey> for Type
        {
        }
    )*};
}

operations! {
    MayBeRetried MayBeRetriedWithKey
    OperationMayBeRetried OperationMayBeRetriedWithKey
}

/// Functions that are handed on, told from one another by their arguments.
macro_rules! functions {
    ($(($($argument:ident),*))*) => {$(
        impl<Function, Call: HoldsNonIdempotent, $($argument),*>
            MayBeRetried<NonIdempotentCallsAreNotRetried<fn($($argument),*)>> for Function
        where
            Function: FnOnce($($argument),*) -> Call,
        {
        }

        impl<Function, Call: HoldsNonIdempotent, $($argument),*>
            MayBeRetriedWithKey<NonIdempotentCallsAreNotRetried<fn($($argument),*)>> for Function
        where
            Function: FnOnce($($argument),*) -> Call,
        {
        }
    )*};
}

functions!(()(A)(A, B)(A, B, C)(A, B, C, D));
