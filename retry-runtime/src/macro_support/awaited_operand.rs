//! What a retried body awaits: everything passes but a [`NonIdempotent`], also
//! one that is pinned, boxed, lent or wrapped.

use retry_idempotency::NonIdempotent;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

/// An awaited operand.
pub struct Operand<F>(pub F);

/// Types with a [`NonIdempotent`] inside. One impl a wrapper.
///
/// Where the type of an operand is not known yet, the compiler takes it for
/// one of these, and finds out later that it is none: hence the message.
#[diagnostic::on_unimplemented(
    message = "the type of this future is not known where it is awaited",
    label = "this turns out to be `{Self}`, too late",
    note = "a retried function looks at the type of all that it awaits: write the type of the closure's parameter, or of the variable"
)]
pub trait HoldsNonIdempotent {
    /// The future inside, with its mark.
    type Held: ?Sized;
}

impl<F: ?Sized> HoldsNonIdempotent for NonIdempotent<F> {
    type Held = Self;
}

macro_rules! holders {
    ($($holder:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<F: HoldsNonIdempotent + ?Sized> HoldsNonIdempotent for $holder {
            type Held = F::Held;
        }
    )*};
}

holders!(Box<F>, &mut F);

#[diagnostic::do_not_recommend]
impl<P: HoldsNonIdempotent> HoldsNonIdempotent for Pin<P> {
    type Held = P::Held;
}

#[diagnostic::do_not_recommend]
impl<F: HoldsNonIdempotent> HoldsNonIdempotent for Option<F> {
    type Held = F::Held;
}

#[diagnostic::do_not_recommend]
impl<F: HoldsNonIdempotent> HoldsNonIdempotent for AssertUnwindSafe<F> {
    type Held = F::Held;
}

#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl<F: HoldsNonIdempotent> HoldsNonIdempotent for tokio::time::Timeout<F> {
    type Held = F::Held;
}

#[cfg(feature = "tracing")]
#[diagnostic::do_not_recommend]
impl<F: HoldsNonIdempotent> HoldsNonIdempotent for tracing::instrument::Instrumented<F> {
    type Held = F::Held;
}

#[cfg(feature = "tracing")]
#[diagnostic::do_not_recommend]
impl<F: HoldsNonIdempotent> HoldsNonIdempotent for tracing::instrument::WithDispatch<F> {
    type Held = F::Held;
}

/// Never implemented for what holds a [`NonIdempotent`]: for its message.
#[diagnostic::on_unimplemented(
    message = "a retried function must not await a non-idempotent call",
    label = "this must not run twice: a failed attempt may have executed it, and another would execute it again",
    note = "move the call out of the retried function, so that only what may run twice is repeated",
    note = "or declare the operation `keyed`, bind `key` and send it, so that the server sees a repetition",
    note = "a function that binds a `key` makes a new one for each call: let it take the key as an argument, and bind `key` here",
    note = "or, where this very call may run twice, say so with `.assume_idempotent()`"
)]
pub trait MayRunTwice {}

impl<F: HoldsNonIdempotent> Operand<F> {
    /// Refuses the operand.
    #[inline]
    pub fn __pass(self) -> F
    where
        F::Held: MayRunTwice,
    {
        self.0
    }
}

/// An operand that a function awaits which is declared `#[idempotent]`.
pub struct OperandOfIdempotent<F>(pub F);

/// Never implemented for what holds a [`NonIdempotent`]: for its message.
#[diagnostic::on_unimplemented(
    message = "an `#[idempotent]` function awaits a non-idempotent call",
    label = "this must not run twice, and so the whole function must not",
    note = "declare the function `#[non_idempotent]`, or move the call out of it",
    note = "or, where this very call may run twice, say so with `.assume_idempotent()`"
)]
pub trait Contradicted {}

impl<F: HoldsNonIdempotent> OperandOfIdempotent<F> {
    /// Refuses the operand.
    #[inline]
    pub fn __pass(self) -> F
    where
        F::Held: Contradicted,
    {
        self.0
    }
}

/// Operands that are iterated over, each to be awaited.
pub struct Operands<I>(pub I);

/// The type of a variable that is iterated over.
pub struct OperandsOf<I>(PhantomData<fn() -> I>);

/// Looks at a variable, and leaves it where it is.
#[inline]
#[must_use]
pub const fn operands_of<I>(_: &I) -> OperandsOf<I> {
    OperandsOf(PhantomData)
}

impl<I: IntoIterator> Operands<I>
where
    I::Item: HoldsNonIdempotent,
{
    /// Refuses the operands.
    #[inline]
    pub fn __pass(self) -> I
    where
        <I::Item as HoldsNonIdempotent>::Held: MayRunTwice,
    {
        self.0
    }
}

impl<I: IntoIterator> OperandsOf<I>
where
    I::Item: HoldsNonIdempotent,
{
    /// Refuses the operands.
    #[inline]
    pub fn __pass(self)
    where
        <I::Item as HoldsNonIdempotent>::Held: MayRunTwice,
    {
        let Self(_) = self;
    }
}

impl<I> Awaitable for OperandsOf<I> {
    type Operand = ();
    #[inline]
    fn __pass(self) {}
}

/// The fallback for everything else.
pub trait Awaitable {
    /// The operand's type.
    type Operand;
    /// The operand, as it is.
    fn __pass(self) -> Self::Operand;
}

macro_rules! awaitable {
    ($($wrapper:ident)*) => {$(
        impl<F> Awaitable for $wrapper<F> {
            type Operand = F;
            #[inline]
            fn __pass(self) -> F {
                self.0
            }
        }
    )*};
}

awaitable!(Operand OperandOfIdempotent Operands);

#[cfg(test)]
mod tests {
    use super::*;

    fn is_seen<F: HoldsNonIdempotent>(_: F) {}

    #[tokio::test]
    async fn wrappers_are_looked_through() {
        let call = || NonIdempotent::new(std::future::ready(()));
        is_seen(call());
        is_seen::<&mut NonIdempotent<std::future::Ready<()>>>(&mut call());
        is_seen(Box::pin(call()));
        #[cfg(feature = "tokio")]
        is_seen(tokio::time::timeout(std::time::Duration::MAX, call()));
        #[cfg(feature = "tracing")]
        {
            use tracing::Instrument as _;
            use tracing::instrument::WithSubscriber as _;
            is_seen(call().instrument(tracing::Span::none()));
            is_seen(Box::pin(call().with_current_subscriber()));
        }
    }
}
