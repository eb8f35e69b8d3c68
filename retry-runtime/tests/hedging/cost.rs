//! No allocation, and the room that it takes.

use crate::support::{Service, call, ms, never, ok, policy, told};

use retry_runtime::__private as rt;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// A timer that is over at its third poll, without a runtime and its heap.
fn timer(_: std::time::Duration) -> impl Future<Output = ()> {
    let mut polls = 0;
    std::future::poll_fn(move |_| {
        polls += 1;
        if polls < 3 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
}

#[test]
fn a_call_with_hedges_and_retries_allocates_nothing() {
    use retry_runtime::Verdict;
    let site = rt::Site::new(rt::Name::written("call"), policy(20));
    let mut attempts = 0;
    let info = allocation_counter::measure(|| {
        let plan = rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&const { ms(50) }));
        let mut call = pin!(rt::hedged(
            rt::Hedges::<8>,
            plan,
            timer,
            |call| async {
                let number = call.begin().attempt(7, None).number();
                timer(ms(50 * u64::from(number))).await;
                timer(ms(50)).await;
                let outcome = if number < 15 { Err(number) } else { Ok(number) };
                match outcome {
                    Ok(_) => rt::Tried::new(outcome, None),
                    Err(_) => {
                        rt::Tried::new(outcome, Some(rt::Judgement::of(Verdict::transient())))
                    }
                }
            },
            |outcome| rt::shown!(outcome),
            rt::FailureHandler((), ())
        ));
        let mut cx = Context::from_waker(Waker::noop());
        while attempts == 0 {
            if let Poll::Ready((outcome, _)) = call.as_mut().poll(&mut cx) {
                attempts = outcome.unwrap_or(1);
            }
        }
    });
    assert!(attempts >= 15, "{attempts}");
    assert_eq!(info.count_total, 0);
}

#[test]
#[cfg_attr(feature = "testing", ignore = "a record of the call takes room")]
fn the_future_holds_its_lanes_and_little_else() {
    async fn body() -> crate::support::Outcome {
        tokio::time::sleep(ms(1)).await;
        Ok(0)
    }
    macro_rules! size {
        ($n:literal, $site:expr) => {
            size_of_val(&rt::hedged(
                rt::Hedges::<$n>,
                rt::HedgedTerms::of($site.unpaid(), rt::hedge_after(&const { ms(1) })),
                rt::sleep,
                |call| async {
                    let _ = call.begin();
                    rt::Tried::new(body().await, None)
                },
                |outcome| rt::shown!(outcome),
                rt::FailureHandler((), ()),
            ))
        };
    }
    let site = rt::Site::new(rt::Name::written("call"), policy(3));
    let (one, eight) = (size!(1, site), size!(8, site));
    let lane = (eight - one) / 7;
    println!("1 hedge: {one} bytes; 8 hedges: {eight}; a lane: {lane}");
    assert!(lane <= size_of_val(&body()) + 40);
    assert!(one - 2 * lane <= 320);
}

#[test]
fn the_future_is_send_where_the_body_is() {
    fn send<T: Send>(_: T) {}
    let site = rt::Site::new(rt::Name::written("call"), policy(3));
    let plan = rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&const { ms(1) }));
    send(rt::hedged(
        rt::Hedges::<8>,
        plan,
        rt::sleep,
        |call| async {
            let _ = call.begin();
            tokio::time::sleep(ms(1)).await;
            rt::Tried::<crate::support::Outcome>::new(Ok(0), None)
        },
        |outcome| rt::shown!(outcome),
        rt::FailureHandler((), ()),
    ));
}

#[tokio::test(start_paused = true)]
async fn polled_after_its_end_it_is_pending() {
    let service = Service::new([never(), ok(10)]);
    let site = rt::Site::new(rt::Name::written("call"), policy(3));
    let delay = told().after.unwrap();
    let plan = rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&delay));
    let mut call = pin!(rt::hedged(
        rt::Hedges::<1>,
        plan,
        rt::sleep,
        |call| async {
            let number = call.begin().attempt(7, None).number();
            rt::Tried::new(service.answer(number).await, None)
        },
        |outcome| rt::shown!(outcome),
        rt::FailureHandler((), ())
    ));
    assert_eq!(call.as_mut().await, (Ok(2), None));
    assert_eq!(service.running(), 0, "while the call is still there");
    let mut cx = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut cx).is_pending());
    let ending = call!(1, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(2), None));
}

#[tokio::test(start_paused = true)]
async fn no_timer_is_asked_for_nothing() {
    let asked = std::cell::RefCell::new(Vec::new());
    let sleep = |wait| {
        asked.borrow_mut().push(wait);
        rt::sleep(wait)
    };
    let site = rt::Site::new(rt::Name::written("call"), policy(3));
    let delays = {
        use rt::AnyDelays as _;
        rt::Given([ms(0), ms(100)]).__delays()
    };
    let plan =
        rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&const { ms(50) })).delays(delays);
    // Every attempt is ready at once: nothing to hedge, and a single wait.
    let ending = rt::hedged(
        rt::Hedges::<1>,
        plan,
        sleep,
        |call| async {
            match call.begin().attempt(7, None).number() {
                3 => rt::Tried::new(Ok(3), None),
                number => rt::Tried::new(
                    Err(number),
                    Some(rt::Judgement::of(retry_runtime::Verdict::transient())),
                ),
            }
        },
        |outcome| rt::shown!(outcome),
        rt::FailureHandler((), ()),
    )
    .await;
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(*asked.borrow(), [ms(100)]);
}
