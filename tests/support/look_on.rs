//! Whether a test can look on, which takes room in a retried future: an example of this
//! workspace turns the feature `testing` on, and one build of the whole workspace shares it.

use retry_runtime::Budget;

/// Says so, where it is on. A budget, which is one cache line, takes another one then.
pub fn a_test_can_look_on() -> bool {
    let is_on = size_of::<Budget>() > 64;
    if is_on {
        println!("skipped: the future has room for a test's record where `testing` is on");
    }
    is_on
}
