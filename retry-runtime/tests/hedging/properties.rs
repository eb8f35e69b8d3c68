//! What holds for a hedged call whatever its attempts do: random policies,
//! delays, budgets, latencies and outcomes, on a clock that stands still.
//!
//! Not among the other tests: it calls so often that those of the log would
//! miss events, while `tracing` asks around who wants them.

#![cfg(feature = "tokio")]
#![cfg(not(loom))]

mod model;
#[allow(dead_code, reason = "other tests use the rest")]
mod support;

use crate::model::Case;
use crate::support::{Answer, ms};

use proptest::prelude::*;
use retry_runtime::Verdict;

fn tens(range: std::ops::Range<u64>) -> impl Strategy<Value = u64> {
    range.prop_map(|tens| tens * 10)
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let with = prop_oneof![
        3 => Just(None),
        8 => Just(Some(Verdict::transient())),
        1 => Just(Some(Verdict::permanent())),
        3 => tens(0..42).prop_map(|wait| Some(Verdict::refused().with_pushback(ms(wait)))),
    ];
    let answer = (tens(0..40), with).prop_map(|(after, with)| Answer {
        after: ms(after),
        with,
    });
    proptest::collection::vec(answer, 1..10)
}

fn cases() -> impl Strategy<Value = Case> {
    let hedging = (
        prop_oneof![Just(1usize), Just(2), Just(3), Just(8)],
        tens(1..8),
    );
    let limits = (
        proptest::option::of(tens(1..30)),
        proptest::option::of(tens(1..60)),
    );
    (hedging, (0u32..9, 0u32..9), tens(1..25), limits, answers()).prop_map(
        |((hedges, after), (max, tokens), backoff, (timeout, deadline), answers)| Case {
            hedges,
            after,
            max,
            tokens,
            backoff,
            timeout,
            deadline,
            answers,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_hedged_call_keeps_its_promises(case in cases()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(case.seen()).check(&case);
    }
}
