//! What else a signature may say: generics, `impl Trait`, `cfg`.

#![allow(
    clippy::non_minimal_cfg,
    reason = "a condition that always holds keeps both sides in one test"
)]

use crate::common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::io;

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
