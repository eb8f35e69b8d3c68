//! The layers of `retry-tower`: for any service, for HTTP and for gRPC.

use crate::policy::POLICY;
use crate::server::{Fault, PUSHBACK, Served};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use retry_soak::breaker::Breaker;
use retry_tower::{BoxError, Hedging, ReplayBody, RetryLayer, grpc};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tonic::Status;
use tonic::body::Body;
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt, service_fn};

type HttpBody = Full<Bytes>;
type Answering<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

const HEDGE: Duration = Duration::from_millis(900);

/// What the proto of the gRPC service would say, and a throttle that lets the load through.
const SERVICE_CONFIG: &str = r#"{ "methodConfig": [{
    "name": [{ "service": "load.Load", "method": "Get" }],
    "timeout": "6s",
    "retryPolicy": {
        "maxAttempts": 5,
        "initialBackoff": "0.02s",
        "maxBackoff": "0.2s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"]
    }
}] }"#;

static OUTAGE_BREAKER: Breaker = Breaker::new();

/// The clients that go through a layer.
pub(crate) struct Layers {
    any: BoxCloneSyncService<(), (), Fault>,
    http: BoxCloneSyncService<Request<HttpBody>, Response<HttpBody>, BoxError>,
    grpc: BoxCloneSyncService<Request<Body>, Response<Body>, Status>,
}

impl Layers {
    pub(crate) fn new(any: Arc<Served>, http: Arc<Served>, grpc: Arc<Served>) -> Self {
        Self {
            any: of_any(any),
            http: of_http(http),
            grpc: of_grpc(grpc),
        }
    }

    pub(crate) async fn any(&self) -> bool {
        self.any.clone().oneshot(()).await.is_ok()
    }

    pub(crate) async fn http(&self) -> bool {
        let mut request = Request::new(HttpBody::from("a body that is kept for another attempt"));
        *request.method_mut() = http::Method::PUT;
        let response = self.http.clone().oneshot(request).await;
        // To the layer a 404 is an answer.
        response.is_ok_and(|response| {
            response.status().is_success() || response.status() == http::StatusCode::NOT_FOUND
        })
    }

    pub(crate) async fn grpc(&self) -> bool {
        let mut request = Request::new(Body::new(HttpBody::from("a message")));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = http::Uri::from_static("/load.Load/Get");
        let response = self.grpc.clone().oneshot(request).await;
        response.is_ok_and(|response| response.headers()[STATUS] == "0")
    }
}

fn of_any(served: Arc<Served>) -> BoxCloneSyncService<(), (), Fault> {
    let inner = service_fn(move |()| {
        let served = Arc::clone(&served);
        Box::pin(async move { served.answer().await }) as Answering<(), Fault>
    });
    let layer = RetryLayer::new(POLICY)
        .breaker(&OUTAGE_BREAKER)
        .hedge(Hedging::after(HEDGE))
        .name("layer");
    BoxCloneSyncService::new(layer.layer(inner))
}

fn of_http(
    served: Arc<Served>,
) -> BoxCloneSyncService<Request<HttpBody>, Response<HttpBody>, BoxError> {
    let inner = service_fn(move |_: Request<ReplayBody<HttpBody>>| {
        let served = Arc::clone(&served);
        Box::pin(async move {
            let response = Response::builder();
            let response = match served.answer().await {
                Ok(()) => response,
                Err(Fault::Unsent) => return Err(io::ErrorKind::ConnectionRefused.into()),
                Err(Fault::Busy) => response.status(429),
                Err(Fault::Unknown) => response.status(404),
                Err(_) => response.status(503),
            };
            response.body(HttpBody::default()).map_err(io::Error::other)
        }) as Answering<Response<HttpBody>, io::Error>
    });
    let layer = retry_tower::http::RetryLayer::new(POLICY)
        .hedge(Hedging::after(HEDGE))
        .name("http");
    BoxCloneSyncService::new(layer.layer(inner))
}

const STATUS: &str = "grpc-status";

fn of_grpc(served: Arc<Served>) -> BoxCloneSyncService<Request<Body>, Response<Body>, Status> {
    let inner = service_fn(move |_: Request<Body>| {
        let served = Arc::clone(&served);
        Box::pin(async move {
            let mut response = Response::new(Body::empty());
            let status = match served.answer().await {
                Ok(()) => tonic::Code::Ok,
                Err(Fault::Busy) => {
                    let pushback = PUSHBACK.as_millis().to_string();
                    let pushback = pushback.parse().expect("digits are a header");
                    let name = "grpc-retry-pushback-ms";
                    response.headers_mut().insert(name, pushback);
                    tonic::Code::ResourceExhausted
                }
                Err(Fault::Unknown) => tonic::Code::NotFound,
                Err(_) => tonic::Code::Unavailable,
            };
            let headers = response.headers_mut();
            headers.insert(STATUS, i32::from(status).into());
            let of_grpc = http::HeaderValue::from_static("application/grpc");
            headers.insert("content-type", of_grpc);
            Ok(response)
        }) as Answering<Response<Body>, Infallible>
    });
    let layer = grpc::RetryLayer::from_service_config(SERVICE_CONFIG).expect("it is a config");
    BoxCloneSyncService::new(layer.layer(inner))
}
