//! What logs and metrics are told of the rules.

use super::sites::RuledKey;

/// A rule asks for what the function has not.
pub(super) fn not_possible(function: &str, key: &RuledKey) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "retry",
        function,
        key = key.key,
        rule = key.by.as_str(),
        "not possible: a rule changes what the code has, and adds nothing"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (function, key);
}

/// A file of rules is refused.
pub(super) fn refused(fault: &str) {
    #[cfg(feature = "metrics")]
    metrics::counter!(crate::metrics::RULES_REFUSED).increment(1);
    #[cfg(feature = "tracing")]
    tracing::error!(target: "retry", fault, "the file of rules is refused: those before stay");
    #[cfg(not(feature = "tracing"))]
    let _ = fault;
}

/// A file of rules has been taken over.
pub(super) fn installed(path: &std::path::Path) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "retry", file = %path.display(), "new rules");
    #[cfg(not(feature = "tracing"))]
    let _ = path;
}

#[cfg(all(test, feature = "metrics"))]
mod tests {
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    #[test]
    fn each_refusal_is_counted() {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        metrics::with_local_recorder(&recorder, || {
            super::refused("line 1");
            super::refused("line 2");
        });
        let counted: Vec<_> = snapshotter.snapshot().into_vec();
        assert_eq!(counted.len(), 1);
        let (key, _, _, value) = &counted[0];
        assert_eq!(key.key().name(), crate::metrics::RULES_REFUSED);
        assert_eq!(*value, DebugValue::Counter(2));
    }
}
