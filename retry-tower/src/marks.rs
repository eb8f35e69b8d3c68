//! What a caller says of a single request, by its extensions.

/// An extension of a single request: it may run twice, whatever its method says.
///
/// Nobody checks it: it is the caller's word.
///
/// ```
/// let mut request = http::Request::post("http://orders.internal/search").body(()).unwrap();
/// request.extensions_mut().insert(retry_tower::Idempotent);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Idempotent;

/// An extension of a single request: it is sent once, whatever its method says.
///
/// ```
/// let mut request = http::Request::get("http://users.internal/7").body(()).unwrap();
/// request.extensions_mut().insert(retry_tower::NoRetry);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoRetry;
