//! The layer, and the one function for all messages.

use crate::http2::{GO_AWAY, GO_AWAY_AFTER_1, REFUSED};
use crate::node::{Connection, node};
use example_grpc::proto::{CreateRequest, GetRequest, RenameRequest};
use example_grpc::scripted::{Answer, Scripted};
use example_grpc::{AnyUsers, layered};
use std::time::Duration;
use tokio::time::Instant;
use tonic::{Code, Status};

/// Two retries, 40 ms (less a fifth at most) before each, for all of `users.v1.Users`.
const CONFIG: &str = r#"{ "methodConfig": [{
    "name": [{ "service": "users.v1.Users" }],
    "retryPolicy": {
        "maxAttempts": 3, "initialBackoff": "0.04s", "maxBackoff": "0.04s",
        "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]
    }
}] }"#;

fn unavailable(times: usize) -> Vec<Answer> {
    vec![Answer::Fail(Status::unavailable("overloaded")); times]
}

#[tokio::test(start_paused = true)]
async fn what_the_proto_declares_is_retried_and_the_rest_is_not() {
    let server = Scripted::new(unavailable(2));
    let mut users = layered(node(&server, []), CONFIG).unwrap();
    let begun = Instant::now();
    users.get(GetRequest { id: 7 }).await.unwrap();
    let waited = begun.elapsed();
    let (least, most) = (Duration::from_millis(64), Duration::from_millis(82));
    assert!((least..=most).contains(&waited), "{waited:?}");
    let previous: Vec<_> = server
        .seen()
        .into_iter()
        .map(|seen| seen.previous)
        .collect();
    assert_eq!(previous, [None, Some("1".to_owned()), Some("2".to_owned())]);

    let server = Scripted::new(unavailable(1));
    let mut users = layered(node(&server, []), CONFIG).unwrap();
    let create = CreateRequest {
        name: "Ada".to_owned(),
    };
    let status = users.create(create).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_declares_is_sent_again_where_it_was_not_sent() {
    let server = Scripted::new([]);
    let refused = [Connection::Refuse, Connection::Refuse];
    let mut users = layered(node(&server, refused), CONFIG).unwrap();
    let create = CreateRequest {
        name: "Ada".to_owned(),
    };
    users.create(create).await.unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_function_sends_every_message_that_may_be_sent_twice() {
    let server = Scripted::new(unavailable(2));
    let users = AnyUsers::new(node(&server, []));
    let call = async move {
        let get = GetRequest { id: 7 };
        let user = users
            .call(&get, async |mut rpc, request| rpc.get(request).await)
            .await?;
        let rename = RenameRequest {
            id: 7,
            name: "Ada".to_owned(),
        };
        users
            .call(&rename, async |mut rpc, request| rpc.rename(request).await)
            .await?;
        Ok::<_, Status>(user)
    };
    tokio::spawn(call).await.unwrap().unwrap();
    assert_eq!(server.seen().len(), 4);
}

/// What the server has not taken on is sent once more at once, whatever it is, and what it
/// may have executed is not.
#[tokio::test(start_paused = true)]
async fn what_the_server_refuses_is_no_attempt() {
    for (frames, again) in [(REFUSED, true), (GO_AWAY, true), (GO_AWAY_AFTER_1, false)] {
        let server = Scripted::new([]);
        let mut users = layered(node(&server, [Connection::Frames(frames)]), CONFIG).unwrap();
        let create = CreateRequest {
            name: "Ada".to_owned(),
        };
        let begun = Instant::now();
        assert_eq!(users.create(create).await.is_ok(), again, "{frames:?}");
        assert_eq!(server.seen().len(), usize::from(again));
        assert!(server.seen().iter().all(|seen| seen.previous.is_none()));
        assert_eq!(begun.elapsed().as_millis(), 0, "it waits for nothing");
    }
}
