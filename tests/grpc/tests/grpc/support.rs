//! A server that answers by a script, over a real socket.

use retry_tower::grpc::{Retry, RetryLayer};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests_grpc::lab::lab_client::LabClient;
use tests_grpc::lab::lab_server::{Lab, LabServer};
pub(crate) use tests_grpc::lab::{METHODS, Msg};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request, Response, Status, Streaming};
use tower::Layer;

pub(crate) const MS: Duration = Duration::from_millis(1);

/// What one call is answered; what comes after the script is answered well.
///
/// | word | answer |
/// | --- | --- |
/// | `ok` | the message, or the sum of the messages |
/// | `code N` | that status; of an upload, before any message is read |
/// | `push N X..` | the same, with a push-back of X |
/// | `hang` | none |
/// | `slow N` | well, after N milliseconds |
/// | `slow N C` | the status C, after N milliseconds |
/// | `after N C` | the status C, after N messages were read |
/// | `end C` | the status C, after all messages were read |
/// | `broken C` | one message, then the status C |
/// | `headers C` | headers, and the status C in the trailers |
/// | `stuck` | one message, and no end |
#[derive(Clone, Default)]
pub(crate) struct Scripted(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    script: Vec<String>,
    seen: Vec<Seen>,
    said: Vec<String>,
}

/// A call as the server saw it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) previous: Option<String>,
    pub(crate) timeout: Option<String>,
    pub(crate) token: Option<String>,
}

impl Scripted {
    pub(crate) fn new(script: &[&str]) -> Self {
        let new = Self::default();
        new.then(script);
        new
    }

    /// Goes on with these words.
    pub(crate) fn then(&self, script: &[&str]) {
        let mut state = self.0.lock().unwrap();
        state.script = script.iter().rev().map(|word| (*word).to_owned()).collect();
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().seen.len()
    }

    /// What became of calls that were dropped, and of uploads.
    pub(crate) fn said(&self) -> Vec<String> {
        self.0.lock().unwrap().said.clone()
    }

    fn say(&self, word: String) {
        self.0.lock().unwrap().said.push(word);
    }

    fn next<T>(&self, request: &Request<T>) -> Vec<String> {
        let told = |key| {
            let value = request.metadata().get(key)?;
            Some(value.to_str().unwrap().to_owned())
        };
        let mut state = self.0.lock().unwrap();
        state.seen.push(Seen {
            previous: told("grpc-previous-rpc-attempts"),
            timeout: told("grpc-timeout"),
            token: told("token"),
        });
        let word = state.script.pop().unwrap_or_else(|| "ok".to_owned());
        word.split(' ').map(str::to_owned).collect()
    }

    async fn answer(&self, words: &[String], message: Msg) -> Result<Response<Msg>, Status> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["code", code] => Err(status(code)),
            ["push", code, ..] => {
                let mut status = status(code);
                for value in &words[2..] {
                    let value = value.parse().unwrap();
                    status
                        .metadata_mut()
                        .append("grpc-retry-pushback-ms", value);
                }
                Err(status)
            }
            ["hang"] => {
                let _dropped = Dropped(self.clone(), true);
                std::future::pending().await
            }
            ["slow", millis] => {
                tokio::time::sleep(MS * millis.parse().unwrap()).await;
                Ok(Response::new(message))
            }
            ["slow", millis, code] => {
                tokio::time::sleep(MS * millis.parse().unwrap()).await;
                Err(status(code))
            }
            _ => Ok(Response::new(message)),
        }
    }
}

/// Says so where a call is dropped before its end.
struct Dropped(Scripted, bool);

impl Drop for Dropped {
    fn drop(&mut self) {
        if self.1 {
            self.0.say("dropped".to_owned());
        }
    }
}

fn status(code: &str) -> Status {
    Status::new(
        Code::from_i32(code.parse().unwrap()),
        format!("by script: {code}"),
    )
}

type Messages = Pin<Box<dyn Stream<Item = Result<Msg, Status>> + Send>>;

#[tonic::async_trait]
impl Lab for Scripted {
    async fn get(&self, request: Request<Msg>) -> Result<Response<Msg>, Status> {
        let words = self.next(&request);
        self.answer(&words, request.into_inner()).await
    }

    async fn put(&self, request: Request<Msg>) -> Result<Response<Msg>, Status> {
        let words = self.next(&request);
        self.answer(&words, request.into_inner()).await
    }

    async fn up(&self, request: Request<Streaming<Msg>>) -> Result<Response<Msg>, Status> {
        let words = self.next(&request);
        let mut messages = request.into_inner();
        let (mut count, mut sum) = (0_u64, 0);
        let after = (words[0] == "after").then(|| words[1].parse().unwrap());
        if !["after", "end", "ok"].contains(&words[0].as_str()) {
            return self.answer(&words, Msg::default()).await;
        }
        let mut dropped = Dropped(self.clone(), true);
        while after != Some(count) {
            match messages.message().await {
                Ok(Some(message)) => sum += message.n,
                Ok(None) => {
                    dropped.1 = false;
                    self.say(format!("complete with {count}"));
                    return match words[0].as_str() {
                        "end" => Err(status(&words[1])),
                        _ => Ok(Response::new(Msg {
                            n: sum,
                            pad: Vec::new(),
                        })),
                    };
                }
                Err(error) => {
                    dropped.1 = false;
                    self.say(format!("{:?} after {count}", error.code()));
                    return Err(error);
                }
            }
            count += 1;
        }
        dropped.1 = false;
        Err(status(&words[2]))
    }

    type DownStream = Messages;

    async fn down(&self, request: Request<Msg>) -> Result<Response<Messages>, Status> {
        let words = self.next(&request);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let message = |n| Ok(Msg { n, pad: Vec::new() });
        let messages: Messages = match words[..] {
            ["broken", code] => Box::pin(tokio_stream::iter([message(1), Err(status(code))])),
            ["headers", code] => Box::pin(tokio_stream::iter([Err(status(code))])),
            ["stuck"] => Box::pin(tokio_stream::once(message(1)).chain(tokio_stream::pending())),
            ["ok"] => Box::pin(tokio_stream::iter((1..=3).map(message))),
            _ => {
                let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
                self.answer(&words, Msg::default()).await?;
                Box::pin(tokio_stream::iter((1..=3).map(message)))
            }
        };
        Ok(Response::new(messages))
    }

    type BothStream = Messages;

    async fn both(&self, request: Request<Streaming<Msg>>) -> Result<Response<Messages>, Status> {
        let words = self.next(&request);
        let mut messages = request.into_inner();
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        match texts[..] {
            ["after", count, code] => {
                for _ in 0..count.parse::<u32>().unwrap() {
                    messages.message().await?;
                }
                return Err(status(code));
            }
            ["end", code] => {
                while messages.message().await?.is_some() {}
                return Err(status(code));
            }
            ["broken", code] => {
                let first = messages.message().await?.unwrap_or_default();
                let answers = [Ok(first), Err(status(code))];
                return Ok(Response::new(Box::pin(tokio_stream::iter(answers))));
            }
            ["headers", code] => {
                let answers = [Err(status(code))];
                return Ok(Response::new(Box::pin(tokio_stream::iter(answers))));
            }
            _ => self.answer(&words, Msg::default()).await?,
        };
        Ok(Response::new(Box::pin(messages)))
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Running {
    pub(crate) port: u16,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) async fn serve(server: &Scripted) -> Running {
    serve_at(server, 0).await
}

pub(crate) async fn serve_at(server: &Scripted, port: u16) -> Running {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let service = LabServer::new(server.clone());
    let task = tokio::spawn(async move {
        let incoming = TcpListenerStream::new(listener);
        let server = Server::builder().add_service(service);
        server.serve_with_incoming(incoming).await.unwrap();
    });
    Running { port, task }
}

pub(crate) fn channel(port: u16) -> Channel {
    endpoint(port).connect_lazy()
}

pub(crate) fn endpoint(port: u16) -> Endpoint {
    Endpoint::from_shared(format!("http://127.0.0.1:{port}")).unwrap()
}

/// A port that nobody listens at.
pub(crate) fn dead_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// `retryPolicy` for all methods: four attempts, 20 ms before each retry, UNAVAILABLE, with
/// `more` beside it.
pub(crate) fn config(more: &str) -> String {
    format!(
        r#"{{ "methodConfig": [{{ "name": [{{}}], "retryPolicy": {{
            "maxAttempts": 4, "initialBackoff": "0.02s", "maxBackoff": "0.02s",
            "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE", "DEADLINE_EXCEEDED"]
        }} {more} }}] }}"#
    )
}

pub(crate) fn hedging(delay: &str, attempts: u32) -> String {
    format!(
        r#"{{ "methodConfig": [{{ "name": [{{}}], "hedgingPolicy": {{
            "maxAttempts": {attempts}, "hedgingDelay": "{delay}",
            "nonFatalStatusCodes": ["UNAVAILABLE"]
        }} }}] }}"#
    )
}

pub(crate) fn layer(config: &str) -> RetryLayer {
    RetryLayer::from_service_config(config)
        .unwrap()
        .methods(METHODS)
}

pub(crate) type Client = LabClient<Retry<Channel>>;

pub(crate) fn client(port: u16, config: &str) -> Client {
    LabClient::new(layer(config).layer(channel(port)))
}

pub(crate) fn msg(n: u64) -> Msg {
    Msg {
        n,
        pad: vec![0; 10],
    }
}

/// Until it holds, for at most a few seconds.
pub(crate) async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(10 * MS).await;
    }
    panic!("{what}");
}
