//! What the log is told of a hedged call.

use crate::support::{Service, call, err, ok, policy, told, transient};
use retry_runtime::Verdict;

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, LazyLock, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};
use tracing::{Dispatch, Event, Metadata, Subscriber};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.0.insert_str(0, &format!("{value:?}")),
            "attempt" | "attempts" | "ended" | "error" => {
                write!(self.0, ", {field} {value:?}").unwrap();
            }
            _ => {}
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "retry_runtime"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// While one subscriber is alive, tracing takes the word of the thread that comes to
/// a callsite first, which may be that of a test without any. Of two it asks both.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

fn listen() -> (Log, DefaultGuard) {
    LazyLock::force(&ANOTHER);
    let log = Log::default();
    (log.clone(), set_default(log))
}

#[tokio::test(start_paused = true)]
async fn a_failure_beside_a_pending_attempt_is_not_the_end() {
    let (log, _listening) = listen();
    let service = Service::new([
        ok(500),
        transient(10),
        err(10, Verdict::transient().with_no_retry()),
    ]);
    let ending = call!(1, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(1), None));
    let error = "Of(2, Verdict(transient))";
    assert_eq!(
        *log.0.lock().unwrap(),
        [
            "no answer yet, hedging, attempt 2".to_owned(),
            format!("attempt failed, retrying, attempt 2, error {error}"),
            "call succeeded after retries, attempts 3".to_owned(),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_is_told_once() {
    let (log, _listening) = listen();
    let service = Service::new([transient(200), transient(10)]);
    let (outcome, _) = call!(1, &service, policy(1), told()).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        *log.0.lock().unwrap(),
        [
            "no answer yet, hedging, attempt 2".to_owned(),
            format!("call failed, retries ended, attempt 2, error {error:?}, ended \"exhausted\""),
        ]
    );
}
