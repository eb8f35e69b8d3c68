//! `policy.run(..)`: every word of it, on a clock that stands still.

#![cfg(feature = "tokio")]

use retry_runtime::{Attempt, Backoff, Budget, Elapsed, Jitter, Policy, Transient, Verdict};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::task::consume_budget;
use tokio::time::{Instant, advance, sleep, timeout};

const MS: fn(u64) -> Duration = Duration::from_millis;
const PLAIN: Policy = Policy::DEFAULT.jitter(Jitter::NONE);

#[derive(Debug, PartialEq)]
enum Fault {
    Busy,
    Fatal,
    Late(Elapsed),
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        Verdict::from(matches!(self, Fault::Busy))
    }
}

impl From<Elapsed> for Fault {
    fn from(elapsed: Elapsed) -> Self {
        Fault::Late(elapsed)
    }
}

/// What happened, and how many milliseconds after the start.
struct Log {
    start: Instant,
    events: RefCell<Vec<(&'static str, u128)>>,
}

impl Log {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            events: RefCell::default(),
        }
    }

    fn note(&self, event: &'static str) {
        let at = self.start.elapsed().as_millis();
        self.events.borrow_mut().push((event, at));
    }

    fn events(&self) -> Vec<(&'static str, u128)> {
        self.events.borrow().clone()
    }

    fn times(&self, event: &str) -> Vec<u128> {
        let events = self.events();
        let times = events.iter().filter(|(name, _)| *name == event);
        times.map(|(_, at)| *at).collect()
    }
}

/// Notes that it was dropped.
struct Dropped<'a>(&'a Log);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

/// A run that does not end fails its test, and does not hang it.
async fn ended<F: Future>(run: F) -> F::Output {
    timeout(Duration::from_secs(10), run)
        .await
        .expect("the run ends")
}

fn on_deadline(fault: &Fault) -> bool {
    matches!(fault, Fault::Late(elapsed) if elapsed.is_deadline())
}

#[tokio::test(start_paused = true)]
async fn three_retries_are_four_attempts_at_exact_times() {
    let log = Log::new();
    let numbers = RefCell::new(Vec::new());
    let result: Result<(), _> = PLAIN
        .run(async |at| {
            log.note("attempt");
            numbers.borrow_mut().push((at.number(), at.is_retry()));
            Err(Fault::Busy)
        })
        .await;
    assert_eq!(result, Err(Fault::Busy));
    assert_eq!(log.times("attempt"), [0, 100, 250, 475]);
    let expected = [(1, false), (2, true), (3, true), (4, true)];
    assert_eq!(*numbers.borrow(), expected);
}

#[tokio::test(start_paused = true)]
async fn exact_delays_are_asked_of_the_given_timer_and_zero_of_none() {
    let waits = RefCell::new(Vec::new());
    let note = |wait: Duration| {
        waits.borrow_mut().push(wait);
        ready(())
    };
    let busy = async |_: Attempt| Err::<(), _>(Fault::Busy);
    let _ = PLAIN.max(5).run(busy).sleep(note).await;
    let expected = [100_000, 150_000, 225_000, 337_500, 506_250].map(Duration::from_micros);
    assert_eq!(waits.take(), expected);
    let _ = PLAIN.backoff(Backoff::none()).run(busy).sleep(note).await;
    assert_eq!(waits.take(), [], "a wait of zero asks no timer");
    let given = [7, 0, 9].map(MS);
    let _ = PLAIN.run(busy).sleep(note).backoff(given).await;
    assert_eq!(waits.take(), [MS(7), MS(9)]);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_given_delays_or_max_ends_the_retries() {
    for (max, attempts) in [(9, 3), (1, 2), (0, 1)] {
        let count = Cell::new(0);
        let run = PLAIN.max(max).run(async |_| {
            count.set(count.get() + 1);
            Err::<(), _>(Fault::Busy)
        });
        assert_eq!(run.backoff([MS(1), MS(2)]).await, Err(Fault::Busy));
        assert_eq!(count.get(), attempts, "max = {max}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_classifies_itself_unless_on_does() {
    let count = Cell::new(0);
    let fatal = async |_: Attempt| {
        count.set(count.get() + 1);
        Err::<(), _>(Fault::Fatal)
    };
    assert_eq!(PLAIN.run(fatal).await, Err(Fault::Fatal));
    assert_eq!(count.take(), 1);
    let _ = PLAIN.run(fatal).on(|fault| *fault == Fault::Fatal).await;
    assert_eq!(count.take(), 4);
    let start = Instant::now();
    let pushed = |_: &Fault| Verdict::refused().after(MS(5));
    let _ = PLAIN.run(fatal).on(pushed).await;
    assert_eq!((count.take(), start.elapsed()), (4, MS(15)));
}

#[tokio::test(start_paused = true)]
async fn a_response_is_retried_and_the_last_one_comes_back() {
    let budget = Budget::standard();
    let numbers = async |at: Attempt| Ok::<_, Fault>(at.number());
    let run = PLAIN.run(numbers).budget(&budget);
    assert_eq!(run.on_ok(|number| *number < 3).await, Ok(3));
    assert!(
        (28.0..29.0).contains(&budget.level()),
        "two of 30 are spent"
    );
    let run = PLAIN.run(numbers).budget(&budget);
    assert_eq!(run.on_ok(|_| Verdict::transient()).await, Ok(4));
    assert_eq!(PLAIN.run(numbers).on_ok(|_| false).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn every_attempt_has_a_fresh_timeout_and_a_cut_one_is_retried() {
    let log = Log::new();
    let policy = PLAIN.max(2).timeout(MS(50));
    let run = policy.run(async |at| {
        log.note("attempt");
        assert_eq!(at.remaining(), Some(MS(50)));
        let _dropped = Dropped(&log);
        pending().await
    });
    let result: Result<(), Fault> = ended(run).await;
    assert!(
        matches!(result, Err(Fault::Late(late)) if !late.is_deadline() && late.after() == MS(50))
    );
    assert_eq!(log.times("attempt"), [0, 150, 350]);
    assert_eq!(log.times("dropped"), [50, 200, 400], "before the wait");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_gone_before_the_next_one_is_made() {
    let log = Log::new();
    let policy = PLAIN.max(1).timeout(MS(50)).backoff(Backoff::none());
    let run = policy.run(|_| {
        log.note("made");
        let dropped = Dropped(&log);
        async move {
            let _dropped = dropped;
            pending::<Result<(), Fault>>().await
        }
    });
    assert!(ended(run).await.is_err());
    let expected = [("made", 0), ("dropped", 50), ("made", 50), ("dropped", 100)];
    assert_eq!(log.events(), expected);
}

#[tokio::test(start_paused = true)]
async fn each_retry_goes_to_the_next_node() {
    let nodes = [1, 2, 3];
    let chosen = RefCell::new(Vec::<u32>::new());
    let run = PLAIN.max(2).run(async |at| {
        chosen.borrow_mut().extend(at.choose(&nodes));
        Err::<(), _>(Fault::Busy)
    });
    let _ = run.await;
    let first = chosen.borrow()[0];
    assert_eq!(
        *chosen.borrow(),
        [first, first % 3 + 1, (first + 1) % 3 + 1]
    );

    let mut starts = HashSet::new();
    for _ in 0..100 {
        let run = PLAIN.run(async |at| Ok::<_, Fault>(at.choose(&nodes)));
        starts.insert(run.await.unwrap());
    }
    assert_eq!(starts.len(), 3, "clients spread over the nodes");
}

#[tokio::test(start_paused = true)]
async fn a_cut_attempt_goes_through_elapsed_and_on() {
    let count = Cell::new(0);
    let asked = Cell::new(0);
    let run = PLAIN
        .timeout(MS(50))
        .run(async |_| {
            count.set(count.get() + 1);
            pending().await
        })
        .elapsed(|elapsed| {
            if elapsed.is_deadline() {
                "deadline"
            } else {
                "timeout"
            }
        })
        .on(|error| {
            asked.set(asked.get() + 1);
            *error != "timeout"
        });
    let result: Result<(), &str> = ended(run).await;
    assert_eq!((result, count.get(), asked.get()), (Err("timeout"), 1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_the_attempt_in_flight_and_ends_the_call() {
    let log = Log::new();
    let policy = PLAIN.timeout(MS(100)).deadline(MS(250));
    let result: Result<(), Fault> = policy
        .run(async |at| {
            log.note("attempt");
            assert_eq!(
                at.remaining(),
                Some(if at.is_retry() { MS(50) } else { MS(100) })
            );
            pending().await
        })
        .on(|_| true)
        .await;
    assert!(on_deadline(&result.unwrap_err()));
    assert_eq!(log.times("attempt"), [0, 200]);
    assert_eq!(log.start.elapsed(), MS(250));
}

#[tokio::test(start_paused = true)]
async fn no_retry_is_waited_for_that_could_not_start_in_time() {
    let start = Instant::now();
    let policy = PLAIN.deadline(MS(250));
    let result: Result<(), _> = policy.run(async |_| Err(Fault::Busy)).await;
    assert_eq!(result, Err(Fault::Busy), "the last error, not the deadline");
    assert_eq!(start.elapsed(), MS(100), "the second wait would end at 250");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_counts_from_the_first_poll() {
    let run = PLAIN
        .deadline(MS(150))
        .run(async |at| Ok::<_, Fault>(at.remaining()));
    sleep(MS(500)).await;
    assert_eq!(run.await, Ok(Some(MS(150))));
}

#[tokio::test(start_paused = true)]
async fn a_run_without_limits_asks_nothing_of_the_error() {
    let policy = PLAIN.timeout(MS(1)).deadline(MS(1));
    let run = policy.run(async |at: Attempt| {
        sleep(MS(10)).await;
        Err::<(), _>(at.remaining())
    });
    assert_eq!(ended(run.on(|_| false).untimed()).await, Err(None));
}

#[tokio::test(start_paused = true)]
async fn before_retry_comes_between_the_delay_and_the_attempt() {
    let log = Log::new();
    let result: Result<(), _> = PLAIN
        .max(1)
        .timeout(MS(20))
        .run(async |at| {
            log.note(if at.is_retry() { "retry" } else { "attempt" });
            assert_eq!(at.remaining(), Some(MS(20)), "the hook takes nothing of it");
            Err(Fault::Busy)
        })
        .before_retry(async |at| {
            assert_eq!((at.number(), at.remaining()), (2, None));
            sleep(MS(40)).await;
            log.note("hook");
        })
        .await;
    assert_eq!(result, Err(Fault::Busy));
    assert_eq!(
        log.events(),
        [("attempt", 0), ("hook", 140), ("retry", 140)]
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_of_before_retry_is_the_outcome_of_that_retry() {
    let log = Log::new();
    let result: Result<u32, _> = PLAIN
        .run(async |at| {
            log.note("attempt");
            if at.number() < 3 {
                Err(Fault::Busy)
            } else {
                Ok(at.number())
            }
        })
        .before_retry(async |at| {
            log.note("hook");
            if at.number() == 2 {
                Err(Fault::Busy)
            } else {
                Ok(())
            }
        })
        .await;
    assert_eq!(result, Ok(3));
    assert_eq!(log.times("hook"), [100, 250]);
    assert_eq!(log.times("attempt"), [0, 250]);

    let busy = async |_: Attempt| Err::<(), _>(Fault::Busy);
    let run = PLAIN.run(busy).before_retry(async |_| Err(Fault::Fatal));
    assert_eq!(run.await, Err(Fault::Fatal), "classified like any other");
    let hooks = Cell::new(0);
    let run = PLAIN.run(busy).before_retry(async |_| {
        hooks.set(hooks.get() + 1);
        Err(Fault::Busy)
    });
    assert_eq!((run.await, hooks.get()), (Err(Fault::Busy), 3));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_before_retry() {
    let start = Instant::now();
    let run = PLAIN
        .deadline(MS(180))
        .run(async |_| Err::<(), _>(Fault::Busy));
    let result = ended(run.before_retry(|_| pending::<()>())).await;
    assert!(on_deadline(&result.unwrap_err()));
    assert_eq!(start.elapsed(), MS(180));
}

#[tokio::test(start_paused = true)]
async fn the_budget_pays_for_retries_and_earns_from_successes() {
    let budget = Budget::new(100).unwrap().reserve(4);
    let count = Cell::new(0);
    for _ in 0..5 {
        let run = PLAIN.run(async |_| {
            count.set(count.get() + 1);
            Err::<(), _>(Fault::Busy)
        });
        let _ = run.budget(&budget).await;
    }
    assert_eq!(count.get(), 5 + 4);
    let _ = PLAIN
        .run(async |_| Ok::<_, Fault>(()))
        .budget(&budget)
        .await;
    assert!(budget.level() > 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_not_retried() {
    let inner = Cell::new(0);
    let hooked = Cell::new(0);
    let fail = async |count: &Cell<u32>| {
        let run = PLAIN.run(async |_| {
            count.set(count.get() + 1);
            Err::<(), _>(Fault::Busy)
        });
        run.await
    };
    let run = PLAIN.run(async |_| fail(&inner).await);
    let hook = async |_: Attempt| drop(fail(&hooked).await);
    assert_eq!(run.before_retry(hook).await, Err(Fault::Busy));
    assert_eq!(
        inner.get(),
        4 + 3,
        "four inside the first, one inside each retry"
    );
    assert_eq!(hooked.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_run_stops_everything() {
    // In the first attempt, in the wait from 100, in the hook from 200, in the retry from 250.
    for (after, expected) in [(50, 1), (130, 1), (220, 1), (260, 2)] {
        let log = Log::new();
        let budget = Budget::standard();
        let run = PLAIN
            .run(async |_| {
                let _dropped = Dropped(&log);
                log.note("attempt");
                sleep(MS(100)).await;
                Err::<(), _>(Fault::Busy)
            })
            .before_retry(async |_| {
                let _dropped = Dropped(&log);
                sleep(MS(50)).await;
                log.note("hooked");
            })
            .budget(&budget);
        assert!(timeout(MS(after), run).await.is_err());
        let events = log.events();
        sleep(Duration::from_secs(60)).await;
        assert_eq!(log.events(), events, "dropped after {after} ms");
        assert_eq!(log.times("attempt").len(), expected);
        let begun = log.times("attempt").len() + log.times("hooked").len();
        assert!(log.times("dropped").len() >= begun, "nothing is left");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_never_starts_is_given_back() {
    for (after, level) in [(50, 30.0), (120, 30.0), (160, 29.0)] {
        let budget = Budget::standard();
        let run = PLAIN
            .run(async |at| {
                if at.is_retry() {
                    pending().await
                } else {
                    Err::<(), _>(Fault::Busy)
                }
            })
            .before_retry(async |_| sleep(MS(50)).await)
            .budget(&budget);
        assert!(timeout(MS(after), run).await.is_err());
        assert_eq!(
            budget.level().to_bits(),
            f64::to_bits(level),
            "after {after} ms"
        );
    }
}

/// In every poll a millisecond goes by, and all of tokio's cooperative budget.
async fn greedy() -> Result<(), Fault> {
    poll_fn(|cx| {
        let _ = pin!(advance(MS(1))).poll(cx);
        while pin!(consume_budget()).poll(cx).is_ready() {}
        Poll::Pending
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_starves_the_timer_is_cut_all_the_same() {
    let start = Instant::now();
    let result = ended(PLAIN.max(0).timeout(MS(20)).run(|_| greedy())).await;
    assert!(matches!(result, Err(Fault::Late(_))));
    assert!(start.elapsed() < MS(30), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_run_is_a_future_that_can_be_spawned() {
    fn sendable<F: Future + Send + 'static>(future: F) -> F {
        future
    }
    let run = PLAIN.run(async |at: Attempt| Ok::<_, Fault>(at.number()));
    assert_eq!(tokio::spawn(sendable(run)).await.unwrap(), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_may_lend_and_move_and_change() {
    let mut sum = 0;
    let text = String::from("abc");
    let result: Result<usize, Fault> = PLAIN
        .run(|at| {
            sum += at.number();
            let text = text.clone();
            async move {
                if at.is_retry() {
                    Ok(text.len())
                } else {
                    Err(Fault::Busy)
                }
            }
        })
        .name("example")
        .await;
    assert_eq!((result, sum), (Ok(3), 3));
}
