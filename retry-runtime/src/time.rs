//! Clock, timers and limits.

pub(crate) mod backoff_sleep;
pub(crate) mod clock;
pub(crate) mod limit;
pub(crate) mod timeout;
pub(crate) mod timer;
