//! What logs and metrics are told of the rules.

/// A rule asks for what the function has not.
pub(super) fn not_possible(function: &str, key: &str, rule: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "retry",
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
