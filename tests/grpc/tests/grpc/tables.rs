//! The tables of grpc-go's retry tests and of gRPC A6, on a paused clock: which attempts are
//! made, when, and what the call comes to. As there, wildcards are everybody's word.

use crate::support::{MS, Scripted, layer, msg};
use hyper_util::rt::TokioIo;
use retry_runtime::Budget;
use retry_tower::grpc::Retry;
use std::sync::{Arc, Mutex};
use tests_grpc::lab::lab_client::LabClient;
use tests_grpc::lab::lab_server::LabServer;
use tokio::time::Instant;
use tokio_stream::StreamExt;
use tonic::Code;
use tonic::transport::{Channel, Endpoint, Server, Uri};
use tower::{Layer, service_fn};

/// A channel through memory: no socket, so that the paused clock stands for all of it.
pub(crate) fn in_memory(server: &Scripted) -> Channel {
    in_memory_of(server, Server::builder())
}

/// The same with a server of one's own settings.
pub(crate) fn in_memory_of(server: &Scripted, settings: Server) -> Channel {
    let server = server.clone();
    let connect = move |_: Uri| {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let incoming = tokio_stream::once(std::io::Result::Ok(far)).chain(tokio_stream::pending());
        let service = LabServer::new(server.clone());
        let server = settings.clone().add_service(service);
        tokio::spawn(server.serve_with_incoming(incoming));
        async { std::io::Result::Ok(TokioIo::new(near)) }
    };
    Endpoint::from_static("http://in.memory").connect_with_connector_lazy(service_fn(connect))
}

type Client = LabClient<Retry<Channel>>;

fn client(server: &Scripted, config: &str) -> Client {
    LabClient::new(layer(config).trust_wildcards().layer(in_memory(server)))
}

/// `maxAttempts` 4, and 100 ms before each retry but for the jitter of a fifth.
pub(crate) fn policy(codes: &str, more: &str) -> String {
    format!(
        r#"{{ "methodConfig": [{{ "name": [{{ "service": "lab.v1.Lab" }}], "retryPolicy": {{
            "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "0.1s",
            "backoffMultiplier": 1.0, "retryableStatusCodes": [{codes}]
        }} }}] {more} }}"#
    )
}

/// The calls of `client`, each with what the server is to answer, how it ends, and how many
/// attempts there were so far.
async fn run(server: &Scripted, client: &Client, table: &[(&[&str], Code, usize)]) {
    let mut total = 0;
    for (row, (script, code, attempts)) in table.iter().enumerate() {
        server.then(script);
        let outcome = client.clone().put(msg(1)).await;
        let got = outcome.err().map_or(Code::Ok, |status| status.code());
        assert_eq!(got, *code, "row {row}");
        total += attempts;
        assert_eq!(server.calls(), total, "row {row}");
    }
}

/// 6 is `ALREADY_EXISTS`, and 13 `INTERNAL`.
#[tokio::test(start_paused = true)]
async fn unary_calls_end_as_in_grpc_go() {
    let server = Scripted::new(&[]);
    // gRPC has no budget where the config has no throttling.
    let config = policy("\"ALREADY_EXISTS\"", "");
    let layer = layer(&config).trust_wildcards();
    let layer = layer.budget(Budget::standard().reserve(100));
    let client = LabClient::new(layer.layer(in_memory(&server)));
    let table: &[(&[&str], Code, usize)] = &[
        (&["ok"], Code::Ok, 1),
        (&["code 6", "ok"], Code::Ok, 2),
        (&["code 6", "code 6", "ok"], Code::Ok, 3),
        (&["code 13"], Code::Internal, 1),
        (&["code 6", "code 13"], Code::Internal, 2),
        (&["code 6", "code 6", "code 13"], Code::Internal, 3),
        (&["code 6"; 9], Code::AlreadyExists, 4),
    ];
    run(&server, &client, table).await;
}

/// Ten tokens, half a token for a success: beside each row what is left.
#[tokio::test(start_paused = true)]
async fn throttling_is_that_of_grpc_go() {
    let throttling = r#", "retryThrottling": { "maxTokens": 10, "tokenRatio": 0.5 }"#;
    let server = Scripted::new(&[]);
    let client = client(&server, &policy("\"UNAVAILABLE\"", throttling));
    let table: &[(&[&str], Code, usize)] = &[
        (&["ok"], Code::Ok, 1),                       // 10
        (&["code 14", "code 14", "ok"], Code::Ok, 3), // 8.5
        (&["code 14", "code 14", "ok"], Code::Ok, 3), // 7
        (&["code 14"; 9], Code::Unavailable, 2),      // 5: the second one is not retried
        (&["code 14"], Code::Unavailable, 1),         // 4
        (&["ok"], Code::Ok, 1),                       // 4.5
        (&["ok"], Code::Ok, 1),                       // 5
        (&["ok"], Code::Ok, 1),                       // 5.5
        (&["ok"], Code::Ok, 1),                       // 6
        (&["ok"], Code::Ok, 1),                       // 6.5
        (&["code 14", "ok"], Code::Ok, 2),            // 6
        (&["code 14"; 9], Code::Unavailable, 1),      // 5
    ];
    run(&server, &client, table).await;
}

/// A6: "do not retry" takes a token too.
#[tokio::test(start_paused = true)]
async fn a_refused_retry_takes_a_token() {
    let throttling = r#", "retryThrottling": { "maxTokens": 4, "tokenRatio": 0.1 }"#;
    let server = Scripted::new(&[]);
    let client = client(&server, &policy("\"UNAVAILABLE\"", throttling));
    let table: &[(&[&str], Code, usize)] = &[
        (&["push 14 -1"], Code::Unavailable, 1),
        (&["push 14 -1"], Code::Unavailable, 1),
        // Two are left, which is no more than half.
        (&["code 14", "ok"], Code::Unavailable, 1),
    ];
    run(&server, &client, table).await;
}

/// When each attempt came, and when the call ended, in milliseconds.
async fn timeline(script: &[&str], config: &str) -> (Vec<u128>, u128, Code) {
    let server = Scripted::new(script);
    let begun = Instant::now();
    let arrivals = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&arrivals);
    let told = tower::ServiceBuilder::new()
        .layer(layer(config).trust_wildcards())
        .map_request(move |request: http::Request<tonic::body::Body>| {
            shared.lock().unwrap().push(begun.elapsed().as_millis());
            request
        })
        .service(in_memory(&server));
    let outcome = LabClient::new(told).put(msg(1)).await;
    let code = outcome.err().map_or(Code::Ok, |status| status.code());
    let arrivals = arrivals.lock().unwrap().clone();
    (arrivals, begun.elapsed().as_millis(), code)
}

/// Waits are between four fifths of what is written and all of it: A6's jitter reaches to
/// six fifths, which is one of the differences that `ServiceConfig` lists.
#[tokio::test(start_paused = true)]
async fn backoffs_are_exponential_up_to_their_cap() {
    let config = policy("\"UNAVAILABLE\"", "")
        .replace("\"maxBackoff\": \"0.1s\"", "\"maxBackoff\": \"0.3s\"")
        .replace("1.0", "2.0");
    for _ in 0..20 {
        let (attempts, ended, code) = timeline(&["code 14"; 9], &config).await;
        assert_eq!(code, Code::Unavailable);
        assert_eq!(attempts.len(), 4);
        let waits: Vec<_> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        for (wait, written) in waits.iter().zip([100, 200, 300]) {
            assert!(
                (written * 4 / 5 - 1..=written + 2).contains(wait),
                "{waits:?}"
            );
        }
        assert!(ended - attempts[3] <= 1);
    }
}

/// A6: the server's push-back goes before the backoff, which then starts over.
#[tokio::test(start_paused = true)]
async fn push_back_replaces_a_wait_and_starts_the_backoff_over() {
    let config = policy("\"UNAVAILABLE\"", "")
        .replace("\"maxBackoff\": \"0.1s\"", "\"maxBackoff\": \"9s\"")
        .replace("1.0", "10.0");
    let script = ["code 14", "push 14 1000", "code 14", "ok"];
    let (attempts, _, code) = timeline(&script, &config).await;
    assert_eq!((attempts.len(), code), (4, Code::Ok));
    let waits: Vec<_> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!((79..=102).contains(&waits[0]), "{waits:?}");
    assert!((1000..=1002).contains(&waits[1]), "{waits:?}");
    assert!((79..=102).contains(&waits[2]), "{waits:?}");
}

fn hedging(attempts: u32) -> String {
    format!(
        r#"{{ "methodConfig": [{{ "name": [{{}}], "hedgingPolicy": {{
            "maxAttempts": {attempts}, "hedgingDelay": "0.1s",
            "nonFatalStatusCodes": ["UNAVAILABLE"]
        }} }}] }}"#
    )
}

/// A6: how hedged calls go, with a delay of 100 ms.
#[tokio::test(start_paused = true)]
async fn hedged_calls_have_a6s_timelines() {
    type Row<'a> = (&'a [&'a str], u32, &'a [u128], u128, Code);
    let rows: &[Row<'_>] = &[
        // An answer within the delay is the only attempt.
        (&["slow 60"], 4, &[0], 60, Code::Ok),
        // An attempt for each delay, until one answers: the first to do so wins.
        (
            &["hang", "slow 150", "hang"],
            4,
            &[0, 100, 200],
            250,
            Code::Ok,
        ),
        // At most `maxAttempts`.
        (
            &["slow 500", "hang", "hang"],
            3,
            &[0, 100, 200],
            500,
            Code::Ok,
        ),
        // A failure that is not fatal starts the next attempt at once.
        (&["slow 30 14", "slow 30"], 4, &[0, 30], 60, Code::Ok),
        // A fatal one ends the call, whatever is pending.
        (&["hang", "slow 20 5"], 4, &[0, 100], 120, Code::NotFound),
        // When all have failed, the call has.
        (
            &["slow 10 14", "slow 10 14", "slow 10 14"],
            3,
            &[0, 10, 20],
            30,
            Code::Unavailable,
        ),
    ];
    for (script, max, attempts, end, code) in rows {
        let (seen, ended, got) = timeline(script, &hedging(*max)).await;
        assert_eq!(
            (got, seen.len()),
            (*code, attempts.len()),
            "{script:?} {seen:?}"
        );
        for (at, expected) in seen.iter().zip(*attempts) {
            assert!(
                (*expected..=expected + 3).contains(at),
                "{script:?} {seen:?}"
            );
        }
        assert!(
            (*end..=end + 6).contains(&ended),
            "{script:?} ended at {ended}"
        );
    }
}

/// A deadline ends all attempts at once.
#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_hedged_call() {
    let config = hedging(4).replace(
        "\"hedgingPolicy\"",
        "\"timeout\": \"0.25s\", \"hedgingPolicy\"",
    );
    let (attempts, ended, code) = timeline(&["hang"; 9], &config).await;
    assert_eq!(code, Code::DeadlineExceeded);
    assert_eq!(attempts.len(), 3);
    assert!((250..=252).contains(&ended), "{ended}");
    tokio::time::sleep(MS).await;
}
