//! `key`: one for all attempts of a call, another one for each call.

#![deny(warnings)]

use retry_runtime::{IdempotencyKey, NonIdempotent, Operation, idempotent, non_idempotent, retry};
use std::cell::RefCell;
use std::collections::HashSet;
use std::future::Future;
use std::io;
use std::pin::Pin;
use tokio::task::yield_now;

/// Writes down the key of each attempt, and fails.
#[derive(Default)]
struct Shop {
    keys: RefCell<Vec<IdempotencyKey>>,
}

#[derive(Operation)]
#[operation(keyed)]
struct PlaceOrder;

impl Shop {
    fn fail(&self, key: IdempotencyKey) -> io::Result<()> {
        self.keys.borrow_mut().push(key);
        Err(io::ErrorKind::ConnectionReset.into())
    }

    /// The one key of the attempts since this was last called.
    fn key_of(&self, attempts: usize) -> IdempotencyKey {
        let keys = self.keys.take();
        assert_eq!(keys.len(), attempts);
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        keys[0]
    }

    #[retry(key = key, max = 2, backoff = none, budget = none)]
    async fn place(&self, order: &PlaceOrder) -> io::Result<()> {
        let _ = order;
        yield_now().await;
        self.fail(key)
    }

    /// The key of the caller is the one of all attempts, and an outer retry is
    /// right.
    #[retry(key = key, max = 1, backoff = none, budget = none)]
    async fn place_again(&self, order: &PlaceOrder, key: IdempotencyKey) -> io::Result<()> {
        let _ = order;
        self.fail(key)
    }

    #[retry(key = number, max = 2, backoff = none, budget = none)]
    async fn buy(&self) -> io::Result<()> {
        self.place_again(&PlaceOrder, number).await
    }

    #[retry(key = key, max = 2, backoff = none, budget = none)]
    fn boxed<'a>(
        &'a self,
        order: &'a PlaceOrder,
    ) -> Pin<Box<dyn Future<Output = io::Result<()>> + 'a>> {
        let _ = order;
        Box::pin(async move { self.fail(key) })
    }

    #[retry(key = key, max = 2, backoff = none, budget = none)]
    fn sync(&self, order: &PlaceOrder) -> io::Result<()> {
        let _ = order;
        self.fail(key)
    }

    /// In the string of a `format!`, the key is used as well.
    #[retry(key = key, max = 1, backoff = none, budget = none)]
    async fn printed(&self, texts: &RefCell<HashSet<String>>) -> io::Result<()> {
        texts.borrow_mut().insert(format!("{key}"));
        Err(io::ErrorKind::ConnectionReset.into())
    }

    #[non_idempotent]
    #[retry_runtime::retry_unsent(max = 1, backoff = none, budget = none)]
    async fn charge(&self) -> io::Result<()> {
        self.fail(IdempotencyKey::new())
    }
}

struct Services {
    shop: Shop,
}

#[retry(max = 3, backoff = none, budget = none)]
impl Services {
    #[idempotent]
    #[retry(key = key)]
    async fn place(&self, order: &PlaceOrder) -> io::Result<()> {
        let _ = order;
        self.shop.fail(key)
    }
}

#[tokio::test]
async fn all_attempts_of_a_call_share_a_key() {
    let shop = Shop::default();
    let mut keys = HashSet::new();
    for _ in 0..3 {
        assert!(shop.place(&PlaceOrder).await.is_err());
        assert!(keys.insert(shop.key_of(3)));
        assert!(shop.boxed(&PlaceOrder).await.is_err());
        assert!(keys.insert(shop.key_of(3)));
        assert!(shop.sync(&PlaceOrder).is_err());
        assert!(keys.insert(shop.key_of(3)));
    }
    let services = Services { shop };
    assert!(services.place(&PlaceOrder).await.is_err());
    assert!(keys.insert(services.shop.key_of(4)));
}

#[tokio::test]
async fn calls_at_the_same_time_have_keys_of_their_own() {
    let shop = Shop::default();
    let (first, second) = tokio::join!(shop.place(&PlaceOrder), shop.place(&PlaceOrder));
    assert!(first.is_err() && second.is_err());
    let keys = shop.keys.take();
    assert_eq!(keys.len(), 6);
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 2);
}

#[tokio::test]
async fn a_key_of_the_caller_stays() {
    let shop = Shop::default();
    let key = IdempotencyKey::new();
    assert!(shop.place_again(&PlaceOrder, key).await.is_err());
    assert_eq!(shop.key_of(2), key);
    // Two attempts of the first one of the outer, then one each.
    assert!(shop.buy().await.is_err());
    shop.key_of(4);
}

/// A function that makes its own key is one that its callers must not repeat.
#[tokio::test]
async fn a_call_with_a_key_of_its_own_is_marked() {
    let shop = Shop::default();
    let call: NonIdempotent<_> = shop.place(&PlaceOrder);
    assert!(call.await.is_err());
    let call: NonIdempotent<Pin<Box<dyn Future<Output = _>>>> = shop.boxed(&PlaceOrder);
    assert!(call.await.is_err());
    let call: NonIdempotent<_> = shop.charge();
    assert!(call.await.is_err());
}

#[tokio::test]
async fn a_key_prints_as_a_version_4_uuid() {
    let texts = RefCell::default();
    assert!(Shop::default().printed(&texts).await.is_err());
    let texts = texts.into_inner();
    let text = texts.iter().next().unwrap();
    assert_eq!(texts.len(), 1);
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12]);
    assert_eq!(text.as_bytes()[14], b'4');
    assert!(b"89ab".contains(&text.as_bytes()[19]));
}
