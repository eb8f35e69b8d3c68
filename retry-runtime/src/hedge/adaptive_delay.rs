//! A hedging delay that follows what the service does.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::histogram::{self, Histogram};
use crate::seams;
use crate::sync::{self, AtomicU32};
use retry_words::InvalidPolicy;

/// The delay is computed anew after this many observations.
const PACE: u32 = 32;

/// A hedge costs 100 tokens; an observation earns as many as the extra load has per cent.
pub(crate) const HEDGE: u32 = 100;

/// So many hedges can be saved up.
pub(crate) const BURST: u32 = 10 * HEDGE;

/// How long to wait for an answer before hedging: a percentile of the latencies observed lately.
///
/// Hedging after the 95th percentile adds about 5 % to the load and cuts off
/// the slowest answers (Dean and Barroso, "The Tail at Scale", 2013). A fixed
/// delay does so only for as long as the service is as fast as it was when the
/// delay was chosen; this one follows.
///
/// | figure | default | set by |
/// | --- | --- | --- |
/// | percentile | 95 | [`percentile`](Self::percentile) |
/// | hedges, at most, to 100 observed successes | 10 | [`extra_load`](Self::extra_load) |
///
/// # What it promises
///
/// - **No delay until it knows enough**: [`delay`](Self::delay) is `None`, and
///   nothing is hedged, until 10 observations can be expected above the
///   percentile: 1000 / (100 - percentile) of them, 200 for the 95th.
/// - **Accuracy**: within 1/64 (1.6 %) of the exact percentile of what it
///   remembers, or within 0.5 µs below 32 µs. Latencies above 67 s count as 67 s.
/// - **It follows**: it remembers some 500 to 1000 of the latest observations,
///   more for percentiles above 95, by halving the weight of all when there are too
///   many. When the service slows down, the delay has followed after about
///   (100 - percentile) % of that many observations; when it becomes faster
///   again, the slow ones have been forgotten after about 3000. The delay
///   changes after every 32nd observation.
/// - **A cap on the extra load**: each observed success earns a tenth of a
///   hedge, and at most 10 hedges can be saved up. When all answers become slow
///   at once, hedges stay below 10 % of the successes however far the delay is
///   off, and when none arrive at all, 10 hedges are the last.
///
/// # What to observe
///
/// The time from the start of a call's first attempt to its first successful
/// answer, whichever attempt gave it. Not the time of the winning attempt
/// alone: the slow attempts that lost would be missing, so that the percentile
/// would sink with every hedge and bring about more of them. A hedge cannot win
/// before the delay is over, so the share of calls that take longer than the
/// delay is the same with it and without.
///
/// ```
/// use retry_runtime::HedgeDelay;
/// use std::time::Duration;
///
/// static DELAY: HedgeDelay = HedgeDelay::new();
///
/// assert_eq!(DELAY.delay(), None);
/// for millis in 1..=1000 {
///     DELAY.observe(Duration::from_millis(millis % 100));
/// }
/// let delay = DELAY.delay().unwrap();
/// assert!((delay.as_secs_f64() - 0.095).abs() < 0.095 / 64.0 + 0.001);
/// ```
///
/// One `HedgeDelay` stands for one method of a service, and is shared by
/// reference: methods differ in latency. It takes 2.8 kB.
pub struct HedgeDelay {
    histogram: Histogram,
    percentile: u32,
    extra_load: u32,
    /// Wraps.
    observed: AtomicU32,
    /// In units of [`histogram::UNIT`]; 0 is none yet.
    delay: AtomicU32,
    pub(crate) tokens: AtomicU32,
    #[cfg(feature = "testing")]
    pub(crate) identity: crate::seams::Identity,
}

impl HedgeDelay {
    sync::const_fn! {
        /// Follows the 95th percentile, with at most 10 hedges to 100 observed successes.
        ///
        /// ```
        /// use retry_runtime::HedgeDelay;
        ///
        /// static DELAY: HedgeDelay = HedgeDelay::new();
        /// assert_eq!(DELAY.delay(), None);
        /// ```
        #[must_use]
        pub const fn new() -> Self {
            Self {
                histogram: Histogram::new(),
                percentile: 95,
                extra_load: 10,
                observed: AtomicU32::new(0),
                delay: AtomicU32::new(0),
                tokens: AtomicU32::new(0),
                #[cfg(feature = "testing")]
                identity: crate::seams::Identity::new(),
            }
        }
    }

    /// Which percentile to follow, 50 to 99. Default 95.
    ///
    /// Of 100 calls, about `100 - percentile` are hedged: mind
    /// [`extra_load`](Self::extra_load) below the 90th. Kitex advises the 99th.
    ///
    /// # Errors
    ///
    /// `percentile` is not in 50..=99.
    ///
    /// ```
    /// use retry_runtime::HedgeDelay;
    ///
    /// static DELAY: HedgeDelay = match HedgeDelay::new().percentile(99) {
    ///     Ok(delay) => delay,
    ///     Err(_) => panic!("the percentile must be 50 to 99"),
    /// };
    /// assert!(HedgeDelay::new().percentile(100).is_err());
    /// # assert_eq!(DELAY.delay(), None);
    /// ```
    #[allow(
        clippy::forget_non_drop,
        reason = "loom's types drop, which a const fn may not"
    )]
    pub const fn percentile(mut self, percentile: u32) -> Result<Self, InvalidPolicy> {
        if percentile < 50 || percentile > 99 {
            std::mem::forget(self);
            return Err(InvalidPolicy::hedge_percentile(percentile));
        }
        self.percentile = percentile;
        Ok(self)
    }

    /// How many hedges there may be to 100 observed successes, 1 to 100. Default 10.
    ///
    /// # Errors
    ///
    /// `percent` is not in 1..=100. For no hedges, leave out `hedge`.
    ///
    /// ```
    /// use retry_runtime::HedgeDelay;
    ///
    /// let delay = HedgeDelay::new().percentile(80)?.extra_load(25)?;
    /// assert!(HedgeDelay::new().extra_load(0).is_err());
    /// # drop(delay);
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[allow(
        clippy::forget_non_drop,
        reason = "loom's types drop, which a const fn may not"
    )]
    pub const fn extra_load(mut self, percent: u32) -> Result<Self, InvalidPolicy> {
        if percent < 1 || percent > 100 {
            std::mem::forget(self);
            return Err(InvalidPolicy::hedge_extra_load(percent));
        }
        self.extra_load = percent;
        Ok(self)
    }

    /// A call succeeded after this long, counted from the start of its first attempt.
    ///
    /// A few relaxed atomic additions, no lock; the percentile is computed at
    /// every 32nd observation.
    ///
    /// ```
    /// # use retry_runtime::HedgeDelay;
    /// # use std::time::Duration;
    /// # let delay = HedgeDelay::new();
    /// delay.observe(Duration::from_millis(12));
    /// ```
    pub fn observe(&self, latency: Duration) {
        let here = seams::here(self);
        here.histogram.add(latency, here.memory());
        // A little above BURST when threads meet here, which does no harm.
        if here.tokens.load(Relaxed) < BURST {
            here.tokens.fetch_add(here.extra_load, Relaxed);
        }
        let observed = here.observed.fetch_add(1, Relaxed).wrapping_add(1);
        let enough = here.enough();
        if observed == enough || (observed > enough && observed % PACE == 0) {
            here.delay
                .store(here.histogram.percentile(here.percentile), Relaxed);
        }
    }

    /// How long to wait before hedging; `None` until enough is observed.
    ///
    /// One atomic load.
    ///
    /// ```
    /// # use retry_runtime::HedgeDelay;
    /// assert_eq!(HedgeDelay::new().delay(), None);
    /// ```
    #[must_use]
    pub fn delay(&self) -> Option<Duration> {
        match seams::here(self).delay.load(Relaxed) {
            0 => None,
            units => Some(histogram::UNIT * units),
        }
    }

    /// Takes one hedge out of the extra load; `false` means that it must not be started.
    ///
    /// Asked when the delay is over, beside the [`Budget`](crate::Budget).
    ///
    /// ```
    /// use retry_runtime::HedgeDelay;
    /// use std::time::Duration;
    ///
    /// let delay = HedgeDelay::new();
    /// assert!(!delay.try_hedge());
    /// for _ in 0..10 {
    ///     delay.observe(Duration::from_millis(5));
    /// }
    /// assert!(delay.try_hedge());
    /// assert!(!delay.try_hedge());
    /// ```
    #[must_use = "a hedge that was refused must not be started"]
    pub fn try_hedge(&self) -> bool {
        seams::here(self)
            .tokens
            .fetch_update(Relaxed, Relaxed, |tokens| tokens.checked_sub(HEDGE))
            .is_ok()
    }

    /// A new one of the same settings.
    #[cfg(feature = "testing")]
    pub(crate) fn like(other: &Self) -> Self {
        Self {
            percentile: other.percentile,
            extra_load: other.extra_load,
            ..Self::new()
        }
    }

    /// How many observations it takes to expect 10 of them above the percentile.
    const fn enough(&self) -> u32 {
        1000 / (100 - self.percentile)
    }

    /// How many observations are remembered before their weight is halved.
    fn memory(&self) -> u32 {
        (5 * self.enough()).max(1000)
    }
}

impl Default for HedgeDelay {
    /// [`HedgeDelay::new`].
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HedgeDelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HedgeDelay")
            .field("percentile", &self.percentile)
            .field("extra_load", &self.extra_load)
            .field("delay", &self.delay())
            .finish_non_exhaustive()
    }
}
