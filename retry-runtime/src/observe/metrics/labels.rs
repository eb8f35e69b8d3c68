//! What a metric is labelled with.

use super::super::subject::Subject;
use metrics::{Label, SharedString};
use std::borrow::Cow;
use std::fmt::{self, Debug};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

/// The labels of one metric, while it is told: what a hook of [`set_labels`] reads and
/// adds to.
pub struct Labels {
    function: Cow<'static, str>,
    target: Option<String>,
    more: Vec<Label>,
}

impl Labels {
    pub(super) fn of(subject: Subject<'_>) -> Self {
        Self::with(subject.function(), subject.target().map(Cow::into_owned))
    }

    pub(super) fn with(function: Cow<'static, str>, target: Option<String>) -> Self {
        let mut labels = Self {
            function,
            target,
            more: Vec::new(),
        };
        if let Some(hook) = hook() {
            hook(&mut labels);
        }
        labels
    }

    /// The label `function`: the key `name`, or else the function's path.
    ///
    /// ```
    /// use retry_runtime::metrics;
    ///
    /// metrics::set_labels(|labels| {
    ///     if labels.function().starts_with("orders.") {
    ///         labels.add("team", "fulfilment");
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn function(&self) -> &str {
        &self.function
    }

    /// The label `target`, where the key `target` gives one.
    ///
    /// ```
    /// use retry_runtime::metrics;
    ///
    /// metrics::set_labels(|labels| {
    ///     let is_far = labels.target().is_some_and(|target| target.ends_with(".eu"));
    ///     labels.add("region", if is_far { "eu" } else { "local" });
    /// });
    /// ```
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// Adds a label. Each value makes a time series of its own: have few, and give each
    /// metric the same keys.
    ///
    /// ```
    /// use retry_runtime::metrics;
    ///
    /// metrics::set_labels(|labels| labels.add("version", env!("CARGO_PKG_VERSION")));
    /// ```
    pub fn add(&mut self, key: &'static str, value: impl Into<Cow<'static, str>>) {
        self.more.push(Label::new(key, shared(value.into())));
    }

    /// All of them, with those that this metric alone has.
    pub(super) fn and<const N: usize>(self, own: [(&'static str, &'static str); N]) -> Vec<Label> {
        let mut all = Vec::with_capacity(2 + N + self.more.len());
        all.push(Label::new("function", shared(self.function)));
        all.extend(self.target.map(|target| Label::new("target", target)));
        all.extend(own.map(|(key, value)| Label::from_static_parts(key, value)));
        all.extend(self.more);
        all
    }
}

impl Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labels")
            .field("function", &self.function)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

fn shared(text: Cow<'static, str>) -> SharedString {
    match text {
        Cow::Borrowed(text) => SharedString::const_str(text),
        Cow::Owned(text) => SharedString::from_owned(text),
    }
}

type Hook = dyn Fn(&mut Labels) + Send + Sync;

static HOOK: RwLock<Option<Arc<Hook>>> = RwLock::new(None);
static HAS_HOOK: AtomicBool = AtomicBool::new(false);

/// Labels of your own: `hook` is called with the labels of each metric that is told, in
/// the task or thread whose call it is, so that task-locals can be read. The last one
/// that is set holds.
///
/// ```
/// use retry_runtime::metrics;
///
/// metrics::set_labels(|labels| labels.add("cluster", "blue"));
/// ```
pub fn set_labels(hook: impl Fn(&mut Labels) + Send + Sync + 'static) {
    *HOOK.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(hook));
    HAS_HOOK.store(true, Relaxed);
}

/// A copy, so that no lock is held while it runs.
fn hook() -> Option<Arc<Hook>> {
    if !HAS_HOOK.load(Relaxed) {
        return None;
    }
    HOOK.read().unwrap_or_else(PoisonError::into_inner).clone()
}
