//! `crate`: where the runtime lives, for libraries that re-export it.

mod support;

/// Hides the runtime's own name: what follows has to go through `library`.
mod library {
    pub mod deep {
        pub use ::retry_runtime as retries;
    }
    pub use ::retry_runtime as runtime;
}

use library::runtime::{idempotent, non_idempotent, retry};
use support::{Calls, Fault, ms};

#[retry(crate = library::runtime, timeout = 1s, deadline = 10s, attempt = at, before_retry = |_| ())]
async fn relative(calls: &Calls) -> Result<u32, Fault> {
    assert_eq!(at.number(), calls.next());
    Err(Fault::Down(at.number()))
}

#[retry(crate = crate::library::deep::retries, max = 9, backoff = [ms(1), ms(2)])]
async fn absolute(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(crate = ::retry_runtime)]
async fn global(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(crate = library::runtime, sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

mod inner {
    use super::library::deep::retries;
    use super::{Calls, Fault};

    #[retries::retry(crate = retries, max = 1)]
    pub(super) async fn renamed(calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }

    #[retries::retry(crate = super::library::runtime)]
    pub(super) async fn above(calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }
}

struct Client(Calls);

#[retry(crate = library::runtime, max = 1)]
impl Client {
    #[idempotent(crate = library::runtime)]
    async fn get(&self) -> Result<u32, Fault> {
        self.0.fail()
    }

    #[idempotent(crate = library::runtime)]
    #[retry(max = 2)]
    async fn list(&self) -> Result<u32, Fault> {
        self.0.fail()
    }

    #[non_idempotent(crate = library::runtime)]
    async fn put(&self) -> Result<u32, Fault> {
        self.0.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn the_path_may_be_relative_or_absolute() {
    assert_eq!(relative(&Calls::new()).await, Err(Fault::Down(4)));
    assert_eq!(absolute(&Calls::new()).await, Err(Fault::Down(3)));
    assert_eq!(global(&Calls::new()).await, Err(Fault::Down(4)));
    assert_eq!(sync(&Calls::new()), Err(Fault::Down(4)));
    assert_eq!(inner::renamed(&Calls::new()).await, Err(Fault::Down(2)));
    assert_eq!(inner::above(&Calls::new()).await, Err(Fault::Down(4)));
}

#[tokio::test(start_paused = true)]
async fn an_impl_block_hands_it_on() {
    assert_eq!(Client(Calls::new()).get().await, Err(Fault::Down(2)));
    assert_eq!(Client(Calls::new()).list().await, Err(Fault::Down(3)));
    assert_eq!(Client(Calls::new()).put().await, Err(Fault::Down(1)));
}
