use retry_runtime::retry;
use std::io;

struct Cache {
    text: String,
}

impl Cache {
    #[retry]
    async fn get(&mut self) -> io::Result<&str> {
        Ok(&self.text)
    }
}

fn main() {}
