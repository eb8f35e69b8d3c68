//! Two options at once, where one could undo the other.

mod outage;
mod support;

use outage::{Alive, Breaker, Door};
use retry_runtime::gate::GateOutcome;
use retry_runtime::{Budget, Ended, Rejected, Verdict, retry};
use std::cell::{Cell, RefCell};
use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;
use support::{Calls, Fault, ms, timed};
use tokio::time::sleep;

const FAILURE: GateOutcome = GateOutcome::Failure(Verdict::transient());

thread_local! {
    static TOLD: Cell<Option<Ended>> = const { Cell::new(None) };
}

fn tell(error: Fault, ended: Ended) -> Result<u32, Fault> {
    TOLD.set(Some(ended));
    Err(error)
}

fn rejected(_: Rejected) -> Fault {
    Fault::Bad(503)
}

mod timeout_and_hedge {
    use super::*;

    #[retry(max = 2, timeout = 80ms, hedge(50ms, 2), jitter = none, on = |_| true)]
    async fn hanging(calls: &Calls, alive: &Alive) -> Result<u32, Fault> {
        let _alive = alive.guard();
        calls.next();
        pending().await
    }

    #[retry(max = 1, timeout = 80ms, hedge = 50ms)]
    async fn slow_second(calls: &Calls) -> Result<u32, Fault> {
        if calls.next() == 1 {
            pending::<()>().await;
        }
        sleep(ms(70)).await;
        Ok(calls.count())
    }

    #[tokio::test(start_paused = true)]
    async fn each_attempt_has_the_timeout_for_itself() {
        // Started at 50 and cut at 130, not at 80.
        let calls = Calls::new();
        assert_eq!(timed(slow_second(&calls)).await, (Ok(2), ms(120)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_is_cut_is_dropped_and_the_others_go_on() {
        let (calls, alive) = (Calls::new(), Alive::default());
        let call = tokio::time::timeout(ms(85), hanging(&calls, &alive));
        let watch = async {
            sleep(ms(82)).await;
            alive.count()
        };
        let (outcome, running) = tokio::join!(call, watch);
        assert!(outcome.is_err());
        assert_eq!(running, 1, "of two, the first one was cut");
        assert_eq!(alive.count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn all_cut_the_call_ends_with_the_last_one() {
        // 0, 50, and after the first was cut at 80 its retry at 180.
        let (calls, alive) = (Calls::new(), Alive::default());
        let (outcome, took) = timed(hanging(&calls, &alive)).await;
        assert!(matches!(outcome, Err(Fault::Late(late)) if late.after() == ms(80)));
        assert_eq!(calls.count(), 3);
        assert_eq!(took, ms(260));
    }
}

mod deadline_and_push_back {
    use super::*;

    #[retry(deadline = 5s, fallback = |error, ended| tell(error, ended))]
    async fn busy(calls: &Calls, wait: Duration) -> Result<u32, Fault> {
        match calls.next() {
            1 => Err(Fault::Busy(wait)),
            number => Ok(number),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_push_back_within_the_deadline_is_waited_for() {
        assert_eq!(
            timed(busy(&Calls::new(), ms(4900))).await,
            (Ok(2), ms(4900))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_past_the_deadline_is_the_end_at_once() {
        for wait in [5000, 6000, 29_000] {
            let (outcome, took) = timed(busy(&Calls::new(), ms(wait))).await;
            assert_eq!((outcome, took), (Err(Fault::Busy(ms(wait))), ms(0)));
            assert_eq!(TOLD.get(), Some(Ended::Deadline));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_of_a_day_holds_no_client() {
        let day = ms(86_400_000);
        let (outcome, took) = timed(busy(&Calls::new(), day)).await;
        assert_eq!((outcome, took), (Err(Fault::Busy(day)), ms(0)));
        assert_eq!(TOLD.get(), Some(Ended::Pushback));
    }
}

mod budget_and_hedge {
    use super::*;

    #[retry(max = 2, hedge(50ms, 2), budget = budget, fallback = |error, ended| tell(error, ended))]
    async fn slow(budget: &Budget, calls: &Calls, fails: bool) -> Result<u32, Fault> {
        let number = calls.next();
        sleep(ms(200)).await;
        if fails {
            Err(Fault::Down(number))
        } else {
            Ok(number)
        }
    }

    fn with_tokens(tokens: u32) -> Budget {
        let budget = Budget::standard().reserve(tokens.max(2));
        for _ in tokens..tokens.max(2) {
            assert!(budget.try_retry(0));
        }
        budget
    }

    #[tokio::test(start_paused = true)]
    async fn a_hedge_that_the_budget_refuses_is_not_started() {
        for (tokens, calls_expected) in [(0, 1), (1, 2), (2, 3)] {
            let (budget, calls) = (with_tokens(tokens), Calls::new());
            assert_eq!(slow(&budget, &calls, false).await, Ok(1));
            assert_eq!(calls.count(), calls_expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn hedges_and_retries_share_it() {
        let (budget, calls) = (with_tokens(1), Calls::new());
        // The hedge takes the last token, so that no failure is retried.
        assert!(slow(&budget, &calls, true).await.is_err());
        assert_eq!(calls.count(), 2);
        assert_eq!(TOLD.get(), Some(Ended::Budget));
        assert!(budget.level() < 1e-6);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_dropped_before_its_hedge_has_spent_nothing() {
        let (budget, calls) = (with_tokens(2), Calls::new());
        let call = tokio::time::timeout(ms(49), slow(&budget, &calls, false));
        assert!(call.await.is_err());
        assert!((budget.level() - 2.0).abs() < 1e-6);
    }
}

mod breaker_and_nested {
    use super::*;

    #[retry(max = 3, backoff = none, budget = none)]
    async fn outer(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
        inner(breaker, calls).await
    }

    #[retry(max = 3, backoff = none, budget = none, breaker = breaker, rejected = rejected)]
    async fn inner(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }

    #[retry(max = 3, backoff = none, budget = none, breaker = breaker, rejected = rejected)]
    async fn guarded(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
        plain(calls).await
    }

    #[retry(max = 3, backoff = none, budget = none)]
    async fn plain(calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }

    #[tokio::test]
    async fn the_attempts_of_all_layers_are_admitted_and_heard_of() {
        let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
        assert_eq!(outer(&breaker, &calls).await, Err(Fault::Down(7)));
        assert_eq!(breaker.heard(), [FAILURE; 7]);
    }

    #[tokio::test]
    async fn an_inner_rejection_ends_the_outer_retries_by_its_own_error() {
        let (breaker, calls) = (Breaker::new(Door::OpensAt(2)), Calls::new());
        // `Bad` is permanent: the outer layer fails fast as well.
        assert_eq!(outer(&breaker, &calls).await, Err(Fault::Bad(503)));
        assert_eq!(calls.count(), 2);
    }

    #[tokio::test]
    async fn an_outer_breaker_hears_of_its_own_attempts_alone() {
        let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
        assert!(guarded(&breaker, &calls).await.is_err());
        assert_eq!(calls.count(), 4 + 3);
        assert_eq!(breaker.heard(), [FAILURE; 4]);
    }

    /// What was a probe further out is one attempt, whatever there is inside.
    #[tokio::test]
    async fn a_probe_keeps_the_retries_inside() {
        let (breaker, calls) = (Breaker::new(Door::HalfOpen), Calls::new());
        assert!(guarded(&breaker, &calls).await.is_err());
        assert_eq!(calls.count(), 4);
        assert_eq!(breaker.heard(), [FAILURE]);
    }
}

mod fallback_and_deadline {
    use super::*;

    #[retry(deadline = 1s, fallback = |error, ended| async move {
        TOLD.set(Some(ended));
        sleep(ms(500)).await;
        if matches!(error, Fault::Late(late) if late.is_deadline()) { Ok(7) } else { Err(error) }
    })]
    async fn hanging() -> Result<u32, Fault> {
        pending().await
    }

    #[retry(deadline = 1s, backoff = fixed(900ms), jitter = none, fallback = |error, ended| tell(error, ended))]
    async fn failing(calls: &Calls) -> Result<u32, Fault> {
        sleep(ms(200)).await;
        calls.fail()
    }

    #[retry(deadline = 1s, before_retry = |_| pending::<()>(), fallback = |error, ended| tell(error, ended))]
    async fn hanging_hook(calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }

    #[tokio::test(start_paused = true)]
    async fn it_sees_that_time_ran_out_and_has_time_of_its_own() {
        assert_eq!(timed(hanging()).await, (Ok(7), ms(1500)));
        assert_eq!(TOLD.get(), Some(Ended::Deadline));
    }

    #[tokio::test(start_paused = true)]
    async fn it_comes_at_once_where_no_retry_could_start() {
        let (outcome, took) = timed(failing(&Calls::new())).await;
        assert_eq!((outcome, took), (Err(Fault::Down(1)), ms(200)));
        assert_eq!(TOLD.get(), Some(Ended::Deadline));
    }

    #[tokio::test(start_paused = true)]
    async fn it_stands_in_for_a_hook_that_is_cut() {
        let (outcome, took) = timed(hanging_hook(&Calls::new())).await;
        assert!(matches!(outcome, Err(Fault::Late(_))));
        assert_eq!(took, ms(1000));
        assert_eq!(TOLD.get(), Some(Ended::Deadline));
    }
}

mod before_retry_and_hedge {
    use super::*;

    struct Client {
        begun: tokio::time::Instant,
        log: Mutex<Vec<(u128, &'static str, u32)>>,
    }

    impl Client {
        fn new() -> Self {
            let begun = tokio::time::Instant::now();
            let log = Mutex::default();
            Self { begun, log }
        }

        fn note(&self, what: &'static str, number: u32) {
            let now = self.begun.elapsed().as_millis();
            self.log.lock().unwrap().push((now, what, number));
        }

        async fn connect(&self, number: u32) -> Result<(), Fault> {
            self.note("hook", number);
            sleep(ms(20)).await;
            if number == 9 {
                Err(Fault::Bad(9))
            } else {
                Ok(())
            }
        }

        #[retry(hedge(50ms, 2), attempt = at, before_retry = |retry| self.connect(retry.number()))]
        async fn get(&self) -> Result<u32, Fault> {
            self.note("attempt", at.number());
            if at.number() < 3 {
                pending::<()>().await;
            }
            Ok(at.number())
        }

        #[retry(hedge = 50ms, before_retry = |_| async { Err::<(), Fault>(Fault::Bad(1)) })]
        async fn fails_in_its_hook(&self) -> Result<u32, Fault> {
            self.note("attempt", 1);
            sleep(ms(100)).await;
            Ok(1)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_runs_before_each_hedge_beside_what_is_pending() {
        let client = Client::new();
        assert_eq!(timed(client.get()).await, (Ok(3), ms(120)));
        let expected = [
            (0, "attempt", 1),
            (50, "hook", 2),
            (70, "attempt", 2),
            (100, "hook", 3),
            (120, "attempt", 3),
        ];
        assert_eq!(*client.log.lock().unwrap(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn its_error_is_the_hedges_and_beats_no_pending_attempt() {
        let client = Client::new();
        assert_eq!(timed(client.fails_in_its_hook()).await, (Ok(1), ms(100)));
        assert_eq!(client.log.lock().unwrap().len(), 1);
    }
}

mod attempt_and_hedge {
    use super::*;

    #[retry(max = 3, hedge(50ms, 3), attempt = at, timeout = 400ms)]
    async fn spread(nodes: &[u32], seen: &Mutex<Vec<(u32, u32, bool)>>) -> Result<u32, Fault> {
        let node = *at.choose(nodes).unwrap();
        seen.lock()
            .unwrap()
            .push((at.number(), node, at.is_retry()));
        assert_eq!(at.remaining(), Some(ms(400)), "of its own timeout");
        sleep(ms(300)).await;
        Ok(at.number())
    }

    #[tokio::test(start_paused = true)]
    async fn each_hedge_has_its_number_and_another_node() {
        let seen = Mutex::default();
        assert_eq!(spread(&[1, 2, 3, 4], &seen).await, Ok(1));
        let seen = seen.into_inner().unwrap();
        let numbers: Vec<_> = seen
            .iter()
            .map(|(number, _, retry)| (*number, *retry))
            .collect();
        assert_eq!(numbers, [(1, false), (2, true), (3, true), (4, true)]);
        let mut nodes: Vec<_> = seen.iter().map(|(_, node, _)| *node).collect();
        nodes.sort_unstable();
        assert_eq!(nodes, [1, 2, 3, 4]);
    }
}

mod breaker_and_hedge {
    use super::*;

    #[retry(max = 2, hedge(50ms, 2), budget = budget, breaker = breaker, rejected = rejected,
        fallback = |error, ended| tell(error, ended))]
    async fn slow(
        budget: &Budget,
        breaker: &Breaker,
        calls: &Calls,
        fails: bool,
    ) -> Result<u32, Fault> {
        let number = calls.next();
        sleep(ms(200)).await;
        if fails {
            Err(Fault::Down(number))
        } else {
            Ok(number)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn losers_are_abandoned() {
        let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
        let outcome = slow(&Budget::standard(), &breaker, &calls, false).await;
        assert_eq!(outcome, Ok(1));
        let abandoned = GateOutcome::Abandoned;
        assert_eq!(
            breaker.heard(),
            [GateOutcome::Success, abandoned, abandoned]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_hedge_that_is_rejected_is_not_paid_for_and_ends_the_hedging() {
        let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
        let budget = Budget::standard();
        let open = async {
            sleep(ms(10)).await;
            breaker.set(Door::Open);
        };
        let (outcome, ()) = tokio::join!(slow(&budget, &breaker, &calls, false), open);
        assert_eq!(outcome, Ok(1), "what is pending may still succeed");
        assert_eq!(calls.count(), 1);
        // All that was paid is back, and the success has earned its share.
        assert!(
            (30.0..30.21).contains(&budget.level()),
            "{}",
            budget.level()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_rejection_is_the_reason_where_nothing_succeeds() {
        let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
        let open = async {
            sleep(ms(10)).await;
            breaker.set(Door::Open);
        };
        let budget = Budget::standard();
        let (outcome, ()) = tokio::join!(slow(&budget, &breaker, &calls, true), open);
        assert_eq!(outcome, Err(Fault::Down(1)), "the service's own error");
        assert_eq!(TOLD.get(), Some(Ended::Rejected));
        let (outcome, took) = timed(slow(&budget, &breaker, &calls, true)).await;
        assert_eq!((outcome, took), (Err(Fault::Bad(503)), ms(0)));
    }
}

mod hook_and_breaker {
    use super::*;

    thread_local! {
        static LOG: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    }

    #[retry(backoff = none, breaker = breaker, rejected = rejected,
        before_retry = |retry| LOG.with_borrow_mut(|log| log.push(retry.number())))]
    async fn get(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }

    #[tokio::test]
    async fn no_hook_runs_for_a_retry_that_is_rejected() {
        let (breaker, calls) = (Breaker::new(Door::OpensAt(2)), Calls::new());
        assert_eq!(get(&breaker, &calls).await, Err(Fault::Bad(503)));
        assert_eq!(LOG.take(), [2]);
    }
}
