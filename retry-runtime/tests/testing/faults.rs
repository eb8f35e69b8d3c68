//! Attempts that end as a test says.

use crate::support::{block_on, refused, reset};
use retry_runtime::testing::{
    AttemptRecord, AttemptResult, CallEnding, Inject, Record, fail, paused, record, time_out,
};
use retry_runtime::{Budget, Elapsed, Ended, Policy, Transient, retry};
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn recorded<F: Future>(future: F) -> (F::Output, Record) {
    block_on(paused(record(future)))
}

/// What the test is told where it fails.
fn message(future: impl Future) -> String {
    let caught = catch_unwind(AssertUnwindSafe(|| {
        block_on(paused(future));
    }));
    let message = caught.expect_err("it fails");
    match message.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => (*other.downcast::<&str>().expect("a text")).to_owned(),
    }
}

#[retry(max = 3)]
async fn get(bodies: &Cell<u32>) -> io::Result<u32> {
    bodies.set(bodies.get() + 1);
    Ok(bodies.get())
}

#[test]
fn exactly_so_many_attempts_fail_and_their_bodies_do_not_run() {
    for (times, attempts, ends_well) in [
        (0, 1, true),
        (1, 2, true),
        (3, 4, true),
        (4, 4, false),
        (u32::MAX, 4, false),
    ] {
        let bodies = Cell::new(0);
        let (outcome, record) = recorded(fail("*::get", times, refused).during(get(&bodies)));
        assert_eq!(outcome.is_ok(), ends_well, "{times}: {record}");
        assert_eq!(bodies.get(), u32::from(ends_well), "{times}");
        let made = record.call().attempts();
        assert_eq!(made.len(), attempts, "{times}");
        let injected = made.iter().filter(|attempt| attempt.is_injected());
        assert_eq!(injected.count(), attempts - usize::from(ends_well));
    }
}

#[test]
fn they_are_counted_over_calls() {
    let bodies = Cell::new(0);
    let ((), record) = recorded(fail("*::get", 5, refused).during(async {
        assert!(get(&bodies).await.is_err());
        assert_eq!(get(&bodies).await.unwrap(), 1);
        assert_eq!(get(&bodies).await.unwrap(), 2);
    }));
    let attempts = record.calls().iter().map(|call| call.attempts().len());
    assert_eq!(attempts.collect::<Vec<_>>(), [4, 2, 1]);
}

#[test]
fn a_fault_is_paid_for_as_a_real_failure_is() {
    #[retry(max = 3, budget = budget)]
    async fn paid(budget: &Budget, fails: bool) -> io::Result<u32> {
        if fails { Err(reset()) } else { Ok(7) }
    }

    let level_after = |is_real| {
        block_on(paused(async {
            let budget = Budget::standard();
            budget.record_success();
            let call = paid(&budget, is_real);
            if is_real {
                assert!(call.await.is_err());
            } else {
                assert!(fail("*::paid", 9, reset).during(call).await.is_err());
            }
            budget.level()
        }))
    };
    assert!((level_after(true) - level_after(false)).abs() < 0.01);
    assert!(level_after(false) < 4.0);
}

#[test]
fn each_goes_before_the_next_and_the_inner_before_the_outer() {
    #[retry(max = 5, timeout = 1s)]
    async fn get() -> io::Result<u32> {
        Ok(7)
    }
    let faults = fail("*::get", 1, refused).and(time_out("*::get", 1));
    let outer = fail("*::get", 2, reset);
    let (outcome, record) = recorded(outer.during(faults.during(get())));
    assert_eq!(outcome.unwrap(), 7);
    let errors: Vec<_> = record
        .call()
        .attempts()
        .iter()
        .map(|it| it.error())
        .collect();
    assert_eq!(
        errors,
        [
            Some("connection refused"),
            Some("the attempt took longer than its timeout of 1s"),
            Some("connection reset"),
            Some("connection reset"),
            None,
        ]
    );
}

#[derive(Debug, PartialEq, Transient)]
enum Derived {
    #[transient]
    Busy(u32),
    #[transient(permanent)]
    Unknown,
    #[transient]
    Late,
}

impl From<Elapsed> for Derived {
    fn from(_: Elapsed) -> Self {
        Self::Late
    }
}

#[derive(Debug, PartialEq)]
struct ByHand(u32);

impl Inject for ByHand {}

#[test]
fn an_error_may_derive_transient_or_say_so_itself() {
    #[retry(max = 1)]
    async fn derived() -> Result<u32, Derived> {
        Ok(7)
    }
    #[retry(max = 1, on = |_| true)]
    async fn by_hand() -> Result<u32, ByHand> {
        Ok(7)
    }
    #[retry(max = 1, on = always)]
    async fn boxed() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Ok(7)
    }
    #[retry(max = 1, on = always)]
    async fn of_a_type(text: &str) -> Result<&str, Box<ByHand>> {
        Ok(text)
    }

    let (outcome, _) = recorded(fail("*::derived", 2, || Derived::Busy(3)).during(derived()));
    assert_eq!(outcome, Err(Derived::Busy(3)));
    let (outcome, record) = recorded(fail("*::derived", 2, || Derived::Unknown).during(derived()));
    assert_eq!(outcome, Err(Derived::Unknown));
    assert_eq!(record.call().ending(), CallEnding::Failed(Ended::Permanent));
    let (outcome, _) = recorded(fail("*::by_hand", 2, || ByHand(3)).during(by_hand()));
    assert_eq!(outcome, Err(ByHand(3)));
    let error = || Box::<dyn std::error::Error + Send + Sync>::from("down");
    let (outcome, _) = recorded(fail("*::boxed", 2, error).during(boxed()));
    assert_eq!(outcome.unwrap_err().to_string(), "down");
    let (outcome, _) =
        recorded(fail("*::of_a_type", 2, || Box::new(ByHand(3))).during(of_a_type("x")));
    assert_eq!(outcome, Err(Box::new(ByHand(3))));
}

/// An error that is no `Send` stays out of the future.
#[test]
fn a_future_stays_as_it_was() {
    struct Local(#[allow(dead_code)] std::rc::Rc<()>);
    impl Inject for Local {}
    #[retry(max = 1, on = |_| true)]
    async fn local() -> Result<u32, Local> {
        Ok(7)
    }
    #[retry(max = 1, on = |_| true)]
    async fn generic<E>(error: fn() -> E) -> Result<u32, E> {
        Err(error())
    }
    #[retry(max = 1, on = |_| true)]
    async fn borrowed(text: &str) -> Result<u32, &str> {
        Err(text)
    }
    fn send<F: Future + Send>(future: F) -> F {
        future
    }
    let error = || Local(std::rc::Rc::default());
    let (outcome, _) = recorded(fail("*::local", 2, error).during(send(local())));
    assert!(outcome.is_err());
    assert!(recorded(send(generic(|| "x"))).0.is_err());
    assert!(recorded(send(borrowed("x"))).0.is_err());
}

#[test]
fn a_limit_ends_an_attempt_at_once_and_needs_no_error_of_the_tests() {
    #[derive(Debug, PartialEq)]
    struct Late(Elapsed);
    impl From<Elapsed> for Late {
        fn from(elapsed: Elapsed) -> Self {
            Self(elapsed)
        }
    }
    #[retry(max = 2, timeout = 1s, deadline = 1m, on = |_| true)]
    async fn timed(bodies: &Cell<u32>) -> Result<u32, Late> {
        bodies.set(bodies.get() + 1);
        Ok(7)
    }
    #[retry(max = 2, deadline = 1m)]
    async fn bounded() -> io::Result<u32> {
        Ok(7)
    }

    let bodies = Cell::new(0);
    let (outcome, record) = recorded(time_out("*::timed", 2).during(timed(&bodies)));
    assert_eq!((outcome, bodies.get()), (Ok(7), 1));
    assert_eq!(record.call().attempts().len(), 3);
    let (outcome, _) = recorded(time_out("*::timed", 3).during(timed(&bodies)));
    assert_eq!(outcome.unwrap_err().0.limit().as_secs(), 1);

    let (outcome, record) = recorded(time_out("*::bounded", 1).during(bounded()));
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(record.call().ending(), CallEnding::Failed(Ended::Deadline));
}

#[test]
fn a_run_is_cut_by_its_limit() {
    let policy = Policy::DEFAULT.with_timeout(std::time::Duration::from_secs(1));
    let run = || policy.run(async |_| io::Result::Ok(7)).name("run");
    let (outcome, record) = recorded(time_out("run", 2).during(run()));
    assert_eq!(outcome.unwrap(), 7);
    assert_eq!(record.call().attempts().len(), 3);
    let lending = policy.run_async(async |_| io::Result::Ok(7)).name("run");
    let (outcome, record) = recorded(time_out("run", 2).during(lending.call()));
    assert_eq!(outcome.unwrap(), 7);
    assert_eq!(record.call().attempts().len(), 3);

    let text = message(fail("run", 1, reset).during(run()));
    assert!(text.contains("`run` is no annotated function"), "{text}");
    let unlimited = Policy::DEFAULT.run(async |_| io::Result::Ok(7)).name("run");
    let text = message(time_out("run", 1).during(unlimited));
    assert!(text.contains("`run` has neither `timeout` nor"), "{text}");
}

#[test]
fn a_hedge_is_an_attempt_and_may_fail() {
    #[retry(max = 2, hedge = 10ms, name = "hedged")]
    async fn hedged(bodies: &Cell<u32>) -> io::Result<u32> {
        bodies.set(bodies.get() + 1);
        if bodies.get() == 1 {
            std::future::pending::<()>().await;
        }
        Ok(bodies.get())
    }
    let bodies = Cell::new(0);
    let (outcome, record) = recorded(async {
        // The first attempt fails, its retry hangs, and the hedge beside that succeeds.
        fail("hedged", 1, reset).during(hedged(&bodies)).await
    });
    assert_eq!(outcome.unwrap(), 2, "{record}");
    let results: Vec<_> = record
        .call()
        .attempts()
        .iter()
        .map(AttemptRecord::result)
        .collect();
    assert_eq!(
        results,
        [
            AttemptResult::Failed,
            AttemptResult::Unfinished,
            AttemptResult::Succeeded
        ],
        "{record}"
    );
    assert!(record.call().attempts()[2].is_hedge());
}

#[test]
fn names_are_those_of_the_log() {
    struct Client(&'static str);
    impl Client {
        #[retry(max = 1, name = self.0)]
        async fn get(&self) -> io::Result<u32> {
            Ok(7)
        }
        #[retry(max = 1, name = self.0, hedge = 1s)]
        async fn hedged(&self) -> io::Result<u32> {
            Ok(7)
        }
        #[retry(max = 1, name = self.0, timeout = 1s)]
        async fn timed(&self) -> io::Result<u32> {
            Ok(7)
        }
    }
    let client = Client("users");
    assert!(
        recorded(fail("users", 2, reset).during(client.get()))
            .0
            .is_err()
    );
    assert!(
        recorded(fail("users", 2, reset).during(client.hedged()))
            .0
            .is_err()
    );
    assert!(
        recorded(time_out("users", 2).during(client.timed()))
            .0
            .is_err()
    );
}

#[test]
fn the_test_fails_where_it_asks_for_what_cannot_be() {
    #[derive(Debug)]
    struct Foreign;
    #[retry(max = 1, on = |_| true)]
    async fn foreign() -> Result<u32, Foreign> {
        Ok(7)
    }
    #[retry(max = 1, on_ok = |it| *it == 0)]
    async fn whole() -> u32 {
        7
    }
    let bodies = Cell::new(0);

    let text = message(fail("*::foreign", 1, reset).during(foreign()));
    assert!(
        text.contains("impl retry_runtime::testing::Inject for"),
        "{text}"
    );
    assert!(text.contains("::Foreign {}`"), "{text}");
    let text = message(fail("*::get", 1, || Derived::Late).during(get(&bodies)));
    assert!(
        text.contains("fails with `std::io::error::Error`"),
        "{text}"
    );
    assert!(text.contains("::Derived`"), "{text}");
    let text = message(time_out("*::get", 1).during(get(&bodies)));
    assert!(
        text.contains("has neither `timeout` nor `deadline`"),
        "{text}"
    );
    let text = message(fail("*::whole", 1, reset).during(whole()));
    assert!(text.contains("returns no `Result`"), "{text}");
    let text = message(fail("*::gte", 1, reset).during(get(&bodies)));
    assert!(text.contains("no attempt was made of `*::gte`"), "{text}");
    assert!(text.contains("::faults::get`"), "{text}");
    let text = message(fail("*::get", 1, reset).during(async {}));
    assert!(
        text.contains("no retried function was called at all"),
        "{text}"
    );
    assert_eq!(bodies.get(), 1, "of the one that was not asked for");
}

#[test]
fn an_attempt_that_a_breaker_does_not_admit_takes_none() {
    use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
    struct Breaker(Cell<bool>, Cell<u32>);
    impl Gate for Breaker {
        fn admit(&self) -> Result<Admission, Rejected> {
            if self.0.get() {
                Err(Rejected::new())
            } else {
                Ok(Admission::Normal)
            }
        }
        fn record(&self, _: Admission, outcome: GateOutcome) {
            if let GateOutcome::Failure(_) = outcome {
                self.1.set(self.1.get() + 1);
            }
        }
    }
    #[retry(max = 3, breaker = breaker, rejected = |_| io::ErrorKind::Other.into())]
    async fn get(breaker: &Breaker) -> io::Result<u32> {
        Ok(7)
    }
    let breaker = Breaker(Cell::new(true), Cell::new(0));
    let ((), record) = recorded(fail("*::get", 1, reset).during(async {
        assert!(get(&breaker).await.is_err());
        breaker.0.set(false);
        assert_eq!(get(&breaker).await.unwrap(), 7);
    }));
    assert_eq!(breaker.1.get(), 1, "the breaker is told");
    let [rejected, other] = record.calls() else {
        panic!("{record}")
    };
    assert_eq!(rejected.ending(), CallEnding::Failed(Ended::Rejected));
    assert!(rejected.attempts().is_empty());
    assert_eq!(other.attempts().len(), 2);
}

/// What a test cannot make stays as it is: the code compiles, and runs.
#[test]
fn an_error_type_without_a_name_is_left_alone() {
    #[retry(max = 1, on = |_| true)]
    async fn nameless() -> Result<u32, impl std::fmt::Debug> {
        Err("x")
    }
    #[retry(max = 1, on = |_| true, timeout = 1s, elapsed = |_| "late")]
    async fn timed() -> Result<u32, impl std::fmt::Debug + PartialEq<&'static str>> {
        Ok(7)
    }
    #[retry(max = 1)]
    async fn response() -> io::Result<impl std::fmt::Debug> {
        Ok(7)
    }
    assert!(recorded(nameless()).0.is_err());
    let (outcome, _) = recorded(time_out("*::timed", 2).during(timed()));
    assert!(outcome.unwrap_err() == "late");
    let (outcome, record) = recorded(fail("*::response", 1, reset).during(response()));
    assert!(outcome.is_ok());
    assert_eq!(record.call().attempts().len(), 2);
    let text = message(fail("*::nameless", 1, reset).during(nameless()));
    assert!(text.contains("has no name"), "{text}");
}

#[test]
fn derived_errors_with_generics_are_none_that_a_test_makes() {
    #[derive(Debug, Transient)]
    #[transient]
    struct Around<T>(T);
    #[retry(max = 1)]
    async fn around() -> Result<u32, Around<String>> {
        Err(Around(String::new()))
    }
    assert!(recorded(around()).0.is_err());
    let text = message(fail("*::around", 1, reset).during(around()));
    assert!(text.contains("which no test can make"), "{text}");
}

#[test]
fn an_error_of_before_retry_is_an_attempt_without_its_body() {
    #[retry(max = 2, before_retry = |_| Err::<(), _>(reset()))]
    async fn get(bodies: &Cell<u32>) -> io::Result<u32> {
        bodies.set(bodies.get() + 1);
        Ok(7)
    }
    let bodies = Cell::new(0);
    // The second attempt has failed before it began: the fault for it is still there.
    let (outcome, record) = recorded(fail("*::get", 2, refused).during(async {
        assert!(get(&bodies).await.is_err());
        get(&bodies).await
    }));
    assert!(outcome.is_err());
    let errors = record.calls().iter().map(|call| {
        let attempts = call.attempts().iter();
        attempts
            .filter_map(AttemptRecord::error)
            .collect::<Vec<_>>()
    });
    let of_each = ["connection refused", "connection reset", "connection reset"];
    assert_eq!(errors.collect::<Vec<_>>(), [of_each; 2], "{record}");
    assert_eq!(bodies.get(), 0);
}
