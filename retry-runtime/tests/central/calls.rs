//! What rules do to calls.

use super::{Down, hold, install, site};
use retry_runtime::central::{self, SiteReport};
use retry_runtime::{Backoff, Budget, Policy, retry};
use std::future::Future;
use std::io;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What the retries of `call` come to: attempts, and how long it took on the paused clock.
async fn attempts<T>(down: &Down, call: impl Future<Output = io::Result<T>>) -> (u32, Duration) {
    let start = Instant::now();
    assert!(call.await.is_err());
    (down.asked(), start.elapsed())
}

#[retry(jitter = none, budget = none)]
async fn bare(down: &Down) -> io::Result<u32> {
    down.ask()
}

#[retry(jitter = none, budget = none)]
async fn generic<T>(_: T, down: &Down) -> io::Result<u32> {
    down.ask()
}

#[tokio::test(start_paused = true)]
async fn a_rule_holds_for_the_calls_after_it() {
    let rules = hold();
    let down = Down::default();
    assert_eq!(attempts(&down, bare(&down)).await.0, 4);
    rules.now("['central::calls::bare']\npolicy = 'max = 1, backoff = fixed(7ms)'");
    let ms = Duration::from_millis;
    assert_eq!(attempts(&down, bare(&down)).await, (2, ms(7)));
    rules.now("['central::calls::*']\npolicy = 'max = 2, backoff = none'");
    assert_eq!(attempts(&down, bare(&down)).await, (3, ms(0)));
    assert_eq!(attempts(&down, generic(1, &down)).await.0, 3);
    assert_eq!(attempts(&down, generic("a", &down)).await.0, 3);
    rules.now("");
    assert_eq!(attempts(&down, bare(&down)).await.0, 4);
    let named = |site: &&SiteReport| site.name.ends_with("generic");
    assert_eq!(central::sites().iter().filter(named).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_in_flight_keeps_its_rules() {
    let rules = install("['central::calls::bare']\npolicy = 'max = 2, backoff = fixed(1s)'");
    let down = Down::default();
    let change = async {
        sleep(Duration::from_millis(500)).await;
        rules.now("['*']\nenabled = false");
        let other = Down::default();
        assert_eq!(attempts(&other, bare(&other)).await.0, 1);
    };
    let (call, ()) = tokio::join!(bare(&down), change);
    assert!(call.is_err());
    assert_eq!(down.asked(), 3);
}

#[retry(policy = policy, jitter = none, budget = none)]
async fn given(policy: &Policy, down: &Down) -> io::Result<u32> {
    down.ask()
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_each_call_is_changed_key_by_key() {
    let rules = install("['central::calls::given']\npolicy = 'backoff = fixed(10ms)'");
    let down = Down::default();
    for max in [1, 5] {
        let policy = Policy::DEFAULT.with_max(max);
        let expected = Duration::from_millis(10) * max;
        assert_eq!(
            attempts(&down, given(&policy, &down)).await,
            (max + 1, expected)
        );
    }
    // What must not run twice has `max = 0`: no rule gives it more.
    rules.now("['*']\npolicy = 'max = 3'");
    let never = Policy::DEFAULT.with_max(0);
    assert_eq!(attempts(&down, given(&never, &down)).await.0, 1);
}

#[retry(timeout = 10s, jitter = none, budget = none)]
async fn slow(down: &Down) -> io::Result<u32> {
    let _ = down.ask();
    sleep(Duration::from_secs(60)).await;
    Ok(1)
}

#[retry(jitter = none, budget = none)]
async fn untimed(down: &Down) -> io::Result<u32> {
    sleep(Duration::from_secs(60)).await;
    down.ask()
}

#[tokio::test(start_paused = true)]
async fn limits_change_where_the_code_has_them() {
    let policy = "policy = 'max = 1, backoff = none, timeout = 2s, deadline = 3s'";
    let _rules = install(&format!("['central::calls::*']\n{policy}"));
    let down = Down::default();
    // Two seconds, and what the deadline leaves of the second attempt.
    assert_eq!(
        attempts(&down, slow(&down)).await,
        (2, Duration::from_secs(3))
    );
    assert_eq!(
        attempts(&down, untimed(&down)).await,
        (2, Duration::from_secs(120))
    );
    let keys = |site: SiteReport| {
        let keys = site.not_possible.into_iter().map(|key| key.key);
        keys.collect::<Vec<_>>()
    };
    assert_eq!(keys(site("::untimed")), ["deadline", "timeout"]);
    assert!(keys(site("::slow")).is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_smaller_of_limits_that_do_not_fit_holds() {
    let _rules =
        install("['central::calls::slow']\npolicy = 'max = 1, backoff = none, deadline = 4s'");
    let down = Down::default();
    assert_eq!(
        attempts(&down, slow(&down)).await,
        (1, Duration::from_secs(4))
    );
    assert_eq!(
        site("::slow").policy.timeout(),
        Some(Duration::from_secs(4))
    );
}

#[retry(backoff = none)]
async fn of_its_own(down: &Down) -> io::Result<u32> {
    down.ask()
}

#[retry(backoff = none, budget = budget)]
async fn of_the_users(budget: &Budget, down: &Down) -> io::Result<u32> {
    down.ask()
}

#[tokio::test(start_paused = true)]
async fn a_budget_replaces_the_static_one_alone() {
    let rules = install("['central::calls::*']\nbudget = '1%, reserve 0'");
    let down = Down::default();
    assert_eq!(attempts(&down, of_its_own(&down)).await.0, 1);
    assert!(site("::of_its_own").budget.unwrap().abs() < 1e-9);
    assert_eq!(attempts(&down, bare(&down)).await.0, 4, "none stays none");
    let budget = Budget::standard();
    assert_eq!(attempts(&down, of_the_users(&budget, &down)).await.0, 4);
    assert_eq!(site("::of_the_users").not_possible[0].key, "budget");
    // The same budget as before, as it stands: a reload fills nothing up.
    rules.now("['central::calls::*']\nbudget = '1%, reserve 20'");
    for _ in 0..20 {
        let _ = of_its_own(&down).await;
    }
    let spent = site("::of_its_own").budget.unwrap();
    rules.now("['central::calls::*']\nbudget = '1%, reserve 20'\npolicy = 'max = 2'");
    assert!((site("::of_its_own").budget.unwrap() - spent).abs() < 1e-6);
    rules.now("");
    down.asked();
    assert_eq!(
        attempts(&down, of_its_own(&down)).await.0,
        4,
        "its own, untouched"
    );
}

#[retry(hedge = 50ms, max = 1, budget = none)]
async fn hedged(down: &Down) -> io::Result<u32> {
    let _ = down.ask();
    sleep(Duration::from_secs(1)).await;
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn a_hedge_is_moved_and_taken_away() {
    let rules = hold();
    let down = Down::default();
    for (rule, expected) in [
        ("", 2),
        ("['central::calls::hedged']\nhedge = '2s'", 1),
        ("['central::calls::hedged']\nhedge = '10ms'", 2),
        ("['central::calls::hedged']\nhedge = 'none'", 1),
        ("['central::calls::hedged']\nenabled = false", 1),
    ] {
        rules.now(rule);
        assert_eq!(hedged(&down).await.unwrap(), 1);
        assert_eq!(down.asked(), expected, "{rule}");
    }
    rules.now("['central::calls::bare']\nhedge = '1s'");
    let _ = bare(&down).await;
    assert_eq!(site("::bare").not_possible[0].key, "hedge");
}

#[tokio::test(start_paused = true)]
async fn closures_go_by_their_name_or_their_line() {
    let rules = install("['users']\npolicy = 'max = 1'");
    let down = Down::default();
    let run = Policy::DEFAULT.run(async |_| down.ask()).name("users");
    assert!(run.await.is_err());
    assert_eq!(down.asked(), 2);
    let blocking = || {
        let call = Policy::DEFAULT.with_backoff(Backoff::none());
        call.run_blocking(|_| down.ask()).call()
    };
    assert!(blocking().is_err());
    assert_eq!(down.asked(), 4);
    let listed = site_of_line();
    rules.now(&format!("['{}']\nenabled = false", listed.name));
    assert!(blocking().is_err());
    assert_eq!(down.asked(), 1);
    let lending = Policy::DEFAULT
        .run_async(async |_| down.ask())
        .name("users");
    assert!(lending.call().await.is_err());
    assert_eq!(down.asked(), 4, "no rule any more");
}

fn site_of_line() -> SiteReport {
    let here = |site: &SiteReport| site.file == Some(file!()) && site.name.contains("calls.rs:");
    let sites = central::sites();
    sites.into_iter().rfind(here).unwrap()
}

/// A limit of a closure whose errors can be made of it, and of one that has none.
#[tokio::test(start_paused = true)]
async fn a_closure_is_cut_by_a_rule_unless_it_is_untimed() {
    let _rules = install("['cut']\npolicy = 'max = 1, backoff = none, timeout = 1s'");
    let start = Instant::now();
    let forever = async |_| {
        sleep(Duration::from_secs(60)).await;
        io::Result::Ok(1)
    };
    let cut = Policy::DEFAULT.run(forever).name("cut").await.unwrap_err();
    assert_eq!(cut.kind(), io::ErrorKind::TimedOut);
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    let run = Policy::DEFAULT.run(forever).untimed().name("cut");
    assert_eq!(run.await.unwrap(), 1);
}

/// It answers the sixth time.
#[retry(policy = policy, budget = none)]
async fn mends(policy: &Policy, down: &Down, asked: &mut u32) -> io::Result<u32> {
    *asked += 1;
    if *asked > 5 { Ok(*asked) } else { down.ask() }
}

/// A call under a rule makes at most the rule's retries, and comes to its end, or waits for
/// centuries.
#[tokio::test(start_paused = true)]
async fn figures_at_their_extremes() {
    const LONGEST: &str = "18446744073709551615s";
    let rules = hold();
    let down = Down::default();
    let century = Duration::from_secs(100 * 365 * 24 * 3600);
    for max in [0, 1, u32::MAX - 1, u32::MAX] {
        for backoff in ["none", "fixed(1ns)", "fixed(18446744073709551615s)"] {
            for key in ["timeout", "deadline", "retry_for", "longest_pushback"] {
                for limit in ["1ns", "5124095h", LONGEST] {
                    let words = format!("max = {max}, backoff = {backoff}, {key} = {limit}");
                    let text = format!("['central::calls::mends']\npolicy = '{words}'");
                    let Ok(new) = text.parse() else { continue };
                    central::install(new);
                    for own in [0, 3, u32::MAX] {
                        let policy = Policy::DEFAULT.with_max(own);
                        let mut asked = 0;
                        let call = mends(&policy, &down, &mut asked);
                        let ended = tokio::time::timeout(century, call).await;
                        // What must not run twice stays so.
                        let most = if own == 0 {
                            1
                        } else {
                            max.saturating_add(1).min(6)
                        };
                        assert!((1..=most).contains(&asked), "{words}: {asked} calls");
                        if let Ok(Ok(answer)) = ended {
                            assert_eq!(answer, 6, "{words}");
                        }
                    }
                }
            }
        }
    }
    drop(rules);
}
