//! Calls of the client, and what the server sees of them.

use std::time::Duration;

use example_grpc::Users;
use example_grpc::proto::{CreateRequest, GetRequest, RenameRequest};
use example_grpc::scripted::{Answer, Scripted, Seen};
use retry_runtime::{Backoff, Jitter, Operation, Policy, class};
use tokio::time::Instant;
use tonic::{Code, Status};

use crate::node::{Connection, node};

const GET: GetRequest = GetRequest { id: 7 };

fn unavailable() -> Answer {
    Answer::Fail(Status::unavailable("told to"))
}

fn pushed_back(mut status: Status, millis: &str) -> Answer {
    let value = millis.parse().unwrap();
    status
        .metadata_mut()
        .insert("grpc-retry-pushback-ms", value);
    Answer::Fail(status)
}

/// 400 ms before each of three retries.
fn policy() -> Policy {
    Policy::DEFAULT
        .with_backoff(Backoff::fixed(Duration::from_millis(400)).unwrap())
        .with_jitter(Jitter::NONE)
}

fn client(server: &Scripted) -> Users {
    Users::new(vec![node(server, [])]).policy(policy())
}

fn previous(seen: &[Seen]) -> Vec<Option<&str>> {
    seen.iter().map(|seen| seen.previous.as_deref()).collect()
}

/// `grpc-timeout` of each call, in milliseconds.
fn timeouts(seen: &[Seen]) -> Vec<Option<u32>> {
    let millis = |timeout: &str| match timeout.strip_suffix('u') {
        Some(micros) => micros.parse::<u32>().unwrap() / 1000,
        None => panic!("{timeout}"),
    };
    let timeout = |seen: &Seen| seen.timeout.as_deref().map(millis);
    seen.iter().map(timeout).collect()
}

#[tokio::test(start_paused = true)]
async fn retries_tell_how_many_attempts_went_before() {
    let server = Scripted::new([unavailable(), unavailable()]);
    let user = client(&server).get(GET).await.unwrap();
    assert_eq!((user.id, user.name.as_str()), (7, "Ada"));
    assert_eq!(previous(&server.seen()), [None, Some("1"), Some("2")]);
    assert_eq!(timeouts(&server.seen()), [None, None, None]);
}

#[tokio::test(start_paused = true)]
async fn the_last_status_comes_back() {
    let server = Scripted::new([(); 9].map(|()| unavailable()));
    let status = client(&server).get(GET).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unavailable, "told to")
    );
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_fresh_timeout() {
    let server = Scripted::new([unavailable(), Answer::Stall]);
    let policy = policy()
        .with_timeout(Duration::from_secs(1))
        .with_deadline(Duration::from_secs(10));
    client(&server).policy(policy).get(GET).await.unwrap();
    assert_eq!(timeouts(&server.seen()), [Some(1001); 3]);
}

#[tokio::test(start_paused = true)]
async fn the_timeout_is_cut_to_the_remaining_deadline() {
    let server = Scripted::new([Answer::Stall, Answer::Stall]);
    let policy = policy()
        .with_timeout(Duration::from_secs(1))
        .with_deadline(Duration::from_secs(2));
    let start = Instant::now();
    let status = client(&server).policy(policy).get(GET).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(start.elapsed().as_millis() / 10, 200);
    // 2 s less one attempt of 1 s and a wait of 400 ms; tokio's timers are up
    // to 1 ms late.
    let seen = timeouts(&server.seen());
    assert!(
        matches!(seen[..], [Some(1001), Some(598..=601)]),
        "{seen:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_servers_push_back_is_waited_for() {
    let server = Scripted::new([
        pushed_back(Status::unavailable(""), "1500"),
        pushed_back(Status::resource_exhausted(""), "2500"),
    ]);
    let start = Instant::now();
    client(&server).get(GET).await.unwrap();
    assert_eq!(start.elapsed().as_millis() / 10, 400);
    assert_eq!(previous(&server.seen()), [None, Some("1"), Some("2")]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_wants_no_retry_gets_none() {
    for stop in ["-1", "later"] {
        let server = Scripted::new([pushed_back(Status::unavailable(""), stop)]);
        let status = client(&server).get(GET).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{stop}");
        assert_eq!(server.seen().len(), 1, "{stop}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_info_in_the_details_is_waited_for() {
    // google.rpc.Status { details: [Any { RetryInfo { retry_delay: 2 s } }] }
    let mut details = b"\x1a\x30\x0a\x28type.googleapis.com/google.rpc.RetryInfo".to_vec();
    details.extend_from_slice(b"\x12\x04\x0a\x02\x08\x02");
    let status = Status::with_details(Code::ResourceExhausted, "", details.into());
    let server = Scripted::new([Answer::Fail(status)]);
    let start = Instant::now();
    client(&server).get(GET).await.unwrap();
    assert_eq!(start.elapsed().as_millis() / 10, 200);
}

#[tokio::test(start_paused = true)]
async fn other_codes_are_not_retried() {
    for code in [
        Code::ResourceExhausted,
        Code::Aborted,
        Code::Internal,
        Code::NotFound,
    ] {
        let server = Scripted::new([Answer::Fail(Status::new(code, ""))]);
        let status = client(&server).get(GET).await.unwrap_err();
        assert_eq!(status.code(), code);
        assert_eq!(server.seen().len(), 1, "{code:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn listed_codes_are_retried_and_no_others() {
    for (code, calls) in [
        (Code::Aborted, 2),
        (Code::ResourceExhausted, 2),
        (Code::Unavailable, 1),
    ] {
        let server = Scripted::new([Answer::Fail(Status::new(code, ""))]);
        let result = client(&server).get_by_code(GET).await;
        assert_eq!(server.seen().len(), calls, "{code:?}");
        assert_eq!(result.is_ok(), calls == 2, "{code:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_config_says_how_to_retry() {
    let config = r#"{
        "methodConfig": [{
            "name": [{ "service": "users.v1.Users", "method": "Rename" }],
            "timeout": "8s",
            "retryPolicy": {
                "maxAttempts": 3,
                "initialBackoff": "1s",
                "maxBackoff": "4s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["INTERNAL"]
            }
        }],
        "retryThrottling": { "maxTokens": 7, "tokenRatio": 0.1 }
    }"#;
    let internal = || Answer::Fail(Status::internal(""));
    let server = Scripted::new([(); 9].map(|()| internal()));
    let client = client(&server).service_config(config).unwrap();
    let rename = RenameRequest {
        id: 7,
        name: "Grace".to_owned(),
    };
    let start = Instant::now();
    client.rename(&rename).await.unwrap_err();
    assert_eq!(previous(&server.seen()), [None, Some("1"), Some("2")]);
    // 1 s and 3 s, each shorter by up to a fifth.
    let waited = start.elapsed().as_millis();
    assert!((3200..=4010).contains(&waited), "{waited}");

    // Three failures have left four of seven tokens, the next one leaves less than half.
    client.rename(&rename).await.unwrap_err();
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_retry_goes_to_the_other_node() {
    let servers = [(); 2].map(|()| Scripted::new([unavailable()]));
    let nodes = servers.iter().map(|server| node(server, [])).collect();
    Users::new(nodes).policy(policy()).get(GET).await.unwrap();

    let mut seen = servers.map(|server| server.seen());
    seen.sort_by_key(Vec::len);
    assert_eq!(previous(&seen[0]), [Some("1")]);
    assert_eq!(previous(&seen[1]), [None, Some("2")]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_sent_is_sent_again_even_if_it_must_not_run_twice() {
    let server = Scripted::default();
    let refusing = node(&server, [Connection::Refuse, Connection::Refuse]);
    let client = Users::new(vec![refusing]).policy(policy());
    let create = CreateRequest {
        name: "Ada".to_owned(),
    };
    client.create(&create).await.unwrap();
    assert_eq!(previous(&server.seen()), [Some("2")]);
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_executed_is_not_sent_again_if_it_must_not_run_twice() {
    let server = Scripted::new([unavailable()]);
    let create = CreateRequest {
        name: "Ada".to_owned(),
    };
    let status = client(&server).create(&create).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn the_proto_says_what_the_requests_do() {
    fn is<O: Operation<Class = C>, C>() {}
    is::<GetRequest, class::Safe>();
    is::<RenameRequest, class::Idempotent>();
}
