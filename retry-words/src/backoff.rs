//! How long to wait before each retry.

mod delay;
pub(crate) mod kinds;
pub(crate) mod text;

use std::time::Duration;

use crate::invalid::InvalidPolicy;
use crate::invalid::backoff::BackoffFault;

/// How long to wait before each retry, before any [`Jitter`](crate::Jitter).
///
/// It is a rule, not an iterator: [`delay`](Self::delay) computes the wait before any retry from
/// its number. No delay is above the backoff's cap, whatever the number. The default is
/// `exp(100ms, 1.5, 1s)`: 100, 150, 225, 337.5, 506.25, 759.375, 1000, 1000, … ms.
///
/// It is parsed from and printed in the words of the attribute; every constructor but `none`
/// refuses what makes no sense, and can be called in a `const`.
///
/// ```
/// use retry_runtime::Backoff;
/// use std::time::Duration;
///
/// let backoff: Backoff = "fib(100ms, 1s)".parse()?;
/// let delays: Vec<_> = (1..=7)
///     .map(|retry| backoff.delay(retry, Duration::ZERO, 0.0).as_millis())
///     .collect();
/// assert_eq!(delays, [100, 100, 200, 300, 500, 800, 1000]);
/// # Ok::<(), retry_runtime::InvalidPolicy>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff(Rule);

/// Built by the constructors alone: no `first` or `low` is zero, none is above its `cap` or
/// `high`, and a factor is finite and at least 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rule {
    None,
    Fixed(Duration),
    Linear {
        first: Duration,
        step: Duration,
        cap: Duration,
    },
    Exp {
        first: Duration,
        factor: f64,
        cap: Duration,
    },
    Fib {
        first: Duration,
        cap: Duration,
    },
    Random {
        low: Duration,
        high: Duration,
    },
    Decorrelated {
        first: Duration,
        cap: Duration,
    },
}

impl Backoff {
    /// `exp(100ms, 1.5, 1s)`.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    ///
    /// assert_eq!("exp(100ms, 1.5, 1s)".parse(), Ok(Backoff::DEFAULT));
    /// ```
    pub const DEFAULT: Self = Self(Rule::Exp {
        first: Duration::from_millis(100),
        factor: 1.5,
        cap: Duration::from_secs(1),
    });

    /// `none`: retries at once.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// assert_eq!(Backoff::none().delay(9, Duration::ZERO, 0.0), Duration::ZERO);
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self(Rule::None)
    }

    /// `fixed(delay)`: the same delay before every retry.
    ///
    /// # Errors
    /// [`InvalidPolicy`] where `delay` is zero; that is [`none`](Self::none).
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// let backoff = Backoff::fixed(Duration::from_millis(50))?;
    /// assert_eq!(backoff.to_string(), "fixed(50ms)");
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    pub const fn fixed(delay: Duration) -> Result<Self, InvalidPolicy> {
        if delay.is_zero() {
            return Err(InvalidPolicy::backoff(BackoffFault::ZeroDelay("delay")).at(0));
        }
        Ok(Self(Rule::Fixed(delay)))
    }

    /// `linear(first, step, cap)`: each delay is longer than the one before by `step`, up to `cap`.
    ///
    /// # Errors
    /// [`InvalidPolicy`] where `first` or `step` is zero or `cap` is below `first`.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// let ms = Duration::from_millis;
    /// let backoff = Backoff::linear(ms(100), ms(50), ms(180))?;
    /// assert_eq!(backoff.delay(2, ms(100), 0.0), ms(150));
    /// assert_eq!(backoff.delay(3, ms(150), 0.0), ms(180));
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    pub const fn linear(
        first: Duration,
        step: Duration,
        cap: Duration,
    ) -> Result<Self, InvalidPolicy> {
        if step.is_zero() {
            return Err(InvalidPolicy::backoff(BackoffFault::ZeroStep).at(1));
        }
        match check_first(first, cap, 2) {
            Err(error) => Err(error),
            Ok(()) => Ok(Self(Rule::Linear { first, step, cap })),
        }
    }

    /// `exp(first, factor, cap)`: each delay is `factor` times the one before, up to `cap`:
    /// `min(first·factor^(n-1), cap)` before retry n, to the nearest nanosecond, as in
    /// gRPC A6 (where jitter is added to it).
    ///
    /// # Errors
    /// [`InvalidPolicy`] where `first` is zero, `factor` is below 1 or not finite, or `cap` is
    /// below `first`.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// const BACKOFF: Backoff =
    ///     match Backoff::exp(Duration::from_millis(100), 2.0, Duration::from_secs(5)) {
    ///         Ok(backoff) => backoff,
    ///         Err(_) => panic!("first, factor and cap make sense"),
    ///     };
    /// assert_eq!(BACKOFF.delay(3, Duration::ZERO, 0.0), Duration::from_millis(400));
    /// ```
    pub const fn exp(first: Duration, factor: f64, cap: Duration) -> Result<Self, InvalidPolicy> {
        if !factor.is_finite() {
            return Err(InvalidPolicy::backoff(BackoffFault::FactorNotFinite(factor)).at(1));
        }
        if factor < 1.0 {
            return Err(InvalidPolicy::backoff(BackoffFault::FactorBelowOne(factor)).at(1));
        }
        match check_first(first, cap, 2) {
            Err(error) => Err(error),
            Ok(()) => Ok(Self(Rule::Exp { first, factor, cap })),
        }
    }

    /// `fib(first, cap)`: `first` times 1, 1, 2, 3, 5, 8, … up to `cap`.
    ///
    /// # Errors
    /// [`InvalidPolicy`] where `first` is zero or `cap` is below `first`.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// let backoff = Backoff::fib(Duration::from_millis(10), Duration::from_secs(1))?;
    /// assert_eq!(backoff.delay(6, Duration::ZERO, 0.0), Duration::from_millis(80));
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    pub const fn fib(first: Duration, cap: Duration) -> Result<Self, InvalidPolicy> {
        match check_first(first, cap, 1) {
            Err(error) => Err(error),
            Ok(()) => Ok(Self(Rule::Fib { first, cap })),
        }
    }

    /// `random(low, high)`: each delay is drawn uniformly from `[low, high]`.
    ///
    /// # Errors
    /// [`InvalidPolicy`] where `low` is zero or `high` is below `low`. Delays down to zero are
    /// `fixed(high)` with the jitter `full`.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// let ms = Duration::from_millis;
    /// let backoff = Backoff::random(ms(100), ms(200))?;
    /// assert_eq!(backoff.delay(1, Duration::ZERO, 0.25), ms(125));
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    pub const fn random(low: Duration, high: Duration) -> Result<Self, InvalidPolicy> {
        if low.is_zero() {
            if high.is_zero() {
                return Err(InvalidPolicy::backoff(BackoffFault::ZeroDelay("delay")).at(0));
            }
            return Err(InvalidPolicy::backoff(BackoffFault::ZeroLow(high)).at(0));
        }
        if high.as_nanos() < low.as_nanos() {
            return Err(InvalidPolicy::backoff(BackoffFault::HighBelowLow { low, high }).at(1));
        }
        Ok(Self(Rule::Random { low, high }))
    }

    /// `decorrelated(first, cap)`: each delay is drawn uniformly from `first` to three times the
    /// delay before, and cut to `cap`. The first one is drawn as if the delay before were
    /// `first`. This is the "Decorrelated Jitter" of the AWS Architecture Blog,
    /// "Exponential Backoff And Jitter".
    ///
    /// # Errors
    /// [`InvalidPolicy`] where `first` is zero or `cap` is below `first`.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// let ms = Duration::from_millis;
    /// let backoff = Backoff::decorrelated(ms(100), ms(1000))?;
    /// assert_eq!(backoff.delay(1, Duration::ZERO, 0.5), ms(200));
    /// assert_eq!(backoff.delay(2, ms(200), 0.5), ms(350));
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    pub const fn decorrelated(first: Duration, cap: Duration) -> Result<Self, InvalidPolicy> {
        match check_first(first, cap, 1) {
            Err(error) => Err(error),
            Ok(()) => Ok(Self(Rule::Decorrelated { first, cap })),
        }
    }

    /// Whether chance is part of the backoff itself, so that it needs no
    /// [`Jitter`](crate::Jitter): `random` and `decorrelated`.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    ///
    /// assert!("random(1s, 2s)".parse::<Backoff>()?.is_random());
    /// assert!(!Backoff::DEFAULT.is_random());
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[must_use]
    pub const fn is_random(&self) -> bool {
        matches!(self.0, Rule::Random { .. } | Rule::Decorrelated { .. })
    }

    /// The shortest that the wait before the first retry can be, before jitter.
    /// A deadline that ends sooner leaves no time for any retry.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// assert_eq!(Backoff::DEFAULT.shortest_first(), Duration::from_millis(100));
    /// ```
    #[must_use]
    pub const fn shortest_first(&self) -> Duration {
        match self.0 {
            Rule::None => Duration::ZERO,
            Rule::Fixed(first)
            | Rule::Linear { first, .. }
            | Rule::Exp { first, .. }
            | Rule::Fib { first, .. }
            | Rule::Random { low: first, .. }
            | Rule::Decorrelated { first, .. } => first,
        }
    }

    /// The ceiling of every delay: the cap, or what stands for it in a backoff without one.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// assert_eq!(Backoff::DEFAULT.longest(), Duration::from_secs(1));
    /// assert_eq!(Backoff::none().longest(), Duration::ZERO);
    /// ```
    #[must_use]
    pub const fn longest(&self) -> Duration {
        match self.0 {
            Rule::None => Duration::ZERO,
            Rule::Fixed(cap)
            | Rule::Linear { cap, .. }
            | Rule::Exp { cap, .. }
            | Rule::Fib { cap, .. }
            | Rule::Random { high: cap, .. }
            | Rule::Decorrelated { cap, .. } => cap,
        }
    }

    pub(crate) const fn rule(&self) -> Rule {
        self.0
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Where the first delay is the argument of index 0; `cap_argument` is the index of the cap.
const fn check_first(
    first: Duration,
    cap: Duration,
    cap_argument: u8,
) -> Result<(), InvalidPolicy> {
    if first.is_zero() {
        return Err(InvalidPolicy::backoff(BackoffFault::ZeroDelay("first delay")).at(0));
    }
    if cap.as_nanos() < first.as_nanos() {
        let fault = BackoffFault::CapBelowFirst { first, cap };
        return Err(InvalidPolicy::backoff(fault).at(cap_argument));
    }
    Ok(())
}
