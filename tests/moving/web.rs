//! HTTP clients and crawlers.

use crate::support::{Calls, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Elapsed, Transient, Verdict, retry};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::sleep;

#[derive(Clone, Debug, PartialEq)]
enum HttpError {
    Status(u16),
    RetryAfter(Duration),
    Timeout(String),
}

impl Transient for HttpError {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Status(502..=504) => Verdict::transient(),
            Self::RetryAfter(wait) => Verdict::transient().with_pushback(*wait),
            Self::Status(_) | Self::Timeout(_) => Verdict::permanent(),
        }
    }
}

type Site = Server<&'static str, HttpError>;

#[retry(max = 2, backoff = fixed(100ms), jitter = none)]
async fn fetch(site: &Site) -> Result<&'static str, HttpError> {
    site.call()
}

/// A task for each URL, all at once.
async fn crawl(sites: Vec<Arc<Site>>) -> (Vec<&'static str>, usize) {
    let mut tasks = JoinSet::new();
    for site in sites {
        tasks.spawn(async move { fetch(&site).await });
    }
    let outcomes = tasks.join_all().await;
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    let mut pages: Vec<_> = outcomes.into_iter().flatten().collect();
    pages.sort_unstable();
    (pages, failed)
}

#[tokio::test(start_paused = true)]
async fn a_task_for_each_url() {
    let site = |failures, page| Arc::new(Server::failing(failures, HttpError::Status(503), page));
    let sites = vec![site(0, "a"), site(2, "b"), site(9, "c"), site(1, "d")];
    let (outcome, time) = timed(crawl(sites.clone())).await;
    assert_eq!((outcome, time), ((vec!["a", "b", "d"], 1), ms(200)));
    let calls: Vec<_> = sites.iter().map(|site| site.calls()).collect();
    assert_eq!(calls, [1, 3, 3, 2]);
}

/// A crawl of a site that is down as a whole costs the reserve and not three times the
/// pages, by the budget that is on by default.
#[tokio::test(start_paused = true)]
async fn a_site_that_is_down() {
    #[retry(max = 2, backoff = none)]
    async fn page(site: &Site) -> Result<&'static str, HttpError> {
        site.call()
    }
    let site = Server::failing(usize::from(u16::MAX), HttpError::Status(503), "");
    for _ in 0..100 {
        assert_eq!(page(&site).await, Err(HttpError::Status(503)));
    }
    assert_eq!(site.calls(), 100 + 10);
}

struct Api {
    token: Mutex<u32>,
    accepts: u32,
    refreshed: Calls,
    requests: Calls,
}

impl Api {
    /// 401 alone refreshes the token, and only once: a token that is new and refused
    /// again is not worth a third try.
    #[retry(
        max = 3,
        backoff = none,
        on = |error, attempt| match error {
            HttpError::Status(401) => Verdict::from(!attempt.is_retry()),
            other => other.verdict(),
        },
        before_retry = |_, error| if let Some(HttpError::Status(401)) = error {
            self.refresh().await
        },
    )]
    async fn get(&self, status: &Server<u16, HttpError>) -> Result<u16, HttpError> {
        self.requests.next();
        if *self.token.lock().await != self.accepts {
            return Err(HttpError::Status(401));
        }
        status.call()
    }

    async fn refresh(&self) {
        self.refreshed.next();
        *self.token.lock().await += 1;
    }
}

#[tokio::test]
async fn a_token_that_is_refreshed_on_401() {
    let api = |token| Api {
        token: Mutex::new(token),
        accepts: 7,
        refreshed: Calls::new(),
        requests: Calls::new(),
    };
    let ok = || Server::new([Ok(200)]);
    let expired = api(6);
    assert_eq!(expired.get(&ok()).await, Ok(200));
    assert_eq!(
        (expired.requests.count(), expired.refreshed.count()),
        (2, 1)
    );
    // The next call has the new token.
    assert_eq!(expired.get(&ok()).await, Ok(200));
    assert_eq!(
        (expired.requests.count(), expired.refreshed.count()),
        (3, 1)
    );

    let locked_out = api(1);
    assert_eq!(locked_out.get(&ok()).await, Err(HttpError::Status(401)));
    assert_eq!(
        (locked_out.requests.count(), locked_out.refreshed.count()),
        (2, 1)
    );

    // Another error refreshes nothing.
    let busy = api(7);
    let status = Server::failing(2, HttpError::Status(503), 200);
    assert_eq!(busy.get(&status).await, Ok(200));
    assert_eq!((busy.requests.count(), busy.refreshed.count()), (3, 0));
}

/// A server that says when to come back.
#[retry(max = 5, backoff = fixed(100ms), jitter = none, deadline = 1m,
    elapsed = |elapsed| HttpError::Timeout(elapsed.to_string()))]
async fn limited(site: &Site) -> Result<&'static str, HttpError> {
    site.call()
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_server_asks_for() {
    let after = |seconds| Err(HttpError::RetryAfter(Duration::from_secs(seconds)));
    let site = Server::new([Err(HttpError::Status(503)), after(7), after(3), Ok("page")]);
    assert_eq!(
        timed(limited(&site)).await,
        (Ok("page"), ms(100 + 7000 + 3000))
    );
    // 40 s is more than a client waits, in a minute too: the answer says so at once.
    let site = Server::new([after(40), Ok("page")]);
    assert_eq!(timed(limited(&site)).await, (after(40), ms(0)));
    // So is more than is left of the minute.
    let site = Server::new([after(29), after(29), after(29)]);
    assert_eq!(timed(limited(&site)).await, (after(29), ms(58_000)));
}

/// What hangs is cut, and the cause is not hidden by that.
#[retry(
    max = 9,
    backoff = fixed(1s),
    jitter = none,
    timeout = 2s,
    deadline = 6s,
    elapsed = |elapsed: Elapsed, last: Option<HttpError>| HttpError::Timeout(match last {
        Some(last) => format!("{last:?}, then {elapsed}"),
        None => elapsed.to_string(),
    }),
    on = |error| *error != HttpError::Status(404),
)]
async fn hanging(log: &Log) -> Result<u16, HttpError> {
    log.add("sent");
    if log.lines().len() == 1 {
        return Err(HttpError::Status(503));
    }
    sleep(Duration::from_secs(60)).await;
    Ok(200)
}

#[tokio::test(start_paused = true)]
async fn a_request_that_hangs() {
    let log = Log::default();
    let (outcome, time) = timed(hanging(&log)).await;
    // 0 s: 503. 1 to 3 s: cut. 4 to 6 s: cut again, by the deadline.
    assert_eq!((log.lines().len(), time), (3, ms(6000)));
    let Err(HttpError::Timeout(told)) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        told.ends_with("the call took longer than its deadline of 6s"),
        "{told}"
    );
}
