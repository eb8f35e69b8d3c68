//! Which requests may be sent twice, by RFC 9110.

use crate::engine::Judgement;
use crate::marks::{Idempotent, NoRetry};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// What may be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It only reads.
    Safe,
    /// Twice has the same effect as once.
    Idempotent,
    /// It may be sent again where it was not executed.
    Unexecuted,
    /// It is sent once.
    Never,
}

impl Repeat {
    pub(crate) fn of(method: &Method, headers: &HeaderMap, extensions: &http::Extensions) -> Self {
        if extensions.get::<NoRetry>().is_some() {
            return Self::Never;
        }
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Self::Safe,
            Method::PUT | Method::DELETE => Self::Idempotent,
            _ if is_declared(headers, extensions) => Self::Idempotent,
            _ => Self::Unexecuted,
        }
    }

    /// The same failure, of a request of this kind.
    pub(crate) fn limit(self, judgement: Judgement) -> Judgement {
        if self.is_repeatable() {
            judgement
        } else {
            judgement.unsent_only()
        }
    }

    /// Whether it may be executed twice.
    pub(crate) const fn is_repeatable(self) -> bool {
        matches!(self, Self::Safe | Self::Idempotent)
    }
}

fn is_declared(headers: &HeaderMap, extensions: &http::Extensions) -> bool {
    const KEY: HeaderName = HeaderName::from_static("idempotency-key");
    let is_key = |value: &HeaderValue| !matches!(value.as_bytes().trim_ascii(), b"" | b"\"\"");
    headers.get(KEY).is_some_and(is_key) || extensions.get::<Idempotent>().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Extensions;

    #[test]
    fn methods_are_as_rfc_9110_has_them() {
        let of = |method: &str| {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            Repeat::of(&method, &HeaderMap::new(), &Extensions::new())
        };
        for safe in ["GET", "HEAD", "OPTIONS", "TRACE"] {
            assert_eq!(of(safe), Repeat::Safe, "{safe}");
        }
        for idempotent in ["PUT", "DELETE"] {
            assert_eq!(of(idempotent), Repeat::Idempotent, "{idempotent}");
        }
        for other in ["POST", "PATCH", "CONNECT", "PURGE", "get"] {
            assert_eq!(of(other), Repeat::Unexecuted, "{other}");
        }
    }

    #[test]
    fn a_key_or_an_extension_declares_and_an_extension_takes_out() {
        let mut headers = HeaderMap::new();
        let mut extensions = Extensions::new();
        headers.insert("Idempotency-Key", HeaderValue::from_static("\"8e03978e\""));
        assert_eq!(
            Repeat::of(&Method::POST, &headers, &extensions),
            Repeat::Idempotent
        );
        for nothing in ["", " ", "\"\""] {
            headers.insert("Idempotency-Key", nothing.parse().unwrap());
            assert_eq!(
                Repeat::of(&Method::POST, &headers, &extensions),
                Repeat::Unexecuted,
                "no server knows {nothing:?} again"
            );
        }
        extensions.insert(Idempotent);
        let none = HeaderMap::new();
        assert_eq!(
            Repeat::of(&Method::PATCH, &none, &extensions),
            Repeat::Idempotent
        );
        extensions.insert(NoRetry);
        assert_eq!(
            Repeat::of(&Method::GET, &headers, &extensions),
            Repeat::Never
        );
    }
}
