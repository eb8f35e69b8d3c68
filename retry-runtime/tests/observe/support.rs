//! A subscriber and a recorder that keep what they are told.

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write as _};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

use retry_runtime::{Transient, Verdict};

/// An error that counts how often it is printed.
pub(crate) struct Fault {
    pub(crate) verdict: Verdict,
}

impl Fault {
    pub(crate) const TRANSIENT: Self = Self {
        verdict: Verdict::transient(),
    };
    pub(crate) const PERMANENT: Self = Self {
        verdict: Verdict::permanent(),
    };
    pub(crate) const REFUSED: Self = Self {
        verdict: Verdict::refused().with_pushback(Duration::from_secs(2)),
    };
}

thread_local! {
    static PRINTED: Cell<u32> = const { Cell::new(0) };
}

/// How often a [`Fault`] was printed since it was last asked.
pub(crate) fn printed() -> u32 {
    PRINTED.take()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PRINTED.set(PRINTED.get() + 1);
        f.write_str("the server is down")
    }
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        self.verdict
    }
}

/// An event as one line: `WARN attempt failed, retrying attempt=1 ..`, its
/// fields in the order in which they are given, and before it the spans it is in.
type Lines = Arc<Mutex<Vec<String>>>;

/// Keeps what is at least as severe as `level`.
struct Keep {
    lines: Lines,
    level: Level,
}

/// A span's fields, for the lines inside it.
struct SpanFields(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Keep {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "retry_runtime" && *metadata.level() <= self.level
            || metadata.target() == "body"
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut line = Line(format!("[{}", attributes.metadata().name()));
        attributes.record(&mut line);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(line.0 + "] "));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut text = String::new();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(SpanFields(fields)) = span.extensions().get() {
                text += fields;
            }
        }
        let mut line = Line(text + event.metadata().level().as_str());
        event.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let result = if field.name() == "message" {
            write!(self.0, " {value:?}")
        } else {
            write!(self.0, " {}={value:?}", field.name())
        };
        result.unwrap();
    }
}

/// What was seen of a call.
pub(crate) struct Seen {
    pub(crate) events: Vec<String>,
    /// `name{label=value,..}`, and its value; of a histogram all values.
    pub(crate) metrics: BTreeMap<String, Vec<f64>>,
}

/// While one subscriber is alive, tracing takes the word of the thread that comes to
/// a callsite first, which may be that of a test without any. Of two it asks both.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

/// Runs it on a clock that stands still.
pub(crate) fn seen<T>(call: impl Future<Output = T>) -> (T, Seen) {
    seen_from(Level::TRACE, call)
}

/// The same, where events below `level` are not wanted.
pub(crate) fn seen_from<T>(level: Level, call: impl Future<Output = T>) -> (T, Seen) {
    let lines = Lines::default();
    let subscriber = Registry::default().with(Keep {
        lines: Arc::clone(&lines),
        level,
    });
    LazyLock::force(&ANOTHER);
    let recorder = DebuggingRecorder::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let output = tracing::subscriber::with_default(subscriber, || {
        metrics::with_local_recorder(&recorder, || runtime.block_on(call))
    });
    let events = lines.lock().unwrap().clone();
    let metrics = recorder
        .snapshotter()
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| (named(key.key()), values(value)))
        .collect();
    (output, Seen { events, metrics })
}

fn named(key: &metrics::Key) -> String {
    let labels: Vec<_> = key
        .labels()
        .map(|label| format!("{}={}", label.key(), label.value()))
        .collect();
    format!("{}{{{}}}", key.name(), labels.join(","))
}

fn values(value: DebugValue) -> Vec<f64> {
    match value {
        DebugValue::Counter(count) => vec![f64::from(u32::try_from(count).unwrap())],
        DebugValue::Gauge(level) => vec![level.into_inner()],
        DebugValue::Histogram(values) => values.into_iter().map(f64::from).collect(),
    }
}
