//! Ways that do not compile. One case a line; every line has an error, and no
//! other line has any.

use super::common::*;

/// A retried function around each body.
macro_rules! bodies {
    ($($name:ident: { $($body:tt)* })*) => {$(
        mod $name {
            use super::super::common::*;
            #[retry]
            async fn case() -> io::Result<u64> { $($body)* }
        }
    )*};
}

/// The same, of a function that awaits nothing.
macro_rules! sync_bodies {
    ($($name:ident: { $($body:tt)* })*) => {$(
        mod $name {
            use super::super::common::*;
            #[retry]
            fn case() -> io::Result<u64> { $($body)* }
        }
    )*};
}

/// Any item.
macro_rules! items {
    ($($name:ident: { $($item:tt)* })*) => {$(
        mod $name {
            use super::super::common::*;
            $($item)*
        }
    )*};
}

bodies! {
    // Statements.
    direct: { charge().await }
    question_mark: { Ok(charge().await?) }
    in_a_let: { let n = charge().await?; Ok(n) }
    let_else: { let Ok(n) = charge().await else { return Ok(0) }; Ok(n) }
    if_let: { if let Ok(n) = charge().await { return Ok(n); } Ok(0) }
    condition: { if charge().await.is_ok() { return Ok(1); } Ok(0) }
    match_scrutinee: { match charge().await { Ok(n) => Ok(n), Err(e) => Err(e) } }
    match_arm: { match 1 { 1 => charge().await, _ => Ok(0) } }
    while_condition: { while charge().await.is_err() {} Ok(1) }
    in_a_loop: { loop { break charge().await; } }
    in_a_for: { for _ in 0..2 { charge().await?; } Ok(1) }
    nested_block: { { { charge().await } } }
    returned: { return charge().await; }
    in_a_tuple: { Ok((charge().await?, 1).0) }
    in_an_array: { Ok([charge().await?][0]) }
    in_a_field: { Ok(Within { n: charge().await? }.n) }
    in_an_argument: { Ok(std::cmp::max(charge().await?, 1)) }
    in_a_variable: { let c = charge(); c.await }
    in_a_moved_variable: { let c = charge(); let d = c; d.await }
    a_method: { Bank.charge().await }
    a_path: { Bank::charge(&Bank).await }
    a_method_of_a_trait: { Bank.pay().await }
    a_trait_by_path: { Pay::pay(&Bank).await }
    a_dyn_trait: { let bank: &dyn PayDyn = &Bank; bank.pay_dyn().await }
    a_generic_fn: { charge_generic(1_u8).await }
    a_fn_pointer: { let f: fn(u64) -> Marked = charge_marked; f(1).await }
    an_alias: { use charge as look; look().await }
    by_mut_reference: { let mut c = Box::pin(charge()); (&mut c).await }
    pinned_in_place: { let mut c = pin!(charge()); c.as_mut().await }
    pinned_by_tokio: { let c = charge(); tokio::pin!(c); c.await }
    let_in_tokio_pin: { tokio::pin! { let c = charge(); } (&mut c).await }
    box_pin: { Box::pin(charge()).await }
    boxed_dyn_with_the_mark: { charge_dyn().await }
    an_option_of_it: { let c = Some(charge()); match c { Some(c) => c.await, None => Ok(0) } }
    an_async_block: { async { charge().await }.await }
    an_async_move_block: { let f = async move { charge().await }; f.await }
    // Closures.
    a_closure: { let f = || async { charge().await }; f().await }
    a_closure_that_returns_it: { let f = || charge(); f().await }
    an_async_closure: { let f = async || charge().await; f().await }
    a_closure_with_an_argument: { let f = |n| charge_n(n); f(1).await }
    a_typed_closure: { let f = |c: Marked| async move { c.await }; f(charge_marked(1)).await }
    a_closure_called_at_once: { (|| charge())().await }
    // Macros.
    join: { tokio::join!(charge()).0 }
    join_of_a_variable: { let c = charge(); tokio::join!(c).0 }
    try_join: { tokio::try_join!(charge(), safe()).map(|both| both.0) }
    futures_join: { futures::join!(charge()).0 }
    futures_try_join: { futures::try_join!(charge()).map(|one| one.0) }
    select: { tokio::select! { n = charge() => n, () = later() => Ok(0) } }
    select_handler: { tokio::select! { () = later() => charge().await } }
    select_biased: { tokio::select! { biased; n = charge() => n, () = later() => Ok(0) } }
    select_of_a_variable: { let c = charge(); tokio::select! { n = c => n, () = later() => Ok(0) } }
    select_of_a_loan: { let mut c = Box::pin(charge()); tokio::select! { n = &mut c => n } }
    futures_select: { let mut c = Box::pin(charge().fuse()); futures::select! { n = c => n } }
    futures_select_call: { futures::select! { n = Box::pin(charge().fuse()) => n } }
    in_vec: { Ok(vec![charge().await?][0]) }
    in_format: { Ok(format!("{}", charge().await?).len() as u64) }
    in_println: { println!("{:?}", charge().await); Ok(1) }
    in_panic: { panic!("{:?}", charge().await) }
    in_matches: { Ok(matches!(charge().await, Ok(1)).into()) }
    in_assert: { assert!(charge().await.is_ok()); Ok(1) }
    in_assert_with_a_text: { assert!(charge().await.is_ok(), "charged"); Ok(1) }
    in_debug_assert: { debug_assert!(charge().await.is_ok()); Ok(1) }
    in_assert_eq: { assert_eq!(charge().await.unwrap_or(0), 1); Ok(1) }
    in_assert_ne: { assert_ne!(charge().await.unwrap_or(0), 2); Ok(1) }
    in_write: { let mut s = String::new(); write!(s, "{}", charge().await?).ok(); Ok(1) }
    in_poll: { let _ = futures::poll!(Box::pin(charge())); Ok(1) }
    // Combinators of futures.
    map: { charge().map(|n| n).await }
    then: { charge().then(|n| async move { n }).await }
    and_then_of_it: { charge().and_then(|n| async move { Ok(n) }).await }
    and_then_into_it: { safe().and_then(|n| charge_n(n)).await }
    and_then_by_name: { safe().and_then(charge_n).await }
    then_by_name: { later().then(charge_unit).await; Ok(1) }
    or_else_into_it: { safe().or_else(|_| charge()).await }
    map_ok: { charge().map_ok(|n| n + 1).await }
    map_err: { charge().map_err(|e| e).await }
    inspect: { charge().inspect(|_| ()).await }
    inspect_ok: { charge().inspect_ok(|_| ()).await }
    unwrap_or_else: { Ok(charge().unwrap_or_else(|_| 0).await) }
    boxed: { charge().boxed().await }
    boxed_local: { charge().boxed_local().await }
    boxed_into_a_variable: { let c = charge().boxed(); c.await }
    fuse: { charge().fuse().await }
    shared: { let c = charge().map_err(|e| e.kind()).shared(); Ok(c.await?) }
    catch_unwind: { AssertUnwindSafe(charge()).catch_unwind().await.unwrap() }
    remote_handle: { let (task, handle) = charge().remote_handle(); task.await; handle.await }
    now_or_never: { charge().now_or_never().unwrap() }
    left: { Either::<_, Ready<io::Result<u64>>>::Left(charge()).await }
    left_future: { charge().left_future::<Ready<io::Result<u64>>>().await }
    select_by_an_imported_function: { drop(select(Box::pin(charge()), Box::pin(later())).await); Ok(1) }
    join_by_function: { futures::future::join(charge(), later()).await.0 }
    join_by_an_imported_function: { join(charge(), later()).await.0 }
    try_join_by_function: { Ok(futures::future::try_join(charge(), safe()).await?.0) }
    join3: { futures::future::join3(later(), later(), charge()).await.2 }
    join_all_of_an_array: { join_all([charge(), charge()]).await.remove(0) }
    join_all_of_a_vec: { join_all(vec![charge()]).await.remove(0) }
    join_all_of_a_map: { join_all((0..2).map(charge_n)).await.remove(0) }
    join_all_of_a_closure: { join_all((0..2).map(|n| charge_n(n))).await.remove(0) }
    join_all_of_a_collection: { join_all((0..2).map(charge_n).collect::<Vec<_>>()).await.remove(0) }
    join_all_of_a_variable: { let all: Vec<_> = (0..2).map(charge_n).collect(); join_all(all).await.remove(0) }
    try_join_all: { Ok(try_join_all((0..2).map(charge_n)).await?[0]) }
    select_all: { select_all([Box::pin(charge())]).await.0 }
    select_ok: { Ok(select_ok([Box::pin(charge())]).await?.0) }
    flatten: { async { charge() }.flatten().await }
    a_variable_mapped: { let c = charge(); c.map(|n| n).await }
    a_variable_mapped_into_another: { let c = charge(); let m = c.map_ok(|n| n); m.await }
    a_variable_boxed: { let c = charge(); let b = c.boxed(); b.await }
    option_future: { let c = Some(charge()); OptionFuture::from(c).await.unwrap() }
    option_future_of_a_call: { OptionFuture::from(Some(charge())).await.unwrap() }
    maybe_done: { let mut m = Box::pin(futures::future::maybe_done(charge())); m.as_mut().await; m.as_mut().take_output().unwrap() }
    // Functions of one's own.
    within: { within(charge()).await }
    within_a_variable: { let c = charge(); within(c).await }
    within_a_box: { within(Box::pin(charge())).await }
    within_within: { within(within(charge())).await }
    within_a_closure: { with_log(|| charge()).await }
    within_a_block_of_a_closure: { with_log(|| { let n = 1; charge_n(n) }).await }
    within_an_async_closure: { with_log(async || charge().await).await }
    within_an_async_block: { within(async { charge().await }).await }
    within_by_name: { with_log(charge).await }
    within_by_path: { with_bank(Bank::charge).await }
    within_a_branch: { within(if true { charge() } else { charge() }).await }
    within_a_match: { within(match 1 { _ => charge() }).await }
    within_a_tuple: { both((charge(), later())).await }
    within_mut: { within(&mut Box::pin(charge())).await }
    within_an_option: { maybe(Some(charge())).await }
    within_mapped: { within(charge().map(|n| n)).await }
    within_method: { Bank.run(charge()).await }
    within_method_by_name: { Bank.run_with(charge).await }
    within_a_struct_by_its_variable: { let future = charge(); Held { future }.run().await }
    within_a_struct: { Held { future: charge() }.run().await }
    an_arc_of_a_closure: { with_arc(Arc::new(|| Box::pin(charge()))).await }
    a_future_of_ones_own: { Same(Box::pin(charge())).await }
    polled_by_hand: { let mut c = Box::pin(charge()); poll_fn(|cx| Future::poll(c.as_mut(), cx)).await }
    a_variable_bound_by_a_pattern: { let (c, _) = (charge(), 1); Same(Box::pin(c)).await }
    // tokio.
    spawn: { tokio::spawn(charge()).await? }
    spawn_imported: { spawn(charge()).await? }
    spawn_a_block: { tokio::spawn(async { charge().await }).await? }
    spawn_a_variable: { let c = charge(); tokio::spawn(c).await? }
    spawn_a_branch: { tokio::spawn(if true { charge() } else { charge() }).await? }
    spawn_a_match: { tokio::spawn(match 1 { _ => charge() }).await? }
    spawn_and_forget: { tokio::spawn(charge()); Ok(1) }
    spawn_local: { tokio::task::spawn_local(charge()).await? }
    spawn_in_a_set: { let mut s = JoinSet::new(); s.spawn(charge()); s.join_next().await.unwrap()? }
    spawn_in_a_set_a_variable: { let mut s = JoinSet::new(); let c = charge(); s.spawn(c); s.join_next().await.unwrap()? }
    a_set_from_an_iterator: { let mut s: JoinSet<_> = (0..2).map(charge_n).collect(); s.join_next().await.unwrap()? }
    spawn_on_a_handle: { tokio::runtime::Handle::current().spawn(charge()).await? }
    block_on: { tokio::runtime::Handle::current().block_on(charge()) }
    spawn_blocking: { tokio::task::spawn_blocking(|| tokio::runtime::Handle::current().block_on(charge())).await? }
    futures_block_on: { futures::executor::block_on(charge()) }
    local_set: { tokio::task::LocalSet::new().run_until(charge()).await }
    timeout: { tokio::time::timeout(SECOND, charge()).await? }
    timeout_imported: { timeout(SECOND, charge()).await? }
    timeout_of_a_variable: { let c = charge(); timeout(SECOND, c).await? }
    timeout_at: { tokio::time::timeout_at(tokio::time::Instant::now(), charge()).await? }
    timeout_mapped: { timeout(SECOND, charge().map(|n| n)).await? }
    timeout_mapped_itself: { timeout(SECOND, charge()).map(|n| n).await? }
    unconstrained: { tokio::task::unconstrained(charge()).await }
    cooperative: { tokio::task::coop::cooperative(charge()).await }
    a_task_local: { LOCAL.scope(1, charge()).await }
    a_once_cell: { Ok(*CELL.get_or_try_init(charge).await?) }
    a_once_cell_by_closure: { Ok(*CELL.get_or_try_init(|| charge()).await?) }
    a_once_cell_by_block: { Ok(*CELL.get_or_try_init(|| async { charge().await }).await?) }
    // tracing.
    instrument: { charge().instrument(tracing::Span::none()).await }
    in_current_span: { charge().in_current_span().await }
    with_current_subscriber: { charge().with_current_subscriber().await }
    instrument_by_path: { Instrument::instrument(charge(), tracing::Span::none()).await }
    // Streams.
    buffered: { stream::iter(0..2).map(|n| charge_n(n)).buffered(2).next().await.unwrap() }
    buffered_by_name: { stream::iter(0..2).map(charge_n).buffered(2).next().await.unwrap() }
    buffered_in_a_variable: { let mut s = stream::iter(0..2).map(charge_n).buffered(2); s.next().await.unwrap() }
    buffer_unordered: { stream::iter(0..2).map(charge_n).buffer_unordered(2).next().await.unwrap() }
    a_stream_then: { let s = stream::iter(0..2).then(charge_n); Box::pin(s).next().await.unwrap() }
    for_each: { stream::iter(0..2).for_each(|_| charge_unit(())).await; Ok(1) }
    for_each_concurrent: { stream::iter(0..2).for_each_concurrent(2, |_| charge_unit(())).await; Ok(1) }
    futures_unordered_push: { let mut f = FuturesUnordered::new(); f.push(charge()); f.next().await.unwrap() }
    futures_unordered_collected: { let mut f: FuturesUnordered<_> = (0..2).map(charge_n).collect(); f.next().await.unwrap() }
    futures_ordered_push: { let mut f = FuturesOrdered::new(); f.push_back(charge()); f.next().await.unwrap() }
    a_stream_once: { Box::pin(stream::once(charge())).next().await.unwrap() }
    a_stream_of_futures: { stream::iter([charge(), charge()]).buffered(2).next().await.unwrap() }
    try_for_each: { stream::iter([Ok(1)]).try_for_each(|_| charge_nothing()).await?; Ok(1) }
    // Operations.
    an_operation: { send(Charge { cents: 1 }).await }
    an_operation_by_reference: { send_ref(&Charge { cents: 1 }).await }
    an_operation_in_a_variable: { let op = Charge { cents: 1 }; send(op).await }
    an_operation_variable_by_reference: { let op = Charge { cents: 1 }; send_ref(&op).await }
    an_operation_by_new: { send(Charge::new(1)).await }
    an_operation_by_new_in_a_variable: { let op = Charge::new(1); send_ref(&op).await }
    an_operation_by_a_tuple: { send(Refund(1)).await }
    a_unit_operation: { send(Cancel).await }
    a_variant: { send(Orders::Charge { cents: 1 }).await }
    an_operation_converted: { send(Charge::from(1)).await }
    an_operation_with_a_rest: { send(Charge { ..Default::default() }).await }
    an_operation_in_a_box: { send(Box::new(Charge { cents: 1 })).await }
    an_operation_in_an_option: { send(Some(Charge { cents: 1 })).await }
    an_operation_in_an_arc: { send(std::sync::Arc::new(Charge { cents: 1 })).await }
    an_operation_to_a_method: { Bank.send(Charge { cents: 1 }).await }
    an_operation_to_a_sync_fn: { send_sync(&Charge { cents: 1 }) }
    a_keyed_operation: { send(Place { item: 1 }).await }
    an_operation_after_another: { send(Get { id: 1 }).await?; send(Charge { cents: 1 }).await }
    a_request_of_one: { send_request(Request { body: Charge { cents: 1 } }).await }
    // Keys and the rest.
    a_pinned_impl: { charge_pinned_impl().await }
    a_keyed_fn_of_its_own_key: { place_with_own_key().await }
    another_retried_unsent: { charge_unsent().await }
}

sync_bodies! {
    sync_operation: { send_sync(&Charge { cents: 1 }) }
    sync_operation_in_a_variable: { let op = Charge { cents: 1 }; send_sync(&op) }
    sync_operation_by_new: { send_sync(&Charge::new(1)) }
    sync_operation_by_new_in_a_variable: { let op = Charge::new(1); send_sync(&op) }
    sync_operation_to_a_method: { Bank.send_sync(Charge { cents: 1 }) }
    sync_block_on: { futures::executor::block_on(charge()) }
    sync_block_on_a_block: { futures::executor::block_on(async { charge().await }) }
}

// Other places than a body, and declarations.
items! {
    a_hook: { #[retry(before_retry = |_| { let _ = charge().await; })] async fn case() -> io::Result<u64> { safe().await } }
    a_future: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { async { charge().await } } }
    a_future_of_a_call: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { charge() } }
    a_boxed_future: { #[retry] fn case() -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> { Box::pin(charge()) } }
    a_closure_before: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = || async { charge().await }; async move { f().await } } }
    a_closure_before_by_name: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = move || with_log(charge); async move { f().await } } }
    a_block_before: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = |n: u64| { let m = n; async move { charge_n(m).await } }; async move { f(1).await } } }
    hedged: { #[retry(hedge = 1s)] async fn case() -> io::Result<u64> { charge().await } }
    with_all_limits: { #[retry(timeout = 1s, deadline = 9s, on = |_| true, elapsed = |_| io::ErrorKind::TimedOut.into())] async fn case() -> io::Result<u64> { charge().await } }
    only_unsent: { #[non_idempotent] #[retry_unsent] async fn case() -> io::Result<u64> { charge().await } }
    declared: { #[idempotent] async fn case() -> io::Result<u64> { charge().await } }
    declared_and_within: { #[idempotent] async fn case() -> io::Result<u64> { within(charge()).await } }
    declared_with_an_operation: { #[idempotent] async fn case() -> io::Result<u64> { send(Charge { cents: 1 }).await } }
    declared_sync: { #[idempotent] fn case() -> io::Result<u64> { send_sync(&Charge { cents: 1 }) } }
    a_parameter: { #[retry] async fn case(op: Charge) -> io::Result<u64> { send(op).await } }
    a_generic_parameter: { #[retry] async fn case<O: Operation>(op: &O) -> io::Result<u64> { send_ref(op).await } }
    a_pinned_parameter: { #[retry] async fn case(op: Pin<&mut Charge>) -> io::Result<u64> { Ok(op.cents) } }
    a_pinned_box: { #[retry] async fn case(op: Pin<Box<Charge>>) -> io::Result<u64> { Ok(op.cents) } }
    a_tuple_parameter: { #[retry] async fn case(op: (u64, &Charge)) -> io::Result<u64> { Ok(op.1.cents) } }
    a_parameter_taken_apart: { #[retry] async fn case((_, op): (u64, &Charge)) -> io::Result<u64> { Ok(op.cents) } }
    a_cow: { #[retry] async fn case(op: Cow<'_, Charge>) -> io::Result<u64> { Ok(op.cents) } }
    a_result: { #[retry] async fn case(op: &Result<Charge, u8>) -> io::Result<u64> { Ok(op.is_ok().into()) } }
    a_mutex: { #[retry] async fn case(op: &std::sync::Mutex<Charge>) -> io::Result<u64> { Ok(op.lock().unwrap().cents) } }
    an_operation_with_a_key: { #[retry(key = key)] async fn case() -> io::Result<u64> { drop(key); send(Charge { cents: 1 }).await } }
    policy_run: { fn case() { drop(Policy::DEFAULT.run(|_| charge())); } }
    policy_run_by_box: { fn case() { drop(Policy::DEFAULT.run(|_| Box::pin(charge()))); } }
    an_alias_of_a_future: { #[non_idempotent] fn case() -> Fut<u64> { Box::pin(safe()) } }
    a_ready: { #[non_idempotent] fn case() -> Ready<io::Result<u64>> { ready(Ok(1)) } }
    a_join_handle: { #[non_idempotent] fn case() -> tokio::task::JoinHandle<u64> { tokio::spawn(async { 1 }) } }
    an_unpin_box: { #[non_idempotent] fn case() -> Box<dyn Future<Output = u64> + Unpin> { Box::new(ready(1)) } }
    an_associated_future: { impl IntoFuture for Held<u8> { type Output = u8; type IntoFuture = Ready<u8>; #[non_idempotent] fn into_future(self) -> Self::IntoFuture { ready(1) } } }
    an_into_future: { #[non_idempotent] fn case() -> impl std::future::IntoFuture<Output = io::Result<u64>> { safe() } }
    a_fresh_key: { #[retry] async fn case() -> io::Result<u64> { place(IdempotencyKey::new()).await } }
    a_fresh_key_in_a_variable: { #[retry] async fn case() -> io::Result<u64> { let key = IdempotencyKey::new(); place(key).await } }
    a_key_that_is_a_field: { #[retry(key = key)] async fn case(op: &WithKey) -> io::Result<u64> { Ok(op.key) } }
    a_key_that_is_a_label: { #[retry(key = key)] async fn case() -> io::Result<u64> { Ok(WithKey { key: 1 }.key) } }
    a_key_that_is_a_text: { #[retry(key = key)] async fn case() -> io::Result<u64> { Ok("{key}".len() as u64) } }
    both_marks: { #[retry] #[non_idempotent] async fn case() -> io::Result<u64> { Ok(1) } }
    both_declarations: { #[idempotent] #[non_idempotent] async fn case() -> io::Result<u64> { Ok(1) } }
}
