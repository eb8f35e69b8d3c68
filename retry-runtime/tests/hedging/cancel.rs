//! Dropping the call at any point drops all of it.

use crate::support::{
    Answer, Service, Told, call, err, ms, never, ok, permanent, policy, told, transient,
};

use retry_runtime::{Budget, Policy, Verdict};
use std::future::poll_fn;
use std::task::Poll;

/// Drops the call after every number of polls that it may take, and looks for
/// what is left of it.
async fn walk(policy: Policy, answers: &[Answer]) {
    for polls in 0..100 {
        let budget = Budget::standard().reserve(30);
        assert!(budget.try_retry(0));
        let service = Service::new(answers);
        let told = Told {
            budget: Some(&budget),
            ..told()
        };
        let mut call = Box::pin(call!(2, &service, policy, told));
        let mut left = polls;
        let over = poll_fn(|cx| {
            if left == 0 {
                return Poll::Ready(false);
            }
            left -= 1;
            call.as_mut().poll(cx).map(|_| true)
        })
        .await;
        drop(call);
        assert_eq!(service.running(), 0, "after {polls} polls");
        let retries = service.starts().len().saturating_sub(1);
        let level = 29.0 - f64::from(u32::try_from(retries).unwrap());
        // A retry that has succeeded pays for itself and for the failure before it.
        let earned = if over { 2.0 } else { 0.0 };
        let left = budget.level() - level;
        assert!(
            (0.0..0.25).contains(&left) || (earned..earned + 0.25).contains(&left),
            "{retries} retries were made and {} are left, after {polls} polls",
            budget.level()
        );
        if over {
            assert!(polls > 2, "the walk saw next to nothing");
            return;
        }
    }
    panic!("the call does not end");
}

#[tokio::test(start_paused = true)]
async fn after_any_number_of_polls_nothing_is_left() {
    let pushed = err(10, Verdict::transient().with_pushback(ms(300)));
    let limited = policy(8).with_timeout(ms(80)).with_deadline(ms(700));
    let walks: [(Policy, &[Answer]); 7] = [
        (policy(8), &[never(), never(), ok(10)]),
        (policy(8), &[never(), transient(10), transient(10), ok(10)]),
        (policy(3), &[transient(70), transient(10), transient(10)]),
        (policy(8), &[permanent(100), transient(10)]),
        (policy(8), &[transient(100), pushed, ok(10)]),
        (policy(8), &[pushed, transient(10), ok(100), pushed, ok(60)]),
        (limited, &[never()]),
    ];
    for (policy, answers) in walks {
        walk(policy, answers).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_one_attempt_drops_the_others() {
    let service = std::rc::Rc::new(Service::new([never()]));
    let local = tokio::task::LocalSet::new();
    let task = service.clone();
    let ended = local
        .run_until(async {
            tokio::task::spawn_local(async move {
                use retry_runtime::__private as rt;
                let site = rt::Site::new(rt::Name::written("call"), policy(3));
                let plan = rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&const { ms(50) }));
                rt::hedged(
                    rt::Hedges::<2>,
                    plan,
                    rt::sleep,
                    |call| async {
                        let number = call.begin().attempt(7, None).number();
                        assert!(number < 3, "the third attempt breaks");
                        rt::Tried::new(task.answer(number).await, None)
                    },
                    |outcome| rt::shown!(outcome),
                    rt::FailureHandler((), ()),
                )
                .await
            })
            .await
        })
        .await;
    assert!(ended.is_err_and(|error| error.is_panic()));
    assert_eq!(service.starts(), [0, 50]);
    assert_eq!(service.running(), 0);
}
