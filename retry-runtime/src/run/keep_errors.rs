//! Whether a run keeps the errors of failed attempts: for `before_retry_with` and
//! `elapsed_with` alone.

use crate::engine::kept_errors::KeptErrors;

/// What is kept of failed attempts.
pub trait KeepErrors<E> {
    /// An attempt has failed, with this error or by its response.
    fn failed(&mut self, error: Option<E>, by_limit: bool);
    /// The error of the attempt before the retry that is to come.
    fn current(&mut self) -> Option<&mut E>;
    /// The retry starts.
    fn settle(&mut self);
    /// The latest error that no limit made.
    fn take_last(&mut self) -> Option<E>;
}

/// Nobody asks.
#[derive(Debug)]
pub struct KeptNothing;

impl<E> KeepErrors<E> for KeptNothing {
    fn failed(&mut self, _: Option<E>, _: bool) {}

    fn current(&mut self) -> Option<&mut E> {
        None
    }

    fn settle(&mut self) {}

    fn take_last(&mut self) -> Option<E> {
        None
    }
}

impl<E> KeepErrors<E> for KeptErrors<E> {
    fn failed(&mut self, error: Option<E>, by_limit: bool) {
        self.failed(error, by_limit);
    }

    fn current(&mut self) -> Option<&mut E> {
        self.current()
    }

    fn settle(&mut self) {
        self.settle();
    }

    fn take_last(&mut self) -> Option<E> {
        self.take_last()
    }
}
