//! The client: reads that may be repeated, and orders that must not.

use crate::ledger::{Id, MAX};
use retry_runtime::{
    Backoff, Budget, Elapsed, Ended, Policy, Transient, Verdict, non_idempotent, retry,
    retry_unsent,
};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Of a whole call.
pub(crate) const DEADLINE: Duration = Duration::from_millis(300);
pub(crate) const LONGEST_PUSHBACK: Duration = Duration::from_millis(20);

static POLICY: Policy = Policy::DEFAULT
    .with_max(MAX)
    .with_backoff(
        match Backoff::exp(Duration::from_millis(1), 2.0, Duration::from_millis(20)) {
            Ok(backoff) => backoff,
            Err(_) => panic!("the cap is above the first delay"),
        },
    )
    .with_timeout(Duration::from_millis(40))
    .with_deadline(DEADLINE)
    .with_longest_pushback(LONGEST_PUSHBACK);

#[derive(Debug)]
pub(crate) enum RpcError {
    /// No connection: nothing was sent.
    Dial(io::Error),
    /// The connection broke; the request may have been executed.
    Broken(io::Error),
    TooLate(Elapsed),
    /// Not executed: come back after this long.
    Busy(Duration),
}

/// The last error, and why no attempt followed, where the fallback was told.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: RpcError,
    pub(crate) ended: Option<Ended>,
}

impl From<Elapsed> for RpcError {
    fn from(elapsed: Elapsed) -> Self {
        Self::TooLate(elapsed)
    }
}

impl From<io::Error> for RpcError {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

impl Transient for RpcError {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Dial(_) => Verdict::not_sent(),
            Self::Broken(_) | Self::TooLate(_) => Verdict::transient(),
            Self::Busy(wait) => Verdict::refused().with_pushback(*wait),
        }
    }
}

/// One connection, dialled anew when it has broken.
pub(crate) struct Client {
    number: usize,
    nodes: [SocketAddr; 2],
    connection: Option<BufReader<TcpStream>>,
    budget: Arc<Budget>,
}

impl Client {
    pub(crate) fn new(number: usize, nodes: [SocketAddr; 2], budget: Arc<Budget>) -> Self {
        Self {
            number,
            nodes,
            connection: None,
            budget,
        }
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// May be repeated.
    pub(crate) async fn read(&mut self, id: Id) -> Result<(), Failed> {
        let mut ended = None;
        let outcome = self.read_noting(id, &mut ended).await;
        outcome.map_err(|error| Failed { error, ended })
    }

    /// Must not be executed twice.
    pub(crate) async fn order(&mut self, id: Id) -> Result<(), Failed> {
        let mut ended = None;
        let outcome = self.order_noting(id, &mut ended).await;
        outcome.map_err(|error| Failed { error, ended })
    }
}

impl Client {
    #[retry(policy = &POLICY, budget = &*self.budget, attempt = at,
        fallback = |error, end| { *ended = Some(end.reason); Err(error) })]
    async fn read_noting(&mut self, id: Id, ended: &mut Option<Ended>) -> Result<(), RpcError> {
        let node = *at.choose(&self.nodes).unwrap_or(&self.nodes[0]);
        self.exchange(node, &format!("R {} {}\n", id.client, id.call))
            .await
    }

    #[non_idempotent]
    #[retry_unsent(policy = &POLICY, budget = &*self.budget, attempt = at,
        fallback = |error, end| { *ended = Some(end.reason); Err(error) })]
    async fn order_noting(&mut self, id: Id, ended: &mut Option<Ended>) -> Result<(), RpcError> {
        let node = *at.choose(&self.nodes).unwrap_or(&self.nodes[0]);
        self.exchange(node, &format!("W {} {}\n", id.client, id.call))
            .await
    }

    /// One request and its answer. The connection comes back only after a
    /// complete answer, so that what a cut attempt leaves is never read.
    async fn exchange(&mut self, node: SocketAddr, request: &str) -> Result<(), RpcError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => dial(node).await.map_err(RpcError::Dial)?,
        };
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_line(&mut answer).await?;
        let Some(answer) = answer.strip_suffix('\n') else {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        };
        self.connection = Some(connection);
        match answer.strip_prefix("busy ").map(str::parse) {
            Some(Ok(millis)) => Err(RpcError::Busy(Duration::from_millis(millis))),
            _ => Ok(()),
        }
    }
}

/// Closing resets the connection, so that no port waits for a minute: this
/// client would use them all up.
#[allow(deprecated, reason = "a linger of zero does not block")]
async fn dial(node: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(node).await?;
    stream.set_nodelay(true)?;
    stream.set_linger(Some(Duration::ZERO))?;
    Ok(BufReader::new(stream))
}
