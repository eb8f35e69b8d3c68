//! Retries of HTTP requests, for any client that is a tower service. Behind the feature
//! `http`.
//!
//! ```
//! use bytes::Bytes;
//! use http_body_util::Full;
//! use hyper_util::client::legacy::Client;
//! use hyper_util::rt::TokioExecutor;
//! use retry_runtime::Policy;
//! use retry_tower::http::RetryLayer;
//! use tower::{ServiceBuilder, ServiceExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), retry_tower::BoxError> {
//! # let server = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let address = server.local_addr()?;
//! # tokio::spawn(async move {
//! #     use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! #     let answers = ["503 Service Unavailable", "200 OK"];
//! #     for answer in answers {
//! #         let (mut stream, _) = server.accept().await.unwrap();
//! #         let _ = stream.read(&mut [0; 1024]).await;
//! #         let head = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
//! #         stream.write_all(head.as_bytes()).await.unwrap();
//! #     }
//! # });
//! let client = ServiceBuilder::new()
//!     .layer(RetryLayer::new(Policy::DEFAULT))
//!     .service(Client::builder(TokioExecutor::new()).build_http());
//!
//! let request = http::Request::get(format!("http://{address}/users/7"));
//! let response = client.oneshot(request.body(Full::<Bytes>::default())?).await?; // 503, 200
//! assert!(response.status().is_success());
//! # Ok(()) }
//! ```
//!
//! # What is retried, and what is not
//!
//! | request | retried |
//! | --- | --- |
//! | `GET`, `HEAD`, `OPTIONS`, `TRACE`: safe by RFC 9110, 9.2.1 | after every failure that is worth it, 500 too |
//! | `PUT`, `DELETE`: idempotent by RFC 9110, 9.2.2 | after every failure that is worth it |
//! | any that has the header `Idempotency-Key`, not empty, or the extension [`Idempotent`](crate::Idempotent) | the same |
//! | `POST`, `PATCH` and all other methods | only where it is proven that nothing was executed: the connection was refused, HTTP/2 refused the stream. No status is a proof |
//! | any that has the extension [`NoRetry`](crate::NoRetry) | never |
//!
//! Which failures are worth it is said by [`retry_runtime::http`], `Retry-After` included.
//!
//! - **The body** is kept while it is sent, up to [`body_limit`](RetryLayer::body_limit), 64 KiB
//!   by default, and replayed, trailers too. A longer one goes out once: from there on the request
//!   is not retried. Of attempts beside one another, the one that gets past the limit goes on. Where it is read by several attempts at once, the one that gets past the limit
//!   goes on alone. Trailers are replayed, too.
//! - **The response** of a status that is worth a retry comes back as it is when retries end. A
//!   response body that breaks off is the reader's: the call has ended by then. What a failed
//!   HTTP/1 response has left is read a little while the retry is waited for, so that its
//!   connection can be used again.
//! - **An attempt that is given up** while its body is unfinished ends in an error of that body,
//!   so that no server takes it for a complete, shorter one.

mod answer;
mod calls;
mod drain;
mod layer;
mod methods;
#[cfg(feature = "reqwest-middleware")]
mod middleware;
#[cfg(feature = "reqwest")]
mod reqwest;

pub use layer::{ResponseFuture, Retry, RetryLayer};
#[cfg(feature = "reqwest")]
pub use reqwest::{ReqwestFuture, SendReqwest};
