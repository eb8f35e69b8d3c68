//! Faults: attempts that end as a test says, without their bodies.

use super::injected::{InjectedFault, TakenFault};
use super::name_pattern::NamePattern;
use super::scope::{Frame, FrameParts, Scope, Scoped};
use super::world::locked;
use crate::macro_support::inject::Inject;
use crate::observe::subject::Name;
use std::any::{Any, type_name};
use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};

/// Lets the next `times` attempts of a function end in an error, inside of what is given to
/// [`during`](Faults::during).
///
/// The attempt is made as ever, but for its body, which does not run: the error is
/// classified, paid for, told to the breaker, logged, and retried. `error` makes it, anew
/// for each attempt; it has to be of the function's own error type, and that has to be
/// [`Inject`]. `u32::MAX` times is always.
///
/// `pattern` is the name that logs and a [`Record`](super::Record) give the function, such
/// as `app::Users::get`; a `*` in it stands for anything: `app::*`, `*::get`. Retries and
/// hedges count as attempts; an attempt that a breaker does not admit is none. Closures,
/// [`Policy::run`](crate::Policy::run), and the layers of retry-tower have no place to take
/// an error from but their own code: of them, only [`time_out`] is understood.
///
/// ```
/// use retry_runtime::{retry, testing};
/// use std::io;
///
/// #[retry(max = 3)]
/// async fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
/// let outcome = testing::fail("*::get", 3, refused).during(get()).await;
/// assert_eq!(outcome.unwrap(), 7);
///
/// let outcome = testing::fail("*::get", 4, refused).during(get()).await;
/// assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
/// # }
/// ```
#[track_caller]
pub fn fail<E: Inject>(
    pattern: &str,
    times: u32,
    error: impl Fn() -> E + Send + Sync + 'static,
) -> Faults {
    let make = move || Box::new(error()) as Box<dyn Any>;
    Faults::one(
        pattern,
        times,
        FaultKind::Error {
            make: Box::new(make),
            of: type_name::<E>(),
        },
    )
}

/// Lets the next `times` attempts of a function be cut by its limit, at once: by its
/// `timeout`, or by its `deadline` where there is no `timeout`, which ends the call.
///
/// Whatever error the function makes of [`Elapsed`](crate::Elapsed) follows, of any type. No time goes by.
/// All else is as in [`fail`].
///
/// ```
/// use retry_runtime::{retry, testing};
/// use std::io;
///
/// #[retry(timeout = 1s)]
/// async fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let outcome = testing::time_out("*::get", 4).during(get()).await;
/// assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
/// # }
/// ```
#[track_caller]
pub fn time_out(pattern: &str, times: u32) -> Faults {
    Faults::one(pattern, times, FaultKind::TimeOut)
}

/// What is to fail, by [`fail`] and [`time_out`].
///
/// ```
/// use retry_runtime::testing::{Faults, fail};
/// use std::io;
///
/// fn outage() -> Faults {
///     fail("app::*", u32::MAX, || io::Error::from(io::ErrorKind::ConnectionRefused))
/// }
/// # let _ = outage as fn() -> Faults;
/// ```
#[must_use = "nothing fails but what is given to `during`"]
#[derive(Clone)]
pub struct Faults(Vec<PlannedFault>);

impl Faults {
    #[track_caller]
    fn one(pattern: &str, times: u32, kind: FaultKind) -> Self {
        let pattern = NamePattern::new(pattern);
        Self(vec![PlannedFault {
            pattern,
            times,
            kind: Arc::new(kind),
        }])
    }

    /// And these. Where several are meant for one function, the first goes before.
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    /// use std::io;
    ///
    /// #[retry(timeout = 1s)]
    /// async fn get() -> io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let faults = testing::fail("*::get", 1, || io::Error::from(io::ErrorKind::ConnectionReset))
    ///     .and(testing::time_out("*::get", 2));
    /// let (outcome, record) = testing::record(faults.during(get())).await;
    /// assert_eq!(outcome.unwrap(), 7);
    /// assert_eq!(record.call().attempts().len(), 4);
    /// # }
    /// ```
    pub fn and(mut self, mut more: Self) -> Self {
        self.0.append(&mut more.0);
        self
    }

    /// The future in which attempts fail so.
    ///
    /// Its poll panics, and so the test fails, where the error is not of the function's type,
    /// where the function has no limit, and at its end where a pattern has met no attempt:
    /// the message says what to write.
    ///
    /// ```
    /// # use retry_runtime::{retry, testing};
    /// # use std::io;
    /// # #[retry]
    /// # async fn get() -> io::Result<u32> { Ok(7) }
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let faults = testing::fail("*::get", 1, || io::Error::from(io::ErrorKind::ConnectionReset));
    /// assert_eq!(faults.during(get()).await.unwrap(), 7);
    /// # }
    /// ```
    pub fn during<F: Future>(self, future: F) -> Scoped<F> {
        Scoped::new(self.parts(), future)
    }

    /// The same for code that is not `async`.
    ///
    /// # Panics
    ///
    /// As in [`during`](Self::during).
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    /// use std::io;
    ///
    /// #[retry(backoff = none)]
    /// fn get() -> io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// let faults = testing::fail("*::get", 1, || io::Error::from(io::ErrorKind::ConnectionReset));
    /// assert_eq!(faults.during_blocking(get).unwrap(), 7);
    /// ```
    pub fn during_blocking<R>(self, call: impl FnOnce() -> R) -> R {
        Scope::with(self.parts()).run_checked(call)
    }

    fn parts(self) -> FrameParts {
        let faults = Arc::new(RunningFaults::new(self.0));
        FrameParts {
            faults: Some(faults),
            ..FrameParts::default()
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

/// A fault, as it was asked for.
#[derive(Clone)]
struct PlannedFault {
    pattern: NamePattern,
    times: u32,
    kind: Arc<FaultKind>,
}

impl fmt::Debug for PlannedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} times {}", self.times, self.pattern)
    }
}

/// How an attempt is to end.
pub(super) enum FaultKind {
    Error {
        make: Box<dyn Fn() -> Box<dyn Any> + Send + Sync>,
        of: &'static str,
    },
    TimeOut,
}

/// The faults of one frame.
pub(super) struct RunningFaults(Mutex<FaultsState>);

struct FaultsState {
    planned: Vec<PlannedFault>,
    met: Vec<bool>,
    functions: BTreeSet<String>,
}

impl RunningFaults {
    fn new(planned: Vec<PlannedFault>) -> Self {
        Self(Mutex::new(FaultsState {
            met: vec![false; planned.len()],
            planned,
            functions: BTreeSet::new(),
        }))
    }

    /// What an attempt of this function is to end in, if anything and if it `can` still: it
    /// is used up then.
    fn take(&self, function: &str, can: bool) -> Option<Arc<FaultKind>> {
        let mut state = locked(&self.0);
        let FaultsState {
            planned,
            met,
            functions,
        } = &mut *state;
        if !functions.contains(function) {
            functions.insert(function.to_owned());
        }
        let mut taken = None;
        for (planned, met) in planned.iter_mut().zip(met) {
            if !planned.pattern.matches(function) {
                continue;
            }
            *met = true;
            if can && taken.is_none() && planned.times > 0 {
                if planned.times < u32::MAX {
                    planned.times -= 1;
                }
                taken = Some(Arc::clone(&planned.kind));
            }
        }
        taken
    }

    /// Fails the test where a pattern has met nothing.
    pub(super) fn check(&self) {
        let state = locked(&self.0);
        let unmet = state.planned.iter().zip(&state.met).find(|(_, met)| !**met);
        let Some((planned, _)) = unmet else {
            return;
        };
        let functions: Vec<_> = state.functions.iter().map(String::as_str).collect();
        let message = format!(
            "no attempt was made of `{}`, which was to fail: {}",
            planned.pattern,
            if functions.is_empty() {
                "no retried function was called at all".to_owned()
            } else {
                format!("called were `{}`", functions.join("`, `"))
            }
        );
        drop(state);
        panic!("{message}");
    }
}

/// Takes what an attempt of this function is to end in. The innermost `during` goes before.
pub(super) fn take(frame: &Frame, name: Name) -> InjectedFault {
    let frames = frame.and_outer();
    let mut faults = frames
        .filter_map(|frame| frame.parts.faults.as_ref())
        .peekable();
    if faults.peek().is_none() {
        return InjectedFault::NONE;
    }
    let function = name.find();
    let mut kind = None;
    for faults in faults {
        let taken = faults.take(&function, kind.is_none());
        kind = kind.or(taken);
    }
    InjectedFault::new(kind.map(|kind| TakenFault {
        function: function.into_owned(),
        kind,
    }))
}
