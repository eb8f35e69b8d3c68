//! Operations and marked calls that may be where they are.

use super::common::*;
use retry_runtime::{
    IdempotencyKey, Idempotent, IdempotentByKey, Operation, idempotent, non_idempotent, retry,
};
use std::future::Future;
use std::io;
use std::pin::Pin;

#[derive(Operation, Clone, Debug)]
#[operation(safe)]
pub struct Get {
    pub id: u64,
}
impl Get {
    pub fn new(id: u64) -> Self {
        Self { id }
    }
    pub async fn execute(&self, c: &Client) -> R {
        ask(c.id).await
    }
    pub fn build() -> Self {
        Self { id: 1 }
    }
}

#[derive(Operation)]
#[operation(keyed)]
pub struct Place {
    pub item: u64,
}

#[derive(Operation, Clone, Debug, Default, PartialEq)]
#[operation(non_idempotent)]
pub struct Charge {
    pub cents: u64,
}

/// Functions that are declared `#[idempotent]`, with parameters that say nothing else.
pub mod declared {
    use super::*;

    #[idempotent]
    pub async fn safe(get: &Get) -> R {
        Ok(get.id)
    }

    #[idempotent]
    pub async fn with_key(place: &Place, _key: IdempotencyKey) -> R {
        Ok(place.item)
    }

    #[idempotent]
    pub fn with_key_by_another_name(place: Place, token: &str) -> Place {
        let _ = token;
        place
    }

    #[idempotent]
    pub async fn generic<O: Operation + Idempotent>(op: &O, _: &impl Idempotent) -> R {
        let _ = op;
        Ok(1)
    }

    #[idempotent]
    pub async fn generic_with_key<O: IdempotentByKey + ?Sized>(_: &O, _key: u64) -> R {
        Ok(1)
    }

    #[idempotent]
    pub async fn without_a_bound<O>(_: &O, _: &mut Vec<u8>, _: impl Fn()) -> R {
        Ok(1)
    }

    #[idempotent]
    pub fn validate(charge: &Charge) -> R {
        Ok(charge.cents)
    }

    #[idempotent]
    pub const fn cents_of(charge: &Charge) -> u64 {
        charge.cents
    }

    #[idempotent]
    pub fn left_out(#[cfg(any())] charge: &Missing, n: u64) -> u64 {
        n
    }

    impl Charge {
        #[idempotent]
        pub fn is_large(&self) -> bool {
            self.cents > 100
        }
    }

    #[idempotent]
    #[retry(key = key)]
    pub async fn with_its_own_key(place: &Place) -> R {
        Ok(place.item + key.to_string().len() as u64)
    }

    mod by_another_name {
        use super::*;
        use retry_runtime::retry as again;

        #[idempotent]
        #[again(key = key)]
        pub async fn with_its_own_key(place: &Place) -> R {
            Ok(place.item + key.to_string().len() as u64)
        }
    }
}

pub struct Request<T> {
    pub body: T,
}

impl<T> Request<T> {
    pub fn new(body: T) -> Self {
        Self { body }
    }
    pub async fn send(self) -> io::Result<T> {
        Ok(self.body)
    }
}

#[retry]
pub async fn ops() -> R {
    let op = Get { id: 1 };
    get(op.clone()).await?;
    get(&op).await?;
    op.execute(&CLIENT).await?;
    Get::new(1).execute(&CLIENT).await?;
    Get { id: 1 }.execute(&CLIENT).await?;
    Get::build().execute(&CLIENT).await?;
    let r = Request::new(op);
    let s = Request::new(Get::new(n(1)));
    r.send().await?;
    drop(s);
    let t = Request { body: Get::new(1) };
    get(t.body).await?;
    get([Get::new(1)]).await?;
    get(&[Get::new(1)]).await?;
    get((Get::new(1), 1)).await?;
    let v = [Get::new(1)];
    get(&v[0]).await?;
    ask(1).await
}

#[retry]
pub fn sync_macro() -> R {
    take_slice(&vec![1, 2]);
    let x = take_slice(&vec![n(1) as u8]);
    drop(vec![text()]);
    let t = Get { id: 1 };
    drop(t.clone());
    let v = vec![Get::new(1)];
    drop(v);
    Ok(x)
}

#[retry]
pub fn fut_boxed(c: &Client) -> Pin<Box<dyn Future<Output = R> + Send + '_>> {
    let r = Request { body: Get::new(1) };
    Box::pin(async move {
        get(&r.body).await?;
        by_str(&c.url).await
    })
}

#[non_idempotent]
pub async fn charge(x: u64) -> R {
    Ok(x)
}

#[retry]
pub async fn assumed() -> R {
    let c = charge(1);
    let d = charge(n(2)).assume_idempotent();
    let e = charge(3);
    tokio::spawn(charge(1).assume_idempotent());
    Ok(c.assume_idempotent().await? + d.await? + e.assume_idempotent().await?)
}
