//! What a test has put around the code that runs now.

use super::clock::Quiet;
use super::faults::RunningFaults;
use super::trace::Recorder;
use super::world::TestWorld;
use pin_project_lite::pin_project;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// One thing that a test has put around the code, and what was around that.
pub(super) struct Frame {
    outer: Option<Arc<Frame>>,
    pub(super) parts: FrameParts,
}

/// What a frame brings. What it does not bring is that of the frame around it.
#[derive(Default)]
pub(super) struct FrameParts {
    pub(super) world: Option<Arc<TestWorld>>,
    pub(super) recorder: Option<Arc<Recorder>>,
    pub(super) faults: Option<Arc<RunningFaults>>,
}

impl Frame {
    /// This frame and those around it, the innermost first.
    pub(super) fn and_outer(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |frame| frame.outer.as_deref())
    }

    fn world(&self) -> Option<&Arc<TestWorld>> {
        self.and_outer()
            .find_map(|frame| frame.parts.world.as_ref())
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<Frame>>> = const { RefCell::new(None) };
}

/// Calls `ask` with what is around the code that runs now, if anything is.
pub(super) fn in_frame<R>(ask: impl FnOnce(&Arc<Frame>) -> Option<R>) -> Option<R> {
    // Out of the cell first: whatever is asked may itself ask. While the thread ends there
    // is nothing.
    let current = CURRENT.try_with(|current| current.borrow().clone());
    ask(&current.ok().flatten()?)
}

/// The world that the code that runs now is in, if a test made one.
pub(super) fn world() -> Option<Arc<TestWorld>> {
    in_frame(|frame| frame.world().cloned())
}

/// Puts the thread into a frame, or into none, until it is dropped.
struct EnteredFrame(Option<Arc<Frame>>);

impl EnteredFrame {
    fn enter(frame: Option<Arc<Frame>>) -> Self {
        let before = CURRENT.try_with(|current| current.replace(frame));
        Self(before.unwrap_or_default())
    }
}

impl Drop for EnteredFrame {
    fn drop(&mut self) {
        let before = self.0.take();
        // The frame may be the last of its scope, and drops whatever a test gave it.
        let frame = CURRENT.try_with(|current| current.replace(before));
        drop(frame);
    }
}

/// What a test has put around the code that makes this handle, to be carried to where that
/// code spawns: into tasks and threads.
///
/// A task that is spawned is not inside anything: it uses the process's state, and nobody
/// records it. With the handle it is.
///
/// ```
/// use retry_runtime::testing::{Scope, record};
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry]
/// async fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (outcome, record) = record(async {
///     tokio::spawn(Scope::current().wrap(get())).await.unwrap()
/// })
/// .await;
/// assert_eq!(outcome.unwrap(), 7);
/// assert_eq!(record.calls().len(), 1);
/// # }
/// ```
#[derive(Clone)]
pub struct Scope(Option<Arc<Frame>>);

impl Scope {
    /// That of the code that runs now. Where a test has put nothing around it, that is
    /// nothing, so that code which spawns can always ask.
    ///
    /// ```
    /// use retry_runtime::testing::Scope;
    ///
    /// let scope = Scope::current();
    /// assert_eq!(scope.run(|| 7), 7);
    /// ```
    #[must_use]
    pub fn current() -> Self {
        Self(in_frame(|frame| Some(Arc::clone(frame))))
    }

    /// Puts a future into the scope: in each poll, and where it is dropped.
    ///
    /// ```
    /// use retry_runtime::testing::{Scope, isolated};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// isolated(async {
    ///     let task = tokio::spawn(Scope::current().wrap(async { 7 }));
    ///     assert_eq!(task.await.unwrap(), 7);
    /// })
    /// .await;
    /// # }
    /// ```
    pub fn wrap<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped {
            future: Some(future),
            entry: ScopeEntry::Given(self.clone()),
            quiet: Quiet::default(),
        }
    }

    /// Calls a function in the scope: for what a thread does.
    ///
    /// ```
    /// use retry_runtime::testing::{Scope, record_blocking};
    /// use retry_runtime::retry;
    /// use std::{io, thread};
    ///
    /// #[retry]
    /// fn get() -> io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// let (outcome, record) = record_blocking(|| {
    ///     let scope = Scope::current();
    ///     thread::spawn(move || scope.run(get)).join().unwrap()
    /// });
    /// assert_eq!(outcome.unwrap(), 7);
    /// assert_eq!(record.calls().len(), 1);
    /// ```
    pub fn run<R>(&self, call: impl FnOnce() -> R) -> R {
        let _entered = EnteredFrame::enter(self.0.clone());
        call()
    }

    /// A new frame inside that of the code that runs now.
    pub(super) fn with(parts: FrameParts) -> Self {
        let Self(outer) = Self::current();
        Self(Some(Arc::new(Frame { outer, parts })))
    }

    pub(super) fn run_checked<R>(&self, call: impl FnOnce() -> R) -> R {
        let result = self.run(call);
        self.check_faults();
        result
    }

    /// The test fails where a fault of its own was not asked for: its pattern is wrong.
    fn check_faults(&self) {
        let faults = self
            .0
            .as_ref()
            .and_then(|frame| frame.parts.faults.as_ref());
        if let Some(faults) = faults {
            faults.check();
        }
    }

    /// A task has done what it can for now: where the clock of its world stands still, it may
    /// go on. Returns whether the task is to come back for that.
    fn settle(&self, quiet: &mut Quiet) -> bool {
        let world = self.0.as_ref().and_then(|frame| frame.world());
        world.is_some_and(|world| world.clock.go_on(quiet))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

pin_project! {
    /// A future in a [`Scope`].
    ///
    /// ```
    /// use retry_runtime::testing::{Scoped, isolated};
    ///
    /// let future: Scoped<_> = isolated(async { 7 });
    /// # let _ = future;
    /// ```
    #[must_use = "futures do nothing unless awaited"]
    pub struct Scoped<F> {
        #[pin]
        future: Option<F>,
        entry: ScopeEntry,
        quiet: Quiet,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // A retry that was paid for is given back to the budget that has paid.
            if let ScopeEntry::Own(scope) | ScopeEntry::Given(scope) = this.entry {
                scope.run(|| this.future.set(None));
            }
        }
    }
}

/// What a future is in.
enum ScopeEntry {
    /// A frame of its own. It is made where the future is polled first, so that it is
    /// inside of what is around it then.
    ToMake(FrameParts),
    Own(Scope),
    /// That of a handle.
    Given(Scope),
}

impl ScopeEntry {
    fn scope(&mut self) -> Scope {
        if let Self::ToMake(parts) = self {
            *self = Self::Own(Scope::with(std::mem::take(parts)));
        }
        match self {
            Self::Own(scope) | Self::Given(scope) => scope.clone(),
            Self::ToMake(_) => Scope::current(),
        }
    }
}

impl<F> Scoped<F> {
    pub(super) fn new(parts: FrameParts, future: F) -> Self {
        Self {
            future: Some(future),
            entry: ScopeEntry::ToMake(parts),
            quiet: Quiet::default(),
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let scope = this.entry.scope();
        let Some(future) = this.future.as_pin_mut() else {
            return Poll::Pending;
        };
        let polled = scope.run(|| future.poll(cx));
        if let (Poll::Ready(_), ScopeEntry::Own(own)) = (&polled, this.entry) {
            own.check_faults();
        }
        // Also where it has ended: it may be what kept the clock from going on.
        if scope.settle(this.quiet) && polled.is_pending() {
            cx.waker().wake_by_ref();
        }
        polled
    }
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").finish_non_exhaustive()
    }
}
