//! What retries do to a service that was down for 10 seconds: 280 clients, one
//! call a second each, at a service that could serve twice as many. It goes on
//! with requests that nobody waits for any more, as servers do ("Metastable
//! Failures in Distributed Systems", HotOS'21). All in virtual time.

use retry_runtime::{Budget, Elapsed, Transient, Verdict, retry};
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, sleep_until};

const CLIENTS: u32 = 280;
/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// Requests a second, twice the clients' own load.
const CAPACITY: f64 = 560.0;
const OUTAGE: Range<u64> = 10..20;
/// The last second in which calls begin.
const END: u64 = 75;

#[derive(Debug)]
struct TimedOut;

impl Transient for TimedOut {
    fn verdict(&self) -> Verdict {
        Verdict::transient()
    }
}

impl From<Elapsed> for TimedOut {
    fn from(_: Elapsed) -> Self {
        TimedOut
    }
}

/// A queue with one server behind it, which stands still during the outage.
struct Service {
    begun: Instant,
    /// When all that is queued will be done.
    free: Cell<Instant>,
    requests: Cell<u32>,
    /// The requests that came in during the outage.
    in_the_outage: Cell<u32>,
    /// When the last attempt was given up.
    failed: Cell<Instant>,
}

impl Service {
    fn new() -> Self {
        let begun = Instant::now();
        Self {
            begun,
            free: Cell::new(begun),
            requests: Cell::new(0),
            in_the_outage: Cell::new(0),
            failed: Cell::new(begun),
        }
    }

    fn at(&self, second: u64) -> Instant {
        self.begun + Duration::from_secs(second)
    }

    /// When a request is done that comes in now.
    fn enqueue(&self) -> Instant {
        let now = Instant::now();
        let (down, up) = (self.at(OUTAGE.start), self.at(OUTAGE.end));
        self.requests.set(self.requests.get() + 1);
        if (down..up).contains(&now) {
            self.in_the_outage.set(self.in_the_outage.get() + 1);
        }
        let start = self.free.get().max(now);
        let start = if (down..up).contains(&start) {
            up
        } else {
            start
        };
        let done = start + Duration::from_secs_f64(1.0 / CAPACITY);
        self.free.set(done);
        done
    }

    async fn ask(&self) -> Result<(), TimedOut> {
        let given_up = Instant::now() + PATIENCE;
        let done = self.enqueue();
        if done > given_up {
            self.failed.set(self.failed.get().max(given_up));
        }
        sleep_until(done).await;
        Ok(())
    }

    /// How long after the outage attempts still failed.
    fn recovery(&self) -> Duration {
        self.failed
            .get()
            .saturating_duration_since(self.at(OUTAGE.end))
    }
}

/// One of the clients.
struct Client {
    service: Rc<Service>,
    budget: Budget,
}

impl Client {
    #[retry(max = retries, timeout = PATIENCE)]
    async fn once(&self, retries: u32) -> Result<(), TimedOut> {
        self.service.ask().await
    }

    #[retry(timeout = PATIENCE, budget = none)]
    async fn unbudgeted(&self) -> Result<(), TimedOut> {
        self.service.ask().await
    }

    #[retry(timeout = PATIENCE, budget = &self.budget)]
    async fn scoped(&self) -> Result<(), TimedOut> {
        self.service.ask().await
    }

    #[retry(timeout = PATIENCE)]
    async fn by_default(&self) -> Result<(), TimedOut> {
        self.service.ask().await
    }
}

/// Who pays for a client's retries.
#[derive(Clone, Copy)]
enum Retries {
    None,
    Unbudgeted,
    /// A budget of each client's own, with this reserve.
    Each(u32),
    /// The attribute's default: a static, as if all were threads of a process.
    Shared,
}

/// Lets the world run, and tells how long after the outage it recovered and
/// how many requests came in during the outage.
async fn run(retries: Retries) -> (Duration, u32) {
    let service = Rc::new(Service::new());
    let local = LocalSet::new();
    for number in 0..CLIENTS {
        let service = Rc::clone(&service);
        local.spawn_local(async move {
            let budget = match retries {
                Retries::Each(reserve) => Budget::standard().reserve(reserve),
                _ => Budget::standard(),
            };
            let client = Rc::new(Client { service, budget });
            sleep(Duration::from_secs_f64(
                f64::from(number) / f64::from(CLIENTS),
            ))
            .await;
            for _ in 0..END {
                let client = Rc::clone(&client);
                // A user does not wait for another user's call.
                tokio::task::spawn_local(async move {
                    let _ = match retries {
                        Retries::None => client.once(0).await,
                        Retries::Unbudgeted => client.unbudgeted().await,
                        Retries::Each(_) => client.scoped().await,
                        Retries::Shared => client.by_default().await,
                    };
                });
                sleep(Duration::from_secs(1)).await;
            }
        });
    }
    local.await;
    (service.recovery(), service.in_the_outage.get())
}
/// Tests run side by side and share the default budget of `by_default`, so that
/// one test alone uses it.
#[tokio::test(start_paused = true)]
async fn budgeted_clients_recover_and_others_do_not() {
    let (alone, load) = run(Retries::None).await;
    println!("no retries: {alone:?}, {load} requests in the outage");
    let second = Duration::from_secs(1);
    assert!((8 * second..=10 * second).contains(&alone), "{alone:?}");

    let (unbudgeted, asked) = run(Retries::Unbudgeted).await;
    println!("no budget: not before {unbudgeted:?}, {asked} requests");
    assert!(unbudgeted > 50 * second, "still down when the test ends");
    assert!(asked > 3 * load, "{asked}");

    let (shared, asked) = run(Retries::Shared).await;
    println!("one budget of all: {shared:?}, {asked} requests");
    assert!(shared <= alone * 4, "{shared:?}");
    assert!(shared <= alone + second, "{shared:?}");
    // Half of the reserve is paid for failures.
    assert!((load + 5..=load + 10).contains(&asked), "{asked}");

    let (each, asked) = run(Retries::Each(10)).await;
    println!("a reserve of 10 each: {each:?}, {asked} requests");
    assert!(each <= alone + 6 * second, "{each:?}");

    let (large, asked) = run(Retries::Each(30)).await;
    println!("a reserve of 30 each: {large:?}, {asked} requests");
    assert!(large <= alone + 16 * second, "{large:?}");
}
