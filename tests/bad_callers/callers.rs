//! A call of each kind, whose own code comes by the places of `support`.

use crate::support::{Error, Place, Service, Step, block, complete, step, timer};
use retry_runtime::{Backoff, Elapsed, Policy, non_idempotent, retry, retry_unsent};
use std::pin::Pin;
use std::time::Duration;

fn asked(_: &Error) -> bool {
    step(Place::On);
    true
}

fn accepted(_: &u32) -> bool {
    step(Place::OnOk);
    false
}

fn told() {
    step(Place::Notify);
}

async fn fallen_back(error: Error) -> Result<u32, Error> {
    step(Place::Fallback);
    Step::once().await;
    Err(error)
}

#[retry(
    on = asked, on_ok = accepted, max = 3, backoff = service.delays(), sleep = timer, budget = service.budget(),
    breaker = service.breaker(), before_retry = |_| service.hook(), notify = |_| told(),
    fallback = |error| fallen_back(error),
)]
pub async fn plain(service: &Service) -> Result<u32, Error> {
    service.ask().await
}

/// Without hooks: the error classifies itself.
#[retry(sleep = timer, budget = service.budget(), breaker = service.breaker(), attempt = at)]
pub async fn itself(service: &Service) -> Result<u32, Error> {
    service.begins(at.is_retry());
    service.ask().await
}

#[retry(
    on = asked, timeout = 1h, deadline = 2h, sleep = timer, budget = service.budget(),
    breaker = service.breaker(), before_retry = |_| service.hook(), notify = |_| told(),
    fallback = |error| fallen_back(error),
)]
pub async fn timed(service: &Service) -> Result<u32, Error> {
    service.ask().await
}

/// Each attempt but the first is cut.
#[retry(
    timeout = 5s, deadline = 2h, elapsed = |elapsed, last| { drop(last); Error::from(elapsed) },
    sleep = timer, budget = service.budget(), breaker = service.breaker(), before_retry = |_, _| service.hook(), notify = |_| told(),
)]
pub async fn cut(service: &Service) -> Result<u32, Error> {
    service.ask_slowly().await
}

#[retry(
    hedge(50ms, 2), on = asked, timeout = 1h, deadline = 2h, sleep = timer,
    budget = service.budget(), breaker = service.breaker(), before_retry = |_| service.hook(),
    notify = |_| told(), fallback = |error| fallen_back(error),
)]
pub async fn hedged(service: &Service) -> Result<u32, Error> {
    service.ask().await
}

#[retry(
    on = asked, max = 3, backoff = service.delays(), sleep = block, budget = service.budget(),
    breaker = service.breaker(), before_retry = |_| service.hook_sync(), notify = |_| told(),
    fallback = |error| { step(Place::Fallback); Err(error) },
)]
pub fn sync(service: &Service) -> Result<u32, Error> {
    service.ask_sync()
}

/// Three failures pay, the "not yet" of the others does not.
#[retry(
    max = 3, on = asked, until = |_| { step(Place::Until); false }, sleep = timer,
    budget = service.budget(), notify = |_| told(), attempt = at,
    unfinished = |_| { step(Place::Unfinished); Error::Unfinished },
)]
pub async fn until(service: &Service) -> Result<u32, Error> {
    let after_failure = at.is_retry() && service.calls.get() <= service.failures();
    service.begins(after_failure);
    service.ask().await
}

#[non_idempotent]
#[retry_unsent(
    sleep = timer, budget = service.budget(), breaker = service.breaker(),
    before_retry = |_| service.hook(), notify = |_| told(),
)]
pub async fn unsent(service: &Service) -> Result<u32, Error> {
    service.ask().await
}

pub async fn policy_run(service: &Service) -> Result<u32, Error> {
    Policy::DEFAULT
        .run(|_| service.ask())
        .on(asked)
        .on_ok(accepted)
        .backoff(service.delays())
        .before_retry(|_| service.hook())
        .notify(|_| told())
        .sleep(timer)
        .untimed()
        .budget(service.purse())
        .await
}

pub async fn policy_run_cut(service: &Service) -> Result<u32, Error> {
    Policy::DEFAULT
        .with_timeout(Duration::from_secs(5))
        .run(|_| service.ask_slowly())
        .elapsed(|elapsed: Elapsed| Error::from(elapsed))
        .before_retry(|_| service.hook())
        .sleep(timer)
        .budget(service.purse())
        .await
}

pub fn policy_run_blocking(service: &Service) -> Result<u32, Error> {
    Policy::DEFAULT
        .run_blocking(|at| {
            service.begins(at.is_retry());
            service.ask_sync()
        })
        .on(asked)
        .on_ok(accepted)
        .backoff(service.delays())
        .sleep(|_| ())
        .budget(service.purse())
        .call()
}

pub async fn policy_run_async(service: &Service) -> Result<u32, Error> {
    Policy::DEFAULT
        .with_backoff(Backoff::none())
        .run_async(async |at| {
            service.begins(at.is_retry());
            service.ask().await
        })
        .on(asked)
        .on_ok(accepted)
        .budget(service.purse())
        .call()
        .await
}

pub type Call = fn(&Service) -> Result<u32, Error>;
pub type Future<'s> = Pin<Box<dyn std::future::Future<Output = Result<u32, Error>> + 's>>;
pub type FutureOf = fn(&Service) -> Future<'_>;

macro_rules! calls {
    ($($name:ident)*) => {
        /// Each call that is a future.
        pub const FUTURES: &[(&str, FutureOf)] =
            &[$((stringify!($name), |service| Box::pin($name(service)))),*];

        /// Each call.
        pub const CALLS: &[(&str, Call)] = &[
            $((stringify!($name), |service| complete($name(service))),)*
            ("sync", sync),
            ("policy_run_blocking", policy_run_blocking),
        ];
    };
}

calls! {
    plain itself timed cut hedged until unsent policy_run policy_run_cut policy_run_async
}
