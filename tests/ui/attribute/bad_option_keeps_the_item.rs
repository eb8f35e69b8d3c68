use retry_runtime::retry;
use std::io;

struct Client;

impl Client {
    #[retry(max = 0)]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    async fn get_twice(&self) -> io::Result<u32> {
        Ok(self.get().await? + self.get().await?)
    }
}

fn main() {
    drop(Client.get_twice());
}
