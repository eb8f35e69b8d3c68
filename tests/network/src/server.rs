//! The server: reads and orders over HTTP, gRPC and lines, and names.

use crate::ledger::Ledger;
use crate::namespaces::SERVER;
use crate::proxy::{Manner, serve};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use tests_grpc::lab::Msg;
use tests_grpc::lab::lab_server::{Lab, LabServer};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request as Call, Response as Answer, Status, Streaming};

/// Where each thing is served; the proxies add 1,000 or 2,000.
pub(crate) const HTTP: u16 = 8001;
pub(crate) const GRPC: u16 = 8002;
pub(crate) const LINES: u16 = 8003;
/// Nobody listens.
pub(crate) const DEAD: u16 = 8004;
/// Whoever listens accepts nothing any more.
pub(crate) const FULL: u16 = 8005;

pub(crate) const DELAYED: u16 = 1000;
pub(crate) const HALF_OPEN: u16 = 2000;

/// Serves until its standard input says that it is over.
pub(crate) fn run() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        all()
            .await
            .map_err(|error| format!("the server does not start: {error}"))?;
        let mut word = String::new();
        let mut input = BufReader::new(tokio::io::stdin());
        let _ = input.read_line(&mut word).await;
        Ok(())
    })
}

async fn all() -> io::Result<()> {
    let ledger = Arc::new(Ledger::default());
    http(Arc::clone(&ledger)).await?;
    grpc(Arc::clone(&ledger)).await?;
    lines(ledger).await?;
    full()?;
    names().await?;
    for port in [HTTP, GRPC, LINES] {
        serve(port + DELAYED, port, Manner::Delays).await?;
        serve(port + HALF_OPEN, port, Manner::FallsAsleep).await?;
    }
    Ok(())
}

async fn http(ledger: Arc<Ledger>) -> io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", HTTP)).await?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let ledger = Arc::clone(&ledger);
            let service = service_fn(move |request| answer(request, Arc::clone(&ledger)));
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
        }
    });
    Ok(())
}

/// `/read/7`, `/order/7`, and `/ledger` for all orders.
async fn answer(
    request: Request<Incoming>,
    ledger: Arc<Ledger>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    // An order whose body has not come is none.
    let whole = request.into_body().collect().await.is_ok();
    let text = match path.strip_prefix("/order/").map(str::parse) {
        Some(Ok(order)) if whole => {
            ledger.execute(order);
            order.to_string()
        }
        _ if path == "/ledger" => ledger.written(),
        _ => path.trim_start_matches("/read/").to_owned(),
    };
    Ok(Response::new(Full::from(text)))
}

#[derive(Clone)]
struct Service(Arc<Ledger>);

type Messages = Pin<Box<dyn tokio_stream::Stream<Item = Result<Msg, Status>> + Send>>;

#[tonic::async_trait]
impl Lab for Service {
    type DownStream = Messages;
    type BothStream = Messages;

    async fn get(&self, call: Call<Msg>) -> Result<Answer<Msg>, Status> {
        Ok(Answer::new(call.into_inner()))
    }

    async fn put(&self, call: Call<Msg>) -> Result<Answer<Msg>, Status> {
        self.0.execute(call.get_ref().n);
        Ok(Answer::new(call.into_inner()))
    }

    async fn up(&self, _: Call<Streaming<Msg>>) -> Result<Answer<Msg>, Status> {
        Err(Status::unimplemented("no streams here"))
    }

    async fn down(&self, _: Call<Msg>) -> Result<Answer<Messages>, Status> {
        Err(Status::unimplemented("no streams here"))
    }

    async fn both(&self, _: Call<Streaming<Msg>>) -> Result<Answer<Messages>, Status> {
        Err(Status::unimplemented("no streams here"))
    }
}

async fn grpc(ledger: Arc<Ledger>) -> io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", GRPC)).await?;
    let server = tonic::transport::Server::builder().add_service(LabServer::new(Service(ledger)));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    Ok(())
}

async fn lines(ledger: Arc<Ledger>) -> io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", LINES)).await?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, Arc::clone(&ledger)));
        }
    });
    Ok(())
}

/// `order 7` is answered by `7`.
async fn converse(stream: TcpStream, ledger: Arc<Ledger>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let order = line
            .strip_suffix('\n')
            .and_then(|line| line.strip_prefix("order "));
        let Some(Ok(order)) = order.map(str::parse) else {
            return Ok(());
        };
        ledger.execute(order);
        stream.write_all(format!("{order}\n").as_bytes()).await?;
        line.clear();
    }
    Ok(())
}

/// A queue for one connection, with one in it and another that waits for room.
fn full() -> io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::UNSPECIFIED, FULL).into())?;
    let listener = socket.listen(1)?;
    tokio::spawn(async move {
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(tokio::spawn(TcpStream::connect((SERVER, FULL))));
        }
        std::future::pending::<()>().await;
        drop((listener, held));
    });
    Ok(())
}

/// Every name is this host's; every other look-up is answered "try again later".
async fn names() -> io::Result<()> {
    let socket = UdpSocket::bind(("0.0.0.0", 53)).await?;
    let own: Ipv4Addr = SERVER.parse().map_err(io::Error::other)?;
    tokio::spawn(async move {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question).await {
            // A look-up asks for both kinds of address from one port: both fail, or none.
            let fails = from.port() % 4 < 2;
            if let Some(answer) = named(&question[..length], own, fails) {
                let _ = socket.send_to(&answer, from).await;
            }
        }
    });
    Ok(())
}

/// The answer to a question of the domain name system (RFC 1035).
fn named(question: &[u8], own: Ipv4Addr, fails: bool) -> Option<Vec<u8>> {
    const HEADER: usize = 12;
    const SERVFAIL: u8 = 2;
    let name = question.get(HEADER..)?.iter().position(|byte| *byte == 0)?;
    let end = HEADER + name + 5;
    let mut answer = question.get(..end)?.to_vec();
    let is_address = answer[end - 4..end] == [0, 1, 0, 1];
    answer[2] = 0x81;
    answer[3] = 0x80 | if fails { SERVFAIL } else { 0 };
    answer[6..HEADER].fill(0);
    if is_address && !fails {
        answer[7] = 1;
        // The name of the question, an address, for no time at all.
        answer.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        answer.extend(own.octets());
    }
    Some(answer)
}
