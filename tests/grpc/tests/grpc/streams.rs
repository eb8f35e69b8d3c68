//! Calls of many messages.

use crate::support::{MS, Scripted, channel, client, config, layer, msg, serve};
use retry_runtime::Budget;
use std::sync::Arc;
use tests_grpc::lab::lab_client::LabClient;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tower::Layer;

#[tokio::test]
async fn an_upload_that_fails_half_way_is_replayed_while_it_goes_on() {
    let server = Scripted::new(&["after 2 14", "code 14"]);
    let running = serve(&server).await;
    let (sender, receiver) = mpsc::channel(1);
    let feed = tokio::spawn(async move {
        for n in 1..=6 {
            tokio::time::sleep(15 * MS).await;
            sender.send(msg(n)).await.unwrap();
        }
    });
    let sum = client(running.port, &config(""))
        .up(ReceiverStream::new(receiver))
        .await
        .unwrap();
    assert_eq!(sum.into_inner().n, 21);
    feed.await.unwrap();
    assert_eq!(server.said(), ["complete with 6"]);
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn an_upload_that_fails_at_its_end_is_replayed() {
    let server = Scripted::new(&["end 14"]);
    let running = serve(&server).await;
    let sum = client(running.port, &config(""))
        .up(tokio_stream::iter((1..=5).map(msg)))
        .await
        .unwrap();
    assert_eq!(sum.into_inner().n, 15);
    assert_eq!(server.said(), ["complete with 5", "complete with 5"]);
}

#[tokio::test]
async fn a_download_is_retried_until_its_headers() {
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    let mut client = client(running.port, &config(""));
    let read = async |client: &mut crate::support::Client| {
        let messages = client.down(msg(1)).await?.into_inner();
        messages
            .map(|message| message.map(|message| message.n))
            .collect::<Result<Vec<_>, _>>()
            .await
    };
    assert_eq!(read(&mut client).await.unwrap(), [1, 2, 3]);
    assert_eq!(server.calls(), 2);
    for word in ["broken 14", "headers 14"] {
        server.then(&[word]);
        let calls = server.calls();
        let status = read(&mut client).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{word}");
        assert_eq!(
            server.calls(),
            calls + 1,
            "{word}: its headers have committed the call"
        );
    }
}

#[tokio::test]
async fn both_ways_go_on_after_a_retry_and_keep_nothing() {
    let server = Scripted::new(&["after 2 14"]);
    let running = serve(&server).await;
    let service = layer(&config("")).layer(channel(running.port));
    let (sender, receiver) = mpsc::channel(8);
    sender.send(msg(1)).await.unwrap();
    sender.send(msg(2)).await.unwrap();
    let mut client = LabClient::new(service.clone());
    let mut messages = client
        .both(ReceiverStream::new(receiver))
        .await
        .unwrap()
        .into_inner();
    for n in 1..=2 {
        assert_eq!(messages.message().await.unwrap().unwrap().n, n);
    }
    assert_eq!(service.kept_bytes(), 0, "a committed call keeps nothing");
    for n in 3..6 {
        sender.send(msg(n)).await.unwrap();
        assert_eq!(messages.message().await.unwrap().unwrap().n, n);
        assert_eq!(service.kept_bytes(), 0);
    }
    drop(sender);
    assert!(messages.message().await.unwrap().is_none());
    assert_eq!(server.calls(), 2);
}

/// The budget hears how the call ended, not that it began.
#[tokio::test]
async fn success_is_at_the_trailers() {
    let budget = Arc::new(Budget::standard().reserve(0));
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    let layer = layer(&config("")).budget(Arc::clone(&budget));
    let mut client = LabClient::new(layer.layer(channel(running.port)));
    // Its account begins with the first that asks.
    let _ = budget.try_retry(0);
    let before = budget.level();
    server.then(&["broken 14"; 50]);
    for _ in 0..50 {
        let messages = client.down(msg(1)).await.unwrap().into_inner();
        let _ = messages.collect::<Vec<_>>().await;
    }
    assert!(
        budget.level() <= before,
        "{} of broken streams",
        budget.level()
    );
    for _ in 0..50 {
        let messages = client.down(msg(1)).await.unwrap().into_inner();
        let _ = messages.collect::<Vec<_>>().await;
    }
    assert!(budget.level() > before + 1.0, "{}", budget.level());
}
