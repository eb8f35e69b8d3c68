//! The error's own verdict beside that of a predicate, where it has one.

use crate::transient::Transient;
use crate::verdict::Verdict;

/// An error of an unknown type.
pub struct OwnVerdict<'a, E: ?Sized>(pub &'a E);

impl<E: Transient + ?Sized> OwnVerdict<'_, E> {
    /// The error's own word.
    #[inline]
    #[must_use]
    pub fn own(&self) -> Option<Verdict> {
        Some(self.0.verdict())
    }
}

/// The fallback for errors that do not classify themselves.
pub trait NoOwnVerdict {
    /// There is none.
    #[inline]
    fn own(&self) -> Option<Verdict> {
        None
    }
}

impl<E: ?Sized> NoOwnVerdict for &OwnVerdict<'_, E> {}
