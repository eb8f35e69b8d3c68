//! The client.

use retry_runtime::service_config::{InvalidServiceConfig, MethodConfig, ServiceConfig};
use retry_runtime::{Attempt, Budget, Policy, grpc, non_idempotent, retry, retry_unsent};
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

use crate::proto::users_client::UsersClient;
use crate::proto::{CreateRequest, GetRequest, RenameRequest, User};

/// Users, on any of several nodes.
pub struct Users {
    nodes: Vec<Channel>,
    policy: Policy,
    rename: MethodConfig,
    budget: Budget,
}

impl Users {
    /// A client of nodes that all know all users.
    #[must_use]
    pub fn new(nodes: Vec<Channel>) -> Self {
        Self {
            nodes,
            policy: Policy::DEFAULT,
            rename: MethodConfig::default(),
            budget: Budget::standard(),
        }
    }

    /// The same with another policy for [`get`](Self::get) and [`create`](Self::create).
    #[must_use]
    pub fn policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The same with the policy for [`rename`](Self::rename), and the budget,
    /// from a gRPC service config.
    ///
    /// # Errors
    ///
    /// What is wrong with the JSON.
    pub fn service_config(self, json: &str) -> Result<Self, InvalidServiceConfig> {
        let config: ServiceConfig = json.parse()?;
        let rename = config.method("users.v1.Users", "Rename");
        Ok(Self {
            rename: rename.copied().unwrap_or_default(),
            budget: config.budget().unwrap_or_default(),
            ..self
        })
    }

    /// A user. Each retry asks another node.
    ///
    /// # Errors
    ///
    /// What the last node answered.
    #[retry(policy = &self.policy, budget = &self.budget, attempt = at)]
    pub async fn get(&self, get: GetRequest) -> Result<User, Status> {
        let mut rpc = self.rpc(at)?;
        Ok(rpc.get(request(get, at)).await?.into_inner())
    }

    /// Gives a user another name, retried as the service config says.
    ///
    /// # Errors
    ///
    /// What the last node answered.
    #[retry(policy = self.rename.policy(), on = self.rename.on(), budget = &self.budget, attempt = at)]
    pub async fn rename(&self, rename: &RenameRequest) -> Result<User, Status> {
        let mut rpc = self.rpc(at)?;
        Ok(rpc.rename(request(rename.clone(), at)).await?.into_inner())
    }

    /// A user, from nodes that answer `Aborted` or `ResourceExhausted` where
    /// others would say `Unavailable`.
    ///
    /// # Errors
    ///
    /// What the last node answered.
    #[retry(
        policy = &self.policy,
        on = grpc::retry_on_codes(&[Code::Aborted, Code::ResourceExhausted]),
        budget = &self.budget,
        attempt = at
    )]
    pub async fn get_by_code(&self, get: GetRequest) -> Result<User, Status> {
        let mut rpc = self.rpc(at)?;
        Ok(rpc.get(request(get, at)).await?.into_inner())
    }

    /// A new user. It is asked for again only where no node can have made one.
    ///
    /// # Errors
    ///
    /// What the last node answered.
    #[non_idempotent]
    #[retry_unsent(policy = &self.policy, budget = &self.budget, attempt = at)]
    pub async fn create(&self, create: &CreateRequest) -> Result<User, Status> {
        let mut rpc = self.rpc(at)?;
        Ok(rpc.create(request(create.clone(), at)).await?.into_inner())
    }

    fn rpc(&self, at: Attempt) -> Result<UsersClient<Channel>, Status> {
        let node = at.choose(&self.nodes);
        let node = node.ok_or_else(|| Status::failed_precondition("there is no node"))?;
        Ok(UsersClient::new(node.clone()))
    }
}

/// The message with what the server is to know of the attempt.
fn request<M>(message: M, at: Attempt) -> Request<M> {
    let mut request = Request::new(message);
    grpc::annotate_request(&mut request, at);
    request
}
