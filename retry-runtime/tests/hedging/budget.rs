//! The budget pays for hedges and retries, and gets back what was not needed.

use crate::support::{Service, Told, call, never, ok, permanent, policy, told, transient};

use retry_runtime::__private as rt;
use retry_runtime::{Budget, Ended};

/// A budget whose first tokens are there already: 30.
fn full() -> Budget {
    let budget = Budget::standard().reserve(30);
    assert!(budget.try_retry(0));
    budget.refund();
    budget
}

fn paid_by(budget: &Budget) -> Told<'_> {
    Told {
        budget: Some(budget),
        ..told()
    }
}

/// Spent so far, without the fractions that successes earn.
fn spent(budget: &Budget) -> f64 {
    (30.0 - budget.level()).ceil()
}

#[tokio::test(start_paused = true)]
async fn each_hedge_takes_one() {
    let budget = full();
    let service = Service::new([never(), never(), ok(10)]);
    let ending = call!(2, &service, policy(3), paid_by(&budget)).await;
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(spent(&budget).to_bits(), 2.0_f64.to_bits());
}

#[tokio::test(start_paused = true)]
async fn an_empty_budget_makes_no_hedge_and_no_retry() {
    let budget = full();
    while budget.try_retry(0) {}
    let service = Service::new([ok(500), never()]);
    let ending = call!(2, &service, policy(3), paid_by(&budget)).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0]);

    let service = Service::new([transient(500)]);
    let (_, ended) = call!(2, &service, policy(3), paid_by(&budget)).await;
    assert_eq!(ended, Some(Ended::Budget));
    assert_eq!(service.starts(), [0]);
}

#[tokio::test(start_paused = true)]
async fn the_last_token_goes_to_the_hedge_and_none_to_the_retry() {
    let budget = full();
    while budget.level() >= 2.0 {
        assert!(budget.try_retry(0));
    }
    let service = Service::new([ok(500), transient(10)]);
    let ending = call!(2, &service, policy(1), paid_by(&budget)).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0, 50]);
}

#[tokio::test(start_paused = true)]
async fn a_success_is_earned_from_once() {
    let budget = Budget::new(100).unwrap().reserve(30);
    assert!(budget.try_retry(0));
    let service = Service::new([ok(60), ok(10)]);
    let ending = call!(1, &service, policy(1), paid_by(&budget)).await;
    assert_eq!(ending, (Ok(1), None));
    // 29, less a hedge, and one success that has just come in.
    assert!((budget.level() - 29.0).abs() < 0.1);
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_another_attempt_makes_needless_is_given_back() {
    let budget = full();
    // The hedge fails at 60 and waits until 160; the first one succeeds at 100.
    let service = Service::new([ok(100), transient(10)]);
    let ending = call!(1, &service, policy(3), paid_by(&budget)).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(spent(&budget).to_bits(), 1.0_f64.to_bits());
    // The same where a permanent error does.
    let budget = full();
    let service = Service::new([permanent(100), transient(10)]);
    let (_, ended) = call!(1, &service, policy(3), paid_by(&budget)).await;
    assert_eq!(ended, Some(Ended::Permanent));
    assert_eq!(spent(&budget).to_bits(), 1.0_f64.to_bits());
}

#[tokio::test(start_paused = true)]
async fn a_hedge_whose_hook_is_not_over_is_given_back() {
    let budget = full();
    let site = rt::Site::new(rt::Name::written("call"), policy(3));
    let delay = std::time::Duration::from_millis(50);
    let plan = rt::HedgedTerms::of(site.paid_by(&budget), rt::hedge_after(&delay));
    let service = Service::new([ok(100)]);
    let (outcome, ended) = rt::hedged(
        rt::Hedges::<1>,
        plan,
        rt::sleep,
        |call| async {
            if call.is_retry() {
                let () = std::future::pending().await;
            }
            let number = call.begin().attempt(7, None).number();
            rt::Tried::new(service.answer(number).await, None)
        },
        |outcome| rt::shown!(outcome),
        rt::FailureHandler((), ()),
    )
    .await;
    assert_eq!((outcome, ended), (Ok(1), None));
    assert!(budget.level() >= 30.0);
}
