//! A server that answers as it was told to and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};

use crate::proto::users_server::Users;
use crate::proto::{CreateRequest, GetRequest, RenameRequest, User};

/// What the server does with one call.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Fails with this status.
    Fail(Status),
    /// Never answers.
    Stall,
}

/// What a call told about itself: `grpc-previous-rpc-attempts` and `grpc-timeout`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// `grpc-previous-rpc-attempts`
    pub previous: Option<String>,
    /// `grpc-timeout`
    pub timeout: Option<String>,
}

/// The server. Its clones share script and memory.
#[derive(Clone, Debug, Default)]
pub struct Scripted(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Answer>,
    seen: Vec<Seen>,
}

impl Scripted {
    /// Answers the first calls so, and all later ones with a user.
    pub fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        Self(Arc::new(Mutex::new(State {
            script: script.into_iter().collect(),
            seen: Vec::new(),
        })))
    }

    /// The calls so far, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.with(|state| state.seen.clone())
    }

    async fn answer(&self, metadata: &MetadataMap, user: User) -> Result<Response<User>, Status> {
        let answer = self.with(|state| {
            state.seen.push(Seen::of(metadata));
            state.script.pop_front()
        });
        match answer {
            None => Ok(Response::new(user)),
            Some(Answer::Fail(status)) => Err(status),
            Some(Answer::Stall) => std::future::pending().await,
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut State) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Seen {
    fn of(metadata: &MetadataMap) -> Self {
        let text = |key| {
            let value = metadata.get(key)?;
            value.to_str().ok().map(ToOwned::to_owned)
        };
        Self {
            previous: text("grpc-previous-rpc-attempts"),
            timeout: text("grpc-timeout"),
        }
    }
}

#[tonic::async_trait]
impl Users for Scripted {
    async fn get(&self, request: Request<GetRequest>) -> Result<Response<User>, Status> {
        let user = User {
            id: request.get_ref().id,
            name: "Ada".to_owned(),
        };
        self.answer(request.metadata(), user).await
    }

    async fn rename(&self, request: Request<RenameRequest>) -> Result<Response<User>, Status> {
        let RenameRequest { id, name } = request.get_ref().clone();
        self.answer(request.metadata(), User { id, name }).await
    }

    async fn create(&self, request: Request<CreateRequest>) -> Result<Response<User>, Status> {
        let user = User {
            id: 1,
            name: request.get_ref().name.clone(),
        };
        self.answer(request.metadata(), user).await
    }
}
