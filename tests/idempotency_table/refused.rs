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
    flattened_chain: { charge().map(|n| ready(n)).flatten().await }
    flattened_chain_of_three: { charge().map(|n| n).map(|n| ready(n)).flatten().await }
    flattened_into_a_variable: { let f = charge().map(|n| ready(n)).flatten(); f.await }
    flattened_by_a_closure: { safe().map(|_| charge()).flatten().await }
    flattened_by_name: { later().map(|()| 1).map(charge_n).flatten().await }
    flattened_by_a_closure_into_a_variable: { let f = safe().map(|_| charge()).flatten(); f.await }
    flattened_and_boxed: { charge().map(|n| ready(n)).flatten().boxed().await }
    flattened_and_spawned: { tokio::spawn(charge().map(|n| ready(n)).flatten()).await? }
    flattened_and_executed: { Executor.execute(charge().map(|n| ready(n)).flatten()); Ok(1) }
    flattened_variable: { let c = charge(); let f = c.map(|n| ready(n)).flatten(); f.await }
    fused_chain: { charge().map(|n| n).inspect(|_| ()).fuse().await }
    fused_into_a_variable: { let f = charge().map(|n| n).fuse(); f.await }
    fused_in_a_select: { tokio::select! { n = charge().map(|n| n).fuse() => n } }
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
    // More places of a call.
    assigned_later: { let c; c = charge(); c.await }
    shadowed: { let c = safe(); let _ = c.await; let c = charge(); c.await }
    struct_field_await: { let h = Held { future: charge() }; h.future.await }
    tuple_field_await: { let t = (charge(), 1); t.0.await }
    nested_tuple_field: { let t = ((1, charge()), 1); t.0.1.await }
    array_take: { let mut a = [Some(charge())]; a[0].take().unwrap().await }
    option_take: { let mut o = Some(charge()); o.take().unwrap().await }
    option_map_name: { Some(1).map(charge_n).unwrap().await }
    option_map_closure: { Some(1).map(|n| charge_n(n)).unwrap().await }
    option_expect: { Some(charge()).expect("one").await }
    if_expr_await: { (if true { charge() } else { charge() }).await }
    match_expr_await: { (match 1 { _ => charge() }).await }
    block_two_stmts_await: { { let n = 1; charge_n(n) }.await }
    loop_break_await: { (loop { break charge() }).await }
    labelled_block: { ('a: { break 'a charge() }).await }
    into_future_method: { charge().into_future().await }
    into_future_path: { IntoFuture::into_future(charge()).await }
    identity: { std::convert::identity(charge()).await }
    own_into_future: { Lazy2(charge()).await }
    own_into_future_var: { let l = Lazy2(charge()); l.await }
    cast_dyn: { (Box::pin(charge()) as Fut<u64>).await }
    typed_dyn: { let f: Fut<u64> = Box::pin(charge()); f.await }
    pin_from_box: { Pin::from(Box::new(charge())).await }
    box_into_pin: { Box::into_pin(Box::new(charge())).await }
    mutex_future: { let m = Mutex::new(Some(charge())); let c = m.lock().unwrap().take().unwrap(); c.await }
    refcell_future: { let m = RefCell::new(Some(charge())); let c = m.borrow_mut().take(); c.unwrap().await }
    vec_pop: { let mut v = vec![charge()]; v.pop().unwrap().await }
    for_over_array: { for c in [charge(), charge()] { c.await?; } Ok(1) }
    for_over_map: { for c in (0..2).map(charge_n) { c.await?; } Ok(1) }
    while_let_pop: { let mut v = vec![charge()]; while let Some(c) = v.pop() { c.await?; } Ok(1) }
    hashmap_remove: { let mut m = HashMap::new(); m.insert(1, charge()); m.remove(&1).unwrap().await }
    inner_generic_fn: { async fn inner<F: Future>(f: F) -> F::Output { f.await } inner(charge()).await }
    inner_turbofish: { within::<_>(charge()).await }
    ext_method: { charge().logged().await }
    ext_method_var: { let l = charge().logged(); l.await }
    ext_method_path: { Ext::logged(charge()).await }
    ext_method_path_var: { let l = Ext::logged(charge()); l.await }
    ext_async_method: { charge().run_it().await }
    ext_timeout: { charge().timeout_in(SECOND).await? }
    bit_or: { (Held { future: charge() } | charge()).await }
    within_all_vec: { within_all(vec![charge()]).await }
    within_slice: { within_slice(&mut [Box::pin(charge())]).await }
    lazy_fn: { lazy(charge()).await }
    lazy_fn_var: { let l = lazy(charge()); l.await }
    lazy_fn_var_within: { let l = lazy(charge()); within(l).await }
    closure_stored: { let f = |n: u64| -> Fut<u64> { Box::pin(charge_n(n)) }; f(1).await }
    closure_in_struct: { let h = Held { future: || charge() }; (h.future)().await }
    closure_in_vec: { let v = vec![charge]; v[0]().await }
    closure_boxed: { let f: Box<dyn Fn() -> Fut<u64>> = Box::new(|| Box::pin(charge())); f().await }
    closure_boxed_infer: { let f = Box::new(|| charge()); f().await }
    closure_move_var: { let c = charge(); let f = move || c; f().await }
    closure_returning_closure: { let f = || || charge(); f()().await }
    fn_ptr_cast: { let f = charge_marked as fn(u64) -> Marked; f(1).await }
    async_closure_param: { with_log(async move || { let n = charge().await?; Ok::<_, io::Error>(n) }).await }
    method_reference: { let f = Bank::charge; f(&Bank).await }
    ret_in_closure: { let f = || { return charge(); }; f().await }
    select_precond: { tokio::select! { n = charge(), if true => n, else => Ok(0) } }
    select_else: { tokio::select! { n = safe(), if false => n, else => charge().await } }
    select_async_block: { tokio::select! { n = async { charge().await } => n } }
    select_mut_pinned: { let c = charge(); tokio::pin!(c); tokio::select! { n = &mut c => n } }
    select_within: { tokio::select! { n = within(charge()) => n } }
    select_timeout: { tokio::select! { n = timeout(SECOND, charge()) => n? } }
    join_within: { tokio::join!(within(charge()), safe()).0 }
    join_async: { tokio::join!(async { charge().await }, safe()).0 }
    join_pop: { let mut v = vec![charge()]; tokio::join!(v.pop().unwrap()).0 }
    join_biased: { tokio::join!(biased; charge(), safe()).0 }
    nested_format: { Ok(format!("{}", format!("{}", charge().await?)).len() as u64) }
    named_format: { Ok(format!("{n}", n = charge().await?).len() as u64) }
    vec_of_vec: { Ok(vec![vec![charge().await?]][0][0]) }
    match_guard: { match 1 { _ if charge().await.is_ok() => Ok(1), _ => Ok(0) } }
    assert_matches: { assert!(matches!(charge().await, Ok(_))); Ok(1) }
    assert_not: { assert!(!charge().await.is_err(), "x {}", 1); Ok(1) }
    format_args_macro: { Ok(std::fmt::format(format_args!("{}", charge().await?)).len() as u64) }
    own_macro_expr: { macro_rules! m { ($e:expr) => { $e } } m!(charge()).await }
    std_vec_path: { std::vec![charge()].pop().unwrap().await }
    pin_mut_futures: { let c = charge(); futures::pin_mut!(c); c.await }
    timeout_block: { timeout(SECOND, async { charge().await }).await? }
    timeout_boxed: { timeout(SECOND, Box::pin(charge())).await? }
    timeout_within: { timeout(SECOND, within(charge())).await? }
    timeout_var_boxed: { let t = timeout(SECOND, Box::pin(charge())); t.await? }
    timeout_var: { let t = timeout(SECOND, charge()); t.await? }
    timeout_var_logged: { let t = timeout(SECOND, charge().logged()); t.await? }
    local_executor: { futures::executor::LocalPool::new().run_until(charge()) }
    lazy_future: { futures::future::lazy(|_| charge()).await.await }
    either_right: { Either::<Ready<io::Result<u64>>, _>::Right(charge()).await }
    either_var: { let e = if true { Either::Left(charge()) } else { Either::Right(safe()) }; e.await }
    select_biased_futures: { let mut c = Box::pin(charge().fuse()); futures::select_biased! { n = c => n } }
    select_func_var: { let s = select(Box::pin(charge()), Box::pin(safe())); s.await.factor_first().0 }
    join_func_var: { let j = join(charge(), later()); j.await.0 }
    join_func_pinned_var: { let j = Box::pin(join(charge(), later())); j.await.0 }
    join_all_var_fut: { let j = join_all([charge()]); j.await.remove(0) }
    join_all_pinned: { Box::pin(join_all(vec![charge()])).await.remove(0) }
    future_obj: { let f: futures::future::LocalFutureObj<'_, io::Result<u64>> = futures::future::LocalFutureObj::new(Box::pin(charge())); f.await }
    ready_chain: { ready(1).then(charge_n).await }
    ready_and_then: { futures::future::ok::<u64, io::Error>(1).and_then(charge_n).await }
    ready_and_then_var: { let f = futures::future::ok::<u64, io::Error>(1).and_then(charge_n); f.await }
    ready_and_then_block: { safe().and_then(|n| async move { charge_n(n).await }).await }
    poll_immediate: { futures::future::poll_immediate(charge()).await.unwrap_or(Ok(1)) }
    poll_immediate_var: { let p = futures::future::poll_immediate(charge()); p.await.unwrap_or(Ok(1)) }
    try_select: { futures::future::try_select(Box::pin(charge()), Box::pin(safe())).await.map(|e| e.factor_first().0).map_err(|e| e.factor_first().0) }
    try_maybe_done: { let mut m = Box::pin(futures::future::try_maybe_done(charge())); m.as_mut().await?; m.as_mut().take_output().ok_or(io::ErrorKind::Other.into()) }
    key_qualified: { place(<IdempotencyKey>::new()).await }
    fn_try: { fn build() -> io::Result<Charge> { Ok(Charge { cents: 1 }) } send(build()?).await }
    fn_try_ref: { fn build() -> io::Result<Charge> { Ok(Charge { cents: 1 }) } send_ref(&build()?).await }
    future_try: { fn build() -> io::Result<Marked> { Ok(charge_marked(1)) } within(build()?).await }
    future_try_await: { fn build() -> io::Result<Marked> { Ok(charge_marked(1)) } build()?.await }
    future_push: { let mut v = Vec::new(); v.push(charge()); join_all(v).await.remove(0) }
    future_push_name: { let mut v = Vec::new(); v.push(charge()); let all = futures::future::join_all(v); all.await.remove(0) }
    future_set_spawn_iter: { let mut s = JoinSet::new(); for n in 0..2 { s.spawn(charge_n(n)); } s.join_next().await.unwrap()? }
    future_set_iter_ext: { let s: JoinSet<_> = JoinSet::from_iter([charge()]); s.join_all().await.remove(0) }
    future_lazy_lock: { let l = std::cell::LazyCell::new(|| charge()); let c = std::mem::ManuallyDrop::new(charge()); std::mem::ManuallyDrop::into_inner(c).await }
    future_map_or: { Some(1).map_or_else(|| charge(), |n| charge()).await }
    future_option_some_async: { if let Some(c) = Some(charge()) { return c.await; } Ok(1) }
    future_then_some: { true.then(|| charge()).unwrap().await }
    future_then_some_name: { true.then(charge).unwrap().await }
    future_then_some_var: { let c = true.then(charge); c.unwrap().await }
    future_iter_next: { (0..1).map(charge_n).next().unwrap().await }
    future_iter_next_var: { let mut i = (0..1).map(charge_n); i.next().unwrap().await }
    future_iter_last: { std::iter::once(charge()).last().unwrap().await }
    future_iter_once_with: { std::iter::once_with(charge).next().unwrap().await }
    future_try_for: { for n in 0..2 { let r = charge_n(n).await; r?; } Ok(1) }
    future_let_chain_match: { match Some(charge()) { Some(c) => match c.await { n => n }, None => Ok(1) } }
    future_unwrap_or: { None.unwrap_or(charge()).await }
    future_or_default_closure: { let f: &dyn Fn() -> Marked = &|| charge_marked(1); f().await }
    future_static_fn: { static F: fn(u64) -> Marked = charge_marked; F(1).await }
    future_const_fn: { const F: fn(u64) -> Marked = charge_marked; F(1).await }
    future_assoc: { <Bank as Pay>::pay(&Bank).await }
    future_assoc_within: { within(<Bank as Pay>::pay(&Bank)).await }
    future_catch: { std::panic::catch_unwind(|| futures::executor::block_on(charge())).unwrap_or(Ok(1)) }
    future_in_return_expr: { return within(charge()).await.map(|n| n + 1); }
    future_in_break: { let n = loop { break charge().await?; }; Ok(n) }
    future_in_closure_arg_try: { let f = |n: u64| async move { charge_n(n).await?; Ok::<u64, io::Error>(1) }; f(1).await }
    future_in_index: { let v = [1u64; 8]; Ok(v[charge().await? as usize]) }
    future_in_range: { for _ in 0..charge().await? {} Ok(1) }
    future_in_cast: { Ok(charge().await.is_ok() as u64) }
    future_in_binary: { Ok(1 + charge().await?) }
    future_in_unary: { if !charge().await.is_ok() { return Ok(0); } Ok(1) }
    future_in_assign: { let mut n = 0; n += charge().await?; Ok(n) }
    future_in_lazy_bool: { if true && charge().await.is_ok() { return Ok(1); } Ok(0) }
    future_in_struct_update: { Ok(Within { n: charge().await?, ..Within { n: 1 } }.n) }
    future_in_const_block: { Ok(const { 1 } + charge().await?) }
    future_in_let_type: { let n: io::Result<u64> = charge().await; n }
    future_in_ref: { let r = &charge().await; r.as_ref().map(|n| *n).map_err(|e| e.kind().into()) }
    future_try_block_like: { (|| async { Ok::<_, io::Error>(charge().await? + 1) })().await }
    a_future_of_ones_own_in_a_variable: { let c = Same(Box::pin(charge())); c.await }
    poll_fn_around_it: { let mut c = Box::pin(charge()); poll_fn(move |cx| c.as_mut().poll(cx)).await }
    a_vector_of_boxes: { let v: Vec<Pin<Box<dyn Future<Output = io::Result<u64>>>>> = vec![Box::pin(charge())]; join_all(v).await.remove(0) }
    select_of_erased: { let c: Fut<u64> = Box::pin(charge()); tokio::select! { n = c => n } }
    an_unordered_set_of_boxes: { let mut f: FuturesUnordered<Fut<u64>> = FuturesUnordered::new(); let c: Fut<u64> = Box::pin(charge()); f.push(c); f.next().await.unwrap() }
    a_fn_in_a_variable: { let make = charge; let f = Box::pin(make()) as Pin<Box<dyn Future<Output = _>>>; f.await }
    a_mark_that_is_hidden_inside: { #[non_idempotent] async fn outer() -> io::Result<u64> { pay().await } let c = Box::pin(outer()); let s = Same(c); s.await }
    // Executors, also unknown ones.
    spawn_within: { tokio::spawn(within(charge())).await? }
    spawn_timeout: { tokio::spawn(timeout(SECOND, charge())).await?? }
    spawn_map: { tokio::spawn(charge().map(|n| n)).await? }
    spawn_boxed: { tokio::spawn(Box::pin(charge())).await? }
    spawn_block_var: { tokio::spawn({ let c = charge(); c }).await? }
    spawn_unwrap: { tokio::spawn(Some(charge()).unwrap()).await? }
    spawn_logged: { tokio::spawn(charge().logged()).await? }
    spawn_logged_var: { let l = charge().logged(); tokio::spawn(l).await? }
    spawn_lazy_var: { let l = charge().boxed(); tokio::spawn(l).await? }
    spawn_move_block: { let c = charge(); tokio::spawn(async move { c.await }).await? }
    spawn_async_within: { tokio::spawn(async { within(charge()).await }).await? }
    spawn_renamed: { use tokio::spawn as launch; launch(charge()); Ok(1) }
    spawn_renamed_var: { let launch = tokio::spawn; launch(charge()); Ok(1) }
    spawn_go: { go(charge()); Ok(1) }
    spawn_go_block: { go(async { charge().await }); Ok(1) }
    spawn_go_var: { let c = charge(); go(c); Ok(1) }
    spawn_go_handle: { go_handle(charge()).await? }
    spawn_go_handle_var: { let h = go_handle(charge()); h.await? }
    spawn_go_handle_joined: { let h = go_handle(charge()); tokio::join!(h).0? }
    execute: { Executor.execute(charge()); Ok(1) }
    execute_boxed: { Executor.execute(Box::pin(charge())); Ok(1) }
    execute_var: { let c = charge(); Executor.execute(c); Ok(1) }
    execute_mapped: { Executor.execute(charge().map(drop)); Ok(1) }
    submit_var: { let h = Executor.submit(charge()); h.await? }
    submit_with: { let h = Executor.submit_with(|| charge()); h.await? }
    submit_with_name: { let h = Executor.submit_with(charge); h.await? }
    drop_submit: { drop(Executor.submit(charge())); Ok(1) }
    let_underscore_submit: { let _ = Executor.submit(charge()); Ok(1) }
    if_submit: { if true { Executor.execute(charge()) } Ok(1) }
    for_submit: { for n in 0..2 { Executor.execute(charge_n(n)); } Ok(1) }
    for_each_submit: { (0..2).for_each(|n| Executor.execute(charge_n(n))); Ok(1) }
    map_submit: { let v: Vec<_> = (0..2).map(|n| go_handle(charge_n(n))).collect(); for h in v { h.await??; } Ok(1) }
    map_spawn_name: { let v: Vec<_> = (0..2).map(charge_n).map(tokio::spawn).collect(); for h in v { h.await??; } Ok(1) }
    map_spawn: { let v: Vec<_> = (0..2).map(|n| tokio::spawn(charge_n(n))).collect(); for h in v { h.await??; } Ok(1) }
    channel_send: { let (tx, mut rx) = tokio::sync::mpsc::channel::<Fut<u64>>(1); tokio::spawn(async move { while let Some(f) = rx.recv().await { let _ = f.await; } }); tx.send(Box::pin(charge())).await.map_err(|_| io::ErrorKind::Other)?; Ok(1) }
    channel_try_send: { let (tx, mut rx) = tokio::sync::mpsc::channel::<Fut<u64>>(1); tokio::spawn(async move { while let Some(f) = rx.recv().await { let _ = f.await; } }); let _ = tx.try_send(Box::pin(charge())); Ok(1) }
    abort_handle: { let h = tokio::spawn(charge()).abort_handle(); h.abort(); Ok(1) }
    tracker_spawn: { let t = tokio_util::task::TaskTracker::new(); t.spawn(charge()).await? }
    tracker_track: { let t = tokio_util::task::TaskTracker::new(); t.track_future(charge()).await }
    tracker_track_var: { let t = tokio_util::task::TaskTracker::new(); let f = t.track_future(charge()); f.await }
    cancel_run: { let t = tokio_util::sync::CancellationToken::new(); t.run_until_cancelled(charge()).await.unwrap() }
    cancel_run_owned: { let t = tokio_util::sync::CancellationToken::new(); t.run_until_cancelled_owned(charge()).await.unwrap() }
    util_timeout: { tokio_util::future::FutureExt::timeout(charge(), SECOND).await? }
    abort_on_drop: { tokio_util::task::AbortOnDropHandle::new(tokio::spawn(charge())).await? }
    once_get_or_init: { let c = OnceCell::new(); Ok(*c.get_or_init(|| async { charge().await.unwrap_or(0) }).await) }
    block_in_place: { tokio::task::block_in_place(|| futures::executor::block_on(charge())) }
    thread_block_on: { std::thread::spawn(|| futures::executor::block_on(charge())).join().unwrap() }
    thread_scope: { std::thread::scope(|s| s.spawn(|| futures::executor::block_on(charge())).join().unwrap()) }
    spawn_blocking_var: { let c = charge(); tokio::task::spawn_blocking(move || futures::executor::block_on(c)).await? }
    abortable: { let (f, _) = futures::future::abortable(charge()); f.await.unwrap() }
    abortable_new: { let (_, r) = futures::future::AbortHandle::new_pair(); futures::future::Abortable::new(charge(), r).await.unwrap() }
    abortable_new_var: { let (_, r) = futures::future::AbortHandle::new_pair(); let a = futures::future::Abortable::new(charge(), r); a.await.unwrap() }
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
    stream_once_block: { Box::pin(stream::once(async { charge().await })).next().await.unwrap() }
    stream_then_block: { stream::iter(0..2).then(|_| async { charge().await }).boxed_local().next().await.unwrap() }
    stream_filter: { Ok(stream::iter(0..2).filter(|_| async { charge().await.is_ok() }).count().await as u64) }
    stream_filter_fn: { Ok(stream::iter(0..2).filter(|_| charge().map(|c| c.is_ok())).count().await as u64) }
    stream_fold: { Ok(stream::iter(0..2).fold(0, |a, _| async move { a + charge().await.unwrap_or(0) }).await) }
    stream_fold_fn: { stream::iter(0..2).fold(Ok(0), |_, n| charge_n(n)).await }
    stream_try_fold_fn: { stream::iter([Ok(1u64)]).try_fold(0, |_, n| charge_n(n)).await }
    stream_try_fold: { stream::iter([Ok(1)]).try_fold(0, |a, n: u64| async move { charge_n(n).await }).await }
    stream_unfold: { let mut s = Box::pin(stream::unfold((), |()| async { Some((charge().await, ())) })); s.next().await.unwrap() }
    stream_chain_once: { Box::pin(stream::empty().chain(stream::once(charge()))).next().await.unwrap() }
    stream_from_iter: { let mut f = FuturesUnordered::from_iter([charge()]); f.next().await.unwrap() }
    stream_collect_map_turbo: { let mut f = (0..2).map(charge_n).collect::<FuturesUnordered<_>>(); f.next().await.unwrap() }
    stream_collect_next: { (0..2).map(|n| charge_n(n)).collect::<FuturesUnordered<_>>().next().await.unwrap() }
    stream_extend: { let mut f = FuturesUnordered::new(); f.extend([charge()]); f.next().await.unwrap() }
    stream_extend_map: { let mut f = FuturesUnordered::new(); f.extend((0..2).map(charge_n)); f.next().await.unwrap() }
    stream_map_block: { stream::iter(0..2).map(|n| async move { charge_n(n).await }).buffered(2).next().await.unwrap() }
    stream_map_two_stmts: { stream::iter(0..2).map(|n| { let m = n; charge_n(m) }).buffered(2).next().await.unwrap() }
    stream_map_path: { StreamExt::map(stream::iter(0..2), charge_n).buffered(2).next().await.unwrap() }
    stream_flat_map: { Box::pin(stream::iter(0..2).flat_map(|n| stream::once(charge_n(n)))).next().await.unwrap() }
    stream_take_until: { Ok(stream::iter(0..2).take_until(charge()).count().await as u64) }
    stream_try_filter_map: { let mut s = Box::pin(stream::iter([Ok(1u64)]).try_filter_map(|n| async move { charge_n(n).await.map(Some) })); s.next().await.unwrap() }
    stream_and_then_fn: { let mut s = Box::pin(stream::iter([Ok(1u64)]).and_then(charge_n)); s.next().await.unwrap() }
    stream_iter_ext: { let all: Vec<_> = stream::iter((0..2).map(charge_n)).buffer_unordered(2).collect().await; all.into_iter().next().unwrap() }
    stream_for_each_block: { stream::iter(0..2).for_each(|n| async move { let _ = charge_n(n).await; }).await; Ok(1) }
    stream_poll_fn: { let mut c = Box::pin(charge()); let mut s = stream::poll_fn(move |cx| c.as_mut().poll(cx).map(Some)); s.next().await.unwrap() }
    stream_any: { Ok(stream::iter(0..2).any(|n| charge_n(n).map(|c| c.is_ok())).await as u64) }
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
    operation_alias_ref: { let op = Charge { cents: 1 }; let r = &op; send_ref(r).await }
    operation_array_index: { let ops = [Charge { cents: 1 }]; send_ref(&ops[0]).await }
    operation_clone: { let op = Charge { cents: 1 }; send(op.clone()).await }
    operation_default_typed: { let op: Charge = Default::default(); send(op).await }
    operation_default: { send(Charge::default()).await }
    operation_default_path: { send(<Charge as Default>::default()).await }
    operation_into: { Bank.call_typed(1.into()).await }
    operation_made_by_fn: { send(make_charge()).await }
    operation_made_by_method: { send(Bank.charge_op()).await }
    operation_builder: { send(Charge::builder().cents(1).build()).await }
    operation_builder_var: { let op = Charge::builder().cents(1).build(); send(op).await }
    operation_with: { send(Charge::new(1).with_cents(2)).await }
    operation_tonic: { Bank.rpc(Tonic::new(Charge { cents: 1 })).await }
    operation_tonic_ctor: { Bank.rpc(Tonic(Charge { cents: 1 })).await }
    operation_tonic_var: { let request = Tonic::new(Charge { cents: 1 }); Bank.rpc(request).await }
    operation_tonic_var_op: { let op = Charge { cents: 1 }; Bank.rpc(Tonic::new(op)).await }
    operation_tonic_from: { Bank.rpc(Tonic::from(Charge { cents: 1 })).await }
    operation_tonic_into: { Bank.into_rpc(Charge { cents: 1 }).await }
    operation_tonic_fn: { Bank.rpc(Tonic::new(make_charge())).await }
    operation_vec: { send_all(vec![Charge { cents: 1 }]).await }
    operation_vec_var: { let v = vec![Charge { cents: 1 }]; send_all(v).await }
    operation_slice: { send_slice(&[Charge { cents: 1 }]).await }
    operation_array_vars: { let a = Charge { cents: 1 }; send_slice(&[a]).await }
    operation_vec_slice: { send_slice(&vec![Charge { cents: 1 }]).await }
    operation_block: { send({ let op = Charge { cents: 1 }; op }).await }
    operation_branch: { send(if true { Charge { cents: 1 } } else { Charge { cents: 2 } }).await }
    operation_deref_box: { let b = Box::new(Charge { cents: 1 }); send_ref(&*b).await }
    operation_deref_box_val: { send(*Box::new(Charge { cents: 1 })).await }
    operation_take: { let mut op = Charge { cents: 1 }; send(std::mem::take(&mut op)).await }
    operation_static: { send_ref(&CHARGE).await }
    operation_const: { send(A_CHARGE).await }
    operation_receiver: { Charge { cents: 1 }.execute(&Bank).await }
    operation_receiver_new: { Charge::new(1).execute(&Bank).await }
    operation_receiver_var: { let op = Charge { cents: 1 }; op.execute(&Bank).await }
    operation_receiver_new_var: { let op = Charge::new(1); op.execute_ref(&Bank).await }
    operation_receiver_path: { Charge::execute(Charge { cents: 1 }, &Bank).await }
    operation_receiver_fn: { make_charge().execute(&Bank).await }
    operation_receiver_paren: { (Charge { cents: 1 }).execute(&Bank).await }
    operation_receiver_sync: { Charge { cents: 1 }.execute_sync() }
    operation_receiver_ref: { (&Charge { cents: 1 }).execute_ref(&Bank).await }
    operation_begin: { Bank.begin(Charge { cents: 1 }).finish().await }
    operation_begin_var: { let p = Bank.begin(Charge { cents: 1 }); p.finish().await }
    operation_begin_new: { Bank.begin(Charge::new(1)).finish().await }
    operation_begin_into_future: { Bank.begin(Charge::new(1)).await }
    operation_begin_new_var: { let p = Bank.begin(Charge::new(1)); p.finish().await }
    operation_begin_fn: { Bank.begin(make_charge()).finish().await }
    operation_begin_opvar: { let op = Charge::new(1); let p = Bank.begin(op); p.await }
    operation_send_block: { async { send(Charge { cents: 1 }).await }.await }
    operation_closure: { let f = || send(Charge { cents: 1 }); f().await }
    operation_closure_arg: { let f = |op: Charge| send(op); f(Charge { cents: 1 }).await }
    operation_for: { for op in [Charge { cents: 1 }] { send(op).await?; } Ok(1) }
    operation_map: { join_all((0..2).map(|n| send(Charge { cents: n }))).await.remove(0) }
    operation_spawn: { tokio::spawn(send(Charge { cents: 1 })).await? }
    operation_spawn_block: { tokio::spawn(async { send(Charge { cents: 1 }).await }).await? }
    operation_join: { tokio::join!(send(Charge { cents: 1 })).0 }
    operation_if_let: { if let Ok(n) = send(&Charge { cents: 1 }).await { return Ok(n); } Ok(0) }
    operation_timeout: { timeout(SECOND, send(Charge { cents: 1 })).await? }
    operation_timeout_var: { let op = Charge::new(1); timeout(SECOND, send(op)).await? }
    operation_timeout_fn: { timeout(SECOND, send(Charge::new(1))).await? }
    operation_in_tuple: { send((1, Charge { cents: 1 })).await }
    operation_in_some_var: { let op = Some(Charge { cents: 1 }); send(op).await }
    operation_in_box_var: { let op = Box::new(Charge { cents: 1 }); send(op).await }
    operation_as_dyn: { let op: Box<dyn std::any::Any> = Box::new(Charge { cents: 1 }); send(op).await }
    operation_ok: { send(Ok::<_, ()>(Charge { cents: 1 })).await }
    operation_cow: { send(Cow::<Charge>::Owned(Charge { cents: 1 })).await }
    operation_pattern: { let (op, _) = (Charge { cents: 1 }, 1); send(op).await }
    operation_ref_binding: { let ref op = Charge { cents: 1 }; send_ref(op).await }
    operation_let_else: { let Some(op) = Some(Charge { cents: 1 }) else { return Ok(0) }; send(op).await }
    operation_if_let_bound: { if let Some(op) = Some(Charge { cents: 1 }) { return send(op).await; } Ok(1) }
    operation_variant_var: { let op = Orders::Charge { cents: 1 }; send(op).await }
    operation_macro: { macro_rules! op { () => { Charge { cents: 1 } } } send(op!()).await }
    operation_keyed_var: { let op = Place { item: 1 }; send(op).await }
    operation_keyed_ref: { send_ref(&Place { item: 1 }).await }
    operation_try: { send(Ok::<_, io::Error>(Charge { cents: 1 })?).await }
    operation_await: { async fn build() -> io::Result<Charge> { Ok(Charge { cents: 1 }) } send(build().await?).await }
    operation_cast_ref: { send_ref(&Charge { cents: 1 } as &Charge).await }
    operation_let_ref_var: { let op = &Charge { cents: 1 }; send_ref(op).await }
    operation_let_ref_call: { let op = &make_charge(); send_ref(op).await }
    operation_let_method: { let op = Bank.charge_op(); send(op).await }
    operation_let_method_ref: { let op = Bank.charge_op(); send_ref(&op).await }
    operation_let_clone_ref: { let op = CHARGE.clone(); send_ref(&op).await }
    operation_let_branch: { let op = if true { Charge { cents: 1 } } else { Charge { cents: 2 } }; send_ref(&op).await }
    operation_let_some_ref: { let op = Some(Charge { cents: 1 }); send_ref(&op).await }
    operation_let_block_ref: { let op = { Charge { cents: 1 } }; send_ref(&op).await }
    operation_mut_ref: { let mut op = Charge { cents: 1 }; op.cents = 2; send_ref(&mut op).await }
    operation_let_later: { let op; op = Charge { cents: 1 }; send(op).await }
    operation_let_later_ref: { let op; op = Charge { cents: 1 }; send_ref(&op).await }
    operation_shadow: { let op = Get { id: 1 }; send_ref(&op).await?; let op = Charge { cents: 1 }; send_ref(&op).await }
    operation_closure_ref: { let op = Charge { cents: 1 }; let f = || send_ref(&op); f().await }
    operation_async_ref: { let op = Charge { cents: 1 }; async { send_ref(&op).await }.await }
    operation_method_ref: { let op = Charge { cents: 1 }; Bank.send(&op).await }
    operation_tuple_field_ref: { let t = (Charge { cents: 1 }, 1); send_ref(&t.0).await }
    operation_struct_field_ref: { let r = Request { body: Charge { cents: 1 } }; send_ref(&r.body).await }
    operation_struct_field: { let r = Request { body: Charge { cents: 1 } }; send(r.body).await }
    operation_struct_var: { let r = Request { body: Charge { cents: 1 } }; send_request(r).await }
    operation_struct_var_fn: { let r = Request { body: make_charge() }; send_request(r).await }
    operation_iter_ref: { let ops = vec![Charge { cents: 1 }]; for op in &ops { send_ref(op).await?; } Ok(1) }
    operation_arc_clone: { let op = Arc::new(Charge { cents: 1 }); send(Arc::clone(&op)).await }
    operation_arc_clone_m: { let op = Arc::new(Charge { cents: 1 }); send(op.clone()).await }
    operation_arc_ref: { let op = Arc::new(Charge { cents: 1 }); send_ref(&op).await }
    operation_arc_deref: { let op = Arc::new(Charge { cents: 1 }); send_ref(&*op).await }
    operation_as_ref: { let op = Box::new(Charge { cents: 1 }); send_ref(op.as_ref()).await }
    operation_two_args: { async fn two<O>(_: u8, _: O) -> io::Result<u64> { Ok(1) } two(1, Charge { cents: 1 }).await }
    operation_stmt_sync: { let _ = send_sync(&Charge { cents: 1 }); Ok(1) }
    operation_stmt_sync_new: { let _ = send_sync(&Charge::new(1)); Ok(1) }
    operation_stmt_sync_var: { let op = Charge::new(1); let _ = send_sync(&op); Ok(1) }
    operation_stmt_sync_method: { let _ = Bank.send_sync(make_charge()); Ok(1) }
    operation_lazy_thread: { let (tx, rx) = std::sync::mpsc::channel(); tx.send(Charge { cents: 1 }).unwrap(); drop(rx); Ok(1) }
    operation_queue_new: { let (tx, rx) = std::sync::mpsc::channel(); tx.send(Charge::new(1)).unwrap(); drop(rx); Ok(1) }
    operation_helper_generic: { async fn helper<O>(op: O) -> io::Result<u64> { send(op).await } helper(Charge::new(1)).await }
    operation_select: { tokio::select! { n = send(Charge { cents: 1 }) => n } }
    operation_select_var: { let op = Charge::new(1); tokio::select! { n = send(op) => n } }
    operation_join_var: { let op = Charge::new(1); tokio::join!(send(op)).0 }
    operation_assert: { assert!(send(Charge { cents: 1 }).await.is_ok()); Ok(1) }
    operation_println: { println!("{:?}", send(Charge::new(1)).await); Ok(1) }
    operation_boxed: { send(Charge::new(1)).boxed().await }
    operation_map_fut: { send(Charge::new(1)).map(|n| n).await }
    operation_var_fut: { let f = send(Charge::new(1)); f.await }
    operation_var_fut_fn: { let f = send(make_charge()); f.await }
    operation_var_fut_within: { let f = send(make_charge()); within(f).await }
    operation_var_fut_join: { let f = send(make_charge()); tokio::join!(f).0 }
    operation_var_fut_spawn: { let f = send(make_charge()); tokio::spawn(f).await? }
    operation_box_fut: { Box::pin(send(make_charge())).await }
    operation_vec_fut: { let v = vec![send(make_charge())]; join_all(v).await.remove(0) }
    operation_push_fut: { let mut v = Vec::new(); v.push(send(make_charge())); join_all(v).await.remove(0) }
    operation_push_fut_struct: { let mut v = Vec::new(); v.push(send(Charge { cents: 1 })); join_all(v).await.remove(0) }
    assumed_for_a_future: { assume_idempotent(|| charge()).await }
    assumed_for_a_future_within: { within(assume_idempotent(|| charge())).await }
    assumed_for_a_future_in_a_task: { tokio::spawn(assume_idempotent(|| charge())).await? }
    assumed_for_a_block: { assume_idempotent(|| async { charge().await }).await }
    assumed_for_a_block_within: { within(assume_idempotent(|| async { send(Charge { cents: 1 }).await })).await }
    assumed_for_another: { let op = Charge { cents: 1 }; assume_idempotent(|| send_sync(&op))?; send_sync(&op) }
    // Keys and the rest.
    a_key_of_a_qualified_type: { place(<IdempotencyKey>::new()).await }
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
    sync_spawn_go: { go(charge()); Ok(1) }
    sync_execute: { Executor.execute(charge()); Ok(1) }
    sync_execute_var: { let c = charge(); Executor.execute(c); Ok(1) }
    sync_own_block: { fn wait<F: Future>(f: F) -> F::Output { futures::executor::block_on(f) } wait(charge()) }
    sync_own_block_block: { fn wait<F: Future>(f: F) -> F::Output { futures::executor::block_on(f) } wait(async { charge().await }) }
    sync_own_block_var: { fn wait<F: Future>(f: F) -> F::Output { futures::executor::block_on(f) } let c = charge(); wait(c) }
    sync_handle_block: { tokio::runtime::Runtime::new()?.block_on(charge()) }
    sync_pollster_ext_var: { trait Wait: Future + Sized { fn wait(self) -> Self::Output { futures::executor::block_on(self) } } impl<F: Future> Wait for F {} let c = charge(); c.wait() }
    sync_now: { charge().now_or_never().unwrap_or(Ok(1)) }
    sync_operation_receiver: { Charge { cents: 1 }.execute_sync() }
    sync_operation_receiver_new: { Charge::new(1).execute_sync() }
    sync_operation_receiver_var: { let op = Charge { cents: 1 }; op.execute_sync() }
    sync_operation_receiver_new_var: { let op = Charge::new(1); op.execute_sync() }
    sync_operation_by_fn: { send_sync(&make_charge()) }
    sync_operation_fn_var: { let op = make_charge(); send_sync(&op) }
    sync_operation_method: { send_sync(&Bank.charge_op()) }
    sync_operation_method_val: { Bank.send_sync(Bank.charge_op()) }
    sync_operation_builder: { Bank.send_sync(Charge::builder().cents(1).build()) }
    sync_operation_tonic: { Bank.send_sync(Tonic::new(Charge { cents: 1 })) }
    sync_operation_vec: { Bank.send_sync(vec![Charge { cents: 1 }]) }
    sync_operation_try: { Bank.send_sync(Ok::<_, io::Error>(Charge { cents: 1 })?) }
    sync_operation_some: { Bank.send_sync(Some(Charge { cents: 1 })) }
    sync_operation_closure: { let f = || send_sync(&Charge { cents: 1 }); f() }
    sync_operation_clone: { let op = Charge { cents: 1 }; Bank.send_sync(op.clone()) }
    sync_call_thread: { std::thread::scope(|s| s.spawn(|| futures::executor::block_on(charge())).join().unwrap()) }
    sync_operation_if: { Bank.send_sync(if true { Charge { cents: 1 } } else { Charge { cents: 2 } }) }
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
    declared_by_ref: { #[idempotent] async fn f(op: &Charge) -> io::Result<u64> { send_ref(op).await } }
    declared_by_val: { #[idempotent] async fn f(op: Charge) -> io::Result<u64> { send(op).await } }
    declared_by_mut: { #[idempotent] async fn f(op: &mut Charge) -> io::Result<u64> { send_ref(op).await } }
    declared_sync_parameter: { #[idempotent] fn f(op: &Charge) -> io::Result<u64> { send_sync(op) } }
    declared_unused: { #[idempotent] fn f(_: &Charge) -> io::Result<u64> { Ok(1) } }
    declared_pinned: { #[idempotent] async fn f(op: Pin<&mut Charge>) -> io::Result<u64> { Ok(1) } }
    declared_pinned_box: { #[idempotent] async fn f(op: Pin<Box<Charge>>) -> io::Result<u64> { Ok(1) } }
    declared_tuple: { #[idempotent] async fn f(op: (u64, &Charge)) -> io::Result<u64> { Ok(1) } }
    declared_pattern: { #[idempotent] async fn f((_, op): (u64, &Charge)) -> io::Result<u64> { Ok(1) } }
    declared_destructured: { #[idempotent] async fn f(Charge { cents }: Charge) -> io::Result<u64> { Ok(cents) } }
    declared_cow: { #[idempotent] async fn f(op: Cow<'_, Charge>) -> io::Result<u64> { Ok(1) } }
    declared_vec: { #[idempotent] async fn f(op: Vec<Charge>) -> io::Result<u64> { Ok(1) } }
    declared_slice: { #[idempotent] async fn f(op: &[Charge]) -> io::Result<u64> { Ok(1) } }
    declared_opt: { #[idempotent] async fn f(op: Option<Charge>) -> io::Result<u64> { Ok(1) } }
    declared_arc: { #[idempotent] async fn f(op: Arc<Charge>) -> io::Result<u64> { Ok(1) } }
    declared_mutex: { #[idempotent] async fn f(op: &Mutex<Charge>) -> io::Result<u64> { Ok(1) } }
    declared_generic: { #[idempotent] async fn f<O: Operation>(op: &O) -> io::Result<u64> { Ok(1) } }
    declared_generic_two: { #[idempotent] async fn f<O: Operation>(op: &O, n: u64) -> io::Result<u64> { Ok(1) } }
    declared_generic_impl: { #[idempotent] async fn f(op: &impl Operation) -> io::Result<u64> { Ok(1) } }
    declared_keyed_alone: { #[idempotent] async fn f(op: &Place) -> io::Result<u64> { Ok(1) } }
    declared_keyed_of_self: { impl Bank { #[idempotent] async fn f(&self, op: &Place) -> io::Result<u64> { Ok(1) } } }
    declared_key_and_non: { #[idempotent] async fn f(op: &Charge, key: IdempotencyKey) -> io::Result<u64> { Ok(1) } }
    declared_keyed_generic: { #[idempotent] async fn f<O: IdempotentByKey>(op: &O) -> io::Result<u64> { Ok(1) } }
    declared_future: { #[idempotent] fn f(op: &Charge) -> impl Future<Output = io::Result<u64>> { send_ref(op) } }
    declared_boxed: { #[idempotent] fn f(op: &Charge) -> Pin<Box<dyn Future<Output = io::Result<u64>> + '_>> { Box::pin(send_ref(op)) } }
    declared_of_self: { #[derive(Operation)] #[operation(non_idempotent)] pub struct P; impl P { #[idempotent] pub async fn run(&self) -> io::Result<u64> { Ok(1) } } }
    declared_of_self_val: { #[derive(Operation)] #[operation(non_idempotent)] pub struct P; impl P { #[idempotent] pub async fn run(self) -> io::Result<u64> { Ok(1) } } }
    declared_of_self_arc: { #[derive(Operation)] #[operation(non_idempotent)] pub struct P; impl P { #[idempotent] pub async fn run(self: Arc<Self>) -> io::Result<u64> { Ok(1) } } }
    declared_of_self_type: { #[derive(Operation)] #[operation(non_idempotent)] pub struct P; impl P { #[idempotent] pub async fn run(one: &Self) -> io::Result<u64> { Ok(1) } } }
    declared_async_trait: { #[async_trait::async_trait] trait T { async fn f(&self, op: &Charge) -> io::Result<u64>; } #[async_trait::async_trait] impl T for Bank { #[idempotent] async fn f(&self, op: &Charge) -> io::Result<u64> { Ok(1) } } }
    declared_async_trait_default: { #[async_trait::async_trait] trait T: Sync { #[idempotent] async fn f(&self, op: &Charge) -> io::Result<u64> { Ok(1) } } }
    declared_enum_weakest: { #[idempotent] async fn f(op: Orders) -> io::Result<u64> { Ok(1) } }
    declared_alias: { type C = Charge; #[idempotent] async fn f(op: &C) -> io::Result<u64> { Ok(1) } }
    declared_assoc: { trait Has { type Op; } impl Has for Bank { type Op = Charge; } #[idempotent] async fn f(op: &<Bank as Has>::Op) -> io::Result<u64> { Ok(1) } }
    declared_check_out: { #[idempotent] async fn check_out(op: &Charge) -> io::Result<u64> { Ok(1) } }
    declared_check_in_guest: { #[idempotent] async fn check_in_guest(op: &Charge) -> io::Result<u64> { Ok(1) } }
    declared_in_trait: { trait T { #[idempotent] fn f(&self, op: &Charge) -> io::Result<u64> { Ok(1) } } }
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
    impl_block: { pub struct A; #[retry] impl A { #[idempotent] pub async fn get(&self) -> io::Result<u64> { self.charge().await } #[non_idempotent] pub async fn charge(&self) -> io::Result<u64> { Ok(1) } } }
    impl_block_self: { pub struct A; #[retry] impl A { #[idempotent] pub async fn get(&self) -> io::Result<u64> { Self::charge(self).await } #[non_idempotent] pub async fn charge(&self) -> io::Result<u64> { Ok(1) } } }
    default_method: { pub trait T { #[non_idempotent] async fn charge(&self) -> io::Result<u64>; #[retry] async fn get(&self) -> io::Result<u64> { self.charge().await } } impl T for Bank { #[non_idempotent] async fn charge(&self) -> io::Result<u64> { Ok(1) } } }
    async_trait: { #[async_trait::async_trait] pub trait T { async fn get(&self) -> io::Result<u64>; } #[async_trait::async_trait] impl T for Bank { #[retry] async fn get(&self) -> io::Result<u64> { charge().await } } }
    async_trait_impl_outer: { #[async_trait::async_trait] pub trait T { #[non_idempotent] async fn pay2(&self) -> io::Result<u64>; } #[async_trait::async_trait] impl T for Bank { #[non_idempotent] async fn pay2(&self) -> io::Result<u64> { Ok(1) } } #[retry] pub async fn case() -> io::Result<u64> { Bank.pay2().await } }
    trait_future: { pub trait T { #[non_idempotent] fn go2(&self) -> impl Future<Output = io::Result<u64>>; } impl T for Bank { #[non_idempotent] fn go2(&self) -> impl Future<Output = io::Result<u64>> { safe() } } #[retry] pub async fn case() -> io::Result<u64> { Bank.go2().await } }
    trait_impl_only: { pub trait T { fn go2(&self) -> impl Future<Output = io::Result<u64>>; } impl T for Bank { #[non_idempotent] async fn go2(&self) -> io::Result<u64> { Ok(1) } } #[retry] pub async fn case() -> io::Result<u64> { Bank.go2().await } }
    generic_f: { #[non_idempotent] pub fn prep<F: Future>(f: F) -> F { f } #[retry] pub async fn case() -> io::Result<u64> { prep(safe()).await } }
    hook_op: { #[retry(before_retry = |_| { let _ = send(Charge { cents: 1 }).await; }, backoff = none)] pub async fn case() -> io::Result<u64> { Err(io::ErrorKind::TimedOut.into()) } }
    hook_spawn: { #[retry(before_retry = |_| { tokio::spawn(charge()); }, backoff = none)] pub async fn case() -> io::Result<u64> { Err(io::ErrorKind::TimedOut.into()) } }
    hook_go: { #[retry(before_retry = |_| { go(charge()); }, backoff = none)] pub async fn case() -> io::Result<u64> { Err(io::ErrorKind::TimedOut.into()) } }
    hook_within: { #[retry(before_retry = |_| { let _ = within(charge()).await; }, backoff = none)] pub async fn case() -> io::Result<u64> { Err(io::ErrorKind::TimedOut.into()) } }
    poll_body: { #[retry(max = 3, until = |_| false, backoff = none)] pub async fn case() -> io::Result<u64> { charge().await } }
    param_future: { #[retry] pub async fn case(c: &mut Pin<Box<Marked>>) -> io::Result<u64> { c.as_mut().await } }
    param_fn: { #[retry] pub async fn case(c: fn(u64) -> Marked) -> io::Result<u64> { c(1).await } }
    param_impl_fn: { #[retry] pub async fn case(c: impl Fn() -> Marked) -> io::Result<u64> { c().await } }
    param_impl_fn_handed: { #[retry] pub async fn case(c: impl Fn() -> Marked) -> io::Result<u64> { with_log(|| c()).await } }
    param_where: { #[retry] pub async fn case<O>(op: &O) -> io::Result<u64> where O: Operation { send_ref(op).await } }
    param_impl_op: { #[retry] pub async fn case(op: &impl Operation) -> io::Result<u64> { send_ref(op).await } }
    param_dyn: { pub trait Op: Operation {} #[retry] pub async fn case(op: &Vec<Charge>) -> io::Result<u64> { send_ref(op).await } }
    param_slice: { #[retry] pub async fn case(op: &[Charge]) -> io::Result<u64> { send_ref(&op).await } }
    param_array: { #[retry] pub async fn case(op: &[Charge; 1]) -> io::Result<u64> { send_ref(op).await } }
    param_option: { #[retry] pub async fn case(op: Option<&Charge>) -> io::Result<u64> { send(op).await } }
    param_wrapper_field: { #[retry] pub async fn case(op: &Tonic<Charge>) -> io::Result<u64> { send_ref(&op.0).await } }
    param_arcs: { #[retry] pub async fn case(op: Arc<Charge>) -> io::Result<u64> { send_ref(&*op).await } }
    param_rc_refcell: { #[retry] pub async fn case(op: Rc<RefCell<Charge>>) -> io::Result<u64> { send_ref(&op).await } }
    param_lock: { #[retry] pub async fn case(op: &tokio::sync::Mutex<Charge>) -> io::Result<u64> { send_ref(&*op.lock().await).await } }
    param_guard: { #[retry] pub async fn case(op: std::cell::Ref<'_, Charge>) -> io::Result<u64> { send_ref(&*op).await } }
    param_alias: { pub type C = Charge; #[retry] pub async fn case(op: &C) -> io::Result<u64> { send_ref(op).await } }
    param_assoc: { pub trait Has { type Op; } impl Has for Bank { type Op = Charge; } #[retry] pub async fn case(op: &<Bank as Has>::Op) -> io::Result<u64> { send_ref(op).await } }
    self_op: { #[derive(Operation)] #[operation(non_idempotent)] pub struct P; impl P { #[retry] pub async fn run(&self) -> io::Result<u64> { Ok(1) } } }
    self_op_val: { #[derive(Operation, Clone)] #[operation(non_idempotent)] pub struct P; impl P { #[retry] pub async fn run(self: &Arc<Self>) -> io::Result<u64> { Ok(1) } } }
    self_field: { pub struct S { pub op: Charge } impl S { #[retry] pub async fn run(&self) -> io::Result<u64> { send_ref(&self.op).await } } }
    self_field_clone: { pub struct S { pub op: Charge } impl S { #[retry] pub async fn run(&self) -> io::Result<u64> { send(self.op.clone()).await } } }
    param_field: { #[retry] pub async fn case(r: &Request<Charge>) -> io::Result<u64> { send_ref(&r.body).await } }
    param_method: { #[retry] pub async fn case(b: &Bank) -> io::Result<u64> { send_ref(&b.charge_op()).await } }
    idem_join: { #[idempotent] pub async fn case() -> io::Result<u64> { tokio::join!(charge()).0 } }
    idem_spawn: { #[idempotent] pub async fn case() -> io::Result<u64> { tokio::spawn(charge()).await? } }
    idem_fut: { #[idempotent] pub fn case() -> impl Future<Output = io::Result<u64>> { charge() } }
    idem_fut_block: { #[idempotent] pub fn case() -> impl Future<Output = io::Result<u64>> { async { charge().await } } }
    idem_boxed: { #[idempotent] pub fn case() -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> { Box::pin(charge()) } }
    idem_boxed_block: { #[idempotent] pub fn case() -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> { Box::pin(async { charge().await }) } }
    idem_sync_block: { #[idempotent] pub fn case() -> io::Result<u64> { futures::executor::block_on(charge()) } }
    idem_go: { #[idempotent] pub async fn case() -> io::Result<u64> { go(charge()); Ok(1) } }
    idem_op_recv: { #[idempotent] pub async fn case() -> io::Result<u64> { Charge { cents: 1 }.execute(&Bank).await } }
    run_name: { pub fn f(_: retry_runtime::Attempt) -> Marked { charge_marked(1) } pub async fn case() -> io::Result<u64> { Policy::DEFAULT.run(f).await } }
    fut_loop_before: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { let f = || within(charge()); async move { f().await } } }
    fut_op_before: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { let op = Charge { cents: 1 }; async move { send_ref(&op).await } } }
    fut_op_before_clone: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { let op = Charge { cents: 1 }; async move { send(op.clone()).await } } }
    fut_tail_fn: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { within(charge()) } }
    fut_tail_map: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { charge().map(|n| n) } }
    fut_tail_if: { #[retry] pub fn case() -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> { if true { Box::pin(charge()) } else { Box::pin(safe()) } } }
    fut_tail_var: { #[retry] pub fn case() -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> { let c = charge(); Box::pin(c) } }
    fut_tail_op: { #[retry] pub fn case() -> impl Future<Output = io::Result<u64>> { send(Charge { cents: 1 }) } }
    fut_tail_boxed_op: { #[retry] pub fn case() -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> { Box::pin(send(Charge { cents: 1 })) } }
    unsent_op_body: { #[non_idempotent] #[retry_unsent] pub async fn case() -> io::Result<u64> { send(Charge { cents: 1 }).await } }
    macro_generated: { macro_rules! make { ($n:ident, $b:expr) => { #[retry] pub async fn $n() -> io::Result<u64> { $b } } } make!(case, charge().await); }
    macro_generated2: { macro_rules! make { ($n:ident, $c:expr) => { #[retry] pub async fn $n() -> io::Result<u64> { $c.await } } } make!(case, charge()); }
    macro_generated3: { macro_rules! make { ($n:ident, $c:expr) => { #[retry] pub async fn $n() -> io::Result<u64> { within($c).await } } } make!(case, charge()); }
    macro_block: { macro_rules! make { ($n:ident, $b:block) => { #[retry] pub async fn $n() -> io::Result<u64> $b } } make!(case, { charge().await }); }
    boxed_future_of_futures: { #[non_idempotent] fn charge2() -> futures::future::BoxFuture<'static, io::Result<u64>> { Box::pin(safe()) } #[retry] async fn case() -> io::Result<u64> { charge2().await } }
    before_1: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = async || charge().await; async move { f().await } } }
    before_2: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = [|| charge()]; async move { f[0]().await } } }
    before_4: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f: Box<dyn Fn() -> Fut<u64> + Send> = Box::new(|| Box::pin(charge())); async move { f().await } } }
    before_5: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = if true { || charge() } else { || charge() }; async move { f().await } } }
    before_6: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = (|| charge(), 1); async move { (f.0)().await } } }
    before_7: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let f = { let n = 1; move || charge_n(n) }; async move { f().await } } }
    before_8: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { let h = Held { future: || charge() }; async move { (h.future)().await } } }
    before_10: { #[retry] fn case(n: u64) -> Pin<Box<dyn Future<Output = io::Result<u64>> + Send>> { match n { 1 => Box::pin(async { charge().await }), _ => Box::pin(safe()) } } }
    before_13: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let f = move |m: u64| { let k = n + m; charge_n(k) }; async move { f(1).await } } }
    before_14: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let f = move || async move { let r = charge_n(n).await?; Ok::<_, io::Error>(r) }; async move { f().await } } }
    before_15: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let f = || || charge(); async move { f()().await } } }
    before_16: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let f; f = || charge(); async move { f().await } } }
    before_17: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let ops = vec![Charge { cents: 1 }]; async move { for op in &ops { send_ref(op).await?; } Ok(1) } } }
    before_18: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Charge::new(n); async move { send_ref(&op).await } } }
    before_19: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Some(Charge { cents: n }); async move { send_ref(&op).await } } }
    before_20: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = make_charge(); async move { send_ref(&op).await } } }
    before_21: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Arc::new(Charge { cents: n }); async move { send_ref(&*op).await } } }
    before_22: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let (op, _) = (Charge { cents: n }, 1); async move { send_ref(&op).await } } }
    before_23: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let r = Request { body: Charge { cents: n } }; async move { send_ref(&r).await } } }
    before_24: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Charge { cents: n }; async move { op.execute_ref(&Bank).await } } }
    before_25: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Charge { cents: n }; let twin = op.clone(); async move { twin.execute_ref(&Bank).await } } }
    before_26: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Box::new(Charge { cents: n }); async move { op.execute_ref(&Bank).await } } }
    before_27: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Charge::new(n); let o = &op; let op2 = Charge::from(o.cents); async move { send_ref(&op2).await } } }
    before_28: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Refund(n); async move { send_ref(&op).await } } }
    before_29: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = Cancel; async move { send_ref(&op).await } } }
    before_30: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let mut v = Vec::new(); v.push(Charge { cents: n }); async move { send_slice(&v).await } } }
    before_31: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op = if n == 1 { Charge { cents: n } } else { Charge { cents: n } }; async move { send_ref(&op).await } } }
    before_32: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let op: Charge = n.into(); async move { send_ref(&op).await } } }
    before_33: { #[retry] fn case(n: u64) -> impl Future<Output = io::Result<u64>> { let body = format!("{}", n); let op = Charge { cents: n }; let req = Tonic::new(op); async move { send_ref(&req).await } } }
    under_another_name_2: { type F<T> = futures::future::BoxFuture<'static, T>; #[non_idempotent] fn case() -> F<io::Result<u64>> { Box::pin(safe()) } }
    under_another_name_3: { #[non_idempotent] fn case() -> Box<dyn Future<Output = io::Result<u64>> + Send + Unpin> { Box::new(Box::pin(safe())) } }
    under_another_name_4: { #[non_idempotent] fn case() -> std::future::Pending<io::Result<u64>> { std::future::pending() } }
    under_another_name_5: { #[non_idempotent] fn case() -> tokio::time::Timeout<Ready<u64>> { tokio::time::timeout(SECOND, ready(1)) } }
    under_another_name_6: { #[non_idempotent] fn case() -> futures::future::Either<Ready<u64>, Ready<u64>> { futures::future::Either::Left(ready(1)) } }
    under_another_name_7: { #[non_idempotent] fn case() -> &'static mut (dyn Future<Output = u64> + Unpin) { Box::leak(Box::new(ready(1))) } }
    under_another_name_8: { trait Tr { type Fut: Future<Output = u64>; fn go(&self) -> Self::Fut; } impl Tr for Bank { type Fut = Ready<u64>; #[non_idempotent] fn go(&self) -> Self::Fut { ready(1) } } }
    under_another_name_9: { trait Tr { type Fut: Future<Output = u64>; fn make() -> Self::Fut; } #[non_idempotent] fn case<T: Tr>() -> T::Fut { T::make() } }
    under_another_name_10: { #[non_idempotent] fn case() -> futures::future::Shared<Ready<u64>> { ready(1).shared() } }
    under_another_name_11: { #[non_idempotent] fn case() -> tokio::sync::oneshot::Receiver<u64> { tokio::sync::oneshot::channel().1 } }
    under_another_name_13: { #[non_idempotent] fn case() -> impl IntoFuture<Output = u64> + Send { ready(1) } }
    key_2: { #[retry] async fn case() -> io::Result<u64> { let make = IdempotencyKey::new; place(make()).await } }
    key_3: { #[retry] async fn case() -> io::Result<u64> { let k = None.unwrap_or_else(IdempotencyKey::new); place(k).await } }
    key_4: { #[retry] async fn case() -> io::Result<u64> { let text = format!("{}", IdempotencyKey::new()); Ok(text.len() as u64) } }
    key_5: { #[retry] async fn case() -> io::Result<u64> { let keys: Vec<_> = (0..2).map(|_| IdempotencyKey::new()).collect(); place(keys[0]).await } }
    key_6: { #[retry] async fn case() -> io::Result<u64> { let f = || place(IdempotencyKey::new()); f().await } }
    key_8: { #[retry(before_retry = |_| { let _ = place(IdempotencyKey::new()).await; })] async fn case() -> io::Result<u64> { safe().await } }
    key_9: { #[retry] fn case() -> impl Future<Output = io::Result<u64>> { async { place(IdempotencyKey::new()).await } } }
    key_10: { #[retry] fn case() -> io::Result<u64> { let k = IdempotencyKey::new(); Ok(k.to_string().len() as u64) } }
    key_11: { #[retry(key = key)] async fn case() -> io::Result<u64> { let w = WithKey { key: 1 }; Ok(w.key) } }
    key_12: { #[retry(key = key)] async fn case() -> io::Result<u64> { println!("key"); Ok(1) } }
    key_13: { #[retry(key = key)] async fn case() -> io::Result<u64> { fn key() -> u64 { 1 } Ok(1) } }
    key_15: { mod m { pub fn key() -> u64 { 1 } } #[retry(key = key)] async fn case() -> io::Result<u64> { Ok(m::key()) } }
    key_16: { #[retry(key = key)] async fn case(w: &WithKey) -> io::Result<u64> { let WithKey { key: k } = w; Ok(*k) } }
    key_18: { trait K { fn key(&self) -> u64 { 1 } } impl K for u64 {} #[retry(key = key)] async fn case() -> io::Result<u64> { Ok(1u64.key()) } }
    key_19: { #[retry(key = key)] async fn case() -> io::Result<u64> { 'key: loop { break 'key; } Ok(1) } }
    key_21: { #[retry] async fn case() -> io::Result<u64> { let w = Some(IdempotencyKey::new()); place(w.unwrap()).await } }
    key_22: { #[retry] async fn case() -> io::Result<u64> { tokio::join!(place(IdempotencyKey::new())).0 } }
    key_24: { #[idempotent] async fn case() -> io::Result<u64> { place(IdempotencyKey::new()).await } }
    both_marks: { #[retry] #[non_idempotent] async fn case() -> io::Result<u64> { Ok(1) } }
    both_declarations: { #[idempotent] #[non_idempotent] async fn case() -> io::Result<u64> { Ok(1) } }
}
