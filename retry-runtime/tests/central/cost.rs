//! What rules take that are kept for good.

use super::{Installed, hold};
use allocation_counter::measure;
use retry_runtime::retry;
use std::io;

#[retry(name = "cost.get")]
fn get() -> io::Result<()> {
    Ok(())
}

const SETS: u32 = 100;

/// Bytes that are left of installing so many different sets, and of taking the last one back.
fn left(installed: &Installed) -> i64 {
    let info = measure(|| {
        for set in 1..=SETS {
            installed.now(&format!("['cost.get']\npolicy = 'max = {set}'"));
        }
        installed.now("");
    });
    info.bytes_current
}

#[test]
fn what_says_the_same_again_takes_nothing() {
    let installed = hold();
    get().expect("it succeeds");
    installed.now("");
    let first = left(&installed);
    assert_eq!(left(&installed), 0);
    let of_one = first / i64::from(SETS);
    assert!((100..500).contains(&of_one), "{of_one} bytes a set");
}
