//! Operations that are made in a body and go to a call which is not awaited, packed, in a
//! list or under another name; and what goes by a name of something that only looks, and
//! sends. None of them compiles.

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

bodies! {
    let_move: { let op = Charge { cents: 1 }; let b = op; let n = send_sync(&b); n }
    let_move_recv: { let op = Charge { cents: 1 }; let b = op; let n = b.send_it(); n }
    box_recv: { let op = Box::new(Charge { cents: 1 }); let n = op.send_it(); n }
    box_recv_var: { let op = Charge { cents: 1 }; let b = Box::new(op); let n = b.send_it(); n }
    box_direct: { let n = Box::new(Charge { cents: 1 }).send_it(); n }
    box_direct_tail: { Box::new(Charge { cents: 1 }).send_it() }
    clone_chain: { let op = Charge { cents: 1 }; op.clone().send_it() }
    clone_var: { let op = Charge { cents: 1 }; let c = op.clone(); c.send_it() }
    clone_path: { let op = Arc::new(Charge { cents: 1 }); let c = Arc::clone(&op); c.send_it() }
    clone_dyn: { let op = Arc::new(Charge { cents: 1 }); let c: Arc<dyn Op> = op.clone(); send_dyn(c) }
    arc_dyn: { let c: Arc<dyn Op> = Arc::new(Charge { cents: 1 }); send_dyn(c) }
    arc_dyn_var: { let op = Charge { cents: 1 }; let c: Arc<dyn Op> = Arc::new(op); send_dyn(c) }
    arc_dyn_cast: { let c = Arc::new(Charge { cents: 1 }) as Arc<dyn Op>; send_dyn(c) }
    arc_dyn_cast_later: { let c = Arc::new(Charge { cents: 1 }); send_dyn(c) }
    arc_dyn_cast_later2: { let c = Arc::new(Charge { cents: 1 }); let d = c as Arc<dyn Op>; send_dyn(d) }
    arc_dyn_arg: { send_dyn(Arc::new(Charge { cents: 1 })) }
    clone_arg: { let op = Arc::new(Charge { cents: 1 }); send_dyn(op.clone()) }
    ok_dyn: { let r: io::Result<Box<dyn Op>> = Ok(Box::new(Charge { cents: 1 })); send_box(r?) }
    assign_dyn: { let mut b: Box<dyn Op> = Box::new(Charge { cents: 1 }); b = Box::new(Charge { cents: 2 }); send_box(b) }
    vec_dyn: { let v: Vec<Box<dyn Op>> = vec![Box::new(Charge { cents: 1 })]; v.into_iter().map(send_box).next().unwrap() }
    push_dyn: { let mut v: Vec<Box<dyn Op>> = Vec::new(); v.push(Box::new(Charge { cents: 1 })); v.into_iter().map(send_box).next().unwrap() }
    push_send: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_slice_sync(&v) }
    push_send_mac: { let mut v = vec![]; v.push(Charge { cents: 1 }); send_slice_sync(&v) }
    push_val: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_val(v) }
    push_for: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for op in &v { send_sync(op)?; } Ok(1) }
    push_for_iter: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for op in v.iter() { send_sync(op)?; } Ok(1) }
    push_for_enum: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for (n, op) in v.iter().enumerate() { send_sync(op)?; } Ok(1) }
    push_for_recv: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for op in v.iter() { op.send_it()?; } Ok(1) }
    push_closure: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); v.iter().map(|op| send_sync(op)).next().unwrap() }
    push_closure_recv: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); v.iter().map(|op| op.send_it()).next().unwrap() }
    push_index: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_sync(&v[0]) }
    push_slice: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_slice_sync(&v[..]) }
    push_slice2: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_slice_sync(v.as_slice()) }
    push_pop: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let op = v.pop().unwrap(); send_sync(&op) }
    push_pop_while: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); while let Some(op) = v.pop() { send_sync(&op)?; } Ok(1) }
    push_moved: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let w = v; send_slice_sync(&w) }
    push_ref: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let w = &v; send_slice_sync(w) }
    push_into: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_val(v.into_boxed_slice()) }
    push_first: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_sync(v.first().unwrap()) }
    push_first_var: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let op = v.first().unwrap(); send_sync(op) }
    vec_for: { let v = vec![Charge { cents: 1 }]; for op in &v { send_sync(op)?; } Ok(1) }
    vec_send: { let v = vec![Charge { cents: 1 }]; send_slice_sync(&v) }
    array_for: { for op in [Charge { cents: 1 }] { send_sync(&op)?; } Ok(1) }
    array_var_for: { let ops = [Charge { cents: 1 }]; for op in &ops { send_sync(op)?; } Ok(1) }
    array_var: { let ops = [Charge { cents: 1 }]; send_slice_sync(&ops) }
    tuple_pat: { let (op, _) = (Charge { cents: 1 }, 1); send_sync(&op) }
    tuple_recv: { let (op, _) = (Charge { cents: 1 }, 1); op.send_it() }
    if_let: { if let Some(op) = Some(Charge { cents: 1 }) { return send_sync(&op); } Ok(1) }
    if_let_var: { let o = Some(Charge { cents: 1 }); if let Some(op) = &o { return send_sync(op); } Ok(1) }
    match_: { match Some(Charge { cents: 1 }) { Some(op) => send_sync(&op), None => Ok(1) } }
    match_recv: { match Some(Charge { cents: 1 }) { Some(op) => op.send_it(), None => Ok(1) } }
    let_else: { let Some(op) = Some(Charge { cents: 1 }) else { return Ok(0) }; send_sync(&op) }
    shadow: { let op = Get { id: 1 }; send_sync(&op)?; let op = Charge { cents: 1 }; send_sync(&op) }
    shadow_recv: { let op = Get { id: 1 }; op.send_it()?; let op = Charge { cents: 1 }; op.send_it() }
    shadow_called: { let op = load()?; let op = validated(op)?; let n = send_val(op); n }
    later_recv: { let op; op = Charge { cents: 1 }; op.send_it() }
    ref_recv: { let op = Charge { cents: 1 }; (&op).send_it() }
    deref_box: { let b = Box::new(Charge { cents: 1 }); send_sync(&*b) }
    deref_val: { let b = Box::new(Charge { cents: 1 }); send_val(*b) }
    as_ref: { let b = Box::new(Charge { cents: 1 }); send_sync(b.as_ref()) }
    as_ref_var: { let b = Box::new(Charge { cents: 1 }); let r = b.as_ref(); send_sync(r) }
    take: { let mut op = Charge { cents: 1 }; let t = std::mem::take(&mut op); send_sync(&t) }
    take_arg: { let mut op = Charge { cents: 1 }; send_val(std::mem::take(&mut op)) }
    take_recv: { let mut op = Charge { cents: 1 }; std::mem::take(&mut op).send_it() }
    replace: { let mut op = Charge { cents: 1 }; let t = std::mem::replace(&mut op, Charge { cents: 1 }); t.send_it() }
    validated_then: { let op = Charge { cents: 1 }; let n = send_val(validated(op)?); n }
    validated_try_recv: { let op = Charge { cents: 1 }; validated(op)?.send_it() }
    validated_var: { let op = validated(Charge { cents: 1 })?; send_sync(&op) }
    check_out: { Queue.check_out(&Charge { cents: 1 }) }
    client_push: { Queue.push(Charge { cents: 1 }) }
    client_push_var: { let queue = Queue::new(); queue.push(Charge { cents: 1 }) }
    client_insert: { let v = Queue; v.insert(Charge { cents: 1 }) }
    client_take: { Queue.take(Charge { cents: 1 }) }
    client_replace: { Queue.replace(Charge { cents: 1 }) }
    client_dropoff: { Queue.drop_off(Charge { cents: 1 }) }
    client_set: { Queue.set_op(Charge { cents: 1 }) }
    client_set_var: { let op = Charge { cents: 1 }; Queue.set_op(op) }
    set_chain: { let op = Charge { cents: 1 }; op.with_key(1).send_it() }
    set_chain_lit: { Charge { cents: 1 }.with_key(1).send_it() }
    with_var: { let op = Charge { cents: 1 }.with_key(1); op.send_it() }
    with_var_arg: { let op = Charge { cents: 1 }.with_key(1); send_sync(&op) }
    refund: { let op = Refund(1); send_sync(&op) }
    refund_recv: { let op = Refund(1); op.send_it() }
    unit_var: { let op = Cancel; send_sync(&op) }
    unit_recv: { Cancel.send_it() }
    enum_: { let op = Orders::Charge { cents: 1 }; send_sync(&op) }
    default: { let op: Charge = Default::default(); send_sync(&op) }
    parse: { let op = Charge::default(); send_sync(&op) }
    to_owned: { let op = Charge { cents: 1 }; send_val(op.to_owned()) }
    some_var: { let op = Some(Charge { cents: 1 }); send_sync(&op) }
    some_unwrap: { let op = Some(Charge { cents: 1 }); send_sync(&op.unwrap()) }
    some_take: { let mut op = Some(Charge { cents: 1 }); send_sync(&op.take()) }
    struct_field: { let r = Request { body: Charge { cents: 1 } }; send_sync(&r.body) }
    struct_field_val: { let r = Request { body: Charge { cents: 1 } }; send_val(r.body) }
    struct_pat: { let Request { body } = Request { body: Charge { cents: 1 } }; send_sync(&body) }
    block: { let op = { Charge { cents: 1 } }; send_sync(&op) }
    if_: { let op = if true { Charge { cents: 1 } } else { Charge { cents: 2 } }; send_sync(&op) }
    loop_: { let op = loop { break Charge { cents: 1 }; }; send_sync(&op) }
    closure_make: { let make = || Charge { cents: 1 }; send_sync(&make()) }
    closure_send: { let f = |op: &Charge| send_sync(op); f(&Charge { cents: 1 }) }
    closure_map: { Some(1).map(|cents| Charge { cents }).map(|op| send_sync(&op)).unwrap() }
    closure_then: { true.then(|| send_sync(&Charge { cents: 1 })).unwrap() }
    thread: { std::thread::spawn(|| send_sync(&Charge { cents: 1 })).join().unwrap() }
    mutex: { let m = Mutex::new(Charge { cents: 1 }); send_sync(&*m.lock().unwrap()) }
    unsafe_: { let op = Charge { cents: 1 }; unsafe { send_sync(&op) } }
    question: { let n = send_sync(&Charge { cents: 1 })?; Ok(n) }
    and: { let ok = true && send_sync(&Charge { cents: 1 }).is_ok(); Ok(ok.into()) }
    fmt: { let s = format!("{:?}", send_sync(&Charge { cents: 1 })); Ok(s.len() as u64) }
    assert: { assert!(send_sync(&Charge { cents: 1 }).is_ok()); Ok(1) }
    assert_recv: { let op = Charge { cents: 1 }; assert!(op.send_it().is_ok()); Ok(1) }
    eq_arg: { let op = Charge { cents: 1 }; Ok(op.eq(&{ send_sync(&op)?; Charge { cents: 1 } }).into()) }
    check_inner: { let op = Charge { cents: 1 }; check_limits(&send_sync(&op)?, 1) }
    ret: { return send_sync(&Charge { cents: 1 }); }
    break_: { loop { break send_sync(&Charge { cents: 1 }); } }
    ok_send: { Ok(send_sync(&Charge { cents: 1 })?) }
    iter_foreach: { [Charge { cents: 1 }].iter().for_each(|op| { let _ = send_sync(op); }); Ok(1) }
    from: { let op = Charge::from(1); send_sync(&op) }
    mac: { macro_rules! op { () => { Charge { cents: 1 } } } send_sync(&op!()) }
    mac_var: { macro_rules! op { () => { Charge { cents: 1 } } } let op = op!(); send_sync(&op) }
    dbg: { send_sync(&dbg!(Charge { cents: 1 })) }
    paren: { send_sync(&(Charge { cents: 1 })) }
    ref_var: { let op = Charge { cents: 1 }; let r = &op; send_sync(r) }
    ref_recv2: { let op = Charge { cents: 1 }; let r = &op; r.send_it() }
    mut_recv: { let mut op = Charge { cents: 1 }; op.go_it() }
    into_recv: { let op = Charge { cents: 1 }; op.into_it() }
    match_op: { let op = Charge { cents: 1 }; match op { ref o => send_sync(o) } }
    validate_awaited: { validate_later(&Charge { cents: 1 }).await }
    validate_var_awaited: { let op = Charge { cents: 1 }; let f = validate_later(&op); f.await }
    check_var_awaited: { let f = check(Charge { cents: 1 }); f.await }
    check_within_awaited: { let f = check(Charge { cents: 1 }); within(f).await }
    check_within2_awaited: { within(check(Charge { cents: 1 })).await }
    check_spawn_awaited: { tokio::spawn(check(Charge { cents: 1 })).await? }
    check_go_awaited: { go(check(Charge { cents: 1 })); Ok(1) }
    check_go_var_awaited: { let f = check(Charge { cents: 1 }); go(f); Ok(1) }
    check_join_awaited: { let f = check(Charge { cents: 1 }); tokio::join!(f).0 }
    check_box_awaited: { let f = Box::pin(check(Charge { cents: 1 })); f.await }
    check_box_go_awaited: { let f = Box::pin(check(Charge { cents: 1 })); go(f); Ok(1) }
    check_vec_awaited: { let f = vec![check(Charge { cents: 1 })]; join_all(f).await.remove(0) }
    check_push_awaited: { let mut f = Vec::new(); f.push(check(Charge { cents: 1 })); join_all(f).await.remove(0) }
    check_some_by_reference: { let op = Charge { cents: 1 }; let f = check(&op); let o = Some(f); o.unwrap().await }
    check_match_by_reference: { let op = Charge { cents: 1 }; match check(&op) { f => f.await } }
    check_boxed_by_reference: { let op = Charge { cents: 1 }; let f = check(&op); f.boxed_local().await }
    pushed_marked_methods: { let mut v = Vec::new(); v.push(Bank::charge(&Bank)); let all = join_all(v); all.await.remove(0) }
    check_some_awaited: { let f = Some(check(Charge { cents: 1 })); f.unwrap().await }
    check_map_awaited: { let f = check(Charge { cents: 1 }).map(|n| n); f.await }
    check_map2_awaited: { let f = check(Charge { cents: 1 }).boxed(); let g = f; g.await }
    check_moved_awaited: { let f = check(Charge { cents: 1 }); let g = f; g.await }
    check_closure_awaited: { let f = || check(Charge { cents: 1 }); f().await }
    check_async_awaited: { async { check(Charge { cents: 1 }).await }.await }
    check_match_awaited: { match check(Charge { cents: 1 }) { f => f.await } }
    check_if_awaited: { let f = if true { check(Charge { cents: 1 }) } else { check(Charge { cents: 2 }) }; f.await }
    check_block_awaited: { let f = { check(Charge { cents: 1 }) }; f.await }
    check_tuple_awaited: { let (f, _) = (check(Charge { cents: 1 }), 1); f.await }
    check_now_awaited: { check(Charge { cents: 1 }).now_or_never().unwrap() }
    check_select_awaited: { tokio::select! { n = check(Charge { cents: 1 }) => n } }
    check_pin_awaited: { let f = pin!(check(Charge { cents: 1 })); f.await }
    check_into_awaited: { let f = IntoFuture::into_future(check(Charge { cents: 1 })); f.await }
    check_shadow_awaited: { let op = Get { id: 1 }; op.ex(&Bank).await?; let op = Charge { cents: 1 }; op.ex(&Bank).await }
    for_recv_awaited: { let ops = vec![Charge { cents: 1 }]; for op in &ops { op.ex(&Bank).await?; } Ok(1) }
    for_recv2_awaited: { for op in [Charge { cents: 1 }] { op.ex(&Bank).await?; } Ok(1) }
    if_let_recv_awaited: { if let Some(op) = Some(Charge { cents: 1 }) { return op.ex(&Bank).await; } Ok(1) }
    match_recv_awaited: { match Some(Charge { cents: 1 }) { Some(op) => op.ex(&Bank).await, None => Ok(1) } }
    tuple_recv_awaited: { let (op, _) = (Charge { cents: 1 }, 1); op.ex(&Bank).await }
    box_recv_awaited: { let op = Box::new(Charge { cents: 1 }); op.ex(&Bank).await }
    box_dyn_awaited: { let op: Box<dyn Op + Send> = Box::new(Charge { cents: 1 }); send(op).await }
    arc_deref_awaited: { let op = Arc::new(Charge { cents: 1 }); send_ref(&*op).await }
    box_deref_awaited: { let op = Box::new(Charge { cents: 1 }); send(*op).await }
    clone_dyn_awaited: { let op = Arc::new(Charge { cents: 1 }); let c: Arc<dyn Op + Send + Sync> = op.clone(); send(c).await }
    clone_arg_dyn_awaited: { async fn s(_: Arc<dyn Op + Send + Sync>) -> io::Result<u64> { Ok(1) } let op = Arc::new(Charge { cents: 1 }); s(op.clone()).await }
    arc_arg_dyn_awaited: { async fn s(_: Arc<dyn Op + Send + Sync>) -> io::Result<u64> { Ok(1) } let op = Arc::new(Charge { cents: 1 }); s(op).await }
    ref_dyn_awaited: { async fn s(_: &(dyn Op + Sync)) -> io::Result<u64> { Ok(1) } let op = Charge { cents: 1 }; s(&op).await }
    ref_dyn_lit_awaited: { async fn s(_: &(dyn Op + Sync)) -> io::Result<u64> { Ok(1) } s(&Charge { cents: 1 }).await }
    ref_dyn_new_awaited: { async fn s(_: &(dyn Op + Sync)) -> io::Result<u64> { Ok(1) } let op = Charge::new(1); s(&op).await }
    ref_dyn_fn_awaited: { async fn s(_: &(dyn Op + Sync)) -> io::Result<u64> { Ok(1) } s(&make_charge()).await }
    box_fn_dyn_awaited: { async fn s(_: Box<dyn Op + Send>) -> io::Result<u64> { Ok(1) } s(Box::new(make_charge())).await }
    stmt_let_push_awaited: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_all(v).await }
    push_iter_awaited: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for op in v { send(op).await?; } Ok(1) }
    push_dyn_awaited: { let mut v: Vec<Box<dyn Op + Send>> = Vec::new(); v.push(Box::new(Charge { cents: 1 })); send_all(v).await }
}

sync_bodies! {
    sync_let_move: { let op = Charge { cents: 1 }; let b = op; let n = send_sync(&b); n }
    sync_let_move_recv: { let op = Charge { cents: 1 }; let b = op; let n = b.send_it(); n }
    sync_box_recv: { let op = Box::new(Charge { cents: 1 }); let n = op.send_it(); n }
    sync_box_recv_var: { let op = Charge { cents: 1 }; let b = Box::new(op); let n = b.send_it(); n }
    sync_box_direct: { let n = Box::new(Charge { cents: 1 }).send_it(); n }
    sync_box_direct_tail: { Box::new(Charge { cents: 1 }).send_it() }
    sync_clone_chain: { let op = Charge { cents: 1 }; op.clone().send_it() }
    sync_clone_var: { let op = Charge { cents: 1 }; let c = op.clone(); c.send_it() }
    sync_clone_path: { let op = Arc::new(Charge { cents: 1 }); let c = Arc::clone(&op); c.send_it() }
    sync_clone_dyn: { let op = Arc::new(Charge { cents: 1 }); let c: Arc<dyn Op> = op.clone(); send_dyn(c) }
    sync_arc_dyn: { let c: Arc<dyn Op> = Arc::new(Charge { cents: 1 }); send_dyn(c) }
    sync_arc_dyn_var: { let op = Charge { cents: 1 }; let c: Arc<dyn Op> = Arc::new(op); send_dyn(c) }
    sync_arc_dyn_cast: { let c = Arc::new(Charge { cents: 1 }) as Arc<dyn Op>; send_dyn(c) }
    sync_arc_dyn_cast_later: { let c = Arc::new(Charge { cents: 1 }); send_dyn(c) }
    sync_arc_dyn_cast_later2: { let c = Arc::new(Charge { cents: 1 }); let d = c as Arc<dyn Op>; send_dyn(d) }
    sync_arc_dyn_arg: { send_dyn(Arc::new(Charge { cents: 1 })) }
    sync_clone_arg: { let op = Arc::new(Charge { cents: 1 }); send_dyn(op.clone()) }
    sync_ok_dyn: { let r: io::Result<Box<dyn Op>> = Ok(Box::new(Charge { cents: 1 })); send_box(r?) }
    sync_assign_dyn: { let mut b: Box<dyn Op> = Box::new(Charge { cents: 1 }); b = Box::new(Charge { cents: 2 }); send_box(b) }
    sync_vec_dyn: { let v: Vec<Box<dyn Op>> = vec![Box::new(Charge { cents: 1 })]; v.into_iter().map(send_box).next().unwrap() }
    sync_push_dyn: { let mut v: Vec<Box<dyn Op>> = Vec::new(); v.push(Box::new(Charge { cents: 1 })); v.into_iter().map(send_box).next().unwrap() }
    sync_push_send: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_slice_sync(&v) }
    sync_push_send_mac: { let mut v = vec![]; v.push(Charge { cents: 1 }); send_slice_sync(&v) }
    sync_push_val: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_val(v) }
    sync_push_for: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for op in &v { send_sync(op)?; } Ok(1) }
    sync_push_for_iter: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for op in v.iter() { send_sync(op)?; } Ok(1) }
    sync_push_for_enum: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for (n, op) in v.iter().enumerate() { send_sync(op)?; } Ok(1) }
    sync_push_for_recv: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); for op in v.iter() { op.send_it()?; } Ok(1) }
    sync_push_closure: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); v.iter().map(|op| send_sync(op)).next().unwrap() }
    sync_push_closure_recv: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); v.iter().map(|op| op.send_it()).next().unwrap() }
    sync_push_index: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_sync(&v[0]) }
    sync_push_slice: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_slice_sync(&v[..]) }
    sync_push_slice2: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_slice_sync(v.as_slice()) }
    sync_push_pop: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let op = v.pop().unwrap(); send_sync(&op) }
    sync_push_pop_while: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); while let Some(op) = v.pop() { send_sync(&op)?; } Ok(1) }
    sync_push_moved: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let w = v; send_slice_sync(&w) }
    sync_push_ref: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let w = &v; send_slice_sync(w) }
    sync_push_into: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_val(v.into_boxed_slice()) }
    sync_push_first: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); send_sync(v.first().unwrap()) }
    sync_push_first_var: { let mut v = Vec::new(); v.push(Charge { cents: 1 }); let op = v.first().unwrap(); send_sync(op) }
    sync_vec_for: { let v = vec![Charge { cents: 1 }]; for op in &v { send_sync(op)?; } Ok(1) }
    sync_vec_send: { let v = vec![Charge { cents: 1 }]; send_slice_sync(&v) }
    sync_array_for: { for op in [Charge { cents: 1 }] { send_sync(&op)?; } Ok(1) }
    sync_array_var_for: { let ops = [Charge { cents: 1 }]; for op in &ops { send_sync(op)?; } Ok(1) }
    sync_array_var: { let ops = [Charge { cents: 1 }]; send_slice_sync(&ops) }
    sync_tuple_pat: { let (op, _) = (Charge { cents: 1 }, 1); send_sync(&op) }
    sync_tuple_recv: { let (op, _) = (Charge { cents: 1 }, 1); op.send_it() }
    sync_if_let: { if let Some(op) = Some(Charge { cents: 1 }) { return send_sync(&op); } Ok(1) }
    sync_if_let_var: { let o = Some(Charge { cents: 1 }); if let Some(op) = &o { return send_sync(op); } Ok(1) }
    sync_match: { match Some(Charge { cents: 1 }) { Some(op) => send_sync(&op), None => Ok(1) } }
    sync_match_recv: { match Some(Charge { cents: 1 }) { Some(op) => op.send_it(), None => Ok(1) } }
    sync_let_else: { let Some(op) = Some(Charge { cents: 1 }) else { return Ok(0) }; send_sync(&op) }
    sync_shadow: { let op = Get { id: 1 }; send_sync(&op)?; let op = Charge { cents: 1 }; send_sync(&op) }
    sync_shadow_recv: { let op = Get { id: 1 }; op.send_it()?; let op = Charge { cents: 1 }; op.send_it() }
    sync_shadow_called: { let op = load()?; let op = validated(op)?; let n = send_val(op); n }
    sync_later_recv: { let op; op = Charge { cents: 1 }; op.send_it() }
    sync_ref_recv: { let op = Charge { cents: 1 }; (&op).send_it() }
    sync_deref_box: { let b = Box::new(Charge { cents: 1 }); send_sync(&*b) }
    sync_deref_val: { let b = Box::new(Charge { cents: 1 }); send_val(*b) }
    sync_as_ref: { let b = Box::new(Charge { cents: 1 }); send_sync(b.as_ref()) }
    sync_as_ref_var: { let b = Box::new(Charge { cents: 1 }); let r = b.as_ref(); send_sync(r) }
    sync_take: { let mut op = Charge { cents: 1 }; let t = std::mem::take(&mut op); send_sync(&t) }
    sync_take_arg: { let mut op = Charge { cents: 1 }; send_val(std::mem::take(&mut op)) }
    sync_take_recv: { let mut op = Charge { cents: 1 }; std::mem::take(&mut op).send_it() }
    sync_replace: { let mut op = Charge { cents: 1 }; let t = std::mem::replace(&mut op, Charge { cents: 1 }); t.send_it() }
    sync_validated_then: { let op = Charge { cents: 1 }; let n = send_val(validated(op)?); n }
    sync_validated_try_recv: { let op = Charge { cents: 1 }; validated(op)?.send_it() }
    sync_validated_var: { let op = validated(Charge { cents: 1 })?; send_sync(&op) }
    sync_check_out: { Queue.check_out(&Charge { cents: 1 }) }
    sync_client_push: { Queue.push(Charge { cents: 1 }) }
    sync_client_push_var: { let queue = Queue::new(); queue.push(Charge { cents: 1 }) }
    sync_client_insert: { let v = Queue; v.insert(Charge { cents: 1 }) }
    sync_client_take: { Queue.take(Charge { cents: 1 }) }
    sync_client_replace: { Queue.replace(Charge { cents: 1 }) }
    sync_client_dropoff: { Queue.drop_off(Charge { cents: 1 }) }
    sync_client_set: { Queue.set_op(Charge { cents: 1 }) }
    sync_client_set_var: { let op = Charge { cents: 1 }; Queue.set_op(op) }
    sync_set_chain: { let op = Charge { cents: 1 }; op.with_key(1).send_it() }
    sync_set_chain_lit: { Charge { cents: 1 }.with_key(1).send_it() }
    sync_with_var: { let op = Charge { cents: 1 }.with_key(1); op.send_it() }
    sync_with_var_arg: { let op = Charge { cents: 1 }.with_key(1); send_sync(&op) }
    sync_refund: { let op = Refund(1); send_sync(&op) }
    sync_refund_recv: { let op = Refund(1); op.send_it() }
    sync_unit: { send_sync(&Cancel) }
    sync_unit_var: { let op = Cancel; send_sync(&op) }
    sync_unit_recv: { Cancel.send_it() }
    sync_enum: { let op = Orders::Charge { cents: 1 }; send_sync(&op) }
    sync_into: { let op: Charge = 1.into(); send_sync(&op) }
    sync_default: { let op: Charge = Default::default(); send_sync(&op) }
    sync_parse: { let op = Charge::default(); send_sync(&op) }
    sync_to_owned: { let op = Charge { cents: 1 }; send_val(op.to_owned()) }
    sync_some_var: { let op = Some(Charge { cents: 1 }); send_sync(&op) }
    sync_some_unwrap: { let op = Some(Charge { cents: 1 }); send_sync(&op.unwrap()) }
    sync_some_take: { let mut op = Some(Charge { cents: 1 }); send_sync(&op.take()) }
    sync_static: { send_sync(&CHARGE) }
    sync_const: { send_val(A_CHARGE) }
    sync_struct_field: { let r = Request { body: Charge { cents: 1 } }; send_sync(&r.body) }
    sync_struct_field_val: { let r = Request { body: Charge { cents: 1 } }; send_val(r.body) }
    sync_struct_pat: { let Request { body } = Request { body: Charge { cents: 1 } }; send_sync(&body) }
    sync_block: { let op = { Charge { cents: 1 } }; send_sync(&op) }
    sync_if: { let op = if true { Charge { cents: 1 } } else { Charge { cents: 2 } }; send_sync(&op) }
    sync_loop: { let op = loop { break Charge { cents: 1 }; }; send_sync(&op) }
    sync_closure_make: { let make = || Charge { cents: 1 }; send_sync(&make()) }
    sync_closure_send: { let f = |op: &Charge| send_sync(op); f(&Charge { cents: 1 }) }
    sync_closure_map: { Some(1).map(|cents| Charge { cents }).map(|op| send_sync(&op)).unwrap() }
    sync_closure_then: { true.then(|| send_sync(&Charge { cents: 1 })).unwrap() }
    sync_thread: { std::thread::spawn(|| send_sync(&Charge { cents: 1 })).join().unwrap() }
    sync_mutex: { let m = Mutex::new(Charge { cents: 1 }); send_sync(&*m.lock().unwrap()) }
    sync_unsafe: { let op = Charge { cents: 1 }; unsafe { send_sync(&op) } }
    sync_question: { let n = send_sync(&Charge { cents: 1 })?; Ok(n) }
    sync_and: { let ok = true && send_sync(&Charge { cents: 1 }).is_ok(); Ok(ok.into()) }
    sync_fmt: { let s = format!("{:?}", send_sync(&Charge { cents: 1 })); Ok(s.len() as u64) }
    sync_assert: { assert!(send_sync(&Charge { cents: 1 }).is_ok()); Ok(1) }
    sync_assert_recv: { let op = Charge { cents: 1 }; assert!(op.send_it().is_ok()); Ok(1) }
    sync_eq_arg: { let op = Charge { cents: 1 }; Ok(op.eq(&{ send_sync(&op)?; Charge { cents: 1 } }).into()) }
    sync_check_inner: { let op = Charge { cents: 1 }; check_limits(&send_sync(&op)?, 1) }
    sync_ret: { return send_sync(&Charge { cents: 1 }); }
    sync_break: { loop { break send_sync(&Charge { cents: 1 }); } }
    sync_ok_send: { Ok(send_sync(&Charge { cents: 1 })?) }
    sync_iter_foreach: { [Charge { cents: 1 }].iter().for_each(|op| { let _ = send_sync(op); }); Ok(1) }
    sync_option_map_fn: { Some(&Charge { cents: 1 }).map(send_sync).unwrap() }
    sync_from: { let op = Charge::from(1); send_sync(&op) }
    sync_mac: { macro_rules! op { () => { Charge { cents: 1 } } } send_sync(&op!()) }
    sync_mac_var: { macro_rules! op { () => { Charge { cents: 1 } } } let op = op!(); send_sync(&op) }
    sync_dbg: { send_sync(&dbg!(Charge { cents: 1 })) }
    sync_paren: { send_sync(&(Charge { cents: 1 })) }
    sync_ref_var: { let op = Charge { cents: 1 }; let r = &op; send_sync(r) }
    sync_ref_recv2: { let op = Charge { cents: 1 }; let r = &op; r.send_it() }
    sync_mut_recv: { let mut op = Charge { cents: 1 }; op.go_it() }
    sync_into_recv: { let op = Charge { cents: 1 }; op.into_it() }
    sync_match_op: { let op = Charge { cents: 1 }; match op { ref o => send_sync(o) } }
    sync_at: { match load()? { op @ Charge { .. } => send_sync(&op) } }
}
