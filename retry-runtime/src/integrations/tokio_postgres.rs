//! `tokio_postgres::Error`, of tokio-postgres 0.7.

use super::classify::judge;
use super::known::KnownType;
use super::sqlstate;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::tokio_postgres::Error;

/// | error | verdict |
/// | --- | --- |
/// | 40001 serialization failure, 40P01 deadlock, 55P03 lock not available | transient, not against the service |
/// | 53300 too many connections, 53000, 53200 out of memory | transient, overloaded |
/// | 57P01 and 57P02 shutting down, 57P03 starting, 57P05 the session was idle; 08… connection exceptions | transient |
/// | other 53…, 58… and XX… | permanent, against the service |
/// | the server could not be reached, the connection was lost or took too long to open | as the [`io::Error`](std::io::Error) says |
/// | the connection is closed | transient: the request may have gone out before |
/// | all else | permanent |
///
/// **A closed connection stays closed**: get another in the body or in `before_retry`,
/// or use a pool.
///
/// **A conflict** ends the transaction, not the statement alone: retry the function
/// that begins it, and not one statement inside.
///
/// ```
/// use retry_runtime::retry;
/// use tokio_postgres::{Client, Error};
///
/// #[retry(max = 5, budget = none)]
/// async fn count(db: &Client, id: i64) -> Result<i64, Error> {
///     let row = db.query_one("UPDATE counts SET n = n + 1 WHERE id = $1 RETURNING n", &[&id]).await?;
///     row.try_get(0)
/// }
/// # let _ = count;
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

impl KnownType for Error {
    fn known(&self) -> Option<Verdict> {
        if let Some(code) = self.code() {
            Some(sqlstate::verdict(code.code()))
        } else {
            self.is_closed().then_some(Verdict::transient())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use ::tokio_postgres::{Config, NoTls};

    /// `ErrorResponse` of protocol 3: type, length, fields that are ended by a zero.
    fn error_response(code: &str) -> Vec<u8> {
        let fields = format!("SERROR\0VERROR\0C{code}\0Mfrom the server\0\0");
        let length = u32::try_from(fields.len() + 4).unwrap();
        [&b"E"[..], &length.to_be_bytes(), fields.as_bytes()].concat()
    }

    /// `AuthenticationOk` and `ReadyForQuery`
    const READY: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";

    async fn read(server: &mut DuplexStream) {
        let read = server.read(&mut [0; 1024]).await.unwrap();
        assert!(read > 0);
    }

    /// What becomes of a connection that is answered so.
    async fn refused_with(code: &str) -> Error {
        let (client, mut server) = duplex(4096);
        let answer = error_response(code);
        let serve = async {
            read(&mut server).await;
            server.write_all(&answer).await.unwrap();
        };
        let mut config = Config::new();
        config.user("tester");
        ::tokio::join!(config.connect_raw(client, NoTls), serve)
            .0
            .err()
            .unwrap()
    }

    /// What becomes of a query that is answered so.
    async fn answered(answer: Option<&[u8]>) -> Error {
        let (client, mut server) = duplex(4096);
        let serve = async {
            read(&mut server).await;
            server.write_all(READY).await.unwrap();
            read(&mut server).await;
            if let Some(answer) = answer {
                server.write_all(answer).await.unwrap();
                server.write_all(b"Z\0\0\0\x05I").await.unwrap();
                read(&mut server).await;
            }
            drop(server);
        };
        let query = async {
            let mut config = Config::new();
            config.user("tester");
            let (client, connection) = config.connect_raw(client, NoTls).await.unwrap();
            let connection = ::tokio::spawn(connection);
            let error = client.batch_execute("SELECT 1").await.unwrap_err();
            drop(client);
            let _ = connection.await.unwrap();
            error
        };
        ::tokio::join!(query, serve).0
    }

    #[tokio::test]
    async fn answers_are_judged_by_their_code() {
        let conflict = Verdict::transient().against_service(false);
        for (code, expected) in [
            ("40001", conflict),
            ("40P01", conflict),
            ("57P01", Verdict::transient()),
            ("53300", Verdict::transient().overloaded()),
            ("42601", Verdict::permanent()),
        ] {
            let error = answered(Some(&error_response(code))).await;
            assert_eq!(error.verdict(), expected, "{error:?}");
        }
        for (code, expected) in [
            ("57P03", Verdict::transient()),
            ("28P01", Verdict::permanent()),
        ] {
            let error = refused_with(code).await;
            assert_eq!(error.verdict(), expected, "{error:?}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_ends_under_a_query_proves_nothing() {
        let error = answered(None).await;
        assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    }

    #[tokio::test]
    async fn a_connection_that_ends_before_it_is_open_is_judged_by_the_system() {
        let (client, server) = duplex(4096);
        drop(server);
        let mut config = Config::new();
        config.user("tester");
        let error = config.connect_raw(client, NoTls).await.err().unwrap();
        assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    }

    #[test]
    fn a_wrong_configuration_is_permanent() {
        let error = "port=many".parse::<Config>().unwrap_err();
        assert_eq!(error.verdict(), Verdict::permanent());
    }
}
