//! The layer against servers of grpcio and of grpc-go.
//!
//! They need a Python with `grpcio` (`python3`, or what `RETRY_PYTHON` names), and Go with
//! Debian's `golang-google-grpc-dev`; `.ci/servers` installs both. Where one is missing its
//! tests are skipped and say so; with `RETRY_REQUIRE_SERVERS=1` they fail.

use retry_tower::grpc::{Retry, RetryLayer};
use std::fmt::Debug;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tests_grpc::lab::lab_client::LabClient;
use tests_grpc::lab::{METHODS, Msg};
use tokio_stream::StreamExt;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};
use tower::Layer;

const MS: Duration = Duration::from_millis(1);

/// Who wrote the server.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Python,
    Go,
}

impl Kind {
    /// The command that starts it; nothing where something is missing.
    fn command(self) -> Option<Command> {
        match self {
            Self::Python => {
                let python = std::env::var("RETRY_PYTHON").unwrap_or_else(|_| "python3".to_owned());
                let mut import = Command::new(&python);
                import.args(["-c", "import grpc"]).stderr(Stdio::null());
                import
                    .status()
                    .is_ok_and(|status| status.success())
                    .then(|| {
                        let mut command = Command::new(python);
                        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/servers/server.py"));
                        command
                    })
            }
            Self::Go => go().map(Command::new),
        }
    }

    const fn missing(self) -> &'static str {
        match self {
            Self::Python => "no Python with grpcio: name one in RETRY_PYTHON",
            Self::Go => "no Go with golang-google-grpc-dev",
        }
    }
}

/// The server of grpc-go, built once, from Debian's sources and without the network.
fn go() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        const SOURCES: &str = "/usr/share/gocode";
        Path::new(SOURCES)
            .join("src/google.golang.org/grpc")
            .exists()
            .then_some(())?;
        let server = Path::new(env!("CARGO_TARGET_TMPDIR")).join("grpc-go-server");
        let build = Command::new("go")
            .arg("build")
            .arg("-o")
            .arg(&server)
            .arg("main.go")
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/servers/grpc-go"))
            .envs([("GO111MODULE", "off"), ("GOPATH", SOURCES), ("GOFLAGS", "")])
            .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"))
            .status();
        build.is_ok_and(|status| status.success()).then_some(server)
    });
    built.as_deref()
}

/// A server that runs until it is dropped.
struct Server {
    process: Child,
    port: String,
}

impl Server {
    fn start(kind: Kind, script: &[&str]) -> Option<Self> {
        Self::start_at(kind, "0", script)
    }

    fn start_at(kind: Kind, port: &str, script: &[&str]) -> Option<Self> {
        let Some(mut command) = kind.command() else {
            let is_required =
                std::env::var_os("RETRY_REQUIRE_SERVERS").is_some_and(|set| set == "1");
            assert!(!is_required, "{}", kind.missing());
            println!("skipped: {}", kind.missing());
            return None;
        };
        let command = command.arg(port).args(script).stdout(Stdio::piped());
        let mut process = command.spawn().expect("it has just been found");
        let mut port = String::new();
        let output = process.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut port)
            .expect("its first line is its port");
        assert!(!port.is_empty(), "the server ended at once");
        let port = port.trim_end().to_owned();
        Some(Self { process, port })
    }

    fn client(&self, config: &str) -> LabClient<Retry<Channel>> {
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", self.port)).unwrap();
        let layer = RetryLayer::from_service_config(config)
            .unwrap()
            .methods(METHODS);
        LabClient::new(layer.layer(endpoint.connect_lazy()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it is dead already there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Four attempts, 50 ms before each retry, UNAVAILABLE.
const RETRY: &str = r#"{ "methodConfig": [{ "name": [{}], "retryPolicy": {
    "maxAttempts": 4, "initialBackoff": "0.05s", "maxBackoff": "0.05s",
    "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]
} }] }"#;

const HEDGE: &str = r#"{ "methodConfig": [{ "name": [{}], "hedgingPolicy": {
    "maxAttempts": 3, "hedgingDelay": "0.1s", "nonFatalStatusCodes": ["UNAVAILABLE"]
} }] }"#;

fn msg(n: u64) -> Msg {
    Msg { n, pad: Vec::new() }
}

/// What the server has seen so far.
fn told(message: &Msg) -> Vec<String> {
    let text = String::from_utf8(message.pad.clone()).unwrap();
    text.split('|').map(str::to_owned).collect()
}

fn code<T: Debug>(outcome: Result<T, tonic::Status>) -> Code {
    outcome.unwrap_err().code()
}

async fn unary(kind: Kind) {
    let Some(server) = Server::start(kind, &["unavailable", "unavailable"]) else {
        return;
    };
    let answer = server.client(RETRY).get(msg(1)).await.unwrap();
    assert_eq!(
        answer.metadata().get("grpc-previous-rpc-attempts").unwrap(),
        "2"
    );
    assert_eq!(told(answer.get_ref()), ["-", "1", "2", "complete with 1"]);

    let Some(server) = Server::start(kind, &["unavailable"]) else {
        return;
    };
    let outcome = server.client(RETRY).put(msg(1)).await;
    assert_eq!(
        code(outcome),
        Code::Unavailable,
        "nobody says that Put may run twice"
    );
}

async fn push_back(kind: Kind) {
    let Some(server) = Server::start(kind, &["pushback 400"]) else {
        return;
    };
    let begun = Instant::now();
    server.client(RETRY).get(msg(1)).await.unwrap();
    assert!(begun.elapsed() >= 400 * MS);
    let Some(server) = Server::start(kind, &["pushback -1"]) else {
        return;
    };
    assert_eq!(
        code(server.client(RETRY).get(msg(1)).await),
        Code::Unavailable
    );
    let answer = server.client(RETRY).get(msg(1)).await.unwrap();
    assert_eq!(told(answer.get_ref())[..2], ["-", "-"]);
}

async fn streams(kind: Kind) {
    let Some(server) = Server::start(kind, &["after 2", "unavailable"]) else {
        return;
    };
    let upload = tokio_stream::iter((1..=5).map(msg)).throttle(10 * MS);
    let answer = server.client(RETRY).up(upload).await.unwrap();
    assert_eq!(answer.get_ref().n, 5);
    assert_eq!(told(answer.get_ref()), ["-", "1", "2", "complete with 5"]);

    let Some(server) = Server::start(kind, &["broken"]) else {
        return;
    };
    let mut answers = server
        .client(RETRY)
        .down(msg(1))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answers.message().await.unwrap().unwrap().n, 1);
    assert_eq!(code(answers.message().await), Code::Unavailable);
    let answers = server
        .client(RETRY)
        .down(msg(1))
        .await
        .unwrap()
        .into_inner();
    let answers: Vec<_> = answers.collect().await;
    assert_eq!(
        told(answers[0].as_ref().unwrap())[..2],
        ["-", "-"],
        "it was not retried"
    );
}

async fn hedged(kind: Kind) {
    let Some(server) = Server::start(kind, &["stall", "slow 50"]) else {
        return;
    };
    server.client(HEDGE).get(msg(1)).await.unwrap();
    tokio::time::sleep(300 * MS).await;
    let answer = server.client(HEDGE).get(msg(1)).await.unwrap();
    let told = told(answer.get_ref());
    assert!(
        told.contains(&"dropped".to_owned()),
        "the loser goes on: {told:?}"
    );
}

async fn killed_and_refused(kind: Kind) {
    let Some(server) = Server::start(kind, &["exit"]) else {
        return;
    };
    let mut client = server.client(&RETRY.replace("0.05s", "1s"));
    let call = tokio::spawn(async move { client.get(msg(1)).await });
    tokio::time::sleep(400 * MS).await;
    let Some(_again) = Server::start_at(kind, &server.port, &[]) else {
        return;
    };
    let answer = call.await.unwrap().unwrap();
    let first = told(answer.get_ref()).remove(0);
    assert!(["1", "2"].contains(&first.as_str()), "{first}");
}

async fn cut(kind: Kind) {
    let Some(server) = Server::start(kind, &[]) else {
        return;
    };
    let upload = tokio_stream::iter((1..=50).map(msg)).throttle(20 * MS);
    let mut request = Request::new(upload);
    request.set_timeout(200 * MS);
    assert_eq!(
        code(server.client(RETRY).up(request).await),
        Code::DeadlineExceeded
    );
    // Without a deadline, so that nothing but the client ends it.
    let upload = tokio_stream::iter((1..=50).map(msg)).throttle(20 * MS);
    let mut client = server.client(RETRY);
    let given_up = tokio::time::timeout(200 * MS, client.up(Request::new(upload))).await;
    assert!(given_up.is_err());
    tokio::time::sleep(300 * MS).await;
    let answer = server.client(RETRY).get(msg(1)).await.unwrap();
    let told = told(answer.get_ref());
    assert!(
        !told
            .iter()
            .any(|word| word.starts_with("complete with") && word != "complete with 1"),
        "{told:?}"
    );
}

/// A test of each scenario for each server.
macro_rules! against {
    ($($scenario:ident)*) => {
        mod python {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(super::Kind::Python).await;
            })*
        }
        mod go {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario(super::Kind::Go).await;
            })*
        }
    };
}

against!(unary push_back streams hedged killed_and_refused cut);
