// Every shape of a retried function, with every option, by absolute paths
// alone. Included where names have been taken away or given other meanings.

use ::core::sync::atomic::{AtomicU32, Ordering};

/// What fails.
#[::core::prelude::v1::derive(
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::fmt::Debug,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq
)]
pub struct Failure(
    /// The number of the call that failed.
    pub u32,
);

impl ::retry_runtime::Transient for Failure {
    fn verdict(&self) -> ::retry_runtime::Verdict {
        ::retry_runtime::Verdict::transient()
    }
}

impl ::core::convert::From<::retry_runtime::Elapsed> for Failure {
    fn from(_: ::retry_runtime::Elapsed) -> Self {
        Self(0)
    }
}

/// A policy.
pub const POLICY: ::retry_runtime::Policy = ::retry_runtime::Policy::DEFAULT.with_max(2);

/// Fails twice, then answers with the number of the call.
fn fail_twice(calls: &AtomicU32) -> ::core::result::Result<u32, Failure> {
    let number = calls.fetch_add(1, Ordering::Relaxed) + 1;
    if number < 3 {
        return ::core::result::Result::Err(Failure(number));
    }
    ::core::result::Result::Ok(number)
}

/// Takes a reference to an object, which a reference to the error becomes.
fn is_failure(failure: &dyn ::core::fmt::Debug) -> bool {
    let _ = failure;
    true
}

const fn timed_out(_: ::retry_runtime::Elapsed) -> Failure {
    Failure(99)
}

/// No option.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry]
pub async fn bare(calls: &AtomicU32) -> ::core::result::Result<u32, Failure> {
    fail_twice(calls)
}

/// Every option, as a literal where there is one.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(
    max = 3,
    backoff = exp(10ms, 2, 1s),
    jitter = full,
    on = |failure| failure.0 < 3,
    on_ok = |number| *number == 0,
    timeout = 1s,
    deadline = 10s,
    elapsed = timed_out,
    before_retry = |retry| { fail_never(::retry_runtime::Attempt::number(&retry)).await?; ::core::result::Result::Ok(()) },
    attempt = at,
    name = "everything",
    sleep = ::tokio::time::sleep,
    crate = ::retry_runtime,
)]
pub async fn literals(
    name: ::std::string::String,
    mut count: u32,
    (first, mut second): (u32, u32),
    calls: &AtomicU32,
) -> ::core::result::Result<u32, Failure> {
    count += 1;
    second += 1;
    let number = fail_twice(calls)?;
    let sum = count + first + second;
    ::core::result::Result::Ok(number * one(::retry_runtime::Attempt::is_retry(&at)) + sum * one(name.is_empty()))
}

async fn fail_never(number: u32) -> ::core::result::Result<(), Failure> {
    ::core::future::ready(()).await;
    if number == 0 {
        return ::core::result::Result::Err(Failure(number));
    }
    ::core::result::Result::Ok(())
}

/// 1 for true.
fn one(flag: bool) -> u32 {
    ::core::convert::From::from(flag)
}

/// Every option, as an expression where it can be one.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(
    max = retries,
    backoff = [::core::time::Duration::from_millis(1); 9],
    on = is_failure,
    timeout = ::core::time::Duration::from_secs(1),
    deadline = ::core::option::Option::Some(::core::time::Duration::from_secs(5)),
    elapsed = |_| Failure(7),
    before_retry = |_| fail_never(1),
    policy = &POLICY,
)]
pub async fn expressions(calls: &AtomicU32, retries: u32) -> ::core::result::Result<u32, Failure> {
    fail_twice(calls)
}

/// Sync.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry]
pub fn blocking(calls: &AtomicU32) -> ::core::result::Result<u32, Failure> {
    fail_twice(calls)
}

/// Sync, with every option that it has.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(
    max = 3,
    backoff = "fixed(1ms)",
    jitter = 0.5,
    on = is_failure,
    on_ok = |number| *number == 0,
    deadline = 10s,
    before_retry = |_| (),
    attempt = at,
    policy = &POLICY,
    name = "blocking",
    sleep = ::std::thread::sleep,
)]
pub fn blocking_with_options(
    mut count: u32,
    calls: &AtomicU32,
) -> ::core::result::Result<u32, Failure> {
    count += 1;
    fail_twice(calls).map(|number| number + count * one(!::retry_runtime::Attempt::is_retry(&at)))
}

/// A future by name.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(timeout = 1s)]
pub fn future(
    calls: &AtomicU32,
) -> impl ::core::future::Future<Output = ::core::result::Result<u32, Failure>> {
    async move { fail_twice(calls) }
}

/// A future in a box.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(backoff = none)]
pub fn boxed<'a>(
    calls: &'a AtomicU32,
) -> ::core::pin::Pin<
    ::std::boxed::Box<
        dyn ::core::future::Future<Output = ::core::result::Result<u32, Failure>>
            + ::core::marker::Send
            + 'a,
    >,
> {
    ::std::boxed::Box::pin(async move { fail_twice(calls) })
}

/// A client.
#[::core::prelude::v1::derive(::core::fmt::Debug, ::core::default::Default)]
pub struct Client {
    /// Calls made.
    pub calls: AtomicU32,
    /// Connections made.
    pub connects: u32,
}

impl Client {
    /// By reference.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::retry(policy = &POLICY, name = "get")]
    pub async fn get(&self) -> ::core::result::Result<u32, Failure> {
        fail_twice(&self.calls)
    }

    /// By unique reference.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::retry(before_retry = |_| self.connect(), timeout = 1s)]
    pub async fn get_connected(&mut self) -> ::core::result::Result<u32, Failure> {
        fail_twice(&self.calls).map(|number| number * 10 + self.connects)
    }

    async fn connect(&mut self) {
        ::core::future::ready(()).await;
        self.connects += 1;
    }

    /// By value.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::retry]
    pub async fn get_once(self) -> ::core::result::Result<u32, Failure> {
        fail_twice(&self.calls)
    }
}

#[::retry_runtime::retry(max = 4, deadline = 10s)]
impl Client {
    /// Under the block's policy.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::idempotent]
    pub async fn list(&self) -> ::core::result::Result<u32, Failure> {
        fail_twice(&self.calls)
    }

    /// Under one of its own.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::idempotent]
    #[retry(max = 2)]
    pub async fn count(&self) -> ::core::result::Result<u32, Failure> {
        fail_twice(&self.calls)
    }

    /// Not retried.
    ///
    /// # Errors
    /// The service's.
    pub fn name(&self) -> ::core::result::Result<u32, Failure> {
        fail_twice(&self.calls)
    }
}

/// A service.
pub trait Service {
    /// Without a body.
    fn find(
        &self,
    ) -> impl ::core::future::Future<Output = ::core::result::Result<u32, Failure>> + ::core::marker::Send;
}

impl Service for Client {
    #[::retry_runtime::retry]
    async fn find(&self) -> ::core::result::Result<u32, Failure> {
        fail_twice(&self.calls)
    }
}

pub mod dynamic {
    //! What `async_trait` writes itself names `Box`.

    use super::{Client, Failure, fail_twice};
    use ::std::boxed::Box;

    /// A service behind `dyn`.
    #[::async_trait::async_trait]
    pub trait Dynamic {
        /// With every option.
        async fn fetch(&mut self, count: u32) -> ::core::result::Result<u32, Failure>;
    }

    #[::async_trait::async_trait]
    impl Dynamic for Client {
        #[::retry_runtime::retry(
            max = self.connects + 3,
            backoff = fixed(1ms),
            on = |failure| failure.0 < 9,
            timeout = 1s,
            deadline = 9s,
            before_retry = |_| { self.connect().await; ::core::result::Result::Ok(()) },
            attempt = at,
        )]
        async fn fetch(&mut self, mut count: u32) -> ::core::result::Result<u32, Failure> {
            count += at.number();
            fail_twice(&self.calls).map(|number| number + count)
        }
    }
}
