//! Operations: types that say what happens when they are executed twice.

pub mod class;

use std::borrow::Cow;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

/// A request type that says what happens when it is executed twice.
///
/// Derive it and name the class. A retried function that takes a parameter of
/// an operation type compiles only where the class allows it; types that are
/// not declared are not judged.
///
/// | class | executed twice | retried |
/// | --- | --- | --- |
/// | `safe` | reads only (RFC 9110 §9.2.1) | yes |
/// | `idempotent` | the same effect as once (RFC 9110 §9.2.2) | yes |
/// | `keyed` | the same effect as once, if the key is the same | with `key = ..` |
/// | `non_idempotent` | two effects | no |
///
/// ```
/// use retry_idempotency::Operation;
/// use retry_runtime::retry;
///
/// #[derive(Operation)]
/// #[operation(safe)]
/// struct GetUser { id: u64 }
///
/// #[derive(Operation)]
/// #[operation(keyed)]
/// struct PlaceOrder { item: u64 }
///
/// #[retry]
/// async fn get_user(get: &GetUser) -> Result<u64, std::io::Error> {
///     Ok(get.id)
/// }
///
/// #[retry(key = key)]
/// async fn place(order: &PlaceOrder) -> Result<String, std::io::Error> {
///     Ok(format!("{} {key}", order.item))
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # assert_eq!(get_user(&GetUser { id: 1 }).await.unwrap(), 1);
/// # assert!(place(&PlaceOrder { item: 7 }).await.unwrap().starts_with("7 "));
/// # }
/// ```
///
/// An enum of operations carries a class on each variant and has the weakest
/// of them. A class by hand, on a generated type for instance, is one line:
/// `impl Operation for Get { type Class = retry_idempotency::class::Safe; }`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as an operation",
    note = "derive it: `#[derive(Operation)] #[operation(safe | idempotent | keyed | non_idempotent)]`"
)]
pub trait Operation {
    /// One of the types in [`class`](crate::class).
    type Class: crate::operation::class::Class;
}

/// Operations that may be executed twice whatever happens: `safe` and
/// `idempotent` ones. Use it as a bound.
///
/// ```
/// use retry_idempotency::{Idempotent, Operation};
/// use retry_runtime::retry;
///
/// #[retry]
/// async fn call<O: Operation + Idempotent>(_operation: &O) -> Result<(), std::io::Error> {
///     Ok(())
/// }
/// # let _ = call::<Option<Get>>;
/// # #[derive(Operation)] #[operation(safe)] struct Get;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be an operation that may run twice",
    label = "not declared `safe` or `idempotent`",
    note = "if it is declared `keyed`, write `key = key` in the attribute and send the key with the request, so that the server sees a repetition",
    note = "if it is declared `non_idempotent`, keep it out of retried functions, or retry only what was not sent, with `#[retry_unsent]`",
    note = "if it is generic, add the bound `Idempotent`"
)]
pub trait Idempotent: Operation<Class: Repeatable> {}

#[diagnostic::do_not_recommend]
impl<O: Operation<Class: Repeatable> + ?Sized> Idempotent for O {}

/// Operations that may be executed twice with the same key: `keyed` ones, and
/// all that are [`Idempotent`]. Use it as a bound where the function has a
/// `key`.
///
/// ```
/// use retry_idempotency::{IdempotentByKey, Operation};
/// use retry_runtime::retry;
///
/// #[retry(key = key)]
/// async fn call<O: Operation + IdempotentByKey>(_operation: &O) -> Result<String, std::io::Error> {
///     Ok(key.to_string())
/// }
/// # let _ = call::<Place>;
/// # #[derive(Operation)] #[operation(keyed)] struct Place;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be an operation that may run twice with the same key",
    label = "not declared `safe`, `idempotent` or `keyed`",
    note = "if the server recognises a repetition by the key, declare the operation `keyed`",
    note = "if it does not, keep the operation out of retried functions, or retry only what was not sent, with `#[retry_unsent]`",
    note = "if it is generic, add the bound `IdempotentByKey`"
)]
pub trait IdempotentByKey: Operation<Class: RepeatableByKey> {}

#[diagnostic::do_not_recommend]
impl<O: Operation<Class: RepeatableByKey> + ?Sized> IdempotentByKey for O {}

/// Classes that may run twice.
pub trait Repeatable: RepeatableByKey {}

/// Classes that may run twice with the same key.
pub trait RepeatableByKey {}

/// What holds operations has their class.
macro_rules! transparent {
    ($($holder:ty),*) => {$(
        impl<O: Operation> Operation for $holder {
            type Class = O::Class;
        }
    )*};
}

transparent!(Option<O>, Vec<O>, [O], Pin<O>);

macro_rules! transparent_pointers {
    ($($pointer:ty),*) => {$(
        impl<O: Operation + ?Sized> Operation for $pointer {
            type Class = O::Class;
        }
    )*};
}

transparent_pointers!(
    &O,
    &mut O,
    Box<O>,
    Rc<O>,
    Arc<O>,
    RefCell<O>,
    Mutex<O>,
    RwLock<O>
);

impl<O: Operation, E> Operation for Result<O, E> {
    type Class = O::Class;
}

impl<O: Operation + ToOwned + ?Sized> Operation for Cow<'_, O> {
    type Class = O::Class;
}

impl<O: Operation, const N: usize> Operation for [O; N] {
    type Class = O::Class;
}
