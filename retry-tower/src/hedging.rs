//! When a layer starts an attempt beside one that is slow.

use retry_runtime::HedgeDelay;
use std::sync::Arc;
use std::time::Duration;

/// After how long without an answer another attempt starts beside the first, and
/// how many at most ("The Tail at Scale", 2013). All of them count as retries,
/// towards the policy's `max` and in the budget. The first success wins, and the
/// others are dropped.
///
/// Hedging sends a request that may well be answered already once more: it is for
/// requests that only read, or that have the same effect twice as once.
///
/// ```
/// use retry_tower::Hedging;
/// use std::time::Duration;
///
/// let hedging = Hedging::after(Duration::from_millis(50)).at_most(2);
/// # let _ = hedging;
/// ```
#[derive(Clone, Debug)]
pub struct Hedging {
    delay: Delay,
    at_most: u32,
}

#[derive(Clone, Debug)]
enum Delay {
    Fixed(Duration),
    Adaptive(Arc<HedgeDelay>),
}

impl Hedging {
    /// One attempt more, where there is no answer by then.
    ///
    /// ```
    /// # use retry_tower::Hedging;
    /// # use std::time::Duration;
    /// let hedging = Hedging::after(Duration::from_millis(50));
    /// # let _ = hedging;
    /// ```
    #[must_use]
    pub const fn after(delay: Duration) -> Self {
        Self {
            delay: Delay::Fixed(delay),
            at_most: 1,
        }
    }

    /// After a delay that follows the latency of the calls.
    ///
    /// ```
    /// use retry_runtime::HedgeDelay;
    /// use retry_tower::Hedging;
    /// use std::sync::Arc;
    ///
    /// let hedging = Hedging::adaptive(Arc::new(HedgeDelay::new()));
    /// # let _ = hedging;
    /// ```
    #[must_use]
    pub const fn adaptive(delay: Arc<HedgeDelay>) -> Self {
        Self {
            delay: Delay::Adaptive(delay),
            at_most: 1,
        }
    }

    /// The same after this delay.
    pub(crate) fn with_delay(self, delay: Duration) -> Self {
        Self {
            delay: Delay::Fixed(delay),
            ..self
        }
    }

    /// At most that many attempts beside the first one. The policy's `max` bounds
    /// them too.
    ///
    /// ```
    /// # use retry_tower::Hedging;
    /// # use std::time::Duration;
    /// let hedging = Hedging::after(Duration::from_millis(50)).at_most(3);
    /// # let _ = hedging;
    /// ```
    #[must_use]
    pub const fn at_most(mut self, hedges: u32) -> Self {
        self.at_most = hedges;
        self
    }

    pub(crate) fn delay(&self) -> Option<Duration> {
        match &self.delay {
            Delay::Fixed(delay) => Some(*delay),
            Delay::Adaptive(delay) => delay.delay(),
        }
    }

    pub(crate) const fn hedges(&self) -> u32 {
        self.at_most
    }

    pub(crate) fn try_hedge(&self) -> bool {
        match &self.delay {
            Delay::Fixed(_) => true,
            Delay::Adaptive(delay) => delay.try_hedge(),
        }
    }

    /// Whether somebody wants to know how long calls take.
    pub(crate) const fn follows(&self) -> bool {
        matches!(self.delay, Delay::Adaptive(_))
    }

    pub(crate) fn observe(&self, latency: Duration) {
        if let Delay::Adaptive(delay) = &self.delay {
            delay.observe(latency);
        }
    }
}
