//! A policy of a gRPC service config under the attribute.

#![cfg(all(feature = "service-config", feature = "macros", feature = "tokio"))]

use retry_runtime::service_config::ServiceConfig;
use retry_runtime::{Elapsed, Policy, retry};
use std::time::Duration;
use tokio::time::sleep;

/// Of a config with a timeout of 50 ms.
fn timed() -> Policy {
    let config = r#"{ "methodConfig": [{ "name": [{}], "timeout": "0.05s" }] }"#;
    let config: ServiceConfig = config.parse().unwrap();
    *config.method("users.v1.Users", "Get").unwrap().policy()
}

async fn answers_after_100_ms() -> Result<(), Elapsed> {
    sleep(Duration::from_millis(100)).await;
    Ok(())
}

#[retry(policy = policy)]
async fn alone(policy: &Policy) -> Result<(), Elapsed> {
    answers_after_100_ms().await
}

#[retry(policy = policy, deadline = 20ms)]
async fn shorter(policy: &Policy) -> Result<(), Elapsed> {
    answers_after_100_ms().await
}

#[retry(policy = policy, deadline = 10s)]
async fn longer(policy: &Policy) -> Result<(), Elapsed> {
    answers_after_100_ms().await
}

#[retry(policy = policy, deadline = deadline)]
async fn given(policy: &Policy, deadline: Option<Duration>) -> Result<(), Elapsed> {
    answers_after_100_ms().await
}

#[retry(policy = policy, deadline = none)]
async fn lifted(policy: &Policy) -> Result<(), Elapsed> {
    answers_after_100_ms().await
}

fn cut(result: Result<(), Elapsed>) -> Option<u128> {
    result.err().map(|elapsed| elapsed.limit().as_millis())
}

#[tokio::test(start_paused = true)]
async fn of_its_timeout_and_the_deadline_of_the_attribute_the_smaller_holds() {
    let policy = timed();
    assert_eq!(cut(alone(&policy).await), Some(50));
    assert_eq!(cut(shorter(&policy).await), Some(20));
    assert_eq!(cut(longer(&policy).await), Some(50));
    assert_eq!(cut(given(&policy, None).await), Some(50));
    let ms = |ms| Some(Duration::from_millis(ms));
    assert_eq!(cut(given(&policy, ms(20)).await), Some(20));
    assert_eq!(cut(given(&policy, ms(60)).await), Some(50));
    assert_eq!(cut(lifted(&policy).await), None);
    // Without a service config the attribute's word is the last.
    let own = Policy::DEFAULT.with_deadline(Duration::from_millis(50));
    assert_eq!(cut(longer(&own).await), None);
    assert_eq!(cut(given(&own, None).await), None);
}
