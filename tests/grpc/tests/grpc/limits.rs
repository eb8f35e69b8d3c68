//! Time: of the call, of the attempt, of the channel.

use crate::support::{MS, Scripted, channel, client, config, endpoint, layer, msg, serve};
use retry_runtime::{Backoff, Jitter, Policy};
use retry_tower::grpc::RetryLayer;
use std::time::{Duration, Instant};
use tests_grpc::lab::METHODS;
use tests_grpc::lab::lab_client::LabClient;
use tokio_stream::StreamExt;
use tonic::{Code, Request};
use tower::Layer;

fn millis(timeout: Option<&String>) -> u64 {
    let text = timeout.expect("there is a limit");
    let (digits, unit) = text.split_at(text.len() - 1);
    let count: u64 = digits.parse().unwrap();
    match unit {
        "S" => count * 1000,
        "m" => count,
        "u" => count / 1000,
        "n" => count / 1_000_000,
        _ => panic!("{text}"),
    }
}

#[tokio::test]
async fn the_deadline_is_the_smaller_of_the_configs_and_the_callers() {
    for (config_timeout, asked, least, most) in [
        (r#", "timeout": "9s""#, None, 8500, 9001),
        (r#", "timeout": "9s""#, Some(2), 1500, 2001),
        (r#", "timeout": "2s""#, Some(9), 1500, 2001),
        ("", Some(2), 1500, 2001),
    ] {
        let server = Scripted::new(&["slow 100 14"]);
        let running = serve(&server).await;
        let mut request = Request::new(msg(7));
        if let Some(seconds) = asked {
            request.set_timeout(Duration::from_secs(seconds));
        }
        client(running.port, &config(config_timeout))
            .get(request)
            .await
            .unwrap();
        let told: Vec<_> = server
            .seen()
            .iter()
            .map(|seen| millis(seen.timeout.as_ref()))
            .collect();
        assert!(
            told.iter().all(|left| (least..=most).contains(left)),
            "{told:?}"
        );
        assert!(
            told[1] + 100 <= told[0],
            "the second attempt has what is left: {told:?}"
        );
    }
}

#[tokio::test]
async fn without_limits_nothing_is_told() {
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    client(running.port, &config("")).get(msg(7)).await.unwrap();
    assert_eq!(server.seen()[0].timeout, None);
}

#[tokio::test]
async fn a_call_that_is_too_late_ends_with_deadline_exceeded() {
    let server = Scripted::new(&["code 14", "hang"]);
    let running = serve(&server).await;
    let begun = Instant::now();
    let mut client = client(running.port, &config(r#", "timeout": "0.3s""#));
    let status = client.get(msg(7)).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(
        (280..900).contains(&begun.elapsed().as_millis()),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(server.calls(), 2);
    crate::support::eventually("the server goes on", || server.said() == ["dropped"]).await;
}

#[tokio::test]
async fn the_deadline_holds_to_the_last_trailer() {
    let server = Scripted::new(&["stuck"]);
    let running = serve(&server).await;
    let mut client = client(running.port, &config(r#", "timeout": "0.3s""#));
    let begun = Instant::now();
    let mut messages = client.down(msg(7)).await.unwrap().into_inner();
    assert_eq!(messages.next().await.unwrap().unwrap().n, 1);
    let status = messages.next().await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(
        (280..900).contains(&begun.elapsed().as_millis()),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn what_the_channel_cuts_is_deadline_exceeded_and_counts_as_an_attempt() {
    let server = Scripted::new(&["hang", "ok"]);
    let running = serve(&server).await;
    let channel = endpoint(running.port).timeout(100 * MS).connect_lazy();
    let mut client = LabClient::new(layer(&config("")).layer(channel));
    client.get(msg(7)).await.unwrap();
    assert_eq!(server.calls(), 2);
    server.then(&["hang"; 9]);
    let status = client.get(msg(7)).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(server.calls(), 6);
}

#[tokio::test]
async fn a_policy_without_a_service_config_can_limit_each_attempt() {
    let server = Scripted::new(&["hang", "ok"]);
    let running = serve(&server).await;
    let policy = Policy::DEFAULT
        .with_timeout(100 * MS)
        .with_backoff(Backoff::fixed(10 * MS).unwrap())
        .with_jitter(Jitter::NONE);
    let layer = RetryLayer::new(policy).methods(METHODS);
    let mut client = LabClient::new(layer.layer(channel(running.port)));
    client.get(msg(7)).await.unwrap();
    let told = server.seen();
    assert!(
        told.iter().all(|seen| millis(seen.timeout.as_ref()) <= 101),
        "{told:?}"
    );
}
