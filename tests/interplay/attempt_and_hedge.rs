//! `attempt` and `hedge`: each hedge has a number and a node.

use crate::support::{Fault, ms};
use retry_runtime::retry;
use std::sync::Mutex;
use tokio::time::sleep;

#[retry(max = 3, hedge(50ms, 3), attempt = at, timeout = 400ms)]
async fn spread(nodes: &[u32], seen: &Mutex<Vec<(u32, u32, bool)>>) -> Result<u32, Fault> {
    let node = *at.choose(nodes).unwrap();
    seen.lock()
        .unwrap()
        .push((at.number(), node, at.is_retry()));
    assert_eq!(at.remaining(), Some(ms(400)), "of its own timeout");
    sleep(ms(300)).await;
    Ok(at.number())
}

#[tokio::test(start_paused = true)]
async fn each_hedge_has_its_number_and_another_node() {
    let seen = Mutex::default();
    assert_eq!(spread(&[1, 2, 3, 4], &seen).await, Ok(1));
    let seen = seen.into_inner().unwrap();
    let numbers: Vec<_> = seen
        .iter()
        .map(|(number, _, retry)| (*number, *retry))
        .collect();
    assert_eq!(numbers, [(1, false), (2, true), (3, true), (4, true)]);
    let mut nodes: Vec<_> = seen.iter().map(|(_, node, _)| *node).collect();
    nodes.sort_unstable();
    assert_eq!(nodes, [1, 2, 3, 4]);
}
