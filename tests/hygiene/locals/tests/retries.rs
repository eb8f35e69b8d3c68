//! The functions of this crate are retried.

use hygiene_locals::{anew, arguments, constants, items, sync};
use retry_runtime::{Policy, Verdict};
use std::io::ErrorKind::TimedOut;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn arguments_keep_their_meaning() {
    let calls = AtomicU32::new(0);
    let get = arguments(
        3,
        MS,
        0,
        Verdict::transient(),
        TimedOut,
        &calls,
        vec![MS; 3],
        Duration::from_secs(10),
        1,
        Some(Duration::from_secs(1)),
        true,
        "elapsed".to_owned(),
        "response",
        100,
        [1000, 0],
        &Policy::DEFAULT,
    );
    assert_eq!(
        get.await.expect("the third call"),
        3 + 3 + 1 + 100 + 1000 + 1 + 1
    );
}

#[tokio::test(start_paused = true)]
async fn mut_arguments_start_anew() {
    let calls = AtomicU32::new(0);
    let sum = anew(10, (10, 5), &calls, [10], 10, 10, (10, 10)).await;
    assert_eq!(sum.expect("the third call"), 11 * 6 + 15);
}

#[tokio::test(start_paused = true)]
async fn items_keep_their_meaning() {
    let calls = AtomicU32::new(0);
    assert_eq!(items::get(&calls).await.expect("the third call"), 43);
}

#[test]
fn sync_arguments_keep_their_meaning() {
    let (calls, mut site) = (AtomicU32::new(0), Vec::new());
    let sum = sync(3, [MS; 3], TimedOut, &mut site, 7, &calls);
    assert_eq!(sum.expect("the third call"), 3 + 10 + 2);
    assert_eq!(site, [7, 7]);
}

#[tokio::test(start_paused = true)]
async fn constants_keep_their_meaning() {
    let calls = AtomicU32::new(0);
    let found = constants::get(&calls, (0, 0), String::new()).await;
    assert_eq!(found.expect("the third call"), 3);
    let calls = AtomicU32::new(0);
    assert_eq!(constants::hedged(&calls).await.expect("the third call"), 3);
    let calls = AtomicU32::new(0);
    assert_eq!(constants::sync(&calls).expect("the third call"), 3);
    let calls = AtomicU32::new(0);
    assert_eq!(constants::order((&calls, 0)).await.expect("the third"), 3);
}
