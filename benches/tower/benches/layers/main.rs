//! What the layers cost where the first attempt succeeds:
//! `cargo bench -p retry-benches-tower`.

mod generic;
mod grpc;

use std::time::{Duration, Instant};

fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    generic::table(&runtime);
    println!();
    grpc::tables(&runtime);
    Ok(())
}

/// The shortest of some rounds, a call.
fn shortest(rounds: u32, calls: u32, mut round: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let begun = Instant::now();
        round();
        best = best.min(begun.elapsed() / calls);
    }
    best
}

/// So many of something, a call.
#[allow(clippy::cast_precision_loss, reason = "a few million")]
fn a_call(total: u64, calls: u32) -> f64 {
    total as f64 / f64::from(calls)
}
