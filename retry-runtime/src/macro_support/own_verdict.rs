//! The error's own verdict beside that of a predicate, where it has one.

use crate::engine::into_verdict::Own;
use crate::transient::Transient;

/// An error of an unknown type.
pub struct OwnVerdict<'a, E: ?Sized>(pub &'a E);

impl<E: Transient + ?Sized> OwnVerdict<'_, E> {
    /// The error's own word.
    #[inline]
    #[must_use]
    pub fn __own(&self) -> Own {
        Own::said_by(self.0)
    }
}

/// The fallback for errors that do not classify themselves.
pub trait NoOwnVerdict {
    /// There is none.
    fn __own(&self) -> Own;
}

impl<E: ?Sized> NoOwnVerdict for &OwnVerdict<'_, E> {
    #[inline]
    fn __own(&self) -> Own {
        Own::none::<E>()
    }
}
