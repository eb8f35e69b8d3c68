//! Each alert fires in the outage that it is for, and in no other than is written here;
//! in a healthy run none does.

use super::prometheus::{Folder, is_installed, operating, promtool};
use super::recording::{minutes, record};
use retry_soak::outages::Outage;
use std::fmt::Write as _;

/// When the outage begins and ends, and when the recording does, in minutes.
const BEGIN: u64 = 10;
const END: u64 = 25;
const OVER: u64 = 60;

/// The alerts that fire, with the function: during the outage, and long after it.
fn assert_fires(name: &str, outage: Outage, during: &[(&str, &str)], after: &[(&str, &str)]) {
    if !is_installed(name) {
        return;
    }
    let phases = [
        (Outage::None, minutes(BEGIN)),
        (outage, minutes(END - BEGIN)),
        (Outage::None, minutes(OVER - END)),
    ];
    let samples = record(&phases);
    let mut test = format!(
        "rule_files: ['{}']\nevaluation_interval: 15s\ntests:\n  - interval: 15s\n    \
         input_series:\n{}    promql_expr_test:\n",
        operating("alerts.yml").display(),
        samples.input_series("shop"),
    );
    for (minute, alerts) in [(BEGIN - 1, &[][..]), (END - 1, during), (OVER - 1, after)] {
        let _ = write!(
            test,
            "      - expr: 'group by (alertname, function) (ALERTS{{alertstate=\"firing\"}})'\n        \
             eval_time: {minute}m\n        exp_samples:\n"
        );
        for (alert, function) in alerts {
            let _ = write!(
                test,
                "          - labels: '{{alertname=\"{alert}\", function=\"{function}\"}}'\n            value: 1\n"
            );
        }
    }
    let folder = Folder::new(name);
    let file = folder.write("test.yml", &test);
    promtool(&["test", "rules", file.to_str().unwrap()]);
}

#[test]
fn a_healthy_run_is_silent() {
    assert_fires("healthy", Outage::None, &[], &[]);
}

#[test]
fn a_service_that_is_down_empties_its_budget() {
    let alerts = [("RetryBudgetEmpty", "users.get")];
    assert_fires("down", Outage::Down, &alerts, &[]);
}

#[test]
fn retries_without_a_budget_are_a_storm() {
    let alerts = [("RetryStorm", "reports.build")];
    assert_fires("storm", Outage::Storm, &alerts, &[]);
}

#[test]
fn nodes_that_are_down_make_recovery_dear() {
    let alerts = [
        ("RetryRecoveryDear", "users.get"),
        ("RetryStorm", "users.get"),
    ];
    assert_fires("nodes-down", Outage::NodesDown, &alerts, &[]);
}

#[test]
fn an_open_breaker_is_told_of() {
    let alerts = [("RetryBreakerOpen", "stock.check")];
    assert_fires("breaker", Outage::Breaker, &alerts, &[]);
}

#[test]
fn an_unknown_type_is_told_of_until_the_process_starts_anew() {
    let alerts = [("RetryUnknownErrorType", "mail.send")];
    assert_fires("unknown", Outage::UnknownError, &alerts, &alerts);
}

#[test]
fn a_call_that_ran_twice_is_told_of_until_the_process_starts_anew() {
    let alerts = [("RetryRanTwice", "payments.charge")];
    assert_fires("ran-twice", Outage::RanTwice, &alerts, &alerts);
}

#[test]
fn the_rules_are_well_formed() {
    if is_installed("the_rules_are_well_formed") {
        promtool(&["check", "rules", operating("alerts.yml").to_str().unwrap()]);
    }
}
