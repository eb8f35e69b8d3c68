//! Arguments of retried functions: lent to every attempt as the call gave them.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

#[retry]
async fn no_more_than_the_server(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn a_free_function() {
    let server = Flaky::failing(2);
    assert_third(&server, no_more_than_the_server(&server).await, 3);
}

#[retry]
async fn borrowed(server: &Flaky, text: &str, seen: &mut Vec<u32>) -> io::Result<(usize, usize)> {
    seen.push(text.len() as u32);
    server.call_later().await?;
    seen.push(0);
    Ok((text.len(), seen.len()))
}

#[tokio::test(start_paused = true)]
async fn references_shared_and_unique() {
    let server = Flaky::failing(2);
    let mut seen = Vec::new();
    let found = borrowed(&server, "text", &mut seen).await;
    assert_third(&server, found, (4, 4));
    assert_eq!(seen, [4, 4, 4, 0]);
}

#[retry]
async fn owned(server: Flaky, name: String, list: Vec<u8>, bytes: Box<[u8]>) -> io::Result<usize> {
    server.call_later().await?;
    Ok(name.len() + list.iter().count() + bytes.len())
}

#[tokio::test(start_paused = true)]
async fn owned_arguments_are_lent_to_each_attempt() {
    let server = Flaky::failing(2);
    let call = owned(server.clone(), "name".into(), vec![1, 2], Box::new([3]));
    assert_third(&server, tokio::spawn(call).await.unwrap(), 7);
}

#[retry]
async fn cloned_in_the_body(server: Flaky, name: String) -> io::Result<String> {
    let name = name.clone();
    server.call_later().await?;
    Ok(name)
}

#[tokio::test(start_paused = true)]
async fn what_the_body_moves_it_clones() {
    let server = Flaky::failing(2);
    let found = cloned_in_the_body(server.clone(), "name".into()).await;
    assert_third(&server, found, "name".to_string());
}

/// `Send`, but not `Sync`: a shared borrow of it over an await would take
/// `Send` from the future.
#[retry]
async fn not_sync(
    server: Flaky,
    cell: Cell<u32>,
    shared: RefCell<Vec<u32>>,
    (nested, Pair { left, .. }): (Cell<u32>, Pair<Cell<u32>>),
    dynamic: Box<dyn Fn() -> u32 + Send>,
) -> io::Result<u32> {
    cell.set(cell.get() + 1);
    shared.borrow_mut().push(cell.get());
    nested.set(nested.get() + 10);
    left.set(left.get() + 100);
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    Ok(cell.get() + nested.get() + left.get() + shared.borrow().len() as u32 + dynamic())
}

#[tokio::test(start_paused = true)]
async fn arguments_that_are_send_but_not_sync_over_an_await() {
    let server = Flaky::failing(2);
    let pair = Pair {
        left: Cell::new(0),
        right: Cell::new(0),
    };
    assert_eq!(pair.right.get(), 0);
    let call = not_sync(
        server.clone(),
        Cell::new(0),
        RefCell::default(),
        (Cell::new(0), pair),
        Box::new(|| 1),
    );
    assert_third(&server, tokio::spawn(call).await.unwrap(), 337);
}

#[derive(Clone, Copy, Debug)]
struct Pair<T> {
    left: T,
    right: T,
}

#[derive(Clone, Copy)]
struct Wrapped(u32);

#[retry]
async fn patterns(
    server: &Flaky,
    (name, Wrapped(number)): (String, Wrapped),
    Pair {
        left,
        right: [first, .., last],
    }: Pair<[u32; 3]>,
    &copied: &u32,
    Pair { left: text, .. }: &Pair<String>,
    _: u64,
    whole @ Wrapped(_): Wrapped,
) -> io::Result<u32> {
    server.call_later().await?;
    Ok(name.len() as u32 + number + left[0] + first + last + copied + text.len() as u32 + whole.0)
}

#[tokio::test(start_paused = true)]
async fn pattern_arguments() {
    let server = Flaky::failing(2);
    let texts = Pair {
        left: "four".to_string(),
        right: String::new(),
    };
    let numbers = Pair {
        left: [1, 0, 0],
        right: [10, 0, 20],
    };
    let named = ("name".to_string(), Wrapped(2));
    let found = patterns(&server, named, numbers, &100, &texts, 0, Wrapped(1000)).await;
    assert_third(&server, found, 4 + 2 + 1 + 30 + 100 + 4 + 1000);
}

#[retry]
async fn mutable(
    server: &Flaky,
    mut count: u32,
    mut rest: &[u32],
    mut unique: &mut [u32],
    (
        mut nested,
        Pair {
            left: mut deep,
            right: (mut deeper, _),
        },
    ): (u32, Pair<(u32, u32)>),
) -> io::Result<Vec<u32>> {
    count += 1;
    rest = &rest[1..];
    unique[0] += 1;
    unique = &mut unique[1..];
    nested += 1;
    deep.0 += 1;
    deeper += 1;
    let unique = unique.len() as u32;
    server.call_later().await?;
    Ok(vec![
        count,
        rest.len() as u32,
        unique,
        nested,
        deep.0,
        deeper,
    ])
}

#[tokio::test(start_paused = true)]
async fn mut_arguments_start_anew_in_each_attempt() {
    let server = Flaky::failing(2);
    let mut unique = [0, 0, 0];
    let pair = Pair {
        left: (2, 0),
        right: (3, 0),
    };
    let found = mutable(&server, 0, &[1, 2, 3], &mut unique, (1, pair)).await;
    assert_third(&server, found, vec![1, 2, 2, 2, 3, 4]);
    assert_eq!(unique[0], 3, "what stands behind a `&mut` is the caller's");
}

#[retry]
fn mutable_sync(
    server: &Flaky,
    mut count: u32,
    (mut nested, _): (u32, u32),
    mut rest: &[u8],
) -> io::Result<u32> {
    count += 1;
    nested += 1;
    rest = &rest[1..];
    server.call()?;
    Ok(count + nested + rest.len() as u32)
}

#[test]
fn mut_arguments_start_anew_in_a_sync_fn() {
    let server = Flaky::failing(2);
    assert_third(&server, mutable_sync(&server, 0, (0, 0), b"ab"), 3);
}

#[retry]
async fn generic<'a, K, V, S, const N: usize>(
    server: &'a S,
    map: &'a HashMap<K, V>,
    keys: [K; N],
    default: V,
) -> io::Result<(usize, V)>
where
    S: AsRef<Flaky> + ?Sized,
    K: std::hash::Hash + Eq + Sync,
    V: Clone + Send + Debug,
{
    server.as_ref().call_later().await?;
    let found = keys.iter().find_map(|key| map.get(key));
    Ok((N, found.cloned().unwrap_or_else(|| default.clone())))
}

#[tokio::test(start_paused = true)]
async fn generics_where_clauses_and_const_generics() {
    let server = Flaky::failing(2);
    let map = HashMap::from([("b", 2)]);
    assert_third(&server, generic(&server, &map, ["a", "b"], 7).await, (2, 2));
    let server = Flaky::failing(2);
    let map: HashMap<u8, Cell<u32>> = HashMap::new();
    let found = generic(&server, &map, [1, 2, 3], Cell::new(7)).await;
    assert_third(&server, found, (3, Cell::new(7)));
}

#[retry]
async fn impl_trait(
    server: impl AsRef<Flaky>,
    names: impl IntoIterator<Item = impl Into<String>> + Clone,
    count: &mut impl FnMut() -> u32,
) -> io::Result<(String, u32)> {
    let attempt = count();
    server.as_ref().call_later().await?;
    let name: String = names.clone().into_iter().map(Into::into).collect();
    Ok((name, attempt))
}

#[tokio::test(start_paused = true)]
async fn impl_trait_arguments() {
    let server = Flaky::failing(2);
    let mut count = 0;
    let mut counter = || {
        count += 1;
        count
    };
    let found = impl_trait(server.clone(), ["a", "b"], &mut counter).await;
    assert_third(&server, found, ("ab".to_string(), 3));
}

#[retry]
async fn with_cfg(
    server: &Flaky,
    #[cfg(all())] present: u32,
    #[cfg(any())] absent: NoSuchType,
    #[cfg(all())] mut changing: u32,
    #[cfg(any())] mut gone: NoSuchType,
    #[cfg(any())] (mut nested, other): NoSuchType,
    #[cfg(all())] (left, mut right): (String, u32),
) -> io::Result<u32> {
    #[cfg(any())]
    let _ = (&absent, &mut gone, &mut nested, &other);
    changing += 1;
    right += 1;
    server.call_later().await?;
    Ok(present + changing + left.len() as u32 + right)
}

#[tokio::test(start_paused = true)]
async fn cfg_on_a_parameter() {
    let server = Flaky::failing(2);
    let found = with_cfg(&server, 10, 100, ("four".into(), 1000)).await;
    assert_third(&server, found, 10 + 101 + 4 + 1001);
}

/// Says when it is dropped.
struct Noisy(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[retry]
async fn dropping(
    server: Flaky,
    first: Noisy,
    _: Noisy,
    (third, fourth): (Noisy, Noisy),
    _unused: Noisy,
) -> io::Result<()> {
    let _borrowed = (&first, &third, &fourth);
    server.call_later().await?;
    first.1.lock().unwrap().push("body");
    Ok(())
}

async fn dropping_by_hand(
    server: Flaky,
    first: Noisy,
    _: Noisy,
    (third, fourth): (Noisy, Noisy),
    _unused: Noisy,
) -> io::Result<()> {
    let _borrowed = (&first, &third, &fourth);
    server.call_later().await?;
    first.1.lock().unwrap().push("body");
    Ok(())
}

#[retry]
fn dropping_sync(
    server: Flaky,
    first: Noisy,
    _: Noisy,
    (third, fourth): (Noisy, Noisy),
    _unused: Noisy,
) -> io::Result<()> {
    let _borrowed = (&first, &third, &fourth);
    server.call()?;
    first.1.lock().unwrap().push("body");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn arguments_are_dropped_once_and_in_their_order() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let noisy = |name| Noisy(name, log.clone());
    let pair = || (noisy("third"), noisy("fourth"));
    let expected = {
        let server = Flaky::failing(0);
        let call = dropping_by_hand(
            server,
            noisy("first"),
            noisy("second"),
            pair(),
            noisy("unused"),
        );
        call.await.unwrap();
        std::mem::take(&mut *log.lock().unwrap())
    };
    let server = Flaky::failing(2);
    let call = dropping(
        server.clone(),
        noisy("first"),
        noisy("second"),
        pair(),
        noisy("unused"),
    );
    assert_third(&server, call.await, ());
    assert_eq!(std::mem::take(&mut *log.lock().unwrap()), expected);

    let server = Flaky::failing(2);
    let pair = pair();
    let call = tokio::task::spawn_blocking({
        let (server, first, second, unused) = (
            server.clone(),
            noisy("first"),
            noisy("second"),
            noisy("unused"),
        );
        move || dropping_sync(server, first, second, pair, unused)
    });
    assert_third(&server, call.await.unwrap(), ());
    assert_eq!(std::mem::take(&mut *log.lock().unwrap()), expected);
}

#[retry]
async fn unused(
    server: &Flaky,
    _ignored: String,
    _cell: Cell<u32>,
    mut _text: String,
) -> io::Result<u32> {
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn arguments_that_the_body_does_not_use() {
    let server = Flaky::failing(2);
    let found = unused(&server, "a".into(), Cell::new(0), "b".into()).await;
    assert_third(&server, found, 3);
}

#[retry]
async fn inlined_in_a_format(server: Flaky, name: String, cell: Cell<u32>) -> io::Result<String> {
    let text = format!("{name} {cell:?}");
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    Ok(text)
}

#[tokio::test(start_paused = true)]
async fn an_argument_that_only_a_format_string_names() {
    let server = Flaky::failing(2);
    let call = inlined_in_a_format(server.clone(), "name".into(), Cell::new(0));
    assert_third(
        &server,
        tokio::spawn(call).await.unwrap(),
        "name Cell { value: 0 }".to_string(),
    );
}

#[retry]
async fn unusual(
    server: Flaky,
    r#type: Cell<u32>,
    [mut first, second]: [u32; 2],
    Pair {
        left: [cell, _], ..
    }: Pair<[Cell<u32>; 2]>,
    ((deep, mut deeper), ..): ((Cell<u32>, u32), u8, u8),
) -> io::Result<u32> {
    first += 1;
    deeper += 1;
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    Ok(r#type.get() + first + second + cell.get() + deep.get() + deeper)
}

#[tokio::test(start_paused = true)]
async fn patterns_that_the_signature_says_little_of() {
    let server = Flaky::failing(2);
    let cells = || [Cell::new(100), Cell::new(0)];
    let pair = Pair {
        left: cells(),
        right: cells(),
    };
    assert_eq!(pair.right, cells());
    let tuple = ((Cell::new(1000), 0), 0, 0);
    let call = unusual(server.clone(), Cell::new(1), [10, 20], pair, tuple);
    assert_third(
        &server,
        tokio::spawn(call).await.unwrap(),
        1 + 31 + 100 + 1001,
    );
}

#[retry]
async fn shadowing(server: Flaky, cell: Cell<u32>, number: u32) -> io::Result<u32> {
    let number = number + cell.get();
    let cell = Cell::new(number);
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    let server = cell.get();
    Ok(server)
}

#[tokio::test(start_paused = true)]
async fn a_body_may_shadow_its_arguments() {
    let server = Flaky::failing(2);
    let call = shadowing(server.clone(), Cell::new(1), 2);
    assert_third(&server, tokio::spawn(call).await.unwrap(), 3);
}
