// Every declaration of idempotency, by absolute paths alone. Included behind
// `shapes.rs`, where names have been taken away or given other meanings.

/// Only reads.
#[::core::prelude::v1::derive(
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::fmt::Debug,
    ::retry_runtime::Operation
)]
#[operation(safe)]
pub struct GetUser;

/// Twice is once by its key.
#[::core::prelude::v1::derive(
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::fmt::Debug,
    ::retry_runtime::Operation
)]
pub enum Order<'a, T, const N: usize> {
    /// Reads it.
    #[operation(safe)]
    Show([u8; N]),
    /// Places it.
    #[operation(keyed)]
    Place(&'a T),
}

/// Must not run twice.
///
/// # Errors
/// The service's.
#[::retry_runtime::non_idempotent]
pub async fn charge(
    calls: &AtomicU32,
    (first, mut second): (u32, u32),
    _: bool,
) -> ::core::result::Result<u32, Failure> {
    second += first;
    let _ = second;
    fail_twice(calls)
}

/// Is repeated where nothing was sent.
///
/// # Errors
/// The service's.
#[::retry_runtime::non_idempotent]
#[::retry_runtime::retry_unsent(max = 2, timeout = 1s)]
pub async fn charge_unsent(calls: &AtomicU32) -> ::core::result::Result<u32, Failure> {
    let charge = || charge(calls, (1, 2), true).assume_idempotent();
    charge().await
}

/// Returns its future.
#[::retry_runtime::non_idempotent]
pub fn charge_later(
    calls: &AtomicU32,
) -> impl ::core::future::Future<Output = ::core::result::Result<u32, Failure>> {
    async { fail_twice(calls) }
}

/// Returns its future in a box.
#[must_use = "a charge is not made before it is awaited"]
#[::retry_runtime::non_idempotent]
pub fn charge_boxed<'a>(
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

/// Takes declared operations and others.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(strict)]
pub async fn operations<
    O: ::retry_runtime::Operation + ::retry_runtime::Idempotent + ::core::marker::Sync,
>(
    calls: &AtomicU32,
    get: GetUser,
    any: &O,
    list: &[GetUser],
    other: &(dyn ::core::fmt::Debug + ::core::marker::Sync),
) -> ::core::result::Result<u32, Failure> {
    let _ = (get, any, list, other);
    let wait = async |nanos: u64| {
        ::core::future::ready(()).await;
        ::std::vec![::core::future::ready(nanos).await; 2].len()
    };
    let _ = wait(1).await;
    charge_later(calls).assume_idempotent().await
}

/// Sends a key.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(key = key)]
pub async fn keyed<T: ::core::marker::Sync>(
    calls: &AtomicU32,
    order: Order<'_, T, 2>,
) -> ::core::result::Result<u32, Failure> {
    let _ = (&order, key);
    fail_twice(calls)
}

/// Sends the key of its caller.
///
/// # Errors
/// The service's.
#[::retry_runtime::retry(key = key, strict)]
pub async fn keyed_by_the_caller(
    calls: &AtomicU32,
    order: &Order<'_, u8, 2>,
    key: ::retry_runtime::IdempotencyKey,
) -> ::core::result::Result<u32, Failure> {
    let _ = (order, key);
    fail_twice(calls)
}

impl GetUser {
    /// Takes itself, declared as it is.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::retry(strict)]
    pub async fn call(&self, calls: &AtomicU32) -> ::core::result::Result<u32, Failure> {
        fail_twice(calls)
    }
}

/// A service whose calls are declared.
pub trait Bank {
    /// Must not run twice.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::non_idempotent]
    async fn pay(&mut self, calls: &AtomicU32) -> ::core::result::Result<u32, Failure>;

    /// Must not run twice either.
    ///
    /// # Errors
    /// The service's.
    #[::retry_runtime::non_idempotent]
    async fn pay_twice(&mut self, calls: &AtomicU32) -> ::core::result::Result<u32, Failure> {
        let first = self.pay(calls).await;
        let second = self.pay(calls).await;
        first.or(second)
    }
}

impl Bank for GetUser {
    #[::retry_runtime::non_idempotent]
    async fn pay(&mut self, calls: &AtomicU32) -> ::core::result::Result<u32, Failure> {
        fail_twice(calls)
    }
}

/// The same as an object. What `async_trait` writes needs a `Box`.
pub mod dynamic_bank {
    use ::std::boxed::Box;

    /// The same as an object.
    #[::async_trait::async_trait]
    pub trait DynBank {
        /// Must not run twice.
        ///
        /// # Errors
        /// The service's.
        #[::retry_runtime::non_idempotent]
        async fn pay(
            &self,
            calls: &super::AtomicU32,
        ) -> ::core::result::Result<u32, super::Failure>;
    }

    #[::async_trait::async_trait]
    impl DynBank for super::GetUser {
        #[::retry_runtime::non_idempotent]
        async fn pay(
            &self,
            calls: &super::AtomicU32,
        ) -> ::core::result::Result<u32, super::Failure> {
            super::charge_boxed(calls).await
        }
    }
}
