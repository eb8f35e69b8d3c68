//! Ways that compile, and that a debug build notices on a first attempt that
//! succeeds: the call panics with its name. One case a line.

use super::common::*;

/// A function in between that carries no mark.
async fn pay() -> io::Result<u64> {
    charge().await
}

fn pay_sync() -> io::Result<u64> {
    charge_sync()
}

fn erased() -> Pin<Box<dyn Future<Output = io::Result<u64>>>> {
    Box::pin(charge())
}

fn opaque() -> impl Future<Output = io::Result<u64>> {
    charge()
}

macro_rules! wait_for {
    ($call:expr) => {
        $call.await
    };
}

trait Teller {
    async fn tell(&self) -> io::Result<u64>;
}

impl Teller for Bank {
    async fn tell(&self) -> io::Result<u64> {
        charge().await
    }
}

async fn told(teller: &impl Teller) -> io::Result<u64> {
    teller.tell().await
}

struct Lazy(Option<Pin<Box<dyn Future<Output = io::Result<u64>>>>>);

impl Drop for Lazy {
    fn drop(&mut self) {
        let _ = self.0.take().map(FutureExt::now_or_never);
    }
}

macro_rules! bodies {
    ($list:ident: $($name:ident: { $($body:tt)* })*) => {
        $(mod $name {
            use super::*;
            #[retry]
            pub async fn case() -> io::Result<u64> { $($body)* }
        })*
        pub fn $list() -> Vec<(&'static str, Pin<Box<dyn Future<Output = io::Result<u64>>>>)> {
            vec![$((stringify!($name), Box::pin($name::case())),)*]
        }
    };
}

macro_rules! items {
    ($list:ident: $($name:ident: { $($item:tt)* } $call:expr;)*) => {
        $(mod $name {
            use super::*;
            $($item)*
        })*
        pub fn $list() -> Vec<(&'static str, Pin<Box<dyn Future<Output = io::Result<u64>>>>)> {
            vec![$((stringify!($name), { use $name::*; Box::pin($call) }),)*]
        }
    };
}

bodies! { noticed_bodies:
    a_helper: { pay().await }
    a_helper_of_a_helper: { async fn buy() -> io::Result<u64> { pay().await } buy().await }
    a_boxed_dyn: { erased().await }
    an_opaque_future: { opaque().await }
    a_method_of_a_plain_trait: { Bank.tell().await }
    a_generic_trait: { told(&Bank).await }
    an_unknown_macro: { wait_for!(charge()) }
    in_dbg: { dbg!(charge().await) }
    in_anyhow_ensure: { let check = async { anyhow::ensure!(charge().await.is_ok()); anyhow::Ok(1) }; check.await.map_err(io::Error::other) }
    a_stream_of_ones_own: { let mut s = Box::pin(stream::unfold((), |()| async { Some((pay().await, ())) })); s.next().await.unwrap() }
    a_stream_of_helpers: { stream::iter(0..1).then(|_| pay()).boxed_local().next().await.unwrap() }
    a_variable_in_a_struct: { let c = charge(); let held = Held { future: c }; held.run().await }
    a_variable_in_a_tuple: { let two = (charge(), later()); both(two).await }
    a_fn_in_a_struct: { struct Calls<F>(F); let calls = Calls(pay); (calls.0)().await }
    a_map_of_fns: { let calls = [pay]; calls[0]().await }
    an_async_block_of_a_helper: { async { pay().await }.await }
    a_timeout_of_a_helper: { timeout(SECOND, pay()).await? }
    a_joined_helper: { tokio::join!(pay(), later()).0 }
    a_helper_in_a_local_set: { tokio::task::LocalSet::new().run_until(pay()).await }
    an_unconstrained_helper: { tokio::task::unconstrained(pay()).await }
    a_helper_that_is_shared: { pay().map_err(|e| e.kind()).shared().await.map_err(io::Error::from) }
    a_helper_on_a_once_cell: { let cell = OnceCell::new(); cell.get_or_try_init(pay).await.copied() }
    a_sync_call: { charge_sync() }
    a_sync_helper: { pay_sync() }
    a_sync_call_in_a_closure: { [1].map(|_| charge_sync()).into_iter().next().unwrap() }
    a_sync_call_by_name: { Ok(1).and_then(|_: u64| charge_sync()) }
    a_drop: { drop(Lazy(Some(Box::pin(pay())))); Ok(1) }
    an_inner_retry: { #[retry] async fn inner() -> io::Result<u64> { pay().await } inner().await }
    ext_method_within: { within(charge().logged()).await }
    ext_method_var_within: { let l = charge().logged(); within(l).await }
    race_tuple: { (charge(), safe()).race().await }
    race_array: { [charge()].race().await }
    race_vec: { vec![charge()].race().await }
    race_tuple_var: { let t = (charge(), safe()); t.race().await }
    race_nested: { ((charge(),).race(), safe()).race().await }
    matches_guard: { Ok(matches!(1, _ if charge().await.is_ok()) as u64) }
    tracing_info: { tracing::info!(x = ?charge().await, "m"); charge_sync() }
    own_macro_in_body: { macro_rules! m { () => { charge().await } } m!() }
    own_macro_block: { macro_rules! m { ($($t:tt)*) => { async { $($t)* } } } m!(charge().await).await }
    anyhow_ensure_in: { (async { anyhow::ensure!(charge().await.is_ok()); anyhow::Ok(1u64) }).await.map_err(io::Error::other) }
    task_local_sync: { LOCAL.sync_scope(1, charge_sync) }
    stream_into_stream: { Box::pin(charge().into_stream()).next().await.unwrap() }
    stream_into_stream_var: { let s = charge().into_stream(); let mut s = Box::pin(s); s.next().await.unwrap() }
    stream_collect_turbo: { let mut f = [charge()].into_iter().collect::<FuturesUnordered<_>>(); f.next().await.unwrap() }
    stream_repeat_with: { Box::pin(stream::repeat_with(charge).buffered(1)).next().await.unwrap() }
    stream_scan: { let mut s = Box::pin(stream::iter(0..2).scan((), |_, n| charge_n(n).map(|c| c.ok()))); Ok(s.next().await.unwrap()) }
    future_const_fn_within: { const F: fn() -> Marked = || charge_marked(1); with_log(F).await }
    future_generic_trait: { async fn g<P: Pay>(p: &P) -> io::Result<u64> { p.pay().await } g(&Bank).await }
    future_poll_ready: { let mut c = pin!(charge()); std::future::poll_fn(|cx| c.as_mut().poll(cx)).await }
    future_waker: { let mut c = pin!(charge()); let mut cx = std::task::Context::from_waker(futures::task::noop_waker_ref()); let _ = c.as_mut().poll(&mut cx); Ok(1) }
    after_an_assumed_one: { charge().assume_idempotent().await?; pay().await }
}

items! { noticed_items:
    timed: { #[retry(timeout = 5s, deadline = 9s, on = |_| true, elapsed = |_| io::ErrorKind::TimedOut.into())] pub async fn case() -> io::Result<u64> { pay().await } } case();
    hedged: { #[retry(hedge = 5s)] pub async fn case() -> io::Result<u64> { pay().await } } case();
    nested: { #[retry(nested = allow)] pub async fn case() -> io::Result<u64> { pay().await } } case();
    spanned: { #[retry(name = "buy", budget = none)] pub async fn case() -> io::Result<u64> { pay().await } } case();
    generic: { #[retry] pub async fn case<F: Future<Output = io::Result<u64>>>(make: impl Fn() -> F) -> io::Result<u64> { make().await } } case(charge);
    a_dyn_argument: { #[retry] pub async fn case(make: &dyn Fn() -> Fut<u64>) -> io::Result<u64> { make().await } } case(&|| Box::pin(charge()));
    a_closure_argument: { #[retry] pub async fn case(make: impl AsyncFn() -> io::Result<u64>) -> io::Result<u64> { make().await } } case(async || charge().await);
    a_future_argument_by_reference: { #[retry] pub async fn case(call: &mut Fut<u64>) -> io::Result<u64> { call.as_mut().await } } async { case(&mut (Box::pin(charge()) as Fut<u64>)).await };
    a_future_fn: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { async { pay().await } } } case();
    a_future_fn_of_a_call: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { pay() } } case();
    a_hook: { #[retry(before_retry = |_| { let _ = pay().await; }, backoff = none)] pub async fn case() -> io::Result<u64> { Err(io::ErrorKind::TimedOut.into()) } } case();
    only_unsent: { #[non_idempotent] #[retry_unsent] pub async fn case() -> io::Result<u64> { pay().await } } case();
    sync: { #[retry] pub fn case() -> io::Result<u64> { charge_sync() } } async { case() };
    sync_helper: { #[retry] pub fn case() -> io::Result<u64> { pay_sync() } } async { case() };
    a_keyed_fn_by_a_helper: { async fn order() -> io::Result<u64> { place_with_own_key().await } #[retry] pub async fn case() -> io::Result<u64> { order().await } } case();
    sync_pollster_ext: { #[retry] pub fn case() -> io::Result<u64> { trait Wait: Future + Sized { fn wait(self) -> Self::Output { futures::executor::block_on(self) } } impl<F: Future> Wait for F {} charge().wait() } } async { case() };
    impl_block_sync: { pub struct A; #[retry] impl A { #[idempotent] pub fn get(&self) -> io::Result<u64> { self.charge() } #[non_idempotent] pub fn charge(&self) -> io::Result<u64> { Ok(1) } } } async { A.get() };
    trait_impl_only_generic: { pub trait T { fn go2(&self) -> impl Future<Output = io::Result<u64>>; } impl T for Bank { #[non_idempotent] async fn go2(&self) -> io::Result<u64> { Ok(1) } } #[retry] pub async fn case<X: T>(x: &X) -> io::Result<u64> { x.go2().await } } case(&Bank);
    result_impl_future: { #[non_idempotent] pub fn prep() -> io::Result<impl Future<Output = io::Result<u64>>> { Ok(safe()) } #[retry] pub async fn case() -> io::Result<u64> { prep()?.await } } case();
    tuple_impl_future: { #[non_idempotent] pub fn prep() -> (u64, impl Future<Output = io::Result<u64>>) { (1, safe()) } #[retry] pub async fn case() -> io::Result<u64> { prep().1.await } } case();
    option_ready: { #[non_idempotent] pub fn prep() -> Option<Ready<io::Result<u64>>> { Some(ready(Ok(1))) } #[retry] pub async fn case() -> io::Result<u64> { prep().unwrap().await } } case();
    returned_closure: { #[non_idempotent] pub fn prep() -> impl Fn() -> Fut<u64> { || Box::pin(safe()) } #[retry] pub async fn case() -> io::Result<u64> { prep()().await } } case();
    returned_stream: { #[non_idempotent] pub fn prep() -> impl Stream<Item = u64> { stream::iter([1]) } #[retry] pub async fn case() -> io::Result<u64> { Ok(prep().count().await as u64) } } case();
    hook_helper: { #[retry(before_retry = |_| { let _ = pay().await; }, backoff = none)] pub async fn case() -> io::Result<u64> { Err(io::ErrorKind::TimedOut.into()) } } case();
    poll_helper: { #[retry(max = 3, until = |_| false, backoff = none)] pub async fn case() -> io::Result<u64> { pay().await } } case();
    param_impl_fn_handed2: { #[retry] pub async fn case(c: impl Fn() -> Marked) -> io::Result<u64> { with_log(&c).await } } case(|| charge_marked(1));
    run_dyn: { pub async fn case() -> io::Result<u64> { Policy::DEFAULT.run(|_| Box::pin(charge()) as Fut<u64>).await } } case();
    run_blocking: { pub fn case() -> io::Result<u64> { Policy::DEFAULT.run_blocking(|_| charge_sync()).call() } } async { case() };
    run_async: { pub async fn case() -> io::Result<u64> { Policy::DEFAULT.run_async(async |_| charge().await).call().await } } case();
    fut_fn_before: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { let f = charge; async move { with_log(f).await } } } case();
    fut_fn_before2: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { let f = charge; async move { with_log(&f).await } } } case();
    marked_then_sync_wrapper: { #[non_idempotent] pub async fn a() -> io::Result<u64> { Ok(1) } pub fn b() -> impl Future<Output = io::Result<u64>> { a() } #[retry] pub async fn case() -> io::Result<u64> { b().await } } case();
    policy_run_of_a_block: { } Policy::DEFAULT.run(|_| async { charge().await });
    policy_run_of_an_async_closure: { } Policy::DEFAULT.run(async |_| charge().await);
    policy_run_of_a_helper: { } Policy::DEFAULT.run(|_| pay());
    policy_run_of_a_dyn: { } Policy::DEFAULT.run(|_| erased());
    policy_run_of_a_sync_call: { } Policy::DEFAULT.run(|_| ready(charge_sync()));
    policy_run_within: { } Policy::DEFAULT.run(|_| within(charge()));
}
