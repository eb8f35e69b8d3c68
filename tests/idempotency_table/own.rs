//! Executors, wrappers and operations of one's own.

use super::common::*;
pub trait Ext: Future + Sized {
    fn logged(self) -> Logged<Self> {
        Logged(Box::pin(self))
    }
    fn timeout_in(self, d: Duration) -> tokio::time::Timeout<Self> {
        tokio::time::timeout(d, self)
    }
    async fn run_it(self) -> Self::Output {
        self.await
    }
}
impl<F: Future> Ext for F {}
pub struct Logged<F>(pub Pin<Box<F>>);
impl<F: Future> Future for Logged<F> {
    type Output = F::Output;
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<F::Output> {
        self.0.as_mut().poll(cx)
    }
}
pub trait Race {
    type Output;
    async fn race(self) -> Self::Output;
}
impl<A: Future> Race for (A,) {
    type Output = A::Output;
    async fn race(self) -> A::Output {
        self.0.await
    }
}
impl<A: Future, B: Future> Race for (A, B) {
    type Output = A::Output;
    async fn race(self) -> A::Output {
        self.0.await
    }
}
impl<A: Future> Race for [A; 1] {
    type Output = A::Output;
    async fn race(self) -> A::Output {
        let [a] = self;
        a.await
    }
}
impl<A: Future> Race for Vec<A> {
    type Output = A::Output;
    async fn race(mut self) -> A::Output {
        self.pop().unwrap().await
    }
}
impl<A: Future> std::ops::BitOr<A> for Held<A> {
    type Output = A;
    fn bitor(self, _: A) -> A {
        self.future
    }
}

pub async fn within_all<F: Future>(all: Vec<F>) -> F::Output {
    let mut all = all;
    all.pop().unwrap().await
}
pub async fn within_slice<F: Future + Unpin>(all: &mut [F]) -> F::Output {
    (&mut all[0]).await
}
pub async fn send_all<O>(_: Vec<O>) -> io::Result<u64> {
    Ok(1)
}
pub async fn send_slice<O>(_: &[O]) -> io::Result<u64> {
    Ok(1)
}
pub fn lazy<F: Future<Output = io::Result<u64>> + 'static>(
    f: F,
) -> Pin<Box<dyn Future<Output = io::Result<u64>>>> {
    Box::pin(f)
}
pub fn go<F>(f: F)
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(f);
}
pub fn go_handle<F>(f: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(f)
}
pub struct Executor;
impl Executor {
    pub fn execute<F>(&self, f: F)
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        tokio::spawn(f);
    }
    pub fn submit<F>(&self, f: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        tokio::spawn(f)
    }
    pub fn submit_with<F>(&self, f: impl FnOnce() -> F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        tokio::spawn(f())
    }
}
impl Charge {
    pub async fn execute(self, _: &Bank) -> io::Result<u64> {
        Ok(1)
    }
    pub async fn execute_ref(&self, _: &Bank) -> io::Result<u64> {
        Ok(1)
    }
    pub fn execute_sync(&self) -> io::Result<u64> {
        Ok(1)
    }
    pub fn with_cents(self, cents: u64) -> Self {
        Self { cents }
    }
    pub fn builder() -> ChargeBuilder {
        ChargeBuilder
    }
}
pub struct ChargeBuilder;
impl ChargeBuilder {
    pub fn cents(self, _: u64) -> Self {
        self
    }
    pub fn build(self) -> Charge {
        Charge { cents: 1 }
    }
}
pub fn make_charge() -> Charge {
    Charge { cents: 1 }
}
pub static CHARGE: Charge = Charge { cents: 1 };
pub const A_CHARGE: Charge = Charge { cents: 1 };
pub struct Tonic<T>(pub T);
impl<T> Tonic<T> {
    pub fn new(t: T) -> Self {
        Self(t)
    }
    pub fn into_inner(self) -> T {
        self.0
    }
}
impl<T> From<T> for Tonic<T> {
    fn from(t: T) -> Self {
        Tonic(t)
    }
}
impl Bank {
    pub async fn rpc<T>(&self, _: Tonic<T>) -> io::Result<u64> {
        Ok(1)
    }
    #[allow(clippy::wrong_self_convention)]
    pub async fn into_rpc<T>(&self, _: impl Into<Tonic<T>>) -> io::Result<u64> {
        Ok(1)
    }
    pub async fn call_typed(&self, _: Charge) -> io::Result<u64> {
        Ok(1)
    }
    pub fn begin(&self, _: Charge) -> Pending {
        Pending
    }
    pub fn charge_op(&self) -> Charge {
        Charge { cents: 1 }
    }
}
pub struct Pending;
impl Pending {
    pub async fn finish(self) -> io::Result<u64> {
        Ok(1)
    }
}
impl IntoFuture for Pending {
    type Output = io::Result<u64>;
    type IntoFuture = Ready<io::Result<u64>>;
    fn into_future(self) -> Ready<io::Result<u64>> {
        ready(Ok(1))
    }
}
pub struct Lazy2<F>(pub F);
impl<F: Future> IntoFuture for Lazy2<F> {
    type Output = F::Output;
    type IntoFuture = F;
    fn into_future(self) -> F {
        self.0
    }
}
