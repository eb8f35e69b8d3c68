use retry_runtime::retry;
use std::io;

pub struct GetUser(u32);

pub struct Client;

impl Client {
    #[retry(strict)]
    pub async fn get(&self, get: &GetUser) -> io::Result<u32> {
        Ok(get.0)
    }
}

fn main() {}
