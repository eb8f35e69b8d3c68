//! The server and its troubles.

use crate::ledger::{Id, Ledger};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::sleep;

/// An address that is served, and one that refuses connections.
pub(crate) struct Server {
    nodes: [SocketAddr; 2],
    /// Bound and not listening, so that nobody else gets the port.
    _dead: TcpSocket,
}

impl Server {
    /// Serves until the process ends.
    pub(crate) async fn start(ledger: Arc<Ledger>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let dead = TcpSocket::new_v4()?;
        dead.bind(([127, 0, 0, 1], 0).into())?;
        let nodes = [listener.local_addr()?, dead.local_addr()?];
        tokio::spawn(async move {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(converse(stream, Arc::clone(&ledger)));
                }
            }
        });
        Ok(Self { nodes, _dead: dead })
    }

    pub(crate) fn nodes(&self) -> [SocketAddr; 2] {
        self.nodes
    }
}

async fn converse(stream: TcpStream, ledger: Arc<Ledger>) -> io::Result<()> {
    // A connection that is accepted and dropped, whatever was sent on it.
    if fastrand::u8(..100) < 3 {
        return Ok(());
    }
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    while stream.read_line(&mut request).await? > 0 {
        let Some((is_order, id)) = parsed(&request) else {
            // The rest of a request that was cut.
            return Ok(());
        };
        ledger.request(id);
        let trouble = Trouble::any();
        let is_executed = !matches!(trouble, Trouble::Busy(_) | Trouble::Lost);
        if is_order && is_executed {
            ledger.execute(id);
        }
        if !trouble.answer(&mut stream).await? {
            return Ok(());
        }
        request.clear();
    }
    Ok(())
}

/// `W 3 17` → an order, client 3, call 17
fn parsed(request: &str) -> Option<(bool, Id)> {
    let mut words = request.strip_suffix('\n')?.split(' ');
    let is_order = words.next()? == "W";
    let client = words.next()?.parse().ok()?;
    let call = words.next()?.parse().ok()?;
    Some((is_order, Id { client, call }))
}

/// What happens to a request.
enum Trouble {
    None,
    /// Answered so late that a client's patience may be over.
    Late(Duration),
    /// Executed, and not answered.
    HangsUp,
    /// Executed, and the connection reset.
    Reset,
    /// Executed, and answered in part.
    Half,
    /// Neither executed nor answered.
    Lost,
    /// Not executed; the client is to come back in so many milliseconds.
    Busy(u64),
}

impl Trouble {
    fn any() -> Self {
        match fastrand::u8(..100) {
            ..72 => Self::None,
            72..79 => Self::Late(Duration::from_millis(fastrand::u64(1..80))),
            79..83 => Self::HangsUp,
            83..87 => Self::Reset,
            87..91 => Self::Half,
            91..94 => Self::Lost,
            94..99 => Self::Busy(fastrand::u64(0..20)),
            99.. => Self::Busy(60_000),
        }
    }

    /// Whether the connection is still good.
    #[allow(deprecated, reason = "a linger of zero does not block")]
    async fn answer(self, stream: &mut BufReader<TcpStream>) -> io::Result<bool> {
        match self {
            Self::None => stream.write_all(b"ok\n").await?,
            Self::Late(wait) => {
                sleep(wait).await;
                stream.write_all(b"ok\n").await?;
            }
            Self::HangsUp | Self::Lost => return Ok(false),
            Self::Reset => {
                stream.get_ref().set_linger(Some(Duration::ZERO))?;
                return Ok(false);
            }
            Self::Half => {
                stream.write_all(b"o").await?;
                return Ok(false);
            }
            Self::Busy(millis) => {
                let answer = format!("busy {millis}\n");
                stream.write_all(answer.as_bytes()).await?;
            }
        }
        Ok(true)
    }
}
