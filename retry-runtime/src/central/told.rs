//! What logs and metrics are told of the rules.

/// A rule asks for what the function has not.
pub(super) fn not_possible(function: &str, key: &str, rule: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "retry_runtime",
        function,
        key,
        rule,
        "not possible: a rule changes what the code has, and adds nothing"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (function, key, rule);
}

/// A file of rules is refused.
pub(super) fn refused(fault: &str) {
    #[cfg(feature = "metrics")]
    metrics::counter!(crate::metrics::RULES_REFUSED).increment(1);
    #[cfg(feature = "tracing")]
    tracing::error!(target: "retry_runtime", fault, "the file of rules is refused: those before stay");
    #[cfg(not(feature = "tracing"))]
    let _ = fault;
}

/// A file of rules has been taken over.
pub(super) fn installed(path: &std::path::Path) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "retry_runtime", file = %path.display(), "new rules");
    #[cfg(not(feature = "tracing"))]
    let _ = path;
}

#[cfg(all(test, feature = "metrics", feature = "tracing"))]
pub(super) mod tests {
    use super::{installed, not_possible, refused};
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};
    use std::fmt::{Debug, Write};
    use std::path::Path;
    use std::sync::{Arc, Mutex};
    use tracing::field::{Field, Visit};
    use tracing::{Event, Subscriber};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

    /// Keeps events, as target, level and fields.
    #[derive(Clone, Default)]
    struct Events(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }

    impl<S: Subscriber> Layer<S> for Events {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let about = event.metadata();
            let mut line = Line(format!("{} {}", about.target(), about.level()));
            event.record(&mut line);
            self.0.lock().unwrap().push(line.0);
        }
    }

    /// The events that are told of, as target, level and fields.
    pub(in crate::central) fn events(tell: impl FnOnce()) -> Vec<String> {
        let events = Events::default();
        let subscriber = tracing_subscriber::registry().with(events.clone());
        tracing::subscriber::with_default(subscriber, tell);
        events.0.lock().unwrap().clone()
    }

    #[test]
    fn the_log_has_rules_under_the_target_of_all_events() {
        let told = events(|| {
            not_possible("app::get", "timeout", "app::*");
            refused("line 2");
            installed(Path::new("rules.toml"));
        });
        for (line, parts) in told.iter().zip([
            [
                "WARN",
                "function=\"app::get\"",
                "key=\"timeout\" rule=\"app::*\"",
            ],
            ["ERROR", "fault=\"line 2\"", "the file of rules is refused"],
            ["INFO", "file=rules.toml", "new rules"],
        ]) {
            assert!(line.starts_with("retry_runtime "), "{line}");
            assert!(parts.iter().all(|part| line.contains(part)), "{line}");
        }
        assert_eq!(told.len(), 3, "{told:?}");
    }

    #[test]
    fn each_refusal_is_counted() {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        metrics::with_local_recorder(&recorder, || {
            refused("line 1");
            refused("line 2");
        });
        let counted: Vec<_> = snapshotter.snapshot().into_vec();
        assert_eq!(counted.len(), 1);
        let (key, _, _, value) = &counted[0];
        assert_eq!(key.key().name(), crate::metrics::RULES_REFUSED);
        assert_eq!(*value, DebugValue::Counter(2));
    }
}
