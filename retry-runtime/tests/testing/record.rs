//! What a record has of a call.

use crate::support::{block_on, poll_once, refused, reset};
use retry_runtime::testing::{
    AttemptResult, CallEnding, Record, Scope, fail, paused, record, record_blocking, sleep,
};
use retry_runtime::{Ended, Policy, Transient, Verdict, retry};
use std::cell::Cell;
use std::future::{Future, pending};
use std::io;
use std::time::Duration;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn recorded<F: Future>(future: F) -> (F::Output, Record) {
    block_on(paused(record(future)))
}

/// The call without its path, so that a test can name it.
fn told(record: &Record) -> String {
    let text = record.to_string();
    let lines = text.lines().map(|line| match line.rsplit_once("::") {
        Some((_, rest)) if !line.starts_with(' ') => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[retry(max = 3, backoff = exp(100ms, 2, 1s), jitter = none)]
async fn get(failures: &Cell<u32>) -> io::Result<u32> {
    match failures.get() {
        0 => Ok(7),
        left => {
            failures.set(left - 1);
            Err(refused())
        }
    }
}

#[test]
fn a_success() {
    let (_, record) = recorded(get(&Cell::new(0)));
    assert_eq!(told(&record), "get: succeeded\n  1: ok");
    let call = record.call();
    assert!(call.function().ends_with("::record::get"), "{record}");
    assert!(call.waits().is_empty());
}

#[test]
fn retries_with_their_waits_and_verdicts() {
    let (_, record) = recorded(get(&Cell::new(2)));
    assert_eq!(
        told(&record),
        "get: succeeded\n\
         \x20 1: connection refused (not_sent), then 100ms\n\
         \x20 2: connection refused (not_sent), then 200ms\n\
         \x20 3: ok"
    );
    let call = record.call();
    assert_eq!(call.waits(), [ms(100), ms(200)]);
    assert_eq!(call.ending(), CallEnding::Succeeded);
    let first = &call.attempts()[0];
    assert_eq!(first.verdict(), Some(Verdict::not_sent()));
    assert_eq!(first.error(), Some("connection refused"));
    assert_eq!(first.result(), AttemptResult::Failed);
    assert!(!first.is_hedge() && !first.is_injected());
    assert_eq!(call.attempts()[2].error(), None);
    assert_eq!(call.attempts()[2].verdict(), None);
}

#[test]
fn an_exhausted_call() {
    let (_, record) = recorded(get(&Cell::new(9)));
    let call = record.call();
    assert_eq!(call.attempts().len(), 4);
    assert_eq!(call.ending(), CallEnding::Failed(Ended::Exhausted));
    assert_eq!(call.attempts()[3].wait(), None);
}

#[test]
fn a_permanent_error() {
    #[retry]
    async fn find() -> io::Result<u32> {
        Err(io::ErrorKind::NotFound.into())
    }
    let (_, record) = recorded(find());
    assert_eq!(
        told(&record),
        "find: ended, permanent\n  1: entity not found (permanent)"
    );
}

#[test]
fn a_poll() {
    #[retry(until = |number| *number == 3, max = 5, backoff = fixed(1s), jitter = none)]
    async fn poll(count: &Cell<u32>) -> io::Result<u32> {
        count.set(count.get() + 1);
        if count.get() == 2 {
            Err(refused())
        } else {
            Ok(count.get())
        }
    }
    let (_, record) = recorded(poll(&Cell::new(0)));
    assert_eq!(
        told(&record),
        "poll: succeeded\n\
         \x20 1: not yet, then 1s\n\
         \x20 2: connection refused (not_sent), then 1s\n\
         \x20 3: ok"
    );
    let (outcome, record) = recorded(poll(&Cell::new(10)));
    assert!(outcome.is_ok());
    assert_eq!(record.call().attempts().len(), 6);
    assert_eq!(record.call().ending(), CallEnding::Failed(Ended::Exhausted));
}

#[test]
fn a_response_that_is_judged() {
    #[retry(on_ok = |it| *it == 503, max = 1)]
    async fn status() -> io::Result<u32> {
        Ok(503)
    }
    let (outcome, record) = recorded(status());
    assert_eq!(outcome.unwrap(), 503);
    assert_eq!(record.call().attempts().len(), 2);
    assert_eq!(record.call().ending(), CallEnding::Failed(Ended::Exhausted));
    let text = record.call().attempts()[0].error().unwrap();
    assert_eq!(text, "none, `on_ok` retries the response");
}

#[test]
fn one_inside_another_stands_behind_it() {
    #[retry(max = 1, backoff = fixed(1s), jitter = none)]
    async fn inner() -> io::Result<u32> {
        Err(reset())
    }
    #[retry(max = 1, backoff = fixed(2s), jitter = none)]
    async fn outer() -> io::Result<u32> {
        inner().await
    }
    let (_, record) = recorded(outer());
    assert_eq!(
        told(&record),
        "outer: ended, exhausted\n\
         \x20 1: connection reset (transient), then 2s\n\
         \x20 2: connection reset (transient)\n\
         inner: ended, exhausted\n\
         \x20 1: connection reset (transient), then 1s\n\
         \x20 2: connection reset (transient)\n\
         inner: ended, nested\n\
         \x20 1: connection reset (transient)"
    );
    assert_eq!(record.of("*::inner").count(), 2);
}

#[test]
fn hedges() {
    #[retry(max = 2, hedge = hedge(10ms, 2))]
    async fn hedged(count: &Cell<u32>) -> io::Result<u32> {
        count.set(count.get() + 1);
        match count.get() {
            1 => pending().await,
            2 => {
                sleep(ms(5)).await;
                Err(io::ErrorKind::NotFound.into())
            }
            _ => Ok(7),
        }
    }
    let (_, record) = recorded(hedged(&Cell::new(0)));
    assert_eq!(
        told(&record),
        "hedged: ended, permanent\n\
         \x20 1: unfinished\n\
         \x20 2, a hedge: entity not found (permanent)"
    );
    let (outcome, record) = recorded(hedged(&Cell::new(2)));
    assert_eq!(outcome.unwrap(), 7);
    assert_eq!(told(&record), "hedged: succeeded\n  1: ok");
}

/// What the engine decided for one attempt is lengthened by what another one was told.
#[test]
fn a_wait_that_a_push_back_holds_up() {
    #[derive(Debug, Transient)]
    enum Busy {
        #[transient(after = 0)]
        Later(Duration),
        #[transient]
        Now,
    }
    #[retry(max = 3, hedge = 10ms, backoff = fixed(100ms), jitter = none)]
    async fn hedged(count: &Cell<u32>) -> Result<u32, Busy> {
        count.set(count.get() + 1);
        let number = count.get();
        sleep(ms(20)).await;
        match number {
            1 => Err(Busy::Later(ms(2000))),
            2 => Err(Busy::Now),
            _ => Ok(7),
        }
    }
    let (_, record) = recorded(hedged(&Cell::new(0)));
    let call = record.call();
    assert_eq!(call.waits(), [ms(2000), ms(1990)], "{record}");
}

#[test]
fn runs_and_blocking_ones() {
    let policy = Policy::DEFAULT.with_max(1);
    let ((), record) = recorded(async {
        let _: io::Result<u32> = policy.run(async |_| Err(reset())).name("run").await;
        let run = policy.run_async(async |_| io::Result::<u32>::Err(reset()));
        let _ = run.name("lending").call().await;
        let run = policy.run_blocking(|_| io::Result::<u32>::Err(reset()));
        let _ = run.name("blocking").call();
        let _ = policy.run(async |_| io::Result::Ok(1)).await;
    });
    let [run, lending, blocking, unnamed] = record.calls() else {
        panic!("{record}")
    };
    for (call, name) in [(run, "run"), (lending, "lending"), (blocking, "blocking")] {
        assert_eq!(call.function(), name);
        assert_eq!(call.attempts().len(), 2, "{record}");
        assert_eq!(call.ending(), CallEnding::Failed(Ended::Exhausted));
        assert_eq!(
            call.attempts()[0].error(),
            Some("a `std::io::error::Error`")
        );
        assert_eq!(call.waits().len(), 1);
    }
    assert!(unnamed.function().contains("record.rs:"), "{record}");
    assert_eq!(unnamed.ending(), CallEnding::Succeeded);
}

#[test]
fn functions_that_block_wait_for_nothing_on_a_clock_that_stands_still() {
    #[retry(max = 2, backoff = fixed(1h), jitter = none)]
    fn get() -> io::Result<u32> {
        Err(reset())
    }
    let ((), record) = record_blocking(|| retry_runtime::testing::paused_blocking(|| drop(get())));
    assert_eq!(record.call().waits(), [Duration::from_secs(3600); 2]);
}

#[test]
fn a_call_that_is_dropped_is_unfinished() {
    let ((), record) = recorded(async {
        let failures = Cell::new(1);
        let mut call = Box::pin(get(&failures));
        // It waits for its retry.
        std::future::poll_fn(|cx| {
            assert!(call.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    });
    assert_eq!(
        told(&record),
        "get: unfinished\n  1: connection refused (not_sent), then 100ms"
    );
    let ((), record) = recorded(async {
        let mut call = Box::pin(Scope::current().wrap(hang()));
        assert!(!poll_once(&mut call));
    });
    assert_eq!(told(&record), "hang: unfinished\n  1: unfinished");
}

#[retry]
async fn hang() -> io::Result<u32> {
    pending().await
}

#[test]
fn calls_side_by_side_are_told_apart() {
    let (failing, fine) = (Cell::new(9), Cell::new(1));
    let ((), record) = recorded(async {
        let (mut failing, mut fine) = (Box::pin(get(&failing)), Box::pin(get(&fine)));
        let mut left = 2;
        let mut ended = [false; 2];
        std::future::poll_fn(|cx| {
            for (index, call) in [&mut failing, &mut fine].into_iter().enumerate() {
                if !ended[index] && call.as_mut().poll(cx).is_ready() {
                    ended[index] = true;
                    left -= 1;
                }
            }
            if left == 0 {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    });
    let lengths = record.calls().iter().map(|call| call.attempts().len());
    assert_eq!(lengths.collect::<Vec<_>>(), [4, 2], "{record}");
}

#[test]
fn each_record_has_what_is_inside_of_it() {
    let ((), outer) = recorded(async {
        let (_, inner) = record(get(&Cell::new(0))).await;
        assert_eq!(inner.calls().len(), 1);
        let _ = fail("*::get", 1, reset).during(get(&Cell::new(0))).await;
    });
    assert_eq!(outer.calls().len(), 2);
}

#[test]
#[should_panic = "more than one retried function was called:\n"]
fn the_one_call_is_the_only_one() {
    let ((), record) = recorded(async {
        let _ = get(&Cell::new(0)).await;
        let _ = get(&Cell::new(0)).await;
    });
    let _ = record.call();
}

#[test]
#[should_panic = "no retried function was called"]
fn no_call_is_not_one() {
    let _ = recorded(async {}).1.call();
}

#[test]
fn a_call_that_began_outside_is_not_recorded_from_its_middle() {
    let failures = Cell::new(1);
    block_on(paused(async {
        let mut call = Box::pin(get(&failures));
        assert!(!poll_once(&mut call));
        let (outcome, record) = record(call).await;
        assert!(outcome.is_ok());
        assert!(record.calls().is_empty(), "{record}");
    }));
}
