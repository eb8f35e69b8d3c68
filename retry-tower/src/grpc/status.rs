//! What a response or an error says, as a status.

use super::rules::counts_as;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};
use retry_runtime::grpc;
use std::error::Error;
use std::sync::Arc;
use tonic::{Code, ConnectError, Status};

/// The status of a response that is not the beginning of a gRPC answer: one with a status
/// in its headers that is not OK, or one of something else, a proxy's page for instance
/// (gRPC's http-grpc-status-mapping).
pub(super) fn of_head<B>(response: &mut Response<B>) -> Option<Status> {
    let http = response.status();
    if let Some(status) = of_trailers(response.headers_mut()) {
        // A status of OK in headers of no gRPC answer is no success.
        if status.code() != Code::Ok {
            return Some(status);
        }
    }
    if http != StatusCode::OK {
        let message = format!("the server answered with HTTP status {http} and no gRPC status");
        return Some(with_headers(of_http(http), message, response.headers()));
    }
    if is_grpc(response.headers()) {
        return None;
    }
    let message = "the answer's content-type is not application/grpc".to_owned();
    Some(with_headers(Code::Unknown, message, response.headers()))
}

/// The status of an answer that ends with its headers and has no status in them.
pub(super) fn missing(headers: &HeaderMap) -> Status {
    let message = "the answer ended without a status".to_owned();
    with_headers(Code::Unknown, message, headers)
}

/// The status in trailers, or in headers, if there is one. What tonic could not read, and
/// panics at, is taken out.
pub(super) fn of_trailers(trailers: &mut HeaderMap) -> Option<Status> {
    const DETAILS: &str = "grpc-status-details-bin";
    let unreadable = |value: &http::HeaderValue| !is_base64(value.as_bytes());
    if trailers.get(DETAILS).is_some_and(unreadable) {
        trailers.remove(DETAILS);
    }
    Status::from_header_map(trailers)
}

/// What the service failed with. Failures of the transport have the code that gRPC's other
/// clients give them: UNAVAILABLE for a connection, `DEADLINE_EXCEEDED` for a time-out.
pub(super) fn of_error(error: Box<dyn Error + Send + Sync>) -> Status {
    let status = Status::from_error(error);
    let by_transport = [Code::Unavailable, Code::DeadlineExceeded]
        .into_iter()
        .find(|code| counts_as(&status, *code));
    let Some(code) = by_transport.filter(|code| *code != status.code()) else {
        return status;
    };
    let mut named = Status::with_metadata(code, status.message(), status.metadata().clone());
    named.set_source(Arc::new(status));
    named
}

/// Whether the request came back without having been looked at: it had not left, or the
/// server said so by GOAWAY or `REFUSED_STREAM`. A connection that could not be opened is a
/// failed attempt, as in gRPC.
pub(super) fn was_handed_back(status: &Status) -> bool {
    let verdict = grpc::retry_on_codes(&[Code::Unavailable])(status);
    verdict.is_unexecuted() && !chain(status).any(<dyn Error>::is::<ConnectError>)
}

fn chain(status: &Status) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(status.source(), |error: &&(dyn Error + 'static)| {
        (*error).source()
    })
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    let rest = value.and_then(|value| {
        let (start, rest) = value.split_at_checked("application/grpc".len())?;
        start
            .eq_ignore_ascii_case(b"application/grpc")
            .then_some(rest)
    });
    // `application/grpc`, `application/grpc+proto`, `application/grpc;charset=utf-8`; but
    // not `application/grpc-web`, which is another protocol.
    rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';' | b' ')))
}

const fn of_http(status: StatusCode) -> Code {
    match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502 | 503 | 504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}

fn with_headers(code: Code, message: String, headers: &HeaderMap) -> Status {
    Status::with_metadata(
        code,
        message,
        tonic::metadata::MetadataMap::from_headers(headers.clone()),
    )
}

/// Base64 of the standard alphabet, padded or not.
fn is_base64(text: &[u8]) -> bool {
    let unpadded = text
        .strip_suffix(b"==")
        .or(text.strip_suffix(b"="))
        .unwrap_or(text);
    let is_padded = unpadded.len() < text.len();
    if (is_padded && text.len() % 4 != 0) || unpadded.len() % 4 == 1 {
        return false;
    }
    let Some(digits) = unpadded
        .iter()
        .map(|byte| digit(*byte))
        .collect::<Option<Vec<u8>>>()
    else {
        return false;
    };
    // The bits of the last digit that belong to no byte are zero.
    let spare = match digits.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => 0,
    };
    digits.last().is_none_or(|last| last & spare == 0)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, ErrorKind};

    fn response(http: u16, headers: &[(&'static str, &'static str)]) -> Response<()> {
        let mut response = Response::builder().status(http);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(()).unwrap()
    }

    fn code(http: u16, headers: &[(&'static str, &'static str)]) -> Option<Code> {
        of_head(&mut response(http, headers)).map(|status| status.code())
    }

    #[test]
    fn only_a_grpc_answer_is_one() {
        for value in [
            "application/grpc",
            "application/grpc+proto",
            "Application/gRPC;a=b",
        ] {
            assert_eq!(code(200, &[("content-type", value)]), None, "{value}");
        }
        for value in ["text/html", "application/grpc-web", "application/gr", ""] {
            assert_eq!(
                code(200, &[("content-type", value)]),
                Some(Code::Unknown),
                "{value}"
            );
        }
        assert_eq!(code(200, &[]), Some(Code::Unknown));
    }

    #[test]
    fn a_status_in_the_headers_goes_before_that_of_http() {
        let grpc = ("content-type", "application/grpc");
        assert_eq!(
            code(200, &[grpc, ("grpc-status", "14")]),
            Some(Code::Unavailable)
        );
        assert_eq!(code(200, &[grpc, ("grpc-status", "0")]), None);
        assert_eq!(
            code(503, &[grpc, ("grpc-status", "5")]),
            Some(Code::NotFound)
        );
        assert_eq!(
            code(503, &[grpc, ("grpc-status", "0")]),
            Some(Code::Unavailable)
        );
    }

    #[test]
    fn statuses_of_http_are_mapped_as_grpc_has_it() {
        let mapped = [
            (400, Code::Internal),
            (401, Code::Unauthenticated),
            (403, Code::PermissionDenied),
            (404, Code::Unimplemented),
            (429, Code::Unavailable),
            (502, Code::Unavailable),
            (503, Code::Unavailable),
            (504, Code::Unavailable),
            (500, Code::Unknown),
            (204, Code::Unknown),
        ];
        for (http, expected) in mapped {
            assert_eq!(code(http, &[]), Some(expected), "{http}");
        }
    }

    #[test]
    fn errors_of_the_transport_have_the_code_of_grpcs_other_clients() {
        let of = |error: Box<dyn Error + Send + Sync>| of_error(error).code();
        for (kind, code) in [
            (ErrorKind::ConnectionReset, Code::Unavailable),
            (ErrorKind::ConnectionRefused, Code::Unavailable),
            (ErrorKind::PermissionDenied, Code::Unknown),
        ] {
            assert_eq!(of(io::Error::from(kind).into()), code, "{kind}");
        }
        for code in [
            Code::DeadlineExceeded,
            Code::FailedPrecondition,
            Code::Unavailable,
        ] {
            assert_eq!(of(Status::new(code, "").into()), code);
        }
    }

    #[test]
    fn a_connection_that_could_not_be_opened_was_tried() {
        let refused = || Box::new(io::Error::from(ErrorKind::ConnectionRefused));
        assert!(was_handed_back(&of_error(refused())));
        assert!(!was_handed_back(&of_error(Box::new(ConnectError(
            refused()
        )))));
        let reset = io::Error::from(ErrorKind::ConnectionReset);
        assert!(!was_handed_back(&of_error(reset.into())));
    }

    /// tonic panics at these.
    #[test]
    fn details_that_cannot_be_read_are_left_out() {
        for details in ["!", "A", "AA=", "AB=", "AA=A", "====", "/x", "AAz", "AA1"] {
            let mut response = response(
                200,
                &[("grpc-status", "14"), ("grpc-status-details-bin", details)],
            );
            assert_eq!(
                of_head(&mut response).map(|status| status.code()),
                Some(Code::Unavailable)
            );
            assert!(
                !response.headers().contains_key("grpc-status-details-bin"),
                "{details}"
            );
        }
        for details in [
            "",
            "AA",
            "AA==",
            "AAA=",
            "AAAA",
            "CA4SBGJ1c3k",
            "+/0",
            "+/8=",
        ] {
            let mut response = response(
                200,
                &[("grpc-status", "14"), ("grpc-status-details-bin", details)],
            );
            assert!(of_head(&mut response).is_some());
            assert!(
                response.headers().contains_key("grpc-status-details-bin"),
                "{details}"
            );
        }
    }
}
