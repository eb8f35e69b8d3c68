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
    a_future_of_ones_own_in_a_variable: { let c = Same(Box::pin(charge())); c.await }
    poll_fn_around_it: { let mut c = Box::pin(charge()); poll_fn(move |cx| c.as_mut().poll(cx)).await }
    a_vector_of_boxes: { let v: Vec<Pin<Box<dyn Future<Output = io::Result<u64>>>>> = vec![Box::pin(charge())]; join_all(v).await.remove(0) }
    select_of_erased: { let c: Fut<u64> = Box::pin(charge()); tokio::select! { n = c => n } }
    a_stream_of_ones_own: { let mut s = Box::pin(stream::unfold((), |()| async { Some((pay().await, ())) })); s.next().await.unwrap() }
    a_stream_of_helpers: { stream::iter(0..1).then(|_| pay()).boxed_local().next().await.unwrap() }
    an_unordered_set_of_boxes: { let mut f: FuturesUnordered<Fut<u64>> = FuturesUnordered::new(); let c: Fut<u64> = Box::pin(charge()); f.push(c); f.next().await.unwrap() }
    a_variable_in_a_struct: { let c = charge(); let held = Held { future: c }; held.run().await }
    a_variable_in_a_tuple: { let two = (charge(), later()); both(two).await }
    a_fn_in_a_variable: { let make = charge; let f = Box::pin(make()) as Pin<Box<dyn Future<Output = _>>>; f.await }
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
    a_drop: { drop(Lazy(Some(Box::pin(charge())))); Ok(1) }
    an_inner_retry: { #[retry] async fn inner() -> io::Result<u64> { pay().await } inner().await }
    a_mark_that_is_hidden_inside: { #[non_idempotent] async fn outer() -> io::Result<u64> { pay().await } let c = Box::pin(outer()); let s = Same(c); s.await }
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
    policy_run_of_a_block: { } Policy::DEFAULT.run(|_| async { charge().await });
    policy_run_of_an_async_closure: { } Policy::DEFAULT.run(async |_| charge().await);
    policy_run_of_a_helper: { } Policy::DEFAULT.run(|_| pay());
    policy_run_of_a_dyn: { } Policy::DEFAULT.run(|_| erased());
    policy_run_of_a_sync_call: { } Policy::DEFAULT.run(|_| ready(charge_sync()));
    policy_run_within: { } Policy::DEFAULT.run(|_| within(charge()));
}
