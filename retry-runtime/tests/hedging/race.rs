//! Who starts when, who wins, and what becomes of the others.

use crate::support::{Service, Told, call, ms, never, ok, policy, told, transient};

#[tokio::test(start_paused = true)]
async fn no_answer_within_the_delay_starts_another_attempt_beside_it() {
    let service = Service::new([never(), ok(10)]);
    let ending = call!(1, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(2), None));
    assert_eq!(service.starts(), [0, 50]);
    assert_eq!(service.now(), 60);
}

#[tokio::test(start_paused = true)]
async fn an_answer_within_the_delay_is_the_only_attempt() {
    let service = Service::new([ok(49)]);
    let ending = call!(8, &service, policy(8), told()).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0]);
}

#[tokio::test(start_paused = true)]
async fn the_delay_counts_from_the_newest_attempt_and_n_bounds_the_hedges() {
    let service = Service::new([ok(1000), never()]);
    let ending = call!(3, &service, policy(8), told()).await;
    assert_eq!(ending, (Ok(1), None), "the first may win as well");
    assert_eq!(service.starts(), [0, 50, 100, 150]);
}

#[tokio::test(start_paused = true)]
async fn there_are_up_to_eight_hedges() {
    let service = Service::new([ok(1000), never()]);
    let ending = call!(8, &service, policy(20), told()).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), (0..9).map(|n| n * 50).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn max_bounds_the_hedges() {
    for (max, starts) in [(0, [0].as_slice()), (1, &[0, 50]), (2, &[0, 50, 100])] {
        let service = Service::new([ok(1000), never()]);
        let ending = call!(8, &service, policy(max), told()).await;
        assert_eq!(ending, (Ok(1), None));
        assert_eq!(service.starts(), starts);
    }
}

#[tokio::test(start_paused = true)]
async fn max_bounds_hedges_and_retries_together() {
    let service = Service::new([ok(1000), transient(10)]);
    let ending = call!(8, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(1), None));
    // A hedge, and the two retries of its lane after a backoff of 100 ms each.
    assert_eq!(service.starts(), [0, 50, 160, 270]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_goes_on_after_its_backoff_beside_the_pending_one() {
    let service = Service::new([never(), transient(10), ok(10)]);
    let ending = call!(1, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(service.starts(), [0, 50, 160]);
    assert_eq!(service.now(), 170);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_hedged_while_a_retry_is_waited_for() {
    // At 100 ms the second attempt has failed and its retry waits until 160.
    let service = Service::new([never(), transient(10), never(), ok(10)]);
    let ending = call!(8, &service, policy(8), told()).await;
    assert_eq!(ending, (Ok(4), None));
    assert_eq!(service.starts(), [0, 50, 160, 210]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_hedged_too() {
    let service = Service::new([transient(10), never(), ok(10)]);
    let ending = call!(1, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(service.starts(), [0, 110, 160]);
}

#[tokio::test(start_paused = true)]
async fn losers_are_dropped_before_the_winner_is_handed_back() {
    let service = Service::new([never(), never(), ok(10)]);
    let call = async {
        let ending = call!(2, &service, policy(3), told()).await;
        service.seen.borrow_mut().push((service.now(), 0));
        ending
    };
    assert_eq!(call.await, (Ok(3), None));
    // 0 is the return; the winner goes first, then the losers in their order.
    assert_eq!(
        *service.seen.borrow(),
        [
            (0, 1),
            (50, 2),
            (100, 3),
            (110, -3),
            (110, -1),
            (110, -2),
            (110, 0)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn of_two_answers_at_once_the_success_wins_and_nothing_starts() {
    // Both answer at 60: the first, which is asked first, with an error.
    let service = Service::new([transient(60), ok(10)]);
    let ending = call!(1, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(2), None));
    // A success at the very moment of the hedge is not hedged either.
    let service = Service::new([ok(50)]);
    let ending = call!(1, &service, policy(3), told()).await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0]);
}

#[tokio::test(start_paused = true)]
async fn without_a_delay_it_is_a_retried_call() {
    let service = Service::new([transient(10), ok(500)]);
    let ending = call!(1, &service, policy(3), Told::default()).await;
    assert_eq!(ending, (Ok(2), None));
    assert_eq!(service.starts(), [0, 110]);
}

#[tokio::test(start_paused = true)]
async fn a_delay_of_zero_starts_all_at_once() {
    let service = Service::new([never(), never(), ok(10)]);
    let told = Told {
        after: Some(ms(0)),
        ..told()
    };
    let ending = call!(2, &service, policy(3), told).await;
    assert_eq!(ending, (Ok(3), None));
    assert!(service.now() <= 14, "tokio rounds up to a millisecond");
}
