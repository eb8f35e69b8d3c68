//! What calls the code that runs now: a request's own future, or the task of a connection,
//! in which a body may be read as well.

use std::cell::Cell;

thread_local! {
    static POLLING: Cell<bool> = const { Cell::new(false) };
}

/// Whether the code that runs now is called by a request's own future.
pub(crate) fn is_within_a_request() -> bool {
    POLLING.with(Cell::get)
}

/// Polls a request's future.
pub(crate) fn within<T>(poll: impl FnOnce() -> T) -> T {
    struct Within(bool);
    impl Drop for Within {
        fn drop(&mut self) {
            POLLING.with(|polling| polling.set(self.0));
        }
    }
    let _within = Within(POLLING.with(|polling| polling.replace(true)));
    poll()
}
