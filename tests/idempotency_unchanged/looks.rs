//! Functions that make, check, compare, copy, print, pack and return operations which must
//! not run twice, and send none; and others that do the same with what is no operation. They
//! are valid where they await something and where they do not.

use retry_runtime::{Operation, retry};
use std::any::Any;
use std::fmt;
use std::io;
use std::sync::Arc;

#[derive(Operation, Default, Clone)]
#[operation(non_idempotent)]
pub struct Charge {
    pub cents: u64,
}

impl Charge {
    pub fn new(cents: u64) -> Self {
        Self { cents }
    }

    pub fn builder() -> Builder {
        Builder
    }

    pub fn check(&self) -> io::Result<()> {
        Ok(())
    }

    pub fn validate(&self) -> Result<(), String> {
        Ok(())
    }

    pub fn is_large(&self) -> bool {
        self.cents > 1
    }

    pub fn with_key(self, _: u8) -> Self {
        self
    }

    pub fn set_cents(&mut self, cents: u64) {
        self.cents = cents;
    }
}

impl From<u64> for Charge {
    fn from(cents: u64) -> Self {
        Self { cents }
    }
}

impl PartialEq for Charge {
    fn eq(&self, other: &Self) -> bool {
        self.cents == other.cents
    }
}

impl fmt::Debug for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cents)
    }
}

impl fmt::Display for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cents)
    }
}

pub struct Builder;

impl Builder {
    pub fn cents(self, _: u64) -> Self {
        self
    }

    pub fn build(self) -> Charge {
        Charge::new(1)
    }
}

pub struct Request<T> {
    pub body: T,
}

pub struct Item {
    pub n: u64,
}

impl Item {
    fn pick<'a>(&'a self, text: &'a str) -> &'a str {
        text
    }
}

fn validate(_: &Charge) -> io::Result<()> {
    Ok(())
}

fn is_valid(_: &Charge) -> bool {
    true
}

fn check_limits<O>(_: &O, _: u64) -> io::Result<u64> {
    Ok(1)
}

fn log(_: &Charge) {}

fn load() -> io::Result<Charge> {
    Ok(Charge::new(1))
}

fn validated(charge: Charge) -> io::Result<Charge> {
    Ok(charge)
}

macro_rules! valid {
    ($($name:ident: $result:ty { $($body:tt)* })*) => {
        mod awaiting {
            use super::*;
            $(
                #[retry]
                pub async fn $name() -> io::Result<$result> { $($body)* }
            )*
        }
        mod sync {
            use super::*;
            $(
                #[retry]
                pub fn $name() -> io::Result<$result> { $($body)* }
            )*
        }
    };
}

valid! {
    only_made: Charge { Ok(Charge { cents: 1 }) }
    made_new: Charge { Ok(Charge::new(1)) }
    made_var: Charge { let op = Charge { cents: 1 }; Ok(op) }
    made_fn: Charge { load() }
    made_fn_try: Charge { Ok(load()?) }
    method_check: Charge { let op = Charge { cents: 1 }; op.check()?; Ok(op) }
    method_check_new: Charge { let op = Charge::new(1); op.check()?; Ok(op) }
    method_check_load: Charge { let op = load()?; op.check()?; Ok(op) }
    method_validate_map: Charge { let op = Charge { cents: 1 }; op.validate().map_err(io::Error::other)?; Ok(op) }
    method_is: Charge { let op = Charge { cents: 1 }; if op.is_large() { return Err(io::ErrorKind::Other.into()); } Ok(op) }
    method_with: Charge { let op = Charge { cents: 1 }; Ok(op.with_key(1)) }
    method_with_lit: Charge { Ok(Charge { cents: 1 }.with_key(1)) }
    method_with_new: Charge { Ok(Charge::new(1).with_key(1)) }
    method_set: Charge { let mut op = Charge { cents: 1 }; op.set_cents(1); Ok(op) }
    method_clone: Charge { let op = Charge { cents: 1 }; let t = op.clone(); Ok(t) }
    method_clone_tail: Charge { let op = Charge { cents: 1 }; Ok(op.clone()) }
    method_eq: u64 { let op = Charge { cents: 1 }; Ok(op.eq(&Charge { cents: 2 }).into()) }
    op_eq: u64 { let op = Charge { cents: 1 }; Ok((op == Charge { cents: 2 }) as u64) }
    method_to_string: String { let op = Charge { cents: 1 }; Ok(op.to_string()) }
    fn_validate: Charge { let op = Charge { cents: 1 }; validate(&op)?; Ok(op) }
    fn_validate_new: Charge { let op = Charge::new(1); validate(&op)?; Ok(op) }
    fn_validate_load: Charge { let op = load()?; validate(&op)?; Ok(op) }
    fn_validate_lit: u64 { validate(&Charge { cents: 1 })?; Ok(1) }
    fn_validate_map: u64 { validate(&Charge { cents: 1 }).map_err(|e| e)?; Ok(1) }
    fn_validate_tail: () { let op = Charge::new(1); validate(&op) }
    fn_is: u64 { let op = Charge::new(1); if !is_valid(&op) { return Ok(0); } Ok(1) }
    fn_check: u64 { let op = Charge { cents: 1 }; check_limits(&op, 1) }
    fn_log: Charge { let op = Charge { cents: 1 }; log(&op); Ok(op) }
    macro_info: Charge { let op = Charge { cents: 1 }; tracing::info!(?op, "made"); println!("{op:?}"); Ok(op) }
    macro_assert: Charge { let op = Charge { cents: 1 }; assert!(op.is_large(), "{op}"); Ok(op) }
    macro_assert_eq: Charge { let op = Charge { cents: 1 }; assert_eq!(op, Charge { cents: 1 }); Ok(op) }
    boxed: Box<Charge> { Ok(Box::new(Charge { cents: 1 })) }
    arc: Arc<Charge> { Ok(Arc::new(Charge { cents: 1 })) }
    arc_var: Arc<Charge> { let op = Charge::new(1); Ok(Arc::new(op)) }
    pushed: Vec<Charge> { let mut v = Vec::new(); v.push(Charge { cents: 1 }); Ok(v) }
    pushed_new: Vec<Charge> { let mut v = Vec::new(); v.push(Charge::new(1)); Ok(v) }
    pushed_var: Vec<Charge> { let mut v = vec![]; let op = Charge { cents: 1 }; v.push(op); Ok(v) }
    vec_macro: Vec<Charge> { Ok(vec![Charge { cents: 1 }, Charge::new(1)]) }
    collected: Vec<Charge> { Ok((0..2).map(|cents| Charge { cents }).collect()) }
    collected_new: Vec<Charge> { Ok((0..2).map(Charge::new).collect()) }
    some: Option<Charge> { Ok(Some(Charge { cents: 1 })) }
    tuple: (Charge, u64) { Ok((Charge { cents: 1 }, 1)) }
    dropped: u64 { let op = Charge { cents: 1 }; drop(op); Ok(1) }
    dropped_lit: u64 { drop(Charge { cents: 1 }); Ok(1) }
    replaced: Charge { let mut op = Charge { cents: 1 }; let old = std::mem::replace(&mut op, Charge { cents: 2 }); Ok(old) }
    take: Charge { let mut op = Charge { cents: 1 }; Ok(std::mem::take(&mut op)) }
    default_: Charge { Ok(Charge::default()) }
    rest: Charge { Ok(Charge { ..Charge::default() }) }
    validated_by_val: Charge { let op = Charge { cents: 1 }; validated(op) }
    validated_by_val_lit: Charge { validated(Charge { cents: 1 }) }
    validated_try: Charge { Ok(validated(Charge { cents: 1 })?) }
    path_check: Charge { let op = Charge { cents: 1 }; Charge::check(&op)?; Ok(op) }
    path_clone: Charge { let op = Charge { cents: 1 }; Ok(Charge::clone(&op)) }
    clone_path: Charge { let op = Charge { cents: 1 }; Ok(Clone::clone(&op)) }
    builder: Charge { Ok(Charge::builder().cents(1).build()) }
    builder_check: Charge { let op = Charge::builder().cents(1).build(); op.check()?; Ok(op) }
    cmp: u64 { let op = Charge { cents: 1 }; Ok(op.cents.max(Charge { cents: 3 }.cents)) }
    if_let: u64 { if let Charge { cents: 1 } = load()? { return Ok(1); } Ok(0) }
    closure_make: Vec<Charge> { let make = |cents| Charge { cents }; Ok(vec![make(1), make(2)]) }
    size: u64 { let op = Charge { cents: 1 }; Ok(std::mem::size_of_val(&op) as u64) }
    fmt: String { let op = Charge { cents: 1 }; Ok(format!("{op} {:?}", op)) }
    err_with: Charge { let op = Charge { cents: 1 }; if op.cents > 3 { return Err(io::Error::other(format!("{op:?}"))); } Ok(op) }
    from: Charge { Ok(Charge::from(1)) }
    iter_all: u64 { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().map(|o| o.cents).sum()) }
    iter_sum: u64 { let ops = [Charge::new(1)]; Ok(ops.iter().filter(|o| o.is_large()).count() as u64) }
    for_check: u64 { let ops = vec![Charge { cents: 1 }]; for op in &ops { op.check()?; } Ok(1) }
    if_let_: Charge { let op = Charge { cents: 1 }; if let Err(e) = validate(&op) { return Err(e); } Ok(op) }
    while_: Charge { let op = Charge { cents: 1 }; while !op.is_large() { break; } Ok(op) }
    all: u64 { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().all(|op| op.is_large()) as u64) }
    filter: u64 { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().filter(|op| op.is_large()).count() as u64) }
    filter_fn: u64 { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().filter(|op| is_valid(op)).count() as u64) }
    filter_cents: u64 { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().filter(|op| op.cents > 1).count() as u64) }
    try_each: Vec<Charge> { let ops = vec![Charge { cents: 1 }]; ops.iter().try_for_each(|op| op.check())?; Ok(ops) }
    try_each_fn: Vec<Charge> { let ops = vec![Charge { cents: 1 }]; ops.iter().try_for_each(validate)?; Ok(ops) }
    for_: Vec<Charge> { let ops = vec![Charge { cents: 1 }]; for op in &ops { validate(op)?; } Ok(ops) }
    for_recv: Vec<Charge> { let ops = vec![Charge { cents: 1 }]; for op in &ops { op.check()?; } Ok(ops) }
    for_stmt: Vec<Charge> { let ops = vec![Charge { cents: 1 }]; for op in &ops { if !op.is_large() { log(op); } } Ok(ops) }
    for_tail: Vec<Charge> { let ops = vec![Charge { cents: 1 }]; for op in &ops { log(op) } Ok(ops) }
    map_field: Vec<u64> { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().map(|op| op.cents).collect()) }
    map_text: Vec<String> { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().map(|op| op.to_string()).collect()) }
    map_fmt: Vec<String> { let ops = vec![Charge { cents: 1 }]; Ok(ops.iter().map(|op| format!("{op:?}")).collect()) }
    sum: u64 { let ops = vec![Charge { cents: 1 }]; let total: u64 = ops.iter().map(|op| op.cents).sum(); Ok(total) }
    len: Vec<Charge> { let ops = vec![Charge { cents: 1 }]; println!("{}", ops.len()); Ok(ops) }
    cap: Vec<u64> { let ops = vec![Charge { cents: 1 }]; let mut v = Vec::with_capacity(ops.len()); v.push(ops[0].cents); Ok(v) }
    pushed_len: Vec<Charge> { let mut v = Vec::new(); v.push(Charge { cents: 1 }); if v.is_empty() || v.len() > 3 { return Err(io::ErrorKind::Other.into()); } Ok(v) }
    pushed_sort: Vec<Charge> { let mut v = Vec::new(); v.push(Charge { cents: 1 }); v.sort_by_key(|op: &Charge| op.cents); v.retain(|op| op.is_large()); Ok(v) }
    match_: Charge { let op = Charge { cents: 1 }; match op.check() { Ok(()) => Ok(op), Err(e) => Err(e) } }
    match_fn: Charge { let op = Charge { cents: 1 }; match validate(&op) { Ok(()) => Ok(op), Err(e) => Err(e) } }
    match_arm: () { let op = Charge { cents: 1 }; match 1 { 1 => validate(&op), _ => op.check() } }
    if_tail: () { let op = Charge { cents: 1 }; if op.cents > 1 { validate(&op) } else { op.check() } }
    let_bool: Charge { let op = Charge { cents: 1 }; let ok = is_valid(&op); if ok { Ok(op) } else { Err(io::ErrorKind::Other.into()) } }
    let_typed: Charge { let op = Charge { cents: 1 }; let ok: bool = is_valid(&op); if ok { Ok(op) } else { Err(io::ErrorKind::Other.into()) } }
    let_typed_op: Charge { let op: Charge = Charge { cents: 1 }; let twin: Charge = op; Ok(twin) }
    let_moved: Charge { let op = Charge { cents: 1 }; let twin = op; twin.check()?; Ok(twin) }
    return_: Charge { let op = Charge { cents: 1 }; if op.cents == 2 { return validated(op); } Ok(op) }
    response: (Charge, Charge) { let op = Charge { cents: 1 }; Ok((op.clone(), op)) }
    response_struct: Request<Charge> { let op = Charge { cents: 1 }; Ok(Request { body: op.clone() }) }
    arc_returned: Arc<Charge> { let op = Arc::new(Charge { cents: 1 }); op.check()?; Ok(Arc::clone(&op)) }
    debug_struct: String { let op = Charge { cents: 1 }; Ok(format!("{:?}", Request { body: op.cents }.body)) }
    and: u64 { let op = Charge { cents: 1 }; Ok((op.is_large() && is_valid(&op) && op == Charge { cents: 1 }) as u64) }
    assert: u64 { let op = Charge { cents: 1 }; assert!(is_valid(&op)); debug_assert!(op.check().is_ok(), "bad {op}"); Ok(1) }
    map_err: Charge { let op = Charge { cents: 1 }; validate(&op).map_err(|e| io::Error::other(format!("{e} {op:?}")))?; Ok(op) }
    ok_or: Charge { let op = Charge { cents: 1 }; is_valid(&op).then_some(()).ok_or(io::ErrorKind::Other)?; Ok(op) }
    validate_await: Charge { let op = Charge { cents: 1 }; Ok::<_, io::Error>(op) }
    number: u64 { let req = Item { n: 1 }; let n = req.n; Ok(std::cmp::max(n, req.n)) }
    other_struct: u64 { let req = Item { n: 1 }; fn total(w: &Item) -> u64 { w.n } Ok(total(&req)) }
    unit: u64 { #[derive(Clone)] struct Mode; let m = Mode; fn f(_: &Mode) -> u64 { 1 } Ok(f(&m) + f(&Mode)) }
    if_let_some: u64 { let o = Some(Item { n: 1 }); if let Some(w) = &o { return Ok(std::cmp::max(w.n, 1)); } Ok(0) }
    mut_for: u64 { let mut v = vec![Item { n: 1 }]; fn bump(w: &mut Item) { w.n += 1; } for w in v.iter_mut() { bump(w); bump(w); } for w in &mut v { bump(w); w.n += 1; bump(w); } Ok(v[0].n) }
    mut_if: u64 { let mut o = Some(Item { n: 1 }); fn bump(w: &mut Item) -> &mut Item { w.n += 1; w } if let Some(w) = &mut o { bump(w); bump(w); bump(bump(w)); } if let Some(w) = o.as_mut() { bump(w); } Ok(o.map(|w| w.n).unwrap_or(0)) }
    partial: u64 { struct Two { a: String, b: String } let t = Two { a: String::new(), b: String::new() }; fn eat(_: String) -> u64 { 1 } let n = eat(t.a); Ok(n + eat(t.b)) }
    partial2: u64 { struct Two { a: String, b: String } impl Two { fn f(&self) {} } for t in vec![Two { a: String::new(), b: String::new() }] { t.f(); let (a, b) = (t.a, t.b); drop(a); drop(b); } Ok(1) }
    closure_move: u64 { let w = Item { n: 1 }; let f = move || { fn eat(w: Item) -> u64 { w.n } eat(w) }; Ok(f()) }
    tmp: u64 { fn first<'a>(_: &'a Item, s: &'a str) -> &'a str { s } let ws = vec![Item { n: 1 }]; for w in &ws { let n = first(w, &String::from("x")).len(); assert!(n == 1); } Ok(1) }
    tmp_recv: u64 { let ws = vec![Item { n: 1 }]; for w in &ws { let n = w.pick(&String::from("x")).len(); assert!(n == 1); } Ok(1) }
    pointer: u64 { let b: Box<dyn Fn() -> u64> = Box::new(|| 1); let r = Arc::new(Item { n: 1 }); let d = r.clone() as Arc<dyn Any>; Ok(b() + d.is::<Item>() as u64) }
    loop_: u64 { let w = loop { break Item { n: 1 }; }; fn total(w: &Item) -> u64 { w.n } Ok(total(&w)) }
    shadow: u64 { let w = Item { n: 1 }; let w = w.n; fn total(w: u64) -> u64 { w } Ok(total(w)) }
    collect: u64 { let v: Vec<u64> = (0..2).collect(); fn f(v: &[u64]) -> u64 { v.len() as u64 } Ok(f(&v) + f(&v[..1]) + f(v.as_slice())) }
    array: u64 { let v = [Item { n: 1 }, Item { n: 2 }]; fn f(v: &[Item]) -> u64 { v.len() as u64 } Ok(f(&v) + f(&v[1..]) + v.iter().map(|w| w.n).sum::<u64>()) }
    tuple_: u64 { let t = (Item { n: 1 }, String::new()); fn f(v: &Item, _: String) -> u64 { v.n } Ok(f(&t.0, t.1)) }
    never: u64 { let w = Item { n: 1 }; if w.n == 2 { std::process::exit(1) } fn stop(_: &Item) -> ! { panic!() } if w.n == 3 { stop(&w) } Ok(1) }
}
