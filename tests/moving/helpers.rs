//! Helpers that services write around a retry, for closures of any kind.

use crate::support::{Fault, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Backoff, Budget, InvalidPolicy, Jitter, Policy, Transient, retry};
use std::cell::Cell;
use std::fmt::Debug;
use std::future::Future;

/// The commonest helper of all: the closure is what is repeated.
#[retry(max = 3, backoff = fixed(100ms), jitter = none)]
async fn with_retry<F, Fut, T, E>(f: &mut F) -> Result<T, E>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: Transient + Debug,
{
    f().await
}

#[tokio::test(start_paused = true)]
async fn a_helper_with_retry() {
    let (server, log) = (Server::failing(2, Fault::Down(0), 7), Log::default());
    let mut made = 0;
    let mut call = || {
        made += 1;
        log.add(format!("closure {made}"));
        async { server.call() }
    };
    let (outcome, time) = timed(with_retry(&mut call)).await;
    assert_eq!((outcome, time), (Ok(7), ms(200)));
    assert_eq!(log.lines(), ["closure 1", "closure 2", "closure 3"]);

    let bad = Server::failing(2, Fault::Bad(404), 7);
    assert_eq!(
        with_retry(&mut || async { bad.call() }).await,
        Err(Fault::Bad(404))
    );
    assert_eq!(bad.calls(), 1);
}

/// With a name for the log, and the policy as an argument.
async fn retrying<F, Fut, T>(policy: &Policy, name: &'static str, f: F) -> Result<T, Fault>
where
    F: Fn(u32) -> Fut,
    Fut: Future<Output = Result<T, Fault>>,
{
    policy.run(|attempt| f(attempt.number())).name(name).await
}

#[tokio::test(start_paused = true)]
async fn a_helper_with_a_policy() -> Result<(), InvalidPolicy> {
    let policy: Policy = "max = 2, backoff = fixed(100ms), jitter = none, timeout = 1s".parse()?;
    let server = Server::failing(2, Fault::Down(0), 7);
    let outcome = timed(retrying(&policy, "users.get", async |number| {
        server.call().map(|answer| answer + number)
    }));
    assert_eq!(outcome.await, (Ok(10), ms(200)));

    // An attempt that hangs is cut, and its time-out comes back.
    let hung = retrying(&policy, "users.get", |_| {
        std::future::pending::<Result<u32, Fault>>()
    });
    let (outcome, time) = timed(hung).await;
    assert!(matches!(outcome, Err(Fault::Late(_))), "{outcome:?}");
    assert_eq!(time, ms(3 * 1000 + 2 * 100));
    Ok(())
}

/// A list of waits, and a budget of the caller's.
async fn with_waits<T, E: Transient + Debug>(
    waits: &[u64],
    budget: &Budget,
    call: impl AsyncFn() -> Result<T, E>,
) -> Result<T, E> {
    Policy::DEFAULT
        .with_max(u32::MAX)
        .with_jitter(Jitter::NONE)
        .run(|_| call())
        .backoff(waits.iter().copied().map(ms))
        .budget(budget)
        .untimed()
        .await
}

#[tokio::test(start_paused = true)]
async fn a_list_of_waits() {
    let budget = Budget::standard();
    let server = Server::failing(9, Fault::Down(0), 7);
    let call = with_waits(&[10, 100, 1000], &budget, async || server.call());
    assert_eq!(timed(call).await, (Err(Fault::Down(0)), ms(1110)));
    assert_eq!(server.calls(), 4);
    let call = with_waits(&[], &budget, async || server.call());
    assert_eq!(timed(call).await, (Err(Fault::Down(0)), ms(0)));
}

/// A closure that changes what it captures, in an `async` block of its own.
async fn sum(server: &Server<u32, Fault>, rounds: u32) -> Result<u32, Fault> {
    let total = Cell::new(0);
    for _ in 0..rounds {
        Policy::DEFAULT
            .run(|_| async {
                let value = server.call()?;
                total.set(total.get() + value);
                Ok::<_, Fault>(())
            })
            .await?;
    }
    Ok(total.get())
}

#[tokio::test(start_paused = true)]
async fn a_sum_over_calls() {
    let down = || Err(Fault::Down(0));
    let server = Server::new([Ok(1), down(), Ok(2), down(), down(), Ok(3)]);
    assert_eq!(sum(&server, 3).await, Ok(6));
    assert_eq!(server.calls(), 6);
    let server = Server::new([Ok(1), Err(Fault::Bad(1))]);
    assert_eq!(sum(&server, 3).await, Err(Fault::Bad(1)));
}

/// A function that returns its future, so that it can be stored.
fn job(server: &Server<u32, Fault>, id: u32) -> impl Future<Output = Result<u32, Fault>> + '_ {
    let policy = Policy::DEFAULT
        .with_backoff(Backoff::none())
        .with_max(1 + id % 2);
    policy
        .run(move |_| async move { server.call().map(|answer| answer + id) })
        .into_future()
}

#[tokio::test]
async fn jobs_that_run_together() {
    let server = Server::failing(1, Fault::Down(0), 100);
    let jobs = futures::future::join_all((0..3).map(|id| job(&server, id))).await;
    assert_eq!(jobs, [Ok(100), Ok(101), Ok(102)]);
    assert_eq!(server.calls(), 4);
}
