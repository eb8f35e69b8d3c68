//! The policy of all calls, but where one has rules of its own.

use retry_runtime::{Backoff, Policy};
use std::time::Duration;

pub(crate) const POLICY: Policy = Policy::DEFAULT
    .with_max(4)
    .with_backoff(
        match Backoff::exp(Duration::from_millis(20), 2.0, Duration::from_millis(200)) {
            Ok(backoff) => backoff,
            Err(_) => panic!("the cap is above the first delay"),
        },
    )
    .with_timeout(Duration::from_secs(2))
    .with_deadline(Duration::from_secs(6));
