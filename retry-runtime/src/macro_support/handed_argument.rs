//! What a retried body hands to the calls that it makes: a future that must not
//! run twice, a function that makes one, an operation.
//!
//! An awaited operand is refused by a method that exists for its type alone, which
//! asks for the type at once. An argument is refused by an obligation with two
//! answers, see [`checks`](crate::checks): however late the compiler learns the
//! type, and with one answer it infers as it would have without. The error shows
//! the lines of the bounds here: hence the remarks at their ends.

use crate::checks::{
    MayBeRetried, MayBeRetriedWithKey, OperationMayBeRetried, OperationMayBeRetriedWithKey,
};

/// What is handed to a call, as it is.
#[inline]
pub fn retried<Type, NonIdempotentCallsAreNotRetried>(handed: Type) -> Type
where
    Type: MayBeRetried<NonIdempotentCallsAreNotRetried>, // refused: this must not run twice
{
    handed
}

/// The same where a key goes with it.
#[inline]
pub fn retried_with_key<Type, NonIdempotentCallsAreNotRetried>(handed: Type) -> Type
where
    Type: MayBeRetriedWithKey<NonIdempotentCallsAreNotRetried>, // refused: this must not run twice
{
    handed
}

/// What a method is called on, as it is: it may be an operation that goes by itself. A
/// future is looked at where it is awaited.
#[inline]
pub fn made<Type, NonIdempotentCallsAreNotRetried>(receiver: Type) -> Type
where
    Type: OperationMayBeRetried<NonIdempotentCallsAreNotRetried>, // refused: this must not run twice
{
    receiver
}

/// The same where a key goes with it.
#[inline]
pub fn made_with_key<Type, NonIdempotentCallsAreNotRetried>(receiver: Type) -> Type
where
    Type: OperationMayBeRetriedWithKey<NonIdempotentCallsAreNotRetried>, // refused: this must not run twice
{
    receiver
}

/// The same of a variable, which stays where it is.
#[inline]
pub const fn look_at<Type, NonIdempotentCallsAreNotRetried>(_: &Type)
where
    Type: ?Sized + MayBeRetried<NonIdempotentCallsAreNotRetried>, // refused: this must not run twice
{
}

/// The same of a variable where a key goes with it.
#[inline]
pub const fn look_at_with_key<Type, NonIdempotentCallsAreNotRetried>(_: &Type)
where
    Type: ?Sized + MayBeRetriedWithKey<NonIdempotentCallsAreNotRetried>, // refused: this must not run twice
{
}

/// A value, behind the looks at what it is made from: its temporaries live as long as they
/// would alone.
#[inline]
pub fn looked<Type>((): (), value: Type) -> Type {
    value
}
