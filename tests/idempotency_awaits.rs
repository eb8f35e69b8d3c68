//! What a retried body awaits is looked at, and nothing else about it changes:
//! types are inferred, temporaries live and borrows end as they do without.

#![deny(warnings)]

mod common;

use common::{Flaky, assert_third};
use futures::future::{
    BoxFuture, FutureExt as _, LocalBoxFuture, TryFutureExt as _, join_all, try_join_all,
};
use futures::stream::{self, StreamExt as _};
use retry_runtime::{NonIdempotent, non_idempotent, retry};
use std::future::{Future, IntoFuture, ready};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

/// Like the builders of HTTP clients: it becomes a future where it is awaited.
struct Request<'a>(&'a Flaky);

impl<'a> Request<'a> {
    fn header(self, _: &str) -> Self {
        self
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = io::Result<u32>;
    type IntoFuture = BoxFuture<'a, io::Result<u32>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0.call_later().boxed()
    }
}

#[retry]
async fn builder(server: &Flaky) -> io::Result<u32> {
    Request(server).header("accept: */*").await
}

#[retry]
async fn boxed_futures(server: &Flaky) -> io::Result<u32> {
    let boxed: BoxFuture<'_, _> = server.call_later().boxed();
    let local: LocalBoxFuture<'_, ()> = ready(()).boxed_local();
    local.await;
    let any: Pin<Box<dyn Future<Output = io::Result<u32>> + Send + '_>> = boxed;
    any.await
}

#[retry]
async fn by_mut_reference(server: &Flaky) -> io::Result<u32> {
    let mut boxed = Box::pin(server.call_later());
    tokio::select! {
        biased;
        () = ready(()), if server.calls() > 100 => return Ok(0),
        answer = &mut boxed => return answer,
        else => {}
    }
    (&mut boxed).await
}

#[retry]
async fn pinned_in_place(server: &Flaky) -> io::Result<u32> {
    let mut call = pin!(server.call_later());
    call.as_mut().await
}

#[retry]
async fn generic<F: Future<Output = ()>>(server: &Flaky, wait: impl Fn() -> F) -> io::Result<u32> {
    wait().await;
    server.call_later().await
}

#[retry]
async fn through_a_trait_object(
    server: &Flaky,
    wait: &(dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Sync),
) -> io::Result<u32> {
    wait().await;
    server.call_later().await
}

#[retry]
async fn unsized_box(server: &Flaky) -> io::Result<u32> {
    let mut boxed: Box<dyn Future<Output = io::Result<u32>> + Send + Unpin + '_> =
        Box::new(server.call_later().boxed());
    (&mut *boxed).await
}

#[retry]
async fn inferred(server: &Flaky) -> io::Result<u32> {
    let numbers = server.call_later().await?;
    let list: Vec<_> = ready(["1", "2"]).await.iter().map(|n| n.parse()).collect();
    let parsed: Result<u32, _> = async { "7".parse() }.await;
    let sum: u32 = list.into_iter().filter_map(Result::<u32, _>::ok).sum();
    let nothing = ready(Default::default()).await;
    assert_eq!((sum, parsed.ok(), nothing), (3, Some(7), 0_u8));
    Ok(numbers)
}

/// `?` converts, and the tail coerces.
#[retry(on = |_| true)]
async fn converted(server: &Flaky) -> anyhow::Result<Box<dyn std::fmt::Debug>> {
    let number = server.call_later().await?;
    ready(Ok(Box::new(number) as _)).await
}

#[retry]
async fn guards(server: &Flaky, shared: &Mutex<(u32, String)>) -> io::Result<u32> {
    shared.lock().await.0 += 1;
    let length = shared.lock().await.1.len();
    shared.lock().await.1.push('x');
    match shared.lock().await.1.as_str() {
        "" => return Ok(0),
        text => assert_eq!(text.len(), length + 1),
    }
    if let Some(first) = shared.lock().await.1.chars().next() {
        assert_eq!(first, 'x');
    }
    server.call_later().await
}

#[retry]
async fn loops(server: &Flaky) -> io::Result<u32> {
    let mut numbers = stream::iter(1..=3);
    let mut sum = 0;
    while let Some(number) = numbers.next().await {
        sum += number;
    }
    let (sender, mut receiver) = mpsc::channel(1);
    let sending = tokio::spawn(async move {
        for number in 4..=5 {
            sender.send(number).await.ok();
        }
    });
    while let Some(number) = receiver.recv().await {
        sum += number;
    }
    sending.await?;
    assert_eq!(sum, 15);
    server.call_later().await
}

#[retry]
async fn macros(server: &Flaky) -> io::Result<u32> {
    let text = format!("{} {n}", ready(1).await, n = ready(2).await);
    assert_eq!(text, "1 2");
    println!("{}", ready(text).await);
    assert!(ready(true).await, "{}", ready(1).await);
    assert_eq!(dbg!(ready(1).await), 1);
    assert!(matches!(ready(Some(2)).await, Some(n) if n > ready(1).await));
    let mut list = vec![ready(1).await; 1];
    list.push(ready(1).await);
    let (one, two) = tokio::join!(ready(list[0]), async { ready(list[1]).await });
    let both =
        tokio::try_join!(biased; server.call_later(), async { Ok::<_, io::Error>(one + two) });
    let (number, _) = futures::try_join!(async { both }, futures::future::ok::<_, io::Error>(1))?;
    Ok(number.0)
}

/// A macro with a syntax of its own is left alone.
macro_rules! after {
    ($wait:literal ms => $call:expr) => {{
        tokio::time::sleep(Duration::from_millis($wait)).await;
        $call.await
    }};
}

#[retry]
async fn unknown_macros(server: &Flaky) -> io::Result<u32> {
    after!(5 ms => server.call_later())
}

#[retry]
async fn selects(server: &Flaky) -> io::Result<u32> {
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    let (sender, mut receiver) = mpsc::channel::<u8>(1);
    drop(sender);
    let mut fused = ready(1).fuse();
    let mut rest = 3;
    loop {
        tokio::select! {
            _ = ticks.tick(), if rest > 0 => rest -= 1,
            Some(_) = receiver.recv() => unreachable!("nothing is sent"),
            else => break,
        }
    }
    futures::select! {
        one = fused => assert_eq!(one, 1),
        two = futures::future::ready(2).fuse() => assert_eq!(two, 2),
        complete => unreachable!("one of them is ready"),
    }
    tokio::select! {
        answer = server.call_later() => answer,
        () = tokio::time::sleep(Duration::from_secs(1)) => Err(io::ErrorKind::TimedOut.into()),
    }
}

#[retry]
async fn tasks(server: &Flaky) -> io::Result<u32> {
    let server = server.clone();
    let block = tokio::spawn(async move { server.call_later().await });
    tokio::spawn(ready(())).await?;
    block.await?
}

#[retry]
async fn many(server: &Flaky) -> io::Result<u32> {
    let mut tasks = JoinSet::new();
    tasks.spawn(ready(1));
    tasks.spawn_on(ready(2), &tokio::runtime::Handle::current());
    let tasks = tasks.join_all().await;
    let calls: Vec<_> = [1, 2].map(ready).into_iter().collect();
    let of_a_variable = join_all(calls).await;
    let of_blocks = join_all([3, 4].map(|n| async move { n })).await;
    let of_a_macro = join_all(vec![ready(5)]).await;
    let of_nothing = join_all(None::<std::future::Ready<()>>).await;
    assert_eq!((tasks.len(), of_nothing.len()), (2, 0));
    assert_eq!(
        [of_a_variable, of_blocks, of_a_macro].concat(),
        [1, 2, 3, 4, 5]
    );
    let answers = try_join_all([server].map(Flaky::call_later)).await?;
    Ok(answers[0])
}

/// Methods and functions that are called like what runs futures, and do not.
#[retry]
async fn other_spawns(server: &Flaky) -> io::Result<u32> {
    struct Pool(u32);
    impl Pool {
        fn spawn(&self, job: impl FnOnce(u32) -> u32) -> u32 {
            job(self.0)
        }
    }
    struct Boxes;
    impl Boxes {
        fn spawn(&self, job: Box<dyn FnOnce(&str) -> usize>) -> usize {
            job("job")
        }
        fn block_on(&self, number: u8) -> u8 {
            number
        }
    }
    mod db {
        pub async fn select_all(connection: &mut u32) -> u32 {
            *connection += 1;
            *connection
        }
        pub async fn join_all(connection: &mut u32, limit: u8) -> bool {
            *connection < limit.into()
        }
        pub async fn select_ok(connection: &mut u32, which: impl Fn((u32,)) -> bool) -> bool {
            which((*connection,))
        }
    }
    fn any<T: From<u8>>() -> T {
        9.into()
    }
    fn join_all(numbers: &[u32]) -> u32 {
        numbers.iter().sum()
    }
    fn add(one: u32) -> impl FnOnce(u32) -> u32 {
        move |two| one + two
    }
    // Not in the `assert_eq!`, whose tokens stay as they are.
    let added = Pool(1).spawn(add(2));
    let same = Pool(1).spawn(|one| one);
    let length = Boxes.spawn(Box::new(|text| text.len()));
    let zero = Boxes.block_on(Default::default());
    let seven = Boxes.block_on("7".parse().unwrap_or(0));
    let numbers = [1, 2];
    let (sum, lent) = (join_all(&numbers), &numbers[..]);
    let again = join_all(lent);
    assert_eq!((added, same, length, zero, seven), (3, 1, 3, 0, 7));
    assert_eq!((sum, again), (3, 3));

    let connection = &mut 0;
    let first = db::select_all(connection).await;
    let second = db::select_all(connection).await;
    let is_more = db::select_ok(&mut *connection, |row| row.0 > first).await;
    let is_few = db::join_all(connection, any()).await;
    assert_eq!((first, second, is_more, is_few), (1, 2, true, true));
    server.call_later().await
}

/// A chain of methods, with references, loans and conversions on its way.
#[retry]
async fn chains(server: &Flaky) -> io::Result<u32> {
    struct Client<'a>(&'a Flaky, Mutex<u32>);
    impl<'a> Client<'a> {
        fn shared(&self) -> &Mutex<u32> {
            &self.1
        }
        fn lent(&mut self) -> &mut Self {
            self
        }
        async fn call(&mut self) -> io::Result<u32> {
            self.0.call_later().await
        }
    }
    let mut client = Client(server, Mutex::new(1));
    *client.shared().lock().await += 1;
    let noted = *client.shared().lock().await;
    let most = [1, 2].iter().map(|n| n + 1).max();
    let first = most.into_iter().map(ready).next().unwrap().await;
    assert_eq!((noted, first), (2, 3));
    let text = String::from(" a ")
        .trim()
        .parse::<char>()
        .map(ready)
        .unwrap()
        .await;
    assert_eq!(text, 'a');
    ready(Ok::<_, io::Error>(1))
        .and_then(|n| ready(Ok(n + 1)))
        .err_into::<io::Error>()
        .await?;
    client.lent().lent().call().boxed().await
}

#[retry]
async fn closures(server: &Flaky) -> io::Result<u32> {
    let call = |server: Flaky| async move { server.call_later().await };
    let wait = |later: std::future::Ready<()>| async move { later.await };
    wait(ready(())).await;
    call(server.clone()).await
}

/// A borrow that an operand ends with ends there.
#[retry]
async fn borrows(server: &Flaky, log: &mut Vec<u32>) -> io::Result<u32> {
    async fn note(log: &mut Vec<u32>, number: u32) -> &mut u32 {
        log.push(number);
        log.last_mut().expect("just pushed")
    }
    *note(log, 1).await += 1;
    let last = note(log, 2).await;
    *last += 1;
    log.push(0);
    server.call_later().await
}

/// What must not run twice may be made, and handed on, and marked otherwise.
#[retry]
async fn assumed(server: &Flaky) -> io::Result<u32> {
    #[non_idempotent]
    async fn charge(server: &Flaky) -> io::Result<u32> {
        server.call_later().await
    }
    let charging: NonIdempotent<_> = charge(server);
    charging.assume_idempotent().await
}

/// Named like what the expansion uses.
#[retry]
async fn same_names(server: &Flaky) -> io::Result<u32> {
    trait Awaitable {
        fn __pass(&self) -> u32;
    }
    struct Operand;
    impl Awaitable for Operand {
        fn __pass(&self) -> u32 {
            1
        }
    }
    assert_eq!(ready(Operand).await.__pass(), 1);
    server.call_later().await
}

/// A function of the user's, with the name of an adapter of futures.
async fn select(server: &Flaky, ids: Vec<u32>) -> io::Result<u32> {
    assert_eq!(ids, [2, 3]);
    server.call_later().await
}

#[retry]
async fn names_of_adapters(server: &Flaky, ids: &[u32]) -> io::Result<u32> {
    select(server, ids.iter().map(|id| id + 1).collect()).await
}

#[tokio::test(start_paused = true)]
async fn a_body_runs_as_it_does_without() {
    macro_rules! check {
        ($($call:ident($($argument:expr),*))*) => {$(
            let server = Flaky::failing(2);
            let outcome = $call(&server, $($argument),*).await;
            assert_third(&server, outcome, 3);
        )*};
    }
    check! {
        builder()
        boxed_futures()
        by_mut_reference()
        pinned_in_place()
        generic(|| ready(()))
        through_a_trait_object(&|| ready(()).boxed())
        unsized_box()
        inferred()
        guards(&Mutex::default())
        loops()
        macros()
        unknown_macros()
        selects()
        tasks()
        many()
        chains()
        other_spawns()
        closures()
        borrows(&mut Vec::new())
        assumed()
        same_names()
        names_of_adapters(&[1, 2])
    }
    let server = Flaky::failing(2);
    assert_eq!(format!("{:?}", converted(&server).await.unwrap()), "3");
}

#[test]
fn futures_stay_send() {
    fn assert_send<T: Send>(_: &T) {}
    let server = Arc::new(Flaky::failing(0));
    assert_send(&builder(&server));
    assert_send(&by_mut_reference(&server));
    assert_send(&unsized_box(&server));
    assert_send(&inferred(&server));
    assert_send(&guards(&server, &Mutex::default()));
    assert_send(&macros(&server));
    assert_send(&selects(&server));
    assert_send(&tasks(&server));
    assert_send(&closures(&server));
    assert_send(&assumed(&server));
}
