//! How much is kept for another attempt.

use crate::support::{MS, Msg, Scripted, channel, config, layer, serve};
use tests_grpc::lab::lab_client::LabClient;
use tokio_stream::StreamExt;
use tonic::Code;
use tower::Layer;

fn padded(n: u64) -> Msg {
    Msg {
        n,
        pad: vec![0; 1000],
    }
}

#[tokio::test]
async fn a_call_past_its_limit_goes_on_and_is_not_retried() {
    let server = Scripted::new(&["end 14"]);
    let running = serve(&server).await;
    let service = layer(&config(""))
        .call_buffer(10_000)
        .layer(channel(running.port));
    let mut client = LabClient::new(service.clone());
    let messages = tokio_stream::iter((1..=50).map(padded)).throttle(MS);
    let status = client.up(messages).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(server.said(), ["complete with 50"]);
    assert_eq!(service.kept_bytes(), 0);
    // One that succeeds passes whole.
    let messages = tokio_stream::iter((1..=50).map(padded));
    assert_eq!(client.up(messages).await.unwrap().into_inner().n, 1275);
}

#[tokio::test]
async fn all_calls_of_a_channel_share_a_limit() {
    let server = Scripted::new(&["end 14"]);
    let running = serve(&server).await;
    let service = layer(&config(""))
        .channel_buffer(10_000)
        .layer(channel(running.port));
    let status = LabClient::new(service)
        .up(tokio_stream::iter((1..=50).map(padded)))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn a_failed_call_keeps_nothing() {
    let server = Scripted::new(&["end 14"; 9]);
    let running = serve(&server).await;
    let service = layer(&config("")).layer(channel(running.port));
    let mut client = LabClient::new(service.clone());
    client
        .up(tokio_stream::iter((1..=50).map(padded)))
        .await
        .unwrap_err();
    assert_eq!(server.calls(), 4);
    crate::support::eventually("bytes are kept", || service.kept_bytes() == 0).await;
}
