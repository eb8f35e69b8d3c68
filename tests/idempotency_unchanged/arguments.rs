//! What is handed to a call is coerced, lent and inferred as it was.

use super::common::*;
use retry_runtime::retry;
use std::collections::HashMap;
use std::fmt::Debug;
use std::io;

pub struct Holder<'a> {
    buf: &'a mut Vec<u8>,
    bufs: Vec<&'a mut Vec<u8>>,
}

impl Holder<'_> {
    #[retry]
    pub async fn run(&mut self) -> R {
        by_mut(self.buf).await?;
        by_mut(self.buf).await?;
        by_mut(&mut *self.buf).await?;
        by_mut(self.bufs[0]).await?;
        take_mut(self.buf);
        take_mut(self.bufs[0]);
        take_mut(lent(self.buf));
        by_mut_slice(&mut self.buf[..]).await
    }
}

#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct Packed {
    a: u8,
    b: u64,
}

macro_rules! own { ($($t:tt)*) => { $($t)* } }

#[retry]
pub async fn nested_calls() -> R {
    let x = n(n(n(1)));
    Ok(std::cmp::max(n(x), n(2)) + ask(n(n(x))).await?)
}

#[retry]
pub async fn unit_args() -> R {
    #[allow(clippy::unit_arg)]
    let x = take_unit(unit());
    Ok(x + ask(1).await?)
}

#[retry]
pub async fn never_args(o: Option<u64>) -> R {
    let x = n(o.unwrap_or_else(|| never()));
    let y = n(if x == 0 { never() } else { x });
    ask(y).await
}

#[retry]
pub async fn dyn_args() -> R {
    let x = take_dyn(boxed())
        + take_dyn(Box::new(|x| x))
        + take_dyn(Box::new(closure()))
        + take_dyn(box_closure());
    ask(x).await
}

#[retry]
pub async fn coerced() -> R {
    let v = list();
    let s = text();
    let x = take_slice(&list())
        + take_str(&text())
        + take_slice(&v)
        + take_str(&s)
        + take_str(&text()[..]);
    Ok(x + by_str(&text()).await?
        + by_slice(&list()).await?
        + by_str(&s[..]).await?
        + by_slice(&v[..1]).await?)
}

#[retry]
pub async fn reborrowed() -> R {
    let mut v = list();
    let m = &mut v;
    take_mut(m);
    take_mut(m);
    take_mut(lent(m));
    take_mut_slice(m);
    by_mut(m).await?;
    by_mut(lent(m)).await?;
    by_mut_slice(&mut m[..]).await?;
    by_mut(m).await
}

#[retry]
pub async fn two_phase() -> R {
    let mut v = vec![1_usize];
    v.push(v.len());
    v.push(v.iter().sum::<usize>());
    let mut s = text();
    s.push_str(&text());
    s.insert(s.len(), 'x');
    ask(v.len() as u64).await
}

#[retry]
pub async fn inferred() -> R {
    let a: u64 = generic(Default::default(), &n(1));
    let b = generic("1".parse().unwrap_or(0), &n(1));
    let c: Vec<u8> = generic(Vec::new(), &list());
    let d: HashMap<u8, u8> = generic([(1, 1)].into_iter().collect(), &HashMap::new());
    let e: Option<u8> = get(None).await?;
    Ok(a + b + c.len() as u64 + d.len() as u64 + u64::from(e.unwrap_or(0)))
}

#[retry]
pub async fn fields(c: &Client) -> R {
    by_str(&c.url).await?;
    by_str(&c.arc).await?;
    by_str(c.opt.as_deref().unwrap_or(NAME)).await?;
    by_str(&c.url[..]).await?;
    by_dyn(&c.items).await?;
    by_dyn(&c.items[0]).await?;
    by_str(&*c.url).await?;
    ask(c.id).await?;
    ask(c.items[0]).await?;
    ask(TABLE[0]).await?;
    by_str(NAME).await?;
    by_dyn(&LIMIT).await?;
    by_dyn(&TABLE).await?;
    ask(LIMIT).await
}

#[retry]
pub async fn packed(p: Packed) -> R {
    let q = p;
    take_unit(());
    let s = n(q.b);
    ask(q.b).await?;
    ask(s + u64::from(p.a)).await
}

#[retry]
pub async fn tuple_fields() -> R {
    let t = (text(), list(), 1_u64);
    by_str(&t.0).await?;
    by_slice(&t.1).await?;
    ask(t.2).await
}

#[retry]
pub async fn tries() -> R {
    let x = n("1".parse().map_err(|_| io::ErrorKind::Other)?);
    ask("1".parse().map_err(|_| io::ErrorKind::Other)?).await?;
    by_str(&get(text()).await?).await?;
    ask(get(n(1)).await?).await?;
    ask(n(get(x).await?)).await
}

#[retry]
pub async fn casts() -> R {
    ask(list().len() as u64).await?;
    by_dyn(&list() as &(dyn Debug + Sync)).await?;
    by_box(Box::new(text())).await?;
    by_box(Box::new(list()) as Box<dyn Debug + Send>).await
}

#[retry]
pub async fn macros() -> R {
    by_str(&format!("{}", n(1))).await?;
    get(vec![n(1), n(2)]).await?;
    get(vec![n(1); 2]).await?;
    by_dyn(&vec![text()]).await?;
    by_str(concat!("a", "b")).await?;
    get(matches!(n(1), 1)).await?;
    let v = vec![text(), text()];
    take_slice(&vec![1, 2]);
    by_str(&v.join(",")).await
}

#[retry]
pub async fn own_macros() -> R {
    ask(own!(n(1))).await?;
    by_str(own!("x")).await?;
    by_str(&own!(text())).await?;
    let x = own!(n(1));
    ask(own!(x)).await
}

#[retry]
pub async fn generic_fn<T: Into<u64> + Clone + Send + Sync>(t: &T) -> R {
    let x = t.clone();
    let y = Into::<u64>::into(x);
    ask(n(t.clone().into()) + y).await
}

#[retry]
pub async fn lifetimes<'a>(s: &'a str, v: &'a [u8]) -> io::Result<&'a str> {
    fn pick<'b>(a: &'b str, _: &'b [u8]) -> &'b str {
        a
    }
    let x = pick(pick(s, v), v.split_at(0).0);
    by_str(pick(x, v)).await?;
    Ok(x)
}

#[retry]
pub async fn ptrs(p: usize) -> R {
    let f: fn(u64) -> u64 = n;
    let g = f;
    let x = g(f(1));
    let h = [n, n];
    let y = h[0](h[1](1));
    let t = (n, 1);
    let z = (t.0)(n(1));
    ask(x + y + z + p as u64).await
}

#[retry]
pub async fn opaque_args() -> R {
    async fn f(i: impl Iterator<Item = u64>) -> R {
        Ok(i.sum())
    }
    fn it() -> impl Iterator<Item = u64> {
        0..2
    }
    f(it()).await?;
    f(it().map(n)).await?;
    f(std::iter::once(n(1))).await?;
    let i = it();
    f(i).await
}

#[retry]
pub async fn by_cow(s: std::borrow::Cow<'_, str>) -> R {
    let t = s.clone();
    by_str(&s).await?;
    by_str(&t).await?;
    drop(t.into_owned());
    ask(s.len() as u64).await
}

/// Places that are lent in lists of one type, and beside one another.
#[retry]
pub async fn lent_places(c: &mut Client, list: &mut [Vec<u8>; 2]) -> R {
    async fn texts(texts: &[&str]) -> R {
        Ok(texts.len() as u64)
    }
    async fn shown(shown: &[&(dyn Debug + Sync)]) -> R {
        Ok(shown.len() as u64)
    }
    async fn two(_: &mut Vec<u64>, _: &str) -> R {
        Ok(1)
    }
    texts(&[&c.url, "text"]).await?;
    texts(&["text", &c.url, &c.arc]).await?;
    shown(&[&c.url, &c.items, &c.items[0]]).await?;
    two(&mut c.items, &c.url).await?;
    let Client { items, url, .. } = c;
    two(items, url).await?;
    two(&mut *items, &*url).await?;
    by_mut(&mut list[0]).await?;
    by_mut_slice(&mut list[1][..]).await
}
