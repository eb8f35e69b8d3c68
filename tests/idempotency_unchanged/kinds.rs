//! What is valid without the attributes: types that are known late, loans, temporaries, loops,
//! patterns and closures, and macros and functions of one's own that go by known names.

use retry_runtime::{IdempotencyKey, retry};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

type R = io::Result<u64>;

async fn ask(n: u64) -> R {
    Ok(n)
}

/// Functions that await nothing, with and without `async`.
macro_rules! valid {
    ($($name:ident: $result:ty { $($body:tt)* })*) => {
        mod asynchronous {
            use super::*;
            $(
                #[retry]
                pub async fn $name() -> io::Result<$result> { $($body)* }
            )*
        }
        pub mod synchronous {
            use super::*;
            $(
                #[retry]
                pub fn $name() -> io::Result<$result> { $($body)* }
            )*
        }
    };
}

macro_rules! awaiting {
    ($($name:ident: $result:ty { $($body:tt)* })*) => {$(
        #[retry]
        pub async fn $name() -> io::Result<$result> { $($body)* }
    )*};
}

valid! {
    flatten_opt: u32 { Ok(Some("1".parse::<u32>().ok()).flatten().unwrap_or(0)) }
    flatten_infer: u32 { let n: u32 = Some("1".parse().ok()).flatten().unwrap_or(0); Ok(n) }
    flatten_infer2: u32 { let n = Some("1".parse().ok()).flatten().unwrap_or(0); Ok(n) }
    flatten_iter: u64 { Ok(vec![vec![1u64], vec![2]].into_iter().flatten().sum()) }
    flatten_map: u64 { Ok((0..3).map(|n| vec![n]).flatten().sum()) }
    fuse_iter: u64 { Ok((0..3).map(|n| n + 1).fuse().sum()) }
    fuse_infer: Vec<u64> { let mut i = "1 2".split(' ').map(|n| n.parse().unwrap_or_default()).fuse(); Ok(vec![i.next().unwrap(), i.next().unwrap()]) }
    own_macro_join: u64 { macro_rules! join { ($($a:literal),*) => { concat!($($a),*) } } Ok(join!("a", "b").len() as u64) }
    own_macro_join_ident: u64 { macro_rules! join { ($($a:ident),*) => { 0 $(+ $a)* } } let (a, b) = (1, 2); Ok(join!(a, b)) }
    own_macro_select: u64 { macro_rules! select { ($($a:expr => $b:expr),*) => { 0 $(+ $a * $b)* } } Ok(select!(1 => 2, 3 => 4)) }
    own_macro_poll: u64 { macro_rules! poll { ($a:ident) => { $a } } let a = 1; Ok(poll!(a)) }
    own_macro_vec: u64 { macro_rules! vec { ($a:literal) => { $a } } Ok(vec!(1)) }
    own_macro_error: u64 { macro_rules! error { ($a:ident) => { stringify!($a) } } Ok(error!(x).len() as u64) }
    own_macro_check: u64 { macro_rules! matches { ($a:ident) => { 1 } } Ok(matches!(x)) }
    own_spawn: u64 { fn spawn<T: Default>(t: T) -> T { t } let n: u64 = spawn(Default::default()); Ok(n) }
    own_join: u64 { fn join<A: Default, B: Into<u64>>(a: A, b: B) -> (A, u64) { (a, b.into()) } let (a, b): (u8, _) = join(Default::default(), 1u8); Ok(b + u64::from(a)) }
    own_select: u64 { fn select<T>(f: impl Fn(&T) -> bool, t: T) -> bool { f(&t) } Ok(select(|t| *t == 1, 1u8).into()) }
    own_methods: u64 { struct S; impl S { fn spawn(&self, f: impl Fn(u8) -> u8) -> u64 { f(1).into() } fn boxed(&self) -> Box<Self> { Box::new(S) } fn instrument<T: Default>(&self, t: T) -> T { t } fn run_until(&self, n: u64) -> u64 { n } } let n: u64 = S.instrument(Default::default()); Ok(S.spawn(|x| x + 1) + S.boxed().run_until(n)) }
    iter_next: u64 { let mut it = vec![1u64].into_iter(); let mut push = Vec::new(); while let Some(n) = it.next() { push.push(n); } Ok(push.iter().sum()) }
    next_map: u64 { let mut it = ["1"].iter(); let n = it.next().map(|s| s.parse().unwrap_or_default()); let m: u64 = n.unwrap_or(0); Ok(m) }
    spawn_word: u64 { let spawn = vec![1u64]; Ok(spawn.iter().map(|n| n + 1).filter_map(|n| Some(n)).sum()) }
    and_then: u64 { let spawn = 1; "1".parse::<u64>().map_err(io::Error::other).and_then(|n| Ok(n + spawn)) }
    extend: Vec<u64> { let mut v = Vec::new(); let spawn = [1, 2]; v.extend(spawn.iter().map(|n| n + 1));  Ok(v) }
    push_default: Vec<Vec<u8>> { let mut v: Vec<Vec<u8>> = Vec::new(); v.push(Default::default()); v.push(Vec::new()); v.push("x".into()); Ok(v) }
    push_infer: Vec<u8> { let mut v = Vec::new(); v.push("1".parse().unwrap_or_default()); Ok(v) }
    hash: u64 { let mut m = HashMap::new(); m.insert("k", "1".parse().unwrap_or_default()); *m.entry("z").or_insert_with(Default::default) += 1; *m.entry("y").or_default() += 2; let n: u64 = m["k"]; Ok(n) }
    typed_let: u64 { let v: Vec<u8> = "x".into(); let s: &[u8] = &v; let b: Box<[u8]> = v.clone().into(); let f: Box<dyn Fn(u8) -> u8> = Box::new(|x| x + 1); let a: Arc<str> = Arc::from("x"); fn l(b: &[u8]) -> u64 { b.len() as u64 } fn c(f: &dyn Fn(u8) -> u8) -> u8 { f(1) } fn t(s: &str) -> usize { s.len() } let o: Option<&dyn Fn(u8) -> u8> = Some(&f); let _ = o.map(|f| f(1)); Ok(l(s) + l(&b) + u64::from(c(&f)) + u64::from(c(&*f)) + t(&a) as u64 + t(a.as_ref()) as u64) }
    ref_dyn: u64 { struct P { n: u8 } let p = P { n: 1 }; let d: &dyn std::any::Any = &p; let b: Box<dyn std::any::Any> = Box::new(P { n: 1 }); fn f(_: &dyn std::any::Any) -> u64 { 1 } fn g(_: Box<dyn std::any::Any>) -> u64 { 1 } Ok(f(d) + g(b) + f(&p)) }
    deref: u64 { struct P { n: u8 } let b = Box::new(P { n: 1 }); fn f(p: P) -> u64 { p.n.into() } fn g(p: &mut P) { p.n += 1; } let mut c = Box::new(P { n: 2 }); g(&mut c); g(&mut *c); { let r = &mut c; g(r); g(r); g(&mut *r); } Ok(f(*b) + f(*c)) }
    nested_mut: u64 { struct P { n: u8, v: Vec<u8> } let mut p = P { n: 1, v: Vec::new() }; fn g(v: &mut Vec<u8>, n: &mut u8) { v.push(*n); *n += 1; } g(&mut p.v, &mut p.n); let P { n, v } = &mut p; g(v, n); g(v, n); Ok(v.len() as u64) }
    slice_pat: u64 { struct P { n: u8 } let mut ps = [P { n: 1 }, P { n: 2 }]; let [a, b] = &mut ps; fn sw(a: &mut P, b: &mut P) { std::mem::swap(a, b); } sw(a, b); sw(a, b); let [x, _] = ps; fn f(p: P) -> u64 { p.n.into() } Ok(f(x)) }
    match_ref: u64 { struct P { n: u8 } enum E { A(P), B } let mut e = E::A(P { n: 1 }); fn g(p: &mut P) { p.n += 1; } match &mut e { E::A(p) => { g(p); g(p); } E::B => {} } match e { E::A(p) if p.n > 1 => { fn f(p: P) -> u64 { p.n.into() } Ok(f(p)) } E::A(_) | E::B => Ok(0) } }
    guards: u64 { let m = std::sync::Mutex::new(vec![1u64]); let g = m.lock().unwrap(); fn f(v: &[u64]) -> u64 { v.len() as u64 } let n = f(&g); drop(g); let n = n + f(&m.lock().unwrap()); Ok(n) }
    drop_order: u64 { struct D<'a>(&'a std::cell::Cell<u64>); impl Drop for D<'_> { fn drop(&mut self) { self.0.set(self.0.get() * 2 + 1); } } let c = std::cell::Cell::new(0); { let d = D(&c); let e = D(&c); drop(d); fn f(_: &D<'_>) {} f(&e); f(&D(&c)); } Ok(c.get()) }
    unit_enum: u64 { #[derive(Clone, Copy, PartialEq)] enum Mode { Fast, Slow } fn f(m: Mode) -> u64 { (m == Mode::Fast) as u64 } let m = Mode::Slow; Ok(f(m) + f(Mode::Fast) + [Mode::Fast].map(f)[0] + Some(1).map_or(Mode::Fast, |_| m).eq(&Mode::Slow) as u64) }
    some_fn: Vec<Option<u64>> { fn ap<T, U>(t: T, f: impl Fn(T) -> U) -> U { f(t) } let e: Result<u64, io::Error> = ap(1, Ok); let _ = e?; Ok(vec![1, 2].into_iter().map(Some).chain(std::iter::once(ap(3, Some))).collect()) }
    newtype_fn: u64 { struct W(u64); fn ap<T, U>(t: T, f: impl Fn(T) -> U) -> U { f(t) } let w = ap(1, W); Ok(w.0 + [2].into_iter().map(W).map(|w| w.0).sum::<u64>()) }
    consts: u64 { const LIMIT: u64 = 3; static NAMES: [&str; 1] = ["x"]; fn f(n: u64, s: &[&str], _: &str) -> u64 { n + s.len() as u64 } Ok(f(LIMIT, &NAMES, NAMES[0]) + f(u64::MAX - u64::MAX, &[], "")) }
    generic_const: u64 { fn f<const N: usize>(_: [u8; N]) -> usize { N } struct P; impl P { const K: u64 = 1; } fn g(n: u64) -> u64 { n } Ok(f([0; 3]) as u64 + g(P::K)) }
    phantom: u64 { use std::marker::PhantomData; fn f<T>(_: PhantomData<T>) -> u64 { 1 } Ok(f(PhantomData::<u8>) + f::<u8>(PhantomData)) }
    relaxed: u64 { use std::sync::atomic::{AtomicU64, Ordering}; let n = AtomicU64::new(1); n.fetch_add(1, Ordering::Relaxed); n.store(3, Ordering::SeqCst); Ok(n.load(Ordering::Relaxed)) }
    fmt_width: String { struct P { n: u8 } let p = P { n: 3 }; let w = p.n as usize; Ok(format!("{:>w$} {p}", 1, p = p.n)) }
    cast: u64 { struct P { n: u8 } let ps = vec![P { n: 3 }]; let mut t = 0; for (i, p) in ps.iter().enumerate() { t += i as u64 + p.n as u64; let k = i as f64 as u64; t += k; } Ok(t) }
    assign_dyn: u64 { struct P; let mut b: Box<dyn std::any::Any> = Box::new(1u8); assert!(b.is::<u8>()); let c = Box::new(P); b = c; let d = Arc::new(P); let e: Arc<dyn std::any::Any> = d.clone(); let h = d as Arc<dyn std::any::Any>; assert!(h.is::<P>()); Ok(b.is::<P>() as u64 + e.is::<P>() as u64) }
    let_else: u64 { struct P { n: u8 } let Some(P { n }) = Some(P { n: 1 }) else { return Ok(0) }; fn f(n: u8) -> u64 { n.into() } Ok(f(n)) }
    while_pop: u64 { struct P { n: u8 } let mut v = vec![P { n: 1 }]; let mut t = 0; fn f(p: P) -> u64 { p.n.into() } while let Some(p) = v.pop() { t += f(p); } Ok(t) }
    drain: u64 { struct P { n: u8 } let mut v = vec![P { n: 1 }]; v.push(P { n: 2 }); let mut w = Vec::new(); for p in v.drain(..) { w.push(p); } w.insert(0, P { n: 3 }); w.sort_by_key(|p| p.n); w.dedup_by(|a, b| a.n == b.n); Ok(w.into_iter().map(|p| u64::from(p.n)).sum()) }
    entry_api: u64 { struct P { n: u8 } let mut m: HashMap<u8, Vec<P>> = HashMap::new(); m.entry(1).or_default().push(P { n: 1 }); m.entry(2).or_insert_with(Vec::new).push(P { n: 2 }); for (k, ps) in &mut m { ps.push(P { n: *k }); } Ok(m.len() as u64) }
    closures: u64 { struct P { n: u8 } let p = P { n: 1 }; let f = |q: &P| u64::from(q.n + p.n); let g = |q| f(q); Ok(f(&p) + g(&P { n: 2 })) }
    fn_mut: u64 { struct P { n: u64 } let mut p = P { n: 0 }; let mut add = |n| p.n += n; add(1); add(2); (0..3).for_each(|n| add(n)); Ok(p.n) }
    moved_closure: u64 { struct P { n: u64 } let p = P { n: 1 }; fn run(f: impl FnOnce() -> u64) -> u64 { f() } fn eat(p: P) -> u64 { p.n } Ok(run(move || eat(p))) }
    shadow_types: u64 { struct P { n: u64 } fn f<T>(_: &T) {} let p = P { n: 1 }; f(&p); let p = p.n; f(&p); let p = vec![p]; f(&p); let p = &p[0]; f(&p); f(p); Ok(*p) }
    try_in_arg: u64 { fn load() -> io::Result<String> { Ok("1".into()) } fn parse(s: &str) -> io::Result<u64> { s.parse().map_err(io::Error::other) } let n = parse(&load()?)?; parse(load()?.trim()).map(|m| m + n) }
    into_iter_ref: u64 { struct Ps(Vec<u64>); impl<'a> IntoIterator for &'a Ps { type Item = &'a u64; type IntoIter = std::slice::Iter<'a, u64>; fn into_iter(self) -> Self::IntoIter { self.0.iter() } } let ps = Ps(vec![1, 2]); let mut t = 0; for p in &ps { t += p; } Ok(t) }
    swap: u64 { struct P { n: u64 } let (mut a, mut b) = (P { n: 1 }, P { n: 2 }); std::mem::swap(&mut a, &mut b); let c = std::mem::replace(&mut a, P { n: 5 }); Ok(c.n + a.n + b.n) }
    labels: u64 { let n = 'a: { if true { break 'a 1; } 2 }; fn f(n: u64) -> u64 { n } Ok(f(n)) }
    unsafe_block: u64 { struct P { n: u64 } let p = P { n: 1 }; fn f(p: &P) -> u64 { p.n } #[allow(unused_unsafe)] let n = unsafe { f(&p) }; Ok(n) }
}

awaiting! {
    await_deref: u64 { struct P { n: u64 } impl Clone for P { fn clone(&self) -> P { P { n: self.n } } } async fn f(p: P) -> R { Ok(p.n) } let b = Box::new(P { n: 1 }); let n = f(*b).await?; let r = &P { n: 2 }; Ok(n + f(r.clone()).await?) }
    await_copy: u64 { let n = 1u64; let r = &n; let rr = &r; Ok(ask(*r).await? + ask(**rr).await?) }
    await_counter: u64 { let mut n = 1u64; let r = &mut n; async fn bump(n: &mut u64) -> R { *n += 1; Ok(*n) } bump(r).await?; bump(&mut *r).await?; ask(*r).await?; bump(r).await }
    await_for: u64 { struct P { n: u64 } impl P { async fn go(&self) -> R { Ok(self.n) } async fn go_mut(&mut self) -> R { self.n += 1; Ok(self.n) } async fn eat(self) -> R { Ok(self.n) } } let mut ps = vec![P { n: 1 }]; let mut t = 0; for p in &ps { t += p.go().await?; } for p in &mut ps { t += p.go_mut().await?; t += p.go_mut().await?; } for p in ps { t += p.eat().await?; } Ok(t) }
    await_shadow: u64 { struct P { n: u64 } impl P { async fn go(&self) -> R { Ok(self.n) } async fn eat(self) -> R { Ok(self.n) } } let p = P { n: 1 }; p.go().await?; let p = P { n: 2 }; p.go().await?; p.eat().await }
    await_tmp: u64 { struct P { n: u64 } impl P { async fn go(&self, s: &str) -> R { Ok(self.n + s.len() as u64) } } for p in [P { n: 1 }] { p.go(&String::from("x")).await?; p.go(String::from("x").as_str()).await?; } let Some(p) = Some(P { n: 1 }) else { return Ok(1) }; p.go(&format!("{}", 1)).await }
    await_if_let: u64 { struct P { n: u64 } impl P { async fn go(&mut self) -> R { self.n += 1; Ok(self.n) } } let mut o = Some(P { n: 1 }); if let Some(p) = &mut o { p.go().await?; p.go().await?; } if let Some(mut p) = o { p.go().await?; return p.go().await; } Ok(0) }
    await_match: u64 { struct P { n: u64 } impl P { async fn eat(self) -> R { Ok(self.n) } } match Some(P { n: 1 }) { Some(p) => p.eat().await, None => Ok(0) } }
    await_closure: u64 { struct P { n: u64 } impl P { async fn eat(self) -> R { Ok(self.n) } } let ps = vec![P { n: 1 }]; let all: Vec<_> = ps.into_iter().map(|p| p.eat()).collect(); let mut t = 0; for f in all { t += f.await?; } Ok(t) }
    await_send: u64 { struct P { n: std::cell::Cell<u64> } { let p = P { n: std::cell::Cell::new(1) }; fn f(p: &P) -> u64 { p.n.get() } let n = f(&p); let q = P { n: std::cell::Cell::new(n) }; drop(q); drop(p); } ask(1).await }
    await_key: u64 { Ok(IdempotencyKey::from_u128(1).to_string().len() as u64) }
}
