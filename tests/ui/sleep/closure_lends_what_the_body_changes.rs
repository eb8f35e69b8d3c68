use retry_runtime::retry;
use std::io;

struct Client {
    count: u32,
}


impl Client {
    #[retry(timeout = 1s, sleep = |delay| self.sleep(delay))]
    async fn get(&mut self) -> io::Result<u32> {
        self.count += 1;
        Ok(self.count)
    }

    async fn sleep(&self, delay: std::time::Duration) {
        tokio::time::sleep(delay).await;
    }
}

fn main() {}
