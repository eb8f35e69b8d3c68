//! `reqwest::Error`, of reqwest 0.12.

use super::reqwest_versions;
use crate::transient::Transient;
use crate::verdict::Verdict;

/// As the error of reqwest 0.13: by the table in the module `reqwest`, which comes with
/// the feature of that name.
///
/// | failure | verdict |
/// | --- | --- |
/// | no connection | not sent; permanent where there is no such name |
/// | a time-out, of the request or of a read | transient, timed out |
/// | the connection broke or was closed | transient |
/// | HTTP/2: refused by the peer | refused |
/// | `error_for_status` | as the [status code](crate::http) says; `Retry-After` is lost there |
/// | an invalid request, too many redirects, a body that cannot be decoded, all else | permanent |
///
/// Where `Retry-After` counts, give the response to `on_ok`: status and headers are those
/// of the crate `http`.
///
/// ```
/// use reqwest_0_12 as reqwest;
/// use retry_runtime::retry;
///
/// #[retry(on_ok = |response| retry_runtime::http::verdict(response.status(), response.headers()))]
/// async fn get(http: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
///     http.get(url).send().await
/// }
/// # let _ = get;
/// ```
#[diagnostic::do_not_recommend]
impl Transient for ::reqwest_0_12::Error {
    fn verdict(&self) -> Verdict {
        reqwest_versions::verdict!(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::reqwest_0_12::{Client, Error, Response};
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    fn client(longest: Duration) -> Client {
        let client = Client::builder().no_proxy().timeout(longest);
        client.build().unwrap()
    }

    /// Long enough for a busy machine, where there is an answer to wait for.
    const LONG: Duration = Duration::from_secs(10);

    /// What becomes of a request to a server that answers so and closes the connection,
    /// or keeps it open without an answer.
    async fn answered(answer: Option<&'static str>) -> Result<Response, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = connection.read(&mut [0; 1024]);
            match answer {
                Some(answer) => connection.write_all(answer.as_bytes()).unwrap(),
                // Until the client gives up.
                None => while connection.read(&mut [0; 64]).is_ok_and(|read| read > 0) {},
            }
        });
        let longest = answer.map_or(Duration::from_millis(100), |_| LONG);
        client(longest).get(url).send().await?.error_for_status()
    }

    #[tokio::test]
    async fn failures_have_their_verdicts() {
        let busy = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
        let missing = "HTTP/1.1 404 None\r\ncontent-length: 0\r\n\r\n";
        for (answer, expected) in [
            (Some(busy), Verdict::transient().overloaded()),
            (Some(missing), Verdict::permanent()),
            (Some(""), Verdict::transient()),
            (Some("220 mail ready\r\n"), Verdict::permanent()),
            (None, Verdict::transient().timed_out()),
        ] {
            let error = answered(answer).await.unwrap_err();
            assert_eq!(error.verdict(), expected, "{error:?}");
        }
    }

    #[tokio::test]
    async fn what_was_not_sent_and_what_is_no_request() {
        let error = client(LONG)
            .get("http://127.0.0.1:1/")
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.verdict(), Verdict::not_sent());
        let error = client(LONG).get("no scheme").send().await.unwrap_err();
        assert_eq!(error.verdict(), Verdict::permanent());
    }
}
