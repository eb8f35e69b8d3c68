//! `cargo run -p example-central-policies`, then look at
//! <http://127.0.0.1:4180/debug/retries/page> and edit
//! `examples/central-policies/rules.toml` while it runs.

use example_central_policies::{UserClient, debug_routes, traffic};
use retry_runtime::central;
use std::error::Error;
use std::path::Path;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Kept to the end of the program: dropped, it watches no more.
    let rules = central::watch(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules.toml"))?;
    central::count_calls();
    let listener = TcpListener::bind("127.0.0.1:4180").await?;
    println!("http://{}/debug/retries/page", listener.local_addr()?);
    let users = UserClient::default();
    let page = async { axum::serve(listener, debug_routes()).await };
    tokio::select! {
        served = page => served?,
        () = traffic(&users) => {}
    }
    drop(rules);
    Ok(())
}
