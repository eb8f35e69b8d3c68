//! What the cases call.

pub use super::operations::*;
pub use super::own::*;
pub use futures::future::{
    Either, FutureExt, OptionFuture, TryFutureExt, join, join_all, select, select_all, select_ok,
    try_join_all,
};
pub use futures::stream::Stream;
pub use futures::stream::{self, FuturesOrdered, FuturesUnordered, StreamExt, TryStreamExt};
pub use retry_runtime::assume_idempotent;
pub use retry_runtime::{
    IdempotencyKey, Idempotent, IdempotentByKey, NonIdempotent, Operation, Policy, idempotent,
    non_idempotent, retry, retry_unsent,
};
pub use std::borrow::Cow;
pub use std::cell::{Cell, RefCell};
pub use std::collections::{HashMap, VecDeque};
pub use std::fmt::Write as _;
pub use std::future::poll_fn;
pub use std::future::{Future, IntoFuture, Ready, ready};
pub use std::io;
pub use std::panic::AssertUnwindSafe;
pub use std::pin::{Pin, pin};
pub use std::rc::Rc;
pub use std::sync::Arc;
pub use std::sync::Mutex;
pub use std::time::Duration;
pub use tokio::spawn;
pub use tokio::sync::OnceCell;
pub use tokio::task::JoinSet;
pub use tokio::time::timeout;
pub use tracing::Instrument;
pub use tracing::instrument::WithSubscriber;

pub const SECOND: Duration = Duration::from_secs(1);
pub static CELL: OnceCell<u64> = OnceCell::const_new();
tokio::task_local! { pub static LOCAL: u64; }

pub type Fut<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;
pub type Marked = NonIdempotent<Ready<io::Result<u64>>>;

#[non_idempotent]
pub async fn charge() -> io::Result<u64> {
    charge_n(1).await
}

#[non_idempotent]
pub async fn charge_n(cents: u64) -> io::Result<u64> {
    tokio::task::yield_now().await;
    Ok(cents)
}

#[non_idempotent]
pub async fn charge_unit(_: ()) {}

#[non_idempotent]
pub async fn charge_nothing() -> io::Result<()> {
    Ok(())
}

#[non_idempotent]
pub async fn charge_generic<T: Send>(_: T) -> io::Result<u64> {
    Ok(1)
}

#[non_idempotent]
pub fn charge_sync() -> io::Result<u64> {
    Ok(1)
}

pub fn charge_marked(cents: u64) -> Marked {
    NonIdempotent::new(ready(Ok(cents)))
}

#[non_idempotent]
pub fn charge_dyn() -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> {
    Box::pin(safe())
}

#[non_idempotent]
pub fn charge_pinned_impl() -> Pin<Box<impl Future<Output = io::Result<u64>>>> {
    Box::pin(safe())
}

#[non_idempotent]
#[retry_unsent]
pub async fn charge_unsent() -> io::Result<u64> {
    Ok(1)
}

#[retry(key = key)]
pub async fn place_with_own_key() -> io::Result<u64> {
    Ok(key.to_string().len() as u64)
}

pub async fn safe() -> io::Result<u64> {
    Ok(1)
}

pub async fn later() {
    tokio::time::sleep(SECOND).await;
}

pub async fn within<F: Future>(future: F) -> F::Output {
    future.await
}

pub async fn with_log<F: Future>(make: impl FnOnce() -> F) -> F::Output {
    make().await
}

pub async fn with_bank<'a, F: Future>(make: impl FnOnce(&'a Bank) -> F) -> F::Output {
    make(&Bank).await
}

pub async fn both<A: Future, B>(two: (A, B)) -> A::Output {
    two.0.await
}

pub async fn maybe<F: Future<Output = io::Result<u64>>>(future: Option<F>) -> io::Result<u64> {
    match future {
        Some(future) => future.await,
        None => Ok(0),
    }
}

pub struct Within {
    pub n: u64,
}

pub struct Held<F> {
    pub future: F,
}

impl<F: Future> Held<F> {
    pub async fn run(self) -> F::Output {
        self.future.await
    }
}

pub struct Bank;

pub trait Pay {
    fn pay(&self) -> NonIdempotent<impl Future<Output = io::Result<u64>>>;
}

pub trait PayDyn {
    fn pay_dyn(&self) -> NonIdempotent<Fut<u64>>;
}

impl Pay for Bank {
    #[non_idempotent]
    async fn pay(&self) -> io::Result<u64> {
        Ok(1)
    }
}

impl PayDyn for Bank {
    fn pay_dyn(&self) -> NonIdempotent<Fut<u64>> {
        NonIdempotent::new(Box::pin(safe()))
    }
}

impl Bank {
    #[non_idempotent]
    pub async fn charge(&self) -> io::Result<u64> {
        Ok(1)
    }

    pub async fn run<F: Future>(&self, future: F) -> F::Output {
        future.await
    }

    pub async fn run_with<F: Future>(&self, make: impl FnOnce() -> F) -> F::Output {
        make().await
    }

    pub async fn send<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }

    pub fn send_sync<O>(&self, _: O) -> io::Result<u64> {
        Ok(1)
    }
}

#[derive(Operation, Default, Clone)]
#[operation(non_idempotent)]
pub struct Charge {
    pub cents: u64,
}

impl Charge {
    pub fn new(cents: u64) -> Self {
        Self { cents }
    }
}

impl From<u64> for Charge {
    fn from(cents: u64) -> Self {
        Self { cents }
    }
}

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Refund(pub u64);

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Cancel;

#[derive(Operation)]
#[operation(keyed)]
pub struct Place {
    pub item: u64,
}

#[derive(Operation)]
#[operation(safe)]
pub struct Get {
    pub id: u64,
}

#[derive(Operation)]
pub enum Orders {
    #[operation(non_idempotent)]
    Charge { cents: u64 },
}

pub struct Request<T> {
    pub body: T,
}

pub async fn send<O>(_: O) -> io::Result<u64> {
    Ok(1)
}

pub async fn send_ref<O>(_: &O) -> io::Result<u64> {
    Ok(1)
}

pub fn send_sync<O>(_: &O) -> io::Result<u64> {
    Ok(1)
}

pub async fn send_request<T>(_: Request<T>) -> io::Result<u64> {
    Ok(1)
}

pub struct WithKey {
    pub key: u64,
}

pub async fn place(_: IdempotencyKey) -> io::Result<u64> {
    Ok(1)
}

/// Gives back what it is given, as what it is.
pub struct Same<F>(pub F);

impl<F: Future + Unpin> Future for Same<F> {
    type Output = F::Output;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<F::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

#[allow(
    clippy::type_complexity,
    reason = "a type as it is written without a name of its own"
)]
pub async fn with_arc(
    make: Arc<dyn Fn() -> Pin<Box<dyn Future<Output = io::Result<u64>>>>>,
) -> io::Result<u64> {
    make().await
}
