//! A layer that keeps every event, with its fields and the spans it is in.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, LazyLock, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

/// Fields by name, as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    /// A field's value.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("no such field", String::as_str)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// What a subscriber is told at once.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) level: Level,
    pub(crate) target: &'static str,
    /// The innermost one first; `span` is its name.
    pub(crate) spans: Vec<Fields>,
    fields: Fields,
}

impl Event {
    /// A field's value.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name)
    }
}

#[derive(Clone, Default)]
struct Collect(Arc<Mutex<Vec<Event>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collect {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        let name = attributes.metadata().name();
        fields.0.insert("span", name.to_owned());
        attributes.record(&mut fields);
        let span = context.span(id).unwrap();
        span.extensions_mut().insert(fields);
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let spans = context.event_scope(event).into_iter().flatten();
        let spans = spans.map(|span| span.extensions().get::<Fields>().unwrap().clone());
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.0.lock().unwrap().push(Event {
            level: *event.metadata().level(),
            target: event.metadata().target(),
            spans: spans.collect(),
            fields,
        });
    }
}

/// While one subscriber is alive, tracing takes the word of the thread that comes to
/// a callsite first, which may be that of a test without any. Of two it asks both.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

/// The events of a run, which has to succeed.
pub(crate) fn collect<T>(run: impl Future<Output = io::Result<T>>) -> Vec<Event> {
    LazyLock::force(&ANOTHER);
    let collected = Collect::default();
    let subscriber = Registry::default().with(collected.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    tracing::subscriber::with_default(subscriber, || runtime.block_on(run)).unwrap();
    let mut events = collected.0.lock().unwrap();
    // Whatever the runtime itself may have to say is not of interest.
    events
        .drain(..)
        .filter(|event| ["example_tracing", "retry_runtime"].contains(&event.target))
        .collect()
}
