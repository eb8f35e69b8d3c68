//! The whole expansion of a method: hook, time limits, `attempt`, `?`, predicates.

use crate::support::{ms, policy, with_reason};

use retry_runtime::__private as rt;
use retry_runtime::{Attempt, Budget, Ended};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

struct Client {
    budget: Budget,
    connects: AtomicU32,
    hedge: Option<std::time::Duration>,
}

impl Client {
    async fn connect(&self) -> io::Result<()> {
        self.connects.fetch_add(1, Relaxed);
        tokio::time::sleep(ms(5)).await;
        Ok(())
    }

    async fn ask(&self, key: &str, at: Attempt) -> io::Result<String> {
        assert!(at.remaining().is_some_and(|left| left <= ms(400)));
        match at.number() {
            1 => tokio::time::sleep(ms(1000)).await,
            2 => return Err(io::ErrorKind::TimedOut.into()),
            _ => {}
        }
        Ok(format!("{key} by {}", at.number()))
    }

    /// `#[retry(hedge(self.hedge, 2), before_retry = |_| self.connect().await, attempt = at,
    /// timeout = 400ms, deadline = 2s, budget = &self.budget, on = is_transient)]`
    async fn get<K: AsRef<str> + Sync>(
        &self,
        key: K,
        count: usize,
    ) -> (Result<String, io::Error>, Option<Ended>) {
        let site = rt::Site::new(
            rt::Name::written("get"),
            policy(4).with_timeout(ms(400)).with_deadline(ms(2000)),
        );
        let deadline = rt::Ruling::default().deadline(&site);
        let seed = rt::seed();
        let given = &self.hedge;
        let hedge = rt::hedge_after(given);
        let plan = rt::HedgedTerms::of(site.paid_by(&self.budget), hedge).deadline(deadline);
        let ended = rt::hedged(
            rt::Hedges::<2>,
            plan,
            rt::sleep,
            |call| async {
                let mut cut = rt::None;
                let hooked = if call.is_retry() {
                    let hook = async { self.connect().await };
                    match rt::Cut::new(hook, rt::Limit::of(rt::None, deadline), rt::sleep).await {
                        rt::Ok(ended) => {
                            rt::hook_error(rt::error_of(rt::result::<io::Result<String>>()), ended)
                        }
                        rt::Err(elapsed) => {
                            cut = rt::Some(elapsed);
                            rt::Some(elapsed.into())
                        }
                    }
                } else {
                    rt::None
                };
                let call = call.begin();
                let outcome: Result<String, io::Error> = if let rt::Some(error) = hooked {
                    Err(error)
                } else {
                    let limit = rt::Ruling::default().limit(&site, deadline);
                    let at = call.attempt(seed, limit);
                    let attempt = async {
                        if let rt::Some(outcome) = rt::None::<Result<String, io::Error>> {
                            return outcome;
                        }
                        let mut count = count;
                        count += 1;
                        let answer = self.ask(key.as_ref(), at).await?;
                        Ok(format!("{answer}, {count}"))
                    };
                    match rt::Cut::new(attempt, limit, rt::sleep).await {
                        rt::Ok(outcome) => outcome,
                        rt::Err(elapsed) => {
                            cut = rt::Some(elapsed);
                            Err(elapsed.into())
                        }
                    }
                };
                let judgement = match rt::error(&outcome) {
                    rt::None => return rt::Tried::new(outcome, None),
                    rt::Some(error) => rt::by_itself(error, rt::None),
                };
                rt::Tried::new(outcome, Some(judgement)).cut(cut)
            },
            |outcome| rt::shown!(outcome),
            rt::FailureHandler((), ()),
        )
        .await;
        with_reason(ended)
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_with_everything() {
    fn send<F: Future + Send>(future: F) -> F {
        future
    }
    let client = Client {
        budget: Budget::standard().reserve(30),
        connects: AtomicU32::new(0),
        hedge: Some(ms(50)),
    };
    let begin = tokio::time::Instant::now();
    let (outcome, ended) = send(client.get(String::from("k"), 6)).await;
    assert_eq!((outcome.unwrap().as_str(), ended), ("k by 3, 7", None));
    assert_eq!(client.connects.into_inner(), 2);
    // The hedge at 50, its hook of 5, its backoff of 100 and the next hook.
    assert_eq!(begin.elapsed().as_millis(), 160);
    // Two are spent, and five earned by the retry that mended a time-out.
    assert!((client.budget.level() - 33.0).abs() < 0.25);
}
