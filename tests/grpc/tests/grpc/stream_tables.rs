//! The rest of grpc-go's retry tests, on a paused clock: streams, what each side is told, and
//! calls that are cancelled or run out of time. As there, wildcards are everybody's word.
//!
//! One row of theirs has no counterpart: asking a stream for its context commits it there,
//! and a stream of tonic's has none.

use crate::support::{MS, Msg, Scripted, layer, msg};
use crate::tables::{in_memory, in_memory_of, policy};
use retry_runtime::Budget;
use retry_tower::grpc::Retry;
use std::sync::Arc;
use tests_grpc::lab::lab_client::LabClient;
use tokio::time::{Instant, sleep};
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Status};
use tower::Layer;

/// What became of a call.
#[derive(Debug)]
struct Ended {
    answers: Vec<u64>,
    code: Code,
    /// What each attempt told the server of those before; `-` is nothing.
    told: Vec<String>,
    /// What the caller was told, by headers or by the status.
    heard: Option<String>,
    millis: u128,
}

/// How many attempts went before.
fn previous(metadata: &MetadataMap) -> Option<String> {
    let value = metadata.get("grpc-previous-rpc-attempts")?;
    Some(value.to_str().unwrap().to_owned())
}

fn told(server: &Scripted) -> Vec<String> {
    let none = || "-".to_owned();
    let seen = server.seen().into_iter();
    seen.map(|seen| seen.previous.unwrap_or_else(none))
        .collect()
}

/// A stream of so many requests, of which a call keeps so many bytes.
async fn stream(script: &[&str], requests: u64, room: usize) -> Ended {
    let server = Scripted::new(script);
    let layer = layer(&policy("\"UNAVAILABLE\"", "")).trust_wildcards();
    let mut client = LabClient::new(layer.call_buffer(room).layer(in_memory(&server)));
    let pad = vec![0; 20];
    let messages = (1..=requests).map(move |n| Msg {
        n,
        pad: pad.clone(),
    });
    let begun = Instant::now();
    let (mut answers, mut heard) = (Vec::new(), None);
    let call = async {
        let response = client.both(tokio_stream::iter(messages)).await?;
        heard = previous(response.metadata());
        let mut stream = response.into_inner();
        while let Some(answer) = stream.message().await? {
            answers.push(answer.n);
        }
        Ok::<_, Status>(())
    };
    let failed = call.await.err();
    if let Some(status) = &failed {
        heard = heard.or(previous(status.metadata()));
    }
    Ended {
        answers,
        code: failed.map_or(Code::Ok, |status| status.code()),
        told: told(&server),
        heard,
        millis: begun.elapsed().as_millis(),
    }
}

const ROOM: usize = 1 << 20;

/// The server's script and the requests; the answers, the status, how often the server was
/// called, and what the caller heard of the attempts before the last one.
type Row<'a> = (&'a [&'a str], u64, &'a [u64], Code, usize, Option<&'a str>);

async fn check(rows: &[Row<'_>], room: usize) {
    const BEFORE: [&str; 4] = ["-", "1", "2", "3"];
    for (script, requests, answers, code, attempts, heard) in rows {
        let ended = stream(script, *requests, room).await;
        assert_eq!(
            (&*ended.answers, ended.code, ended.heard.as_deref()),
            (*answers, *code, *heard),
            "{script:?}"
        );
        assert_eq!(ended.told, BEFORE[..*attempts], "{script:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn streams_end_as_in_grpc_go() {
    let rows: &[Row<'_>] = &[
        // A status that is not retried.
        (&["after 1 13"], 1, &[], Code::Internal, 1, None),
        (&["after 1 14"], 1, &[1], Code::Ok, 2, Some("1")),
        // At most four attempts.
        (&["after 1 14"; 9], 1, &[], Code::Unavailable, 4, Some("3")),
        // Several requests, all of them sent again.
        (&["after 2 14"], 2, &[1, 2], Code::Ok, 2, Some("1")),
        // One request more each time.
        (
            &["after 1 14", "after 2 14"],
            3,
            &[1, 2, 3],
            Code::Ok,
            3,
            Some("2"),
        ),
        // The end of the requests is sent again, too.
        (&["end 14"], 2, &[1, 2], Code::Ok, 2, Some("1")),
    ];
    check(rows, ROOM).await;
    // What does not fit into the buffer is not retried.
    let row: Row<'_> = (&["after 10 14"], 10, &[], Code::Unavailable, 1, None);
    check(&[row], 200).await;
}

#[tokio::test(start_paused = true)]
async fn headers_and_messages_commit() {
    let rows: &[Row<'_>] = &[
        // Who asks for the headers waits for the retries.
        (&["code 14"], 1, &[1], Code::Ok, 2, Some("1")),
        // None after the headers.
        (&["headers 14"], 1, &[], Code::Unavailable, 1, None),
        (
            &["code 14", "headers 14"],
            1,
            &[],
            Code::Unavailable,
            2,
            Some("1"),
        ),
        // None after a message, of a retry neither.
        (
            &["after 1 14", "broken 14"],
            1,
            &[1],
            Code::Unavailable,
            2,
            Some("1"),
        ),
    ];
    check(rows, ROOM).await;
}

#[tokio::test(start_paused = true)]
async fn a_push_back_of_a_stream_is_kept_to() {
    for word in [
        "push 14 -1",
        "push 14 xxx",
        "push 14 100 10",
        "push 14 99999999999",
    ] {
        check(&[(&[word], 1, &[], Code::Unavailable, 1, None)], ROOM).await;
    }
    let ended = stream(&["push 14 1000"], 1, ROOM).await;
    assert_eq!((&*ended.answers, ended.code), (&[1][..], Code::Ok));
    assert!((1000..=1005).contains(&ended.millis), "{ended:?}");
}

fn client(server: &Scripted, more: &str, budget: &Arc<Budget>) -> LabClient<Retry<Channel>> {
    let config = policy("\"UNAVAILABLE\"", "");
    let config = config.replace("\"retryPolicy\"", &format!("{more} \"retryPolicy\""));
    let layer = layer(&config).trust_wildcards();
    let layer = layer.budget(Arc::clone(budget));
    LabClient::new(layer.layer(in_memory(server)))
}

/// A call that is dropped while it waits: no attempt follows, and what the retry had paid
/// is given back.
#[tokio::test(start_paused = true)]
async fn a_cancelled_call_makes_no_more_attempts() {
    let budget = Arc::new(Budget::standard().reserve(10));
    let server = Scripted::new(&["code 14"; 9]);
    let mut client = client(&server, "", &budget);
    let call = tokio::spawn(async move { client.put(msg(1)).await });
    sleep(50 * MS).await;
    let paid = budget.level();
    call.abort();
    sleep(1000 * MS).await;
    assert_eq!(server.calls(), 1);
    let left = budget.level();
    assert!((left - paid - 1.0).abs() < 0.1, "{paid} {left}");
}

/// The config's and the caller's deadline alike end an attempt that hangs. A retry that
/// could not start in time is not waited for: its call ends at once by the last status, where
/// grpc-go waits for the deadline first.
#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_call_at_any_attempt() {
    type Row<'a> = (&'a [&'a str], Code, usize, std::ops::RangeInclusive<u128>);
    let rows: &[Row<'_>] = &[
        (&["hang"], Code::DeadlineExceeded, 1, 250..=252),
        (&["code 14", "hang"], Code::DeadlineExceeded, 2, 250..=252),
        (&["code 14"; 9], Code::Unavailable, 3, 155..=215),
    ];
    for (script, code, attempts, end) in rows {
        for by_caller in [false, true] {
            let server = Scripted::new(script);
            let config = if by_caller {
                ""
            } else {
                "\"timeout\": \"0.25s\","
            };
            let budget = Arc::new(Budget::standard());
            let mut request = Request::new(msg(1));
            if by_caller {
                request.set_timeout(250 * MS);
            }
            let begun = Instant::now();
            let outcome = client(&server, config, &budget).put(request).await;
            let millis = begun.elapsed().as_millis();
            assert_eq!(outcome.unwrap_err().code(), *code, "{script:?}");
            assert_eq!(server.calls(), *attempts, "{script:?}");
            assert!(end.contains(&millis), "{script:?} {millis}");
        }
    }
}

/// A connection of one stream at a time: a retry that waits for its turn when its call is
/// dropped takes no turn, and keeps nothing.
#[tokio::test(start_paused = true)]
async fn a_retry_that_waits_for_a_stream_can_be_cancelled() {
    let server = Scripted::new(&["ok", "code 14", "hang"]);
    let settings = Server::builder().max_concurrent_streams(1);
    let layer = layer(&policy("\"UNAVAILABLE\"", "")).trust_wildcards();
    let retried = layer.layer(in_memory_of(&server, settings));
    let client = LabClient::new(retried.clone());
    let call = |n| {
        let mut client = client.clone();
        async move { client.put(msg(n)).await }
    };
    // From here on the client knows of the limit.
    call(1).await.unwrap();
    let waits = tokio::spawn(call(2));
    sleep(10 * MS).await;
    let hangs = tokio::spawn(call(3));
    sleep(190 * MS).await;
    assert_eq!(server.calls(), 3);
    assert!(retried.kept_bytes() > 0);
    waits.abort();
    hangs.abort();
    sleep(10 * MS).await;
    assert_eq!((server.calls(), retried.kept_bytes()), (3, 0));
    call(4).await.unwrap();
    assert_eq!(server.calls(), 4);
}
