//! Ways that compile, and that nothing notices: what runs in a task or on a thread of
//! its own is not part of the attempt. And what is not to be noticed.

use super::common::*;

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
    an_operation_of_a_helper: { async fn helper() -> io::Result<u64> { send(Charge { cents: 1 }).await } helper().await }
    an_operation_by_the_name_of_its_type: { join_all((0..2).map(Refund).map(send)).await.remove(0) }
    an_operation_by_the_name_of_a_function: { [Charge { cents: 1 }].iter().map(send_sync).next().unwrap() }
    a_constant_that_goes_to_a_sync_call: { send_sync(&CHARGE) }
    a_unit_that_goes_to_a_sync_call: { send_sync(&Cancel) }
    a_conversion_that_goes_to_a_sync_call: { let op: Charge = 1.into(); send_sync(&op) }
    a_part_of_what_a_function_returned_that_goes_to_a_sync_call: { match load() { Ok(op) => send_sync(&op), Err(error) => Err(error) } }
    a_field_of_a_struct_that_sends_itself: { let request = Request { body: Charge { cents: 1 } }; request.body.send_it() }
    a_key_of_a_helper: { place(fresh_key()).await }
    a_key_under_another_name: { use IdempotencyKey as Key; place(Key::new()).await }
}

fn fresh_key() -> IdempotencyKey {
    IdempotencyKey::new()
}

#[derive(Operation, Clone, Copy)]
#[operation(non_idempotent)]
struct Copied(u64);

struct Holder {
    op: Charge,
    copied: Copied,
}

const HOLDER: Holder = Holder {
    op: Charge { cents: 1 },
    copied: Copied(1),
};

fn down() -> io::Result<u64> {
    Err(io::ErrorKind::TimedOut.into())
}

items! { unseen_items:
    an_operation_of_a_field_that_sends_itself: { impl Holder { #[retry] pub async fn case(&self) -> io::Result<u64> { self.op.execute_ref(&Bank).await } } } async { HOLDER.case().await };
    a_copy_of_an_operation_in_a_field: { impl Holder { #[retry] pub async fn case2(&self) -> io::Result<u64> { send(self.copied).await } } } async { HOLDER.case2().await };
    an_operation_in_an_unknown_type: { #[retry] pub async fn case(request: &Request<Charge>) -> io::Result<u64> { send_ref(request).await } } async { case(&Request { body: Charge { cents: 1 } }).await };
    an_operation_of_an_unbounded_type: { #[retry] pub async fn case<O>(op: &O) -> io::Result<u64> { send_ref(op).await } } async { case(&Charge { cents: 1 }).await };
    an_operation_in_a_closure: { } Policy::DEFAULT.run(|_| send(Charge { cents: 1 }));
    a_spawned_call_in_a_closure: { } Policy::DEFAULT.run(|_| async { tokio::spawn(charge()).await? });
    a_sync_call_of_a_predicate: { #[retry(on = |_| charge_sync().is_ok(), backoff = none)] pub async fn case() -> io::Result<u64> { down() } } case();
    a_sync_call_of_a_hook_that_awaits_nothing: { #[retry(before_retry = |_| drop(charge_sync()), backoff = none)] pub async fn case() -> io::Result<u64> { down() } } case();
    a_spawned_call_of_a_notice: { #[retry(notify = |_| drop(tokio::spawn(charge())), backoff = none)] pub async fn case() -> io::Result<u64> { down() } } case();
    a_timer_that_is_a_call: { #[retry(sleep = |_| charge(), backoff = fixed(1ms))] pub async fn case() -> io::Result<u64> { down() } } case();
}

items! { silent:
    assumed: { #[retry] pub async fn case() -> io::Result<u64> { charge().assume_idempotent().await } } case();
    assumed_with_all_inside: { #[non_idempotent] async fn outer() -> io::Result<u64> { pay().await } #[retry] pub async fn case() -> io::Result<u64> { outer().assume_idempotent().await } } case();
    assumed_in_a_helper: { async fn once() -> io::Result<u64> { charge().assume_idempotent().await } #[retry] pub async fn case() -> io::Result<u64> { once().await } } case();
    assumed_sync: { #[retry] pub fn case() -> io::Result<u64> { assume_idempotent(charge_sync) } } async { case() };
    assumed_of_an_operation: { #[retry] pub async fn case() -> io::Result<u64> { let op = Charge::new(1); assume_idempotent(|| send_ref(&op)).await } } case();
    assumed_of_an_operation_sync: { #[retry] pub fn case() -> io::Result<u64> { let op = Charge { cents: 1 }; assume_idempotent(|| send_sync(&op)) } } async { case() };
    assumed_of_an_operation_in_a_task: { #[retry] pub async fn case() -> io::Result<u64> { tokio::spawn(assume_idempotent(|| send(Charge { cents: 1 }))).await? } } case();
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
