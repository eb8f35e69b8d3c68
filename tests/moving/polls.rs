//! Waiting for something that is not there yet.

use crate::support::{Calls, Fault, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Backoff, Jitter, Policy, retry};
use std::cell::Cell;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Job {
    Running,
    Done(u32),
    Failed,
}

struct Jobs(Server<Job, Fault>);

impl Jobs {
    /// Ends at once where the job has failed, and with an error where it takes too long.
    #[retry(
        until = |job| *job != Job::Running,
        unfinished = |_| Fault::Bad(408),
        retry_for = 10s,
        backoff = fixed(3s),
        jitter = none,
        budget = none,
    )]
    async fn wait(&self) -> Result<Job, Fault> {
        self.0.call()
    }

    async fn result(&self) -> Result<u32, Fault> {
        match self.wait().await? {
            Job::Done(result) => Ok(result),
            _ => Err(Fault::Bad(500)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_runs() {
    let jobs = |script: Vec<_>| Jobs(Server::new(script));
    let running = || Ok(Job::Running);
    let done = jobs(vec![
        running(),
        Err(Fault::Down(0)),
        running(),
        Ok(Job::Done(7)),
    ]);
    assert_eq!(timed(done.result()).await, (Ok(7), ms(9000)));

    let failed = jobs(vec![running(), Ok(Job::Failed), Ok(Job::Done(7))]);
    assert_eq!(
        timed(failed.result()).await,
        (Err(Fault::Bad(500)), ms(3000))
    );

    let slow = jobs(vec![running()]);
    assert_eq!(timed(slow.result()).await, (Err(Fault::Bad(408)), ms(9000)));
    assert_eq!(slow.0.calls(), 4);

    let gone = jobs(vec![running(), Err(Fault::Bad(404))]);
    assert_eq!(gone.result().await, Err(Fault::Bad(404)));
    assert_eq!(gone.0.calls(), 2);
}

/// A server that starts: it answers or it does not.
#[retry(until = |healthy| *healthy, max = 5, backoff = fixed(200ms), jitter = none)]
async fn is_healthy(checks: &Calls, from: u32) -> bool {
    checks.next() >= from
}

#[tokio::test(start_paused = true)]
async fn a_health_check_that_says_yes_or_no() {
    let checks = Calls::new();
    assert_eq!(timed(is_healthy(&checks, 3)).await, (true, ms(400)));
    assert_eq!(timed(is_healthy(&Calls::new(), 9)).await, (false, ms(1000)));
}

/// A record that takes a while to be seen everywhere.
#[retry(until = Option::is_some, retry_for = 1m, backoff = exp(1s, 2, 10s), jitter = none, budget = none)]
async fn resolve(lookups: &Server<Option<u32>, Fault>) -> Option<u32> {
    lookups.call().ok().flatten()
}

#[tokio::test(start_paused = true)]
async fn a_record_that_may_be_missing() {
    let there = Server::new([Ok(None), Err(Fault::Down(0)), Ok(None), Ok(Some(7))]);
    assert_eq!(timed(resolve(&there)).await, (Some(7), ms(7000)));
    let missing = Server::new([Ok(None)]);
    let (found, time) = timed(resolve(&missing)).await;
    assert_eq!(
        (found, time),
        (None, ms(1000 + 2000 + 4000 + 8000 + 40_000))
    );
}

/// A resource that is not there yet, told by an error. It is nobody's outage, so that no
/// budget stops it, however often it is waited for.
#[retry(max = 50, backoff = fixed(100ms), jitter = none, budget = none, on = |error| *error == Fault::Bad(404))]
async fn created(server: &Server<u32, Fault>) -> Result<u32, Fault> {
    server.call()
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_an_error_before_it_is_there() {
    for _ in 0..20 {
        let server = Server::failing(40, Fault::Bad(404), 7);
        assert_eq!(timed(created(&server)).await, (Ok(7), ms(4000)));
    }
    let down = Server::failing(40, Fault::Down(1), 7);
    assert_eq!(created(&down).await, Err(Fault::Down(1)));
    assert_eq!(down.calls(), 1);
}

/// A helper of tests: an assertion that holds in the end.
async fn eventually<F, Fut>(mut condition: F) -> Result<(), String>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<(), String>>,
{
    let policy = Policy::DEFAULT
        .with_max(u32::MAX)
        .with_retry_for(Duration::from_secs(5))
        .with_backoff(Backoff::fixed(ms(50)).map_err(|error| error.to_string())?)
        .with_jitter(Jitter::NONE);
    policy.run(|_| condition()).on(|_| true).untimed().await
}

#[tokio::test(start_paused = true)]
async fn an_assertion_that_holds_in_the_end() {
    let tries = Cell::new(0);
    let condition = |from| {
        tries.set(tries.get() + 1);
        let seen = tries.get();
        async move {
            if seen >= from {
                Ok(())
            } else {
                Err(format!("{seen} of {from}"))
            }
        }
    };
    assert_eq!(timed(eventually(|| condition(3))).await, (Ok(()), ms(100)));
    let (outcome, time) = timed(eventually(|| condition(1000))).await;
    assert_eq!((outcome, time), (Err("104 of 1000".into()), ms(5000)));
}

/// A point in time that is handed through all calls of a request.
#[derive(Clone, Copy)]
struct Deadline(Instant);

impl Deadline {
    fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

#[retry(deadline = deadline.left(), max = 10, backoff = fixed(200ms), jitter = none)]
async fn call_by(deadline: Deadline, server: &Server<u32, Fault>) -> Result<u32, Fault> {
    sleep(ms(100)).await;
    server.call()
}

/// Two calls that share one deadline.
async fn request(deadline: Deadline, servers: &[Server<u32, Fault>]) -> Result<u32, Fault> {
    let mut sum = 0;
    for server in servers {
        sum += call_by(deadline, server).await?;
    }
    Ok(sum)
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_is_handed_through() {
    let within = |time| Deadline(Instant::now() + time);
    let flaky = |failures| Server::failing(failures, Fault::Down(0), 1);
    let servers = [flaky(1), flaky(1)];
    assert_eq!(
        timed(request(within(ms(900)), &servers)).await,
        (Ok(2), ms(800))
    );

    // The second call has 600 ms left: it fails at 500, 800 and 1100 ms, and ends then,
    // with its own error, since another try would come too late.
    let servers = [flaky(1), flaky(9)];
    let (outcome, time) = timed(request(within(ms(1000)), &servers)).await;
    assert_eq!((outcome, time), (Err(Fault::Down(0)), ms(800)));

    // Cut in flight.
    let servers = [flaky(1), flaky(9)];
    let (outcome, time) = timed(request(within(ms(450)), &servers)).await;
    assert!(
        matches!(&outcome, Err(Fault::Late(late)) if late.is_deadline()),
        "{outcome:?}"
    );
    assert_eq!((time, servers[1].calls()), (ms(450), 0));

    // Nothing left: nothing is sent.
    let servers = [flaky(0)];
    let deadline = within(ms(5));
    sleep(ms(5)).await;
    let (outcome, time) = timed(request(deadline, &servers)).await;
    assert!(matches!(outcome, Err(Fault::Late(_))), "{outcome:?}");
    assert_eq!((time, servers[0].calls()), (ms(0), 0));
}

struct Shutdown(tokio::sync::watch::Receiver<bool>);

impl Shutdown {
    fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    async fn wait(&self) {
        let mut receiver = self.0.clone();
        let _ = receiver.wait_for(|stop| *stop).await;
    }
}

/// Finishes the attempt that runs, and begins no other.
#[retry(max = unlimited, budget = none, backoff = fixed(1s), jitter = none, on = |_| !stop.is_set())]
async fn until_stopped(server: &Server<u32, Fault>, stop: &Shutdown) -> Result<u32, Fault> {
    sleep(ms(300)).await;
    server.call()
}

/// Leaves at once, in the middle of a wait or an attempt.
async fn or_stopped(server: &Server<u32, Fault>, stop: &Shutdown) -> Option<Result<u32, Fault>> {
    tokio::select! {
        outcome = until_stopped(server, stop) => Some(outcome),
        () = stop.wait() => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_flag() {
    async fn stop_after<T>(wait: u64, call: impl AsyncFnOnce(Shutdown) -> T) -> (T, Duration) {
        let (stop, receiver) = tokio::sync::watch::channel(false);
        tokio::spawn(async move {
            sleep(ms(wait)).await;
            stop.send_replace(true);
        });
        timed(call(Shutdown(receiver))).await
    }
    let server = Server::failing(99, Fault::Down(0), 0);
    let (outcome, time) = stop_after(1400, async |stop| until_stopped(&server, &stop).await).await;
    assert_eq!((outcome, time), (Err(Fault::Down(0)), ms(1600)));
    assert_eq!(server.calls(), 2);

    let (outcome, time) = stop_after(900, async |stop| or_stopped(&server, &stop).await).await;
    assert_eq!((outcome, time), (None, ms(900)));
    assert_eq!(server.calls(), 3);
}

/// A poll with a log of what it has seen, and waits of its own for each state.
#[retry(until = |job| matches!(job, Job::Done(_)), max = 9, backoff = none, name = "jobs.follow")]
async fn follow(server: &Server<Job, Fault>, log: &Log) -> Result<Job, Fault> {
    let job = server.call()?;
    log.add(format!("{job:?}"));
    if job == Job::Running {
        sleep(ms(500)).await;
    }
    Ok(job)
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_waits_by_itself() {
    let (server, log) = (
        Server::new([Ok(Job::Running), Ok(Job::Running), Ok(Job::Done(1))]),
        Log::default(),
    );
    let (outcome, time) = timed(follow(&server, &log)).await;
    assert_eq!((outcome, time), (Ok(Job::Done(1)), ms(1000)));
    assert_eq!(log.lines(), ["Running", "Running", "Done(1)"]);
}
