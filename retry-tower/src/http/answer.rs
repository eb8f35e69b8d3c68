//! The responses of the clients that there are.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, Version};
use http_body::Body;

/// A response, as far as it bears on retries.
pub(super) trait HttpAnswer {
    type Body: Body<Data = Bytes>;

    fn status(&self) -> StatusCode;
    fn headers(&self) -> &HeaderMap;
    fn version(&self) -> Version;
    fn into_body(self) -> Self::Body;
}

impl<B: Body<Data = Bytes>> HttpAnswer for Response<B> {
    type Body = B;

    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn version(&self) -> Version {
        self.version()
    }

    fn into_body(self) -> B {
        self.into_body()
    }
}

#[cfg(feature = "reqwest")]
impl HttpAnswer for reqwest::Response {
    type Body = reqwest::Body;

    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn version(&self) -> Version {
        self.version()
    }

    fn into_body(self) -> reqwest::Body {
        Response::from(self).into_body()
    }
}
