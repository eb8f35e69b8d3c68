//! The client of hyper-util 0.1, whose errors are hyper's and its own.

use super::classify::judge;
use super::io::is_no_such_name;
use super::known::KnownType;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::hyper_util::client::legacy::Error;

/// | error of hyper-util's client | verdict |
/// | --- | --- |
/// | no connection: refused, TLS handshake failed, a name that is not found for the moment | not sent |
/// | a name that does not exist, as far as the system tells | permanent |
/// | all else | as the error of hyper, h2 or the system says that is its source |
///
/// The client by itself repeats a request that it could not send on a connection from
/// its pool. That one was not executed, so that proofs hold here.
///
/// ```
/// use hyper_util::client::legacy;
/// use retry_runtime::retry;
///
/// #[retry(max = 3)]
/// async fn call() -> Result<(), legacy::Error> {
///     // client.request(..).await
///     Ok(())
/// }
/// # let _ = call;
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

impl KnownType for Error {
    fn known(&self) -> Option<Verdict> {
        if !self.is_connect() {
            return None;
        }
        Some(if is_no_such_name(self) {
            Verdict::permanent()
        } else {
            Verdict::not_sent()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::hyper_util::client::legacy::{Client, connect::HttpConnector};
    use ::hyper_util::rt::TokioExecutor;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    type Body = String;

    async fn error(authority: &str) -> Error {
        let client: Client<HttpConnector, Body> =
            Client::builder(TokioExecutor::new()).build_http();
        let url = format!("http://{authority}/").parse().unwrap();
        client.get(url).await.unwrap_err()
    }

    fn listener() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        (listener, address)
    }

    #[tokio::test]
    async fn a_refused_connection_was_not_sent() {
        let (listener, address) = listener();
        drop(listener);
        assert_eq!(error(&address).await.verdict(), Verdict::not_sent());
    }

    #[tokio::test]
    async fn a_broken_connection_proves_nothing() {
        let (listener, address) = listener();
        let server = std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = connection.read(&mut [0; 1024]);
        });
        assert_eq!(error(&address).await.verdict(), Verdict::transient());
        server.join().unwrap();
    }

    #[tokio::test]
    async fn what_is_no_http_is_permanent() {
        let (listener, address) = listener();
        let server = std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = connection.read(&mut [0; 1024]);
            connection.write_all(b"220 mail ready\r\n").unwrap();
        });
        assert_eq!(error(&address).await.verdict(), Verdict::permanent());
        server.join().unwrap();
    }
}
