//! Parameters of a retried function: those of a declared operation type have
//! to be of a class that may run twice.

use crate::idempotency_key::IdempotencyKey;
use retry_idempotency::traits::{Idempotent, IdempotentByKey, Operation};
use std::marker::PhantomData;

/// A parameter, by its type.
pub struct Parameter<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Parameter<T> {
    /// Of the value's type; works for `impl Trait` too.
    #[inline]
    #[must_use]
    pub const fn of(_: &T) -> Self {
        Self(PhantomData)
    }

    /// Of a type that can be named.
    #[inline]
    #[must_use]
    pub const fn of_type() -> Self {
        Self(PhantomData)
    }
}

impl<T: ?Sized> Clone for Parameter<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Parameter<T> {}

#[expect(
    clippy::must_use_candidate,
    reason = "`strict` alone uses what they return"
)]
impl<T: Operation + ?Sized> Parameter<T> {
    /// A declared operation has to be one that may run twice.
    #[inline]
    pub fn __check(self) -> Declared
    where
        T: Idempotent,
    {
        Declared
    }

    /// The same, where a key goes with it.
    #[inline]
    pub fn __check_with_key(self) -> Declared
    where
        T: IdempotentByKey,
    {
        Declared
    }

    /// An `#[idempotent]` function takes operations that may run twice.
    #[inline]
    pub fn __check_declared(self)
    where
        T: TakenByIdempotent,
    {
    }

    /// The same, where a key may come with it.
    #[inline]
    pub fn __check_declared_with_key(self)
    where
        T: TakenByIdempotentWithKey,
    {
    }
}

/// Operations that may run twice: for its message. Of generic parameters
/// [`Idempotent`] itself is asked, which is the bound that they need.
#[diagnostic::on_unimplemented(
    message = "an `#[idempotent]` function takes `{Self}`, which is not known to be an operation that may run twice",
    label = "not declared `safe` or `idempotent`",
    note = "if the function executes the operation, declare it `#[non_idempotent]`",
    note = "if the operation is `keyed`, take its key as an argument; if its own fields are the key, declare it `idempotent`",
    note = "if the function only looks at the operation, take what it looks at, or leave the mark off"
)]
pub trait TakenByIdempotent {}

#[diagnostic::do_not_recommend]
impl<O: Idempotent + ?Sized> TakenByIdempotent for O {}

/// The same, where a key may come with it.
#[diagnostic::on_unimplemented(
    message = "an `#[idempotent]` function takes `{Self}`, which is not known to be an operation that may run twice",
    label = "not declared `safe`, `idempotent` or `keyed`",
    note = "if the function executes the operation, declare it `#[non_idempotent]`",
    note = "if the function only looks at the operation, take what it looks at, or leave the mark off"
)]
pub trait TakenByIdempotentWithKey {}

#[diagnostic::do_not_recommend]
impl<O: IdempotentByKey + ?Sized> TakenByIdempotentWithKey for O {}

/// The fallback for types that are no operations.
pub trait Undeclared: Sized {
    /// Nothing to check.
    #[inline]
    fn __check(self) -> NotDeclared {
        NotDeclared
    }

    /// Nothing to check.
    #[inline]
    fn __check_with_key(self) -> NotDeclared {
        NotDeclared
    }

    /// Nothing to check.
    #[inline]
    fn __check_declared(self) {}

    /// Nothing to check.
    #[inline]
    fn __check_declared_with_key(self) {}
}

impl<T: ?Sized> Undeclared for Parameter<T> {}

/// The parameter is an operation.
pub struct Declared;

/// The parameter is none.
pub struct NotDeclared;

/// `strict`: at least one of a list of parameters is an operation.
#[diagnostic::on_unimplemented(
    message = "`strict` asks for a declaration, and this function has none",
    label = "nothing here says that it may run twice",
    note = "mark the function `#[idempotent]`, or take a parameter of a type with `#[derive(Operation)]`"
)]
pub trait AnyDeclared {}

#[diagnostic::do_not_recommend]
impl<Rest> AnyDeclared for (Declared, Rest) {}
#[diagnostic::do_not_recommend]
impl<Rest: AnyDeclared> AnyDeclared for (NotDeclared, Rest) {}

/// Asks for a declaration among the parameters.
#[inline]
pub fn strict<P: AnyDeclared>(_: P) {}

/// A key that is handed in.
#[diagnostic::on_unimplemented(
    message = "`key` names an argument that is a `{Self}`, and no `IdempotencyKey`",
    label = "not known to be the same in all attempts of a call, and no other call's",
    note = "take a `retry_runtime::IdempotencyKey`; `IdempotencyKey::from_u128` makes one of a key that was stored",
    note = "or give `key` another name: then the call makes its own"
)]
pub trait Key {}

impl Key for IdempotencyKey {}
#[diagnostic::do_not_recommend]
impl<K: Key + ?Sized> Key for &K {}

/// Asks that an argument be a key.
#[inline]
pub const fn key_of_the_caller<K: Key + ?Sized>() {}
