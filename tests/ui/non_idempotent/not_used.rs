#![deny(unused_must_use)]

use retry_runtime::non_idempotent;

#[non_idempotent]
async fn charge() {}

fn main() {
    charge();
}
