//! Errors of async-nats 0.51.

use super::classify::{classify, judge};
use super::known::KnownType;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::async_nats::client::{FlushErrorKind, PublishErrorKind, RequestErrorKind, SubscribeError};
use ::async_nats::jetstream::context::PublishErrorKind as JetStreamPublishErrorKind;
use ::async_nats::{ConnectErrorKind, error::Error};

/// An error of async-nats is of one type for each thing that is done; those of
/// connecting, publishing, flushing, subscribing and requesting are known, and that of
/// publishing to a stream of `JetStream`.
///
/// | done | kind | verdict |
/// | --- | --- | --- |
/// | request | `NoResponders`: the server had nobody to give it to | refused |
/// | | `TimedOut` | transient, timed out |
/// | | `InvalidSubject`, `MaxPayloadExceeded` | permanent |
/// | | `Other`: sending failed | as the error of publishing or subscribing inside |
/// | | `Other`: the connection ended before the answer | transient |
/// | publish to a stream | `TimedOut` | transient, timed out |
/// | | `BrokenPipe` | transient |
/// | | `MaxAckPending` | transient, overloaded |
/// | | `StreamNotFound`, `WrongLastMessageId`, `WrongLastSequence`, all else | permanent |
/// | connect | `TimedOut` | transient, timed out |
/// | | `Io`, `Dns`, `MaxReconnects` | transient |
/// | | `ServerParse`, `Tls`, `Authentication`, `AuthorizationViolation` | permanent |
/// | publish, flush, subscribe | the client is closed; the subject or the payload is not taken | permanent |
/// | flush | the connection failed | transient |
///
/// A message that is published may be lost without an error: the client only puts it
/// into its buffer. A stream that is told the `Nats-Msg-Id` header stores a message that
/// is published twice once.
///
/// ```
/// use async_nats::{RequestError, RequestErrorKind};
/// use retry_runtime::{Transient, Verdict};
///
/// let error = RequestError::new(RequestErrorKind::NoResponders);
/// assert_eq!(error.verdict(), Verdict::refused());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error<RequestErrorKind> {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

impl KnownType for Error<RequestErrorKind> {
    fn known(&self) -> Option<Verdict> {
        Some(match self.kind() {
            RequestErrorKind::NoResponders => Verdict::refused(),
            RequestErrorKind::TimedOut => Verdict::transient().timed_out(),
            RequestErrorKind::Other => by_source(self).unwrap_or(Verdict::transient()),
            RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                Verdict::permanent()
            }
        })
    }
}

fn by_source(error: &dyn std::error::Error) -> Option<Verdict> {
    error.source().and_then(classify).map(Verdict::unproven)
}

/// By the table at the error of a request.
#[diagnostic::do_not_recommend]
impl Transient for Error<JetStreamPublishErrorKind> {
    fn verdict(&self) -> Verdict {
        match self.kind() {
            JetStreamPublishErrorKind::TimedOut => Verdict::transient().timed_out(),
            JetStreamPublishErrorKind::BrokenPipe => Verdict::transient(),
            JetStreamPublishErrorKind::MaxAckPending => Verdict::transient().overloaded(),
            _ => Verdict::permanent(),
        }
    }
}

/// By the table at the error of a request.
#[diagnostic::do_not_recommend]
impl Transient for Error<ConnectErrorKind> {
    fn verdict(&self) -> Verdict {
        match self.kind() {
            ConnectErrorKind::TimedOut => Verdict::transient().timed_out(),
            ConnectErrorKind::Io | ConnectErrorKind::Dns => {
                by_source(self).unwrap_or(Verdict::transient())
            }
            ConnectErrorKind::MaxReconnects => Verdict::transient(),
            ConnectErrorKind::ServerParse
            | ConnectErrorKind::Tls
            | ConnectErrorKind::Authentication
            | ConnectErrorKind::AuthorizationViolation => Verdict::permanent(),
        }
    }
}

/// By the table at the error of a request: a client that is closed stays so.
#[diagnostic::do_not_recommend]
impl Transient for Error<PublishErrorKind> {
    fn verdict(&self) -> Verdict {
        Verdict::permanent()
    }
}

/// By the table at the error of a request: a client that is closed stays so.
#[diagnostic::do_not_recommend]
impl Transient for SubscribeError {
    fn verdict(&self) -> Verdict {
        Verdict::permanent()
    }
}

/// By the table at the error of a request.
#[diagnostic::do_not_recommend]
impl Transient for Error<FlushErrorKind> {
    fn verdict(&self) -> Verdict {
        (self.kind() == FlushErrorKind::FlushError).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::async_nats::{ConnectError, ConnectOptions, PublishError, RequestError};
    use std::io::{self, BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;

    /// A server that answers the first request so.
    fn serve(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            let (connection, _) = listener.accept().unwrap();
            talk(connection, answer)
        });
        address
    }

    fn talk(mut connection: TcpStream, answer: &str) -> io::Result<()> {
        let info =
            r#"{"server_id":"a","version":"2.10.0","proto":1,"headers":true,"max_payload":1024}"#;
        connection.write_all(format!("INFO {info}\r\n").as_bytes())?;
        let mut subscription = String::new();
        for line in BufReader::new(connection.try_clone()?).lines() {
            let line = line?;
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["PING"] => connection.write_all(b"PONG\r\n")?,
                ["SUB", _, id] => id.clone_into(&mut subscription),
                ["PUB" | "HPUB", _, inbox, ..] => {
                    let answer = answer.replace("INBOX", inbox).replace("ID", &subscription);
                    connection.write_all(answer.as_bytes())?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn requested(answer: &'static str) -> RequestError {
        // Long enough for a busy machine, where there is an answer to wait for.
        let longest = Duration::from_millis(if answer.is_empty() { 100 } else { 10_000 });
        let options = ConnectOptions::new().request_timeout(Some(longest));
        let client = options.connect(serve(answer)).await.unwrap();
        client.request("users.get", "7".into()).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_request_that_nobody_is_there_to_answer_was_refused() {
        let error = requested("HMSG INBOX ID 16 16\r\nNATS/1.0 503\r\n\r\n\r\n").await;
        assert_eq!(error.verdict(), Verdict::refused(), "{error:?}");
    }

    #[tokio::test]
    async fn a_request_without_an_answer_timed_out() {
        let error = requested("").await;
        assert_eq!(
            error.verdict(),
            Verdict::transient().timed_out(),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn a_server_that_cannot_be_reached_is_transient() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let error = ::async_nats::connect(address).await.unwrap_err();
        assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    }

    #[test]
    fn kinds_have_their_verdicts() {
        let unreached = ConnectError::new(ConnectErrorKind::MaxReconnects);
        assert_eq!(unreached.verdict(), Verdict::transient());
        let slow = ConnectError::new(ConnectErrorKind::TimedOut);
        assert_eq!(slow.verdict(), Verdict::transient().timed_out());
        let stranger = ConnectError::new(ConnectErrorKind::AuthorizationViolation);
        assert_eq!(stranger.verdict(), Verdict::permanent());
        let publish = || PublishError::new(PublishErrorKind::MaxPayloadExceeded);
        assert_eq!(publish().verdict(), Verdict::permanent());
        assert_eq!(
            RequestError::from(publish()).verdict(),
            Verdict::permanent()
        );
        let lost = RequestError::with_source(RequestErrorKind::Other, "broken pipe");
        assert_eq!(lost.verdict(), Verdict::transient());
        let of_stream = |kind| Error::<JetStreamPublishErrorKind>::new(kind).verdict();
        let overloaded = Verdict::transient().overloaded();
        assert_eq!(
            of_stream(JetStreamPublishErrorKind::MaxAckPending),
            overloaded
        );
        let timed_out = Verdict::transient().timed_out();
        assert_eq!(of_stream(JetStreamPublishErrorKind::TimedOut), timed_out);
        let conflict = JetStreamPublishErrorKind::WrongLastSequence;
        assert_eq!(of_stream(conflict), Verdict::permanent());
        let flush = Error::<FlushErrorKind>::new(FlushErrorKind::FlushError);
        assert_eq!(flush.verdict(), Verdict::transient());
    }
}
