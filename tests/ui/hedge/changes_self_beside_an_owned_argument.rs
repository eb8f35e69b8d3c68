use retry_runtime::retry;
use std::io;

struct Client {
    calls: u32,
    names: Vec<String>,
}

impl Client {
    #[retry(hedge = 50ms)]
    async fn get(&self, name: String) -> io::Result<u32> {
        self.calls += 1;
        Ok(self.calls + name.len() as u32)
    }

    #[retry(hedge = 50ms, timeout = 1s, fallback = |_| Ok(1))]
    async fn add(&self, name: String) -> io::Result<u32> {
        let names = &mut self.names;
        names.push(name.clone());
        Ok(1)
    }
}

fn main() {}
