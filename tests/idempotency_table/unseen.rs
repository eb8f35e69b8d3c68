//! Ways that compile, and that nothing notices: what runs in a task or on a thread of
//! its own is not part of the attempt. And what is not to be noticed.

use super::common::*;
use retry_runtime::assume_idempotent;

async fn pay() -> io::Result<u64> {
    charge().await
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

bodies! { unseen:
    a_helper_in_a_task: { tokio::spawn(pay()).await? }
    a_helper_in_a_set_of_tasks: { let mut s = JoinSet::new(); s.spawn(pay()); s.join_next().await.unwrap()? }
    a_helper_on_a_blocking_thread: { tokio::task::spawn_blocking(|| futures::executor::block_on(pay())).await? }
    a_sync_call_on_a_blocking_thread: { tokio::task::spawn_blocking(charge_sync).await? }
    a_sync_call_on_a_thread: { std::thread::spawn(charge_sync).join().unwrap() }
    an_operation_of_a_field: { send(&Holder { op: Charge { cents: 1 } }.op).await }
}

struct Holder {
    op: Charge,
}

items! { silent:
    assumed: { #[retry] pub async fn case() -> io::Result<u64> { charge().assume_idempotent().await } } case();
    assumed_with_all_inside: { #[non_idempotent] async fn outer() -> io::Result<u64> { pay().await } #[retry] pub async fn case() -> io::Result<u64> { outer().assume_idempotent().await } } case();
    assumed_in_a_helper: { async fn once() -> io::Result<u64> { charge().assume_idempotent().await } #[retry] pub async fn case() -> io::Result<u64> { once().await } } case();
    assumed_sync: { #[retry] pub fn case() -> io::Result<u64> { assume_idempotent(charge_sync) } } async { case() };
    alone: { } charge();
    alone_in_a_helper: { } pay();
    alone_sync: { } async { charge_sync() };
    around_a_retry: { #[retry] pub async fn look() -> io::Result<u64> { safe().await } #[non_idempotent] pub async fn case() -> io::Result<u64> { look().await?; charge().await } } case();
    after_a_retry: { #[retry] pub async fn look() -> io::Result<u64> { safe().await } } async { look().await?; pay().await };
    without_retries: { const NONE: Policy = Policy::DEFAULT.with_max(0); #[retry(policy = &NONE, timeout = none, deadline = none)] pub async fn case() -> io::Result<u64> { pay().await } } case();
    run_without_retries: { } Policy::DEFAULT.with_max(0).run(|_| pay());
    only_unsent: { #[non_idempotent] #[retry_unsent] pub async fn outer() -> io::Result<u64> { safe().await } } async { outer().await };
    with_its_own_key: { } place_with_own_key();
}
