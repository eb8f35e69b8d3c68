//! Whose word decides about an error where the attribute names no predicate: its own, or
//! that of `on = known` and `on = always`. An error whose type is erased has none.

use crate::integrations::classify::classify;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;
use std::sync::Arc;

/// A type that holds any error: what is inside decides, as far as it is known.
pub trait Erased {
    /// What is known of it.
    fn known(&self) -> Option<Verdict>;
}

macro_rules! erased {
    ($($ty:ty)*) => {$(
        impl Erased for $ty {
            fn known(&self) -> Option<Verdict> {
                classify(&**self)
            }
        }
    )*};
}

erased! {
    Box<dyn Error> Box<dyn Error + Send> Box<dyn Error + Send + Sync>
    Arc<dyn Error> Arc<dyn Error + Send> Arc<dyn Error + Send + Sync>
}

/// An error that is asked for its own word.
pub struct Asked<'a, E>(pub &'a E);

/// For an erased error: never implemented, for its message.
#[diagnostic::on_unimplemented(
    message = "a `{E}` does not say whether it is worth another attempt: any error may be inside",
    label = "which errors are retried has to be said",
    note = "write `on = always` to retry all of them, `on = known` for those that `retry-runtime` knows by the features that are turned on, or a predicate such as `on = |error| error.is::<MyError>()`",
    note = "`#[retry_unsent]` takes `on = known` alone"
)]
pub trait Speaks<E> {}

/// Whose word it is.
pub struct Itself;

/// Two types that do speak. Where the type of the error is not known, since the function
/// has another fault, either could be meant, and rustc reports no second error.
#[derive(Debug)]
pub enum Here {}

/// The other one.
#[derive(Debug)]
pub enum There {}

#[diagnostic::do_not_recommend]
impl Speaks<Here> for Itself {}

#[diagnostic::do_not_recommend]
impl Speaks<There> for Itself {}

impl<'a, E: Erased> Asked<'a, E> {
    /// The error, if it had a word of its own.
    #[must_use]
    pub fn __asked(self) -> &'a E
    where
        Itself: Speaks<E>,
    {
        self.0
    }
}

/// The fallback for all others.
pub trait NotErased<'a> {
    /// The error.
    type Error;
    /// The error itself.
    fn __asked(self) -> &'a Self::Error;
}

impl<'a, E> NotErased<'a> for Asked<'a, E> {
    type Error = E;

    #[inline]
    fn __asked(self) -> &'a E {
        self.0
    }
}

/// An error for `on = known`: what is inside an erased one, else its own word, else what
/// the library knows of its type. Each way is a trait, on a reference to this that is one
/// shorter than that of the way before: a call of `known` on the longest takes the first
/// that the type has.
pub struct AskedKnown<'a, E>(pub &'a E);

/// The fallback for erased errors.
pub trait KnownInside {
    /// What is known of what is inside.
    fn __known(&self) -> Option<Verdict>;
}

impl<E: Erased> KnownInside for &&&AskedKnown<'_, E> {
    fn __known(&self) -> Option<Verdict> {
        self.0.known()
    }
}

/// The fallback for errors that classify themselves.
pub trait KnownByItself {
    /// Its own word.
    fn __known(&self) -> Option<Verdict>;
}

impl<E: Transient> KnownByItself for &&AskedKnown<'_, E> {
    fn __known(&self) -> Option<Verdict> {
        Some(self.0.verdict())
    }
}

/// The fallback for other errors.
pub trait KnownByType {
    /// What the library knows of its chain.
    fn __known(&self) -> Option<Verdict>;
}

impl<E: Error + 'static> KnownByType for &AskedKnown<'_, E> {
    fn __known(&self) -> Option<Verdict> {
        classify(self.0)
    }
}

/// For what is no error: never implemented, for its message.
#[diagnostic::on_unimplemented(
    message = "`on = known` asks what is known of an error, and `{E}` is none",
    label = "this implements neither `std::error::Error` nor `retry_runtime::Transient`",
    note = "write a predicate, such as `on = |error| matches!(error, ..)`, or `on = always`"
)]
pub trait IsError<E> {}

/// What is asked.
pub struct Library;

/// The fallback for what is no error.
pub trait NotKnown {
    /// What was given.
    type Given;
    /// Nothing.
    fn __known(&self) -> Option<Verdict>
    where
        Library: IsError<Self::Given>;
}

impl<E> NotKnown for AskedKnown<'_, E> {
    type Given = E;
    fn __known(&self) -> Option<Verdict>
    where
        Library: IsError<E>,
    {
        None
    }
}
