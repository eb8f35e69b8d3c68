//! The generated client over a layer.

use crate::proto::METHODS;
use crate::proto::users_client::UsersClient;
use retry_runtime::service_config::InvalidServiceConfig;
use retry_tower::grpc::{Retry, RetryLayer};
use tonic::transport::Channel;
use tower_layer::Layer;

/// The generated client, whose calls are retried.
pub type LayeredUsers = UsersClient<Retry<Channel>>;

/// The generated client over this channel, retried as the service config says. `METHODS` is
/// what `retry-tower-build` has read from the proto.
///
/// # Errors
///
/// What is wrong with the JSON.
pub fn layered(channel: Channel, config: &str) -> Result<LayeredUsers, InvalidServiceConfig> {
    let layer = RetryLayer::from_service_config(config)?.methods(METHODS);
    Ok(UsersClient::new(layer.layer(channel)))
}
