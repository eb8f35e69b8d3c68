use retry_runtime::retry;
use std::io;
use std::pin::Pin;

struct Cache {
    text: String,
}

impl Cache {
    #[retry]
    async fn get(self: Pin<&mut Self>) -> io::Result<&str> {
        Ok(&self.get_mut().text)
    }
}

fn main() {}
