//! Interceptors and balanced channels beside the layer.

use crate::support::{Scripted, channel, config, dead_port, endpoint, layer, msg, serve};
use retry_runtime::Attempt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tests_grpc::lab::lab_client::LabClient;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{GrpcMethod, Request, Status};
use tower::Layer;

#[allow(clippy::result_large_err, reason = "tonic's own type")]
fn tokens() -> impl FnMut(Request<()>) -> Result<Request<()>, Status> + Clone + Send + Sync + 'static
{
    let count = Arc::new(AtomicU32::new(0));
    move |mut request: Request<()>| {
        let token = count.fetch_add(1, Relaxed);
        let attempt = request.extensions().get::<Attempt>().map(Attempt::number);
        let method = request
            .extensions()
            .get::<GrpcMethod<'static>>()
            .map(GrpcMethod::method);
        let told = format!("{token} {attempt:?} {method:?}");
        request
            .metadata_mut()
            .insert("token", told.parse().unwrap());
        Ok(request)
    }
}

fn told(server: &Scripted) -> Vec<String> {
    server
        .seen()
        .into_iter()
        .map(|seen| seen.token.unwrap())
        .collect()
}

#[tokio::test]
async fn outside_they_run_once_a_call() {
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    let service = layer(&config("")).layer(channel(running.port));
    LabClient::with_interceptor(service, tokens())
        .get(msg(1))
        .await
        .unwrap();
    assert_eq!(
        told(&server),
        [r#"0 None Some("Get")"#, r#"0 None Some("Get")"#]
    );
}

#[tokio::test]
async fn inside_they_run_for_each_attempt_and_know_which() {
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    let channel = InterceptedService::new(channel(running.port), tokens());
    LabClient::new(layer(&config("")).layer(channel))
        .get(msg(1))
        .await
        .unwrap();
    assert_eq!(
        told(&server),
        [r#"0 Some(1) Some("Get")"#, r#"1 Some(2) Some("Get")"#]
    );
}

#[tokio::test]
async fn a_balanced_channel_is_retried_on_another_node() {
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    let nodes = [dead_port(), running.port].map(endpoint);
    let balanced = Channel::balance_list(nodes.into_iter());
    let client = LabClient::new(layer(&config("")).layer(balanced));
    for _ in 0..20 {
        client.clone().get(msg(1)).await.unwrap();
    }
}
