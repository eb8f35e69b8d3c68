//! The layer for gRPC beside the bare channel and a loop by hand, over HTTP/2 in memory. The
//! server is in the same process: what a row has above the bare channel is its own.

use crate::{a_call, shortest};
use allocation_counter::measure;
use hyper_util::rt::TokioIo;
use retry_tower::grpc::{Retry, RetryLayer};
use std::pin::Pin;
use std::sync::Arc;
use tests_grpc::lab::lab_client::LabClient;
use tests_grpc::lab::lab_server::{Lab, LabServer};
use tests_grpc::lab::{METHODS, Msg};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio_stream::{Stream, StreamExt};
use tonic::transport::{Channel, Endpoint, Server, Uri};
use tonic::{Code, Request, Response, Status, Streaming};
use tower::{Layer, service_fn};

/// In a round: short ones, of which the best has the machine to itself.
const CALLS: u32 = 100;
const ROUNDS: u32 = 100;
const IN_FLIGHT: u32 = 10_000;

/// Answers `Get` at once, and `Put` when it may.
#[derive(Clone)]
struct Echo(Arc<Semaphore>);

type Messages = Pin<Box<dyn Stream<Item = Result<Msg, Status>> + Send>>;

#[tonic::async_trait]
impl Lab for Echo {
    async fn get(&self, request: Request<Msg>) -> Result<Response<Msg>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn put(&self, request: Request<Msg>) -> Result<Response<Msg>, Status> {
        let held = self.0.acquire().await;
        drop(held);
        Ok(Response::new(request.into_inner()))
    }

    async fn up(&self, request: Request<Streaming<Msg>>) -> Result<Response<Msg>, Status> {
        let mut messages = request.into_inner();
        let mut sum = Msg::default();
        while let Some(message) = messages.message().await? {
            sum.n += message.n;
        }
        Ok(Response::new(sum))
    }

    type DownStream = Messages;

    async fn down(&self, _: Request<Msg>) -> Result<Response<Messages>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    type BothStream = Messages;

    async fn both(&self, _: Request<Streaming<Msg>>) -> Result<Response<Messages>, Status> {
        Err(Status::unimplemented("not measured"))
    }
}

fn channel(echo: &Echo) -> Channel {
    let echo = echo.clone();
    let connect = move |_: Uri| {
        let (near, far) = tokio::io::duplex(1 << 20);
        let incoming = tokio_stream::once(std::io::Result::Ok(far)).chain(tokio_stream::pending());
        let server = Server::builder().max_concurrent_streams(2 * IN_FLIGHT);
        let server = { server }.add_service(LabServer::new(echo.clone()));
        tokio::spawn(server.serve_with_incoming(incoming));
        async { std::io::Result::Ok(TokioIo::new(near)) }
    };
    Endpoint::from_static("http://in.memory").connect_with_connector_lazy(service_fn(connect))
}

/// Four attempts, for all methods.
const CONFIG: &str = r#"{ "methodConfig": [{ "name": [{}], "retryPolicy": {
    "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "1s",
    "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"]
} }] }"#;

fn layered(channel: Channel) -> Retry<Channel> {
    let layer = RetryLayer::from_service_config(CONFIG).expect("it is well-formed");
    layer.methods(METHODS).trust_wildcards().layer(channel)
}

/// One way to make a call.
trait Way: Clone + Send + 'static {
    fn get(&mut self, message: Msg) -> impl Future<Output = Result<Msg, Status>> + Send;
    fn put(&mut self, message: Msg) -> impl Future<Output = Result<Msg, Status>> + Send;
    fn up(&mut self, messages: u64) -> impl Future<Output = Result<Msg, Status>> + Send;
}

/// A generated client, over whatever channel.
macro_rules! generated {
    ($channel:ty) => {
        impl Way for LabClient<$channel> {
            async fn get(&mut self, message: Msg) -> Result<Msg, Status> {
                Ok(LabClient::get(self, message).await?.into_inner())
            }
            async fn put(&mut self, message: Msg) -> Result<Msg, Status> {
                Ok(LabClient::put(self, message).await?.into_inner())
            }
            async fn up(&mut self, messages: u64) -> Result<Msg, Status> {
                let messages = tokio_stream::iter((0..messages).map(message));
                Ok(LabClient::up(self, messages).await?.into_inner())
            }
        }
    };
}
generated!(Channel);
generated!(Retry<Channel>);

/// What is written by hand: the message is cloned, and sent again after a wait.
#[derive(Clone)]
struct ByHand(LabClient<Channel>);

impl Way for ByHand {
    async fn get(&mut self, message: Msg) -> Result<Msg, Status> {
        let mut left = 3;
        loop {
            match self.0.get(message.clone()).await {
                Err(status) if status.code() == Code::Unavailable && left > 0 => left -= 1,
                outcome => return Ok(outcome?.into_inner()),
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
    async fn put(&mut self, message: Msg) -> Result<Msg, Status> {
        let mut left = 3;
        loop {
            match self.0.put(message.clone()).await {
                Err(status) if status.code() == Code::Unavailable && left > 0 => left -= 1,
                outcome => return Ok(outcome?.into_inner()),
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
    async fn up(&mut self, messages: u64) -> Result<Msg, Status> {
        // By hand a stream is not retried.
        Way::up(&mut self.0, messages).await
    }
}

fn message(n: u64) -> Msg {
    Msg {
        n,
        pad: vec![7; 100],
    }
}

fn row(runtime: &Runtime, name: &str, mut way: impl Way) {
    let mut calls = |runtime: &Runtime| {
        runtime.block_on(async {
            for n in 0..u64::from(CALLS) {
                assert!(way.get(message(n)).await.is_ok());
            }
        });
    };
    calls(runtime);
    let time = shortest(ROUNDS, CALLS, || calls(runtime));
    let allocations = a_call(measure(|| calls(runtime)).count_total, CALLS);
    let mut uploads = |runtime: &Runtime| {
        runtime.block_on(async {
            for _ in 0..CALLS {
                assert!(way.up(20).await.is_ok());
            }
        });
    };
    let upload = shortest(ROUNDS, CALLS, || uploads(runtime));
    println!(
        "| {name} | {:.1} | {allocations:.1} | {:.1} |",
        time.as_secs_f64() * 1e6,
        upload.as_secs_f64() * 1e6
    );
}

/// All calls wait at the server at once: memory a call, and the time of all of them.
fn in_flight(
    runtime: &Runtime,
    name: &str,
    gate: &Semaphore,
    way: &impl Way,
    kept: impl Fn() -> usize,
) {
    let mut bytes_kept = 0;
    let begun = std::time::Instant::now();
    let measured = measure(|| {
        runtime.block_on(async {
            let mut calls = tokio::task::JoinSet::new();
            for n in 0..u64::from(IN_FLIGHT) {
                let mut way = way.clone();
                calls.spawn(async move { way.put(message(n)).await });
            }
            // Until all of them have been sent.
            for _ in 0..200 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            bytes_kept = kept();
            gate.add_permits(IN_FLIGHT as usize);
            let done = calls.join_all().await;
            assert!(done.iter().all(Result::is_ok));
            gate.forget_permits(IN_FLIGHT as usize);
        });
    });
    let seconds = (begun.elapsed().as_secs_f64() - 1.0) * 1e3;
    println!(
        "| {name} | {:.0} | {:.0} | {seconds:.0} |",
        a_call(measured.bytes_max, IN_FLIGHT),
        a_call(bytes_kept as u64, IN_FLIGHT)
    );
}

pub(crate) fn tables(runtime: &Runtime) {
    let _guard = runtime.enter();
    let gate = Arc::new(Semaphore::new(0));
    let echo = Echo(Arc::clone(&gate));
    println!("| gRPC, 100 bytes | µs a call | allocations a call | µs an upload of 20 messages |");
    println!("| --- | --- | --- | --- |");
    row(runtime, "bare channel", LabClient::new(channel(&echo)));
    row(
        runtime,
        "loop by hand",
        ByHand(LabClient::new(channel(&echo))),
    );
    row(
        runtime,
        "`grpc::RetryLayer`",
        LabClient::new(layered(channel(&echo))),
    );
    println!();
    println!(
        "| 10,000 calls in flight | bytes a call, client and server | of them kept for retries | ms |"
    );
    println!("| --- | --- | --- | --- |");
    let bare = LabClient::new(channel(&echo));
    in_flight(runtime, "bare channel", &gate, &bare, || 0);
    let by_hand = ByHand(LabClient::new(channel(&echo)));
    in_flight(runtime, "loop by hand", &gate, &by_hand, || 0);
    let retried = layered(channel(&echo));
    let client = LabClient::new(retried.clone());
    in_flight(runtime, "`grpc::RetryLayer`", &gate, &client, || {
        retried.kept_bytes()
    });
}
