//! Tasks and threads, with the handle and without.

use crate::support::{block_on, reset};
use retry_runtime::testing::{
    Scope, fail, isolated, isolated_blocking, paused, record, record_blocking,
};
use retry_runtime::{Budget, retry};
use std::io;
use std::thread;

static BUDGET: Budget = Budget::standard().reserve(2);

#[retry(max = 1, budget = &BUDGET)]
async fn get() -> io::Result<u32> {
    Ok(7)
}

#[test]
fn a_thread_is_inside_only_with_the_handle() {
    isolated_blocking(|| {
        assert!(BUDGET.try_retry(0));
        let scope = Scope::current();
        let with = thread::spawn(move || scope.run(|| BUDGET.level()));
        let without = thread::spawn(|| BUDGET.level());
        assert!((with.join().unwrap() - 1.0).abs() < f64::EPSILON);
        assert!((without.join().unwrap() - 2.0).abs() < f64::EPSILON);
    });
}

#[test]
fn faults_and_records_go_along() {
    let (outcome, record) = block_on(paused(record(fail("*::get", 1, reset).during(async {
        let scope = Scope::current();
        let with = thread::spawn(move || block_on(scope.wrap(get())));
        let without = thread::spawn(|| block_on(get()));
        (with.join().unwrap(), without.join().unwrap())
    }))));
    assert!(outcome.0.is_ok() && outcome.1.is_ok());
    assert_eq!(record.call().attempts().len(), 2, "{record}");
}

#[test]
fn outside_of_everything_the_handle_is_nothing() {
    let scope = Scope::current();
    let (_, record) = record_blocking(|| {
        // Out of the record.
        scope.run(|| block_on(get())).unwrap()
    });
    assert!(record.calls().is_empty());
    assert_eq!(format!("{scope:?}"), "Scope { .. }");
}

#[test]
fn a_task_may_outlive_the_test() {
    let scope = block_on(isolated(async { Scope::current() }));
    assert!(scope.run(|| BUDGET.try_retry(0)));
    assert!((scope.run(|| BUDGET.level()) - 1.0).abs() < f64::EPSILON);
}

#[cfg(feature = "tokio")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_of_tokio() {
    isolated(async {
        assert!(BUDGET.try_retry(0));
        let with = tokio::spawn(Scope::current().wrap(async {
            tokio::task::yield_now().await;
            BUDGET.level()
        }));
        let without = tokio::spawn(async { BUDGET.level() });
        assert!((with.await.unwrap() - 1.0).abs() < f64::EPSILON);
        assert!((without.await.unwrap() - 2.0).abs() < f64::EPSILON);
    })
    .await;
}
