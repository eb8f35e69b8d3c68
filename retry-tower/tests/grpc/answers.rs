//! An answer is a success, or none, at its trailers.

use super::open_breaker::Open;
use super::support::{ANSWERS, MS, Server, Step, answer, call, layer, request, send};
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, Full, StreamBody};
use retry_runtime::Verdict;
use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_tower::grpc::RetryLayer;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio_stream::{StreamExt, iter};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, ServiceExt, service_fn};

/// Admits all, and keeps what is recorded.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<GateOutcome>>>);

impl Recorder {
    fn heard(&self) -> Vec<GateOutcome> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Gate for Recorder {
    fn admit(&self) -> Result<Admission, Rejected> {
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, outcome: GateOutcome) {
        self.0.lock().unwrap().push(outcome);
    }
}

fn recorded(more: &str) -> (Recorder, RetryLayer) {
    let recorder = Recorder::default();
    let layer = layer(more).breaker(recorder.clone());
    (recorder, layer)
}

fn against(verdict: Verdict) -> GateOutcome {
    GateOutcome::Failure(verdict.against_service(true))
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_the_status_of_its_trailers() {
    let (recorder, layer) = recorded("");
    let unknown = against(Verdict::permanent());
    for (step, heard) in [
        (ANSWERS, GateOutcome::Success),
        (Step::Answers(9, Some(0)), GateOutcome::Success),
        (Step::Answers(0, Some(5)), GateOutcome::Success),
        (Step::Answers(0, Some(14)), against(Verdict::transient())),
        (Step::Answers(0, Some(2)), unknown),
        (Step::Answers(0, None), unknown),
        (Step::Breaks, unknown),
    ] {
        let server = Server::new([step]);
        // What the caller reads is what the server has sent.
        call(&layer, &server).await.unwrap();
        assert_eq!(recorder.heard(), [heard], "{step:?}");
        assert_eq!(server.requests(), 1, "the answer has begun");
    }
    let server = Server::new([Step::Tears]);
    let status = call(&layer, &server).await.unwrap_err();
    assert_eq!(status.code(), Code::DataLoss);
    assert_eq!(recorder.heard(), [unknown]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_heard_of_an_answer_before_its_end() {
    let (recorder, layer) = recorded("");
    let client = layer.layer(Server::new([ANSWERS]));
    let answer = client.oneshot(request("Get")).await.unwrap();
    assert_eq!(recorder.heard(), []);
    assert!(!answer.body().is_end_stream());
    assert_eq!(answer.body().size_hint().exact(), None);
    drop(answer);
    assert_eq!(recorder.heard(), [GateOutcome::Abandoned]);
}

/// A status of OK in the headers: nobody reads what is behind them.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_over_with_its_headers_has_succeeded() {
    let (recorder, layer) = recorded("");
    let client = layer.layer(Server::new([Step::Fails(0)]));
    let answer = client.oneshot(request("Get")).await.unwrap();
    assert_eq!(recorder.heard(), [GateOutcome::Success]);
    assert!(answer.body().is_end_stream());
    assert_eq!(answer.body().size_hint().exact(), Some(0));
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_as_long_as_its_body_says() {
    let server = service_fn(|_: Request<Body>| {
        let answer = Response::builder().header("content-type", "application/grpc");
        std::future::ready(Ok::<_, Infallible>(
            answer.body(Full::from("hello")).unwrap(),
        ))
    });
    let answer = layer("")
        .layer(server)
        .oneshot(request("Get"))
        .await
        .unwrap();
    assert_eq!(answer.body().size_hint().exact(), Some(5));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_holds_to_the_last_trailer() {
    let (recorder, layer) = recorded(r#", "timeout": "1s""#);
    for step in [Step::Fades, Step::Answers(2000, Some(0))] {
        let server = Server::new([step]);
        let status = call(&layer, &server).await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded);
        assert_eq!(server.elapsed(), 1000 * MS);
        let heard = recorder.heard();
        assert!(
            matches!(heard[..], [GateOutcome::Failure(verdict)] if verdict.is_timed_out()),
            "{heard:?}"
        );
    }
    let server = Server::new([Step::Answers(900, Some(0))]);
    call(&layer, &server).await.unwrap();
    assert_eq!(recorder.heard(), [GateOutcome::Success]);
    // Over before it is asked.
    let client = layer.layer(Server::new([Step::Fades]));
    let answer = client.oneshot(request("Get")).await.unwrap();
    tokio::time::advance(2000 * MS).await;
    let read = answer.into_body().collect().await;
    assert_eq!(read.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_heard() {
    let (recorder, layer) = recorded("");
    let server = Server::new([Step::Fails(14), Step::Page(503), ANSWERS]);
    send(&layer.layer(server), request("Get")).await.unwrap();
    let failed = GateOutcome::Failure(Verdict::transient());
    assert_eq!(recorder.heard(), [failed, failed, GateOutcome::Success]);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_is_open_is_the_status_of_the_call() {
    let server = Server::new([]);
    let status = call(&layer("").breaker(Open), &server).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(server.requests(), 0);
}

/// So that no server takes what it has got for all of it.
#[tokio::test(start_paused = true)]
async fn an_upload_whose_answer_is_dropped_ends_in_an_error() {
    let (read, outcome) = tokio::sync::oneshot::channel();
    let read = Arc::new(Mutex::new(Some(read)));
    let server = service_fn(move |request: Request<Body>| {
        let read = read.lock().unwrap().take().expect("one request");
        tokio::spawn(async move { read.send(request.into_body().collect().await.is_ok()) });
        std::future::ready(Ok::<_, Infallible>(answer(Step::Fades)))
    });
    let frames = ["hello", "world"].map(|text| Ok::<_, Status>(Frame::data(Bytes::from(text))));
    let messages = iter(frames).then(async |frame| {
        tokio::time::sleep(MS).await;
        frame
    });
    let upload = Request::post("/users.v1.Users/Get").body(Body::new(StreamBody::new(messages)));
    let call = layer("").layer(server).oneshot(upload.unwrap());
    drop(call.await.unwrap());
    assert!(!outcome.await.unwrap(), "it has come to an end");
}
