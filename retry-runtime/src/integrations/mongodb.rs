//! `mongodb::error::Error`, of mongodb 3.

use super::classify::classify;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::mongodb::error::{Error, ErrorKind, WriteFailure};

/// Codes after which the driver itself repeats a read: the node is no primary any more,
/// is going down, is starting, or lost the network. From the specification "Retryable
/// Reads".
const RETRYABLE_READ_CODES: [i32; 13] = [
    6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
];
/// `NetworkTimeout` and `ExceededTimeLimit`, among these.
const TIMED_OUT_CODES: [i32; 2] = [89, 262];
const MAX_TIME_EXPIRED: i32 = 50;
const WRITE_CONFLICT: i32 = 112;

/// By the labels that the server and the driver give an error, and else by its kind:
///
/// | label | verdict |
/// | --- | --- |
/// | `UnknownTransactionCommitResult`, whatever stands beside it | permanent, against the service |
/// | `TransientTransactionError` of a write conflict (112) | transient, not against the service |
/// | `TransientTransactionError`, `RetryableWriteError`, `RetryableError` | transient |
/// | `SystemOverloadedError` beside one of these | overloaded, too |
///
/// | kind, without such a label | verdict |
/// | --- | --- |
/// | `Io` | as the [`io::Error`](std::io::Error) says |
/// | `ConnectionPoolCleared` | transient |
/// | `ServerSelection`: no server in time | transient, timed out |
/// | `Command`, a code after which reads may be repeated: not primary (10107, 13435), a node that goes down or starts (91, 11600, 11602, 13436, 189), the network (6, 7, 89, 9001), 134, 262 | transient, 89 and 262 timed out |
/// | `Command` 50, the time of `maxTimeMS` is over | permanent, against the service |
/// | `Authentication`, `Write`, `InsertMany`, `BulkWrite`, duplicate keys (11000), all else | permanent |
///
/// **What a label means for a function of yours:**
///
/// - `TransientTransactionError` asks for the whole transaction anew: retry the function
///   that starts it, with `nested = allow`, and not one operation inside.
/// - `UnknownTransactionCommitResult`: nobody knows whether the transaction was committed.
///   The commit alone may be sent again, in a function of its own with
///   `on = |error| error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)`; a function
///   around both would execute the transaction twice. `and_run` does both by itself.
/// - `RetryableWriteError`: the driver has sent the write a second time, under the same
///   number, and that failed, too. A third one of yours has another number: it needs to
///   be idempotent, by an `_id` of your own for instance.
/// - `ResumableChangeStreamError` is for the driver, which opens the stream again.
///
/// **Nothing is a proof**: the driver makes reads and writes twice by itself, and tells of
/// one failure. So no error is "not sent". `retryReads` and `retryWrites` in the options
/// of the client turn its own retries off.
///
/// ```
/// use mongodb::error::Error;
/// use retry_runtime::{Transient, Verdict};
/// use std::io;
///
/// let lost = Error::from(io::Error::from(io::ErrorKind::ConnectionReset));
/// assert_eq!(lost.verdict(), Verdict::transient());
/// assert!(!Error::custom("a reason of your own").verdict().is_retryable());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        let has = |label| self.contains_label(label);
        if has("UnknownTransactionCommitResult") {
            return Verdict::permanent().against_service(true);
        }
        let is_labelled = [
            "TransientTransactionError",
            "RetryableWriteError",
            "RetryableError",
        ]
        .into_iter()
        .any(has);
        let verdict = by_kind(self);
        let verdict = if is_labelled && !verdict.is_retryable() {
            Verdict::transient().against_service(code(self) != Some(WRITE_CONFLICT))
        } else {
            verdict
        };
        if has("SystemOverloadedError") && verdict.is_retryable() {
            verdict.overloaded()
        } else {
            verdict
        }
    }
}

fn by_kind(error: &Error) -> Verdict {
    match &*error.kind {
        ErrorKind::Io(io) => classify(&**io).map_or(Verdict::permanent(), Verdict::unproven),
        ErrorKind::ConnectionPoolCleared { .. } => Verdict::transient(),
        ErrorKind::ServerSelection { .. } => Verdict::transient().timed_out(),
        ErrorKind::Command(_) => match code(error) {
            Some(code) if TIMED_OUT_CODES.contains(&code) => Verdict::transient().timed_out(),
            Some(code) if RETRYABLE_READ_CODES.contains(&code) => Verdict::transient(),
            Some(MAX_TIME_EXPIRED) => Verdict::permanent().against_service(true),
            _ => Verdict::permanent(),
        },
        _ => Verdict::permanent(),
    }
}

/// What the server calls it.
fn code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::mongodb::bson::{Document, doc};
    use ::mongodb::options::ClientOptions;
    use ::mongodb::{Client, ClientSession, Collection};
    use std::io::{self, Read, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    /// A server that greets, and answers everything else with this document.
    fn serve(answer: Document) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let answer = answer.clone();
                std::thread::spawn(move || converse(stream?, &answer));
            }
        });
        address
    }

    /// `OP_MSG` of the wire protocol: a header of four numbers, flags, the kind of the
    /// section, a document, whose first key is the command.
    fn converse(mut stream: TcpStream, answer: &Document) -> io::Result<()> {
        const OP_MSG: i32 = 2013;
        loop {
            let mut header = [0; 16];
            stream.read_exact(&mut header)?;
            let number = |at: usize| i32::from_le_bytes(header[at..at + 4].try_into().unwrap());
            let mut body = vec![0; usize::try_from(number(0)).unwrap() - header.len()];
            stream.read_exact(&mut body)?;
            assert_eq!(number(12), OP_MSG);
            let request = Document::from_reader(&body[5..]).unwrap();
            let command = request.keys().next().unwrap();
            let answer = match command.as_str() {
                "hello" | "isMaster" | "ismaster" => greeting(),
                "abortTransaction" | "endSessions" => doc! { "ok": 1 },
                // Where the operations before are to succeed.
                _ if answer.contains_key("commit") && command != "commitTransaction" => {
                    doc! { "ok": 1, "n": 1 }
                }
                _ => answer.clone(),
            };
            let answer = answer.to_vec().unwrap();
            let length = i32::try_from(header.len() + 5 + answer.len()).unwrap();
            for part in [length, 1, number(4), OP_MSG, 0] {
                stream.write_all(&part.to_le_bytes())?;
            }
            stream.write_all(&[0])?;
            stream.write_all(&answer)?;
        }
    }

    /// Of a router, which has transactions.
    fn greeting() -> Document {
        doc! {
            "ok": 1,
            "isWritablePrimary": true,
            "msg": "isdbgrid",
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "maxBsonObjectSize": 16_777_216,
            "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 100_000,
            "logicalSessionTimeoutMinutes": 30,
        }
    }

    async fn client(address: SocketAddr) -> Client {
        let uri = format!(
            "mongodb://{address}/?retryReads=false&retryWrites=false&serverSelectionTimeoutMS=300"
        );
        let mut options = ClientOptions::parse(uri).await.unwrap();
        options.server_api = Some(
            ::mongodb::options::ServerApi::builder()
                .version(::mongodb::options::ServerApiVersion::V1)
                .build(),
        );
        Client::with_options(options).unwrap()
    }

    async fn orders(answer: Document) -> Collection<Document> {
        client(serve(answer))
            .await
            .database("shop")
            .collection("orders")
    }

    fn failure(code: i32, labels: &[&str]) -> Document {
        doc! { "ok": 0, "code": code, "errmsg": "as the server says it", "errorLabels": labels }
    }

    async fn read(answer: Document) -> Verdict {
        let error = orders(answer).await.find_one(doc! {}).await.unwrap_err();
        assert!(matches!(*error.kind, ErrorKind::Command(_)), "{error}");
        error.verdict()
    }

    #[tokio::test]
    async fn reads_are_judged_by_their_code() {
        for code in [91, 189, 10107, 11600, 11602, 13435, 13436] {
            assert_eq!(
                read(failure(code, &[])).await,
                Verdict::transient(),
                "{code}"
            );
        }
        for code in [89, 262] {
            let expected = Verdict::transient().timed_out();
            assert_eq!(read(failure(code, &[])).await, expected, "{code}");
        }
        let expected = Verdict::permanent().against_service(true);
        assert_eq!(read(failure(50, &[])).await, expected);
        // BadValue, Unauthorized, NamespaceNotFound, WriteConflict without its label.
        for code in [2, 13, 26, 112] {
            assert_eq!(
                read(failure(code, &[])).await,
                Verdict::permanent(),
                "{code}"
            );
        }
    }

    #[tokio::test]
    async fn labels_are_believed() {
        for label in [
            "RetryableWriteError",
            "TransientTransactionError",
            "RetryableError",
        ] {
            let verdict = read(failure(2, &[label])).await;
            assert_eq!(verdict, Verdict::transient(), "{label}");
        }
        let conflict = read(failure(WRITE_CONFLICT, &["TransientTransactionError"])).await;
        assert_eq!(conflict, Verdict::transient().against_service(false));
        let busy = read(failure(462, &["SystemOverloadedError", "RetryableError"])).await;
        assert_eq!(busy, Verdict::transient().overloaded());
        // It does not say that another try is worth it.
        let busy = read(failure(462, &["SystemOverloadedError"])).await;
        assert_eq!(busy, Verdict::permanent());
        let resumable = read(failure(43, &["ResumableChangeStreamError"])).await;
        assert_eq!(resumable, Verdict::permanent());
    }

    #[tokio::test]
    async fn writes_that_were_refused_are_permanent() {
        let duplicate = doc! {
            "ok": 1,
            "n": 0,
            "writeErrors": [{ "index": 0, "code": 11000, "errmsg": "E11000 duplicate key" }],
        };
        let orders = orders(duplicate).await;
        let error = orders.insert_one(doc! { "_id": 7 }).await.unwrap_err();
        assert!(matches!(*error.kind, ErrorKind::Write(_)), "{error}");
        assert_eq!(error.verdict(), Verdict::permanent());
        let error = orders.insert_many([doc! { "_id": 7 }]).await.unwrap_err();
        assert_eq!(error.verdict(), Verdict::permanent());
    }

    #[tokio::test]
    async fn a_write_that_was_not_copied_in_time() {
        let stepped_down = doc! {
            "ok": 1,
            "n": 1,
            "writeConcernError": { "code": 91, "codeName": "ShutdownInProgress", "errmsg": "" },
            "errorLabels": ["RetryableWriteError"],
        };
        let orders = orders(stepped_down).await;
        let error = orders.insert_one(doc! { "_id": 7 }).await.unwrap_err();
        assert_eq!(error.verdict(), Verdict::transient(), "{error}");
    }

    async fn transaction(client: &Client) -> ClientSession {
        let mut session = client.start_session().await.unwrap();
        session.start_transaction().await.unwrap();
        let orders: Collection<Document> = client.database("shop").collection("orders");
        let inserted = orders.insert_one(doc! { "_id": 7 });
        inserted.session(&mut session).await.unwrap();
        session
    }

    #[tokio::test]
    async fn a_commit_that_nobody_knows_of_is_no_transaction_to_repeat() {
        let mut answer = failure(91, &[]);
        answer.insert("commit", true);
        let client = client(serve(answer)).await;
        let mut session = transaction(&client).await;
        let error = session.commit_transaction().await.unwrap_err();
        assert!(
            error.contains_label("UnknownTransactionCommitResult"),
            "{error}"
        );
        assert_eq!(error.verdict(), Verdict::permanent().against_service(true));

        let mut answer = failure(91, &["TransientTransactionError"]);
        answer.insert("commit", true);
        let client = super::tests::client(serve(answer)).await;
        let mut session = transaction(&client).await;
        let error = session.commit_transaction().await.unwrap_err();
        assert_eq!(error.verdict(), Verdict::transient(), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_cannot_be_reached_is_transient() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let client = client(address).await;
        let error = client.list_database_names().await.unwrap_err();
        assert!(
            matches!(*error.kind, ErrorKind::ServerSelection { .. }),
            "{error}"
        );
        assert_eq!(error.verdict(), Verdict::transient().timed_out());
    }

    #[test]
    fn the_systems_errors_are_no_proof_and_time_outs_say_so() {
        let verdict = |kind: io::ErrorKind| Error::from(io::Error::from(kind)).verdict();
        for kind in [
            io::ErrorKind::ConnectionRefused,
            io::ErrorKind::ConnectionReset,
            io::ErrorKind::UnexpectedEof,
        ] {
            assert_eq!(verdict(kind), Verdict::transient(), "{kind}");
        }
        let timed_out = Verdict::transient().timed_out();
        assert_eq!(verdict(io::ErrorKind::TimedOut), timed_out);
        assert_eq!(verdict(io::ErrorKind::InvalidData), Verdict::permanent());
        assert_eq!(Error::custom(7).verdict(), Verdict::permanent());
    }
}
