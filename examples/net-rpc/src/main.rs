//! `go run examples/net-rpc/server/main.go` prints its address; then
//! `cargo run -p example-net-rpc -- ADDRESS`, with the server killed and
//! started again (`-listen ADDRESS`) as you like.

use example_net_rpc::{Client, RpcError};
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RpcError> {
    let server = std::env::args().nth(1);
    let mut client = Client::new(server.unwrap_or_else(|| "127.0.0.1:1234".into()));
    for id in 1..=20 {
        let user = client.get_user(id).await?;
        println!("{} is {}, dials so far: {}", id, user.name, client.dials());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}
