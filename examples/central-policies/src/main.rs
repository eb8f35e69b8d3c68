//! `cargo run -p example-central-policies`, then edit
//! `examples/central-policies/policies.toml` while it runs.

use example_central_policies::{Central, InvalidFile, UserClient};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), InvalidFile> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies.toml");
    let policies = Arc::new(Central::read(path)?);
    let users = UserClient::new(Arc::clone(&policies));
    let report = |result| match result {
        Ok(()) => println!("new policies"),
        Err(error) => eprintln!("the old policies stay: {error}"),
    };
    let calls = async {
        for _ in 0..20 {
            let start = Instant::now();
            let outcome = users.get(7).await.map_err(|error| error.to_string());
            println!(
                "{} attempts in {:?}: {outcome:?}",
                users.attempts(),
                start.elapsed()
            );
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        () = calls => {}
        () = policies.watch(Duration::from_secs(1), report) => {}
    }
    Ok(())
}
