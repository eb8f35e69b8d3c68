//! Errors that are kept for `before_retry_with` and `elapsed_with`, where one of the two
//! is said: else an error is dropped as soon as a retry is decided.

/// What is kept of failed attempts.
pub trait Kept<E> {
    /// An attempt failed with this error, which the limit made that cut it, or not.
    fn failed(&mut self, error: E, by_limit: bool);
    /// The error of the attempt before the retry that is to come: none after a response.
    fn current(&mut self) -> Option<&mut E>;
    /// The retry starts.
    fn settle(&mut self);
    /// The latest error that no limit made.
    fn take_last(&mut self) -> Option<E>;
}

/// Nobody asks.
#[derive(Debug)]
pub struct KeptNothing;

impl<E> Kept<E> for KeptNothing {
    fn failed(&mut self, _: E, _: bool) {}

    fn current(&mut self) -> Option<&mut E> {
        None
    }

    fn settle(&mut self) {}

    fn take_last(&mut self) -> Option<E> {
        None
    }
}

/// The errors that are asked for.
#[derive(Debug)]
pub struct KeptErrors<E> {
    /// Of the attempt before, and whether a limit made it.
    current: Option<(E, bool)>,
    last: Option<E>,
}

impl<E> KeptErrors<E> {
    pub(super) const NONE: Self = Self {
        current: None,
        last: None,
    };
}

impl<E> Kept<E> for KeptErrors<E> {
    fn failed(&mut self, error: E, by_limit: bool) {
        self.current = Some((error, by_limit));
    }

    fn current(&mut self) -> Option<&mut E> {
        self.current.as_mut().map(|(error, _)| error)
    }

    fn settle(&mut self) {
        if let Some((error, false)) = self.current.take() {
            self.last = Some(error);
        }
    }

    fn take_last(&mut self) -> Option<E> {
        self.settle();
        self.last.take()
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, KeptErrors};

    #[test]
    fn the_last_error_is_the_latest_that_no_limit_made() {
        let mut kept = KeptErrors::NONE;
        kept.failed("read-only", false);
        assert_eq!(kept.current(), Some(&mut "read-only"));
        kept.settle();
        assert_eq!(kept.current(), None, "the retry has started");
        kept.failed("timed out", true);
        assert_eq!(kept.current(), Some(&mut "timed out"));
        assert_eq!(kept.take_last(), Some("read-only"));
        assert_eq!(kept.take_last(), None);
    }
}
