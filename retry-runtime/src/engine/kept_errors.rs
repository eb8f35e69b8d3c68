//! Errors that are kept for `before_retry = |retry, error|` and `elapsed = |elapsed, last|`,
//! and for `before_retry_with` and `elapsed_with` of a run: else an error is dropped as
//! soon as a retry is decided.

use super::outcome::Of;
use std::sync::{Mutex, PoisonError};

/// What is kept of the failed attempts of a call.
#[derive(Debug)]
pub struct KeptErrors<E> {
    /// Of the attempt before the retry that is to come, and whether a limit made it.
    current: Option<(E, bool)>,
    /// The latest that no limit made, of the attempts before that.
    last: Option<E>,
}

impl<E> KeptErrors<E> {
    /// Nothing yet.
    #[must_use]
    pub const fn of(_: Of<E>) -> Self {
        Self {
            current: None,
            last: None,
        }
    }

    /// An attempt has failed, with this error or by its response.
    pub fn failed(&mut self, error: Option<E>, by_limit: bool) {
        self.settle();
        self.current = error.map(|error| (error, by_limit));
    }

    /// The error of the attempt before.
    #[must_use]
    pub fn current(&mut self) -> Option<&mut E> {
        self.current.as_mut().map(|(error, _)| error)
    }

    /// `before_retry` has seen it, and nobody else asks.
    pub fn forget(&mut self) {
        self.current = None;
    }

    /// `before_retry` has seen it.
    pub fn settle(&mut self) {
        if let Some((error, false)) = self.current.take() {
            self.last = Some(error);
        }
    }

    /// The latest error that no limit made.
    #[must_use]
    pub fn take_last(&mut self) -> Option<E> {
        self.settle();
        self.last.take()
    }
}

/// The latest error of attempts that run side by side.
#[derive(Debug)]
pub struct SharedError<E>(Mutex<Option<E>>);

impl<E> SharedError<E> {
    /// None yet.
    #[must_use]
    pub const fn of(_: Of<E>) -> Self {
        Self(Mutex::new(None))
    }

    /// An attempt has failed, with this error or by its response.
    pub fn failed(&self, error: Option<E>, by_limit: bool) {
        if let Some(error) = error.filter(|_| !by_limit) {
            let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let earlier = last.replace(error);
            drop(last);
            // Outside the lock, since it may do anything.
            drop(earlier);
        }
    }

    /// The latest error that no limit made.
    #[must_use]
    pub fn take_last(&self) -> Option<E> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::{KeptErrors, SharedError};
    use std::marker::PhantomData;

    #[test]
    fn the_last_error_is_the_latest_that_no_limit_made() {
        let mut kept = KeptErrors::of(PhantomData);
        kept.failed(Some("read-only"), false);
        assert_eq!(kept.current(), Some(&mut "read-only"));
        kept.failed(Some("timed out"), true);
        assert_eq!(kept.current(), Some(&mut "timed out"));
        kept.failed(None, false);
        assert_eq!(kept.current(), None, "a response was judged");
        assert_eq!(kept.take_last(), Some("read-only"));
        assert_eq!(kept.take_last(), None);
        kept.failed(Some("reset"), false);
        assert_eq!(kept.take_last(), Some("reset"));
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten() {
        let mut kept = KeptErrors::of(PhantomData);
        kept.failed(Some("read-only"), false);
        kept.forget();
        assert_eq!(kept.current(), None);
        assert_eq!(kept.take_last(), None);
    }

    #[test]
    fn attempts_side_by_side_share_one() {
        let shared = SharedError::of(PhantomData);
        shared.failed(Some("read-only"), false);
        shared.failed(Some("timed out"), true);
        shared.failed(None, false);
        assert_eq!(shared.take_last(), Some("read-only"));
        assert_eq!(shared.take_last(), None);
    }
}
