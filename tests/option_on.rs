//! `on`: which errors are retried.

mod support;

use retry_runtime::{Transient, Verdict, retry};
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use support::{Calls, Fault, ms, timed};

fn is_down(fault: &Fault) -> bool {
    matches!(fault, Fault::Down(_))
}

fn judge(fault: &Fault) -> Verdict {
    match fault {
        Fault::Down(2) => Verdict::permanent(),
        _ => Verdict::refused(),
    }
}

mod predicates {
    pub(crate) fn never(_: &super::Fault) -> bool {
        false
    }
}

impl Fault {
    fn is_bad(&self) -> bool {
        matches!(self, Fault::Bad(_))
    }
}

#[retry(on = is_down)]
async fn by_path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = predicates::never)]
async fn never(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = judge)]
async fn by_verdict(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = Fault::is_bad)]
async fn by_method(calls: &Calls) -> Result<u32, Fault> {
    Err(Fault::Bad(calls.next()))
}

#[retry(on = |fault| matches!(fault, Fault::Down(1 | 2)))]
async fn by_closure(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = |fault: &Fault| -> Verdict {
    if *fault == *last { return Verdict::permanent(); }
    Verdict::transient()
})]
async fn by_capture(calls: &Calls, last: &Fault) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = |fault| { seen.borrow_mut().push(fault.clone()); true })]
async fn watched(calls: &Calls, seen: &RefCell<Vec<Fault>>) -> Result<u32, Fault> {
    calls.fail_first(3)
}

#[retry]
async fn by_itself(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    let number = calls.next();
    Err(faults[number as usize - 1].clone())
}

#[tokio::test(start_paused = true)]
async fn a_path_decides() {
    let calls = Calls::new();
    assert_eq!(by_path(&calls).await, Err(Fault::Down(4)));
    let calls = Calls::new();
    assert_eq!(never(&calls).await, Err(Fault::Down(1)));
    let calls = Calls::new();
    assert_eq!(by_method(&calls).await, Err(Fault::Bad(4)));
}

#[tokio::test(start_paused = true)]
async fn a_closure_decides() {
    assert_eq!(by_closure(&Calls::new()).await, Err(Fault::Down(3)));
    let last = Fault::Down(2);
    assert_eq!(by_capture(&Calls::new(), &last).await, Err(last));
}

#[tokio::test(start_paused = true)]
async fn a_verdict_decides() {
    assert_eq!(by_verdict(&Calls::new()).await, Err(Fault::Down(2)));
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_about_each_failure_once_and_about_no_success() {
    let seen = RefCell::default();
    assert_eq!(watched(&Calls::new(), &seen).await, Ok(4));
    assert_eq!(seen.take(), [1, 2, 3].map(Fault::Down));
}

#[tokio::test(start_paused = true)]
async fn without_it_the_error_classifies_itself() {
    let (calls, faults) = (Calls::new(), [1, 2, 3, 4].map(Fault::Down));
    assert_eq!(by_itself(&calls, &faults).await, Err(Fault::Down(4)));
    let calls = Calls::new();
    let faults = [Fault::Down(1), Fault::Bad(2)];
    assert_eq!(by_itself(&calls, &faults).await, Err(Fault::Bad(2)));
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_comes_back_at_once_and_unchanged() {
    let calls = Calls::new();
    let (outcome, took) = timed(by_itself(&calls, &[Fault::Bad(77)])).await;
    assert_eq!(outcome, Err(Fault::Bad(77)));
    assert_eq!(calls.count(), 1);
    assert_eq!(took, Duration::ZERO);
}

#[derive(Debug)]
struct Opaque(u32);

#[retry(on = |error| error.0 < 3)]
async fn unclassified(calls: &Calls) -> Result<u32, Opaque> {
    Err(Opaque(calls.next()))
}

#[tokio::test(start_paused = true)]
async fn with_it_the_error_need_not_classify_itself() {
    assert_eq!(unclassified(&Calls::new()).await.unwrap_err().0, 3);
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::TimedOut)
}

fn is_busy(text: &str) -> bool {
    text == "busy"
}

#[retry(on = is_timeout)]
async fn as_object(calls: &Calls) -> io::Result<u32> {
    match calls.next() {
        1 => Err(io::ErrorKind::TimedOut.into()),
        _ => Err(io::ErrorKind::ConnectionReset.into()),
    }
}

#[retry(on = is_busy)]
async fn as_str(calls: &Calls) -> Result<u32, String> {
    match calls.next() {
        1 | 2 => Err("busy".to_owned()),
        _ => Err("gone".to_owned()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_path_is_called_directly_so_that_coercions_work() {
    let calls = Calls::new();
    let error = as_object(&calls).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(calls.count(), 2);
    assert_eq!(as_str(&Calls::new()).await.unwrap_err(), "gone");
}

type Judge = Box<dyn Fn(&Fault) -> Verdict>;

struct Client {
    patience: u32,
    on: fn(&Fault) -> bool,
    judges: Vec<Judge>,
    calls: Calls,
}

impl Client {
    fn is_transient(&self, fault: &Fault) -> bool {
        *fault != Fault::Down(self.patience)
    }

    fn is_not_second(fault: &Fault) -> bool {
        *fault != Fault::Down(2)
    }

    #[retry(on = |fault| self.is_transient(fault))]
    async fn by_self(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(on = |fault| { self.patience += 1; *fault != Fault::Down(3) })]
    async fn by_mut_self(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(on = Self::is_not_second)]
    async fn by_associated(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(on = self.on)]
    async fn by_field(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(on = &self.judges[0])]
    async fn by_object(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_use_self() {
    let client = || Client {
        patience: 3,
        on: |fault| *fault != Fault::Down(2),
        judges: vec![Box::new(|fault| Verdict::from(*fault != Fault::Down(3)))],
        calls: Calls::new(),
    };
    assert_eq!(client().by_self().await, Err(Fault::Down(3)));
    assert_eq!(client().by_associated().await, Err(Fault::Down(2)));
    assert_eq!(client().by_field().await, Err(Fault::Down(2)));
    assert_eq!(client().by_object().await, Err(Fault::Down(3)));
    let mut client = client();
    assert_eq!(client.by_mut_self().await, Err(Fault::Down(3)));
    assert_eq!(client.patience, 6);
}

fn by_display<E: fmt::Display>(error: &E) -> bool {
    error.to_string() == "again"
}

#[retry(on = by_display::<E>)]
async fn generic<E: fmt::Display>(calls: &Calls, make: impl Fn(u32) -> E) -> Result<u32, E> {
    Err(make(calls.next()))
}

#[tokio::test(start_paused = true)]
async fn it_can_be_generic() {
    let make = |number| if number < 3 { "again" } else { "no" };
    assert_eq!(generic(&Calls::new(), make).await, Err("no"));
}

#[retry]
async fn boxed(calls: &Calls) -> Result<u32, Box<Fault>> {
    calls.fail().map_err(Box::new)
}

#[retry]
async fn shared(calls: &Calls) -> Result<u32, Arc<dyn Transient>> {
    match calls.next() {
        1 | 2 => Err(Arc::new(Fault::Down(0))),
        _ => Err(Arc::new(Fault::Bad(0))),
    }
}

#[retry]
async fn by_io(calls: &Calls, kind: io::ErrorKind) -> io::Result<u32> {
    calls.next();
    Err(kind.into())
}

#[tokio::test(start_paused = true)]
async fn errors_behind_pointers_classify_themselves() {
    assert_eq!(*boxed(&Calls::new()).await.unwrap_err(), Fault::Down(4));
    let calls = Calls::new();
    assert!(shared(&calls).await.is_err());
    assert_eq!(calls.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn io_errors_classify_themselves() {
    for (kind, attempts) in [
        (io::ErrorKind::ConnectionRefused, 4),
        (io::ErrorKind::TimedOut, 4),
        (io::ErrorKind::PermissionDenied, 1),
        (io::ErrorKind::NotFound, 1),
    ] {
        let calls = Calls::new();
        assert_eq!(by_io(&calls, kind).await.unwrap_err().kind(), kind);
        assert_eq!(calls.count(), attempts, "{kind}");
    }
}

#[retry(on = |fault| fault.is_bad(), sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    match calls.next() {
        number @ 1..=2 => Err(Fault::Bad(number)),
        number => Err(Fault::Down(number)),
    }
}

#[test]
fn a_sync_function_decides_alike() {
    assert_eq!(sync(&Calls::new()), Err(Fault::Down(3)));
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_what_comes_back() {
    let faults = [
        Fault::Down(1),
        Fault::Busy(ms(5)),
        Fault::Down(3),
        Fault::Busy(ms(9)),
    ];
    let outcome = by_itself(&Calls::new(), &faults).await;
    assert_eq!(outcome, Err(Fault::Busy(ms(9))));
}

#[retry(on = always, backoff = none, budget = none)]
async fn always(calls: &Calls, verdict: fn(u32) -> Fault) -> Result<u32, Fault> {
    Err(verdict(calls.next()))
}

#[retry(on = always, backoff = none, budget = none)]
async fn always_unclassified(calls: &Calls) -> Result<u32, String> {
    Err(calls.next().to_string())
}

#[retry(on = always, timeout = 10ms, backoff = none, budget = none)]
async fn always_cut(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn always_retries_what_the_error_calls_permanent_and_keeps_its_push_back() {
    let permanent = always(&Calls::new(), Fault::Bad).await;
    assert_eq!(permanent, Err(Fault::Bad(4)));
    let (pushed_back, took) = timed(always(&Calls::new(), |_| Fault::Busy(ms(700)))).await;
    assert_eq!(pushed_back, Err(Fault::Busy(ms(700))));
    assert_eq!(took, ms(2100), "the server's waits");
    let calls = Calls::new();
    assert_eq!(always_unclassified(&calls).await, Err("4".into()));
    let calls = Calls::new();
    assert!(always_cut(&calls).await.is_err());
    assert_eq!(calls.count(), 4);
}

type BoxError = Box<dyn Error + Send + Sync>;

#[retry(on = known, backoff = none, budget = none)]
async fn known(calls: &Calls, error: fn() -> BoxError) -> Result<u32, BoxError> {
    calls.next();
    Err(error())
}

#[retry(on = known, backoff = none, budget = none)]
async fn known_by_itself(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = known, backoff = none, budget = none)]
async fn known_by_type(calls: &Calls) -> Result<u32, fmt::Error> {
    calls.next();
    Err(fmt::Error)
}

#[retry(on = known, backoff = none, budget = none, sleep = support::skip)]
fn known_in_a_sync_fn(calls: &Calls) -> Result<u32, Arc<dyn Error + Send + Sync>> {
    calls.next();
    Err(Arc::new(io::Error::from(io::ErrorKind::ConnectionReset)))
}

fn reset() -> BoxError {
    Box::new(io::Error::from(io::ErrorKind::ConnectionReset))
}

#[tokio::test(start_paused = true)]
async fn known_asks_what_is_inside_and_an_unknown_error_is_permanent() {
    for (error, attempts) in [
        (reset as fn() -> BoxError, 4),
        (|| io::Error::from(io::ErrorKind::NotFound).into(), 1),
        (|| "a mere text".into(), 1),
    ] {
        let calls = Calls::new();
        assert!(known(&calls, error).await.is_err());
        assert_eq!(calls.count(), attempts, "{}", error());
    }
    let calls = Calls::new();
    assert_eq!(known_by_itself(&calls).await, Err(Fault::Down(4)));
    assert!(known_by_type(&calls).await.is_err());
    assert_eq!(calls.count(), 5, "nothing is known of that type");
    let calls = Calls::new();
    assert!(known_in_a_sync_fn(&calls).is_err());
    assert_eq!(calls.count(), 4);
}

#[retry(on = |fault, attempt| attempt.number() < 2 && matches!(fault, Fault::Down(_)), max = 9, backoff = none, budget = none)]
async fn with_the_attempt(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = |_, attempt| attempt.remaining().is_some_and(|left| left > ms(150)), max = 9, backoff = fixed(100ms), jitter = none, budget = none, deadline = 1s)]
async fn with_what_is_left(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(on = |_, attempt| attempt.number() == 2, max = 9, hedge = 50ms, backoff = none, budget = none)]
async fn beside_others(calls: &Calls) -> Result<u32, Fault> {
    let number = calls.next();
    let slow = if number == 1 { 200 } else { 10 };
    tokio::time::sleep(ms(slow)).await;
    Err(Fault::Down(number))
}

#[tokio::test(start_paused = true)]
async fn a_closure_may_see_the_attempt() {
    assert_eq!(with_the_attempt(&Calls::new()).await, Err(Fault::Down(2)));
    let (outcome, took) = timed(with_what_is_left(&Calls::new())).await;
    assert_eq!((outcome, took), (Err(Fault::Down(10)), ms(900)));
    assert_eq!(beside_others(&Calls::new()).await, Err(Fault::Down(3)));
}

/// Words of ours are functions of the user's where they have a path.
mod own {
    pub(crate) fn known(_: &str) -> bool {
        true
    }

    #[retry_runtime::retry(on = self::known_here, backoff = none, budget = none)]
    pub(crate) async fn call(calls: &super::Calls) -> Result<u32, super::Fault> {
        calls.fail()
    }

    fn known_here(fault: &super::Fault) -> bool {
        known("") && *fault == super::Fault::Down(1)
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_of_the_user_has_a_path() {
    assert_eq!(own::call(&Calls::new()).await, Err(Fault::Down(2)));
}
