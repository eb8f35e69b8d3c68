use retry_runtime::retry;
use std::io;

struct Client {
    name: String,
}

impl Client {
    #[retry(name = self.name.as_str())]
    async fn borrowed(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[retry(name = format!("{}.get", self.name))]
    async fn owned(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
