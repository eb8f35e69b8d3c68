//! What hedging is for: "The Tail at Scale", on a clock that costs no time.

use crate::support::{Outcome, ms, policy};

use retry_runtime::__private as rt;
use retry_runtime::HedgeDelay;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const CALLS: u32 = 10_000;

/// Answers within 5 to 15 ms, and every 100th after a second.
async fn answer(random: &RefCell<fastrand::Rng>, load: &Cell<u32>) -> Outcome {
    load.set(load.get() + 1);
    let latency = {
        let mut random = random.borrow_mut();
        if load.get() % 100 == 0 {
            ms(1000)
        } else {
            Duration::from_micros(random.u64(5_000..15_000))
        }
    };
    sleep(latency).await;
    Ok(0)
}

/// The 99th percentile of the calls' latencies, and the attempts made.
async fn measure(hedge: &impl retry_runtime::checks::HedgeAfter) -> (Duration, u32) {
    let random = RefCell::new(fastrand::Rng::with_seed(11));
    let load = Cell::new(0);
    let site = rt::Site::new(rt::Name::written("call"), policy(3));
    let mut latencies = Vec::new();
    for _ in 0..CALLS {
        let begin = Instant::now();
        let plan = rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(hedge));
        let (outcome, _) = rt::hedged(
            rt::Hedges::<1>,
            plan,
            rt::sleep,
            |call| async {
                let _ = call.begin();
                rt::Tried::new(answer(&random, &load).await, None)
            },
            |outcome| rt::shown!(outcome),
            rt::FailureHandler((), ()),
        )
        .await;
        outcome.unwrap();
        latencies.push(begin.elapsed());
    }
    latencies.sort();
    (latencies[latencies.len() * 99 / 100], load.get())
}

#[tokio::test(start_paused = true)]
async fn one_slow_answer_in_100_no_longer_makes_the_99th_percentile() {
    let (unhedged, load) = measure(&None::<Duration>).await;
    assert_eq!((unhedged, load), (ms(1000), CALLS));

    let (p99, load) = measure(&ms(50)).await;
    assert!(p99 <= ms(50 + 16), "{p99:?}");
    assert!(load <= CALLS * 102 / 100, "{load}");

    let (p99, load) = measure(&HedgeDelay::new()).await;
    assert!(p99 <= ms(2 * 16), "{p99:?}");
    assert!(load <= CALLS * 105 / 100, "{load}");
}
