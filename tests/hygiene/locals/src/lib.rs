//! The user's variables are none of the generated code's, though they have the
//! same names: arguments, captures of options, and variables of the body.

use retry_runtime::{Policy, Verdict, retry};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

fn fail_twice(calls: &AtomicU32) -> io::Result<u32> {
    let number = calls.fetch_add(1, Relaxed) + 1;
    if number < 3 {
        Err(io::ErrorKind::TimedOut.into())
    } else {
        Ok(number)
    }
}

/// All of them are arguments, and the options use them.
///
/// # Errors
/// The service's.
#[allow(clippy::too_many_arguments, reason = "one for each name")]
#[retry(
    max = call,
    backoff = delays.iter().copied(),
    on = |ended| ended.kind() == error && verdict.is_retryable(),
    on_ok = |retry| *retry == outcome,
    timeout = limit,
    deadline = deadline,
    elapsed = |error| { let _ = cut; error.into() },
    before_retry = |wait| { cut_off(wait.number() <= seed)?; before(&elapsed).await?; Ok(()) },
    attempt = attempt,
    policy = policy,
    sleep = tokio::time::sleep,
)]
pub async fn arguments(
    call: u32,
    wait: Duration,
    outcome: u32,
    verdict: Verdict,
    error: io::ErrorKind,
    site: &AtomicU32,
    delays: Vec<Duration>,
    deadline: Duration,
    seed: u32,
    limit: Option<Duration>,
    cut: bool,
    elapsed: String,
    response: &str,
    retry: u32,
    ended: [u32; 2],
    policy: &Policy,
) -> io::Result<u32> {
    tokio::time::sleep(wait).await;
    let result = fail_twice(site)?;
    let texts = u32::from(response == "response") + u32::from(elapsed == "elapsed");
    Ok(result
        + texts
        + u32::from(delays.len() == 3)
        + seed
        + retry
        + ended[0]
        + u32::from(attempt.is_retry())
        + u32::from(limit.is_some()))
}

async fn before(elapsed: &str) -> io::Result<()> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    if elapsed == "elapsed" {
        Ok(())
    } else {
        Err(io::ErrorKind::InvalidInput.into())
    }
}

fn cut_off(over: bool) -> io::Result<()> {
    if over {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(())
}

/// By `mut` and in patterns, so that each of them is bound anew.
///
/// # Errors
/// The service's.
#[retry(timeout = 1s, backoff = fixed(1ms), attempt = at)]
pub async fn anew(
    mut call: u32,
    (mut wait, outcome): (u32, u32),
    mut error: &AtomicU32,
    mut delays: [u32; 1],
    mut deadline: u32,
    mut seed: u32,
    (mut limit, mut cut): (u32, u32),
) -> io::Result<u32> {
    for value in [
        &mut call,
        &mut wait,
        &mut deadline,
        &mut seed,
        &mut limit,
        &mut cut,
    ] {
        *value += 1;
    }
    delays[0] += outcome;
    let calls = std::mem::replace(&mut error, &UNUSED);
    let _ = at;
    fail_twice(calls).map(|_| call + wait + deadline + seed + limit + cut + delays[0])
}

static UNUSED: AtomicU32 = AtomicU32::new(0);

/// In a sync fn, whose body is a closure.
///
/// # Errors
/// The service's.
#[retry(max = call, backoff = delays, on = |error| error.kind() == verdict, before_retry = |_| site.push(seed), attempt = at)]
pub fn sync(
    call: u32,
    delays: [Duration; 3],
    verdict: io::ErrorKind,
    site: &mut Vec<u32>,
    seed: u32,
    outcome: &AtomicU32,
) -> io::Result<u32> {
    let wait = fail_twice(outcome)?;
    let limit = 'attempt: {
        if at.is_retry() {
            break 'attempt 10;
        }
        20
    };
    Ok(wait + limit + u32::try_from(site.len()).unwrap_or(0))
}

/// Functions and constants of the same names.
pub mod items {
    use super::{AtomicU32, fail_twice, io, retry};

    fn call() -> u32 {
        3
    }

    fn outcome(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::TimedOut
    }

    fn wait() -> u32 {
        40
    }

    /// They are found from the options and from the body.
    ///
    /// # Errors
    /// The service's.
    #[retry(max = call(), on = outcome, attempt = at, timeout = 1s, before_retry = |_| { let _ = wait(); })]
    pub async fn get(calls: &AtomicU32) -> io::Result<u32> {
        let _ = at;
        fail_twice(calls).map(|number| number + wait())
    }
}

/// Constants and unit structs, which are found by patterns too.
#[allow(
    non_upper_case_globals,
    non_camel_case_types,
    dead_code,
    reason = "a pattern that is spelt like a variable compares with one of them"
)]
pub mod constants {
    use super::{AtomicU32, fail_twice, io, retry};
    use retry_runtime::{Budget, Transient, non_idempotent, retry_unsent};

    macro_rules! named {
        ($($constant:ident)*; $($unit:ident)*) => {
            $(const $constant: () = ();)*
            $(struct $unit;)*
        };
    }
    named! {
        admitted cut deadline delays elapsed ended error field gate hedge it;
        call judgement limit outcome paid probe rejected response seed site terms token
        verdict wait result rest
    }
    static BUDGET: Budget = Budget::standard();

    /// One after the other.
    ///
    /// # Errors
    /// The service's.
    #[retry(
        timeout = 1s,
        deadline = 10s,
        budget = &BUDGET,
        before_retry = |again| { let _ = again; },
        on_ok = |number| *number == 0,
        fallback = |failed, _| Err(failed),
        sleep = tokio::time::sleep,
    )]
    pub async fn get(calls: &AtomicU32, (_, _): (u32, u32), name: String) -> io::Result<u32> {
        let _ = name.len();
        fail_twice(calls)
    }

    /// Side by side.
    ///
    /// # Errors
    /// The service's.
    #[retry(hedge = 10s, timeout = 1s, max = 2, backoff = [std::time::Duration::ZERO; 2])]
    pub async fn hedged(calls: &AtomicU32) -> io::Result<u32> {
        fail_twice(calls)
    }

    /// In a sync fn.
    ///
    /// # Errors
    /// The service's.
    #[retry(before_retry = |_| Ok(()), backoff = none)]
    pub fn sync(calls: &AtomicU32) -> io::Result<u32> {
        fail_twice(calls)
    }

    /// What must not run twice.
    ///
    /// # Errors
    /// The service's.
    #[non_idempotent]
    #[retry_unsent(deadline = 10s)]
    pub async fn order((calls, _): (&AtomicU32, u32)) -> io::Result<u32> {
        fail_twice(calls).map_err(|_| io::ErrorKind::ConnectionRefused.into())
    }

    /// An error.
    #[derive(Debug, Transient)]
    pub enum Failure {
        /// By a field.
        #[transient(forward)]
        Io(io::Error),
    }
}
