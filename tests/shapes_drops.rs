//! The order in which a body drops its temporaries, locals and arguments: that of the
//! function without the attribute, in each edition.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

use async_trait::async_trait;
use retry_runtime::{non_idempotent, retry, retry_unsent};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// What was dropped.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

/// Says when it is dropped.
struct Noisy(&'static str, Log);

impl Log {
    fn noisy(&self, name: &'static str) -> Noisy {
        Noisy(name, self.clone())
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Noisy {
    fn found(&self) -> io::Result<u32> {
        Ok(1)
    }

    fn later(&self) -> std::future::Ready<io::Result<u32>> {
        std::future::ready(Ok(1))
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        self.1.0.lock().unwrap().push(self.0);
    }
}

/// The same function without the attributes and with them; those in brackets are on both.
macro_rules! both {
    ($name:ident: $(#[$attr:meta])*, $($function:tt)*) => {
        both!($name: []; $(#[$attr])*, $($function)*);
    };
    ($name:ident: [$($common:meta)?]; $(#[$attr:meta])*, $($function:tt)*) => {
        mod $name {
            pub mod without {
                #[allow(unused_imports)]
                use super::super::*;
                $(#[$common])?
                $($function)*
            }
            pub mod with {
                #[allow(unused_imports)]
                use super::super::*;
                $(#[$attr])*
                $($function)*
            }
        }
    };
}

macro_rules! assert_same {
    ($($name:ident)*) => {$({
        let log = Log::default();
        let (first, second) = (log.noisy("first"), log.noisy("second"));
        $name::without::get(log.clone(), first, second, 0).await.unwrap();
        let expected = log.take();
        assert!(expected.len() >= 4, "{expected:?}");
        let (first, second) = (log.noisy("first"), log.noisy("second"));
        $name::with::get(log.clone(), first, second, 0).await.unwrap();
        assert_eq!(log.take(), expected, stringify!($name));
    })*};
}

both!(retried: #[retry],
    pub(crate) async fn get(log: Log, _first: Noisy, second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        let _ = &second;
        log.noisy("temporary").found()
    }
);

both!(awaiting: #[retry],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        log.noisy("temporary").later().await
    }
);

both!(bound_anew: #[retry],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, mut id: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        id += 1;
        log.noisy("temporary").later().await.map(|found| found + id)
    }
);

both!(with_items: #[retry],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        const NAME: &str = "temporary";
        let _local = log.noisy("local");
        log.noisy(NAME).later().await
    }
);

both!(limited: #[retry(timeout = 1s, before_retry = |_| (), attempt = _at)],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        log.noisy("temporary").later().await
    }
);

both!(hedged: #[retry(hedge = 10s)],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        log.noisy("temporary").later().await
    }
);

both!(marked: #[non_idempotent],
    pub(crate) async fn get(log: Log, _first: Noisy, second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        let _ = &second;
        log.noisy("temporary").found()
    }
);

both!(marked_with_patterns: #[non_idempotent],
    pub(crate) async fn get(log: Log, (_first, _): (Noisy, Noisy), second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        let _ = &second;
        log.noisy("temporary").found()
    }
);

both!(unsent: #[non_idempotent] #[retry_unsent],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        log.noisy("temporary").later().await
    }
);

both!(block: #[retry],
    pub(crate) fn get(log: Log, first: Noisy, second: Noisy, _: u32) -> impl Future<Output = io::Result<u32>> {
        async move {
            let _local = log.noisy("local");
            let _ = (&first, &second);
            log.noisy("temporary").found()
        }
    }
);

both!(boxed: #[retry],
    pub(crate) fn get(log: Log, first: Noisy, second: Noisy, _: u32) -> Pin<Box<dyn Future<Output = io::Result<u32>>>> {
        Box::pin(async move {
            let _local = log.noisy("local");
            let _ = (&first, &second);
            log.noisy("temporary").later().await
        })
    }
);

both!(marked_future: #[non_idempotent],
    pub(crate) fn get(log: Log, first: Noisy, second: Noisy, _: u32) -> impl Future<Output = io::Result<u32>> {
        let _local = log.noisy("local");
        let _ = (&first, &second);
        log.noisy("temporary").later()
    }
);

both!(instrumented_below: #[retry] #[tracing::instrument(skip_all)],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        log.noisy("temporary").later().await
    }
);

both!(instrumented_above: [tracing::instrument(skip_all)];
    #[tracing::instrument(skip_all)] #[retry],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        log.noisy("temporary").later().await
    }
);

both!(instrumented_errors: [tracing::instrument(skip_all, err)];
    #[tracing::instrument(skip_all, err)] #[retry],
    pub(crate) async fn get(log: Log, _first: Noisy, _second: Noisy, _: u32) -> io::Result<u32> {
        let _local = log.noisy("local");
        log.noisy("temporary").found()
    }
);

#[tokio::test(start_paused = true)]
async fn futures() {
    assert_same!(retried awaiting bound_anew with_items limited hedged unsent block boxed);
    assert_same!(marked marked_future);
    assert_same!(instrumented_below instrumented_above instrumented_errors);
    let log = Log::default();
    let arguments = || {
        let first = (log.noisy("first"), log.noisy("rest"));
        (log.clone(), first, log.noisy("second"), 0)
    };
    let (a, b, c, d) = arguments();
    marked_with_patterns::without::get(a, b, c, d)
        .await
        .unwrap();
    let expected = log.take();
    let (a, b, c, d) = arguments();
    marked_with_patterns::with::get(a, b, c, d).await.unwrap();
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_marked_future_that_is_never_polled() {
    let log = Log::default();
    let (first, second) = (log.noisy("first"), log.noisy("second"));
    drop(marked::without::get(log.clone(), first, second, 0));
    let expected = log.take();
    let (first, second) = (log.noisy("first"), log.noisy("second"));
    drop(marked::with::get(log.clone(), first, second, 0));
    assert_eq!(log.take(), expected);
}

both!(sync: #[retry],
    pub(crate) fn get(log: Log, first: Noisy, second: Noisy) -> io::Result<u32> {
        let _local = log.noisy("local");
        let _ = (&first, &second);
        log.noisy("temporary").found()
    }
);

#[test]
fn sync_functions() {
    let log = Log::default();
    let (first, second) = (log.noisy("first"), log.noisy("second"));
    sync::without::get(log.clone(), first, second).unwrap();
    let expected = log.take();
    let (first, second) = (log.noisy("first"), log.noisy("second"));
    sync::with::get(log.clone(), first, second).unwrap();
    assert_eq!(log.take(), expected);
}

#[async_trait]
trait Service {
    async fn get(&self, log: Log, first: Noisy) -> io::Result<u32>;
}

struct Without;
struct With;

#[async_trait]
impl Service for Without {
    async fn get(&self, log: Log, first: Noisy) -> io::Result<u32> {
        let _local = log.noisy("local");
        let _ = &first;
        log.noisy("temporary").found()
    }
}

#[async_trait]
impl Service for With {
    #[retry]
    async fn get(&self, log: Log, first: Noisy) -> io::Result<u32> {
        let _local = log.noisy("local");
        let _ = &first;
        log.noisy("temporary").found()
    }
}

#[tokio::test(start_paused = true)]
async fn async_trait_methods() {
    let log = Log::default();
    let first = log.noisy("first");
    Without.get(log.clone(), first).await.unwrap();
    let expected = log.take();
    let first = log.noisy("first");
    With.get(log.clone(), first).await.unwrap();
    assert_eq!(log.take(), expected);
}
