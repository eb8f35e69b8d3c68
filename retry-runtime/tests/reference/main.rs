//! Annotated functions with every option at once against a naive model of a whole call:
//! one rule after the other, on paper. On a clock that stands still.
//!
//! A program of its own, with one test: the central rules are those of a process.
//! What hedges do beside this is in `hedging/properties.rs`.

#![cfg(all(feature = "central", feature = "macros", feature = "tokio"))]

mod call;
mod paper;

use crate::call::{Breaker, Case, Played, Ruled, Says, Way};
use crate::paper::Paper;
use proptest::prelude::*;

/// 2,000 unless `RETRY_CASES` says otherwise.
fn cases() -> u32 {
    let cases = std::env::var("RETRY_CASES").ok();
    cases.and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// All times are multiples of 10 ms: that an attempt, or the wait for it, would end at the
/// very moment of a limit is frequent.
fn tens(range: std::ops::Range<u64>) -> impl Strategy<Value = u64> {
    range.prop_map(|tens| tens * 10)
}

fn scripts() -> impl Strategy<Value = Vec<Played>> {
    let says = prop_oneof![
        2 => Just(Says::Well),
        9 => Just(Says::Busy),
        1 => Just(Says::Fatal),
        2 => tens(0..60).prop_map(Says::Later),
        1 => Just(Says::Never),
        4 => Just(Says::Bad),
    ];
    let played = (tens(0..50), says).prop_map(|(takes, says)| Played { takes, says });
    proptest::collection::vec(played, 1..8)
}

fn ruled() -> impl Strategy<Value = Ruled> {
    let max = prop_oneof![6 => Just(None), 1 => Just(Some(0)), 1 => Just(Some(2))];
    let deadline = prop_oneof![6 => Just(None), 1 => Just(Some(50)), 1 => Just(Some(300))];
    (proptest::bool::weighted(0.1), max, deadline).prop_map(|(off, max, deadline)| Ruled {
        off,
        max,
        deadline,
    })
}

fn a_case() -> impl Strategy<Value = Case> {
    let limits = (
        proptest::option::of(tens(1..40)),
        proptest::option::of(tens(1..200)),
        proptest::option::weighted(0.3, tens(0..200)),
        tens(0..60),
    );
    let backoff = (tens(1..10), tens(1..10), tens(10..30));
    let breaker = prop_oneof![
        6 => Just(Breaker::Closed),
        1 => (1u32..5).prop_map(Breaker::OpensAt),
        1 => (1u32..5).prop_map(Breaker::Probes),
    ];
    let around = (breaker, proptest::bool::weighted(0.1), ruled(), tens(0..3));
    (0u32..7, 0u32..8, backoff, limits, around, scripts()).prop_map(
        |(max, tokens, backoff, limits, (breaker, nested, ruled, hook_takes), script)| Case {
            max,
            backoff,
            timeout: limits.0,
            deadline: limits.1,
            retry_for: limits.2,
            longest_pushback: limits.3,
            tokens,
            breaker,
            nested,
            ruled,
            hook_takes,
            script,
        },
    )
}

fn on_paused_clock<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_call_with_every_option_goes_as_on_paper(
        mut case in a_case(),
        way in prop::sample::select(vec![
            Way::Plain, Way::ElapsedByHand, Way::HedgedNever, Way::Polled,
        ]),
    ) {
        if way == Way::Polled {
            // A poll has no bad responses, and others are not polls.
            for played in &mut case.script {
                if played.says == Says::Bad {
                    played.says = Says::NotYet;
                }
            }
        }
        let observed = on_paused_clock(case.observed(way));
        prop_assert_eq!(observed, Paper::new(&case).expected());
    }
}
