//! Nodes in memory: no socket, so that tokio's paused clock stands for all of
//! it and times are exact.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use example_grpc::proto::users_server::UsersServer;
use example_grpc::scripted::Scripted;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_stream::StreamExt;
use tonic::transport::{Channel, Endpoint, Server, Uri};
use tower::service_fn;

/// How a node treats a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Connection {
    /// It does not take it.
    Refuse,
    /// It answers the first request with these HTTP/2 frames and hangs up.
    Frames(&'static [u8]),
}

/// A node that treats its first connections so, and serves on all later ones.
pub(crate) fn node(server: &Scripted, first: impl IntoIterator<Item = Connection>) -> Channel {
    let server = server.clone();
    let first: Arc<Mutex<VecDeque<_>>> = Arc::new(Mutex::new(first.into_iter().collect()));
    let connect = move |_: Uri| {
        let connected = connection(first.lock().unwrap().pop_front(), &server);
        async { connected.map(TokioIo::new) }
    };
    Endpoint::from_static("http://in.memory").connect_with_connector_lazy(service_fn(connect))
}

fn connection(treatment: Option<Connection>, server: &Scripted) -> io::Result<DuplexStream> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    match treatment {
        Some(Connection::Refuse) => return Err(io::ErrorKind::ConnectionRefused.into()),
        Some(Connection::Frames(frames)) => {
            tokio::spawn(answer_with(frames, far));
        }
        None => {
            let incoming = tokio_stream::once(io::Result::Ok(far)).chain(tokio_stream::pending());
            let users = UsersServer::new(server.clone());
            tokio::spawn(
                Server::builder()
                    .add_service(users)
                    .serve_with_incoming(incoming),
            );
        }
    }
    Ok(near)
}

/// Waits for the headers of a request and answers with the frames.
async fn answer_with(frames: &[u8], mut connection: DuplexStream) -> io::Result<()> {
    const PREFACE: usize = 24;
    const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
    const HEADERS: u8 = 1;

    connection.read_exact(&mut [0; PREFACE]).await?;
    connection.write_all(SETTINGS).await?;
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        connection.read_exact(&mut payload).await?;
        if head[3] == HEADERS {
            break;
        }
    }
    connection.write_all(frames).await
}
