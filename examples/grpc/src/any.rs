//! One annotated function for all methods.

use crate::proto::users_client::UsersClient;
use retry_runtime::{Budget, Idempotent, grpc, retry};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

/// Sends any message whose proto says that its methods may run twice. One that may not does
/// not compile.
pub struct AnyUsers {
    rpc: UsersClient<Channel>,
    budget: Budget,
}

impl AnyUsers {
    /// A client over this channel.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self {
            rpc: UsersClient::new(channel),
            budget: Budget::standard(),
        }
    }

    /// Sends the message by a method of the generated client:
    /// `users.call(&GetRequest { id: 7 }, async |mut rpc, request| rpc.get(request).await)`.
    ///
    /// # Errors
    ///
    /// The status of the last attempt.
    #[retry(budget = &self.budget, deadline = 5s, attempt = at, strict)]
    pub async fn call<M: Clone + Idempotent, R>(
        &self,
        message: &M,
        send: impl AsyncFn(UsersClient<Channel>, Request<M>) -> Result<Response<R>, Status>,
    ) -> Result<R, Status> {
        let mut request = Request::new(message.clone());
        grpc::annotate_request(&mut request, at);
        Ok(send(self.rpc.clone(), request).await?.into_inner())
    }
}
