use retry_runtime::non_idempotent;
use std::io;

struct Client;

impl Client {
    async fn send(&self) -> io::Result<u32> {
        Ok(1)
    }
}

#[non_idempotent]
async fn charge(client: Client) -> io::Result<u32> {
    client.
}

fn main() {
    let _ = Client.send();
}
