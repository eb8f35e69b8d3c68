//! What `#[instrument]` tells of a call.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex};
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Counts spans and notes events.
#[derive(Clone, Default)]
pub(crate) struct Trace {
    pub(crate) spans: Arc<AtomicU32>,
    events: Arc<Mutex<Vec<tracing::Level>>>,
}

impl<S: tracing::Subscriber> Layer<S> for Trace {
    fn on_new_span(&self, _: &tracing::span::Attributes<'_>, _: &tracing::Id, _: Context<'_, S>) {
        self.spans.fetch_add(1, Relaxed);
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("shapes_attributes") {
            self.events.lock().unwrap().push(*event.metadata().level());
        }
    }
}

/// While one subscriber is alive, tracing takes the word of the thread that comes to
/// a callsite first, which may be that of a test without any. Of two it asks both.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

impl Trace {
    pub(crate) fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        LazyLock::force(&ANOTHER);
        let trace = Self::default();
        let subscriber = tracing_subscriber::registry().with(trace.clone());
        (trace, tracing::subscriber::set_default(subscriber))
    }

    pub(crate) fn events(&self) -> usize {
        self.events.lock().unwrap().len()
    }
}
