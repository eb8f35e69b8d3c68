use retry_runtime::Transient;

use std::time::Duration;

#[derive(Transient)]
#[transient(after = 0, after = 1)]
struct Busy(Duration, Duration);

fn main() {}
