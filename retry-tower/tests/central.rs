//! The central rules, for the layers: by the names of the requests.

use retry_runtime::central;
use retry_runtime::{Backoff, Policy};
use retry_tower::{Hedging, RetryLayer};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::sleep;
use tower::{Layer, ServiceExt, service_fn};

const POLICY: Policy = Policy::DEFAULT.with_max(2).with_backoff(Backoff::none());

/// How many requests a service sees that is down, or that answers after a second.
async fn requests(layer: &RetryLayer, is_down: bool) -> u32 {
    let seen = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&seen);
    let service = service_fn(move |_: u32| {
        counter.fetch_add(1, Relaxed);
        async move {
            if is_down {
                return Err(io::Error::from(ErrorKind::ConnectionReset));
            }
            sleep(Duration::from_secs(1)).await;
            Ok(())
        }
    });
    let outcome = layer.layer(service).oneshot(7).await;
    assert_eq!(outcome.is_err(), is_down);
    seen.load(Relaxed)
}

#[tokio::test(start_paused = true)]
async fn a_layer_goes_by_its_name() {
    let layer = RetryLayer::new(POLICY).no_budget().name("/users.Users/Get");
    let hedged = layer
        .clone()
        .hedge(Hedging::after(Duration::from_millis(50)));
    let never = RetryLayer::new(POLICY.with_max(0)).name("/users.Users/Add");
    for (rules, down, slow) in [
        ("", 3, 2),
        ("['/users.Users/*']\npolicy = 'max = 1'", 2, 2),
        ("['/users.Users/Get']\nhedge = '2s'", 3, 1),
        ("['/users.Users/Get']\nhedge = 'none'", 3, 1),
        ("['/users.Users/Get']\nenabled = false", 1, 1),
        ("['/orders.Orders/*']\nenabled = false", 3, 2),
    ] {
        central::install(rules.parse().unwrap());
        assert_eq!(requests(&layer, true).await, down, "{rules}");
        assert_eq!(requests(&hedged, false).await, slow, "{rules}");
        assert_eq!(requests(&never, true).await, 1, "no rule adds a retry");
    }
    let sites = central::sites();
    let get = sites.iter().find(|site| site.name == "/users.Users/Get");
    assert_eq!(get.map(|site| site.endings["exhausted"]), Some(6));
}

/// Also where it had no retry left.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_cut_by_its_deadline_has_ended_by_it() {
    let policy = POLICY.with_max(0).with_deadline(Duration::from_millis(100));
    let layer = RetryLayer::new(policy).name("search");
    let service = service_fn(|_: u32| std::future::pending::<io::Result<()>>());
    assert!(layer.layer(service).oneshot(7).await.is_err());
    let sites = central::sites();
    let search = sites.iter().find(|site| site.name == "search");
    assert_eq!(search.map(|site| site.endings["deadline"]), Some(1));
}
