//! What HTTP/2 itself says about a request, and connections that break.

use std::time::Duration;

use example_grpc::Users;
use example_grpc::proto::{CreateRequest, GetRequest};
use example_grpc::scripted::Scripted;
use retry_runtime::{Backoff, Policy, Transient, Verdict};
use tonic::Status;

use crate::node::{Connection, node};

/// `RST_STREAM` of stream 1: `REFUSED_STREAM`, `INTERNAL_ERROR`, `CANCEL`.
pub(crate) const REFUSED: &[u8] = &[0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7];
const INTERNAL_ERROR: &[u8] = &[0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 2];
const CANCEL: &[u8] = &[0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8];

/// `GOAWAY` whose last stream is 0, with `NO_ERROR` and with `ENHANCE_YOUR_CALM`.
pub(crate) const GO_AWAY: &[u8] = &[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const CALM_DOWN: &[u8] = &[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11];

/// `GOAWAY` whose last stream is 1: the server took that one on, and is gone
/// before it has answered.
pub(crate) const GO_AWAY_AFTER_1: &[u8] = &[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];

const HANG_UP: &[u8] = &[];

/// `HEADERS` of an answer: `:status: 200`, `content-type: application/grpc`.
const HANG_UP_AFTER_HEADERS: &[u8] = b"\0\0\x13\x01\x04\0\0\0\x01\x88\x5f\x10application/grpc";

fn policy() -> Policy {
    Policy::DEFAULT.with_backoff(Backoff::fixed(Duration::from_millis(10)).unwrap())
}

/// A client of a node that answers the first request with these frames.
fn client(frames: &'static [u8], server: &Scripted) -> Users {
    let node = node(server, [Connection::Frames(frames)]);
    Users::new(vec![node]).policy(policy())
}

async fn get(frames: &'static [u8]) -> Result<(), Status> {
    let client = client(frames, &Scripted::default());
    client.get(GetRequest { id: 7 }).await.map(drop)
}

async fn create(frames: &'static [u8]) -> Result<(), Status> {
    let client = client(frames, &Scripted::default());
    let create = CreateRequest {
        name: "Ada".to_owned(),
    };
    client.create(&create).await.map(drop)
}

/// What the status of a single attempt says.
async fn verdict(frames: &'static [u8]) -> Verdict {
    let client = client(frames, &Scripted::default()).policy(policy().with_max(0));
    client
        .get(GetRequest { id: 7 })
        .await
        .unwrap_err()
        .verdict()
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_is_sent_again_even_if_it_must_not_run_twice() {
    for frames in [REFUSED, GO_AWAY, CALM_DOWN] {
        assert_eq!(verdict(frames).await, Verdict::refused(), "{frames:?}");
        create(frames).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_transient_and_proves_nothing() {
    for frames in [HANG_UP, HANG_UP_AFTER_HEADERS, GO_AWAY_AFTER_1] {
        assert_eq!(verdict(frames).await, Verdict::transient(), "{frames:?}");
        get(frames).await.unwrap();
        create(frames).await.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_server_gave_up_is_not_repeated() {
    for frames in [INTERNAL_ERROR, CANCEL] {
        assert!(!verdict(frames).await.is_retryable(), "{frames:?}");
        get(frames).await.unwrap_err();
    }
}
