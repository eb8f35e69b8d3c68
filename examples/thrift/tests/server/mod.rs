//! The server: it fails as it is told, and can be killed.

use example_thrift::{NoSuchUser, User, Users, UsersGetException, UsersServer};
use std::future::pending;
use std::net::SocketAddr;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use volo::FastStr;
use volo::net::incoming::DefaultIncoming;
use volo_thrift::{ApplicationException, ApplicationExceptionKind, MaybeException, ServerError};

/// How a call fails, once it was executed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flaw {
    /// The connection ends without an answer.
    HangUp,
    /// No answer ever comes.
    Stall,
    /// The answer is an error.
    Error,
}

#[derive(Debug, Default)]
struct State {
    calls: u32,
    flaws: Vec<Flaw>,
}

#[derive(Clone, Default)]
struct Handler {
    state: Arc<Mutex<State>>,
}

impl Handler {
    async fn executed(&self) -> Result<(), ServerError> {
        let flaw = {
            let mut state = self.state.lock().unwrap();
            state.calls += 1;
            state.flaws.pop()
        };
        match flaw {
            None => Ok(()),
            Some(Flaw::Stall) => pending().await,
            // The task of the connection ends with it; nothing is printed.
            Some(Flaw::HangUp) => resume_unwind(Box::new("as it was told")),
            Some(Flaw::Error) => Err(ApplicationException::new(
                ApplicationExceptionKind::INTERNAL_ERROR,
                "as it was told",
            )
            .into()),
        }
    }
}

impl Users for Handler {
    async fn get(&self, id: i64) -> Result<MaybeException<User, UsersGetException>, ServerError> {
        self.executed().await?;
        Ok(match id {
            7 => MaybeException::Ok(User {
                id,
                name: "Grace".into(),
            }),
            _ => MaybeException::Exception(UsersGetException::NoSuchUser(NoSuchUser { id })),
        })
    }

    async fn create(&self, name: FastStr) -> Result<User, ServerError> {
        self.executed().await?;
        Ok(User { id: 8, name })
    }
}

/// A server with threads of its own: they end with it, and its connections too.
pub(crate) struct Server {
    threads: Option<Runtime>,
    address: SocketAddr,
    handler: Handler,
}

impl Server {
    /// One at a free port.
    pub(crate) fn start() -> Self {
        let mut server = Self {
            threads: None,
            address: ([127, 0, 0, 1], 0).into(),
            handler: Handler::default(),
        };
        server.restart();
        server
    }

    /// Another one at the same address.
    pub(crate) fn restart(&mut self) {
        let handler = self.handler.clone();
        // Bound here, the port is open before any other thread has to run.
        let listener = std::net::TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let threads = Runtime::new().unwrap();
        threads.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            UsersServer::new(handler)
                .run(DefaultIncoming::from(listener))
                .await
        });
        self.threads = Some(threads);
    }

    /// Returns once the port is closed: until then a connection would be taken, and
    /// reset.
    pub(crate) async fn kill(&mut self) {
        if let Some(threads) = self.threads.take() {
            let waits = move || threads.shutdown_timeout(Duration::from_secs(10));
            tokio::task::spawn_blocking(waits).await.unwrap();
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next calls fail, so many of them.
    pub(crate) fn fail(&self, flaw: Flaw, times: usize) {
        self.handler.state.lock().unwrap().flaws = vec![flaw; times];
    }

    /// How many calls were executed.
    pub(crate) fn calls(&self) -> u32 {
        self.handler.state.lock().unwrap().calls
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}
