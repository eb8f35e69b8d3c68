//! What the code that runs now is part of: an attempt that may be made again, a
//! retry, or neither. For those who write retries, and for the marks.
//!
//! An attempt enters its [`AttemptScope`] for as long as it runs, each poll of its
//! future anew. A call that must not run twice asks for it, and so notices a retried
//! function that no type has told the compiler of: a function in between without a
//! mark, a `dyn Future`, a stream, a closure. And a retried function inside asks
//! whether one further out [is on a retry](is_on_retry), and makes one attempt then
//! (Kitex's chain stop).
//!
//! The scope is the thread's own. It does not reach into tasks that are spawned.
//!
//! ```
//! use retry_idempotency::attempt_scope::{AttemptScope, RepeatedCall, is_on_retry};
//! use retry_idempotency::non_idempotent;
//!
//! #[non_idempotent]
//! fn charge() {}
//!
//! fn report(call: RepeatedCall) {
//!     panic!("{} is executed by a retry", call.name());
//! }
//!
//! let mut scope = AttemptScope::RETRY;
//! let outcome = std::panic::catch_unwind(move || {
//!     let _entered = scope.enter(report);
//!     assert!(is_on_retry());
//!     charge()
//! });
//! assert!(outcome.is_err());
//! assert!(!is_on_retry());
//! ```

use std::cell::Cell;

/// The code that runs is part of a retry: retried functions inside make one attempt.
const ON_RETRY: u8 = 1;
/// The code that runs may be run once more.
const MAY_REPEAT: u8 = 1 << 1;
/// The code that runs may have been run before.
const REPEATS: u8 = 1 << 2;

const REPEATED: u8 = MAY_REPEAT | REPEATS;

/// What is called where a call that must not run twice is part of an attempt.
pub type Report = fn(RepeatedCall);

/// The thread's state: one for all versions of whatever retries.
struct Current {
    bits: Cell<u8>,
    report: Cell<Report>,
}

thread_local! {
    static CURRENT: Current = const {
        Current {
            bits: Cell::new(0),
            report: Cell::new(|_| {}),
        }
    };
}

/// What an attempt is to the code inside it.
///
/// ```
/// use retry_idempotency::attempt_scope::AttemptScope;
///
/// // As a layer of another kind keeps it, from its second attempt on.
/// let scope_of = |retries: u32| match retries {
///     0 => AttemptScope::NONE,
///     _ => AttemptScope::CHAIN_STOP,
/// };
/// assert_ne!(scope_of(0), scope_of(1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttemptScope(u8);

impl AttemptScope {
    /// No part of an attempt: entering it would change nothing.
    pub const NONE: Self = Self(0);

    /// A first attempt, after which another may follow. To enter it costs some
    /// writes for each poll, and finds a mistake before the first failure: it is
    /// for debug builds and tests.
    pub const FIRST: Self = Self(MAY_REPEAT);

    /// A retry.
    pub const RETRY: Self = Self(ON_RETRY | REPEATS);

    /// A retry of a function that leaves the retries of those inside free.
    pub const RETRY_WITH_NESTED: Self = Self(REPEATS);

    /// The retry of another kind of layer: it stops the retries inside. Whether what it
    /// repeats may run twice is not checked.
    pub const CHAIN_STOP: Self = Self(ON_RETRY);

    /// Whether there is nothing to enter.
    ///
    /// ```
    /// use retry_idempotency::attempt_scope::AttemptScope;
    ///
    /// assert!(AttemptScope::NONE.is_none());
    /// assert!(!AttemptScope::FIRST.is_none());
    /// ```
    #[inline]
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Enters the scope until what comes back is dropped, on a panic too. A scope
    /// further out stays in force.
    ///
    /// `report` is called by the first call that must not run twice, and by no other
    /// one of this attempt, in however many polls it runs.
    ///
    /// ```
    /// use retry_idempotency::attempt_scope::{AttemptScope, executed};
    ///
    /// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    ///
    /// static REPORTED: AtomicU32 = AtomicU32::new(0);
    ///
    /// let mut scope = AttemptScope::FIRST;
    /// for _poll in 0..2 {
    ///     let _entered = scope.enter(|_| _ = REPORTED.fetch_add(1, Relaxed));
    ///     executed("charge");
    /// }
    /// assert_eq!(REPORTED.load(Relaxed), 1);
    /// ```
    #[inline(never)]
    #[must_use = "it is left where this is dropped"]
    pub fn enter(&mut self, report: Report) -> Entered<'_> {
        CURRENT.with(|current| {
            let bits = current.bits.get();
            current.bits.set(bits | self.0);
            Entered {
                scope: self,
                bits,
                report: current.report.replace(report),
            }
        })
    }
}

/// A scope that is entered.
///
/// ```
/// use retry_idempotency::attempt_scope::{AttemptScope, is_on_retry};
///
/// let mut scope = AttemptScope::RETRY;
/// let entered = scope.enter(|_| {});
/// assert!(is_on_retry());
/// drop(entered);
/// assert!(!is_on_retry());
/// ```
#[derive(Debug)]
pub struct Entered<'a> {
    scope: &'a mut AttemptScope,
    /// What was before.
    bits: u8,
    report: Report,
}

impl Drop for Entered<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        CURRENT.with(|current| {
            let bits = current.bits.replace(self.bits);
            current.report.set(self.report);
            if bits & REPEATED == 0 {
                // It has been reported.
                self.scope.0 &= !REPEATED;
            }
        });
    }
}

/// A call that must not run twice, found in an attempt.
///
/// ```
/// use retry_idempotency::attempt_scope::RepeatedCall;
///
/// fn report(call: RepeatedCall) {
///     eprintln!("{}, by a retry: {}", call.name(), call.is_by_retry());
/// }
/// # let _ = report as fn(RepeatedCall);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RepeatedCall {
    name: &'static str,
    is_by_retry: bool,
}

impl RepeatedCall {
    /// The path of the function, or the type of the future where it has none.
    ///
    /// ```
    /// use retry_idempotency::attempt_scope::{AttemptScope, executed};
    ///
    /// let mut scope = AttemptScope::RETRY;
    /// let _entered = scope.enter(|call| assert_eq!(call.name(), "bank::charge"));
    /// executed("bank::charge");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        let mut name = self.name;
        while let Some(outer) = name.strip_suffix("::{{closure}}") {
            name = outer;
        }
        name
    }

    /// Whether a retry makes it, and not a first attempt.
    ///
    /// ```
    /// use retry_idempotency::attempt_scope::{AttemptScope, executed};
    ///
    /// let mut scope = AttemptScope::FIRST;
    /// let _entered = scope.enter(|call| assert!(!call.is_by_retry()));
    /// executed("bank::charge");
    /// ```
    #[must_use]
    pub const fn is_by_retry(&self) -> bool {
        self.is_by_retry
    }
}

/// Whether the code that runs now is part of a retry further out, so that there
/// are to be no retries inside.
///
/// ```
/// assert!(!retry_idempotency::attempt_scope::is_on_retry());
/// ```
#[inline]
#[must_use]
pub fn is_on_retry() -> bool {
    CURRENT.with(|current| current.bits.get() & ON_RETRY != 0)
}

/// A call that must not run twice is made now; `name` is what it is called in the
/// report. It costs one read of a thread-local.
///
/// ```
/// use retry_idempotency::attempt_scope::executed;
///
/// fn append(line: &str) {
///     executed("append"); // what `#[non_idempotent]` writes here
///     let _ = line;
/// }
/// append("x");
/// ```
#[inline]
pub fn executed(name: &'static str) {
    let bits = CURRENT.with(|current| current.bits.get());
    if bits & REPEATED != 0 {
        report(name, bits);
    }
}

#[cold]
#[inline(never)]
fn report(name: &'static str, bits: u8) {
    let report = CURRENT.with(|current| {
        current.bits.set(bits & !REPEATED);
        current.report.get()
    });
    report(RepeatedCall {
        name,
        is_by_retry: bits & REPEATS != 0,
    });
}

/// Runs code of which is said that it may run twice, with all that it calls: the
/// way past the check for a synchronous call, and for one that is given an
/// [`Operation`](crate::Operation), `assume_idempotent(|| send(&op)).await`. For a future it is
/// [`NonIdempotent::assume_idempotent`](crate::NonIdempotent::assume_idempotent),
/// and the same is true of it.
///
/// ```
/// use retry_idempotency::{assume_idempotent, non_idempotent};
/// use retry_runtime::retry;
/// use std::io;
///
/// #[non_idempotent]
/// fn charge(order: &str) -> io::Result<usize> {
///     Ok(order.len())
/// }
///
/// #[retry]
/// fn charge_once(order: &str) -> io::Result<usize> {
///     // The server refuses a second charge of the same order number.
///     assume_idempotent(|| charge(order))
/// }
/// assert_eq!(charge_once("a1").unwrap(), 2);
/// ```
pub fn assume_idempotent<R>(call: impl FnOnce() -> R) -> R {
    let _assumed = Assumed::enter();
    call()
}

/// Until it is dropped, no call that must not run twice is reported.
pub(crate) struct Assumed {
    bits: u8,
}

impl Assumed {
    pub(crate) fn enter() -> Self {
        CURRENT.with(|current| {
            let bits = current.bits.get();
            current.bits.set(bits & !REPEATED);
            Self { bits }
        })
    }
}

impl Drop for Assumed {
    fn drop(&mut self) {
        CURRENT.with(|current| current.bits.set(self.bits));
    }
}
