//! Several runs at once.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;

/// Runs all, as many at once as there are cores, and gives the results in their order.
/// Each run has a clock and random numbers of its own, so that none depends on another.
/// `done` is told after each how many are through.
///
/// ```
/// use retry_lab::simulation::side_by_side::run;
///
/// let mut last = 0;
/// let squares = run(&[1, 2, 3], |number| number * number, |done| last = done);
/// assert_eq!((squares, last), (vec![1, 4, 9], 3));
/// ```
pub fn run<T: Sync, R: Send>(
    jobs: &[T],
    simulate: impl Fn(&T) -> R + Sync,
    mut done: impl FnMut(usize),
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut results: Vec<(usize, R)> = Vec::with_capacity(jobs.len());
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        for sender in vec![sender; cores.min(jobs.len())] {
            let (next, simulate) = (&next, &simulate);
            scope.spawn(move || {
                while let Some((place, job)) = {
                    let place = next.fetch_add(1, Relaxed);
                    jobs.get(place).map(|job| (place, job))
                } {
                    // The receiver lives as long as the scope.
                    let _ = sender.send((place, simulate(job)));
                }
            });
        }
        for result in receiver {
            results.push(result);
            done(results.len());
        }
    });
    results.sort_unstable_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}
