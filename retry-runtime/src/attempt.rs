//! One attempt of a call, as the body sees it.

use crate::time::clock::{self, Instant};
use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

/// Which attempt is running: what `attempt = name` binds inside the body, and
/// what `before_retry` is given.
///
/// ```
/// use retry_runtime::retry;
/// use std::io;
///
/// # struct Node(&'static str);
/// # impl Node {
/// #     async fn get(&self, _key: &str) -> io::Result<String> { Ok(self.0.to_string()) }
/// # }
/// #[retry(attempt = at)]
/// async fn get(nodes: &[Node], key: &str) -> io::Result<String> {
///     let node = at.choose(nodes).ok_or(io::ErrorKind::NotFound)?;
///     if at.is_retry() {
///         println!("attempt {}", at.number());
///     }
///     node.get(key).await
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { assert_eq!(get(&[Node("a")], "k").await.unwrap(), "a"); }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    number: u32,
    seed: u32,
    until: Option<Instant>,
}

impl Attempt {
    pub(crate) const fn new(number: u32, seed: u32, until: Option<Instant>) -> Self {
        Self {
            number,
            seed,
            until,
        }
    }

    /// The number of this attempt; the first is 1.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let number = Policy::DEFAULT.run(async |at| std::io::Result::Ok(at.number())).await?;
    /// assert_eq!(number, 1);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Whether this is a retry, and not the first attempt.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let retried = Policy::DEFAULT.run(async |at| std::io::Result::Ok(at.is_retry())).await?;
    /// assert!(!retried);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn is_retry(&self) -> bool {
        self.number > 1
    }

    /// What is left of this attempt's time: until its `timeout` or the call's
    /// `deadline`, whichever comes first; `None` where neither is set. Zero
    /// once the time is over. Reads the clock.
    ///
    /// Hand it on, as a `grpc-timeout` for instance, so that the server stops
    /// when nobody waits any more.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let policy = Policy::DEFAULT.with_timeout(Duration::from_secs(2));
    /// let left = policy.run(async |at| std::io::Result::Ok(at.remaining())).await?;
    /// assert!(left.is_some_and(|left| left <= Duration::from_secs(2)));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.until
            .map(|until| until.saturating_duration_since(clock::now()))
    }

    /// One of the nodes: another one on each retry, until all have had their turn.
    /// The first node of a call is the one after that of the thread's call before,
    /// and that of a thread's first call is anyone's guess, so that the calls of
    /// all clients spread evenly over the nodes. The retries of a node's calls
    /// spread evenly over the others: a dead node's load does not go to its
    /// neighbour. `None` only for an empty slice.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let nodes = ["a:4000", "b:4000", "c:4000"];
    /// let node = Policy::DEFAULT.run(async |at| std::io::Result::Ok(at.choose(&nodes))).await?;
    /// assert!(node.is_some());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn choose<'n, N>(&self, nodes: &'n [N]) -> Option<&'n N> {
        let count = nodes.len() as u64;
        let first = u64::from(self.seed).checked_rem(count)?;
        let retry = u64::from(self.number.saturating_sub(1)) % count;
        // How far from the first node: each distance once, beginning at one that
        // changes each time that the calls have gone round.
        let distance = match retry {
            0 => 0,
            _ => (u64::from(self.seed) / count + retry - 1) % (count - 1) + 1,
        };
        nodes.get(usize::try_from((first + distance) % count).ok()?)
    }
}

/// Where a call begins to go round: one further than the thread's call before.
#[must_use]
pub fn seed() -> u32 {
    thread_local! {
        static NEXT: Cell<u32> = Cell::new(start());
    }
    // A number that differs from thread to thread and from process to process.
    fn start() -> u32 {
        let bits = RandomState::new().hash_one(());
        u32::try_from(bits >> 32).unwrap_or_default()
    }
    crate::seams::turn(|| NEXT.with(|next| next.replace(next.get().wrapping_add(1))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn chosen(number: u32, seed: u32, nodes: usize) -> usize {
        let nodes: Vec<_> = (0..nodes).collect();
        *Attempt::new(number, seed, None).choose(&nodes).unwrap()
    }

    #[test]
    fn the_first_attempt_is_no_retry() {
        let attempts = [1, 2, 3].map(|number| Attempt::new(number, 0, None));
        assert_eq!(attempts.map(|at| at.number()), [1, 2, 3]);
        assert_eq!(attempts.map(|at| at.is_retry()), [false, true, true]);
        assert_eq!(attempts[0].remaining(), None);
    }

    #[test]
    fn what_remains_is_zero_once_the_time_is_over() {
        let until = |until| Attempt::new(1, 0, Some(until)).remaining().unwrap();
        let now = clock::now();
        assert_eq!(until(now), Duration::ZERO);
        let minute = Duration::from_secs(60);
        let left = until(now + minute);
        assert!(left > minute / 2 && left <= minute, "{left:?}");
    }

    #[test]
    fn every_retry_goes_to_another_node_until_all_had_their_turn() {
        for nodes in 1..=5 {
            for seed in [0, 1, 7, 1000, u32::MAX] {
                let round = |from: u32| (from..).take(nodes).map(|n| chosen(n, seed, nodes));
                let once: Vec<_> = round(1).collect();
                let distinct: HashSet<_> = once.iter().collect();
                assert_eq!(distinct.len(), nodes, "{once:?}");
                assert!(round(1 + u32::try_from(nodes).unwrap()).eq(once));
            }
        }
        assert!(chosen(u32::MAX, u32::MAX, 3) < 3);
    }

    #[test]
    fn the_retries_of_a_dead_node_spread_over_the_others() {
        let mut retries = [0; 5];
        for seed in (0..1000).filter(|seed| chosen(1, *seed, 5) == 2) {
            retries[chosen(2, seed, 5)] += 1;
        }
        assert_eq!(retries, [50, 50, 0, 50, 50]);
    }

    #[test]
    fn calls_go_round_and_threads_begin_anywhere() {
        let (first, second) = (seed(), seed());
        assert_eq!(second, first.wrapping_add(1));
        let starts: HashSet<_> = (0..16)
            .map(|_| std::thread::spawn(seed).join().unwrap())
            .collect();
        assert!(starts.len() > 8, "{starts:?}");
    }

    #[test]
    fn no_nodes_is_none() {
        assert_eq!(Attempt::new(1, 9, None).choose::<u8>(&[]), None);
    }
}
