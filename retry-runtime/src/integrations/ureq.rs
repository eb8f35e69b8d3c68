//! `ureq::Error`, of ureq 3.

use super::classify::{classify, judge};
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::http::StatusCode;
use ::ureq::{Error, Timeout};

/// | error | verdict |
/// | --- | --- |
/// | a status code 4xx or 5xx | as the [status code](crate::http) says; `Retry-After` is lost there |
/// | no time left to resolve the name or to connect | not sent, timed out |
/// | any other time-out | transient, timed out |
/// | the connection was refused, was lost, could not be opened | as the [`io::Error`](std::io::Error) says |
/// | no connection, for no reason that ureq knows of | not sent |
/// | a proxy did not open the tunnel | not sent |
/// | an invalid request, TLS, redirects, an answer that cannot be read, no such host, all else | permanent |
///
/// "Not sent" speaks of the last request: for a method under `#[retry_unsent]`, turn
/// redirects off with `max_redirects(0)`.
///
/// Where `Retry-After` counts, turn `http_status_as_error` off, and give the response to
/// `on_ok = retry_runtime::http::classify_response`.
///
/// ```
/// use retry_runtime::{Transient, Verdict};
///
/// let error = ureq::get("http://127.0.0.1:1/").call().unwrap_err(); // nobody listens
/// assert_eq!(error.verdict(), Verdict::not_sent());
/// assert_eq!(ureq::Error::StatusCode(503).verdict(), Verdict::transient().overloaded());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        match self {
            Self::StatusCode(code) => {
                StatusCode::from_u16(*code).map_or(Verdict::permanent(), |code| code.verdict())
            }
            Self::Io(error) => judge(error),
            Self::Timeout(Timeout::Resolve | Timeout::Connect) => Verdict::not_sent().timed_out(),
            Self::Timeout(_) => Verdict::transient().timed_out(),
            Self::ConnectionFailed | Self::ConnectProxyFailed(_) => Verdict::not_sent(),
            // Of a connector that is not ureq's own.
            Self::Other(error) => {
                classify(&**error).map_or(Verdict::permanent(), Verdict::unproven)
            }
            _ => Verdict::permanent(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    /// What becomes of a request to a server that answers so, and then closes the
    /// connection; or that keeps it open without an answer.
    fn answered(answer: Option<&'static str>) -> Result<String, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = connection.read(&mut [0; 1024]);
            match answer {
                Some(answer) => connection.write_all(answer.as_bytes()).unwrap(),
                // Until the client gives up.
                None => while connection.read(&mut [0; 64]).is_ok_and(|read| read > 0) {},
            }
        });
        // Long enough for a busy machine, where there is an answer to wait for.
        let longest = Duration::from_millis(if answer.is_some() { 10_000 } else { 100 });
        let config = ::ureq::Agent::config_builder()
            .proxy(None)
            .timeout_recv_response(Some(longest))
            .build();
        let agent = ::ureq::Agent::new_with_config(config);
        let outcome = agent
            .get(url)
            .call()
            .and_then(|mut answer| answer.body_mut().read_to_string());
        drop(agent);
        server.join().unwrap();
        outcome
    }

    #[test]
    fn answers_are_judged_by_their_status() {
        for (answer, expected) in [
            (
                "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n",
                Verdict::transient().overloaded(),
            ),
            (
                "HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n",
                Verdict::transient(),
            ),
            (
                "HTTP/1.1 404 None\r\ncontent-length: 0\r\n\r\n",
                Verdict::permanent(),
            ),
            ("", Verdict::transient()),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort",
                Verdict::transient(),
            ),
            ("220 mail ready\r\n\r\n", Verdict::permanent()),
        ] {
            let error = answered(Some(answer)).unwrap_err();
            assert_eq!(error.verdict(), expected, "{answer}: {error:?}");
        }
    }

    #[test]
    fn no_answer_in_time_says_so() {
        let error = answered(None).unwrap_err();
        assert_eq!(
            error.verdict(),
            Verdict::transient().timed_out(),
            "{error:?}"
        );
    }

    #[test]
    fn what_was_not_sent() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", free.local_addr().unwrap());
        drop(free);
        let error = ::ureq::get(url).call().unwrap_err();
        assert_eq!(error.verdict(), Verdict::not_sent());
        let unsent = Verdict::not_sent().timed_out();
        assert_eq!(Error::Timeout(Timeout::Connect).verdict(), unsent);
        assert_eq!(Error::Timeout(Timeout::Resolve).verdict(), unsent);
    }

    #[test]
    fn what_another_connector_says_is_no_proof() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(
            Error::Other(Box::new(refused)).verdict(),
            Verdict::transient()
        );
        assert_eq!(
            Error::Other("broken".into()).verdict(),
            Verdict::permanent()
        );
        assert_eq!(Error::HostNotFound.verdict(), Verdict::permanent());
    }
}
