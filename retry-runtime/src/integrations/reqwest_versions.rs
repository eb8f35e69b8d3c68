//! What the errors of reqwest say, in each of its versions that is known: they are of
//! other types, and answer the same questions.

/// The verdict of an error, by the table in `retry_runtime::reqwest`.
macro_rules! verdict {
    ($error:expr) => {{
        use $crate::integrations::{classify, hyper, io};
        use $crate::verdict::Verdict;

        let error = $error;
        if error.is_builder() || error.is_redirect() || error.is_upgrade() {
            Verdict::permanent()
        } else if let Some(status) = error.status() {
            status.verdict()
        } else if let Some(verdict) = hyper::of_callers_body(error) {
            // Before `is_connect`, which finds the failed connection of another
            // request that the body was read from.
            verdict
        } else if error.is_connect() {
            // Before `is_timeout`: a connection that took too long sent nothing.
            if io::is_no_such_name(error) {
                Verdict::permanent()
            } else {
                Verdict::not_sent()
            }
        } else if error.is_timeout() {
            Verdict::transient().timed_out()
        } else {
            // A body that breaks off is a decoding error in reqwest's eyes: only
            // its source tells it from one that cannot be decoded.
            let source = std::error::Error::source(error);
            let verdict = source.map_or(Verdict::permanent(), classify::judge);
            if error.is_body() || error.is_decode() {
                // The server had begun to answer.
                verdict.unproven()
            } else {
                verdict
            }
        }
    }};
}

pub(super) use verdict;
