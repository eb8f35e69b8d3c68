//! What a server sees of an upload that is given up half-way: an error, and never fewer
//! messages. tonic's own server takes a stream that is reset with CANCEL for complete.

use crate::support::{MS, Scripted, channel, client, config, eventually, hedging, msg, serve};
use retry_runtime::{Backoff, Jitter, Policy};
use retry_tower::grpc::RetryLayer;
use tests_grpc::lab::METHODS;
use tests_grpc::lab::lab_client::LabClient;
use tokio_stream::StreamExt;
use tower::Layer;

fn upload() -> impl tokio_stream::Stream<Item = crate::support::Msg> + Send + 'static {
    tokio_stream::iter((1..=30).map(msg)).throttle(20 * MS)
}

fn all_failed(server: &Scripted, attempts: usize) -> bool {
    let said = server.said();
    assert!(
        !said.iter().any(|word| word.starts_with("complete")),
        "executed: {said:?}"
    );
    said.len() == attempts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_times_out() {
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    let policy = Policy::DEFAULT
        .with_max(2)
        .with_timeout(70 * MS)
        .with_backoff(Backoff::fixed(5 * MS).unwrap())
        .with_jitter(Jitter::NONE);
    let layer = RetryLayer::new(policy).methods(METHODS);
    let mut client = LabClient::new(layer.layer(channel(running.port)));
    client.up(upload()).await.unwrap_err();
    eventually("an attempt was not ended", || {
        all_failed(&server, server.calls())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_whose_deadline_is_over() {
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    let mut client = client(running.port, &config(r#", "timeout": "0.1s""#));
    client.up(upload()).await.unwrap_err();
    eventually("the attempt was not ended", || all_failed(&server, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_dropped() {
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    let mut client = client(running.port, &config(""));
    assert!(
        tokio::time::timeout(100 * MS, client.up(upload()))
            .await
            .is_err()
    );
    eventually("the attempt was not ended", || all_failed(&server, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loser_of_a_hedge() {
    // The first one reads on; the second one is refused at its second message for good.
    let server = Scripted::new(&["ok", "after 2 3"]);
    let running = serve(&server).await;
    let mut client = client(running.port, &hedging("0.03s", 2));
    client.up(upload()).await.unwrap_err();
    assert_eq!(server.calls(), 2);
    eventually("the loser was not ended", || all_failed(&server, 1)).await;
}
