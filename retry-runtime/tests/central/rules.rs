//! What a rule may say of a policy.

use retry_runtime::central::Rules;
#[cfg(feature = "service-config")]
use {
    super::install,
    retry_runtime::service_config::ServiceConfig,
    retry_runtime::{Elapsed, Policy},
    std::future::pending,
    std::time::Duration,
};

#[test]
fn the_limits_of_a_rule_are_checked_against_its_own_backoff() {
    let read = |policy: &str| {
        let rules = format!("[default]\npolicy = '{policy}'").parse::<Rules>();
        rules.map_err(|error| error.to_string())
    };
    // The calls have backoffs of their own, which may be short enough.
    assert!(read("deadline = 40ms").is_ok());
    assert!(read("backoff = fixed(20ms), deadline = 40ms").is_ok());
    let error = read("backoff = fixed(100ms), deadline = 40ms").unwrap_err();
    assert!(error.contains("write a deadline above 50ms"), "{error}");
}

#[cfg(feature = "service-config")]
#[tokio::test(start_paused = true)]
async fn a_deadline_of_a_rule_does_not_lift_the_timeout_of_a_service_config() {
    let config = r#"{ "methodConfig": [{ "name": [{}], "timeout": "0.05s" }] }"#;
    let config: ServiceConfig = config.parse().unwrap();
    let ceiling = *config.method("users.v1.Users", "Get").unwrap().policy();
    let own = Policy::DEFAULT.with_deadline(Duration::from_millis(50));
    for (policy, deadline, limit) in [
        (ceiling, "1s", 50),
        (ceiling, "20ms", 20),
        (own, "1s", 1000),
        (own, "20ms", 20),
    ] {
        let _rules = install(&format!("['cut']\npolicy = 'deadline = {deadline}'"));
        let run = policy.run(|_| pending::<Result<(), Elapsed>>());
        let cut = run.name("cut").await.unwrap_err();
        assert_eq!(cut.limit().as_millis(), limit, "{deadline}");
    }
}
