//! The budget.

use crate::support::{Fault, MS, PLAIN};
use retry_runtime::Budget;
use std::cell::Cell;
use std::future::pending;
use tokio::time::{sleep, timeout};

#[tokio::test(start_paused = true)]
async fn the_budget_pays_for_retries_and_earns_from_successes() {
    let budget = Budget::new(100).unwrap().reserve(10);
    let count = Cell::new(0);
    for _ in 0..6 {
        let run = PLAIN.run(async |_| {
            count.set(count.get() + 1);
            Err::<(), _>(Fault::Busy)
        });
        let _ = run.budget(&budget).await;
    }
    assert_eq!(count.get(), 6 + 10);
    let _ = PLAIN
        .run(async |_| Ok::<_, Fault>(()))
        .budget(&budget)
        .await;
    assert!(budget.level() > 0.0);
}

/// It starts with its hook, as in an annotated function: the hook may be load, too.
#[tokio::test(start_paused = true)]
async fn a_retry_that_never_starts_is_given_back() {
    for (after, level) in [(50, 30.0), (120, 29.0), (160, 29.0)] {
        let budget = Budget::standard().reserve(30);
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
