//! Statements, variables and what the compiler evaluates.

use super::common::*;
use retry_runtime::retry;
use std::io;
use std::sync::Mutex;

pub struct W<const N: usize>;
impl<const N: usize> W<N> {
    pub async fn go(&self, x: u64) -> R {
        Ok(N as u64 + x)
    }
}

pub struct Pool;
impl Pool {
    fn spawn<T: Default>(&self, _: T) -> T {
        T::default()
    }
    fn execute<F: FnOnce() -> u64>(&self, f: F) -> u64 {
        f()
    }
    fn submit(&self, f: Box<dyn Fn(&str) -> usize>) -> usize {
        f("x")
    }
}

#[retry]
pub async fn consts() -> R {
    const { assert!(size(double(1)) == 2) };
    let a = [0_u8; size(double(2))];
    Ok(a.len() as u64 + ask(const { size(double(2)) as u64 }).await?)
}

#[retry]
pub async fn array_len() -> R {
    let a: [u8; double(size(2))] = [0; double(size(2))];
    by_slice(&a).await
}

#[retry]
pub async fn const_generic() -> R {
    W::<{ double(size(2)) }>.go(n(n(1))).await
}

#[retry]
pub async fn closures() -> R {
    let v: Vec<u64> = TABLE
        .iter()
        .map(|x| n(*x))
        .filter(|x| *x > n(n(0)))
        .map(|x| std::cmp::min(n(x), n(3)))
        .collect();
    let s: u64 = v.iter().copied().map(n).sum();
    let f = |x| n(x);
    Ok(f(s) + ask(v.into_iter().map(|x| n(n(x))).max().unwrap_or(0)).await?)
}

#[retry]
pub async fn for_each() -> R {
    let mut out = Vec::new();
    TABLE.iter().for_each(|x| out.push(n(*x)));
    (0..2).for_each(|x| {
        n(x);
    });
    out.extend(TABLE.iter().map(|x| n(*x)));
    out.sort_by_key(|x| n(*x));
    out.retain(|x| n(*x) > 0);
    ask(out.len() as u64).await
}

#[retry]
pub async fn statement_calls(c: &Client) -> R {
    drop(text());
    std::mem::drop(c.url.clone());
    c.buf
        .lock()
        .map_err(|_| io::ErrorKind::Other)?
        .push(n(1) as u8);
    ask(1).await
}

#[retry]
pub async fn guards(c: &Client) -> R {
    {
        let mut g = c.buf.lock().map_err(|_| io::ErrorKind::Other)?;
        g.push(1);
        take_mut(&mut g);
        take_slice(&g);
    }
    ask(c.items[0]).await
}

#[retry]
pub async fn cfgs() -> R {
    #[cfg(any())]
    let gone = list_gone();
    #[cfg(any())]
    take_slice(&gone);
    #[cfg(any())]
    by_slice(&gone).await?;
    #[cfg(any(unix, not(unix)))]
    let here = list();
    #[cfg(any(unix, not(unix)))]
    take_slice(&here);
    ask(1).await
}

#[retry]
pub async fn cfg_awaited() -> R {
    #[cfg(any())]
    let gone = ask_gone(1);
    #[cfg(any())]
    gone.map(|x| x).await?;
    #[cfg(any())]
    let later = ask_gone(n(1));
    #[cfg(any())]
    later.await?;
    ask(1).await
}

#[retry]
pub async fn shadowed() -> R {
    let x = text();
    take_str(&x);
    let x = list();
    take_slice(&x);
    let x = n(x.len() as u64);
    n(x);
    ask(x).await
}

#[retry]
pub async fn declared_later() -> R {
    let x;
    let y: u64;
    if n(1) == 1 {
        x = text();
        y = n(1);
    } else {
        x = String::new();
        y = 2;
    }
    by_str(&x).await?;
    take_str(&x);
    ask(y).await
}

#[retry]
pub async fn moved() -> R {
    let x = text();
    let y = x;
    drop(y);
    let v = list();
    let w = get(v).await?;
    drop(w);
    let c = ask(n(1));
    let d = c;
    d.await
}

#[retry]
pub async fn moved_into_closure() -> R {
    let x = text();
    let f = move || take_str(&x);
    let y = list();
    let g = move || y.len();
    Ok(f() + g() as u64 + ask(1).await?)
}

#[retry]
pub async fn moved_into_async() -> R {
    let x = text();
    let f = async move { by_str(&x).await };
    let y = list();
    Ok(f.await? + async { by_slice(&y).await }.await?)
}

#[retry]
pub async fn not_send() -> R {
    let x = {
        let rc = std::rc::Rc::new(1_u64);
        n(*rc)
    };
    ask(x).await
}

#[retry]
pub async fn spawns() -> R {
    tokio::spawn(ask(n(1)));
    tokio::spawn(async { ask(1).await });
    let h = tokio::spawn(ask(1));
    let mut set = tokio::task::JoinSet::new();
    set.spawn(ask(n(1)));
    for i in 0..2 {
        set.spawn(ask(i));
    }
    let v: Vec<_> = (0..2).map(|i| tokio::spawn(ask(i))).collect();
    for j in v {
        j.await??;
    }
    let w: Vec<_> = (0..2).map(ask).map(tokio::spawn).collect();
    drop(w);
    set.spawn(async move { Ok(1) });
    let _ = set.join_next().await;
    h.await?
}

#[retry]
pub async fn channels() -> R {
    let (tx, rx) = tokio::sync::oneshot::channel();
    let _ = tx.send(n(1));
    let (t, mut r) = tokio::sync::mpsc::channel(1);
    t.try_send(text()).map_err(|_| io::ErrorKind::Other)?;
    t.send(text()).await.map_err(|_| io::ErrorKind::Other)?;
    drop(t);
    r.recv().await;
    rx.await.map_err(|_| io::ErrorKind::Other.into())
}

#[retry]
pub async fn drops() -> R {
    struct D(u64);
    impl Drop for D {
        fn drop(&mut self) {}
    }
    fn make(x: u64) -> D {
        D(x)
    }
    fn look(d: &D) -> u64 {
        d.0
    }
    let a = make(n(1));
    let x = look(&a) + look(&make(2));
    drop(make(3));
    let b = D(1);
    Ok(x + look(&b) + ask(look(&make(4))).await?)
}

#[retry]
pub async fn labelled() -> R {
    let x = 'a: {
        if n(1) == 1 {
            break 'a n(2);
        }
        n(3)
    };
    let y = loop {
        break n(n(1));
    };
    ask(x + y).await
}

#[retry]
pub async fn named_join() -> R {
    fn join<T>(a: T, _: T) -> T {
        a
    }
    fn select<T: Default>(_: u64) -> T {
        T::default()
    }
    fn spawn(x: Vec<u8>) -> usize {
        x.len()
    }
    let a: u64 = select(join(n(1), 2));
    let b = spawn(Default::default());
    let c = spawn("1".bytes().collect());
    ask(join(a, select(1)) + b as u64 + c as u64).await
}

#[retry]
pub async fn own_pool() -> R {
    let a: u64 = Pool.spawn(Default::default());
    Pool.execute(|| n(1));
    Pool.execute(|| {
        let x = n(1);
        n(x)
    });
    Pool.submit(Box::new(|s| s.len()));
    let b = Pool.submit(Box::new(str::len));
    let f = || n(2);
    Pool.execute(f);
    Pool.execute(&f);
    ask(a + b as u64).await
}

#[retry]
pub async fn higher_ranked() -> R {
    fn apply(f: impl for<'a> Fn(&'a str) -> &'a str) -> usize {
        f("x").len()
    }
    fn trim(s: &str) -> &str {
        s.trim()
    }
    fn make() -> impl for<'a> Fn(&'a str) -> &'a str {
        |s| s.trim()
    }
    let x = apply(trim) + apply(make()) + apply(str::trim) + apply(|s| trim(s));
    apply(trim);
    apply(make());
    apply(|s| s.trim());
    ask(x as u64).await
}

#[retry]
pub async fn temporaries() -> R {
    fn guard(v: &Mutex<Vec<u8>>) -> std::sync::MutexGuard<'_, Vec<u8>> {
        v.lock().unwrap()
    }
    let m = Mutex::new(list());
    let x = take_slice(&guard(&m));
    let y = take_slice(guard(&m).as_slice());
    let z = take_slice(&guard(&m)[..]);
    let r = ask(x + y + z + guard(&m).len() as u64).await;
    r
}

#[retry]
pub fn sync_all(c: &Mutex<Vec<u8>>) -> R {
    let mut v = list();
    let x = take_mut(lent(&mut v)) + take_slice(&list()) + take_str(&text()) + n(n(1));
    take_dyn(box_closure());
    take_dyn(boxed());
    let s = text();
    take_str(&s);
    let y: u64 = generic(Default::default(), &n(1));
    v.push(v.len() as u8);
    c.lock().unwrap().push(n(1) as u8);
    let z = text().len() + String::from("x").len() + Vec::from([1]).len();
    Ok(x + y + z as u64)
}

#[retry]
pub fn sync_builder() -> R {
    struct B(u64);
    impl B {
        fn new() -> Self {
            B(0)
        }
        fn with(mut self, x: u64) -> Self {
            self.0 += x;
            self
        }
        fn set(&mut self, x: u64) -> &mut Self {
            self.0 += x;
            self
        }
        fn build(&self) -> u64 {
            self.0
        }
        fn done(self) -> R {
            Ok(self.0)
        }
    }
    let x = B::new().set(n(1)).set(2).build();
    let mut b = B::new();
    b.set(n(1)).set(n(2));
    let y = B::new().with(n(1)).build();
    B(1).set(2);
    B::new().with(x + y + b.build()).done()
}

/// Closures that never return, in places where nobody awaits what they return.
#[retry]
pub async fn never_returned(given: Option<u64>) -> R {
    fn forever() -> ! {
        panic!("never")
    }
    if given.is_none() {
        std::thread::spawn(|| forever());
        let task = tokio::task::spawn_blocking(|| forever());
        task.await?;
    }
    given.unwrap_or_else(|| forever());
    ask(1).await
}
