//! Against a server in Python, of the package `grpcio`.
//!
//! It needs a Python with `grpcio`: `python3`, or what `RETRY_PYTHON` names.
//! Where there is none the tests are skipped and say so; with
//! `RETRY_REQUIRE_SERVERS=1` they fail.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use example_grpc::Users;
use example_grpc::proto::{CreateRequest, GetRequest, User};
use retry_runtime::{Backoff, Jitter, Policy};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

const GET: GetRequest = GetRequest { id: 7 };

/// 50 ms before each of three retries.
fn policy() -> Policy {
    Policy::DEFAULT
        .with_backoff(Backoff::fixed(Duration::from_millis(50)).unwrap())
        .with_jitter(Jitter::NONE)
}

/// A server that runs until it is killed or dropped.
struct Server {
    process: Child,
    port: String,
}

impl Server {
    /// Answers its calls by the words of the script, and each one beyond with
    /// what it has seen.
    fn start(script: &[&str]) -> Self {
        Self::start_at("0", script)
    }

    fn start_at(port: &str, script: &[&str]) -> Self {
        let mut process = Command::new(python())
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server.py"))
            .arg(port)
            .args(script)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it has just been run");
        let mut port = String::new();
        let output = process.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut port)
            .expect("its first line is its port");
        assert!(!port.is_empty(), "the server ended at once");
        Self {
            process,
            port: port.trim_end().to_owned(),
        }
    }

    fn node(&self) -> Channel {
        Endpoint::from_shared(format!("http://127.0.0.1:{}", self.port))
            .unwrap()
            .connect_lazy()
    }

    fn client(&self) -> Users {
        Users::new(vec![self.node()]).policy(policy())
    }

    /// SIGKILL: connections break, nothing is said.
    fn kill(&mut self) {
        self.process.kill().expect("it is a process of our own");
        self.process.wait().expect("it is a process of our own");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it is dead already there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn python() -> String {
    std::env::var("RETRY_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Whether there is a Python with `grpcio`. If not, says so.
fn is_there() -> bool {
    let mut import = Command::new(python());
    import.args(["-c", "import grpc"]).stderr(Stdio::null());
    let is_there = import.status().is_ok_and(|status| status.success());
    let is_required = std::env::var_os("RETRY_REQUIRE_SERVERS").is_some_and(|set| set == "1");
    assert!(is_there || !is_required, "{MISSING}");
    if !is_there {
        println!("skipped: {MISSING}");
    }
    is_there
}

const MISSING: &str =
    "no Python with grpcio; run `pip install grpcio` and name the Python in RETRY_PYTHON";

/// One call as the server saw it: `previous`, and `remaining` in milliseconds.
#[derive(Debug, PartialEq)]
struct Seen {
    previous: Option<u32>,
    remaining: Option<u32>,
}

/// The server answers with a user whose name is what it has seen so far:
/// `-,900 1,880` → two calls.
fn seen(user: &User) -> Vec<Seen> {
    let number = |text: &str| text.parse().ok();
    let call = |call: &str| {
        let (previous, remaining) = call.split_once(',').expect("two numbers");
        Seen {
            previous: number(previous),
            remaining: number(remaining),
        }
    };
    user.name.split(' ').map(call).collect()
}

fn previous(user: &User) -> Vec<Option<u32>> {
    seen(user).iter().map(|seen| seen.previous).collect()
}

#[tokio::test]
async fn unavailable_is_retried_and_counted() {
    if !is_there() {
        return;
    }
    let server = Server::start(&["unavailable", "unavailable"]);
    let user = server.client().get(GET).await.unwrap();
    assert_eq!(previous(&user), [None, Some(1), Some(2)]);
}

#[tokio::test]
async fn each_attempt_has_a_fresh_timeout_cut_to_the_remaining_deadline() {
    if !is_there() {
        return;
    }
    // 400 ms before each retry: of a deadline of 60 s, 59.6 and 59.2 are left,
    // so that only the third attempt has less than its own time-out of 59.5 s.
    let server = Server::start(&["unavailable", "unavailable"]);
    let policy = policy()
        .with_backoff(Backoff::fixed(Duration::from_millis(400)).unwrap())
        .with_timeout(Duration::from_millis(59_500))
        .with_deadline(Duration::from_secs(60));
    let user = server.client().policy(policy).get(GET).await.unwrap();
    let remaining: Vec<_> = seen(&user).iter().map(|seen| seen.remaining).collect();
    let [Some(first), Some(_), Some(third)] = remaining[..] else {
        panic!("{remaining:?}");
    };
    assert!((1..=59_501).contains(&first), "{remaining:?}");
    assert!((1..=59_201).contains(&third), "{remaining:?}");
}

#[tokio::test]
async fn a_stalled_attempt_is_cut_and_the_next_one_has_its_whole_time() {
    if !is_there() {
        return;
    }
    let server = Server::start(&["stall"]);
    let client = server.client();
    let policy = policy().with_timeout(Duration::from_secs(3));
    let user = client.policy(policy).get(GET).await.unwrap();
    let seen = seen(&user);
    assert_eq!(previous(&user), [None, Some(1)]);
    // A clock that went on from the first attempt would have nothing left.
    assert!(seen[1].remaining.is_some_and(|left| left > 0), "{seen:?}");
}

#[tokio::test]
async fn a_stalled_call_ends_at_its_deadline() {
    if !is_there() {
        return;
    }
    let server = Server::start(&["stall"; 9]);
    let policy = policy().with_deadline(Duration::from_millis(700));
    let status = server.client().policy(policy).get(GET).await.unwrap_err();
    // A busy machine may have the channel see it first, which calls it cancelled.
    let codes = [Code::DeadlineExceeded, Code::Cancelled];
    assert!(codes.contains(&status.code()), "{status}");
}

#[tokio::test]
async fn push_back_in_the_trailers_is_kept_to() {
    if !is_there() {
        return;
    }
    let server = Server::start(&["pushback 300", "exhausted 300"]);
    let start = std::time::Instant::now();
    let user = server.client().get(GET).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(600));
    assert_eq!(previous(&user), [None, Some(1), Some(2)]);

    for stop in ["pushback -1", "pushback later"] {
        let server = Server::start(&[stop]);
        let status = server.client().get(GET).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{stop}");
        let user = server.client().get(GET).await.unwrap();
        assert_eq!(previous(&user), [None, None], "{stop}: no retry came");
    }
}

#[tokio::test]
async fn a_retry_goes_to_the_other_server() {
    if !is_there() {
        return;
    }
    // Whichever is asked first fails, and the other one answers.
    let servers = [(); 2].map(|()| Server::start(&["unavailable"]));
    let nodes = servers.iter().map(Server::node).collect();
    let user = Users::new(nodes).policy(policy()).get(GET).await.unwrap();
    // Both failed once; the third attempt is the second of the first server.
    assert_eq!(previous(&user), [None, Some(2)]);
}

#[tokio::test]
async fn a_call_outlives_the_server() {
    if !is_there() {
        return;
    }
    let mut server = Server::start(&["stall"]);
    let patient = policy()
        .with_max(600)
        .with_deadline(Duration::from_secs(30));
    let client = Arc::new(server.client().policy(patient));
    let call = tokio::spawn({
        let client = Arc::clone(&client);
        async move { client.get(GET).await }
    });
    // The call is in the server's hands when that is killed.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!call.is_finished());
    server.kill();
    let port = server.port.clone();
    let _again = tokio::task::spawn_blocking(move || Server::start_at(&port, &[]))
        .await
        .unwrap();
    let user = call.await.unwrap().unwrap();
    let previous = previous(&user);
    assert!(matches!(previous[..], [Some(1..)]), "{previous:?}");
}

#[tokio::test]
async fn what_must_not_run_twice_is_repeated_only_where_nothing_was_sent() {
    if !is_there() {
        return;
    }
    let create = CreateRequest {
        name: "Ada".to_owned(),
    };
    let mut server = Server::start(&["unavailable"]);
    let once: Result<User, Status> = server.client().create(&create).await;
    assert_eq!(once.unwrap_err().code(), Code::Unavailable);
    let user = server.client().get(GET).await.unwrap();
    assert_eq!(previous(&user), [None, None], "no retry came");

    // Nothing listens at its port now: the attempts are not sent, and wait.
    server.kill();
    let patient = policy()
        .with_max(600)
        .with_deadline(Duration::from_secs(30));
    let client = server.client().policy(patient);
    let call = tokio::spawn(async move { client.create(&create).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let port = server.port.clone();
    let _again = tokio::task::spawn_blocking(move || Server::start_at(&port, &[]))
        .await
        .unwrap();
    let user = call.await.unwrap().unwrap();
    assert!(matches!(previous(&user)[..], [Some(1..)]), "{user:?}");
}
