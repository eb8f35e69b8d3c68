//! Whatever policy and budget can be written, nothing panics.

use proptest::prelude::*;
use retry_lab::plan::Plan;
use retry_lab::simulation::kind::Kind;
use retry_lab::simulation::ours::{Allowance, Ours};
use retry_lab::simulation::setup::Setup;
use retry_runtime::{Budget, Policy};
use std::sync::Arc;
use std::time::Duration;

const DURATIONS: [&str; 7] = [
    "1ns",
    "3ms",
    "100ms",
    "1.5s",
    "2m",
    "100000h",
    "18446744073709551615s",
];

fn setting() -> impl Strategy<Value = String> {
    let duration = || prop::sample::select(&DURATIONS[..]);
    prop_oneof![
        prop::sample::select(vec!["0", "1", "7", "4294967294", "unlimited"])
            .prop_map(|max| format!("max = {max}")),
        duration().prop_map(|wait| format!("backoff = fixed({wait})")),
        (duration(), duration()).prop_map(|(first, cap)| format!("backoff = fib({first}, {cap})")),
        (duration(), duration())
            .prop_map(|(first, cap)| format!("backoff = exp({first}, 3, {cap})")),
        (duration(), duration())
            .prop_map(|(first, cap)| format!("backoff = decorrelated({first}, {cap})")),
        (duration(), duration()).prop_map(|(low, high)| format!("backoff = random({low}, {high})")),
        prop::sample::select(vec!["none", "full", "0.3"])
            .prop_map(|jitter| format!("jitter = {jitter}")),
        duration().prop_map(|time| format!("timeout = {time}")),
        duration().prop_map(|time| format!("deadline = {time}")),
        duration().prop_map(|time| format!("retry_for = {time}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_policy_is_planned_and_simulated_or_refused(
        settings in prop::collection::vec(setting(), 0..4),
        budget in prop::sample::select(vec!["1%", "100%, reserve 0", "5%, reserve 4294967295"]),
        failure_rate in prop::sample::select(vec![0.0, 0.2, 1.0]),
    ) {
        let Ok(policy) = settings.join(", ").parse::<Policy>() else {
            return Ok(());
        };
        let plan = Plan::of(policy);
        prop_assert!(!plan.text(Some(failure_rate)).contains("NaN"));
        prop_assert!(!plan.page(Some(failure_rate), "retry-lab").contains("NaN"));
        let mut setup = Setup::errors().scaled_down(2000);
        setup.length = Duration::from_secs(21);
        if let Some(timeout) = policy.timeout() {
            setup.service.timeout = timeout;
        }
        let budget: Budget = budget.parse().unwrap();
        let measures = setup.run(&Kind::Ours(Ours {
            policy,
            budget: Some(Allowance::Like(Arc::new(budget))),
            off: None,
        }));
        prop_assert!(measures.attempts >= 105);
    }

    #[test]
    fn any_text_is_a_plan_or_refused(
        policy in "[ =,()a-z0-9.]{0,40}|max = [0-9]{1,11}|backoff = (fib|exp)\\([0-9a-z., ]{0,20}\\)",
        rate in ".{0,8}|[0-9]{1,3}(\\.[0-9]{1,20})?%",
    ) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let arguments = ["plan", &policy, "--failure-rate", &rate];
        let status = retry_lab::cli::run(arguments, &mut out, &mut err, false);
        prop_assert!(status == 0 || status == 2);
        prop_assert_eq!(status == 0, err.is_empty());
    }
}
