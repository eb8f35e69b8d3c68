//! Types that say what happens when they are executed twice, as parameters of
//! retried functions.

#![deny(warnings)]
#![allow(dead_code, reason = "what a request carries is not looked at")]

mod common;

use async_trait::async_trait;
use common::{Flaky, assert_third};
use retry_runtime::{IdempotencyKey, Idempotent, IdempotentByKey, Operation, class, retry};
use std::io;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Operation)]
#[operation(safe)]
struct GetUser;

#[derive(Operation, Clone)]
#[operation(idempotent)]
struct SetName(String);

#[derive(Operation)]
#[operation(keyed)]
struct PlaceOrder {
    item: u32,
}

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge;

/// The weakest of the variants decides.
#[derive(Operation)]
enum Reads {
    #[operation(safe)]
    Get,
    #[operation(idempotent)]
    Touch,
}

#[derive(Operation)]
enum Mixed {
    #[operation(safe)]
    Get,
    #[operation(keyed)]
    Place(u32),
}

#[derive(Operation)]
#[operation(non_idempotent)]
enum Whole {
    One,
}

#[derive(Operation)]
#[operation(safe)]
struct Page<'a, T: ?Sized, const N: usize>
where
    T: Sync,
{
    of: &'a T,
}

#[derive(Operation)]
#[operation(idempotent, crate = retry_runtime)]
enum Never {}

#[derive(Operation)]
#[operation(safe)]
#[derive(Clone, Copy)]
union Bits {
    number: u32,
}

/// As it comes from generated code.
struct ByHand;

impl Operation for ByHand {
    type Class = class::Safe;
}

struct Undeclared;

fn class_of<O: Operation + ?Sized>() -> &'static str {
    <O::Class as class::Class>::NAME
}

#[test]
fn classes() {
    assert_eq!(class_of::<GetUser>(), "safe");
    assert_eq!(class_of::<SetName>(), "idempotent");
    assert_eq!(class_of::<PlaceOrder>(), "keyed");
    assert_eq!(class_of::<Charge>(), "non_idempotent");
    assert_eq!(class_of::<Reads>(), "idempotent");
    assert_eq!(class_of::<Mixed>(), "keyed");
    assert_eq!(class_of::<Whole>(), "non_idempotent");
    assert_eq!(class_of::<Page<'_, str, 1>>(), "safe");
    assert_eq!(class_of::<Never>(), "idempotent");
    assert_eq!(class_of::<Bits>(), "safe");
    assert_eq!(class_of::<ByHand>(), "safe");
}

#[test]
fn what_holds_an_operation_has_its_class() {
    assert_eq!(class_of::<&PlaceOrder>(), "keyed");
    assert_eq!(class_of::<&mut PlaceOrder>(), "keyed");
    assert_eq!(class_of::<Box<PlaceOrder>>(), "keyed");
    assert_eq!(class_of::<Rc<PlaceOrder>>(), "keyed");
    assert_eq!(class_of::<Arc<[PlaceOrder]>>(), "keyed");
    assert_eq!(class_of::<Option<PlaceOrder>>(), "keyed");
    assert_eq!(class_of::<Vec<PlaceOrder>>(), "keyed");
    assert_eq!(class_of::<[PlaceOrder; 2]>(), "keyed");
    assert_eq!(
        class_of::<Option<Box<dyn Operation<Class = class::Safe>>>>(),
        "safe"
    );
}

fn bound<O: Operation + Idempotent>(_: &O) -> &'static str {
    // What may run twice may do so with a key.
    bound_by_key::<O>()
}

fn bound_by_key<O: Operation + IdempotentByKey>() -> &'static str {
    class_of::<O>()
}

#[test]
fn bounds() {
    assert_eq!(bound(&GetUser), "safe");
    assert_eq!(bound(&SetName("Ada".into())), "idempotent");
    assert_eq!(bound(&Reads::Get), "idempotent");
    assert_eq!(bound_by_key::<Mixed>(), "keyed");
}

#[retry]
async fn by_value(server: &Flaky, get: GetUser) -> io::Result<u32> {
    let _ = &get;
    server.call_later().await
}

#[retry]
async fn held(
    server: &Flaky,
    get: &GetUser,
    name: Option<Box<SetName>>,
    list: &[Reads],
    shared: Arc<Vec<GetUser>>,
) -> io::Result<u32> {
    let _ = (get, &name, list, &shared);
    server.call_later().await
}

#[retry]
async fn generic<O: Operation + Idempotent + ?Sized>(server: &Flaky, get: &O) -> io::Result<u32> {
    let _ = get;
    server.call_later().await
}

#[retry]
async fn impl_trait(
    server: &Flaky,
    get: &impl Idempotent,
    other: impl Idempotent,
) -> io::Result<u32> {
    let _ = (get, &other);
    server.call_later().await
}

#[retry]
async fn with_lifetimes<'a>(server: &Flaky, page: Page<'a, str, 3>) -> io::Result<&'a str> {
    server.call_later().await.map(|_| page.of)
}

#[retry]
async fn undeclared<T>(server: &Flaky, other: &Undeclared, any: T) -> io::Result<u32> {
    let _ = (other, &any);
    server.call_later().await
}

#[retry(sleep = at_once)]
fn sync(server: &Flaky, get: &ByHand) -> io::Result<u32> {
    let _ = get;
    server.call()
}

fn at_once(_: std::time::Duration) {}

impl GetUser {
    #[retry]
    async fn by_reference(&self, server: &Flaky) -> io::Result<u32> {
        server.call_later().await
    }

    #[retry]
    async fn owned(self, server: &Flaky, other: &Self) -> io::Result<u32> {
        let _ = other;
        server.call_later().await
    }

    #[retry]
    async fn in_an_arc(self: Arc<Self>, server: &Flaky) -> io::Result<u32> {
        server.call_later().await
    }
}

#[async_trait]
trait Client: Sync {
    #[retry]
    async fn get(&self, server: &Flaky, get: &GetUser) -> io::Result<u32> {
        let _ = get;
        server.call_later().await
    }

    #[retry(key = key)]
    async fn place(&self, server: &Flaky, order: PlaceOrder) -> io::Result<u32> {
        let _ = (&order, key);
        server.call_later().await
    }
}

impl Client for Undeclared {}

#[retry(key = key)]
async fn keyed(server: &Flaky, place: &PlaceOrder, mixed: Mixed, get: GetUser) -> io::Result<u32> {
    let _ = (place.item, &mixed, &get, key);
    server.call_later().await
}

#[retry(key = key)]
async fn keyed_generic<O: IdempotentByKey>(server: &Flaky, order: O) -> io::Result<u32> {
    let _ = (&order, key);
    server.call_later().await
}

#[retry(key = key)]
async fn key_of_the_caller(
    server: &Flaky,
    order: &PlaceOrder,
    key: &IdempotencyKey,
) -> io::Result<u32> {
    let _ = (order, key);
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn operations_that_may_run_twice_are_retried() {
    macro_rules! check {
        ($($call:ident($($argument:expr),*))*) => {$(
            let server = Flaky::failing(2);
            assert_third(&server, $call(&server, $($argument),*).await, 3);
        )*};
    }
    let order = PlaceOrder { item: 1 };
    check! {
        by_value(GetUser)
        held(&GetUser, None, &[Reads::Touch], Arc::default())
        generic(&Vec::<SetName>::new())
        impl_trait(&GetUser, SetName("Ada".into()))
        undeclared(&Undeclared, "x")
        keyed(&order, Mixed::Place(1), GetUser)
        keyed_generic(Mixed::Get)
        key_of_the_caller(&order, &IdempotencyKey::new())
    }
    let server = Flaky::failing(2);
    assert_third(&server, sync(&server, &ByHand), 3);
    let server = Flaky::failing(2);
    assert_third(
        &server,
        with_lifetimes(&server, Page { of: "x" }).await,
        "x",
    );
    let server = Flaky::failing(2);
    assert_third(&server, GetUser.by_reference(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, GetUser.owned(&server, &GetUser).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, Arc::new(GetUser).in_an_arc(&server).await, 3);
    let client: &dyn Client = &Undeclared;
    let server = Flaky::failing(2);
    assert_third(&server, client.get(&server, &GetUser).await, 3);
    let server = Flaky::failing(2);
    assert_third(
        &server,
        client.place(&server, PlaceOrder { item: 1 }).await,
        3,
    );
    let _ = Whole::One;
}
