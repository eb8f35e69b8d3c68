//! The calls of each kind: what may be repeated, and orders that must not.

use crate::namespaces::SERVER;
use crate::server::{DEAD, DELAYED, FULL, GRPC, HALF_OPEN, HTTP, LINES};
use retry_runtime::{
    Attempt, Backoff, Budget, Elapsed, Policy, Transient, Verdict, non_idempotent, retry,
    retry_unsent,
};
use retry_tower::{BoxError, grpc, http};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tests_grpc::lab::Msg;
use tests_grpc::lab::lab_client::LabClient;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};
use tower::{Layer, Service, ServiceExt};

pub(crate) const MAX: u32 = 4;
pub(crate) const DEADLINE: Duration = Duration::from_millis(2500);
/// Of each attempt.
const TIMEOUT: Duration = Duration::from_millis(600);
const DIAL: Duration = Duration::from_millis(250);

const POLICY: Policy = Policy::DEFAULT
    .with_max(MAX)
    .with_backoff(
        match Backoff::exp(Duration::from_millis(20), 2.0, Duration::from_millis(200)) {
            Ok(backoff) => backoff,
            Err(_) => panic!("the cap is above the first delay"),
        },
    )
    .with_timeout(TIMEOUT)
    .with_deadline(DEADLINE);

/// A wildcard for the orders, of which the proto says nothing.
const CONFIG: &str = r#"{ "methodConfig": [
    { "name": [{ "service": "lab.v1.Lab", "method": "Get" }], "timeout": "2.5s", "retryPolicy": {
        "maxAttempts": 5, "initialBackoff": "0.02s", "maxBackoff": "0.2s", "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE", "DEADLINE_EXCEEDED"] } },
    { "name": [{ "service": "lab.v1.Lab" }], "timeout": "2.5s", "retryPolicy": {
        "maxAttempts": 5, "initialBackoff": "0.02s", "maxBackoff": "0.2s", "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"] } }
] }"#;

/// How the server is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Straight,
    Delayed,
    HalfOpen,
    /// One of three nodes, two of which are no good.
    Nodes,
    /// By a name, which is not found every other time.
    Names,
}

impl Way {
    pub(crate) fn of(round: &str) -> Self {
        match round {
            "delayed" => Self::Delayed,
            "half-open" => Self::HalfOpen,
            "nodes" => Self::Nodes,
            "names" => Self::Names,
            _ => Self::Straight,
        }
    }

    fn port(self, port: u16, attempt: Option<Attempt>) -> u16 {
        let nodes = [DEAD, FULL, port];
        match self {
            Self::Delayed => port + DELAYED,
            Self::HalfOpen => port + HALF_OPEN,
            Self::Nodes => attempt
                .and_then(|at| at.choose(&nodes).copied())
                .unwrap_or(port),
            Self::Straight | Self::Names => port,
        }
    }

    fn host(self) -> &'static str {
        if self == Self::Names {
            "service.test"
        } else {
            SERVER
        }
    }
}

#[allow(dead_code, reason = "what is inside is for the messages")]
#[derive(Debug)]
pub(crate) enum Fault {
    Http(reqwest::Error),
    Grpc(Box<tonic::Status>),
    Layer(BoxError),
    /// No connection: nothing was sent.
    Dial(io::Error),
    Broken(io::Error),
    Late(Elapsed),
    /// The answer to another request.
    Wrong(String),
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Http(error) => error.verdict(),
            Self::Grpc(status) => status.verdict(),
            Self::Dial(_) => Verdict::not_sent(),
            Self::Broken(_) => Verdict::transient(),
            Self::Layer(_) | Self::Late(_) | Self::Wrong(_) => Verdict::permanent(),
        }
    }
}

macro_rules! from {
    ($($from:ty => $variant:ident;)*) => {$(
        impl From<$from> for Fault {
            fn from(from: $from) -> Self {
                Self::$variant(from.into())
            }
        }
    )*};
}

from! {
    reqwest::Error => Http;
    tonic::Status => Grpc;
    BoxError => Layer;
    io::Error => Broken;
    Elapsed => Late;
}

tokio::task_local! {
    /// How many attempts the call has made.
    pub(crate) static TRIED: Arc<AtomicU32>;
}

fn tried() {
    TRIED.with(|tried| tried.fetch_add(1, Relaxed));
}

/// A service whose attempts are counted.
#[derive(Clone, Debug)]
struct Counted<S>(S);

impl<R, S: Service<R>> Service<R> for Counted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        tried();
        self.0.call(request)
    }
}

/// A connection for lines, dialled anew when it has broken.
#[derive(Debug, Default)]
pub(crate) struct Lines(Option<BufReader<TcpStream>>);

/// All that calls share.
#[derive(Clone)]
pub(crate) struct Clients {
    http: reqwest::Client,
    layered: http::Retry<Counted<reqwest::Client>>,
    channels: [LabClient<Channel>; 3],
    layered_channels: [LabClient<grpc::Retry<Counted<Channel>>>; 3],
    budget: Arc<Budget>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Http,
    LayerHttp,
    LayerHttpOrder,
    Grpc,
    LayerGrpc,
    LayerGrpcOrder,
    UnsentOrder,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Http,
        Self::LayerHttp,
        Self::LayerHttpOrder,
        Self::Grpc,
        Self::LayerGrpc,
        Self::LayerGrpcOrder,
        Self::UnsentOrder,
    ];

    pub(crate) const fn is_order(self) -> bool {
        matches!(
            self,
            Self::LayerHttpOrder | Self::LayerGrpcOrder | Self::UnsentOrder
        )
    }

    /// Retries outside of the count: gRPC A6 has one for what never left the client.
    pub(crate) const fn transparent(self) -> u32 {
        match self {
            Self::LayerGrpc | Self::LayerGrpcOrder => 1,
            _ => 0,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Http => "#[retry], reqwest",
            Self::LayerHttp => "layer, reqwest",
            Self::LayerHttpOrder => "layer, reqwest, POST",
            Self::Grpc => "#[retry], tonic",
            Self::LayerGrpc => "layer, tonic",
            Self::LayerGrpcOrder => "layer, tonic, orders",
            Self::UnsentOrder => "#[retry_unsent], lines",
        }
    }
}

impl Clients {
    pub(crate) fn new() -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(1))
            .build()
            .map_err(|error| error.to_string())?;
        let budget = Arc::new(
            Budget::new(100)
                .map_err(|error| error.to_string())?
                .reserve(1000),
        );
        let layer = grpc::RetryLayer::from_service_config(CONFIG)
            .map_err(|error| error.to_string())?
            .budget(Arc::clone(&budget));
        let channels = [0, DELAYED, HALF_OPEN].map(|way| channel(GRPC + way));
        Ok(Self {
            layered: http::RetryLayer::new(POLICY)
                .budget(Arc::clone(&budget))
                .layer(Counted(http.clone())),
            http,
            layered_channels: channels
                .clone()
                .map(|channel| LabClient::new(layer.layer(Counted(channel)))),
            channels: channels.map(LabClient::new),
            budget,
        })
    }

    /// One call. The answer is the number.
    pub(crate) async fn call(
        &self,
        kind: Kind,
        way: Way,
        number: u64,
        lines: &mut Lines,
    ) -> Result<(), Fault> {
        let place = match way {
            Way::Delayed => 1,
            Way::HalfOpen => 2,
            _ => 0,
        };
        let message = Msg {
            n: number,
            pad: vec![7; 300],
        };
        let answer = match kind {
            Kind::Http => self.read(way, number).await?,
            Kind::LayerHttp | Kind::LayerHttpOrder => self.send(kind, way, number).await?,
            Kind::Grpc => self.get(place, &message).await?,
            Kind::LayerGrpc => self.layered_channels[place]
                .clone()
                .get(message)
                .await?
                .into_inner()
                .n
                .to_string(),
            Kind::LayerGrpcOrder => self.layered_channels[place]
                .clone()
                .put(message)
                .await?
                .into_inner()
                .n
                .to_string(),
            Kind::UnsentOrder => lines.order(way, number, &self.budget).await?,
        };
        if answer == number.to_string() {
            Ok(())
        } else {
            Err(Fault::Wrong(answer))
        }
    }

    #[retry(policy = &POLICY, budget = &*self.budget, attempt = at)]
    async fn read(&self, way: Way, number: u64) -> Result<String, Fault> {
        tried();
        let url = format!(
            "http://{}:{}/read/{number}",
            way.host(),
            way.port(HTTP, Some(at))
        );
        Ok(self
            .http
            .get(url)
            .send()
            .await?
            .error_for_status()?
            .text()
            .await?)
    }

    #[retry(policy = &POLICY, budget = &*self.budget)]
    async fn get(&self, place: usize, message: &Msg) -> Result<String, Fault> {
        tried();
        let answer = self.channels[place].clone().get(message.clone()).await?;
        Ok(answer.into_inner().n.to_string())
    }

    /// By the layer, which looks at the method.
    async fn send(&self, kind: Kind, way: Way, number: u64) -> Result<String, Fault> {
        let (method, path) = if kind.is_order() {
            (reqwest::Method::POST, "order")
        } else {
            (reqwest::Method::GET, "read")
        };
        let url = format!(
            "http://{}:{}/{path}/{number}",
            way.host(),
            way.port(HTTP, None)
        );
        let request = self.http.request(method, url).body(vec![7; 300]).build()?;
        let answer = self.layered.clone().oneshot(request).await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    /// All orders that were executed, asked for when nothing goes wrong any more.
    pub(crate) async fn ledger(&self) -> Result<String, Fault> {
        let url = format!("http://{SERVER}:{HTTP}/ledger");
        Ok(self.http.get(url).send().await?.text().await?)
    }
}

impl Lines {
    #[non_idempotent]
    #[retry_unsent(policy = &POLICY, budget = budget, attempt = at)]
    async fn order(&mut self, way: Way, number: u64, budget: &Budget) -> Result<String, Fault> {
        tried();
        // Taken out: what a cut attempt leaves is never read.
        let mut connection = match self.0.take() {
            Some(connection) => connection,
            None => dial(way, at).await?,
        };
        connection
            .write_all(format!("order {number}\n").as_bytes())
            .await?;
        let mut answer = String::new();
        connection.read_line(&mut answer).await?;
        let Some(answer) = answer.strip_suffix('\n') else {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        };
        // Another way is another node the next time.
        if way == Way::Straight {
            self.0 = Some(connection);
        }
        Ok(answer.to_owned())
    }
}

async fn dial(way: Way, attempt: Attempt) -> Result<BufReader<TcpStream>, Fault> {
    let address = (way.host(), way.port(LINES, Some(attempt)));
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    let dialled = timeout(DIAL, TcpStream::connect(address))
        .await
        .map_err(late);
    let stream = dialled.and_then(|stream| stream).map_err(Fault::Dial)?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

/// With keep-alive, so that a connection whose other side is gone is noticed.
fn channel(port: u16) -> Channel {
    Endpoint::from_shared(format!("http://{SERVER}:{port}"))
        .expect("an address")
        .connect_timeout(DIAL)
        .timeout(TIMEOUT)
        .http2_keep_alive_interval(Duration::from_millis(500))
        .keep_alive_timeout(Duration::from_millis(500))
        .keep_alive_while_idle(true)
        .connect_lazy()
}
