//! The layer for any service, beside `tower::retry`, over a service that is ready at once.

use crate::{a_call, shortest};
use allocation_counter::measure;
use retry_runtime::Policy;
use retry_tower::RetryLayer;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::io;
use tokio::runtime::Runtime;
use tower::{Layer, Service, service_fn};

/// In a round: short ones, of which the best has the machine to itself.
const CALLS: u32 = 1_000;

/// Three retries of what tower is told is worth one.
#[derive(Clone)]
struct Three(u32);

impl tower::retry::Policy<u64, u64, io::Error> for Three {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut u64, outcome: &mut io::Result<u64>) -> Option<Ready<()>> {
        outcome.is_err().then_some(())?;
        self.0 = self.0.checked_sub(1)?;
        Some(ready(()))
    }

    fn clone_request(&mut self, request: &u64) -> Option<u64> {
        Some(*request)
    }
}

fn row<S>(runtime: &Runtime, name: &str, service: &S)
where
    S: Service<u64, Response = u64, Error = io::Error> + Clone,
{
    let calls = || {
        runtime.block_on(async {
            let mut service = service.clone();
            for id in 0..u64::from(CALLS) {
                let ready = std::future::poll_fn(|cx| service.poll_ready(cx));
                assert!(ready.await.is_ok());
                assert!(black_box(service.call(black_box(id)).await).is_ok());
            }
        });
    };
    let time = shortest(500, CALLS, calls);
    let allocations = a_call(measure(calls).count_total, CALLS);
    println!("| {name} | {} | {allocations:.2} |", time.as_nanos());
}

pub(crate) fn table(runtime: &Runtime) {
    let service = service_fn(async |id: u64| io::Result::Ok(id));
    println!("| any service | ns a call | allocations a call |\n| --- | --- | --- |");
    row(runtime, "no layer", &service);
    let retry = tower::retry::RetryLayer::new(Three(3));
    row(runtime, "`tower::retry`, no budget", &retry.layer(service));
    let layer = RetryLayer::new(Policy::DEFAULT);
    row(
        runtime,
        "`RetryLayer`, no budget",
        &layer.clone().no_budget().layer(service),
    );
    row(runtime, "`RetryLayer`, its budget", &layer.layer(service));
}
