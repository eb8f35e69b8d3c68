//! Whether a breaker is half-open, for one that does not tell on asking.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::{Admission, Rejected};
use crate::sync::AtomicBool;

/// A flag that the breaker raises, and that its outcomes lower.
#[derive(Clone, Debug)]
pub(crate) struct HalfOpen(Arc<AtomicBool>);

impl HalfOpen {
    /// The breaker is closed.
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicBool::new(false)))
    }

    /// The breaker says that it is half-open, while it is asked for permission.
    pub(crate) fn begins(&self) {
        self.0.store(true, Relaxed);
    }

    /// Asks the breaker, which may raise the flag.
    #[inline]
    pub(crate) fn admit(&self, permitted: impl FnOnce() -> bool) -> Result<Admission, Rejected> {
        if !permitted() {
            return Err(Rejected::new());
        }
        if self.0.load(Relaxed) {
            Ok(Admission::Probe)
        } else {
            Ok(Admission::Normal)
        }
    }

    /// Tells the breaker of an outcome. Every one ends the half-open state. Not
    /// left to the breaker, which says so outside of its lock: out of order, the
    /// flag would stay up on a closed breaker.
    #[inline]
    pub(crate) fn ends(&self, tell: impl FnOnce()) {
        tell();
        self.0.store(false, Relaxed);
    }
}
