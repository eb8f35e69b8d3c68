//! `hedge` as an expression: what it may be, and a delay that follows.

use crate::support::{Service, Told, call, ms, never, ok, policy, transient};

use retry_runtime::__private as rt;
use retry_runtime::{Budget, HedgeDelay};
use std::sync::Arc;

/// A delay of about 50 ms, with 10 hedges saved up.
fn learnt() -> HedgeDelay {
    let delay = HedgeDelay::new().extra_load(100).unwrap();
    for _ in 0..200 {
        delay.observe(ms(50));
    }
    delay
}

fn following(delay: &HedgeDelay) -> Told<'_> {
    Told {
        follows: Some(delay),
        ..Told::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_follows_is_waited_for_once_it_knows_enough() {
    let fresh = HedgeDelay::new();
    let service = Service::new([ok(500), never()]);
    let ending = call!(1, &service, policy(3), following(&fresh)).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0]);

    let learnt = learnt();
    let service = Service::new([ok(500), never()]);
    let ending = call!(1, &service, policy(3), following(&learnt)).await;
    assert_eq!(ending, (Ok(1), None));
    let starts = service.starts();
    assert!(
        starts.len() == 2 && (49..=52).contains(&starts[1]),
        "{starts:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn its_cap_refuses_hedges_and_the_budget_gets_back_what_it_paid() {
    let delay = learnt();
    while delay.try_hedge() {}
    let budget = Budget::standard().reserve(30);
    let told = Told {
        budget: Some(&budget),
        ..following(&delay)
    };
    let service = Service::new([ok(500), never()]);
    let ending = call!(1, &service, policy(3), told).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0]);
    assert!(budget.level() >= 30.0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_budget_costs_no_hedge_of_the_cap() {
    let delay = learnt();
    let budget = Budget::standard();
    while budget.try_retry(0) {}
    let told = Told {
        budget: Some(&budget),
        ..following(&delay)
    };
    let service = Service::new([ok(500), never()]);
    call!(1, &service, policy(3), told).await.0.unwrap();
    assert_eq!((0..20).filter(|_| delay.try_hedge()).count(), 10);
}

#[tokio::test(start_paused = true)]
async fn it_observes_from_the_first_start_to_the_success() {
    let delay = HedgeDelay::new().percentile(50).unwrap();
    let told = Told {
        after: None,
        ..following(&delay)
    };
    for _ in 0..20 {
        call!(1, &Service::new([ok(30)]), policy(3), told)
            .await
            .0
            .unwrap();
    }
    let learnt = delay.delay().unwrap().as_millis();
    assert!((29..=31).contains(&learnt));
    // Won by the hedge, about 90 ms after the first start.
    for _ in 0..300 {
        let service = Service::new([never(), ok(60)]);
        call!(1, &service, policy(3), told).await.0.unwrap();
    }
    let learnt = delay.delay().unwrap().as_millis();
    assert!(learnt > 85, "{learnt} ms is the time of the winner alone");
}

#[tokio::test(start_paused = true)]
async fn a_call_in_which_an_attempt_failed_is_not_observed() {
    let delay = HedgeDelay::new().percentile(50).unwrap();
    for _ in 0..100 {
        let service = Service::new([transient(10), ok(10)]);
        call!(1, &service, policy(3), following(&delay))
            .await
            .0
            .unwrap();
    }
    assert_eq!(delay.delay(), None);
    assert!(!delay.try_hedge(), "a success would have earned a tenth");
}

#[test]
fn a_delay_is_given_in_many_ways() {
    fn told<H: retry_runtime::checks::HedgeAfter + ?Sized>(given: &H) -> String {
        format!("{:?}", rt::hedge_after(given))
    }
    let learnt = learnt();
    let follows = told(&learnt);
    assert!(follows.contains("HedgeDelay"));
    assert_eq!(told(&&learnt), follows);
    assert_eq!(told(&Some(&learnt)), follows);
    let shared = Arc::new(learnt);
    assert_eq!(told(&shared), follows);
    assert_eq!(told(&shared.delay()), told(&shared.delay().unwrap()));
    assert_eq!(told(&ms(5)), told(&Some(ms(5))));
    assert!(told(&None::<std::time::Duration>).contains("after: None"));
}
